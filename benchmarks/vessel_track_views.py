"""Simulated views that calcified vessels are looked for in, with what was planted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.background import flatten
from calcsight.analysis.breast import find_breast
from calcsight.simulation.calcified_tubes import CalcifiedTube, plan_with_tubes
from calcsight.simulation.families import Families
from calcsight.simulation.kinds import BY_RULE, CARVED, usual_plan
from calcsight.simulation.sets import training_set, wide_test_set
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.truth import Kind
from calcsight.simulation.views import simulate_view
from calcsight.terms.distribution import Distribution
from calcsight.terms.settings import Settings
from calcsight.terms.stages import FlatView

Points = NDArray[np.float64]

TUBES, PLAIN = "calcified vessels", "nothing planted"
PLANTED: Mapping[str, tuple[Kind, Distribution]] = MappingProxyType(
    {
        "fine linear, linear": (Kind.FINE_LINEAR, Distribution.LINEAR),
        "fine linear, segmental": (Kind.FINE_LINEAR, Distribution.SEGMENTAL),
        "fine linear branching, linear": (Kind.FINE_LINEAR_BRANCHING, Distribution.LINEAR),
        "fine linear branching, segmental": (Kind.FINE_LINEAR_BRANCHING, Distribution.SEGMENTAL),
        "large rods, segmental": (Kind.LARGE_ROD, Distribution.SEGMENTAL),
    }
)
ARTERIES = 4
_MOST_ROWS = 1400
_COARSEST_MM = 0.12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Planted:
    """One flat view, and what is truly in it: points in reading-frame pixels.

    Parameters
    ----------
    woman, what : str
    view : FlatView
    pieces : tuple of (array (n, 2), calibre_mm)
        Calcified parts of the middle lines of vessels, 0.1 mm apart.
    centres : array (n, 2)
        Of planted particles that are no vessel.
    outlines : tuple of array (k, 2)
        Of the same.
    """

    woman: str
    what: str
    view: FlatView
    pieces: tuple[tuple[Points, float], ...]
    centres: Points
    outlines: tuple[Points, ...]


def plain_views(families: Families, women: int, start: int) -> tuple[ViewSpec, ...]:
    """Return one view each of women of a wide set who have no calcification, pitch <= 0.12 mm."""
    if families is Families.TUNING:
        specs = training_set(4 * women, 2 * start)
    else:
        specs = wide_test_set()[4 * start :]
    without = [one for one in specs if not one.groups][::2][: 2 * women]
    fine = [one for one in without if one.pitch_mm <= _COARSEST_MM][:women]
    return tuple(replace(one, rows=min(one.rows, _MOST_ROWS)) for one in fine)


def planted(spec: ViewSpec, what: str) -> Planted:
    """Simulate one view with what is to be planted, and flatten it."""
    laid: list[CalcifiedTube] = []
    if what == TUBES:
        simulated = simulate_view(spec, plan_with_tubes(ARTERIES, laid))
    elif what == PLAIN:
        simulated = simulate_view(spec)
    else:
        plan = usual_plan(*PLANTED[what])
        outlines = CARVED if spec.families is Families.TEST else BY_RULE
        simulated = simulate_view(replace(spec, groups=(plan, plan), outlines=outlines))
    mammogram, settings = simulated.mammogram(), Settings()
    breast = find_breast(mammogram, spec.pitch_mm, settings.breast)
    turn = simulated.orientation
    particles = [] if what == TUBES else simulated.truth.particles
    outlines_px = tuple(turn.points_to_reading(p.outline, mammogram.shape) for p in particles)
    centres = [turn.points_to_reading(_place(p.row, p.column), mammogram.shape) for p in particles]
    return Planted(
        woman=spec.woman,
        what=what,
        view=flatten(mammogram, breast, spec.pitch_mm, settings),
        pieces=tuple(
            (piece / spec.pitch_mm, tube.calibre_mm) for tube in laid for piece in tube.pieces
        ),
        centres=np.concatenate([np.zeros((0, 2)), *centres]),
        outlines=outlines_px,
    )


def _place(row: float, column: float) -> Points:
    return np.array([[row, column]])
