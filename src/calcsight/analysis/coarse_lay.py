"""The first lay of one view over another: turned and shifted as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from calcsight.analysis.tissue_picture import TissuePicture

Map = NDArray[np.float64]
_Field = NDArray[np.float32]
_Transform = NDArray[np.complex64]

# How far angle and place (down, right) of one breast may differ between two dates: an oblique
# view may show more or less of the axilla, but the chest wall is on the left of both.
_TURNS_DEG = tuple(range(-12, 13, 3))
_REACH_MM = (60.0, 24.0)
# Both must show this share of the smaller breast's tissue.
_LEAST_SHARED = 0.6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Held:
    """Transforms of the current picture, taken once for all turns."""

    size: tuple[int, int]
    values: _Transform
    squares: _Transform
    tissue: _Transform
    breast: _Transform


def coarse_lay(current: TissuePicture, prior: TissuePicture) -> Map:
    """Find the turn and shift under which tissue and outline agree best.

    Starts from middle of breast on middle of breast, tries every turn with every shift, and takes
    the largest sum of the tissue's correlation, over what both show [1]_, and of the breasts'
    overlap over their union. Tissue decides where the outlines differ, the outline, with the
    nipple on it, where there is little tissue. The nipple's stand-in is not asked: in an oblique
    view it may be the axilla.

    Parameters
    ----------
    current, prior : TissuePicture
        Of one pitch.

    Returns
    -------
    array (2, 3), float64
        prior place = map[:, :2] @ current place + map[:, 2]; (down, right), mm.

    References
    ----------
    .. [1] D. Padfield, "Masked object registration in the Fourier domain", IEEE Trans. Image
       Processing 21 (2012) 2706-2718.
    """
    pitch_mm = current.pitch_mm
    ours, theirs = _middle(current), _middle(prior)
    held = _held(current)
    best, lay = -np.inf, np.zeros((2, 3))
    for turn in _turns(_TURNS_DEG):
        start = np.column_stack([turn, theirs - turn @ ours])
        score, shift = _best_shift(current, held, _turned(prior, start, current))
        if score > best:
            # What the turned prior shows at x lies at x + shift of the current.
            best = score
            lay = np.column_stack([turn, start[:, 2] - turn @ shift])
    lay[:, 2] *= pitch_mm
    return lay


def over(values: NDArray[np.float32], lay: Map, pitch_mm: float, shape: tuple[int, ...]) -> _Field:
    """Draw a picture of the prior in the current's frame, 0 where it ends.

    Parameters
    ----------
    values : array (rows, columns), float32
        Of the prior, points `pitch_mm` apart.
    lay : array (2, 3)
        As `coarse_lay` returns.
    pitch_mm : float
    shape : tuple of int
        (rows, columns) of the current's picture.
    """
    flipped = np.column_stack([lay[::-1, 1::-1], lay[::-1, 2] / pitch_mm])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    drawn = cv2.warpAffine(np.asarray(values, np.float32), flipped, shape[1::-1], flags=flags)
    return np.asarray(drawn, np.float32)


def _turns(degrees: Iterable[float]) -> list[Map]:
    return [
        np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) for a in np.radians([*degrees])
    ]


def _turned(prior: TissuePicture, start: Map, current: TissuePicture) -> tuple[_Field, ...]:
    """Return values, tissue and breast of the prior in the current's frame, with a wide rim."""
    reach = _reach_px(current)
    rimmed = np.column_stack([start[:, :2], start[:, 2] - start[:, :2] @ reach])
    shape = tuple(current.values.shape + 2 * reach)

    def shown(mask: NDArray[np.uint8]) -> _Field:
        drawn = over(mask.astype(np.float32), rimmed, 1.0, shape)
        return (drawn > 0.5).astype(np.float32)

    tissue = shown(prior.tissue)
    return over(prior.values, rimmed, 1.0, shape) * tissue, tissue, shown(prior.breast)


def _middle(picture: TissuePicture) -> NDArray[np.float64]:
    """Return the middle of the breast (down, right), points."""
    places = np.argwhere(picture.breast > 0)
    return places.mean(axis=0) if len(places) else np.zeros(2)


def _reach_px(current: TissuePicture) -> NDArray[np.int_]:
    return np.rint(np.array(_REACH_MM) / current.pitch_mm).astype(int)


def _held(current: TissuePicture) -> _Held:
    rows, columns = (
        fft.next_fast_len(int(side), real=True)
        for side in 2 * (current.values.shape + _reach_px(current))
    )
    size = (rows, columns)
    tissue = current.tissue.astype(np.float32)
    return _Held(
        size=size,
        values=fft.rfft2(current.values, size),
        squares=fft.rfft2(current.values**2, size),
        tissue=fft.rfft2(tissue, size),
        breast=fft.rfft2(current.breast.astype(np.float32), size),
    )


def _best_shift(
    current: TissuePicture, held: _Held, turned: tuple[_Field, ...]
) -> tuple[float, NDArray[np.float64]]:
    """Return the best score over all allowed shifts, and the shift in points."""
    values, tissue, breast = turned

    def moved(one: _Transform, other: _Field) -> _Field:
        return np.asarray(fft.irfft2(one * np.conj(fft.rfft2(other, held.size)), held.size))

    shared = np.maximum(moved(held.tissue, tissue), 1e-3)
    ours, theirs = moved(held.values, tissue), moved(held.tissue, values)
    together = moved(held.values, values) - ours * theirs / shared
    spread = (moved(held.squares, tissue) - ours**2 / shared) * (
        moved(held.tissue, values * values) - theirs**2 / shared
    )
    likeness = together / np.sqrt(np.maximum(spread, 1e-6))
    both = moved(held.breast, breast)
    union = float(current.breast.sum()) + float(breast.sum()) - both
    least = _LEAST_SHARED * min(float(current.tissue.sum()), float(tissue.sum()))
    score = np.where(shared >= least, likeness, -1.0) + both / np.maximum(union, 1.0)
    # The rim is part of every shift.
    reach = _reach_px(current)
    allowed = score[np.ix_(*(np.arange(-2 * side, 1) for side in reach))]
    best = np.array(np.unravel_index(int(np.argmax(allowed)), allowed.shape))
    return float(allowed.max()), (best - reach).astype(np.float64)
