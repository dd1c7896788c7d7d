"""Families of breast tissue; each returns texture on a coarse grid, in units of its own SD."""

from collections.abc import Callable

import cv2
import numpy as np

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.families import Families, pick_family
from calcsight.simulation.texture import (
    Field,
    as_field,
    band_field,
    displaced,
    power_law_field,
    ridges,
    smeared,
    standardised,
)

Tissue = Callable[[np.random.Generator, Canvas], Field]


def clouds(rng: np.random.Generator, canvas: Canvas) -> Field:
    """Power-law clouds in three layers that run different ways, with a fine web."""
    texture = np.zeros(canvas.shape, np.float32)
    for _ in range(3):
        stretch = (rng.uniform(1.2, 2.5), rng.uniform(-0.9, 0.9))
        beta = rng.uniform(2.4, 2.9)
        texture += power_law_field(rng, canvas.shape, canvas.pitch_mm, beta, stretch)
    web = ridges(band_field(rng, canvas.shape, canvas.pitch_mm, rng.uniform(2.0, 4.0)), 0.12)
    return standardised(texture) + np.float32(0.6) * web


def webs(rng: np.random.Generator, canvas: Canvas) -> Field:
    """Sheets of connective tissue seen edge on: curved lines of several sizes over clouds."""
    texture = power_law_field(rng, canvas.shape, canvas.pitch_mm, rng.uniform(2.6, 3.1))
    for size_mm in rng.uniform(1.0, 6.0, 5):
        band = band_field(rng, canvas.shape, canvas.pitch_mm, float(size_mm))
        band = band + np.float32(0.3) * texture
        strength = np.float32(rng.uniform(0.25, 0.7))
        texture = texture + strength * ridges(band, float(rng.uniform(0.08, 0.2)))
    return texture


def lobes(rng: np.random.Generator, canvas: Canvas) -> Field:
    """Fat lobules with thin walls between them, over clouds."""
    texture = power_law_field(rng, canvas.shape, canvas.pitch_mm, rng.uniform(2.5, 2.9))
    down = band_field(rng, canvas.shape, canvas.pitch_mm, 6.0)
    right = band_field(rng, canvas.shape, canvas.pitch_mm, 6.0)
    for size_mm in (4.0, 8.0, 15.0):
        wall_mm = distance_to_walls(rng, canvas, size_mm)
        shift = np.float32(0.25 * size_mm / canvas.pitch_mm)
        wall_mm = displaced(wall_mm, down * shift, right * shift)
        thin = np.float32(rng.uniform(0.15, 0.35))
        texture += np.float32(rng.uniform(0.4, 0.9)) * np.exp(-wall_mm / thin)
        texture += np.float32(0.15) * np.exp(-wall_mm / np.float32(0.2 * size_mm))
    return as_field(texture)


def distance_to_walls(rng: np.random.Generator, canvas: Canvas, size_mm: float) -> Field:
    """Distance to the walls between random cells of about `size_mm`, mm."""
    rows, columns = canvas.shape
    cells = max(2, int(rows * columns * (canvas.pitch_mm / size_mm) ** 2))
    ground = np.ones(canvas.shape, np.uint8)
    ground[rng.integers(0, rows, cells), rng.integers(0, columns, cells)] = 0
    _, labels = cv2.distanceTransformWithLabels(ground, cv2.DIST_L2, 5)
    flat = labels.astype(np.float32)
    same = (cv2.erode(flat, np.ones((3, 3), np.uint8)) == flat).astype(np.uint8)
    distance = cv2.distanceTransform(same, cv2.DIST_L2, 5)
    return as_field(distance * canvas.pitch_mm)


def fibres(rng: np.random.Generator, canvas: Canvas) -> Field:
    """Strands of several widths that run along a flow towards the nipple."""
    texture = power_law_field(rng, canvas.shape, canvas.pitch_mm, rng.uniform(2.5, 3.0))
    for sigma_px, strength in ((1.0, 0.4), (1.8, 0.4), (3.5, 0.45)):
        turn = np.float32(rng.uniform(0.4, 1.2)) * band_field(
            rng, canvas.shape, canvas.pitch_mm, float(rng.uniform(8.0, 25.0))
        ) + np.float32(rng.uniform(-0.6, 0.6))
        down, right = canvas.toward_nipple()
        cosine, sine = np.cos(turn), np.sin(turn)
        direction = (down * cosine - right * sine, down * sine + right * cosine)
        noise = rng.standard_normal(canvas.shape, dtype=np.float32)
        noise = as_field(cv2.GaussianBlur(noise, (0, 0), sigma_px))
        strand = smeared(noise, direction, float(rng.uniform(20.0, 60.0)) * sigma_px)
        texture = as_field(texture + strength * np.maximum(strand, -0.5))
    return texture


def marbled(rng: np.random.Generator, canvas: Canvas) -> Field:
    """Power-law tissue folded by a random displacement, brighter where it is dense."""
    texture = power_law_field(rng, canvas.shape, canvas.pitch_mm, rng.uniform(2.3, 2.7))
    for size_mm, reach_mm in ((12.0, 2.2), (4.0, 0.5), (1.5, 0.12)):
        pixels = np.float32(reach_mm / canvas.pitch_mm)
        down = band_field(rng, canvas.shape, canvas.pitch_mm, size_mm) * pixels
        right = band_field(rng, canvas.shape, canvas.pitch_mm, size_mm) * pixels
        texture = displaced(texture, down, right)
    return standardised(np.exp(np.clip(texture, -3.0, 3.0) * np.float32(0.35)))


_TISSUES: dict[Families, dict[str, Tissue]] = {
    Families.TUNING: {"clouds": clouds, "webs": webs, "lobes": lobes},
    Families.TEST: {"fibres": fibres, "marbled": marbled},
}


def tissue_families(families: Families) -> tuple[str, ...]:
    """Names of the background families."""
    return tuple(_TISSUES[families])


def tissue(families: Families, name: str) -> Tissue:
    """Return a background family.

    Raises
    ------
    UsageError
        When `families` has no background of that name.
    """
    return pick_family(_TISSUES, families, name)
