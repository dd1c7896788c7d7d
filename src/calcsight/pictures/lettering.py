"""Text in pictures, with smooth edges."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont


class Lettering:
    """Letters of one size; the typeface is the one inside Pillow, so pictures never differ.

    Parameters
    ----------
    height_px : float
        Size of the typeface, pixels.
    """

    def __init__(self, height_px: float) -> None:
        self._font = ImageFont.load_default(max(8.0, height_px))
        ascent, descent = self._ascent_descent()
        self.line_px = ascent + descent

    def width_px(self, text: str) -> int:
        """Return the width of a text, pixels."""
        return int(np.ceil(self._font.getlength(text)))

    def mask(self, text: str) -> NDArray[np.uint8]:
        """Return how much of each pixel the letters cover, 0-255, shape (line_px, width)."""
        image = Image.new("L", (max(1, self.width_px(text)), self.line_px))
        ImageDraw.Draw(image).text((0, 0), text, fill=255, font=self._font)
        return np.asarray(image, np.uint8)

    def wrapped(self, text: str, width_px: int) -> list[str]:
        """Break a text into lines that fit a width; a single long word stays whole."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width_px(longer) <= width_px:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _ascent_descent(self) -> tuple[int, int]:
        """Return the heights above and below the base line; the bitmap font knows neither."""
        if isinstance(self._font, ImageFont.FreeTypeFont):
            return self._font.getmetrics()
        return (11, 0)
