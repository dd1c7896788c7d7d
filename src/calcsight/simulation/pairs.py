"""Two views of one breast whose lesions are the same: planned, and drawn."""

from dataclasses import dataclass, replace

import numpy as np

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.families import Families
from calcsight.simulation.insertion import Hand, insert
from calcsight.simulation.layers import scene_canvas
from calcsight.simulation.lesions import Lesion, body_of, projected
from calcsight.simulation.planting import Planned, PlannedParticle
from calcsight.simulation.projecting import Projection
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.truth import Truth
from calcsight.simulation.views import simulate_view
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Laterality, Mammogram


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSpec:
    """Two views of one breast; the same spec gives the same bytes.

    Parameters
    ----------
    woman : str
        Shared by nothing else.
    families : Families
    laterality : Laterality
    breasts : tuple of ViewSpec
        The tissue of each view, without any group. A lateral view is drawn as an oblique one.
    projections : tuple of Projection
    lesions : tuple of Lesion
    """

    woman: str
    families: Families
    laterality: Laterality
    breasts: tuple[ViewSpec, ViewSpec]
    projections: tuple[Projection, Projection]
    lesions: tuple[Lesion, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlannedView:
    """What one view of a pair will show, reading frame.

    Parameters
    ----------
    breast : ViewSpec
    projection : Projection
    canvas : Canvas
        With the true nipple.
    planned : Planned
    lesions : tuple of int
        Of group number n, `lesions[n - 1]` is the position in `PairSpec.lesions`.
    """

    breast: ViewSpec
    projection: Projection
    canvas: Canvas
    planned: Planned
    lesions: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairedView:
    """One drawn view of a pair.

    Parameters
    ----------
    plan : PlannedView
    mammogram : Mammogram
        Reading frame, under the view's true name.
    truth : Truth
        The file's own frame.
    """

    plan: PlannedView
    mammogram: Mammogram
    truth: Truth


def plan_pair(spec: PairSpec) -> tuple[PlannedView, PlannedView]:
    """Project every lesion into both views.

    Raises
    ------
    UsageError
        When the particles of a lesion find no room beside each other.
    """
    return (_planned(spec, 0), _planned(spec, 1))


def simulate_pair(spec: PairSpec) -> tuple[PairedView, PairedView]:
    """Draw both views.

    Raises
    ------
    UsageError
        As `plan_pair`, and when a particle would lie outside the breast.
    """
    first, second = plan_pair(spec)
    return (_drawn(first), _drawn(second))


def _planned(spec: PairSpec, at: int) -> PlannedView:
    """Project the lesions that one view shows."""
    canvas = scene_canvas(spec.breasts[at])
    particles: list[PlannedParticle] = []
    shown: list[int] = []
    for number, lesion in enumerate(spec.lesions):
        if not lesion.seen[at]:
            continue
        body = body_of(lesion)
        if body is None:
            raise UsageError("a lesion whose particles find no room", "fewer or smaller ones")
        shown.append(number)
        particles += projected(lesion, body, spec.projections[at], canvas, len(shown))
    return PlannedView(
        breast=spec.breasts[at],
        projection=spec.projections[at],
        canvas=canvas,
        planned=Planned(
            particles=tuple(particles), groups=tuple(spec.lesions[n].plan for n in shown)
        ),
        lesions=tuple(shown),
    )


def _drawn(plan: PlannedView) -> PairedView:
    """Draw one view: its breast, then its particles."""
    breast = plan.breast
    bare = simulate_view(breast).mammogram()
    hand = Hand(families=breast.families, blur=breast.blur)
    inserted = insert(bare, plan.planned, breast.seed, hand)
    pixels = np.asarray(inserted.mammogram.pixels)
    return PairedView(
        plan=plan,
        mammogram=replace(bare, pixels=pixels, view=plan.projection.view),
        truth=inserted.truth,
    )
