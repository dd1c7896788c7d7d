"""Find the breast: where tissue is, and where it is not air, label, marker or holder."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.terms.errors import NoBreastError
from calcsight.terms.mammogram import OBLIQUE_VIEWS, Mammogram
from calcsight.terms.settings import BreastSettings
from calcsight.terms.stages import Box, Breast

# Air is smoother than tissue: its median gradient is under this share of the tissue's.
_AIR_GRADIENT_SHARE = 0.3
# Between air and tissue, the share of the way up at which tissue begins.
_TISSUE_SHARE = 0.12
# Otsu's threshold is taken again inside the dark class at most this often.
_MOST_SPLITS = 3
# Plates, holders and over-exposed film: this near the highest grey, as a share of the range, and
# as wide as 3 mm.
_SATURATED_SHARE = 0.015
# A nipple lies at least this far from the chest wall, as a share of the farthest skin. Our choice.
_TIP_DEPTH_SHARE = 0.9
# What covers more of the tissue than this is even tissue, no plate.
_MOST_PLATE_SHARE = 0.5


def find_breast(mammogram: Mammogram, pitch_mm: float, settings: BreastSettings) -> Breast:
    """Find the breast on a small copy of the image.

    Air and tissue are told apart by Otsu's threshold [1]_ moved towards the air; saturated
    plates are taken out; an opening cuts labels, marker balls and holders off; the largest
    piece is the breast. Without any air (a cropped or magnified view) all is breast.

    Parameters
    ----------
    mammogram : Mammogram
        Dense = bright, chest wall left.
    pitch_mm : float
        Distance between pixel centres, mm.
    settings : BreastSettings

    Returns
    -------
    Breast
        In the reading frame.

    Raises
    ------
    NoBreastError
        When no piece of tissue is as large as `settings.minimum_area_mm2`.

    References
    ----------
    .. [1] N. Otsu, "A threshold selection method from gray-level histograms", IEEE Trans.
       Systems, Man, and Cybernetics 9 (1979) 62-66.
    """
    small = _small_copy(mammogram.pixels, pitch_mm, settings.working_pitch_mm)
    tissue = _without_plates(_tissue(small), small, settings.working_pitch_mm)
    tissue = _largest_piece(tissue, settings.working_pitch_mm)
    area_mm2 = float(tissue.sum()) * settings.working_pitch_mm**2
    if area_mm2 < settings.minimum_area_mm2:
        raise NoBreastError(
            f"no piece of tissue larger than {area_mm2:.1f} mm2",
            f"a breast of at least {settings.minimum_area_mm2:.0f} mm2",
            "check the image, its polarity and its spacing",
        )
    margin_px = round(2.0 * settings.skin_margin_mm / pitch_mm)
    lean_deg = settings.oblique_lean_deg if _leans(mammogram) else 0.0
    return _at_full_size(tissue, mammogram.shape, margin_px, lean_deg)


def tip_of(mask: NDArray[np.uint8], lean_deg: float) -> tuple[float, float]:
    """Return the point of a breast that stands for its nipple.

    The farthest from the chest wall; where the chest wall leans, as it does in an oblique view,
    the farthest perpendicular to it. A woman stands upright, so that the nipple of an oblique
    view lies below the point that is farthest to the right.

    Parameters
    ----------
    mask : array (rows, columns), uint8
        1 inside the breast, chest wall left; at least one.
    lean_deg : float
        0-90, how far the chest wall's upper end leans towards the nipple.

    Returns
    -------
    tuple of float
        (row, column); the mean of equally far points.
    """
    rows = np.flatnonzero(mask.any(axis=1))
    columns = mask.shape[1] - 1 - np.argmax(mask[rows, ::-1], axis=1)
    # Of a shallow breast the lower end would be farther.
    deep = columns >= _TIP_DEPTH_SHARE * columns.max()
    rows, columns = rows[deep], columns[deep]
    lean = np.radians(lean_deg)
    reach = columns * np.cos(lean) + rows * np.sin(lean)
    farthest = reach >= reach.max() - 0.5
    return float(rows[farthest].mean()), float(columns[farthest].mean())


def _leans(mammogram: Mammogram) -> bool:
    """Tell whether the chest wall leans in a view, its upper end known to be on top."""
    return mammogram.view in OBLIQUE_VIEWS and mammogram.top_is_known


def _small_copy(
    pixels: NDArray[np.float32], pitch_mm: float, working_pitch_mm: float
) -> NDArray[np.float32]:
    """Shrink to the working pitch (never enlarge), 3 x 3 median against specks."""
    factor = min(1.0, pitch_mm / working_pitch_mm)
    rows, columns = (max(8, round(n * factor)) for n in pixels.shape)
    small = cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.medianBlur(np.ascontiguousarray(small, np.float32), 3), np.float32)


def _tissue(small: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Tell tissue (1) from air (0); all ones when there is no air."""
    gradient = cv2.morphologyEx(small, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    ceiling = float(np.percentile(small, 99.0))
    for _ in range(_MOST_SPLITS):
        below = small[small <= ceiling]
        threshold = _otsu(below)
        dark = small <= threshold
        bright = (small > threshold) & (small <= ceiling)
        if not dark.any() or not bright.any():
            break
        if np.median(gradient[dark]) <= _AIR_GRADIENT_SHARE * np.median(gradient[bright]):
            air, level = float(np.median(small[dark])), float(np.median(small[small > threshold]))
            return (small > air + _TISSUE_SHARE * (level - air)).astype(np.uint8)
        ceiling = threshold
    return np.ones(small.shape, np.uint8)


def _otsu(values: NDArray[np.float32]) -> float:
    """Otsu's threshold over 256 levels of these values."""
    low, high = float(values.min()), float(values.max())
    step = max(high - low, 1e-12) / 255.0
    grey = ((values - low) / step).astype(np.uint8).reshape(-1, 1)
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return low + float(level) * step


def _without_plates(
    tissue: NDArray[np.uint8], small: NDArray[np.float32], working_pitch_mm: float
) -> NDArray[np.uint8]:
    """Take flat saturated regions out, with the rim that shrinking blurred."""
    lowest, highest = float(small.min()), float(small.max())
    level = highest - _SATURATED_SHARE * (highest - lowest)
    saturated = (small >= level).astype(np.uint8)
    plates = cv2.morphologyEx(saturated, cv2.MORPH_OPEN, _disc(1.5, working_pitch_mm))
    rimmed = np.asarray(cv2.dilate(plates, _disc(1.5, working_pitch_mm)), np.uint8)
    if cv2.countNonZero(rimmed & tissue) > _MOST_PLATE_SHARE * cv2.countNonZero(tissue):
        return tissue
    return np.where(rimmed > 0, np.uint8(0), tissue)


def _largest_piece(tissue: NDArray[np.uint8], working_pitch_mm: float) -> NDArray[np.uint8]:
    """Cut thin bridges and frames, keep the largest piece, fill its holes."""
    disc = _disc(3.0, working_pitch_mm)
    margin = disc.shape[0]
    # Outside counts as air here, so that a bright frame along the image edge is thin too.
    padded = cv2.copyMakeBorder(
        tissue, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0
    )
    opened = cv2.morphologyEx(padded, cv2.MORPH_OPEN, disc)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    if count < 2:
        return np.zeros_like(tissue)
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    grown = np.asarray(cv2.dilate((labels == largest).astype(np.uint8), disc), np.uint8)
    piece = np.ascontiguousarray(grown[margin:-margin, margin:-margin] & tissue)
    outlines, _ = cv2.findContours(piece, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=len)
    return np.asarray(cv2.drawContours(np.zeros_like(tissue), [outline], -1, 1, -1), np.uint8)


def _disc(radius_mm: float, working_pitch_mm: float) -> NDArray[np.uint8]:
    """Return a disc-shaped structuring element."""
    width = 2 * max(1, round(radius_mm / working_pitch_mm)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)), np.uint8)


def _at_full_size(
    tissue: NDArray[np.uint8], shape: tuple[int, int], margin_px: int, lean_deg: float
) -> Breast:
    """Enlarge the small mask to the image and cut out its box, with some air around it."""
    large = cv2.resize(tissue * 255, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    full = (np.asarray(large) > 127).astype(np.uint8)
    left, top, width, height = cv2.boundingRect(full)
    tip_row, tip_column = tip_of(full, lean_deg)
    box = Box(
        top=max(0, top - margin_px),
        left=max(0, left - margin_px),
        bottom=min(shape[0], top + height + margin_px),
        right=min(shape[1], left + width + margin_px),
    )
    return Breast(
        box=box,
        mask=np.ascontiguousarray(full[box.slices]),
        area_px=int(cv2.countNonZero(full)),
        tip_row=tip_row,
        tip_column=tip_column,
    )
