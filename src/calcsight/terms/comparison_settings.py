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
    patch_mm : float
        Side of the pieces of tissue that are looked for in the other view.
    smooth_mm : float
        Sigma over which neighbouring pieces are heard together: how gently the field bends.
    least_agreement : float
        0-1. Fewer pieces of tissue than this lie where the registration puts them: it failed.
    least_overlap : float
        0-1. Both show less than this share of the smaller breast: it failed.
    most_folded : float
        0-1. The field folds over itself over more than this share of the breast: it failed.

    Raises
    ------
    SettingsError
        When a number is outside its limits, or a share exceeds 1.
    """

    working_pitch_mm: float = 0.4
    grid_mm: float = 2.0
    patch_mm: float = 10.0
    smooth_mm: float = 8.0
    least_agreement: float = 0.5
    least_overlap: float = 0.6
    most_folded: float = 0.01

    def __post_init__(self) -> None:
        refuse_outside(self, "registration")
        for name in ("least_agreement", "least_overlap", "most_folded"):
            if getattr(self, name) > 1.0:
                raise SettingsError(f"registration.{name} = {getattr(self, name)}", "at most 1")


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
        Bands of change are this many times what repetition was measured to do.
    new_share : float
        0-1. A group is new when less than this share of its particles was there before.
    resolved_share : float
        0-1. A group is gone when at most this share of its particles is left.
    new_type_count : int
        So many particles that appeared must have a suspicious shape for it to be a new type.

    Raises
    ------
    SettingsError
        When a number is outside its limits, or a probability exceeds 1.
    """

    weak_score: float = 0.001
    link_mm: float = 2.0
    link_probability: float = 0.5
    band_factor: float = 1.0
    new_share: float = 0.5
    resolved_share: float = 0.25
    new_type_count: int = 3

    def __post_init__(self) -> None:
        refuse_outside(self, "comparison")
        for name in ("weak_score", "link_probability", "new_share", "resolved_share"):
            if getattr(self, name) > 1.0:
                raise SettingsError(f"comparison.{name} = {getattr(self, name)}", "at most 1")
