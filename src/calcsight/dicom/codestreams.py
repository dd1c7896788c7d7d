"""What a compressed stream says of itself, read before it is decoded.

Sources: ITU-T T.81 (JPEG) B.2.2, ITU-T T.87 (JPEG-LS) C.2.2, ITU-T T.800 (JPEG 2000) A.5.1,
DICOM PS3.5 annex G (RLE).
"""

from dataclasses import dataclass

_START_OF_FRAME = frozenset({*range(0xC0, 0xD0), 0xF7}) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_SIZ = b"\xff\x4f\xff\x51"
END = b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """Size and depth of the coded image.

    Parameters
    ----------
    rows, columns : int
    components : int
        1 = grey.
    bits : int
        Precision of one sample.
    signed : bool
    """

    rows: int
    columns: int
    components: int
    bits: int
    signed: bool = False


def jpeg_info(data: bytes) -> StreamInfo | None:
    """Read the frame header of a JPEG or JPEG-LS stream; None when there is none."""
    position = 2
    if data[:2] != b"\xff\xd8":
        return None
    while position + 9 < len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
        elif marker in _START_OF_FRAME:
            frame = data[position + 4 : position + 10]
            rows, columns = (int.from_bytes(frame[i : i + 2], "big") for i in (1, 3))
            return StreamInfo(rows, columns, frame[5], frame[0])
        elif marker in _WITHOUT_LENGTH:
            position += 2
        else:
            position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return None


def jpeg2000_info(data: bytes) -> StreamInfo | None:
    """Read the SIZ segment of a JPEG 2000 or HTJ2K stream; None when there is none."""
    start = data[:4096].find(_SIZ)
    segment = data[start + 4 : start + 45]
    if start < 0 or len(segment) < 41:
        return None
    x_end, y_end, x_start, y_start = (
        int.from_bytes(segment[i : i + 4], "big") for i in (4, 8, 12, 16)
    )
    depth = segment[38]
    return StreamInfo(
        rows=y_end - y_start,
        columns=x_end - x_start,
        components=int.from_bytes(segment[36:38], "big"),
        bits=(depth & 0x7F) + 1,
        signed=bool(depth & 0x80),
    )


def has_end(data: bytes) -> bool:
    """Tell whether a stream ends with its end marker, padding aside."""
    return data[-16:].rstrip(b"\0").endswith(END)
