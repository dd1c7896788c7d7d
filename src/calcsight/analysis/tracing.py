"""Trace one particle: connected pixels above half its contrast over its own background."""

from dataclasses import replace

import cv2
import numpy as np

from calcsight.analysis.coarse import COARSE_FROM_MM, coarse_piece
from calcsight.analysis.field import BLUR_MARGIN_MM, Field
from calcsight.analysis.growing import grown, is_soft, within_ring
from calcsight.analysis.regions import Region, flood, height_inside, moved
from calcsight.analysis.seeds import Seed, seed_near
from calcsight.analysis.touching import SPECK_SCALE_MM, VALLEY_SD, lone_speck

# Within a wider candidate the brightest detail is looked at at this scale first.
_DETAIL_SCALE_MM = 0.13
# A detail that holds this share of the contrast, and is more than noise, is a particle itself.
_DETAIL_SHARE = 0.5
_DETAIL_SD = 4.0
_SEARCH_MM = 0.1
_SEARCH_SCALES = 1.6
# Background this many SD over the slow one: the seed may lie on a coarse piece.
_PLATEAU_SD = 2.0
# That piece is one particle when it rises by this share of the contrast of what lies on it.
_PLATEAU_SHARE = 0.7
_PLATEAU_FROM_MM = 0.8
_RAISED_FRACTIONS = (0.6, 0.75, 0.9)
# Narrower filters answer specks and noise: a coarse piece is looked for where those are bright.
_COARSE_SCALE_MM, _COARSE_SD = 0.12, 4.0
_VALLEY_FRACTIONS = (0.6, 0.7, 0.8)


def trace(field: Field, place: tuple[int, int], scale_mm: float, noise: float) -> Region | None:
    """Trace the particle at a candidate.

    The background is the median on a ring around the seed, then in a shell around what was
    found; the window grows with the particle. What outgrows the limit for its contrast, or is
    large with a soft edge, is no particle as a whole: the seed's own neighbourhood is outlined
    instead.

    Parameters
    ----------
    field : Field
    place : tuple of int
        `row, column` of the candidate in the box.
    scale_mm : float
        Sigma of the filter that answered most.
    noise : float
        Local noise SD, grey values.

    Returns
    -------
    Region or None
        None when the candidate is part of a particle that is already outlined, or several specks.
    """
    if field.outlined[place]:
        return None
    seeds = _seeds(field, place, scale_mm, noise)
    if not seeds:
        return None
    region = None
    for seed in seeds:
        region = _whole(field, seed)
        if region is not None:
            break
    if region is not None:
        alone = lone_speck(field, region, seeds[-1])
        if alone is not region and scale_mm > SPECK_SCALE_MM:
            # It answered several specks at once; each has a candidate of its own.
            return None
        region = alone
    small = region is None or max(field.sides_mm(region.rectangle)) < COARSE_FROM_MM
    broad = scale_mm > _COARSE_SCALE_MM or seed.peak >= _COARSE_SD * noise
    if small and broad and field.coarse_at(place):
        region = coarse_piece(field, seed) or region
    return _apart(field, region or _held(field, seed), seed)


def _seeds(field: Field, place: tuple[int, int], scale_mm: float, noise: float) -> list[Seed]:
    """Seeds to try in turn: the candidate as a whole, then its brightest detail."""
    if scale_mm <= SPECK_SCALE_MM:
        seed = seed_near(field, place, scale_mm, _SEARCH_MM, noise)
        return [] if seed is None else [seed]
    detail = seed_near(field, place, _DETAIL_SCALE_MM, _SEARCH_SCALES * scale_mm, noise)
    if detail is None:
        return []
    whole = seed_near(field, detail.place, scale_mm, 0.0, noise)
    prominence = max(_DETAIL_SHARE * (whole.contrast if whole else 0.0), _DETAIL_SD * noise)
    if whole is None or detail.contrast >= prominence:
        return [detail]
    return [whole, detail]


def _whole(field: Field, seed: Seed) -> Region | None:
    """Trace the particle as a whole; None when it runs away or is soft tissue."""
    if seed.background > _PLATEAU_SD * seed.noise:
        coarse = grown(field, seed, 0.0, seed.background)
        if coarse is not None and _is_coarse_piece(field, coarse, seed):
            return coarse
    if seed.contrast <= 0.0:
        return None
    region = grown(field, seed, seed.background, seed.peak)
    return None if region is None or is_soft(field, region) else region


def _is_coarse_piece(field: Field, region: Region, seed: Seed) -> bool:
    """Tell whether the plateau under a seed is one piece with what lies on it."""
    if max(field.sides_mm(region.rectangle)) < _PLATEAU_FROM_MM:
        return False
    flat = field.flat(region.window, region.smoothing_mm)
    rise = height_inside(field, flat, region.inside) - region.background
    return rise >= _PLATEAU_SHARE * seed.contrast and not is_soft(field, region)


def _held(field: Field, seed: Seed) -> Region:
    """Outline the seed's own neighbourhood, inside the ring of its background."""
    for fraction in _RAISED_FRACTIONS:
        level = seed.background + fraction * max(seed.contrast, 0.0)
        inside, rectangle = flood(seed.flat, seed.local, min(level, seed.peak))
        rectangle = moved(rectangle, seed.window)
        if within_ring(field, rectangle, seed):
            break
    else:
        barrier = (seed.squared_mm > (seed.inner_mm - BLUR_MARGIN_MM) ** 2).astype(np.uint8)
        inside, rectangle = flood(seed.flat, seed.local, min(level, seed.peak), barrier)
        rectangle = moved(rectangle, seed.window)
    return Region(
        window=seed.window,
        inside=inside,
        rectangle=rectangle,
        seed=seed.place,
        background=seed.background,
        fraction=fraction,
        smoothing_mm=seed.smoothing_mm,
        noise=seed.noise,
        held=True,
    )


def _apart(field: Field, region: Region, seed: Seed) -> Region | None:
    """Return the region clear of outlined particles, or None when it is part of one."""
    taken = field.taken(region.window)
    if not cv2.countNonZero(cv2.bitwise_and(taken, region.inside)):
        return region
    flat = field.flat(region.window, region.smoothing_mm)
    local = (region.seed[0] - region.window[0], region.seed[1] - region.window[1])
    for fraction in _VALLEY_FRACTIONS:
        if fraction <= region.fraction:
            continue
        level = region.background + fraction * (seed.peak - region.background)
        if seed.peak - level < VALLEY_SD * region.noise or flat[local] <= level:
            return None
        inside, rectangle = flood(flat, local, level)
        if not cv2.countNonZero(cv2.bitwise_and(taken, inside)):
            box = moved(rectangle, region.window)
            return replace(region, inside=inside, rectangle=box, fraction=fraction, held=True)
    return None
