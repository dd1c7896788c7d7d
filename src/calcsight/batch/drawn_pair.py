"""The pictures of one compared pair: hung alike, at one scale, with what changed marked."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.breast import find_breast
from calcsight.analysis.frames import mm_of
from calcsight.batch.change_marks import carried, joints, marks, outlines, particles_of
from calcsight.batch.drawn_panels import Grey, Source, crop_panels, whole_panels
from calcsight.pictures.hanging import crop_canvas, spacing_of, whole_canvases
from calcsight.reports.comparison_pictures import GroupPictures, PairPictures, WholePictures
from calcsight.terms.comparison import Comparison, Frame, GroupChange
from calcsight.terms.guidance import Change
from calcsight.terms.registration import Registration
from calcsight.terms.settings import Settings

Places = NDArray[np.float64]

_WHOLE_PX = 1000
_CROP_PX = 440
_LEAST_SIDE_MM = 10.0
_MARGIN_MM = 2.5
# A page with more magnified groups than this is too large to be sent.
_MOST_PICTURED = 16


def draw_pair(
    comparison: Comparison, settings: Settings, subtraction: Grey | None = None
) -> PairPictures:
    """Draw both whole views, and each group magnified; of very many groups what changed first.

    Parameters
    ----------
    comparison : Comparison
    settings : Settings
    subtraction : array (rows, columns), float32, optional
        Current less prior, the current view's reading frame, local noise SD.

    Raises
    ------
    NoBreastError
        When there is no breast in one of the images.
    """
    current = comparison.current.mammogram
    pitch_mm = spacing_of(current, settings).mean_mm
    source = Source(
        comparison=comparison,
        settings=settings,
        breast=find_breast(current, pitch_mm, settings.breast),
        subtraction=subtraction,
    )
    now, before = whole_canvases(source.views, settings, _WHOLE_PX)
    registration = comparison.registration
    return PairPictures(
        whole=WholePictures(
            panels=whole_panels(source, (now, before)),
            current_outlines=outlines(comparison, now, Frame.CURRENT, settings.comparison),
            prior_outlines=outlines(comparison, before, Frame.PRIOR, settings.comparison),
        ),
        groups=()
        if registration is None
        else tuple(_group(source, group, registration) for group in _pictured(comparison.groups)),
    )


def _pictured(groups: Sequence[GroupChange]) -> list[GroupChange]:
    """Return the groups that are magnified: all, or what changed before what did not."""
    calm = (Change.STABLE, None)
    by_weight = sorted(groups, key=lambda one: one.change in calm)
    chosen = {one.number for one in by_weight[:_MOST_PICTURED]}
    return [one for one in groups if one.number in chosen]


def _group(source: Source, group: GroupChange, registration: Registration) -> GroupPictures:
    """Magnify one group at both dates."""
    comparison = source.comparison
    how = source.settings.comparison
    now, before = (particles_of(comparison, group, frame, how) for frame in Frame)
    here, there = now.places_mm, before.places_mm
    together = np.concatenate([here, carried(registration, there, Frame.CURRENT)])
    if not len(together):
        together = _centre_mm(comparison, group, registration)
    centre = (together.min(axis=0) + together.max(axis=0)) / 2
    centre_then = carried(registration, centre[None], Frame.PRIOR)[0]
    reach = max(_reach(together, centre), _reach(there, centre_then))
    side = max(2 * (reach + _MARGIN_MM), _LEAST_SIDE_MM)
    canvases = (
        crop_canvas(source.views[0], centre, side, _CROP_PX),
        crop_canvas(source.views[1], centre_then, side, _CROP_PX),
    )
    return GroupPictures(
        group=group.number,
        panels=crop_panels(source, canvases),
        current_marks=marks(now, canvases[0]),
        prior_marks=marks(before, canvases[1]),
        joints=joints(comparison, group, canvases),
    )


def _centre_mm(comparison: Comparison, group: GroupChange, registration: Registration) -> Places:
    """Return the centre of a group without links, in the current view (1, 2), mm."""
    place = [(group.row, group.column)]
    if group.frame is Frame.CURRENT:
        return mm_of(place, comparison.current.mammogram)
    return carried(registration, mm_of(place, comparison.prior.mammogram), Frame.CURRENT)


def _reach(places: Places, centre: Places) -> float:
    """Return how far places (n, 2) lie from a centre, along either side of a square."""
    return float(np.abs(places - centre).max()) if len(places) else 0.0
