"""Outlines built from strokes and lumps: ribbons along a path, and what touches melted together."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.outlines import Outline

Path = NDArray[np.float64]

_ACROSS = 480


def wavy_path(rng: np.random.Generator, length: float, sway: float, points: int = 24) -> Path:
    """Draw a path (n, 2) of (across, along), centred, that sways about the along axis.

    Parameters
    ----------
    rng : numpy.random.Generator
    length : float
        From end to end, along.
    sway : float
        Largest departure from the axis, as a share of the length.
    points : int
    """
    along = np.linspace(-0.5, 0.5, points)
    slow = np.sin(np.pi * (along * rng.uniform(0.7, 1.3) + rng.uniform(0.0, 2.0)))
    fast = np.sin(np.pi * (along * rng.uniform(2.0, 4.0) + rng.uniform(0.0, 2.0)))
    across = sway * (0.7 * slow + 0.3 * fast)
    return np.stack([(across - across.mean()) * length, along * length], 1)


def ribbon(path: Path, half_widths: NDArray[np.float64]) -> Outline:
    """Return the outline of a stroke along a path, round at its ends.

    Parameters
    ----------
    path : array (n, 2)
    half_widths : array (n,)
        Half the stroke's width at each point of the path.
    """
    step = np.gradient(path, axis=0)
    step /= np.maximum(np.hypot(*step.T), 1e-12)[:, None]
    normal = np.stack([step[:, 1], -step[:, 0]], 1)
    turn = np.linspace(0.0, np.pi, 9)[1:-1, None]

    def cap(at: int, forward: float) -> Outline:
        out, side = step[at] * forward, normal[at] * forward
        bulge = np.cos(turn) * side + np.sin(turn) * out
        return np.asarray(path[at] + bulge * half_widths[at])

    left, right = path + normal * half_widths[:, None], path - normal * half_widths[:, None]
    return np.concatenate([left, cap(-1, 1.0), right[::-1], cap(0, -1.0)])


def disc(centre: NDArray[np.float64], radius: float) -> Outline:
    """Return the outline of a disc."""
    turn = np.linspace(0.0, 2 * np.pi, 48, endpoint=False)
    return np.asarray(centre + radius * np.stack([np.sin(turn), np.cos(turn)], 1))


def melted(pieces: Sequence[Outline], softness: float = 0.0) -> Outline:
    """Return the outline of all pieces together; of the largest part when they do not touch.

    Parameters
    ----------
    pieces : sequence of array (n, 2)
    softness : float
        Corners and notches are rounded by about this share of the whole's size.
    """
    every = np.concatenate(pieces)
    low, size = every.min(axis=0), float(np.ptp(every, axis=0).max())
    scale = _ACROSS / size
    margin = 8 + int(2 * softness * _ACROSS)
    across = np.ceil(np.ptp(every, axis=0) * scale).astype(int) + 2 * margin + 1
    picture = np.zeros(across, np.uint8)
    for piece in pieces:
        corners = ((piece - low) * scale + margin)[:, ::-1]
        cv2.fillPoly(picture, [np.rint(corners * 256).astype(np.int32)], 255, shift=8)
    smooth = cv2.GaussianBlur(picture, (0, 0), max(1.5, softness * _ACROSS))
    contours, _ = cv2.findContours(
        (np.asarray(smooth) > 127).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    largest = max(contours, key=cv2.contourArea).reshape(-1, 2)[:, ::-1].astype(np.float64)
    ahead, behind = np.roll(largest, -1, axis=0), np.roll(largest, 1, axis=0)
    return np.asarray((((largest * 2 + ahead + behind) / 4)[::2] - margin) / scale + low)
