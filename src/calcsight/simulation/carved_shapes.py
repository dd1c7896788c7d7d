"""A second hand for every kind: other geometry, the same rule; TEST families only.

It was made apart from `shapes`, for the one question how far words learnt from those outlines
hold for others. Nothing is tuned or trained on it (`rule_families` refuses it for TUNING).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from calcsight.simulation.carved_lumps import (
    bead,
    cauliflower,
    chunk,
    facet,
    fragment,
    pebble,
    puff,
    settled,
    slag,
    smudge,
)
from calcsight.simulation.carved_strokes import casting, cigar, plaque, stitch, twig
from calcsight.simulation.outlines import Outline, centroid_and_area, max_feret
from calcsight.simulation.truth import Kind
from calcsight.terms.mammogram import View

_SHAPES: Mapping[Kind, Callable[[np.random.Generator, float], Outline]] = MappingProxyType(
    {
        Kind.ROUND: bead,
        Kind.PUNCTATE: bead,
        Kind.AMORPHOUS: puff,
        Kind.COARSE_HETEROGENEOUS: chunk,
        Kind.FINE_PLEOMORPHIC: fragment,
        Kind.FINE_LINEAR: casting,
        Kind.FINE_LINEAR_BRANCHING: twig,
        Kind.LARGE_ROD: cigar,
        Kind.RIM: pebble,
        Kind.POPCORN: cauliflower,
        Kind.VASCULAR: plaque,
        Kind.DYSTROPHIC: slag,
        Kind.SKIN: facet,
        Kind.MILK_OF_CALCIUM: smudge,
        Kind.SUTURE: stitch,
    }
)


def carved_shape(
    rng: np.random.Generator, kind: Kind, diameter_mm: float, view: View = View.CC
) -> Outline:
    """Draw one outline by the rule of its kind; as `shapes.shape_by_rule`, by another hand.

    Parameters
    ----------
    rng : numpy.random.Generator
    kind : Kind
    diameter_mm : float
        Maximum Feret diameter.
    view : View
        Milk of calcium lies as a smudge on a CC, and has settled on any other view.

    Returns
    -------
    array (n, 2), float64
        (down, right) in mm about the centroid; its long side runs along the columns.
    """
    draw = _SHAPES[kind]
    if kind is Kind.MILK_OF_CALCIUM and view is not View.CC:
        draw = settled
    outline = draw(rng, diameter_mm)
    outline = outline * (diameter_mm / max_feret(outline))
    return outline - centroid_and_area(outline)[0]
