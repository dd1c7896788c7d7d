"""One table of a data file, read key by key; what nobody asked for is refused."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from calcsight.terms.errors import GuidanceError

Word = TypeVar("Word", bound=StrEnum)

# No count or threshold of medicine comes near it, and arithmetic stays exact below it.
_LARGEST = 1_000_000_000_000
# A name stands in a table beside others; the longest that ships has half as many characters.
_LONGEST_NAME = 100
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Entry:
    """A table whose every key must be known.

    Parameters
    ----------
    mapping : mapping
        As TOML gives it.
    where : str
        Where in its file the table stands, for messages; "" = the top.
    """

    def __init__(self, mapping: Mapping[str, Any], where: str = "") -> None:
        self._left = dict(mapping)
        self._where = where

    def place(self, key: str) -> str:
        """Return where a key stands, for messages."""
        return f"{self._where}.{key}" if self._where else key

    def refuse(self, key: str, found: Any, needed: str) -> GuidanceError:
        """Return the error for a value that cannot be used."""
        return GuidanceError(f"{self.place(key)} = {str(found)[:80]!r}", needed)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not empty, or the default when the key is absent."""
        value = self._taken(key, default)
        if not isinstance(value, str) or (not value.strip() and value != default):
            raise self.refuse(key, value, "a text that is not empty")
        return self._one_line(key, value)

    def name(self, key: str) -> str:
        """Return a text short enough for a name."""
        value = self.text(key)
        if len(value) > _LONGEST_NAME:
            raise self.refuse(key, value, f"a name of at most {_LONGEST_NAME} characters")
        return value

    def file_id(self) -> str:
        """Return the id of the file."""
        value = self.text("id")
        if not _ID.fullmatch(value):
            raise self.refuse("id", value, "lower case, words joined by hyphens")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; absent = none."""
        value = self._taken(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise self.refuse(key, value, "a list of texts")
        return tuple(self._one_line(key, one) for one in value)

    def word(self, key: str, words: type[Word]) -> Word:
        """Return one word of an enum."""
        value = self._taken(key, None)
        if value not in tuple(words):
            raise self.refuse(key, value, f"one of: {', '.join(words)}")
        return words(value)

    def words(self, key: str, words: type[Word]) -> tuple[Word, ...]:
        """Return a list of words of an enum, each once; absent = none."""
        values = self.texts(key)
        if len({*values}) < len(values) or not {*values} <= {*words}:
            raise self.refuse(key, values, f"each once, of: {', '.join(words)}")
        return tuple(words(value) for value in values)

    def number(self, key: str) -> float | None:
        """Return a finite number; absent = None."""
        value = self._left.pop(key, None)
        if value is not None and not _is_number(value):
            raise self.refuse(key, value, "a number")
        return None if value is None else float(value)

    def count(self, key: str) -> int | None:
        """Return a whole number of at least 0; absent = None."""
        value = self._left.pop(key, None)
        if value is None:
            return None
        if not isinstance(value, int) or not _is_number(value) or value < 0:
            raise self.refuse(key, value, "a whole number of at least 0")
        return value

    def day(self, key: str) -> date:
        """Return a day, written as TOML writes it: 2026-11-22."""
        value = self._left.pop(key, None)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.refuse(key, value, "a day such as 2026-11-22, without quotation marks")
        return value

    def table(self, key: str) -> Mapping[str, Any]:
        """Return a table; absent = an empty one."""
        value = self._left.pop(key, {})
        if not isinstance(value, Mapping):
            raise self.refuse(key, value, "a table")
        return value

    def tables(self, key: str) -> tuple[Mapping[str, Any], ...]:
        """Return a list of tables; absent = none."""
        value = self._left.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(v, Mapping) for v in value):
            raise self.refuse(key, value, f"tables, each under [[{key}]]")
        return tuple(value)

    def done(self) -> None:
        """Refuse every key that was not asked for.

        Raises
        ------
        GuidanceError
        """
        if self._left:
            raise GuidanceError(
                f"the unknown key {self.place(min(self._left))!r}",
                "only keys that this kind of file has",
            )

    def _one_line(self, key: str, text: str) -> str:
        """Put a text on one line; what steers a terminal is refused."""
        line = " ".join(text.split())
        if not line.isprintable():
            raise self.refuse(key, ascii(text), "a text of printable characters")
        return line

    def _taken(self, key: str, default: Any) -> Any:
        """Take a key out; a missing one without a default is refused."""
        if key in self._left:
            return self._left.pop(key)
        if default is None:
            raise GuidanceError(f"{self.place(key)} is missing", "a value for it")
        return default


def _is_number(value: Any) -> bool:
    """Tell whether a value is a finite number (not a boolean) of a size that can be counted."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and -_LARGEST <= value <= _LARGEST
    )
