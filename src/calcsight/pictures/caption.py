"""The strip below a picture: what it shows, what the marks mean, what it is not for."""

from collections.abc import Sequence
from dataclasses import dataclass

from calcsight.pictures.canvas import Canvas
from calcsight.pictures.inks import Ink
from calcsight.pictures.lettering import Lettering


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """Lines of text laid out for one width.

    Parameters
    ----------
    lettering : Lettering
    lines : tuple of str
    pad_px : int
        Free space at the four sides.
    """

    lettering: Lettering
    lines: tuple[str, ...]
    pad_px: int

    @property
    def height_px(self) -> int:
        """Rows the strip needs."""
        return len(self.lines) * self.lettering.line_px + 2 * self.pad_px

    def draw(self, canvas: Canvas, top: int) -> None:
        """Draw the strip from row `top` to the foot of the canvas."""
        rows, columns = canvas.pixels.shape[:2]
        canvas.box(top, 0, rows - top, columns, Ink.PAPER)
        for number, line in enumerate(self.lines):
            row = top + self.pad_px + number * self.lettering.line_px
            canvas.letters(self.lettering.mask(line), row, self.pad_px, Ink.TEXT)


def laid_out(paragraphs: Sequence[str], width_px: int, letter_px: float) -> Caption:
    """Break paragraphs into lines for a strip of this width."""
    lettering = Lettering(letter_px)
    pad_px = max(4, lettering.line_px // 2)
    lines = [line for text in paragraphs for line in lettering.wrapped(text, width_px - 2 * pad_px)]
    return Caption(lettering=lettering, lines=tuple(lines), pad_px=pad_px)
