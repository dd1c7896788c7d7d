"""The prior laid over the current view, in greys that can be compared."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.pictures.hanging import Canvas, Places, shown
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.registration import Registration
from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import Breast

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Greys are matched at these percentiles of what both views show.
_PERCENTILES = (10.0, 30.0, 50.0, 70.0, 90.0, 98.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Laid:
    """The prior on a canvas of the current view, hung.

    Parameters
    ----------
    pixels : array (rows, columns), float32
        In the prior's own greys.
    reached : array (rows, columns), bool
        Where the prior's image has a pixel at all.
    """

    pixels: Grey
    reached: Mask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Greys:
    """How the greys of one view become those of another.

    Parameters
    ----------
    own, wanted : array (n,), float64
        Percentiles of what both views show; rising.
    darkest : tuple of float
        The darkest pixel of each.
    """

    own: NDArray[np.float64]
    wanted: NDArray[np.float64]
    darkest: tuple[float, float]

    def of_tissue(self, pixels: Grey) -> Grey:
        """Turn tissue; beyond the first and last percentile, where particles are, straight on."""
        inside = np.clip(pixels, self.own[0], self.own[-1])
        gain = (self.wanted[-1] - self.wanted[0]) / (self.own[-1] - self.own[0])
        turned = np.interp(inside, self.own, self.wanted) + gain * (pixels - inside)
        return np.asarray(turned, np.float32)

    def of_all(self, pixels: Grey) -> Grey:
        """Turn anything: air stays air."""
        own, wanted = self.darkest
        gain = (self.wanted[-1] - wanted) / max(self.own[-1] - own, 1e-6)
        return np.asarray(wanted + gain * (pixels - own), np.float32)


def prior_laid_over(
    prior: Mammogram, spacing: Spacing, registration: Registration, canvas: Canvas
) -> Laid:
    """Show the prior where the registration carries it, on a canvas of the current view.

    Parameters
    ----------
    prior : Mammogram
    spacing : Spacing
        Of the prior's reading frame.
    registration : Registration
    canvas : Canvas
        Of the current view.
    """
    places = canvas.places_mm()
    field = [_on(one, registration.grid_mm, places) for one in registration.to_prior]
    there = places + np.stack(field, axis=2)
    last = np.array(prior.shape) * (spacing.row_mm, spacing.column_mm)
    reached = np.all((there >= 0) & (there < last), axis=2).astype(np.float32)
    return Laid(
        pixels=shown(prior.pixels, spacing, canvas, there), reached=canvas.hung(reached) > 0
    )


def both_show(registration: Registration, canvas: Canvas) -> Mask:
    """Tell for each pixel (rows, columns) of a canvas of the current view whether both show it."""
    share = _on(
        registration.shown_in_prior.astype(np.float32), registration.grid_mm, canvas.places_mm()
    )
    return canvas.hung(share) > 0.5


def breast_on(breast: Breast, spacing: Spacing, canvas: Canvas) -> Mask:
    """Tell for each pixel (rows, columns) of a canvas whether it shows breast."""
    corner = np.array([breast.box.top * spacing.row_mm, breast.box.left * spacing.column_mm])
    mask = np.pad(breast.mask, 1).astype(np.float32)
    pitches = np.array([spacing.row_mm, spacing.column_mm])
    return shown(mask, spacing, canvas, canvas.places_mm() - corner + pitches) > 0.5


def alike_in_grey(pixels: Grey, like: Grey, where: Mask) -> Greys | None:
    """Find how greys turn into those of another picture, percentile by percentile.

    Another exposure or another vendor's look must not seem a change when the two blink.

    Returns
    -------
    Greys or None
        None where there is nothing to tell it by.
    """
    if not where.any():
        return None
    own, wanted = (
        np.asarray(np.percentile(one[where], _PERCENTILES), np.float64) for one in (pixels, like)
    )
    if np.any(np.diff(own) <= 0) or wanted[-1] <= wanted[0]:
        return None
    return Greys(own=own, wanted=wanted, darkest=(float(pixels.min()), float(like.min())))


def _on(values: Grey, grid_mm: float, places: Places) -> Grey:
    """Take values (rows, columns) on a grid at places (rows, columns, 2), constant beyond it."""
    at = (places / grid_mm).astype(np.float32)
    return np.asarray(
        cv2.remap(
            np.ascontiguousarray(values, np.float32),
            np.ascontiguousarray(at[..., 1]),
            np.ascontiguousarray(at[..., 0]),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.float32,
    )
