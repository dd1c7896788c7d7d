"""Views hung as a reader hangs them: one scale for all, chest walls on the side of the breast."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.breast import find_breast
from calcsight.terms.mammogram import Laterality, Mammogram
from calcsight.terms.settings import Settings
from calcsight.terms.spacing import Spacing

Places = NDArray[np.float64]

# Shown around the breast of a whole view.
_MARGIN_MM = 6.0
# Coarser pixels of a picture than this share of the mammogram's are averaged, not picked.
_SHRUNK = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """How a picture shows the reading frame of one view.

    Parameters
    ----------
    mm_per_px : float
    origin_mm : tuple of float
        (down, right), reading frame: centre of the picture's first pixel before it is mirrored.
    size : tuple of int
        (rows, columns).
    mirrored : bool
        Chest wall right, as a reader hangs a right breast.
    """

    mm_per_px: float
    origin_mm: tuple[float, float]
    size: tuple[int, int]
    mirrored: bool

    def at(self, places_mm: Places) -> Places:
        """Move places (n, 2) of the reading frame, mm, to (x, y) on the picture, as SVG counts.

        SVG counts from the corner of the first pixel, whose centre is at (0.5, 0.5).
        """
        moved = (np.asarray(places_mm, np.float64).reshape(-1, 2) - self.origin_mm) / self.mm_per_px
        across = self.size[1] - 1 - moved[:, 1] if self.mirrored else moved[:, 1]
        return np.stack([across + 0.5, moved[:, 0] + 0.5], axis=1)

    def places_mm(self) -> Places:
        """Return the place (rows, columns, 2) that each pixel shows, before it is mirrored."""
        down = self.origin_mm[0] + self.mm_per_px * np.arange(self.size[0])
        right = self.origin_mm[1] + self.mm_per_px * np.arange(self.size[1])
        return np.stack(np.meshgrid(down, right, indexing="ij"), axis=2)

    def hung(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mirror a picture (rows, columns) where the breast hangs the other way."""
        return np.ascontiguousarray(pixels[:, ::-1] if self.mirrored else pixels)


def spacing_of(mammogram: Mammogram, settings: Settings) -> Spacing:
    """Return the spacing of the reading frame; an assumed one where it is unknown."""
    if mammogram.spacing is not None:
        return mammogram.spacing
    assumed = settings.detection.assumed_pitch_mm
    return Spacing(row_mm=assumed, column_mm=assumed)


def whole_canvases(
    views: tuple[Mammogram, Mammogram], settings: Settings, longer_side_px: int
) -> tuple[Canvas, Canvas]:
    """Return one canvas for each of two views: one scale, one size, each breast in the middle.

    Raises
    ------
    NoBreastError
        When there is no breast in one of the images.
    """
    boxes = [_breast_box_mm(one, settings) for one in views]
    size_mm = np.max([last - first for first, last in boxes], axis=0)
    mm_per_px = float(size_mm.max()) / longer_side_px
    rows, columns = (int(np.ceil(side / mm_per_px)) for side in size_mm)
    canvases = []
    for view, (first, last) in zip(views, boxes, strict=True):
        # Chest walls in one line; what one view shows more of lies above and below alike.
        top = (first[0] + last[0] - rows * mm_per_px) / 2
        canvases.append(
            Canvas(
                mm_per_px=mm_per_px,
                origin_mm=(float(top), float(first[1])),
                size=(rows, columns),
                mirrored=view.laterality is Laterality.RIGHT,
            )
        )
    return canvases[0], canvases[1]


def crop_canvas(view: Mammogram, centre_mm: Places, side_mm: float, side_px: int) -> Canvas:
    """Return the canvas of a square part of a view around a place (down, right), mm."""
    mm_per_px = side_mm / side_px
    first = np.asarray(centre_mm, np.float64) - (side_px - 1) / 2 * mm_per_px
    return Canvas(
        mm_per_px=mm_per_px,
        origin_mm=(float(first[0]), float(first[1])),
        size=(side_px, side_px),
        mirrored=view.laterality is Laterality.RIGHT,
    )


def shown(
    pixels: NDArray[np.float32], spacing: Spacing, canvas: Canvas, places_mm: Places | None = None
) -> NDArray[np.float32]:
    """Show an image of a reading frame on a canvas, hung.

    Parameters
    ----------
    pixels : array (rows, columns), float32
        Reading frame.
    spacing : Spacing
        Of that frame.
    canvas : Canvas
    places_mm : array (rows, columns, 2), optional
        Which place of the image each pixel shows, (down, right) mm; those of the canvas when
        left out.

    Returns
    -------
    array (rows, columns) of the canvas, float32
        What lies outside the image is as dark as its darkest pixel.
    """
    places = canvas.places_mm() if places_mm is None else places_mm
    pitches = np.array([spacing.row_mm, spacing.column_mm])
    factors = np.array([1.0, 1.0])
    darkest = float(pixels.min())
    if canvas.mm_per_px > _SHRUNK * float(pitches.min()):
        small = np.maximum(np.round(np.array(pixels.shape) * pitches / canvas.mm_per_px), 1)
        factors = np.array(pixels.shape) / small
        size = (int(small[1]), int(small[0]))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.float32)
    at = ((places / pitches + 0.5) / factors - 0.5).astype(np.float32)
    drawn = cv2.remap(
        pixels,
        np.ascontiguousarray(at[..., 1]),
        np.ascontiguousarray(at[..., 0]),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=darkest,
    )
    return canvas.hung(np.asarray(drawn, np.float32))


def _breast_box_mm(mammogram: Mammogram, settings: Settings) -> tuple[Places, Places]:
    """Return first and last place of the breast with a margin, kept inside the image, mm."""
    spacing = spacing_of(mammogram, settings)
    box = find_breast(mammogram, spacing.mean_mm, settings.breast).box
    pitches = np.array([spacing.row_mm, spacing.column_mm])
    first = np.array([box.top, box.left]) * pitches - _MARGIN_MM
    last = np.array([box.bottom, box.right]) * pitches + _MARGIN_MM
    return np.maximum(first, 0.0), np.minimum(last, np.array(mammogram.shape) * pitches)
