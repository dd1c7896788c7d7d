"""The hands that draw by the lexicon's rule: one for both halves, one for TEST alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.carved_calcium import carved_calcium
from calcsight.simulation.carved_layouts import (
    Fits,
    carved_angle,
    carved_particle,
    lay_out_carved,
)
from calcsight.simulation.carved_shapes import carved_shape
from calcsight.simulation.families import Families, pick_family
from calcsight.simulation.inner_structure import thickness
from calcsight.simulation.kinds import BY_RULE, CARVED
from calcsight.simulation.layouts import Laid, lay_out, one_shaped, own_angle
from calcsight.simulation.outlines import Outline
from calcsight.simulation.shapes import shape_by_rule
from calcsight.simulation.spec import GroupPlan
from calcsight.simulation.texture import Field
from calcsight.simulation.truth import Kind
from calcsight.terms.mammogram import View

Random = np.random.Generator
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFamily:
    """One way to draw every kind by the rule of its kind.

    Parameters
    ----------
    shape : callable
        (rng, kind, diameter_mm) to an outline about its centroid, mm, on a CC.
    particle : callable
        (rng, kind, diameter_mm, angle, view) to an outline turned by the angle.
    angle : callable
        (rng, kind, heading) to the angle of one particle.
    lay_out : callable
        (rng, plan, diameters_mm, heading, view, fits) to a group about its own centre, or None;
        `fits` tells of places about that centre whether they may be used.
    calcium : callable
        (kind, inside, seed) to the thickness of calcium.
    """

    shape: Callable[[Random, Kind, float], Outline]
    particle: Callable[[Random, Kind, float, float, View], Outline]
    angle: Callable[[Random, Kind, float], float]
    lay_out: Callable[[Random, GroupPlan, Numbers, float, View, Fits], Laid | None]
    calcium: Callable[[Kind, NDArray[np.uint8], int], Field]


def _textbook_group(
    rng: Random, plan: GroupPlan, diameters_mm: Numbers, heading: float, view: View, _: Fits
) -> Laid | None:
    """Lay out a group whole, whether it fits or not: sets that are frozen were drawn so."""
    return lay_out(rng, plan, diameters_mm, heading, view)


_ONLY_BY_RULE = (Kind.SKIN, Kind.MILK_OF_CALCIUM, Kind.SUTURE)
_TEXTBOOK = RuleFamily(
    shape=shape_by_rule,
    particle=one_shaped,
    angle=own_angle,
    lay_out=_textbook_group,
    calcium=thickness,
)
_CARVED = RuleFamily(
    shape=carved_shape,
    particle=carved_particle,
    angle=carved_angle,
    lay_out=lay_out_carved,
    calcium=carved_calcium,
)
_FAMILIES: dict[Families, dict[str, RuleFamily]] = {
    Families.TUNING: {BY_RULE: _TEXTBOOK},
    Families.TEST: {BY_RULE: _TEXTBOOK, CARVED: _CARVED},
}


def rule_family(families: Families, outlines: str, kind: Kind) -> RuleFamily | None:
    """Return who draws a kind by rule; None when its outlines are a free family's.

    Parameters
    ----------
    families : Families
    outlines : str
        Name of an outline family, `kinds.BY_RULE` or `kinds.CARVED`.
    kind : Kind
        Skin, milk of calcium and sutures are drawn by rule whatever the name.

    Raises
    ------
    UsageError
        When `families` may not be drawn by that hand: CARVED is for TEST alone.
    """
    if outlines in (BY_RULE, CARVED):
        return pick_family(_FAMILIES, families, outlines)
    return _TEXTBOOK if kind in _ONLY_BY_RULE else None
