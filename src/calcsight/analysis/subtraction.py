"""Temporal subtraction: what the current view shows and the prior does not, and the reverse."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.filters import enlarged
from calcsight.analysis.fine_detail import Detail, Detailed, detailed_pair, laid_over
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.registration import Registration

# How far a particle may still lie from where it is expected, and from which brightness on
# something counts as a particle that may.
TOLERANCE_MM = 0.5
_LEAST_SD = 3.0
# The noise of two detectors differs, and with it what the same calcium comes to in noise SD: one
# factor makes what both show this brightly equally bright, if it is on so many pixels.
_COMMON_SD = 3.0
_FEWEST_COMMON = 100


def subtracted(
    current: Mammogram,
    prior: Mammogram,
    registration: Registration,
    tolerance_mm: float = TOLERANCE_MM,
) -> NDArray[np.float32]:
    """Subtract the prior from the current view, each in its own local noise SD.

    Both are flattened, made equally sharp, and divided by the noise that is left; the prior is
    resampled through the registration, and what is still shifted is laid right block by block
    (`local_shifts`); one factor makes what both show equally bright. From each view the brightest
    of the other within `tolerance_mm` is then taken off, in both directions [1]_ [2]_: what
    stayed cancels although it is not quite where it is expected, at the price of what is new
    right beside what was there.

    Parameters
    ----------
    current, prior : Mammogram
        Of known spacing.
    registration : Registration
        Of `prior` with `current`.
    tolerance_mm : float
        0 = pixel against pixel.

    Returns
    -------
    array (rows, columns), float32
        The current view's reading frame and shape, local noise SD: new calcium is bright (> 0),
        what is gone dark (< 0); 0 where one of both shows no breast.

    Raises
    ------
    SpacingError
        When the spacing of one of them is unknown.
    NoBreastError
        When there is no breast in one of them.

    References
    ----------
    .. [1] Y. Itai, H. Kim, S. Ishikawa, S. Katsuragawa, K. Doi, "Development of a voxel-matching
       technique for substantial reduction of subtraction artifacts in temporal subtraction
       images obtained from thoracic MDCT", J. Digital Imaging 23 (2010) 31-38 (abstract seen).
    .. [2] T. Tanaka et al., "Adaptive voxel matching for temporal CT subtraction", J. Digital
       Imaging 33 (2020) 1543-1553 (abstract seen): the search on both images.
    """
    now, before = detailed_pair(current, prior)
    laid, shown = laid_over(now, before, registration)
    difference = difference_of(now, laid, tolerance_mm)
    difference[shown == 0] = 0.0
    return enlarged(difference, current.shape)


def difference_of(current: Detailed, laid: Detail, tolerance_mm: float) -> Detail:
    """Take off each what the other shows within reach; see `subtracted`.

    Parameters
    ----------
    current : Detailed
    laid : array, float32
        The prior's detail on the pixels of `current`, as `laid_over` gives it.
    tolerance_mm : float
    """
    now = current.detail
    width = 2 * round(tolerance_mm / current.pitch_mm[0]) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    near_now, near_laid = (np.asarray(cv2.dilate(one, disc), np.float32) for one in (now, laid))
    factor = _brightness_factor(near_laid, now)
    back = _brightness_factor(near_now, laid)
    # The brightest within reach is favoured, each way once: the middle of both is fair.
    laid, near_laid = (one * np.float32(np.sqrt(factor / back)) for one in (laid, near_laid))
    return _left(now, laid, near_laid) - _left(laid, now, near_now)


def _brightness_factor(near: Detail, here: Detail) -> float:
    """Return the usual ratio where both views show something bright; 1 where hardly any does."""
    both = (here >= _COMMON_SD) & (near >= _COMMON_SD)
    if np.count_nonzero(both) < _FEWEST_COMMON:
        return 1.0
    return float(np.median(here[both] / near[both]))


def _left(one: Detail, other: Detail, nearby: Detail) -> Detail:
    """Return what one view shows beyond the other: beyond its brightest particle within reach."""
    known = np.where(nearby >= _LEAST_SD, nearby, other)
    return np.maximum(one - known, np.float32(0.0))
