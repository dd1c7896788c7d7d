"""Zeros in place of what lies among the bytes of the pixel data and is no pixel.

Compressed streams carry comments and the segments of applications, offset tables may be longer
than they need be, and something may follow the last pixel: each can name the patient in words
that no header has. Lengths stay as they are, and so does every byte that pixels are decoded from.

Sources: ITU-T T.81 annex B (JPEG), ITU-T T.87 annex C (JPEG-LS), ITU-T T.800 annex A (JPEG 2000),
DICOM PS3.5 annex A.4 (fragments).
"""

import re
from collections.abc import Iterator

from calcsight.dicom.codestreams import END
from calcsight.dicom.files import WholeFile
from calcsight.dicom.header import plain_header
from calcsight.terms.errors import IdentifierLeftError

Span = tuple[int, int]

_ITEM = b"\xfe\xff\x00\xe0"
_UNDEFINED = b"\xff\xff\xff\xff"
_JPEG, _JPEG_2000 = b"\xff\xd8", b"\xff\x4f"
# Inside coded data 0xFF is followed by zero, by a restart, or (JPEG-LS) by less than 0x80.
_MARKER = re.compile(rb"\xff[\x80-\xcf\xd8-\xfe]")
_END_OF_IMAGE, _COMMENT = 0xD9, 0xFE
_APPLICATIONS = range(0xE0, 0xF0)
# What decoders heed of the segments of applications, bytes: the rest is words or small pictures.
_HEEDED = {b"JFIF\0": 14, b"Adobe": 12, b"mrfx": 5}
_COMMENT_2000, _TILE_PART, _TILE_DATA, _END_2000 = 0x64, 0x90, 0x93, 0xD9


def without_words(whole: WholeFile) -> bytes:
    """Return the element of the pixel data with nothing in it but pixels.

    Parameters
    ----------
    whole : WholeFile
        An image of one grey frame that can be decoded.

    Raises
    ------
    IdentifierLeftError
        When a compressed stream is wrapped in a file of its own, with boxes for words.
    """
    pixels, start = bytearray(whole.pixels), start_of_value(whole.pixels)
    if whole.pixels[start - 4 : start] == _UNDEFINED:
        _blank_stream(pixels, start)
    elif size := _frame_bytes(whole):
        pixels[start + size :] = bytes(len(pixels[start + size :]))
    return bytes(pixels)


def start_of_value(pixels: bytes) -> int:
    """Return where the value of an element begins; no even length looks like one of these VRs."""
    return 12 if pixels[4:6] in (b"OB", b"OW", b"UN") else 8


def stream_in(pixels: bytes) -> bytes | None:
    """Return the compressed stream of an element of pixel data; None when it holds plain pixels."""
    start = start_of_value(pixels)
    if pixels[start - 4 : start] != _UNDEFINED:
        return None
    return b"".join(pixels[first:end] for first, end in _items(pixels, start)[1:])


def _frame_bytes(whole: WholeFile) -> int:
    """Return the size of the one frame without compression; 0 where the header does not tell."""
    header = plain_header(whole.header, whole.transfer_syntax)
    rows, columns, bits = (header.whole(one, 0) for one in ("Rows", "Columns", "BitsAllocated"))
    return rows * columns * bits // 8


def _blank_stream(pixels: bytearray, start: int) -> None:
    """Blank the offset table (one frame starts at 0) and what the stream says in words."""
    table, *fragments = _items(pixels, start)
    pixels[table[0] : table[1]] = bytes(table[1] - table[0])
    stream = b"".join(pixels[first:end] for first, end in fragments)
    blanked = bytearray(stream)
    for first, end in _words_in(stream):
        blanked[first:end] = bytes(end - first)
    done = 0
    for first, end in fragments:
        pixels[first:end] = blanked[done : done + end - first]
        done += end - first


def _items(pixels: bytes | bytearray, start: int) -> list[Span]:
    """Return where the values of the items lie; the layout was judged before."""
    found = []
    while pixels[start : start + 4] == _ITEM:
        end = start + 8 + int.from_bytes(pixels[start + 4 : start + 8], "little")
        found.append((start + 8, end))
        start = end
    return found


def _words_in(stream: bytes) -> Iterator[Span]:
    """Yield the parts of a stream that no pixel is decoded from."""
    if stream.startswith(_JPEG):
        yield from _words_in_jpeg(stream)
    elif stream.startswith(_JPEG_2000):
        yield from _words_in_jpeg_2000(stream)
    elif _JPEG_2000 + b"\xff\x51" in stream[:4096]:
        raise IdentifierLeftError(
            "a compressed stream inside a picture file of its own, which has places for words",
            "the stream alone, as DICOM asks",
            "export the picture again",
        )


def _words_in_jpeg(stream: bytes) -> Iterator[Span]:
    position = 2
    while (found := _MARKER.search(stream, position)) is not None:
        position, marker = found.start(), stream[found.start() + 1]
        if marker == _END_OF_IMAGE:
            yield _tail(stream, position + 2)
            return
        value, end = position + 4, position + 2 + _length(stream, position + 2, 2)
        if marker == _COMMENT:
            yield value, end
        elif marker in _APPLICATIONS:
            heeded = (size for name, size in _HEEDED.items() if stream.startswith(name, value))
            yield min(end, value + next(heeded, 0)), end
        position = max(end, value)


def _words_in_jpeg_2000(stream: bytes) -> Iterator[Span]:
    position, tile_end = 2, 0
    while position + 4 <= len(stream) and stream[position] == 0xFF:
        marker = stream[position + 1]
        if marker == _END_2000:
            yield _tail(stream, position + 2)
            return
        if marker == _TILE_DATA:
            if tile_end <= position:
                return
            position = tile_end
            continue
        end = position + 2 + _length(stream, position + 2, 2)
        if marker == _TILE_PART:
            # Its length counts from here; 0 says that it ends with the stream.
            tile_end = position + _length(stream, position + 6, 4)
        elif marker == _COMMENT_2000:
            # After two bytes that say in which letters it is written.
            yield min(end, position + 6), end
        position = max(end, position + 4)
    if stream[position : position + 2] == END:
        yield _tail(stream, position + 2)


def _tail(stream: bytes, start: int) -> Span:
    """Return what follows the end; a second end mark at the very end stays, as readers ask."""
    return start, max(start, len(stream.rstrip(b"\0")) - len(END))


def _length(stream: bytes, position: int, size: int) -> int:
    return int.from_bytes(stream[position : position + size], "big")
