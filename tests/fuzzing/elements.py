"""Where the elements of a file lie, so that each part of one can be lied about."""

from collections.abc import Iterator
from typing import NamedTuple

_LONG = frozenset((b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"SQ", b"UC", b"UN", b"UR", b"UT"))
_ITEMS = b"\xfe\xff"
_UNDEFINED = 0xFFFFFFFF
_START = 132


class Element(NamedTuple):
    """Places in a file of explicit VR, little endian."""

    at: int
    length_at: int
    length_size: int
    value_at: int
    length: int


def elements_of(data: bytes) -> list[Element]:
    """Return every element that can be walked to, items of sequences included."""
    return list(_walk(data, _START, len(data)))


def _walk(data: bytes, position: int, end: int) -> Iterator[Element]:
    while position + 8 <= end:
        element = _element(data, position)
        if element is None:
            return
        yield element
        value_end = element.value_at + element.length
        opened = element.length == _UNDEFINED or data[position : position + 2] == _ITEMS
        if opened or data[position + 4 : position + 6] == b"SQ":
            # What is inside follows at once; of undefined lengths nothing is believed.
            position = element.value_at
        else:
            position = value_end


def _element(data: bytes, at: int) -> Element | None:
    if data[at : at + 2] == _ITEMS:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        return Element(at, at + 4, 4, at + 8, length)
    kind = data[at + 4 : at + 6]
    if not kind.isalpha() or not kind.isupper():
        return None
    if kind in _LONG:
        return Element(at, at + 8, 4, at + 12, int.from_bytes(data[at + 8 : at + 12], "little"))
    return Element(at, at + 6, 2, at + 8, int.from_bytes(data[at + 6 : at + 8], "little"))
