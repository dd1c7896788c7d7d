"""How well two views were laid over each other, and whether that is good enough."""

import dataclasses
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.bent_lay import Lay, drawn
from calcsight.analysis.patch_matching import Search, find_patches
from calcsight.analysis.tissue_picture import TissuePicture
from calcsight.terms.comparison_settings import RegistrationSettings
from calcsight.terms.registration import RegistrationQuality

_Mask = NDArray[np.bool_]

# Pieces are asked anew within this reach, and agree within this distance, mm. Of the patches,
# reaches, distances and weights tried on TUNING pairs these told right from wrong pairs best.
_AGREE = Search(patch_mm=12.0, reach_mm=9.0, step_mm=6.0)
_AGREE_MM = 1.0
# Fewer pieces than this prove little: those that are missing are taken not to agree.
_FEWEST_PIECES = 12
# Laid wrongly by this much, tissue is alike by chance only, mm.
_WRONG_MM = 12.0
_FEWEST = 50


def tissue_quality(current: TissuePicture, prior: TissuePicture, lay: Lay) -> dict[str, Any]:
    """Measure likeness, likeness by chance, overlap and distance of the outlines.

    Parameters
    ----------
    current, prior : TissuePicture
        Of one pitch.
    lay : Lay

    Returns
    -------
    dict
        By the names of `RegistrationQuality`.
    """
    shape, pitch_mm = current.values.shape, current.pitch_mm
    values = drawn(prior.values, lay, pitch_mm, shape)
    shows = drawn(prior.tissue.astype(np.float32), lay, pitch_mm, shape) > 0.5
    breast = drawn(prior.breast.astype(np.float32), lay, pitch_mm, shape) > 0.5
    here = current.breast > 0
    smaller = min(float(here.sum()), _area_px(lay, prior))
    return {
        "likeness": _likeness(current.values, values, (current.tissue > 0) & shows),
        "likeness_by_chance": _by_chance(current, values, shows),
        "overlap": min(1.0, float((here & breast).sum()) / max(smaller, 1.0)),
        "outline_mm": _outline_mm(here, breast, pitch_mm),
    }


def agreement(current: TissuePicture, prior: TissuePicture, lay: Lay) -> float:
    """Ask pieces of tissue anew where they lie best, and return the share that stays.

    Each counts by the square of its correlation, so that those of noise alone have no say.

    Parameters
    ----------
    current, prior : TissuePicture
        Of one pitch.
    lay : Lay

    Returns
    -------
    float
        0-1.
    """
    shape, pitch_mm = current.values.shape, current.pitch_mm
    values = drawn(prior.values, lay, pitch_mm, shape)
    shows = drawn(prior.tissue.astype(np.float32), lay, pitch_mm, shape) > 0.5
    shared = dataclasses.replace(current, tissue=current.tissue * shows.astype(np.uint8))
    witnesses = find_patches(shared, values * shows, _AGREE)
    weight = witnesses.weights**2
    if weight.sum() <= 0.0:
        return 0.0
    stays = np.linalg.norm(witnesses.moves_mm, axis=1) <= _AGREE_MM
    proof = min(1.0, len(weight) / _FEWEST_PIECES)
    return proof * float(weight[stays].sum() / weight.sum())


def good_enough(quality: RegistrationQuality, settings: RegistrationSettings) -> bool:
    """Tell whether one may speak of change: enough agrees, overlaps, and nothing folds.

    The limits were chosen on simulated TUNING pairs, right and wrong; see
    docs/results/registration.md for what they let through on others.
    """
    return (
        quality.agreement >= settings.least_agreement
        and quality.likeness > quality.likeness_by_chance
        and quality.overlap >= settings.least_overlap
        and quality.folded <= settings.most_folded
    )


def _area_px(lay: Lay, prior: TissuePicture) -> float:
    """Return the prior's breast as large as it is when drawn in the current's frame."""
    return float(prior.breast.sum()) / max(abs(float(np.linalg.det(lay.affine[:, :2]))), 1e-6)


def _likeness(ours: NDArray[np.float32], theirs: NDArray[np.float32], both: _Mask) -> float:
    """Correlate two pictures where both show tissue; 0 where hardly any place does."""
    if both.sum() < _FEWEST:
        return 0.0
    first, second = ours[both].astype(np.float64), theirs[both].astype(np.float64)
    first, second = first - first.mean(), second - second.mean()
    size = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / size if size > 0.0 else 0.0


def _by_chance(current: TissuePicture, values: NDArray[np.float32], shows: _Mask) -> float:
    """Return the largest likeness when the prior is shifted far off, in eight ways."""
    far = round(_WRONG_MM / current.pitch_mm)
    found = [-1.0]
    for down in (-far, 0, far):
        for right in (-far, 0, far):
            if down or right:
                other = _shifted(values, down, right)
                both = (current.tissue > 0) & _shifted(shows, down, right)
                found.append(_likeness(current.values, other, both))
    return max(found)


def _shifted(picture: NDArray[Any], down: int, right: int) -> NDArray[Any]:
    """Shift a picture, zeros following."""
    moved = np.zeros_like(picture)
    rows, columns = picture.shape
    into = (slice(max(down, 0), rows + min(down, 0)), slice(max(right, 0), columns + min(right, 0)))
    taken = (
        slice(max(-down, 0), rows - max(down, 0)),
        slice(max(-right, 0), columns - max(right, 0)),
    )
    moved[into] = picture[taken]
    return moved


def _outline_mm(here: _Mask, there: _Mask, pitch_mm: float) -> float | None:
    """Return the median distance from the current's skin line to the prior's."""
    ours, theirs = _skin_line(here), _skin_line(there)
    if not ours.any() or not theirs.any():
        return None
    away = cv2.distanceTransform((~theirs).astype(np.uint8), cv2.DIST_L2, 5)
    return float(np.median(np.asarray(away)[ours])) * pitch_mm


def _skin_line(breast: _Mask) -> _Mask:
    """Return the rim of a breast, but for where the image ends."""
    mask = breast.astype(np.uint8)
    inner = np.asarray(cv2.erode(mask, np.ones((3, 3), np.uint8)))
    rim: _Mask = (mask > 0) & (inner == 0)
    rim[[0, -1]] = False
    rim[:, [0, -1]] = False
    return rim
