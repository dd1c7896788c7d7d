"""One part of the breast at both dates: prior, current, prior laid over, subtraction."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.pictures.display import Window, as_grey, breast_window, crop_window
from calcsight.pictures.encoding import jpeg
from calcsight.pictures.hanging import Canvas, shown, spacing_of
from calcsight.pictures.laid_over import (
    Greys,
    alike_in_grey,
    both_show,
    breast_on,
    prior_laid_over,
)
from calcsight.reports.comparison_pictures import Panels
from calcsight.terms.comparison import Comparison
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Breast

Grey = NDArray[np.float32]
Canvases = tuple[Canvas, Canvas]

# Local noise SD shown as black and as white of a subtraction: nothing changed is mid grey.
_SUBTRACTED = Window(low=-10.0, high=10.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """What the pictures of one pair are drawn from.

    Parameters
    ----------
    comparison : Comparison
    settings : Settings
    breast : Breast
        Of the current view.
    subtraction : array (rows, columns), float32, or None
        Current less prior in the current view's reading frame, local noise SD.
    """

    comparison: Comparison
    settings: Settings
    breast: Breast
    subtraction: Grey | None = None

    @property
    def views(self) -> tuple[Mammogram, Mammogram]:
        """Current and prior."""
        return (self.comparison.current.mammogram, self.comparison.prior.mammogram)


def whole_panels(source: Source, canvases: Canvases) -> Panels:
    """Draw both whole views, each windowed on its own breast.

    Parameters
    ----------
    source : Source
    canvases : tuple of Canvas
        Of the current and of the prior view.
    """
    current, prior = _drawn(source, canvases)
    now, before = (breast_window(one, source.settings) for one in source.views)
    laid = _laid_over(source, canvases[0], current)
    over = None if laid is None else jpeg(as_grey(laid.alike, now))
    grey = (jpeg(as_grey(current, now)), jpeg(as_grey(prior, before)))
    return _panels(source, canvases[0], grey, over)


def crop_panels(source: Source, canvases: Canvases) -> Panels:
    """Draw a part of both views in one window, so that faint particles stand out alike."""
    current, prior = _drawn(source, canvases)
    laid = _laid_over(source, canvases[0], current)
    if laid is not None and laid.greys is not None:
        prior = laid.greys.of_tissue(prior)
    window = crop_window(np.concatenate([current, prior]))
    over = None if laid is None else jpeg(as_grey(laid.alike, window))
    grey = (jpeg(as_grey(current, window)), jpeg(as_grey(prior, window)))
    return _panels(source, canvases[0], grey, over)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _LaidOver:
    """The prior laid over the current view, and how its greys were turned into those of it."""

    alike: Grey
    greys: Greys | None


def _drawn(source: Source, canvases: Canvases) -> tuple[Grey, Grey]:
    """Show both views as they are."""
    (current, prior), (now, before) = source.views, canvases
    return (
        shown(current.pixels, spacing_of(current, source.settings), now),
        shown(prior.pixels, spacing_of(prior, source.settings), before),
    )


def _panels(
    source: Source, canvas: Canvas, grey: tuple[bytes, bytes], laid_over: bytes | None
) -> Panels:
    """Put the panels together."""
    return Panels(
        width=canvas.size[1],
        height=canvas.size[0],
        mm_per_px=canvas.mm_per_px,
        current=grey[0],
        prior=grey[1],
        laid_over=laid_over,
        subtraction=_subtraction(source, canvas),
    )


def _laid_over(source: Source, canvas: Canvas, current: Grey) -> _LaidOver | None:
    """Show the prior where the registration carries it, in the greys of the current view."""
    registration, prior = source.comparison.registration, source.views[1]
    if registration is None:
        return None
    spacing = spacing_of(prior, source.settings)
    laid = prior_laid_over(prior, spacing, registration, canvas)
    breast = breast_on(source.breast, spacing_of(source.views[0], source.settings), canvas)
    tissue = breast & laid.reached
    greys = alike_in_grey(laid.pixels, current, both_show(registration, canvas) & tissue)
    if greys is None:
        return _LaidOver(alike=laid.pixels, greys=None)
    alike = np.where(tissue, greys.of_tissue(laid.pixels), greys.of_all(laid.pixels))
    return _LaidOver(alike=alike, greys=greys)


def _subtraction(source: Source, canvas: Canvas) -> bytes | None:
    """Draw the subtraction; where the picture is coarser, a pixel keeps its greatest change."""
    if source.subtraction is None:
        return None
    spacing = spacing_of(source.views[0], source.settings)
    block = max(1, round(canvas.mm_per_px / spacing.mean_mm))
    kernel = np.ones((block, block), np.uint8)
    brighter = cv2.dilate(source.subtraction, kernel)
    darker = cv2.erode(source.subtraction, kernel)
    greatest = np.where(brighter >= -darker, brighter, darker).astype(np.float32)
    return jpeg(as_grey(shown(greatest, spacing, canvas), _SUBTRACTED))
