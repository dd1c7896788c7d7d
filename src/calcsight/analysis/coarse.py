"""Coarse pieces: large sharp particles that outshine the noise measured on themselves."""

from dataclasses import replace

import cv2

from calcsight.analysis.field import Field
from calcsight.analysis.growing import grown, is_soft
from calcsight.analysis.regions import Region, height_inside
from calcsight.analysis.seeds import Seed, calm_noise

# Smaller pieces are traced well from the ring around their seed.
COARSE_FROM_MM = 1.2
# A coarse piece rises at least this far over its surroundings, in noise SD out there,
_CONTRAST_SD = 4.0
# by this share of the contrast of the detail it was found from (else that stands on tissue),
_SHARE = 0.7
# and fills this share of its convex hull: tissue that the flood runs along does not.
_SOLID = 0.8
# The first level is this share of the seed's height: the slow background takes off about half
# of a coarse piece, and more of its centre.
_FIRST_LEVEL = 0.25


def coarse_piece(field: Field, seed: Seed) -> Region | None:
    """Trace the coarse piece that a seed lies on.

    Inside such a piece neither the ring around the seed nor the noise there tells of its
    surroundings: the flood starts from the slow background, runs up to the largest size set,
    and the contrast is judged by the noise farther out.

    Parameters
    ----------
    field : Field
        Where there is no such piece, that is noted.
    seed : Seed

    Returns
    -------
    Region or None
        None when what is found is small, faint, soft or ragged.
    """
    first = _FIRST_LEVEL * seed.peak / field.settings.outline_fraction
    region = grown(field, seed, 0.0, first, freely=True) if seed.peak > 0.0 else None
    if region is not None and _is_solid(field, region):
        noise = calm_noise(field.view, seed.place, field.row_mm, field.column_mm, seed.noise)
        region = replace(region, noise=noise)
        if _is_calcium(field, region, seed.contrast):
            return region
    field.rule_out_coarse(seed.place)
    return None


def _is_solid(field: Field, region: Region) -> bool:
    """Tell whether a region is large and nearly convex, its holes counted as filled."""
    if max(field.sides_mm(region.rectangle)) < COARSE_FROM_MM:
        return False
    lines, _ = cv2.findContours(region.tight.copy(), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    border = max(lines, key=len)
    return cv2.contourArea(border) >= _SOLID * cv2.contourArea(cv2.convexHull(border))


def _is_calcium(field: Field, region: Region, contrast: float) -> bool:
    """Tell whether a region is bright and sharp; `contrast` is that of its brightest detail."""
    flat = field.flat(region.window, region.smoothing_mm)
    rise = height_inside(field, flat, region.inside) - region.background
    if rise < max(_CONTRAST_SD * region.noise, _SHARE * contrast):
        return False
    return not is_soft(field, region, rise / region.noise)
