"""Settings: what is refused, and a digest that names every value."""

import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError, fields, is_dataclass
from enum import StrEnum
from typing import Any

import pytest

from calcsight.terms.errors import SettingsError
from calcsight.terms.group import GroupRule
from calcsight.terms.settings import (
    BI_RADS_RULE,
    LITERATURE_RULE,
    BackgroundSettings,
    BreastSettings,
    DetectionSettings,
    GroupingSettings,
    MeasurementSettings,
    Settings,
)


def nested(path: str, value: Any) -> dict[str, Any]:
    for key in reversed(path.split(".")):
        value = {key: value}
    return dict(value)


def leaves(settings: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for entry in fields(settings):
        value = getattr(settings, entry.name)
        if is_dataclass(value):
            yield from leaves(value, f"{path}{entry.name}.")
        else:
            yield f"{path}{entry.name}", value


def other(value: Any) -> Any:
    """Another legal value of the same kind."""
    if isinstance(value, StrEnum):
        return next(word.value for word in type(value) if word is not value)
    if value is None:
        return 0.25
    if isinstance(value, str):
        return f"{value}x"
    if isinstance(value, tuple) and isinstance(value[0], GroupRule):
        return [{"name": "mine", "minimum_count": 4, "circle_diameter_mm": 8}]
    if isinstance(value, tuple):
        return [*value[:-1], value[-1] * 2]
    return value + 1 if isinstance(value, int) else value * 0.75


LEAVES = dict(leaves(Settings()))


def test_nothing_stated_gives_the_defaults() -> None:
    assert Settings.from_mapping({}) == Settings()
    assert Settings.from_mapping({"grouping": {}}) == Settings()


@pytest.mark.parametrize(
    "unknown",
    ["sensitivity", "grouping.cluster_mm", "detection.sigma_mm", "grouping.rules"],
)
def test_an_unknown_key_is_refused_and_the_known_ones_are_named(unknown: str) -> None:
    value: Any = [{"radius": 1}] if unknown == "grouping.rules" else 1
    with pytest.raises(SettingsError, match="unknown setting") as caught:
        Settings.from_mapping(nested(unknown, value))
    assert caught.value.needed.startswith("one of: ")


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("breast.working_pitch_mm", "0.8"),
        ("breast.working_pitch_mm", True),
        ("breast.working_pitch_mm", None),
        ("breast.working_pitch_mm", [0.8]),
        ("detection.most_candidates", 10.0),
        ("detection.most_candidates", False),
        ("detection.sigmas_mm", 0.1),
        ("detection.sigmas_mm", ["a"]),
        ("detection.sigmas_mm", []),
        ("grouping", 3),
        ("grouping", [1]),
        ("grouping.rules", 5),
        ("grouping.rules", ["bi-rads"]),
        ("grouping.rules", {"name": "a"}),
        ("grouping.rules", [{"name": "a", "minimum_count": 5}]),
        ("grouping.rules", [{"name": "", "minimum_count": 5, "circle_diameter_mm": 10.0}]),
        ("grouping.rules", [{"name": 5, "minimum_count": 5, "circle_diameter_mm": 10.0}]),
        ("operating_point", "strict"),
        ("engine", "abacus"),
        ("operating_point", 1),
        ("operating_point", []),
        ("min_score", "0.5"),
        ("min_score", True),
    ],
)
def test_a_wrong_type_is_refused_by_its_name(path: str, wrong: Any) -> None:
    with pytest.raises(SettingsError, match=path.split(".", maxsplit=1)[0]):
        Settings.from_mapping(nested(path, wrong))


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("background.noise_window_mm", 0.0),
        ("background.noise_window_mm", -1.0),
        ("background.noise_window_mm", math.nan),
        ("background.noise_window_mm", math.inf),
        ("detection.most_candidates", 0),
        ("detection.sigmas_mm", [0.1, -0.2]),
        ("grouping.linear_chance", 1.01),
        ("grouping.diffuse_breast_fraction", 40.0),
        ("grouping.rules", []),
        ("grouping.rules", [{"name": "a", "minimum_count": 1, "circle_diameter_mm": 10.0}]),
        ("grouping.rules", [{"name": "a", "minimum_count": 5, "circle_diameter_mm": 0.0}]),
        (
            "grouping.rules",
            [
                {"name": "a", "minimum_count": 5, "circle_diameter_mm": 10.0},
                {"name": "a", "minimum_count": 3, "circle_diameter_mm": 10.0},
            ],
        ),
        ("grouping.rules", [{"name": "a\x1b[31m", "minimum_count": 5, "circle_diameter_mm": 9.0}]),
        ("grouping.rules", [{"name": "a\u202eb", "minimum_count": 5, "circle_diameter_mm": 9.0}]),
        ("grouping.rules", [{"name": "a", "minimum_count": 5, "circle_diameter_mm": 1e6}]),
        ("grouping.rules", [{"name": "a", "minimum_count": 10**9, "circle_diameter_mm": 9.0}]),
        ("grouping.hull_margin_mm", 1e9),
        ("tracks.sigmas_mm", [1e-9, 1e9]),
        ("tracks.sigmas_mm", [0.2, 40.0]),
        ("tracks.gap_mm", 1e9),
        ("tracks.apart_mm", 1e-9),
        ("tracks.working_pitch_mm", 1e-6),
        ("detection.sigmas_mm", [0.01 * number for number in range(1, 40)]),
        ("detection.most_candidates", 10**400),
        ("description.worst_count", 10**12),
        ("description.least_probability", 1e-300),
        ("description.central_mm", 1e300),
        ("min_score", -0.01),
        ("min_score", 1.01),
        ("min_score", math.nan),
    ],
)
def test_a_value_out_of_range_is_refused(path: str, wrong: Any) -> None:
    with pytest.raises(SettingsError):
        Settings.from_mapping(nested(path, wrong))


