"""A whole simulated exam, repeated: both breasts, both views, at several dates."""

from dataclasses import replace
from datetime import date

import numpy as np

from calcsight.simulation.exams import exam_specs
from calcsight.simulation.families import Families
from calcsight.simulation.histories import History
from calcsight.simulation.kinds import BY_RULE
from calcsight.simulation.repeated import Seen
from calcsight.simulation.series_spec import SeriesSpec, VisitSpec
from calcsight.simulation.spec import GroupPlan
from calcsight.simulation.truth import Kind
from calcsight.simulation.warps import Position
from calcsight.terms.calendar_months import months_later
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Laterality

MOST_DATES = 8
# The last exam is as old as the one of `calcsight simulate` alone.
_LAST_ON = date(2025, 1, 15)
_MONTHS_BETWEEN = 12
# Between the seeds of the paired views and those of the sets of series; so many for each exam.
_SEEDS_FROM, _SEEDS = 5 << 36, 80
_PITCH_MM, _ROWS = 0.085, 1500
_MAKERS = ((0.1, "soft"), (0.085, "contrasty"))


def exam_series(seed: int, dates: int, rows: int = _ROWS) -> tuple[SeriesSpec, ...]:
    """Return one series for each of L CC, L MLO, R CC, R MLO; all of the same dates.

    Years apart. The left breast has a pleomorphic group that has grown at the last date and a
    punctate group that stays; the right one a round group that stays, a particle that stays, and
    a pleomorphic group of 5 that is new at the last date. The first half of the dates was made
    by another detector. Both views of a breast hold the same histories, but not at places that
    belong together. TUNING families only.

    Parameters
    ----------
    seed : int
        0 to 2**31 - 1.
    dates : int
        2 to 8.
    rows : int
        Height of the reference, pixels of 0.085 mm.

    Raises
    ------
    UsageError
        When another number of dates is asked for.
    """
    if not 2 <= dates <= MOST_DATES:
        raise UsageError(f"{dates} dates", f"2 to {MOST_DATES}")
    first_on = months_later(_LAST_ON, -_MONTHS_BETWEEN * (dates - 1))
    series = []
    for number, view in enumerate(exam_specs(seed, _PITCH_MM, rows)):
        woman, base = f"series-{seed}", _SEEDS_FROM + _SEEDS * seed + 20 * number
        reference = replace(
            view,
            name=f"{woman}-{view.laterality}-{view.view}",
            woman=woman,
            families=Families.TUNING,
            woman_seed=_SEEDS_FROM + _SEEDS * seed,
            seed=base + 1,
            background="sheaves",
            outlines=BY_RULE,
            groups=(),
            isolated=0,
        )
        left = view.laterality is Laterality.LEFT
        series.append(
            SeriesSpec(
                reference=reference,
                first_on=first_on,
                visits=tuple(_visit(base, at, dates) for at in range(dates)),
                histories=_left(dates) if left else _right(dates),
            )
        )
    return tuple(series)


def _visit(base: int, at: int, dates: int) -> VisitSpec:
    """Draw how one visit lies and what it shows."""
    seed = base + 2 + 2 * at
    rng = np.random.default_rng((seed, 46))
    pitch_mm, look = _MAKERS[int(2 * at >= dates)]
    side = 1.0 if at % 2 else -1.0
    spread = float(rng.uniform(-0.02, 0.02))
    return VisitSpec(
        seed=seed,
        months=_MONTHS_BETWEEN * at,
        pitch_mm=pitch_mm,
        look=look,
        position=Position(
            seed=seed + 1,
            shift_mm=(float(rng.normal(0.0, 2.0)), float(rng.normal(0.0, 1.5))),
            rotation_deg=side * float(rng.uniform(0.0, 3.0)),
            spread=spread,
            stretch=float(rng.uniform(0.02, 0.07)),
        ),
        seen=Seen(
            redrawn=float(rng.uniform(0.3, 0.6)),
            gland=1.0 - 0.02 * at,
            patchy=0.05,
            exposure=float(np.exp(rng.uniform(-0.15, 0.15))),
            thickness=(1.0 + spread) ** -2,
        ),
    )


def _left(dates: int) -> tuple[History, ...]:
    """Return the histories of the left breast."""
    return (
        History(
            plan=_plan(Kind.FINE_PLEOMORPHIC, 14, (0.2, 0.5), (9.0, 22.0)),
            counts=(*(7,) * (dates - 1), 14),
            sizes=(1.0,) * dates,
        ),
        _staying(_plan(Kind.PUNCTATE, 8, (0.25, 0.45), (9.0, 20.0)), dates),
    )


def _right(dates: int) -> tuple[History, ...]:
    """Return the histories of the right breast."""
    return (
        History(
            plan=_plan(Kind.FINE_PLEOMORPHIC, 5, (0.25, 0.5), (10.0, 22.0)),
            counts=(*(0,) * (dates - 1), 5),
            sizes=(1.0,) * dates,
        ),
        _staying(_plan(Kind.ROUND, 6, (0.5, 0.9), (9.0, 20.0)), dates),
        _staying(_plan(Kind.COARSE_HETEROGENEOUS, 1, (0.8, 1.2), (15.0, 20.0)), dates),
    )


def _staying(plan: GroupPlan, dates: int) -> History:
    return History(plan=plan, counts=(plan.count,) * dates, sizes=(1.0,) * dates)


def _plan(
    kind: Kind, count: int, diameter_mm: tuple[float, float], contrast_sd: tuple[float, float]
) -> GroupPlan:
    """Shorten a plan to one line."""
    return GroupPlan(
        kind=kind,
        distribution=Distribution.GROUPED,
        count=count,
        diameter_mm=diameter_mm,
        contrast_sd=contrast_sd,
    )
