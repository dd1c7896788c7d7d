"""How far any place is from the skin line, inside the breast and out, in the image and beyond."""

from dataclasses import dataclass

import cv2
import numpy as np

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.texture import Field, as_field, read_at

# Beyond the image's edges the breast is continued this far.
_AROUND_MM = 30.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SkinLine:
    """The outline of a breast.

    Parameters
    ----------
    signed_mm : array, float32
        Distance to it, inside above 0, from 30 mm before the image's first point on.
    pitch_mm : float
    """

    signed_mm: Field
    pitch_mm: float

    def depth_at(self, down_mm: Field, right_mm: Field) -> Field:
        """Signed distance to the skin line, mm, at places (mm from the image's first point)."""
        around = np.float32(_AROUND_MM)
        return read_at(self.signed_mm, down_mm + around, right_mm + around, self.pitch_mm)


def skin_line_of(canvas: Canvas) -> SkinLine:
    """Return the outline of a canvas's breast; where the image ends, what is there goes on."""
    wide = round(_AROUND_MM / canvas.pitch_mm)
    mask = np.asarray(
        cv2.copyMakeBorder(canvas.mask, wide, wide, wide, wide, cv2.BORDER_REPLICATE), np.uint8
    )
    inward = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    outward = cv2.distanceTransform(1 - mask, cv2.DIST_L2, 5)
    signed = cv2.GaussianBlur(inward - outward, (0, 0), 1.5)
    return SkinLine(
        signed_mm=as_field(signed * np.float32(canvas.pitch_mm)), pitch_mm=canvas.pitch_mm
    )
