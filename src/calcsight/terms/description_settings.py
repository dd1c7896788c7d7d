"""Settings of what comes after finding: words for shapes, calcified vessels, and guidance."""

from dataclasses import dataclass
from itertools import pairwise

from calcsight.terms.errors import SettingsError
from calcsight.terms.settings_limits import refuse_outside


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionSettings:
    """Words for shapes and distributions, and when no word is given.

    Parameters
    ----------
    least_probability : float
        0-1. A shape or distribution less probable than this is not named: cannot be classified.
    possible_probability : float
        0-1. Every shape more probable than this widens the interval of the suspicion.
    worst_count, worst_share : int, float
        The worst shape of a group is one that at least so many members, and at least this
        share (0-1) of them, are expected to have, more suspicious ones counted with them.
    lone_score : float
        0-1. A calcification in no group speaks for its view only from this score on: what the
        judge holds more likely than not.
    long_elongation : float
        A particle at least this many times longer than wide counts as long.
    match_probability : float
        0-1. Groups of two projections are taken for one lesion from here on.
    central_mm : float
        What lies at most so far from the line from the nipple to the chest wall is central.
    retroareolar_mm : float
        What lies at most so far from the nipple is retroareolar.
    oblique_deg, oblique_spread_deg : float
        Angle of an oblique view, 0 = from above, 90 = from the side, and how far a real one may
        be from it; their sum is at most 90, their difference at least 0.

    Raises
    ------
    SettingsError
        When a number is outside its limits, a share or probability exceeds 1, or an oblique view
        might be none.
    """

    least_probability: float = 0.5
    possible_probability: float = 0.1
    worst_count: int = 2
    worst_share: float = 0.2
    lone_score: float = 0.5
    long_elongation: float = 2.5
    match_probability: float = 0.5
    central_mm: float = 10.0
    retroareolar_mm: float = 20.0
    oblique_deg: float = 45.0
    oblique_spread_deg: float = 15.0

    def __post_init__(self) -> None:
        refuse_outside(self, "description")
        for name in (
            "least_probability",
            "possible_probability",
            "worst_share",
            "lone_score",
            "match_probability",
        ):
            if getattr(self, name) > 1.0:
                raise SettingsError(f"description.{name} = {getattr(self, name)}", "at most 1")
        low, high = self.oblique_limits_deg
        if not 0.0 <= low <= high <= 90.0:
            raise SettingsError(
                f"oblique views of {low:g} to {high:g} degrees (description.oblique_deg and "
                "description.oblique_spread_deg)",
                "angles from 0 to 90",
            )

    @property
    def oblique_limits_deg(self) -> tuple[float, float]:
        """Smallest and largest angle of an oblique view."""
        return (
            self.oblique_deg - self.oblique_spread_deg,
            self.oblique_deg + self.oblique_spread_deg,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackSettings:
    """Calcified vessels over their length.

    Parameters
    ----------
    working_pitch_mm : float
        Pixel pitch of the reduced image in which lines are followed.
    sigmas_mm : tuple of float
        Sigmas of the ridge filters, mm, narrow to wide.
    strong_ridge_sd, weak_ridge_sd : float
        A line begins where the ridge filter answers at least the first, and goes on while it
        answers the second; local noise SD.
    gap_mm : float
        A line goes on over a gap up to this long.
    apart_mm : float
        No second line begins nearer than this beside one that was followed.
    least_length_mm : float
        A shorter line is no track.
    least_contrast_sd : float
        A line that stands out less on the mean is no track, whatever it looks like.
    least_score : float
        0-1. A line less surely a calcified vessel is no track, unless it goes on from one.
    continuation_score, continuation_mm : float
        0-1 and mm. A line that begins so near to a track goes on from it, if it is at least so
        surely a calcified vessel.
    several_mm : float
        Where sure tracks of a view are together so long, that surety is enough everywhere in it.

    Raises
    ------
    SettingsError
        When a number is outside its limits, the sigmas do not rise, the weak threshold exceeds the
        strong one, or a score exceeds 1.
    """

    working_pitch_mm: float = 0.14
    sigmas_mm: tuple[float, ...] = (0.2, 0.4)
    strong_ridge_sd: float = 0.8
    weak_ridge_sd: float = 0.35
    gap_mm: float = 2.0
    apart_mm: float = 0.5
    least_length_mm: float = 4.0
    least_contrast_sd: float = 1.6
    least_score: float = 0.5
    continuation_score: float = 0.3
    continuation_mm: float = 6.0
    several_mm: float = 20.0

    def __post_init__(self) -> None:
        refuse_outside(self, "tracks")
        if not self.sigmas_mm or not all(a < b for a, b in pairwise(self.sigmas_mm)):
            raise SettingsError(f"tracks.sigmas_mm = {list(self.sigmas_mm)}", "rising numbers")
        if self.weak_ridge_sd > self.strong_ridge_sd:
            raise SettingsError(
                f"tracks.weak_ridge_sd = {self.weak_ridge_sd}",
                f"at most tracks.strong_ridge_sd, {self.strong_ridge_sd}",
            )
        for name in ("least_score", "continuation_score"):
            if getattr(self, name) > 1.0:
                raise SettingsError(f"tracks.{name} = {getattr(self, name)}", "at most 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidanceSettings:
    """Which data files shapes are weighed by: a shipped id, or the path of a file.

    Parameters
    ----------
    vocabulary, population, scheme, policy : str
    """

    vocabulary: str = "calcsight-words"
    population: str = "rominger-2012"
    scheme: str = "bi-rads-2013-like"
    policy: str = "common"
