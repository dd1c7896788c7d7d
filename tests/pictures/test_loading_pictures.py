"""PNG and TIFF in: grey values kept whole, everything else refused."""

import struct
import zlib
from datetime import date
from pathlib import Path
from typing import Any, Literal

import cv2
import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray

from calcsight.pictures.loading import load_picture, looks_like_picture
from calcsight.pictures.writing import write_png16
from calcsight.terms.errors import (
    BlankImageError,
    CalcsightError,
    ImageTooLargeError,
    NotAnImageError,
    OutputError,
    SpacingError,
    TruncatedError,
    UndecodableError,
    UnreadableFileError,
    UnsupportedPixelsError,
)
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import ExamKind, Laterality, View
from calcsight.terms.orientation import Orientation, all_orientations
from calcsight.terms.spacing import SpacingSource
from calcsight.terms.stated import Stated

Grey = NDArray[Any]
ASSUMED = {Limitation.POLARITY_ASSUMED, Limitation.ORIENTATION_FROM_PIXELS}


@pytest.fixture(scope="module")
def grey() -> Grey:
    """A half disc of tissue on the left, 16 bits: (160, 120)."""
    rng = np.random.default_rng(3)
    rows, columns = np.mgrid[0:160, 0:120]
    inside = ((rows - 75) / 60.0) ** 2 + (columns / 88.0) ** 2 < 1
    tissue = 40000 + 6000 * cv2.GaussianBlur(rng.normal(size=inside.shape), (0, 0), 4) * 8
    noisy = np.where(inside, tissue, 700) + rng.normal(size=inside.shape) * 60
    return np.asarray(noisy.clip(0, 65535), dtype=np.uint16)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(rows: int, columns: int, bits: int, colour: int, pixels: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", columns, rows, bits, colour, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    palette = chunk(b"PLTE", bytes(6)) if colour == 3 else b""
    return start + palette + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def tiff_of(pixels: Grey, order: Literal["<", ">"] = "<", **tags: int) -> bytes:
    """Write an uncompressed TIFF by hand; `tags` as `t262=0` replace or add."""
    data = pixels.astype(pixels.dtype.newbyteorder(order)).tobytes()
    kinds = {"u": 1, "i": 2, "f": 3}
    values = {
        256: pixels.shape[1], 257: pixels.shape[0], 258: pixels.dtype.itemsize * 8, 259: 1,
        262: 1, 273: 8, 277: 1, 278: pixels.shape[0], 279: len(data),
        339: kinds[pixels.dtype.kind],
    }  # fmt: skip
    following = tags.pop("following", 0)
    values.update({int(name[1:]): value for name, value in tags.items()})
    start = b"II*\0" if order == "<" else b"MM\0*"
    entries = b"".join(struct.pack(f"{order}HHII", t, 4, 1, v) for t, v in sorted(values.items()))
    directory = struct.pack(f"{order}H", len(values)) + entries
    offset = struct.pack(f"{order}I", 8 + len(data))
    return start + offset + data + directory + struct.pack(f"{order}I", following)


def saved(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("kind", ["png", "tif", "tif >"])
def test_grey_values_are_kept_whole(tmp_path: Path, grey: Grey, bits: int, kind: str) -> None:
    pixels = grey if bits == 16 else (grey >> 8).astype(np.uint8)
    content = (
        bytes(imagecodecs.png_encode(pixels))
        if kind == "png"
        else tiff_of(pixels, ">" if kind.endswith(">") else "<")
    )
    mammogram = load_picture(saved(tmp_path / "x.bin", content), Stated(spacing_mm=0.07))
    np.testing.assert_array_equal(mammogram.pixels, pixels)
    assert mammogram.uid == f"sha256:{mammogram.pixel_digest[:32]}"
    assert mammogram.spacing is not None
    assert (mammogram.spacing.row_mm, mammogram.spacing.source) == (0.07, SpacingSource.STATED)
    assert mammogram.exam_kind is ExamKind.SCREENING


@pytest.mark.parametrize("compression", ["lzw", "deflate"])
def test_compressed_tiff(tmp_path: Path, grey: Grey, compression: str) -> None:
    number = {"lzw": cv2.IMWRITE_TIFF_COMPRESSION_LZW, "deflate": 8}[compression]
    path = tmp_path / "x.tif"
    assert cv2.imwrite(str(path), grey, [cv2.IMWRITE_TIFF_COMPRESSION, number])
    np.testing.assert_array_equal(load_picture(path, Stated()).pixels, grey)


@pytest.mark.parametrize("dtype", [np.int16, np.float32, np.float64])
def test_signed_and_floating_tiff(tmp_path: Path, grey: Grey, dtype: type) -> None:
    pixels: Grey = (grey.astype(np.float64) / 4 - 200).astype(dtype)
    mammogram = load_picture(saved(tmp_path / "x.tif", tiff_of(pixels)), Stated())
    np.testing.assert_array_equal(mammogram.pixels, pixels.astype(np.float32))


def test_white_is_zero_is_turned_round(tmp_path: Path, grey: Grey) -> None:
    path = saved(tmp_path / "x.tif", tiff_of(65535 - grey, t262=0))
    np.testing.assert_array_equal(load_picture(path, Stated()).pixels + 65535, grey)


def test_a_negative_is_known_by_its_air(tmp_path: Path, grey: Grey) -> None:
    path = saved(tmp_path / "x.png", bytes(imagecodecs.png_encode(65535 - grey)))
    mammogram = load_picture(path, Stated())
    np.testing.assert_array_equal(mammogram.pixels + 65535, grey)
    assert set(mammogram.limitations) >= ASSUMED


@pytest.mark.parametrize("orientation", all_orientations())
def test_all_eight_turns_bring_the_chest_wall_left(
    tmp_path: Path, grey: Grey, orientation: Orientation
) -> None:
    in_file = np.ascontiguousarray(orientation.to_file(grey))
    path = saved(tmp_path / "x.png", bytes(imagecodecs.png_encode(in_file)))
    mammogram = load_picture(path, Stated())
    assert mammogram.pixels[:, :3].mean() > 5 * mammogram.pixels[:, -3:].mean()
    np.testing.assert_array_equal(mammogram.orientation.to_file(mammogram.pixels), in_file)


def test_the_user_fills_in_what_a_picture_does_not_say(tmp_path: Path, grey: Grey) -> None:
    path = saved(tmp_path / "a_L_CC.png", bytes(imagecodecs.png_encode(grey)))
    named = load_picture(path, Stated())
    assert (named.laterality, named.view, named.spacing) == (Laterality.LEFT, View.CC, None)
    assert set(named.limitations) == ASSUMED | {Limitation.UNKNOWN_SPACING}
    said = Stated(
        laterality=Laterality.RIGHT, view=View.MLO, exam_kind=ExamKind.DIAGNOSTIC,
        acquired_on=date(2020, 5, 6), spacing_mm=0.1,
    )  # fmt: skip
    stated = load_picture(path, said)
    assert (stated.laterality, stated.view) == (Laterality.RIGHT, View.MLO)
    assert stated.exam_kind is ExamKind.DIAGNOSTIC
    assert stated.acquired_on == date(2020, 5, 6)
    nameless = load_picture(path.rename(tmp_path / "x.png"), Stated(spacing_mm=0.1))
    assert set(nameless.limitations) == ASSUMED | {
        Limitation.LATERALITY_UNKNOWN,
        Limitation.VIEW_UNKNOWN,
    }


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (png_of(40, 40, 1, 0, bytes(40 * 6)), UnsupportedPixelsError),
        (png_of(40, 40, 4, 0, bytes(40 * 21)), UnsupportedPixelsError),
        (png_of(40, 40, 8, 2, bytes(40 * 121)), UnsupportedPixelsError),
        (png_of(40, 40, 8, 3, bytes(40 * 41)), UnsupportedPixelsError),
        (png_of(40, 40, 8, 4, bytes(40 * 81)), UnsupportedPixelsError),
        (png_of(40, 40, 16, 6, bytes(40 * 321)), UnsupportedPixelsError),
        (png_of(30000, 30000, 16, 0), ImageTooLargeError),
        (png_of(1, 1, 16, 0, bytes(3)), BlankImageError),
        (png_of(40, 40, 16, 0, bytes(40 * 81)), BlankImageError),
        (png_of(40, 40, 16, 0, (b"\0" + b"\xff" * 80) * 40), BlankImageError),
        (png_of(40, 40, 16, 0, bytes(100)), UndecodableError),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), UndecodableError),
        (b"\x89PNG\r\n\x1a\n", UndecodableError),
        (tiff_of(np.zeros((40, 40), np.uint16)), BlankImageError),
        (tiff_of(np.zeros((40, 40), np.uint32)), UnsupportedPixelsError),
        (tiff_of(np.full((40, 40), np.nan, np.float32)), UnsupportedPixelsError),
        (tiff_of(np.full((40, 40), np.inf, np.float32)), UnsupportedPixelsError),
        (tiff_of(np.zeros((40, 40), np.uint8), t258=1), UnsupportedPixelsError),
        (tiff_of(np.zeros((40, 40), np.uint8), t262=2, t277=3), UnsupportedPixelsError),
        (tiff_of(np.zeros((40, 40), np.uint8), t262=3), UnsupportedPixelsError),
        (tiff_of(np.zeros((40, 40), np.uint8), following=8), UnsupportedPixelsError),
        (tiff_of(np.zeros((40, 40), np.uint8), t256=30000, t257=30000), ImageTooLargeError),
        (tiff_of(np.zeros((40, 40), np.uint8), t257=400, t278=400), UndecodableError),
        (b"II*\0\xff\xff\xff\x7f", UndecodableError),
        (b"II*\0", UndecodableError),
        (b"", NotAnImageError),
        (b"%PDF-1.7", NotAnImageError),
        (b"\xff\xd8\xff\xe0 a JPEG", NotAnImageError),
    ],
)
def test_refusals(
    tmp_path: Path,
    content: bytes,
    error: type[CalcsightError],
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(error) as raised:
        load_picture(saved(tmp_path / "x.png", content), Stated())
    assert type(raised.value) is error
    assert raised.value.needed
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.9999])
def test_cut_files_are_refused(tmp_path: Path, grey: Grey, kept: float) -> None:
    png, tiff = bytes(imagecodecs.png_encode(grey)), tiff_of(grey)
    with pytest.raises(TruncatedError):
        load_picture(saved(tmp_path / "x.png", png[: int(len(png) * kept)]), Stated())
    with pytest.raises(UndecodableError):
        load_picture(saved(tmp_path / "x.tif", tiff[: int(len(tiff) * kept)]), Stated())


