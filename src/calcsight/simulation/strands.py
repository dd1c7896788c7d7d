"""Lines and knots of tissue drawn at full resolution."""

import cv2
import numpy as np

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.drawing import softened
from calcsight.simulation.lines import Path, knot_paths, line_paths
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.texture import Field, as_field, band_field, enlarged

# Every line is drawn into one of these pictures: sharp, and softer, Gaussian SD in mm.
_SOFTNESS_MM = (0.0, 0.08, 0.2)
_WIDE_MM = 0.35
_KNOT_SOFTNESS_MM = 0.13


def draw_lines(
    rng: np.random.Generator, spec: ViewSpec, canvas: Canvas, shape: tuple[int, int]
) -> Field:
    """Draw vessels, ducts, ligaments and knots of one view.

    Returns
    -------
    array (rows, columns), float32
        About 0-1; more where lines cross.
    """
    pitch = spec.pitch_mm
    field_mm = (shape[0] * pitch, shape[1] * pitch)
    lines = line_paths(rng, spec.families, field_mm, canvas.nipple_mm)
    softness = [2 if width > _WIDE_MM else int(rng.integers(2)) for _, width, _ in lines]
    total = np.zeros(shape, np.float32)
    for number, soft_mm in enumerate(_SOFTNESS_MM):
        chosen = [line for line, kind in zip(lines, softness, strict=True) if kind == number]
        total += softened(strands(shape, chosen, pitch), soft_mm / pitch)
    # Lines come and go as they run out of the sheet that holds them, and are beaded.
    fading = band_field(rng, canvas.shape, canvas.pitch_mm, 7.0) + np.float32(0.7)
    beads = band_field(rng, canvas.shape, canvas.pitch_mm, 1.3) * np.float32(0.35) + np.float32(1.0)
    shown = np.maximum(fading, np.float32(0.0)) * np.maximum(beads, np.float32(0.2))
    total *= enlarged(as_field(shown), shape, pitch / canvas.pitch_mm)
    knots = strands(shape, knot_paths(rng, spec.families, field_mm), pitch)
    return as_field(total + softened(knots, _KNOT_SOFTNESS_MM / pitch))


def strands(shape: tuple[int, int], paths: list[Path], pitch_mm: float) -> Field:
    """Draw lines of constant width whose ends fade; crossings of two pictures add up.

    Parameters
    ----------
    shape : tuple of int
        (rows, columns).
    paths : list of (points, width_mm, strength)
        Points (n, 2): (down, right) in mm; strength 0-1.
    pitch_mm : float

    Returns
    -------
    array (rows, columns), float32
        0 where no line is, the line's strength on it, more on a crossing.
    """
    total = np.zeros(shape, np.float32)
    for layer in range(2):
        picture = np.zeros(shape, np.uint8)
        for points, width_mm, strength in paths[layer::2]:
            corners = np.round(points[:, ::-1] * (16 / pitch_mm)).astype(np.int32)
            width = max(1, round(width_mm / pitch_mm))
            shade = 255 * strength * min(1.0, width_mm / pitch_mm / width)
            # Ever shorter pieces, each brighter than the one it covers.
            for share, cut in ((0.35, 0.0), (0.7, 0.1), (1.0, 0.2)):
                ends = int(cut * len(corners))
                piece = corners[ends : len(corners) - ends]
                cv2.polylines(picture, [piece], False, int(shade * share), width, cv2.LINE_AA, 4)
        total += picture
    return total / np.float32(255.0)
