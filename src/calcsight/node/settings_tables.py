"""From tables of a TOML file to dataclasses by their annotations: nothing guessed or ignored."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from calcsight.terms.errors import SettingsError

T = TypeVar("T")
_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def built_from(cls: type[T], said: Any, where: str, folder: Path) -> T:
    """Build one dataclass of settings from a table.

    Parameters
    ----------
    cls : type
        A dataclass whose fields are texts, numbers, paths, enums, tuples of those, or tables.
    said : mapping
        What the file says; defaults stand for the rest.
    where : str
        The name of the table with a point, "" at the top, for messages.
    folder : Path
        Relative paths start here.

    Raises
    ------
    SettingsError
        On an unknown or a missing key, a wrong type or a value out of range. Values of keys
        are not repeated where they could be secret or someone's name.
    """
    if not isinstance(said, Mapping):
        raise SettingsError(f"{where.rstrip('.')} is no table", "a table of settings")
    known: dict[str, Field[Any]] = {one.name: one for one in fields(cls)}  # type: ignore[arg-type]
    hints = get_type_hints(cls)
    for key in said:
        if key not in known:
            raise SettingsError(
                f"the unknown setting {where + str(key)!r}", f"one of: {', '.join(sorted(known))}"
            )
    missing = [
        name
        for name, one in known.items()
        if name not in said and one.default is MISSING and one.default_factory is MISSING
    ]
    if missing:
        raise SettingsError(f"no {where}{missing[0]}", "it has no default: state it")
    values = {
        key: _value(hints[key], value, f"{where}{key}", folder) for key, value in said.items()
    }
    return cls(**values)


def _value(kind: Any, value: Any, where: str, folder: Path) -> Any:
    """Convert one value to the type of its field."""
    if isinstance(kind, UnionType):
        [kind] = [one for one in get_args(kind) if one is not type(None)]
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise SettingsError(f"{where} is no list", "a list in [ ], or tables in [[ ]]")
        return tuple(_value(get_args(kind)[0], one, f"{where}[]", folder) for one in value)
    if is_dataclass(kind):
        return built_from(kind, value, f"{where}.", folder)  # type: ignore[arg-type]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        if value not in tuple(kind):
            raise SettingsError(f"{where} = {value!r}", f"one of: {', '.join(kind)}")
        return kind(value)
    if kind is Path:
        if not isinstance(value, str) or not value:
            raise SettingsError(f"{where} is no path", "a path in quotes, not empty")
        return folder / value
    return _plain(kind, value, where)


def _plain(kind: Any, value: Any, where: str) -> Any:
    """Take a text, a number or a truth value as it is."""
    taken = (int, float) if kind is float else kind
    if not isinstance(value, taken) or (isinstance(value, bool) and kind is not bool):
        raise SettingsError(f"{where} is not {_WORDS[kind]}", _WORDS[kind])
    return float(value) if kind is float else value
