"""Bodies of several parts (RFC 2046 5.1, PS3.18 8.6.1.2), read as they come or written whole."""

from collections.abc import Iterable, Iterator, Sequence
from email.message import Message

from calcsight.terms.errors import NetworkError

DICOM = "application/dicom"
# No DICOM file holds it: preamble, prefix and values were not made with it in mind, and it is
# looked for below all the same.
_BOUNDARY = "calcsight-f3c1b0d29ab84e0f9d5e"
_MOST_HEADER = 16_384


def media_type(content_type: str) -> tuple[str, str | None]:
    """Return the type in lower case, without parameters, and the boundary of parts if stated."""
    message = Message()
    message["Content-Type"] = content_type
    return message.get_content_type(), message.get_boundary()


def only_part(chunks: Iterable[bytes], boundary: str) -> Iterator[bytes]:
    """Yield the content of the first part, piece by piece; what follows it is not looked at.

    Parameters
    ----------
    chunks : iterable of bytes
        The body, in pieces of any size.
    boundary : str

    Raises
    ------
    NetworkError
        When the body ends before the part does, or holds no part.
    """
    first, closing = b"--" + boundary.encode(), b"\r\n--" + boundary.encode()
    pieces = iter(chunks)
    held = b""
    while (at := held.find(b"\r\n\r\n", max(0, held.find(first)))) < 0 or first not in held[:at]:
        if len(held) > _MOST_HEADER:
            raise _broken()
        held += _next(pieces)
    held = held[at + 4 :]
    while (end := held.find(closing)) < 0:
        # The end may lie across two pieces.
        sure = max(0, len(held) - len(closing) + 1)
        if sure:
            yield held[:sure]
        held = held[sure:] + _next(pieces)
    yield held[:end]


def body_of(parts: Sequence[bytes]) -> tuple[str, bytes]:
    """Return the content type and the body of a request that stores DICOM files.

    Source: PS3.18 10.5.1 (Store transaction), 8.6.1.2.1 (multipart/related).
    """
    boundary = _BOUNDARY
    while any(boundary.encode() in part for part in parts):
        boundary += "0"
    body = bytearray()
    for part in parts:
        body += f"--{boundary}\r\nContent-Type: {DICOM}\r\n\r\n".encode()
        body += part
        body += b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return f'multipart/related; type="{DICOM}"; boundary="{boundary}"', bytes(body)


def _next(pieces: Iterator[bytes]) -> bytes:
    try:
        return next(pieces)
    except StopIteration:
        raise _broken() from None


def _broken() -> NetworkError:
    return NetworkError(
        "an answer that ends early, or whose parts are not marked", "one whole DICOM file"
    )
