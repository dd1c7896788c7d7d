"""What lies on a film or is scratched into it: sharper than anything in the breast."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.lines import bent_path, log_uniform
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.texture import Field

_PARTS = 16
_CLEAN = 0.15
Cover = NDArray[np.uint8]


def draw_dirt(rng: np.random.Generator, spec: ViewSpec, bright: Field) -> None:
    """Draw dust, hairs, scratches, pick-off and borders in place, all over the film.

    Parameters
    ----------
    rng : numpy.random.Generator
    spec : ViewSpec
    bright : array (rows, columns), float32
        Brightness 0-1; changed.
    """
    size = (bright.shape[0], bright.shape[1])
    light, dark = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    field_mm = np.array(size) * spec.pitch_mm
    # Half of all films were kept well.
    much = _CLEAN if rng.random() < 0.5 else 1.0
    area_cm2 = much * float(field_mm.prod()) / 100.0
    for _ in range(int(rng.poisson(area_cm2 * log_uniform(rng, 0.003, 0.15)))):
        on = light if rng.random() < 0.75 else dark
        _speck(rng, spec, on, rng.uniform((0.0, 0.0), field_mm), log_uniform(rng, 0.05, 0.5))
    for _ in range(int(rng.poisson(2.0 * much))):
        on = light if rng.random() < 0.85 else dark
        start = rng.uniform((0.0, 0.0), field_mm)
        path = bent_path(rng, spec.families, start, log_uniform(rng, 1.0, 15.0))
        _line(rng, spec, on, path, float(rng.uniform(0.04, 0.15)))
    for _ in range(int(rng.poisson(1.2 * much))):
        _line(rng, spec, light, _scratch(rng, field_mm), float(rng.uniform(0.03, 0.12)))
    if rng.random() < 0.3 * much:
        for _ in range(int(rng.integers(1, 4))):
            _pick_off(rng, spec, light, rng.uniform((0.0, 0.0), field_mm))
    if rng.random() < 0.5:
        _borders(rng, spec, light)
    share = np.float32(1.0 / 255.0)
    top = np.float32(max(0.9, float(bright.max())))
    bright += (top - bright) * (light * share)
    bright *= np.float32(1.0) - np.float32(0.6) * (dark * share)


def _shade(rng: np.random.Generator, width_mm: float, spec: ViewSpec, power: int) -> int:
    """Draw how much a mark covers, 0-255; a mark below a pixel covers its share of it."""
    covered = min(1.0, width_mm / spec.pitch_mm) ** power
    return max(1, int(255 * covered * log_uniform(rng, 0.08, 1.0)))


def _speck(
    rng: np.random.Generator,
    spec: ViewSpec,
    cover: Cover,
    at_mm: NDArray[np.float64],
    width_mm: float,
) -> None:
    """Draw one angular speck with a hard edge."""
    corners = int(rng.integers(4, 8))
    angles = np.sort(rng.uniform(0.0, 2 * np.pi, corners))
    reach = 0.5 * max(width_mm, 0.8 * spec.pitch_mm) * rng.uniform(0.5, 1.2, corners)
    points = np.stack([np.cos(angles), np.sin(angles)], 1) * reach[:, None] + at_mm[::-1]
    shape = np.round(points / spec.pitch_mm * _PARTS).astype(np.int32)
    cv2.fillPoly(cover, [shape], _shade(rng, width_mm, spec, 2), cv2.LINE_AA, 4)


def _line(
    rng: np.random.Generator,
    spec: ViewSpec,
    cover: Cover,
    path_mm: NDArray[np.float64],
    width_mm: float,
) -> None:
    """Draw one hair or scratch."""
    corners = np.round(path_mm[:, ::-1] / spec.pitch_mm * _PARTS).astype(np.int32)
    width = max(1, round(width_mm / spec.pitch_mm))
    shade = _shade(rng, width_mm, spec, 1)
    cv2.polylines(cover, [corners], False, shade, width, cv2.LINE_AA, 4)


def _scratch(rng: np.random.Generator, field_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw a long line, straight or slightly bent, often along the film."""
    start, length = rng.uniform((0.0, 0.0), field_mm), log_uniform(rng, 4.0, 120.0)
    angle = rng.normal(np.pi / 2, 0.1) if rng.random() < 0.5 else rng.uniform(0.0, np.pi)
    t = np.linspace(0.0, 1.0, 20)[:, None]
    ahead = np.array([np.sin(angle), np.cos(angle)]) * length
    aside = np.array([ahead[1], -ahead[0]]) * rng.normal(0.0, 0.05)
    path: NDArray[np.float64] = start + t * ahead + t * (1.0 - t) * aside
    return path


def _pick_off(
    rng: np.random.Generator, spec: ViewSpec, cover: Cover, middle_mm: NDArray[np.float64]
) -> None:
    """Draw a patch where specks of emulsion are missing: clear film, razor-sharp."""
    spread = rng.uniform(0.5, 5.0)
    for _ in range(int(rng.integers(2, 14))):
        at = middle_mm + rng.normal(0.0, spread, 2)
        _speck(rng, spec, cover, at, log_uniform(rng, 0.05, 0.3))


def _borders(rng: np.random.Generator, spec: ViewSpec, cover: Cover) -> None:
    """Draw clear film's edge, tape or a paper label along the side away from the chest."""
    rows, columns = cover.shape
    shade = int(rng.uniform(120, 255))
    wide = max(1, int(rng.uniform(0.5, 4.0) / spec.pitch_mm))
    if rng.random() < 0.5:
        cover[:, columns - wide :] = shade
    if rng.random() < 0.3:
        cover[: max(1, wide // 2)] = shade
    if rng.random() < 0.4:
        size = (rng.uniform(8.0, 25.0, 2) / spec.pitch_mm).astype(int)
        top = int(rng.uniform(0.0, 0.25) * rows)
        cover[top : top + size[0], columns - size[1] :] = shade
