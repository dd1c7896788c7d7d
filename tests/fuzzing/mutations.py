"""What is done to files: bytes changed, cut, doubled; lengths, kinds and values lied about."""

import zlib
from collections.abc import Callable
from functools import cache

from hypothesis import strategies as st
from tests.fuzzing.elements import Element, elements_of

Mutation = Callable[[bytes], bytes]

HOSTILE = (
    b"", b"NaN ", b"inf ", b"-inf", b"-1", b"0 ", b"1e400 ", b"1e-400", b"99999999999999999999",
    b"0x10", b"\\\\\\\\", b"1\\2\\3\\4", b"\xff" * 8, b"\0" * 8, b"A" * 65, b"\x1b[2J", b"%s%n",
    b"../../../etc/passwd ", b"\xff\xff\xff\x7f", b"\x00\x80", b"\x00\x00\xc0\x7f",
    b"SENTINELNAME", b"9" * 64, b"1." * 40, b"YES ", b"20239999", b"'; DROP TABLE queue;--",
)  # fmt: skip
KINDS = tuple(
    kind.encode()
    for kind in "AE AS AT CS DA DS DT FD FL IS LO LT OB OW PN SH SL SQ SS ST TM UI UL UN US UT ZZ"
    .split()
)  # fmt: skip
SYNTAXES = tuple(
    f"1.2.840.10008.1.2{end}".encode()
    for end in (
        "", ".1", ".2", ".1.99", ".5", ".4.50", ".4.51", ".4.57", ".4.70", ".4.80", ".4.81",
        ".4.90", ".4.91", ".4.100", ".4.201", ".4.203", ".9.9",
    )
)  # fmt: skip
LENGTHS = (0, 1, 2, 3, 7, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF)
_META_END = 132
_SYNTAX_TAG = b"\x02\x00\x10\x00UI"


@st.composite
def mutations(draw: st.DrawFn) -> Mutation:
    """Return a function that does one to four things to a file."""
    steps = draw(st.lists(st.one_of(_bytes(), _elements(), _wholes()), min_size=1, max_size=4))

    def mutated(data: bytes) -> bytes:
        for step in steps:
            data = step(data) or b"\0"
        return data

    return mutated


@st.composite
def _bytes(draw: st.DrawFn) -> Mutation:
    """Change bytes anywhere, or in the header, or in the pixels."""
    kind = draw(st.sampled_from(["flip", "set", "drop", "zero", "double", "cut", "insert"]))
    place, reach = draw(st.floats(0, 1)), draw(st.sampled_from([0.02, 0.1, 1.0]))
    length, value = draw(st.integers(1, 400)), draw(st.integers(0, 255))

    def changed(data: bytes) -> bytes:
        at = int(place * reach * (len(data) - 1))
        part = data[at : at + length]
        middle = {
            "flip": bytes(one ^ (1 << value % 8) for one in part[:1]) + part[1:],
            "set": bytes([value]) * len(part),
            "drop": b"",
            "zero": bytes(len(part)),
            "double": part * 2,
            "cut": b"",
            "insert": bytes([value]) * length + part,
        }[kind]
        return data[:at] + middle + (b"" if kind == "cut" else data[at + length :])

    return changed


