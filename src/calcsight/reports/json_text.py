"""JSON as text that both a program and a person can read."""

import json
from typing import Any

# Objects and lists above this depth are spread over lines; one item a line below it.
_SPREAD_DEPTH = 2


def json_text(document: dict[str, Any]) -> str:
    """Write a document: one item of its lists a line, UTF-8, no NaN, a line feed at the end.

    Raises
    ------
    ValueError
        On a number that is not finite: an unknown value must be None by then.
    """
    return _spread(document, 0) + "\n"


def _spread(value: Any, depth: int) -> str:
    """Write a value, its items on lines of their own while the depth allows."""
    if depth >= _SPREAD_DEPTH or not value or not isinstance(value, dict | list):
        return _dumped(value)
    inner = "  " * (depth + 1)
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {_spread(item, depth + 1)}" for key, item in value.items()]
        opening, closing = "{", "}"
    else:
        items = [_spread(item, depth + 1) for item in value]
        opening, closing = "[", "]"
    joined = f",\n{inner}".join(items)
    return f"{opening}\n{inner}{joined}\n{'  ' * depth}{closing}"


def _dumped(value: Any) -> str:
    """Write one value; what steers a terminal or turns the line is escaped, as JSON allows."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text if text.isprintable() else "".join(map(_escaped, text))


def _escaped(letter: str) -> str:
    """Escape a letter that cannot be seen."""
    return letter if letter.isprintable() else json.dumps(letter)[1:-1]