@pytest.mark.parametrize("score", [-0.1, 1.1, math.nan])
def test_range_is_checked_also_without_a_mapping(score: float) -> None:
    with pytest.raises(SettingsError, match="0 to 1"):
        Settings(min_score=score)


@pytest.mark.parametrize(
    "rules",
    [
        (),
        (BI_RADS_RULE, BI_RADS_RULE),
        (GroupRule(name="one", minimum_count=1, circle_diameter_mm=10.0),),
        (GroupRule(name="endless", minimum_count=5, circle_diameter_mm=math.inf),),
    ],
)
def test_rules_are_checked_also_without_a_mapping(rules: tuple[GroupRule, ...]) -> None:
    with pytest.raises(SettingsError, match="rule"):
        GroupingSettings(rules=rules)


def test_whole_numbers_may_stand_for_lengths() -> None:
    settings = Settings.from_mapping({"breast": {"skin_margin_mm": 2}})
    assert settings.breast.skin_margin_mm == 2.0
    assert settings.digest == Settings.from_mapping({"breast": {"skin_margin_mm": 2.0}}).digest


@pytest.mark.parametrize("limit", [0, 0.0, 1, 1.0])
def test_min_score_may_be_its_limits(limit: float) -> None:
    assert Settings.from_mapping({"min_score": limit}).min_score == limit


@pytest.mark.parametrize("path", LEAVES)
def test_every_setting_can_be_stated_and_changes_the_digest(path: str) -> None:
    changed = Settings.from_mapping(nested(path, other(LEAVES[path])))
    assert dict(leaves(changed))[path] != LEAVES[path]
    assert changed.digest != Settings().digest
    same = {name: value for name, value in leaves(changed) if name != path}
    assert same == {name: value for name, value in LEAVES.items() if name != path}
    assert Settings.from_mapping(changed.as_mapping()) == changed


def test_the_digest_depends_on_values_not_on_their_order() -> None:
    one = Settings.from_mapping({"min_score": 0.5, "operating_point": "sensitive"})
    same = Settings.from_mapping({"operating_point": "sensitive", "min_score": 0.5})
    assert one.digest == same.digest
    assert len(one.digest) == 64
    stated = Settings.from_mapping({"operating_point": "balanced"})
    assert stated.digest == Settings().digest


def test_the_digest_is_the_same_in_another_process() -> None:
    code = "from calcsight.terms.settings import Settings; print(Settings().digest)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() == Settings().digest


def test_settings_do_not_change_once_made() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().min_score = 0.5  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        DetectionSettings().most_candidates = 5  # type: ignore[misc]


def test_both_conventions_of_a_group_are_the_default() -> None:
    assert Settings().grouping.rules == (BI_RADS_RULE, LITERATURE_RULE)
    assert (BI_RADS_RULE.minimum_count, BI_RADS_RULE.circle_diameter_mm) == (5, 10.0)
    area_mm2 = math.pi * LITERATURE_RULE.circle_diameter_mm**2 / 4
    assert LITERATURE_RULE.minimum_count == 3
    assert area_mm2 == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("detection.scale_ratio", 1.0),  # the filter would be zero and find nothing, silently
        ("detection.scale_ratio", 0.5),
        ("detection.sigmas_mm", [0.2, 0.1]),
        ("measurement.outline_fraction", 1.0),
        ("measurement.outline_fraction", 2.0),
    ],
)
def test_a_number_that_makes_a_step_meaningless_is_refused(path: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=path):
        Settings.from_mapping(nested(path, value))


@pytest.mark.parametrize(
    "make",
    [
        lambda: BreastSettings(skin_margin_mm=0.0),
        lambda: BackgroundSettings(noise_window_mm=math.nan),
        lambda: DetectionSettings(sigmas_mm=()),
        lambda: DetectionSettings(sigmas_mm=(-0.1, 0.1)),
        lambda: MeasurementSettings(largest_mm=-1.0),
    ],
)
def test_python_is_held_to_the_same_ranges_as_a_file(make: Callable[[], object]) -> None:
    with pytest.raises(SettingsError):
        make()
