"""Texts from outside (names of files, words of a site's own) as tables and pages may hold them."""

import re
import unicodedata
from typing import Any

# They turn the direction of what follows: a name can be made to look like another.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_STEERING = frozenset({"Cc", "Cs", "Zl", "Zp"})
# A spreadsheet runs a cell that begins so; of one that is marked already, one mark more.
_FORMULA = re.compile(r"'*[=+\-@]")


def visible(text: str) -> str:
    """Escape what steers a terminal or turns the direction; all other letters stay."""
    if text.isprintable():
        return text
    return "".join(
        letter.encode("unicode_escape").decode() if _is_hidden(letter) else letter
        for letter in text
    )


def in_page(value: Any) -> Any:
    """Make what a template prints visible, line by line; markup stays markup."""
    if not isinstance(value, str) or value.isprintable():
        return value
    return type(value)("\n".join(visible(line) for line in value.split("\n")))


def in_cell(text: str) -> str:
    """Make a text visible, and mark it by an apostrophe where a spreadsheet would run it."""
    shown = visible(text)
    return f"'{shown}" if _FORMULA.match(shown) else shown


def of_cell(cell: str) -> str:
    """Take the mark of `in_cell` off again."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _is_hidden(letter: str) -> bool:
    """Tell whether a letter is a control character, half of a pair, a line end or a turn."""
    return letter in _TURNING or unicodedata.category(letter) in _STEERING
