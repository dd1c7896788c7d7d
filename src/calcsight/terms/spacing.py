"""Pixel spacing in the breast, with the rule that gave it."""

import math
from dataclasses import dataclass
from enum import StrEnum

from calcsight.terms.errors import SpacingError


class SpacingSource(StrEnum):
    """The rule that turned a header or a user's word into millimetres."""

    STATED = "stated"
    CALIBRATED = "calibrated_pixel_spacing"
    IMAGER = "imager_pixel_spacing_over_factor"
    IMAGER_GEOMETRY = "imager_pixel_spacing_over_distances"
    IMAGER_UNCORRECTED = "imager_pixel_spacing_factor_absent"
    SCANNED = "nominal_scanned_pixel_spacing"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """Distance between pixel centres, in the plane of the breast.

    Parameters
    ----------
    row_mm : float
        Distance between the centres of two rows, mm, > 0.
    column_mm : float
        Distance between the centres of two columns, mm, > 0.
    source : SpacingSource
        The rule used.

    Raises
    ------
    SpacingError
        When a value is not finite, not positive, or above 5 mm.
    """

    row_mm: float
    column_mm: float
    source: SpacingSource = SpacingSource.STATED

    def __post_init__(self) -> None:
        for value in (self.row_mm, self.column_mm):
            if not math.isfinite(value) or not 0.0 < value <= 5.0:
                raise SpacingError(
                    f"a pixel spacing of {value} mm",
                    "a positive number of at most 5 mm",
                    "state the true spacing with --spacing-mm",
                )

    @property
    def mean_mm(self) -> float:
        """Geometric mean of the two spacings, mm."""
        return math.sqrt(self.row_mm * self.column_mm)

    @property
    def pixel_area_mm2(self) -> float:
        """Area of one pixel, mm2."""
        return self.row_mm * self.column_mm
