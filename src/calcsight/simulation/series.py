"""One woman's breast at several dates, with exact truth."""

from dataclasses import dataclass, replace

import numpy as np

from calcsight.simulation.followed import DatedView, FollowedView
from calcsight.simulation.repeated import Anatomy, draw_again, draw_anatomy
from calcsight.simulation.series_particles import Planting, at_visit, plan_histories
from calcsight.simulation.series_places import Whereabouts, field_of, seen_everywhere
from calcsight.simulation.series_spec import SeriesSpec
from calcsight.simulation.views import SimulatedView, view_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Visit(DatedView):
    """What was drawn at one date.

    Parameters
    ----------
    view : SimulatedView
        As stored, in the frame a file would have.
    **others
        As in `DatedView`.
    """

    view: SimulatedView


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedSeries(FollowedView):
    """One view of one drawn breast at several dates.

    Parameters
    ----------
    spec : SeriesSpec
    visits : tuple of Visit
        In the order of time.
    **others
        As in `FollowedView`.
    """

    spec: SeriesSpec
    visits: tuple[Visit, ...]


def simulate_series(spec: SeriesSpec) -> SimulatedSeries:
    """Simulate one view of a breast at several dates; the same spec gives the same bytes.

    The anatomy is drawn once, in a frame that no visit has. Each visit sees it through a warp of
    its own (`warps`), with fine tissue partly redrawn (`repeated`), and with noise, exposure,
    detector and look of its own.

    Parameters
    ----------
    spec : SeriesSpec

    Raises
    ------
    UsageError
        When the spec names a family that its half of the families does not have, or a tissue that
        is not fine.
    """
    anatomy = draw_anatomy(spec.reference)
    whereabouts = seen_everywhere(anatomy, spec)
    planting = plan_histories(anatomy, spec, whereabouts)
    visits = tuple(
        _visit(anatomy, spec, whereabouts, planting, number) for number in range(len(spec.visits))
    )
    return SimulatedSeries(
        spec=spec, visits=visits, whereabouts=whereabouts, histories=planting.histories
    )


def _visit(
    anatomy: Anatomy, spec: SeriesSpec, where: Whereabouts, planting: Planting, number: int
) -> Visit:
    """Draw one visit."""
    visit, on = spec.visits[number], spec.dates[number]
    shape = field_of(anatomy, visit)
    view_spec = replace(
        spec.reference,
        name=f"{spec.reference.name}-{on.isoformat()}",
        seed=visit.seed,
        pitch_mm=visit.pitch_mm,
        rows=shape[0],
        look=visit.look,
    )
    warp = where.warps[number]
    background = draw_again(anatomy, view_spec, warp, shape, visit.seen)
    shown = at_visit(planting, warp, visit.seed, number)
    view = view_of(np.random.default_rng((visit.seed, 3)), view_spec, background, shown.planned)
    mammogram = replace(view.mammogram(), acquired_on=on, exam_uid=f"{spec.woman}-{on.isoformat()}")
    return Visit(
        acquired_on=on,
        view=view,
        mammogram=mammogram,
        truth=view.truth,
        identity=shown.identity,
        groups=shown.groups,
    )
