"""Lay the prior view over the current one: as a whole by outline and tissue, then bend it."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np

from calcsight.analysis.affine_lay import affine_lay
from calcsight.analysis.bent_lay import Lay, bent_lay, drawn, unbent
from calcsight.analysis.coarse_lay import coarse_lay
from calcsight.analysis.inverse_lay import (
    as_field,
    breast_at,
    folded_share,
    grid_places,
    in_current,
    missed_mm,
)
from calcsight.analysis.patch_matching import Search, Witnesses, find_patches
from calcsight.analysis.registration_quality import agreement, good_enough, tissue_quality
from calcsight.analysis.tissue_picture import (
    Band,
    SmallView,
    TissuePicture,
    small_view,
    tissue_picture,
)
from calcsight.terms.comparison_settings import RegistrationSettings
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.registration import Registration, RegistrationQuality
from calcsight.terms.stages import Breast

_COARSE = Band(pitch_mm=2.0, narrow_mm=1.2, wide_mm=5.0, even_mm=16.0)
MIDDLE = Band(pitch_mm=0.8, narrow_mm=0.6, wide_mm=5.0, even_mm=8.0)
_WHOLE = Search(patch_mm=14.0, reach_mm=8.0, step_mm=6.0)
_WHOLE_ROUNDS = 2
_STEP_MM = 4.0
# How far pieces are looked for, and by how much more than asked they are smoothed, in each round.
_BENDING = ((5.0, 1.5), (3.0, 1.0))

Views = tuple[SmallView, SmallView]
Pictures = tuple[TissuePicture, TissuePicture]


def register(
    current: Mammogram,
    prior: Mammogram,
    breasts: tuple[Breast, Breast],
    settings: RegistrationSettings,
) -> Registration:
    """Find where each place of the current view lies in the prior, and the other way round.

    Parameters
    ----------
    current, prior : Mammogram
        One breast in one view, reading frame, both of known spacing; pitch, size, grey scale,
        exposure and noise may differ.
    breasts : tuple of Breast
        Of current and prior, as `find_breast` found them.
    settings : RegistrationSettings

    Returns
    -------
    Registration
        Also of a pair that does not belong together; `succeeded` is False then.

    Raises
    ------
    SpacingError
        When the pixel spacing of either is unknown.
    """
    pitch_mm = settings.working_pitch_mm
    views = (
        small_view(current, breasts[0], pitch_mm),
        small_view(prior, breasts[1], pitch_mm),
    )
    middle, fine = tissue_pictures(views, MIDDLE), tissue_pictures(views, fine_band(pitch_mm))
    lay = bent(fine, whole_lay(views, middle, settings), settings)
    quality = {**tissue_quality(*middle, lay), "agreement": agreement(*fine, lay)}
    return _told(views, lay, quality, settings)


def whole_lay(views: Views, pictures: Pictures, settings: RegistrationSettings) -> Lay:
    """Lay the prior as a whole: turned and shifted, then stretched."""
    affine = coarse_lay(*tissue_pictures(views, _COARSE))
    lay = unbent(affine, _sides_mm(views[0]), settings.grid_mm)
    for _ in range(_WHOLE_ROUNDS):
        witnesses = _witnesses(pictures, lay, _WHOLE)
        lay = dataclasses.replace(lay, affine=affine_lay(lay.affine, witnesses))
    return lay


def fine_band(pitch_mm: float) -> Band:
    """Return the finest tissue that is looked at."""
    return Band(pitch_mm=pitch_mm, narrow_mm=0.4, wide_mm=4.0, even_mm=8.0)


def bent(pictures: Pictures, lay: Lay, settings: RegistrationSettings) -> Lay:
    """Bend a lay, gently first."""
    for reach_mm, gentler in _BENDING:
        search = Search(patch_mm=settings.patch_mm, reach_mm=reach_mm, step_mm=_STEP_MM)
        lay = bent_lay(lay, _witnesses(pictures, lay, search), gentler * settings.smooth_mm)
    return lay


def _told(
    views: Views, lay: Lay, of_tissue: Mapping[str, Any], settings: RegistrationSettings
) -> Registration:
    """Give both fields, what each view shows of the other, and how good it all is."""
    here, shape = grid_places(_sides_mm(views[0]), lay.grid_mm)
    there, other_shape = grid_places(_sides_mm(views[1]), lay.grid_mm)
    placed, found = lay.in_prior(here), in_current(lay, there)
    to_prior, to_current = as_field(here, placed, shape), as_field(there, found, other_shape)
    # Between the grid's points, where the two differ most.
    between = there[breast_at(there, views[1], 0.0) > 0] + lay.grid_mm / 2.0
    back_mm = missed_mm((to_prior, to_current), lay.grid_mm, between)
    quality = RegistrationQuality(
        **of_tissue,
        folded=folded_share(to_prior, lay.grid_mm, breast_at(here, views[0], 0.0).reshape(shape)),
        inverse_mm=float(np.median(back_mm)) if len(back_mm) else 0.0,
    )
    return Registration(
        grid_mm=lay.grid_mm,
        to_prior=to_prior,
        to_current=to_current,
        shown_in_prior=breast_at(placed, views[1]).reshape(shape),
        shown_in_current=breast_at(found, views[0]).reshape(other_shape),
        quality=quality,
        succeeded=good_enough(quality, settings),
        method=f"turn, shift, affine, patches by normalised correlation (OpenCV {cv2.__version__})",
    )


def tissue_pictures(views: Views, band: Band) -> Pictures:
    """Draw one band of both views."""
    return tissue_picture(views[0], band), tissue_picture(views[1], band)


def _witnesses(pictures: Pictures, lay: Lay, search: Search) -> Witnesses:
    current, prior = pictures
    laid = drawn(prior.values, lay, current.pitch_mm, current.values.shape)
    return find_patches(current, laid, search)


def _sides_mm(view: SmallView) -> tuple[float, float]:
    """Return the distance from the first to the last point, down and right."""
    rows, columns = view.grey.shape
    return (rows - 1) * view.pitch_mm, (columns - 1) * view.pitch_mm
