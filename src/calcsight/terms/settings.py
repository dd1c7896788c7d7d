"""Every number that changes a reading, in millimetres or noise SD."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, dataclass, field, fields, is_dataclass
from typing import Any, TypeVar

from calcsight.terms.errors import SettingsError
from calcsight.terms.group import GroupRule
from calcsight.terms.judge import OperatingPoint

T = TypeVar("T")

BI_RADS_RULE = GroupRule(name="bi-rads-5-in-10mm", minimum_count=5, circle_diameter_mm=10.0)
LITERATURE_RULE = GroupRule(
    name="literature-3-in-1cm2", minimum_count=3, circle_diameter_mm=20.0 / math.sqrt(math.pi)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreastSettings:
    """Finding the breast and what in the image is no breast."""

    working_pitch_mm: float = 0.8
    minimum_area_mm2: float = 300.0
    skin_margin_mm: float = 1.5
    edge_margin_mm: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundSettings:
    """Local background and local noise."""

    background_sigma_mm: float = 1.5
    noise_window_mm: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionSettings:
    """Matched filters and the candidates they give."""

    sigmas_mm: tuple[float, ...] = (0.06, 0.1, 0.16, 0.26, 0.42, 0.68, 1.1, 1.8)
    scale_ratio: float = 1.6
    minimum_response_sd: float = 4.0
    most_candidates: int = 2000
    assumed_pitch_mm: float = 0.07


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementSettings:
    """Outlines and sizes."""

    outline_fraction: float = 0.5
    smoothing_mm: float = 0.04
    largest_mm: float = 12.0
    micro_threshold_mm: float = 0.5
    macro_threshold_mm: float = 1.0


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
        particles or has no diameter, or a fraction is not within 0-1.
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
            if rule.minimum_count < 2 or not 0.0 < rule.circle_diameter_mm < math.inf:
                raise SettingsError(
                    f"the grouping rule {rule.name!r} with {rule.minimum_count} particles in "
                    f"{rule.circle_diameter_mm} mm",
                    "at least 2 particles in a circle of a positive diameter",
                )
        for name in ("linear_chance", "diffuse_breast_fraction"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise SettingsError(f"grouping.{name} = {getattr(self, name)}", "from 0 to 1")


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
    breast, background, detection, measurement, grouping
        One block for each step.
    """

    operating_point: OperatingPoint = OperatingPoint.BALANCED
    min_score: float | None = None
    breast: BreastSettings = field(default_factory=BreastSettings)
    background: BackgroundSettings = field(default_factory=BackgroundSettings)
    detection: DetectionSettings = field(default_factory=DetectionSettings)
    measurement: MeasurementSettings = field(default_factory=MeasurementSettings)
    grouping: GroupingSettings = field(default_factory=GroupingSettings)

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
        return _build(cls, mapping, "")


def _build(cls: type[T], mapping: Mapping[str, Any], path: str) -> T:
    """Build one (nested) settings dataclass, refusing keys it does not have."""
    defaults: Any = BI_RADS_RULE if cls is GroupRule else cls()
    known = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for key, value in mapping.items():
        where = f"{path}{key}"
        if key not in known:
            raise SettingsError(
                f"the unknown setting {where!r}", f"one of: {', '.join(sorted(known))}"
            )
        values[key] = _converted(value, getattr(defaults, key), where)
    missing = sorted(n for n, f in known.items() if _is_required(f) and n not in values)
    if missing:
        raise SettingsError(f"{path.rstrip('.')} without {', '.join(missing)}", "all of them")
    return cls(**values)


def _is_required(one: Field[Any]) -> bool:
    """Tell whether a setting has no default."""
    return one.default is MISSING and one.default_factory is MISSING


def _converted(value: Any, default: Any, where: str) -> Any:
    """Convert one TOML value to the type of its default."""
    if is_dataclass(default) and not isinstance(default, type):
        if not isinstance(value, Mapping):
            raise SettingsError(f"{where} = {value!r}", "a table of settings")
        return _build(type(default), value, f"{where}.")
    if where == "grouping.rules":
        return _rules(value, where)
    if isinstance(default, OperatingPoint):
        if value not in tuple(OperatingPoint):
            raise SettingsError(f"{where} = {value!r}", f"one of: {', '.join(OperatingPoint)}")
        return OperatingPoint(value)
    if isinstance(default, str):
        if not isinstance(value, str) or not value:
            raise SettingsError(f"{where} = {value!r}", "a text that is not empty")
        return value
    return _numbers(value, default, where)


def _rules(value: Any, where: str) -> tuple[GroupRule, ...]:
    """Build the grouping rules from a list of tables."""
    if not isinstance(value, list | tuple) or not all(isinstance(v, Mapping) for v in value):
        raise SettingsError(f"{where} = {value!r}", "a list of tables, one for each rule")
    return tuple(_build(GroupRule, rule, f"{where}.") for rule in value)


def _numbers(value: Any, default: Any, where: str) -> Any:
    """Convert a number, or a list of numbers."""
    if isinstance(default, tuple):
        is_list = isinstance(value, list | tuple) and len(value) > 0
        if not is_list or not all(_is_number(v) and v > 0 for v in value):
            raise SettingsError(f"{where} = {value!r}", "a list of positive numbers")
        return tuple(float(v) for v in value)
    if value is None and default is None:
        return None
    if isinstance(default, int) and not isinstance(value, int):
        raise SettingsError(f"{where} = {value!r}", "a whole number")
    if not _is_number(value) or (value <= 0 and where != "min_score"):
        raise SettingsError(f"{where} = {value!r}", "a positive number")
    return value if isinstance(default, int) else float(value)


def _is_number(value: Any) -> bool:
    """Tell whether a value is a finite number (not a boolean)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