@pytest.mark.parametrize("place", [0.02, 0.5, 0.9])
def test_one_changed_byte_in_a_png_is_noticed(tmp_path: Path, grey: Grey, place: float) -> None:
    content = bytearray(imagecodecs.png_encode(grey))
    content[int(len(content) * place)] ^= 0x10
    with pytest.raises((UndecodableError, TruncatedError)):
        load_picture(saved(tmp_path / "x.png", bytes(content)), Stated())


@pytest.mark.parametrize("spacing_mm", [-0.1, 0.0, float("nan"), 9.0])
def test_a_spacing_that_is_none_is_refused(tmp_path: Path, grey: Grey, spacing_mm: float) -> None:
    path = saved(tmp_path / "x.png", bytes(imagecodecs.png_encode(grey)))
    with pytest.raises(SpacingError):
        load_picture(path, Stated(spacing_mm=spacing_mm))


def test_files_the_system_does_not_give(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path in (tmp_path, tmp_path / "missing", loop):
        with pytest.raises(UnreadableFileError):
            looks_like_picture(path)
        with pytest.raises(UnreadableFileError):
            load_picture(path, Stated())


def test_pictures_are_known_by_their_content(tmp_path: Path, grey: Grey) -> None:
    assert looks_like_picture(saved(tmp_path / "a.dcm", bytes(imagecodecs.png_encode(grey))))
    assert looks_like_picture(saved(tmp_path / "b.dcm", tiff_of(grey, ">")))
    assert not looks_like_picture(saved(tmp_path / "c.png", bytes(128) + b"DICM"))


def test_png16_out_and_in_again(tmp_path: Path, grey: Grey) -> None:
    path = tmp_path / "x_R_MLO.png"
    write_png16(path, grey)
    mammogram = load_picture(path, Stated())
    np.testing.assert_array_equal(mammogram.pixels, grey)
    first = path.read_bytes()
    write_png16(path, grey)
    assert path.read_bytes() == first
    with pytest.raises(UnsupportedPixelsError):
        write_png16(path, grey.astype(np.uint8))
    with pytest.raises(OutputError):
        write_png16(tmp_path / "none" / "x.png", grey)
