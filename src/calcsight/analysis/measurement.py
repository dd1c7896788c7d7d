"""Measure: candidates become particles with outline, size, shape and contrast."""

import dataclasses
import math

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.field import Field
from calcsight.analysis.outlines import Outline, draw_outlines
from calcsight.analysis.regions import Region, ranked
from calcsight.analysis.seeds import noise_near
from calcsight.analysis.shape import Shape, describe_outlines, largest_distance
from calcsight.analysis.touching import SPECK_SCALE_MM
from calcsight.analysis.tracing import trace
from calcsight.terms.calcification import Particle
from calcsight.terms.limitation import Limitation
from calcsight.terms.settings import MeasurementSettings
from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import Candidates, FlatView

# Narrower than this many pixels: the outline is about as wide as that of a point would be.
_RESOLVED_PX = 3.0
# Smaller particles, and those on fewer pixels, are not asked for a lucent centre.
_LUCENT_FROM_MM = 0.6
_FEWEST_PIXELS = 9
# The core is what lies deeper under the outline than this share of the greatest depth.
_CORE_SHARE = 0.6
# A core darker than the rim by these shares of contrast and noise is lucent.
_LUCENT_SHARE = 0.3
_LUCENT_SD = 2.0


def measure(
    view: FlatView,
    candidates: Candidates,
    spacing: Spacing | None,
    settings: MeasurementSettings,
) -> tuple[Candidates, tuple[Particle, ...]]:
    """Outline and measure every candidate, strongest first, one particle each.

    A candidate inside the outline of a stronger one, or whose own outline runs into it, is part
    of that particle and is dropped.

    Parameters
    ----------
    view : FlatView
    candidates : Candidates
        Strongest first, reading frame.
    spacing : Spacing or None
        None = unknown: every mm field of the particles is None.
    settings : MeasurementSettings

    Returns
    -------
    candidates : Candidates
        Those that were kept, in the same order.
    particles : tuple of Particle
        One for each kept candidate, reading frame.
    """
    field = Field.of(view, spacing, settings)
    places = np.stack([candidates.row - view.box.top, candidates.column - view.box.left], axis=1)
    nearest = np.floor(places + 0.5).astype(np.intp)
    nearest = np.clip(nearest, 0, np.array(view.pixels.shape) - 1)
    noise = noise_near(view, nearest, field.row_mm, field.column_mm)
    field.mark_specks(nearest[candidates.scale_mm <= SPECK_SCALE_MM])
    kept: list[int] = []
    regions: list[Region] = []
    for index, (row, column) in enumerate(nearest.tolist()):
        region = trace(field, (row, column), float(candidates.scale_mm[index]), float(noise[index]))
        if region is not None:
            kept.append(index)
            regions.append(region)
            field.take(region.rectangle, region.tight)
    outlines = draw_outlines(field, regions)
    shapes = describe_outlines([drawn.points * field.pitch for drawn in outlines])
    particles = tuple(
        _particle(field, region, drawn, shape, known=spacing is not None)
        for region, drawn, shape in zip(regions, outlines, shapes, strict=True)
    )
    return _chosen(candidates, kept), particles


def _chosen(candidates: Candidates, kept: list[int]) -> Candidates:
    """Return the candidates at these positions."""
    at = np.array(kept, dtype=np.intp)
    return dataclasses.replace(
        candidates,
        row=candidates.row[at],
        column=candidates.column[at],
        scale_mm=candidates.scale_mm[at],
        response=candidates.response[at],
        features=candidates.features[at],
    )


def _particle(
    field: Field, region: Region, drawn: Outline, shape: Shape, *, known: bool
) -> Particle:
    """Put one particle together; mm fields are None unless the spacing is known."""
    row_offset = drawn.window[0] + field.view.box.top
    column_offset = drawn.window[1] + field.view.box.left
    isotropic = field.row_mm == field.column_mm
    diameter_px = shape.diameter / field.row_mm if isotropic else largest_distance(drawn.points)
    large = shape.diameter >= _LUCENT_FROM_MM
    outline = np.empty(drawn.points.shape, np.float64)
    outline[:, 0] = drawn.points[:, 1] + row_offset
    outline[:, 1] = drawn.points[:, 0] + column_offset
    return Particle(
        row=row_offset + shape.row / field.row_mm,
        column=column_offset + shape.column / field.column_mm,
        diameter_mm=shape.diameter if known else None,
        diameter_px=diameter_px,
        area_mm2=shape.area if known else None,
        area_px=shape.area / field.pixel_mm2,
        length_mm=shape.length if known else None,
        width_mm=shape.width if known else None,
        contrast=drawn.contrast,
        contrast_to_noise=drawn.contrast / region.noise,
        elongation=shape.elongation,
        circularity=shape.circularity,
        solidity=shape.solidity,
        lucent_centre=large and _lucent(field, drawn, region.noise),
        outline=outline,
        limitations=_limitations(field, region, shape.width / math.sqrt(field.pixel_mm2)),
    )


def _lucent(field: Field, drawn: Outline, noise: float) -> bool:
    """Tell whether the core is darker than the rim."""
    grey = field.raw(drawn.window, drawn.smoothing_mm)
    inside: NDArray[np.uint8] = np.zeros(grey.shape, np.uint8)
    cv2.fillPoly(inside, [np.rint(drawn.points).astype(np.int32)], (1,))
    if cv2.countNonZero(inside) < _FEWEST_PIXELS:
        return False
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
    rim = ranked(grey[inside > 0], 0.75)
    core = ranked(grey[depth >= _CORE_SHARE * float(depth.max())], 0.5)
    return rim - core >= max(_LUCENT_SHARE * drawn.contrast, _LUCENT_SD * noise)


def _limitations(field: Field, region: Region, width_px: float) -> tuple[Limitation, ...]:
    """Say why a measurement may be wrong."""
    found = []
    if field.at_edge(region.rectangle):
        found.append(Limitation.AT_IMAGE_EDGE)
    if region.held:
        found.append(Limitation.TRUNCATED_OUTLINE)
    if width_px < _RESOLVED_PX:
        found.append(Limitation.BELOW_RESOLUTION)
    return tuple(found)
