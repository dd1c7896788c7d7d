"""Adding particles to a mammogram one by one: signal, extra noise, and what is left of each."""

from dataclasses import dataclass, replace

import numpy as np

from calcsight.simulation.detector import Kernel, point_spread
from calcsight.simulation.families import Families
from calcsight.simulation.kinds import BY_RULE
from calcsight.simulation.local_noise import excess_variance, fine_noise_sd, noise_sd
from calcsight.simulation.particles import add_stamp, overlap
from calcsight.simulation.planting import PlannedParticle
from calcsight.simulation.real_canvas import known_pitch_mm
from calcsight.simulation.rendering import drawn_particle
from calcsight.simulation.texture import Field
from calcsight.simulation.truth import TrueParticle
from calcsight.terms.mammogram import Mammogram

_NOISE_PITCH_MM = 0.07


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """How inserted particles are drawn.

    Parameters
    ----------
    families : Families
        Which half of the random families draws outlines and blur.
    outlines : str
        An outline family of that half, or `kinds.BY_RULE`.
    blur : str
        A blur family of that half.
    blur_mm : float or None
        Width of the detector's point spread; None = `usual_blur_mm` of the pitch.
    noise_log_exposure : float
        Quantum noise in log exposure of a pixel of 0.07 mm; it falls as the pitch grows.
    grey_per_log_exposure : float or None
        Grey values per unit of log exposure where the grey scale is known (1 for FOR
        PROCESSING pixels stated to be linear). None = unknown: it is taken from the local
        noise, which is `noise_log_exposure` by assumption.
    highest_grey : float or None
        Largest value that can be stored; None = the largest in the image.
    """

    families: Families = Families.TUNING
    outlines: str = BY_RULE
    blur: str = "gaussian"
    blur_mm: float | None = None
    noise_log_exposure: float = 0.014
    grey_per_log_exposure: float | None = None
    highest_grey: float | None = None


def usual_blur_mm(pitch_mm: float, magnification: float = 1.0) -> float:
    """Return the usual width of a detector's point spread, mm in the plane of the breast.

    0.05 mm at the detector, or half a coarse pixel.
    """
    return max(0.05 / magnification, 0.5 * pitch_mm)


@dataclass(slots=True, kw_only=True, eq=False)
class Brush:
    """What has been added so far: `signal`, and `excess` variance of the noise, grey values."""

    before: Field
    signal: Field
    excess: Field
    pitch_mm: float
    magnification: float
    hand: Hand

    @classmethod
    def on(cls, mammogram: Mammogram, hand: Hand) -> "Brush":
        """Start with nothing added."""
        return cls(
            before=mammogram.pixels,
            signal=np.zeros_like(mammogram.pixels),
            excess=np.zeros_like(mammogram.pixels),
            pitch_mm=known_pitch_mm(mammogram),
            magnification=mammogram.magnification_factor or 1.0,
            hand=hand,
        )

    @property
    def highest(self) -> np.float32:
        """The largest grey value that can be stored."""
        given = self.hand.highest_grey
        return np.float32(self.before.max() if given is None else given)

    def sd_at(self, row: float, column: float) -> float:
        """Return the noise around a place."""
        return noise_sd(self.before, row, column, self.pitch_mm)

    def kernel_at(self, step_mm: float) -> Kernel:
        """Return the detector's point spread."""
        blur_mm = self.hand.blur_mm or usual_blur_mm(self.pitch_mm, self.magnification)
        return point_spread(self.hand.families, self.hand.blur, blur_mm, step_mm)

    def add(self, plan: PlannedParticle) -> TrueParticle:
        """Add one particle; its truth has the contrast that the grey range left."""
        stamp, true = drawn_particle(plan, self.pitch_mm, self.kernel_at, self.sd_at)
        peak = true.contrast_sd * true.background_sd
        add_stamp(self.signal, stamp, peak)
        fine_sd = fine_noise_sd(self.before, stamp)
        assumed = self.hand.noise_log_exposure * _NOISE_PITCH_MM / self.pitch_mm
        grey = self.hand.grey_per_log_exposure or fine_sd / assumed
        if grey > 0:
            excess = excess_variance(stamp.contrast * np.float32(peak), fine_sd, grey)
            add_stamp(self.excess, replace(stamp, contrast=excess), 1.0)
        image, part = overlap(stamp, self.before.shape)
        room = self.highest - self.before[image]
        left = np.minimum(stamp.contrast[part] * np.float32(peak), room).max()
        if left < np.float32(peak):
            return replace(true, contrast_sd=float(left) / true.background_sd)
        return true
