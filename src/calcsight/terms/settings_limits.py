"""How small and how large each number of the settings may be; see docs/settings.md.

Wide enough for every use that makes sense, narrow enough that a filter fits into an image and a
search into memory.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from calcsight.terms.errors import SettingsError

_MOST_IN_A_LIST = 32
# By the end of a name, the first that fits; what has none is a ratio or a share.
_BY_ENDING: tuple[tuple[str, tuple[float, float]], ...] = (
    ("_mm", (0.001, 1000.0)),
    ("_mm2", (0.01, 1e6)),
    ("_sd", (0.01, 1000.0)),
    ("_deg", (0.0001, 90.0)),
    ("_count", (1, 100_000)),
    ("_candidates", (1, 100_000)),
    ("", (1e-9, 1000.0)),
)
_BY_NAME: Mapping[str, tuple[float, float]] = {
    "breast.working_pitch_mm": (0.2, 5.0),
    "background.background_sigma_mm": (0.2, 50.0),
    "background.noise_window_mm": (0.2, 50.0),
    "detection.sigmas_mm": (0.01, 5.0),
    "detection.assumed_pitch_mm": (0.01, 1.0),
    "measurement.smoothing_mm": (0.001, 5.0),
    "measurement.largest_mm": (0.1, 100.0),
    "grouping.linear_chance": (0.0, 1.0),
    "grouping.diffuse_breast_fraction": (0.0, 1.0),
    "tracks.working_pitch_mm": (0.05, 2.0),
    "tracks.sigmas_mm": (0.05, 5.0),
    "tracks.gap_mm": (0.01, 50.0),
    "tracks.apart_mm": (0.1, 50.0),
    "tracks.least_length_mm": (0.1, 1000.0),
    "registration.working_pitch_mm": (0.2, 0.8),
    "registration.grid_mm": (0.5, 10.0),
    "registration.patch_mm": (4.0, 40.0),
    "registration.smooth_mm": (1.0, 100.0),
    "registration.least_agreement": (0.0, 1.0),
    "registration.least_overlap": (0.0, 1.0),
    "registration.most_folded": (0.0, 1.0),
}


def limits_of(name: str) -> tuple[float, float]:
    """Return the smallest and the largest value of a setting, by its name with its block."""
    ending = next(limits for end, limits in _BY_ENDING if name.endswith(end))
    return _BY_NAME.get(name, ending)


def refuse_outside(block: Any, name: str) -> None:
    """Refuse a block of settings that holds a number outside its limits.

    Raises
    ------
    SettingsError
        Also for what is no number, and for a list of too many.
    """
    for one in fields(block):
        value = getattr(block, one.name)
        if one.name != "rules":
            refuse_number_outside(value, f"{name}.{one.name}")


def refuse_number_outside(value: Any, name: str) -> None:
    """Refuse one number, or a list of numbers, outside its limits; see `refuse_outside`."""
    low, high = limits_of(name)
    numbers = value if isinstance(value, tuple) else (value,)
    if len(numbers) > _MOST_IN_A_LIST:
        raise SettingsError(f"{name} with {len(numbers)} numbers", f"at most {_MOST_IN_A_LIST}")
    # Nothing compares with what is not a number, so that is outside, too.
    inside = all(
        isinstance(number, int | float) and not isinstance(number, bool) and low <= number <= high
        for number in numbers
    )
    if not inside:
        raise SettingsError(f"{name} = {value!r}", f"from {low:g} to {high:g}")
