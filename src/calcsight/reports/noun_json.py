"""Nouns as plain data and back: every field under its own name, exactly.

A noun is a frozen dataclass whose fields are texts, numbers, truth values, days, times, words of
an enum, other nouns, tuples of these, or any of them or None.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from calcsight.terms.errors import CalcsightError

Noun = TypeVar("Noun")


class MisplacedError(Exception):
    """Something in plain data that no noun can be made of.

    Parameters
    ----------
    place : str
        JSON path of it: "biopsies[0].pathology[1]".
    problem : CalcsightError or None
        What the noun itself refused; None = the kind of value is wrong.
    needed : str
    """

    def __init__(self, place: str, problem: CalcsightError | None, needed: str = "") -> None:
        self.place = place or "the document"
        self.problem = problem
        self.needed = needed
        super().__init__(self.place)


def plain(value: Any) -> Any:
    """Return dicts, lists, texts and numbers; a time keeps its offset, an enum is its value.

    Raises
    ------
    TypeError
        On a value that is no part of a noun.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} is no part of a noun")


def noun_of(kind: type[Noun], value: Any, place: str = "") -> Noun:
    """Make a noun of plain data that fits its schema.

    Parameters
    ----------
    kind : class
        Of the noun.
    value : dict
    place : str
        Where it stands in its document, for the error.

    Raises
    ------
    MisplacedError
        With the place, when a day is none of the calendar, a key is missing or not known, or the
        noun itself refuses what it would hold.
    """
    made: Noun = _made(kind, value, place)
    return made


def _made(kind: Any, value: Any, place: str) -> Any:
    """Make a value of any kind that a noun can hold."""
    choices = _choices(kind)
    if value is None and NoneType in choices:
        return None
    for choice in choices:
        if choice is not NoneType:
            return _of_kind(choice, value, place)
    raise MisplacedError(place, None, "null")


def _of_kind(kind: Any, value: Any, place: str) -> Any:
    """Make a value of one kind."""
    if get_origin(kind) is tuple:
        return tuple(_items(get_args(kind), value, place))
    if is_dataclass(kind):
        return _of_noun(kind, value, place)
    if issubclass(kind, date):
        return _moment(kind, value, place)
    if issubclass(kind, Enum):
        try:
            return kind(value)
        except ValueError:
            raise MisplacedError(place, None, "one of the words of the schema") from None
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise MisplacedError(place, None, f"a value of the kind {kind.__name__}")
    return value


def _of_noun(kind: Any, value: Any, place: str) -> Any:
    """Make a noun; a key that is left out has its default where the noun has one."""
    hints = _hints(kind)
    if not isinstance(value, dict):
        raise MisplacedError(place, None, "an object")
    for name in value:
        if name not in hints:
            raise MisplacedError(_below(place, name), None, "no such key")
    parts = {name: _made(hints[name], one, _below(place, name)) for name, one in value.items()}
    try:
        return kind(**parts)
    except CalcsightError as problem:
        raise MisplacedError(place, problem) from None
    except TypeError:
        raise MisplacedError(place, None, "every key without a default") from None


def _items(kinds: tuple[Any, ...], value: Any, place: str) -> Iterator[Any]:
    """Make the items of a tuple, of any length or of a fixed one."""
    if not isinstance(value, list):
        raise MisplacedError(place, None, "a list")
    endless = len(kinds) == 2 and kinds[1] is Ellipsis
    if not endless and len(kinds) != len(value):
        raise MisplacedError(place, None, f"a list of {len(kinds)}")
    for position, one in enumerate(value):
        yield _made(kinds[0] if endless else kinds[position], one, f"{place}[{position}]")


def _moment(kind: type[date], value: Any, place: str) -> date:
    """Read a day or a time; a day as "2026-03-01" alone."""
    what = (
        "a time with its offset, YYYY-MM-DDThh:mm:ss+hh:mm"
        if kind is datetime
        else "a day YYYY-MM-DD"
    )
    moment = exact_day(value) if kind is date else _time(value)
    if moment is None:
        raise MisplacedError(place, None, what)
    return moment


def exact_day(said: object) -> date | None:
    """Read a day written YYYY-MM-DD; None for all else, also what Python reads: 2026-W09-7."""
    try:
        day = date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return day if day is not None and day.isoformat() == said else None


def _time(said: object) -> datetime | None:
    """Read a time; None = it is none."""
    try:
        return datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    """Return the kinds of a noun's fields."""
    return get_type_hints(kind)


def _choices(kind: Any) -> tuple[Any, ...]:
    """Return what a field may be: several where it may be None."""
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _below(place: str, name: str) -> str:
    """Name a key below a place; a strange one is cut."""
    return f"{place}.{name[:60]}" if place else name[:60]
