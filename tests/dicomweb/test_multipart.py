"""Parts of a body, however the network cuts it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcsight.dicomweb.multipart import body_of, media_type, only_part
from calcsight.terms.errors import NetworkError

FILE = bytes(128) + b"DICM\r\n--not\r\n\r\n--bounda" + bytes(range(256))
BODY = b"preamble\r\n\r\n--boundary\r\nContent-Type: application/dicom\r\n\r\n" + FILE


def cut(body: bytes, sizes: list[int]) -> list[bytes]:
    """Cut a body into pieces of these sizes, the rest last."""
    pieces, at = [], 0
    for size in sizes:
        pieces.append(body[at : at + size])
        at += size
    return [*pieces, body[at:]]


@given(st.lists(st.integers(0, 40), max_size=40))
def test_the_part_is_whole_however_it_comes(sizes: list[int]) -> None:
    body = BODY + b"\r\n--boundary--\r\n"
    assert b"".join(only_part(cut(body, sizes), "boundary")) == FILE


def test_a_part_without_headers_and_one_of_several() -> None:
    assert b"".join(only_part([b"--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--"], "b")) == b"x"


@pytest.mark.parametrize(
    "body", [b"", BODY, BODY[:40], b"--other\r\n\r\nx\r\n--other--", b"x" * 100_000]
)
def test_a_body_that_ends_early_is_no_file(body: bytes) -> None:
    with pytest.raises(NetworkError):
        list(only_part([body], "boundary"))


def test_a_body_without_its_mark_is_not_held_in_memory() -> None:
    taken = 0

    def endless() -> object:
        nonlocal taken
        while True:
            taken += 1
            yield bytes(10_000)

    with pytest.raises(NetworkError):
        list(only_part(endless(), "boundary"))  # type: ignore[arg-type]
    assert taken < 5


def test_what_is_written_can_be_read() -> None:
    content_type, body = body_of([FILE, b"second"])
    kind, boundary = media_type(content_type)
    assert kind == "multipart/related"
    assert boundary is not None
    assert b"".join(only_part([body], boundary)) == FILE
    assert body.endswith(f"second\r\n--{boundary}--\r\n".encode())
    # A part that holds the boundary gets another one.
    other_type, other = body_of([boundary.encode()])
    assert b"".join(only_part([other], media_type(other_type)[1] or "")) == boundary.encode()
    assert other_type != content_type


@pytest.mark.parametrize(
    ("header", "kind", "boundary"),
    [
        ('multipart/related; type="application/dicom"; boundary=abc', "multipart/related", "abc"),
        ('Multipart/Related;boundary="a b"', "multipart/related", "a b"),
        ("application/dicom", "application/dicom", None),
        ("", "text/plain", None),
        ("rubbish", "text/plain", None),
    ],
)
def test_the_type_of_an_answer(header: str, kind: str, boundary: str | None) -> None:
    assert media_type(header) == (kind, boundary)
