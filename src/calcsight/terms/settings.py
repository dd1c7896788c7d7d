"""Every number that changes a reading, in millimetres or noise SD."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

from calcsight.terms.comparison_settings import ComparisonSettings, RegistrationSettings
from calcsight.terms.description_settings import (
    DescriptionSettings,
    GuidanceSettings,
    TrackSettings,
)
from calcsight.terms.errors import SettingsError
from calcsight.terms.group import GroupRule
from calcsight.terms.judge import Engine, OperatingPoint
from calcsight.terms.settings_limits import refuse_number_outside, refuse_outside
from calcsight.terms.stated_settings import built

_LONGEST_NAME = 100
BI_RADS_RULE = GroupRule(name="bi-rads-5-in-10mm", minimum_count=5, circle_diameter_mm=10.0)
LITERATURE_RULE = GroupRule(
    name="literature-3-in-1cm2", minimum_count=3, circle_diameter_mm=20.0 / math.sqrt(math.pi)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreastSettings:
    """Finding the breast and what in the image is no breast.

    Parameters
    ----------
    working_pitch_mm : float
        Pixel pitch of the reduced image in which the breast is found.
    minimum_area_mm2 : float
        A smaller bright area is no breast.
    skin_margin_mm : float
        Width of the rim along the skin in which no particle is looked for.
    edge_margin_mm : float
        Width of the rim along the image edge in which no particle is looked for.
    oblique_lean_deg : float
        How far the chest wall leans in an oblique view, below 90: the point of the breast
        farthest from it stands for the nipple.

    Raises
    ------
    SettingsError
        When a number is outside its limits, or the chest wall would lie flat.
    """

    working_pitch_mm: float = 0.8
    minimum_area_mm2: float = 300.0
    skin_margin_mm: float = 1.5
    edge_margin_mm: float = 0.5
    oblique_lean_deg: float = 20.0

    def __post_init__(self) -> None:
        refuse_outside(self, "breast")
        if self.oblique_lean_deg >= 90.0:
            raise SettingsError(
                f"breast.oblique_lean_deg = {self.oblique_lean_deg}", "less than 90 degrees"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundSettings:
    """Local background and local noise.

    Parameters
    ----------
    background_sigma_mm : float
        Sigma of the Gaussian that gives the slow background.
    noise_window_mm : float
        Side of the square window in which the local noise is estimated.

    Raises
    ------
    SettingsError
        When a number is outside its limits.
    """

    background_sigma_mm: float = 1.5
    noise_window_mm: float = 3.0

    def __post_init__(self) -> None:
        refuse_outside(self, "background")


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionSettings:
    """Matched filters and the candidates they give.

    Parameters
    ----------
    sigmas_mm : tuple of float
        Sigmas of the matched filters, mm, narrow to wide.
    scale_ratio : float
        Outer over inner sigma of each difference of Gaussians, > 1.
    minimum_response_sd : float
        A weaker answer of every filter is no candidate; SD of that filter's local noise.
    most_candidates : int
        The strongest so many are kept.
    assumed_pitch_mm : float
        Pitch the filters assume when the spacing is unknown; no size in mm comes from it.

    Raises
    ------
    SettingsError
        When a number is outside its limits, the sigmas do not rise, or the ratio is not above 1.
    """

    sigmas_mm: tuple[float, ...] = (0.06, 0.096, 0.154, 0.246, 0.393, 0.629, 1.007, 1.611)
    scale_ratio: float = 1.6
    minimum_response_sd: float = 4.3
    most_candidates: int = 2000
    assumed_pitch_mm: float = 0.07

    def __post_init__(self) -> None:
        refuse_outside(self, "detection")
        rising = all(a < b for a, b in pairwise(self.sigmas_mm))
        if not self.sigmas_mm or not rising:
            raise SettingsError(f"detection.sigmas_mm = {list(self.sigmas_mm)}", "rising numbers")
        if self.scale_ratio <= 1.0:
            raise SettingsError(f"detection.scale_ratio = {self.scale_ratio}", "more than 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementSettings:
    """Outlines and sizes.

    Parameters
    ----------
    outline_fraction : float
        The outline runs where the contrast falls to this fraction of the peak, below 1.
    smoothing_mm : float
        Sigma of the smoothing before the outline is drawn.
    largest_mm : float
        A larger object is not measured as one particle.
    micro_threshold_mm : float
        Micro below, macro from here on; 0.5 mm is the common convention.
    macro_threshold_mm : float
        The same by the other convention, 1 mm.

    Raises
    ------
    SettingsError
        When a number is outside its limits, or the fraction is not below 1.
    """

    outline_fraction: float = 0.5
    smoothing_mm: float = 0.04
    largest_mm: float = 12.0
    micro_threshold_mm: float = 0.5
    macro_threshold_mm: float = 1.0

    def __post_init__(self) -> None:
        refuse_outside(self, "measurement")
        if self.outline_fraction >= 1.0:
            raise SettingsError(
                f"measurement.outline_fraction = {self.outline_fraction}", "less than 1"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingSettings:
    """When particles make a group, and how a group's distribution is named.

    Parameters
    ----------
    rules : tuple of GroupRule
        Every rule gives a grouping of its own; the first is the primary one.
    hull_margin_mm : float
        The hull is grown by this before the density is taken.
    linear_length_mm : float
        A linear group is at least this long.
    linear_width_mm : float
        A linear group is at most this wide.
    linear_elongation : float
        A linear group is at least this many times longer than wide.
    linear_chance : float
        0-1. A linear group is so elongated that a round cloud of as many particles would be
        with at most this probability.
    segmental_count : int
        A segmental group has at least this many members.
    segmental_extent_mm : float
        A segmental group has at least this extent.
    segmental_fan : float
        Length over width, times far over near width, seen from the nipple: 1 = round.
    regional_extent_mm : float
        A regional group has more than this extent.
    diffuse_breast_fraction : float
        0-1. The hull of a diffuse group covers at least this part of the breast.

    Raises
    ------
    SettingsError
        When there is no rule, two rules have one name, a rule asks for fewer than two
        particles, has no diameter or a name that cannot be printed, or a number is outside its
        limits.
    """

    rules: tuple[GroupRule, ...] = (BI_RADS_RULE, LITERATURE_RULE)
    hull_margin_mm: float = 0.5
    linear_length_mm: float = 6.0
    linear_width_mm: float = 5.0
    linear_elongation: float = 4.0
    linear_chance: float = 0.01
    segmental_count: int = 15
    segmental_extent_mm: float = 15.0
    segmental_fan: float = 1.6
    regional_extent_mm: float = 20.0
    diffuse_breast_fraction: float = 0.4

    def __post_init__(self) -> None:
        names = [rule.name for rule in self.rules]
        if not names or len(set(names)) < len(names):
            raise SettingsError(
                f"grouping.rules named {', '.join(names) or 'none'}",
                "at least one rule, each with a name of its own",
            )
        for rule in self.rules:
            _refuse_rule(rule)
        refuse_outside(self, "grouping")


def _refuse_rule(rule: GroupRule) -> None:
    """Refuse a rule that makes no group, or whose name cannot stand in a table."""
    if not rule.name.isprintable() or len(rule.name) > _LONGEST_NAME:
        raise SettingsError(
            f"the grouping rule {rule.name[:_LONGEST_NAME]!r}",
            f"a name of at most {_LONGEST_NAME} letters that can be printed",
        )
    if rule.minimum_count < 2:
        raise SettingsError(
            f"the grouping rule {rule.name!r} with {rule.minimum_count} particles",
            "at least 2 particles",
        )
    refuse_number_outside(rule.minimum_count, "grouping.rules.minimum_count")
    refuse_number_outside(rule.circle_diameter_mm, "grouping.rules.circle_diameter_mm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of a reading; frozen, and named in every result by their digest.

    Parameters
    ----------
    operating_point : OperatingPoint
        Named threshold of the judge.
    min_score : float or None
        A threshold of one's own, 0-1, for what is listed; None = the operating point's.
        Only particles at or above the operating point are ever grouped.
    engine : Engine
        What runs the network of a learned judge.
    breast, background, detection, measurement, grouping, description, tracks
        One block for each step.
    guidance : GuidanceSettings
        The data files that shapes are weighed by.
    registration, comparison
        One block for each step of comparing with a prior; no reading depends on them.
    """

    operating_point: OperatingPoint = OperatingPoint.BALANCED
    min_score: float | None = None
    engine: Engine = Engine.PORTABLE
    breast: BreastSettings = field(default_factory=BreastSettings)
    background: BackgroundSettings = field(default_factory=BackgroundSettings)
    detection: DetectionSettings = field(default_factory=DetectionSettings)
    measurement: MeasurementSettings = field(default_factory=MeasurementSettings)
    grouping: GroupingSettings = field(default_factory=GroupingSettings)
    description: DescriptionSettings = field(default_factory=DescriptionSettings)
    tracks: TrackSettings = field(default_factory=TrackSettings)
    guidance: GuidanceSettings = field(default_factory=GuidanceSettings)
    registration: RegistrationSettings = field(default_factory=RegistrationSettings)
    comparison: ComparisonSettings = field(default_factory=ComparisonSettings)

    def __post_init__(self) -> None:
        if self.min_score is not None and not 0.0 <= self.min_score <= 1.0:
            raise SettingsError(f"min_score = {self.min_score}", "a number from 0 to 1")

    def as_mapping(self) -> dict[str, Any]:
        """Return plain nested dicts, lists, numbers and strings."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return plain

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of all values, hexadecimal."""
        text = json.dumps(self.as_mapping(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "Settings":
        """Build settings from nested mappings, as a TOML file gives them.

        Raises
        ------
        SettingsError
            On an unknown key, a wrong type or a value out of range.
        """
        return built(cls, mapping, "")
