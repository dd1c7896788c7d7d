"""Pictures of tissue that look alike whatever made and stored them: small, flat, without specks."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.filters import enlarged, gaussian_mean, shrunk
from calcsight.terms.errors import SpacingError
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.stages import Breast

# Left out along the skin: skin line and roll-off are drawn differently by every maker.
_SKIN_MM = 2.0
# Contrasts beyond this many local SD count as this many: no single bright thing decides.
_MOST_SD = 3.0
# No place is flatter than this share of the breast's middle SD: noise is no texture.
_LEAST_SD_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmallView:
    """A view reduced to points `pitch_mm` apart; point (0, 0) is the first pixel's centre.

    Parameters
    ----------
    grey : array (rows, columns), float32
        Reading frame, specks taken away.
    breast : array (rows, columns), uint8
        1 inside the breast.
    pitch_mm : float
    """

    grey: NDArray[np.float32]
    breast: NDArray[np.uint8]
    pitch_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Which tissue a picture shows.

    Parameters
    ----------
    pitch_mm : float
        Distance between its points.
    narrow_mm, wide_mm : float
        Sigmas between which structure is kept.
    even_mm : float
        Sigma of the window over which its strength is evened out.
    """

    pitch_mm: float
    narrow_mm: float
    wide_mm: float
    even_mm: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TissuePicture:
    """Tissue of one band, of local mean 0 and local SD 1.

    Parameters
    ----------
    values : array (rows, columns), float32
        -3 to 3; 0 outside `tissue`.
    tissue : array (rows, columns), uint8
        1 where there is tissue to compare: the breast without its skin.
    breast : array (rows, columns), uint8
        1 inside the breast.
    pitch_mm : float
        Distance between points; point (0, 0) is the first pixel's centre.
    """

    values: NDArray[np.float32]
    tissue: NDArray[np.uint8]
    breast: NDArray[np.uint8]
    pitch_mm: float


def small_view(mammogram: Mammogram, breast: Breast, pitch_mm: float) -> SmallView:
    """Reduce a view of known spacing to points `pitch_mm` apart, 3 x 3 median against specks.

    Parameters
    ----------
    mammogram : Mammogram
        With spacing.
    breast : Breast
        Of that mammogram.
    pitch_mm : float

    Raises
    ------
    SpacingError
        When the pixel spacing is unknown.
    """
    spacing = mammogram.spacing
    if spacing is None:
        raise SpacingError(
            f"unknown pixel spacing of {mammogram.uid}",
            "millimetres, to lay one view over another",
            "state the spacing",
        )
    steps_mm = (spacing.row_mm, spacing.column_mm)
    mask = np.zeros(mammogram.shape, np.float32)
    mask[breast.box.slices] = breast.mask
    grey = np.asarray(cv2.medianBlur(_on_lattice(mammogram.pixels, steps_mm, pitch_mm), 3))
    return SmallView(
        grey=np.asarray(grey, np.float32),
        breast=(_on_lattice(mask, steps_mm, pitch_mm) > 0.5).astype(np.uint8),
        pitch_mm=pitch_mm,
    )


def tissue_picture(small: SmallView, band: Band) -> TissuePicture:
    """Draw the tissue of one band: local mean taken away, divided by the local SD.

    Means and SD are of breast alone (normalised convolution), so that no air leaks in.

    Parameters
    ----------
    small : SmallView
    band : Band
        Of a pitch not below that of `small`.
    """
    inner = _without_skin(small.breast, _SKIN_MM / small.pitch_mm)
    weight = inner.astype(np.float32)
    grey = small.grey * weight
    narrow = _mean(grey, weight, band.narrow_mm / small.pitch_mm)
    structure = (narrow - _mean(grey, weight, band.wide_mm / small.pitch_mm)) * weight
    spread = np.sqrt(_mean(structure * structure, weight, band.even_mm / small.pitch_mm))
    typical = float(np.median(spread[inner > 0])) if inner.any() else 1.0
    floor = max(_LEAST_SD_SHARE * typical, float(np.finfo(np.float32).tiny))
    values = np.clip(structure / np.maximum(spread, floor), -_MOST_SD, _MOST_SD) * weight
    factor = band.pitch_mm / small.pitch_mm
    tissue = (_reduced(weight, factor) > 0.5).astype(np.uint8)
    return TissuePicture(
        values=_reduced(np.asarray(values, np.float32), factor) * tissue,
        tissue=tissue,
        breast=(_reduced(small.breast.astype(np.float32), factor) > 0.5).astype(np.uint8),
        pitch_mm=band.pitch_mm,
    )


def _on_lattice(
    pixels: NDArray[np.float32], steps_mm: tuple[float, float], pitch_mm: float
) -> NDArray[np.float32]:
    """Average pixels into points that start at the first pixel's centre."""
    height, width = pixels.shape
    sides_mm = (height * steps_mm[0], width * steps_mm[1])
    rows, columns = (max(1, round(side / pitch_mm)) for side in sides_mm)
    cells = cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_AREA)
    # A cell's middle is not where its first pixel is.
    down, right = height / rows, width / columns
    turn = np.array(
        [
            [pitch_mm / steps_mm[1] / right, 0.0, 0.5 / right - 0.5],
            [0.0, pitch_mm / steps_mm[0] / down, 0.5 / down - 0.5],
        ]
    )
    size = (
        int((width - 1) * steps_mm[1] / pitch_mm) + 1,
        int((height - 1) * steps_mm[0] / pitch_mm) + 1,
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    points = cv2.warpAffine(cells, turn, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(points, np.float32)


def _reduced(values: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Take every `factor`-th point of a picture smoothed to fit."""
    if factor == 1.0:
        return values
    size = (max(1, int(values.shape[1] / factor)), max(1, int(values.shape[0] / factor)))
    turn = np.array([[factor, 0.0, 0.0], [0.0, factor, 0.0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    smooth = gaussian_mean(values, 0.5 * factor)
    return np.asarray(cv2.warpAffine(smooth, turn, size, flags=flags), np.float32)


def _without_skin(breast: NDArray[np.uint8], margin_px: float) -> NDArray[np.uint8]:
    """Take the skin off a mask; along the image edge it stays."""
    width = 2 * max(1, round(margin_px)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    return np.asarray(cv2.erode(breast, disc), np.uint8)


def _mean(
    values: NDArray[np.float32], weight: NDArray[np.float32], sigma_px: float
) -> NDArray[np.float32]:
    """Gaussian mean of what has weight; `values` are 0 where there is none.

    On a copy shrunk to a fourth of sigma: a wide mean has no detail to lose.
    """
    step = max(1, int(sigma_px / 4.0))
    total = gaussian_mean(shrunk(values, step), sigma_px / step)
    share = gaussian_mean(shrunk(weight, step), sigma_px / step)
    mean = total / np.maximum(share, np.float32(1e-3))
    return enlarged(mean, values.shape) if step > 1 else np.asarray(mean, np.float32)