@st.composite
def _elements(draw: st.DrawFn) -> Mutation:
    """Lie about the length, the kind or the value of one element, or nest something in it."""
    kind = draw(st.sampled_from(["length", "kind", "value", "nest", "double", "remove", "swap"]))
    which, other = draw(st.floats(0, 1)), draw(st.floats(0, 1))
    length, vr = draw(st.sampled_from(LENGTHS)), draw(st.sampled_from(KINDS))
    value = draw(st.one_of(st.sampled_from(HOSTILE), st.binary(max_size=40)))
    depth = draw(st.sampled_from([2, 30, 500, 3000]))

    def changed(data: bytes) -> bytes:
        found = elements_of(data)
        if not found:
            return data
        one, two = (found[int(share * (len(found) - 1))] for share in (which, other))
        size = min(one.length_size, 4)
        stated = (length & ((1 << 8 * size) - 1)).to_bytes(size, "little")
        whole = data[one.at : _end(data, one)]
        return {
            "length": lambda: _put(data, one.length_at, stated),
            "kind": lambda: _put(data, one.at + 4, vr),
            "value": lambda: _with_value(data, one, value),
            "nest": lambda: data[: one.at] + nested(depth) + data[one.at :],
            "remove": lambda: data[: one.at] + data[_end(data, one) :],
            "double": lambda: data[: one.at] + whole + data[one.at :],
            "swap": lambda: _put(data, one.at, data[two.at : two.at + 4]),
        }[kind]()

    return changed


@st.composite
def _wholes(draw: st.DrawFn) -> Mutation:
    """Change what the whole file is said to be, or its layout."""
    kind = draw(st.sampled_from(["syntax", "bomb", "bare", "fragments", "tail", "preamble"]))
    syntax, value = draw(st.sampled_from(SYNTAXES)), draw(st.sampled_from(HOSTILE))
    which = draw(st.integers(0, 3))

    def changed(data: bytes) -> bytes:
        return {
            "syntax": lambda: with_syntax(data, syntax),
            "bomb": lambda: bomb(data, 20),
            "bare": lambda: data[_META_END:],
            "fragments": lambda: _fragments(data, which),
            "tail": lambda: data + value * 200,
            "preamble": lambda: value.ljust(128, b"\0")[:128] + data[128:],
        }[kind]()

    return changed


def nested(depth: int) -> bytes:
    """Return sequences in sequences, of undefined length, none of them closed."""
    return (b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff") * depth


def with_syntax(data: bytes, syntax: bytes) -> bytes:
    """Return a file that says another transfer syntax than its own."""
    at = data.find(_SYNTAX_TAG)
    if at < 0:
        return data
    length = int.from_bytes(data[at + 6 : at + 8], "little")
    padded = syntax + b"\0" * (len(syntax) % 2)
    stated = _SYNTAX_TAG + len(padded).to_bytes(2, "little") + padded
    return data[:at] + stated + data[at + 8 + length :]


def bomb(data: bytes, grown_mb: int = 900) -> bytes:
    """Return a deflated file whose data set grows to that many megabytes of zeros."""
    said = with_syntax(data[:600], b"1.2.840.10008.1.2.1.99")
    length = int.from_bytes(said[140:144], "little")
    return said[: 144 + length] + _packed_zeros(grown_mb)


@cache
def _packed_zeros(megabytes: int) -> bytes:
    packing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    zeros = bytes(1 << 20)
    return b"".join(packing.compress(zeros) for _ in range(megabytes)) + packing.flush()


def _with_value(data: bytes, one: Element, value: bytes) -> bytes:
    """Put another value in, its length told truly."""
    value += b"\0" * (len(value) % 2)
    start, end = data[: one.length_at], data[_end(data, one) :]
    return start + len(value).to_bytes(one.length_size, "little") + value + end


def _fragments(data: bytes, which: int) -> bytes:
    """Damage the items that compressed pixels lie in."""
    start = data.rfind(b"\xe0\x7f\x10\x00OB")
    at = data.find(b"\xfe\xff\x00\xe0", start + 1)
    if start < 0 or at < 0:
        return data
    return (
        _put(data, at + 4, b"\xff\xff\xff\xff"),
        data[:at] + b"\xfe\xff\x00\xe0\0\0\0\0" * 5000 + data[at:],
        data[: -8 if data.endswith(b"\xfe\xff\xdd\xe0\0\0\0\0") else None],
        data[:at] + b"\xfe\xff\xdd\xe0\0\0\0\0" + data[at:],
    )[which]


def _end(data: bytes, one: Element) -> int:
    return min(len(data), one.value_at + (0 if one.length > len(data) else one.length))


def _put(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]
