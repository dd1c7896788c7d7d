"""From nested mappings, as a TOML file gives them, to settings: nothing is guessed or ignored."""

import math
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from typing import Any, TypeVar

from calcsight.terms.errors import SettingsError
from calcsight.terms.group import GroupRule

T = TypeVar("T")

# Says only which type each value of a rule has; a rule has no defaults.
_ANY_RULE = GroupRule(name="any", minimum_count=2, circle_diameter_mm=1.0)


def built(cls: type[T], mapping: Mapping[str, Any], path: str) -> T:
    """Build one (nested) settings dataclass, refusing keys it does not have.

    Parameters
    ----------
    cls : type
        A dataclass of settings whose fields have defaults, or `GroupRule`.
    mapping : mapping
        What was stated; the defaults stand for the rest.
    path : str
        Where in the file, "" at its top, for messages.

    Raises
    ------
    SettingsError
        On an unknown key, a wrong type or a value out of range.
    """
    defaults: Any = _ANY_RULE if cls is GroupRule else cls()
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
        return built(type(default), value, f"{where}.")
    if where == "grouping.rules":
        return _rules(value, where)
    if isinstance(default, StrEnum):
        words = type(default)
        if value not in tuple(words):
            raise SettingsError(f"{where} = {value!r}", f"one of: {', '.join(words)}")
        return words(value)
    if isinstance(default, str):
        if not isinstance(value, str) or not value:
            raise SettingsError(f"{where} = {value!r}", "a text that is not empty")
        return value
    return _numbers(value, default, where)


def _rules(value: Any, where: str) -> tuple[GroupRule, ...]:
    """Build the grouping rules from a list of tables."""
    if not isinstance(value, list | tuple) or not all(isinstance(v, Mapping) for v in value):
        raise SettingsError(f"{where} = {value!r}", "a list of tables, one for each rule")
    return tuple(built(GroupRule, rule, f"{where}.") for rule in value)


def _numbers(value: Any, default: Any, where: str) -> Any:
    """Convert a number, or a list of numbers."""
    if isinstance(default, tuple):
        is_list = isinstance(value, list | tuple) and len(value) > 0
        if not is_list or not all(is_number(v) and v > 0 for v in value):
            raise SettingsError(f"{where} = {value!r}", "a list of positive numbers")
        return tuple(float(v) for v in value)
    if value is None and default is None:
        return None
    if isinstance(default, int) and not isinstance(value, int):
        raise SettingsError(f"{where} = {value!r}", "a whole number")
    if not is_number(value) or (value <= 0 and where != "min_score"):
        raise SettingsError(f"{where} = {value!r}", "a positive number")
    return value if isinstance(default, int) else float(value)


def is_number(value: Any) -> bool:
    """Tell whether a value is a finite number (not a boolean)."""
    # Compared, not converted: a whole number may be larger than any float.
    held = isinstance(value, int | float) and not isinstance(value, bool)
    return held and -math.inf < value < math.inf
