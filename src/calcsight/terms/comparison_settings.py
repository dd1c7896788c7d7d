"""Settings of comparing two mammograms: laying them over each other, linking, and change."""

from dataclasses import dataclass

from calcsight.terms.errors import SettingsError
from calcsight.terms.settings_limits import refuse_outside


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationSettings:
    """Laying the prior over the current view.

    Parameters
    ----------
    working_pitch_mm : float
        Pixel pitch of the reduced images that are laid over each other.
    grid_mm : float
        Distance between the points of the displacement field.
    least_likeness : float
        0-1. Tissue less alike than this after registration: it failed.

    Raises
    ------
    SettingsError
        When a number is outside its limits.
    """

    working_pitch_mm: float = 0.4
    grid_mm: float = 2.0
    least_likeness: float = 0.2

    def __post_init__(self) -> None:
        refuse_outside(self, "registration")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonSettings:
    """Which particles are one, and when a group has changed.

    Parameters
    ----------
    weak_score : float
        0-1. Readings list down to this score, so that what is faint at one date can be linked.
    link_mm : float
        Farther apart, after registration and the local shift, no two particles are one.
    link_probability : float
        0-1. Particles and groups are linked from here on.
    band_factor : float
        Bands of change are this many times the measured 95 % of repetition.

    Raises
    ------
    SettingsError
        When a number is outside its limits, or a probability exceeds 1.
    """

    weak_score: float = 0.001
    link_mm: float = 2.0
    link_probability: float = 0.5
    band_factor: float = 1.0

    def __post_init__(self) -> None:
        refuse_outside(self, "comparison")
        for name in ("weak_score", "link_probability"):
            if getattr(self, name) > 1.0:
                raise SettingsError(f"comparison.{name} = {getattr(self, name)}", "at most 1")
