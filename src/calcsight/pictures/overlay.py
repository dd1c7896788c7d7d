"""The whole view in the file's own frame, with groups outlined and numbered."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.pictures.canvas import Canvas, ColourCanvas, PaletteCanvas
from calcsight.pictures.caption import Caption, laid_out
from calcsight.pictures.display import Window, as_grey
from calcsight.pictures.encoding import jpeg, palette_png
from calcsight.pictures.inks import GREY_LEVELS
from calcsight.pictures.lettering import Lettering
from calcsight.pictures.marks import Scale, draw_marks, number_groups
from calcsight.pictures.shape_words import TypicallyBenign, typically_benign
from calcsight.terms.mammogram import Projection, view_name
from calcsight.terms.reading import INTENDED_USE, Reading
from calcsight.terms.settings import Settings
from calcsight.terms.vocabulary import Vocabulary

# Parts of the longer side, so that marks stay legible when a view fills a screen.
LINE_SHARE = 1 / 1000
NUMBER_SHARE = 1 / 48
CAPTION_SHARE = 1 / 80


def overlay_png(
    reading: Reading, settings: Settings, window: Window, vocabulary: Vocabulary | None = None
) -> bytes:
    """Draw the whole view at full size, as PNG.

    Row and column of a pixel are those of the input file; a strip with the caption is added
    below the last row.

    Parameters
    ----------
    reading : Reading
    settings : Settings
        Those the reading was made with.
    window : Window
        Grey values shown as black and white.
    vocabulary : Vocabulary, optional
        Of the guidance that weighed the reading: says which shapes are typically benign.
    """
    mammogram = reading.mammogram
    rows, columns = mammogram.file_shape
    benign = typically_benign(reading, vocabulary)
    caption = _caption(reading, benign, columns, max(rows, columns))
    entries = np.empty((rows + caption.height_px, columns), np.uint8)
    grey = as_grey(mammogram.pixels, window, GREY_LEVELS)
    entries[:rows] = mammogram.orientation.to_file(grey)
    canvas = PaletteCanvas(entries)
    _annotate(canvas, reading, scale_of(reading.mammogram, settings, 1.0), rows, benign)
    caption.draw(canvas, rows)
    return palette_png(entries)


def overlay_jpeg(
    reading: Reading,
    settings: Settings,
    window: Window,
    longer_side_px: int,
    vocabulary: Vocabulary | None = None,
) -> bytes:
    """Draw the whole view at a smaller size without a caption, as JPEG, for a report."""
    picture, zoom = _shrunk(reading, window, longer_side_px)
    canvas = ColourCanvas(picture)
    scale = scale_of(reading.mammogram, settings, zoom)
    benign = typically_benign(reading, vocabulary)
    _annotate(canvas, reading, scale, picture.shape[0], benign)
    return jpeg(picture)


def _shrunk(
    reading: Reading, window: Window, longer_side_px: int
) -> tuple[NDArray[np.uint8], float]:
    """Return the view in the file's frame as BGR of at most this size, and its zoom."""
    mammogram = reading.mammogram
    zoom = min(1.0, longer_side_px / max(mammogram.shape))
    grey = as_grey(mammogram.pixels, window)
    small = cv2.resize(grey, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    turned = np.ascontiguousarray(mammogram.orientation.to_file(np.asarray(small)))
    return np.asarray(cv2.cvtColor(turned, cv2.COLOR_GRAY2BGR), np.uint8), zoom


def _annotate(
    canvas: Canvas, reading: Reading, scale: Scale, rows: int, benign: TypicallyBenign
) -> None:
    """Draw marks and numbers sized for the canvas."""
    longer = max(rows, canvas.pixels.shape[1])
    draw_marks(canvas, reading, scale, max(1, round(longer * LINE_SHARE)), benign)
    lettering = Lettering(max(14.0, longer * NUMBER_SHARE))
    number_groups(canvas, reading, scale, lettering, rows)


def scale_of(mammogram: Projection, settings: Settings, zoom: float) -> Scale:
    """Return the scale of a whole view; an assumed pitch where the spacing is unknown."""
    spacing = mammogram.spacing
    pitch_mm = spacing.mean_mm if spacing else settings.detection.assumed_pitch_mm
    return Scale(zoom=zoom, pitch_mm=pitch_mm)


def _caption(reading: Reading, benign: TypicallyBenign, columns: int, longer: int) -> Caption:
    """Lay the caption out."""
    mammogram = reading.mammogram
    parts = [
        view_name(mammogram.laterality, mammogram.view),
        "yellow: groups, numbered, and their particles",
        "blue: particles in no group",
    ]
    if benign.particles or benign.groups or reading.tracks:
        parts.append("green: typically benign by shape")
    if any(one.score < reading.provenance.threshold for one in reading.calcifications):
        parts.append("violet: candidates below the operating point")
    paragraphs = [
        " | ".join(parts),
        f"{reading.provenance.software}. {INTENDED_USE}",
    ]
    return laid_out(paragraphs, columns, max(12.0, longer * CAPTION_SHARE))
