"""Sets of simulated series: who is seen when, by which detectors, and what becomes of what."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from calcsight.simulation.casting import one_of
from calcsight.simulation.families import TEST_SEEDS_FROM, Families
from calcsight.simulation.real_canvas import known_pitch_mm
from calcsight.simulation.series_casting import (
    MONTHS,
    draw_histories,
    draw_makers,
    draw_reference,
    draw_visit,
)
from calcsight.simulation.series_spec import SeriesSpec
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Mammogram

# Far from the seeds of every other set.
_SEEDS_FROM, _REPETITION_FROM, _REAL_FROM = 1 << 39, 3 << 38, 7 << 37


def series_set(
    families: Families, women: int, start: int = 0, visits: int = 2
) -> tuple[SeriesSpec, ...]:
    """Draw series of one view each, one woman each.

    Of every ten women, two are unchanged (groups and particles that stay), two are unchanged but
    for one group of 5 that appears between the first two visits, one has nothing at all, and the
    others have one to three groups of any fate. The breast lies up to 10 mm and 8 degrees apart
    between visits, and is stretched by up to 15 %; detector, pitch and look are those of another
    maker from some visit on.

    Parameters
    ----------
    families : Families
    women : int
    start : int
        Women to skip: sets with other ranges share none.
    visits : int
        2 or more.

    Raises
    ------
    UsageError
        When fewer than one woman or two visits are asked for.
    """
    _refuse_few(women, start, visits)
    first = _SEEDS_FROM + (TEST_SEEDS_FROM if families is Families.TEST else 0)
    return tuple(
        _series(families, ("series", number), first, visits)
        for number in range(start, start + women)
    )


def repetition_set(families: Families, women: int, start: int = 0) -> tuple[SeriesSpec, ...]:
    """Draw breasts that are simulated twice and did not change: what repetition alone does.

    Noise, position, compression and the fine tissue they show are new, and nothing else is: as
    many groups and particles of every kind as in `series_set`, all of them stable, and gland that
    stays. Every second woman is seen by one and the same detector and look.

    Parameters
    ----------
    families, women, start
        As `series_set`, which shares no woman with it.
    """
    _refuse_few(women, start, 2)
    first = _REPETITION_FROM + (TEST_SEEDS_FROM if families is Families.TEST else 0)
    return tuple(
        _series(families, ("repetition", number), first, 2)
        for number in range(start, start + women)
    )


def real_spec(
    families: Families, view: Mammogram, number: int, pitch_mm: float | None = None
) -> SeriesSpec:
    """Draw two visits of a real view, for `series_real.real_series`: as in `series_set`.

    Parameters
    ----------
    families : Families
    view : Mammogram
        Of known spacing, side and view (CC or MLO).
    number : int
        Of the series, from 0 on; histories follow its last digit as in `series_set`.
    pitch_mm : float or None
        Of the second visit; None = that of the view, as of the first.

    Raises
    ------
    UsageError
        When the spacing, side or view is not known, or another projection.
    """
    own = known_pitch_mm(view)
    first = _REAL_FROM + (TEST_SEEDS_FROM if families is Families.TEST else 0)
    rng = np.random.Generator(np.random.PCG64(first + 7919 * number))
    seed = first + 1000 * (number + 1)
    reference = replace(
        draw_reference(rng, families, f"real-{families}-{number:04d}", seed),
        name=f"real-{families}-{number:04d}-{view.laterality}-{view.view}",
        laterality=view.laterality,
        view=view.view,
        pitch_mm=own,
        rows=view.shape[0],
    )
    shown = [
        draw_visit(rng, seed + 10 + 2 * at, at, (pitch, reference.look), changes=False)
        for at, pitch in enumerate((own, pitch_mm or own))
    ]
    first_visit, second_visit = (replace(visit, room_mm=(0.0, 0.0)) for visit in shown)
    return SeriesSpec(
        reference=reference,
        first_on=date(2018, 1, 1) + timedelta(days=int(rng.integers(1400))),
        visits=(first_visit, replace(second_visit, months=one_of(rng, MONTHS))),
        histories=draw_histories(rng, number % 10, 2),
    )


def _refuse_few(women: int, start: int, visits: int) -> None:
    """Refuse a set of nobody."""
    if women < 1 or start < 0 or visits < 2:
        raise UsageError(
            f"{women} women from {start} with {visits} visits",
            "at least 1 woman, from 0 on, and 2 visits",
        )


def _series(families: Families, name: tuple[str, int], first: int, visits: int) -> SeriesSpec:
    """Draw the series of one woman."""
    word, number = name
    rng = np.random.Generator(np.random.PCG64(first + 7919 * number))
    seed = first + 1000 * (number + 1)
    repeated = word == "repetition"
    reference = draw_reference(rng, families, f"{word}-{families}-{number:04d}", seed)
    makers = draw_makers(rng, visits, one=repeated and number % 2 == 0)
    shown = tuple(
        draw_visit(rng, seed + 10 + 2 * at, at, maker, changes=not repeated)
        for at, maker in enumerate(makers)
    )
    months = np.concatenate([[0], np.cumsum([one_of(rng, MONTHS) for _ in shown[1:]])])
    day = date(2018, 1, 1) + timedelta(days=int(rng.integers(1400)))
    return SeriesSpec(
        reference=reference,
        first_on=day,
        visits=tuple(
            replace(visit, months=int(month)) for visit, month in zip(shown, months, strict=True)
        ),
        histories=draw_histories(rng, 0 if repeated else number % 10, visits),
    )
