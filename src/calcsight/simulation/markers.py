"""What is on a mammogram and is no breast: a view label, a nipple ball."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.looks import Look
from calcsight.simulation.spec import ViewSpec


def draw_markers(
    rng: np.random.Generator,
    spec: ViewSpec,
    look: Look,
    canvas: Canvas,
    stored: NDArray[np.uint16],
) -> NDArray[np.uint16]:
    """Draw a view label outside the breast and, in some views, a ball on the nipple.

    Parameters
    ----------
    stored : array (rows, columns), uint16
        Reading frame; changed and returned.
    """
    bright = 0 if look.relationship == "LIN" else look.largest
    cover = np.zeros(stored.shape, np.uint8)
    if rng.uniform() < 0.6:
        _draw_label(rng, spec, cover)
    if rng.uniform() < 0.35:
        radius = rng.uniform(0.8, 1.5) / spec.pitch_mm
        at = np.array(canvas.nipple_mm) / spec.pitch_mm + rng.uniform(-8.0, 8.0, 2)
        centre = (round(at[1] * 16), round(at[0] * 16))
        cv2.circle(cover, centre, round(radius * 16), 255, -1, cv2.LINE_AA, 4)
    share = cover.astype(np.float32) / np.float32(255.0)
    mixed = stored * (1.0 - share) + np.float32(bright) * share
    return np.asarray(np.rint(mixed), dtype=np.uint16)


def _draw_label(rng: np.random.Generator, spec: ViewSpec, cover: NDArray[np.uint8]) -> None:
    """Write the view's short name near the corner away from the chest wall."""
    text = f"{spec.laterality}{spec.view}"
    size = 5.0 / spec.pitch_mm / 22.0
    heavy = max(1, round(0.5 / spec.pitch_mm))
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, heavy)
    left = cover.shape[1] - width - round(rng.uniform(2.0, 6.0) / spec.pitch_mm)
    top = round(rng.uniform(3.0, 8.0) / spec.pitch_mm) + height
    label = np.zeros((height + 3 * heavy, width + 2 * heavy), np.uint8)
    cv2.putText(
        label,
        text,
        (heavy, height + heavy),
        cv2.FONT_HERSHEY_SIMPLEX,
        size,
        255,
        heavy,
        cv2.LINE_AA,
    )
    if spec.laterality.value == "R":
        label = np.ascontiguousarray(label[:, ::-1])
    part = cover[top : top + label.shape[0], left : left + label.shape[1]]
    part[...] = label[: part.shape[0], : part.shape[1]]
