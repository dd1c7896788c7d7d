"""Photographic film: how it blackens, and the noise of its grain."""

from dataclasses import dataclass

import numpy as np

from calcsight.simulation.lines import log_uniform
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.texture import Field, as_field

# Where the curve is flatter than this share of its steepest, grain counts as there.
_LEAST_SLOPE_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulsion:
    """The characteristic (Hurter and Driffield) curve of a film, and its grain.

    Brightness runs from 0 (black film, air) to 1 (clear film, the densest tissue): one less
    the density over the film's range.

    Parameters
    ----------
    steepness : float
        Slope of the curve; a gamma of 3 over a range of 3.4 is about 1.5.
    middle : float
        Log exposure lost where the film is half black.
    grain : float
        Noise in brightness where the film is black; it falls with the density.
    """

    steepness: float
    middle: float
    grain: float

    def brightness(self, attenuation: Field) -> Field:
        """Return 0-1, dense tissue bright."""
        rise = np.clip(
            -np.float32(self.steepness) * (attenuation - np.float32(self.middle)), -30, 30
        )
        return as_field(1.0 / (1.0 + np.exp(rise)))

    def grain_sd(self, attenuation: Field) -> Field:
        """Return the grain's noise as the log exposure that would look the same."""
        bright = self.brightness(attenuation)
        in_brightness = np.float32(self.grain) * (np.float32(1.03) - bright)
        slope = np.maximum(
            bright * (np.float32(1.0) - bright), np.float32(_LEAST_SLOPE_SHARE / 4.0)
        )
        return as_field(in_brightness / (np.float32(self.steepness) * slope))


def draw_emulsion(spec: ViewSpec, reference: float) -> Emulsion:
    """Draw the film of one view; `reference` is what fat with a little gland takes."""
    rng = np.random.default_rng((spec.seed, 27))
    # Grain averages out over a pixel: half the noise where pixels are twice as wide.
    return Emulsion(
        steepness=float(rng.uniform(0.9, 2.0)),
        middle=reference + float(rng.uniform(-0.35, 0.5)),
        grain=log_uniform(rng, 0.003, 0.018) * min(1.5, (0.07 / spec.pitch_mm) ** 0.9),
    )
