"""Where in the breast something lies, as far as one projection tells."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from calcsight.analysis.clock import angle_limits_deg, half_of, hours_possible
from calcsight.analysis.skin import skin_distances_mm
from calcsight.terms.description_settings import DescriptionSettings
from calcsight.terms.errors import SpacingError
from calcsight.terms.limitation import Limitation
from calcsight.terms.location import Depth, Location, Region, Unplaced
from calcsight.terms.mammogram import Laterality, Mammogram, View, ViewModifier
from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import Breast

# Along the edge opposite the chest wall: a longer contact hides the nipple. Our choice.
_HIDDEN_NIPPLE_MM = 20.0
PART_OF_BREAST = frozenset(
    {
        ViewModifier.MAGNIFICATION,
        ViewModifier.SPOT_COMPRESSION,
        ViewModifier.STEREOTACTIC,
        ViewModifier.AXILLARY_TAIL,
    }
)
TURNED = frozenset({ViewModifier.ROLLED, ViewModifier.CLEAVAGE, ViewModifier.TANGENTIAL})
PART_LIMITATIONS = frozenset({Limitation.PARTIAL_VIEW, Limitation.STEREOTACTIC})


def locate(
    row: float,
    column: float,
    breast: Breast,
    mammogram: Mammogram,
    settings: DescriptionSettings,
) -> Location:
    """Say where a place lies in the breast; see `docs/location-and-matching.md`.

    Parameters
    ----------
    row, column : float
        Reading frame, 0-based pixel centres.
    breast : Breast
        Its tip stands for the nipple.
    mammogram : Mammogram
        Of known spacing. Side and height are told only where the file states how it hangs.
    settings : DescriptionSettings

    Returns
    -------
    Location
        What cannot be told is None; `unplaced` says why.

    Raises
    ------
    SpacingError
        When the spacing is unknown.
    """
    return locate_each([(row, column)], breast, mammogram, settings)[0]


def locate_each(
    places: Sequence[tuple[float, float]],
    breast: Breast,
    mammogram: Mammogram,
    settings: DescriptionSettings,
) -> tuple[Location, ...]:
    """Say where each of several places lies: as `locate`, but the skin is sought only once.

    Parameters
    ----------
    places : sequence of (float, float)
        `row, column`, reading frame, 0-based pixel centres.
    breast, mammogram, settings
        As `locate` takes them.

    Returns
    -------
    tuple of Location

    Raises
    ------
    SpacingError
        When the spacing is unknown.
    """
    spacing = mammogram.spacing
    if spacing is None:
        raise SpacingError(
            "a place in a mammogram of unknown spacing",
            "millimetres per pixel",
            "state the spacing",
        )
    nippleless = _without_nipple(breast, mammogram, spacing)
    bare = [
        Location(
            region=None,
            clock_hours=None,
            depth=None,
            nipple_distance_mm=None,
            skin_distance_mm=skin_mm,
            unplaced=nippleless,
        )
        for skin_mm in skin_distances_mm(places, breast, spacing)
    ]
    if nippleless is not None:
        return tuple(bare)
    return tuple(
        _from_nipple(one, place, breast, mammogram, spacing, settings)
        for one, place in zip(bare, places, strict=True)
    )


def _from_nipple(
    bare: Location,
    place: tuple[float, float],
    breast: Breast,
    mammogram: Mammogram,
    spacing: Spacing,
    settings: DescriptionSettings,
) -> Location:
    """Add what the nipple, and how the image hangs, tell of a place."""
    behind_mm = float(breast.tip_column - place[1]) * spacing.column_mm
    beside_mm = float(breast.tip_row - place[0]) * spacing.row_mm
    measured = replace(
        bare,
        depth=_third(place[1], breast),
        nipple_distance_mm=math.hypot(behind_mm, beside_mm),
        behind_nipple_mm=behind_mm,
        unplaced=_without_sides(mammogram, settings),
    )
    if measured.unplaced is not None:
        return measured
    return _placed(measured, beside_mm, mammogram, settings)


def _placed(
    measured: Location, beside_mm: float, mammogram: Mammogram, settings: DescriptionSettings
) -> Location:
    """Name half and hours; a clock face means nothing right behind the nipple."""
    view, laterality = mammogram.view, mammogram.laterality
    distance_mm = measured.nipple_distance_mm
    if distance_mm is not None and distance_mm <= settings.retroareolar_mm:
        return replace(measured, region=Region.RETROAREOLAR, beside_nipple_mm=beside_mm)
    return replace(
        measured,
        region=half_of(view, beside_mm, settings),
        clock_hours=hours_possible(view, laterality, beside_mm, settings),
        beside_nipple_mm=beside_mm,
    )


def _without_nipple(breast: Breast, mammogram: Mammogram, spacing: Spacing) -> Unplaced | None:
    """Say why the tip cannot stand for the nipple; None when it can."""
    if PART_OF_BREAST & set(mammogram.modifiers) or PART_LIMITATIONS & set(mammogram.limitations):
        return Unplaced.PART_OF_BREAST
    if breast.box.right < mammogram.shape[1]:
        return None
    contact_mm = float(np.count_nonzero(breast.mask[:, -1])) * spacing.row_mm
    return Unplaced.NIPPLE_NOT_SEEN if contact_mm > _HIDDEN_NIPPLE_MM else None


def _without_sides(mammogram: Mammogram, settings: DescriptionSettings) -> Unplaced | None:
    """Say why sides and heights cannot be told; None when they can."""
    if mammogram.laterality is Laterality.UNKNOWN:
        return Unplaced.LATERALITY_UNKNOWN
    if mammogram.view is View.UNKNOWN:
        return Unplaced.VIEW_UNKNOWN
    if angle_limits_deg(mammogram.view, settings) is None:
        return Unplaced.NO_RULE_FOR_VIEW
    if TURNED & set(mammogram.modifiers):
        return Unplaced.TURNED_VIEW
    if not mammogram.top_is_known:
        return Unplaced.TOP_NOT_STATED
    return None


def _third(column: float, breast: Breast) -> Depth:
    """Name the third between the tip and where the breast begins at the chest wall."""
    wall = breast.box.left + int(np.argmax(breast.mask.any(axis=0)))
    behind = (breast.tip_column - column) / max(breast.tip_column - wall, 1.0)
    if behind < 1 / 3:
        return Depth.ANTERIOR
    return Depth.MIDDLE if behind < 2 / 3 else Depth.POSTERIOR
