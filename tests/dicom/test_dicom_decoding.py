"""Every transfer syntax gives the same words, and damage is refused."""

from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import generate_frames
from pydicom.uid import UID

from calcsight.dicom import decoding, files
from calcsight.dicom.loading import load_dicom
from calcsight.terms.errors import (
    ImageTooLargeError,
    TruncatedError,
    UndecodableError,
    UnsupportedPixelsError,
)
from calcsight.terms.limitation import Limitation
from calcsight.terms.stated import Stated

Words = NDArray[np.uint16]
Make = Callable[..., Path]

ROOT = "1.2.840.10008.1.2"
J2K = imagecodecs.jpeg2k_encode


def lossless_jpeg(words: Words, predictor: int = 1) -> bytes:
    return bytes(
        imagecodecs.jpeg8_encode(words, lossless=True, predictor=predictor, bitspersample=12)
    )


def jpeg2000(words: Words) -> bytes:
    return bytes(J2K(words, codecformat="j2k", reversible=True, bitspersample=12))


ENCODERS: dict[str, Callable[[Words], bytes]] = {
    f"{ROOT}.4.57": lambda words: lossless_jpeg(words, predictor=6),
    f"{ROOT}.4.70": lossless_jpeg,
    f"{ROOT}.4.80": lambda words: bytes(imagecodecs.jpegls_encode(words)),
    f"{ROOT}.4.90": jpeg2000,
    f"{ROOT}.4.91": jpeg2000,
    f"{ROOT}.4.201": lambda words: bytes(imagecodecs.htj2k_encode(words, reversible=True)),
    f"{ROOT}.4.202": lambda words: bytes(imagecodecs.htj2k_encode(words, reversible=True)),
    f"{ROOT}.4.203": lambda words: bytes(imagecodecs.htj2k_encode(words, reversible=True)),
}


def pieces(stream: bytes, count: int) -> list[bytes]:
    """Cut a stream into fragments of even length."""
    stream += b"\0" * (len(stream) % 2)
    step = -(-len(stream) // count) // 2 * 2 + 2
    return [stream[i : i + step] for i in range(0, len(stream), step)]


@pytest.mark.parametrize("fragments", [1, 3])
@pytest.mark.parametrize("syntax", sorted(ENCODERS))
def test_lossless_streams_give_the_words_back(
    make: Make, words: Words, syntax: str, fragments: int
) -> None:
    stream = pieces(ENCODERS[syntax](words), fragments)
    assert len(stream) == fragments
    mammogram = load_dicom(make(stream=stream, syntax=syntax), Stated())
    np.testing.assert_array_equal(mammogram.pixels, words)
    assert mammogram.pixel_digest == load_dicom(make(), Stated()).pixel_digest
    assert Limitation.LOSSY not in mammogram.limitations


@pytest.mark.parametrize("syntax", [ROOT, f"{ROOT}.1", f"{ROOT}.1.99", f"{ROOT}.2"])
def test_uncompressed_syntaxes_and_byte_orders(
    make: Make, words: Words, syntax: str, tmp_path: Path
) -> None:
    dataset = pydicom.dcmread(make())
    target = UID(syntax)
    if not target.is_little_endian:
        dataset.PixelData = words.astype(">u2").tobytes()
    dataset.file_meta.TransferSyntaxUID = target
    path = tmp_path / "other.dcm"
    plain = pydicom.Dataset(dict(dataset.items()))
    plain.file_meta = dataset.file_meta
    plain.save_as(
        path,
        implicit_vr=target.is_implicit_VR,
        little_endian=target.is_little_endian,
        enforce_file_format=True,
    )
    np.testing.assert_array_equal(load_dicom(path, Stated()).pixels, words)


def test_rle(make: Make, words: Words, tmp_path: Path) -> None:
    dataset = pydicom.dcmread(make())
    dataset.compress(pydicom.uid.RLELossless, generate_instance_uid=False)
    dataset.save_as(tmp_path / "rle.dcm")
    np.testing.assert_array_equal(load_dicom(tmp_path / "rle.dcm", Stated()).pixels, words)
    frame = next(generate_frames(dataset.PixelData, number_of_frames=1))
    with pytest.raises(UndecodableError):
        load_dicom(make(stream=[frame[: len(frame) // 4 * 2]], syntax=f"{ROOT}.5"), Stated())


def test_eight_bits_and_a_missing_preamble(make: Make, words: Words, tmp_path: Path) -> None:
    small = (words >> 4).astype(np.uint8)

    def edit(dataset: Dataset) -> None:
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
        dataset.PixelData = small.tobytes()

    path = make(edit=edit)
    np.testing.assert_array_equal(load_dicom(path, Stated()).pixels, small)
    bare = tmp_path / "bare.dcm"
    bare.write_bytes(path.read_bytes()[132:])
    np.testing.assert_array_equal(load_dicom(bare, Stated()).pixels, small)


@pytest.mark.parametrize(
    ("syntax", "bits", "stated", "lossy"),
    [
        (f"{ROOT}.4.50", 8, None, True),
        (f"{ROOT}.4.51", 12, "00", True),
        (f"{ROOT}.4.91", 12, "01", True),
        (f"{ROOT}.4.91", 12, "00", False),
        (f"{ROOT}.4.91", 12, None, True),
        (f"{ROOT}.4.70", 12, "01", True),
        (f"{ROOT}.4.70", 12, None, False),
    ],
)
def test_lossy_compression_is_read_and_said(
    make: Make, words: Words, syntax: str, bits: int, stated: str | None, lossy: bool
) -> None:
    def edit(dataset: Dataset) -> None:
        del dataset.LossyImageCompression
        if stated:
            dataset.LossyImageCompression = stated
        if bits == 8:
            dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7

    if syntax.endswith((".50", ".51")):
        pixels = (words >> (12 - bits)).astype(np.uint8 if bits == 8 else np.uint16)
        stream = bytes(imagecodecs.jpeg8_encode(pixels, 98, bitspersample=bits))
    else:
        stream = ENCODERS[syntax](words)
    mammogram = load_dicom(make(stream=[stream], syntax=syntax, edit=edit), Stated())
    assert (Limitation.LOSSY in mammogram.limitations) is lossy
    expected = words / 2.0 ** (12 - bits)
    assert np.abs(mammogram.pixels - expected).mean() < 2


@pytest.mark.parametrize("syntax", sorted(ENCODERS))
@pytest.mark.parametrize("kept", [0.05, 0.5, 0.98])
def test_a_stream_without_its_end_is_refused(
    make: Make, words: Words, syntax: str, kept: float, capfd: pytest.CaptureFixture[str]
) -> None:
    stream = ENCODERS[syntax](words)
    cut = stream[: int(len(stream) * kept) // 2 * 2]
    with pytest.raises((TruncatedError, UndecodableError)):
        load_dicom(make(stream=[cut], syntax=syntax), Stated())
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("syntax", sorted(set(ENCODERS) - {f"{ROOT}.4.57", f"{ROOT}.4.70"}))
def test_a_cut_stream_with_an_end_mark_put_on_is_never_read_as_whole(
    make: Make, words: Words, syntax: str, capfd: pytest.CaptureFixture[str]
) -> None:
    stream = ENCODERS[syntax](words)
    cut = stream[: len(stream) // 4 * 2] + b"\xff\xd9"
    with pytest.raises((TruncatedError, UndecodableError)):
        load_dicom(make(stream=[cut], syntax=syntax), Stated())
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("kept", [0.4, 0.9, 0.999])
def test_a_cut_file_is_truncated(
    make: Make, words: Words, compressed: bool, kept: float, tmp_path: Path
) -> None:
    options = {"stream": [lossless_jpeg(words)], "syntax": f"{ROOT}.4.70"} if compressed else {}
    data = make(**options).read_bytes()
    path = tmp_path / "cut.dcm"
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(TruncatedError):
        load_dicom(path, Stated())


def test_samples_beyond_their_precision_betray_damage(make: Make, words: Words) -> None:
    stream = bytearray(lossless_jpeg(words))
    stream[len(stream) // 3 : len(stream) // 2] = bytes(len(stream) // 2 - len(stream) // 3)
    with pytest.raises(UndecodableError):
        load_dicom(make(stream=[bytes(stream)], syntax=f"{ROOT}.4.70"), Stated())


@pytest.mark.parametrize("syntax", [f"{ROOT}.4.70", f"{ROOT}.4.80", f"{ROOT}.4.90"])
def test_a_stream_of_another_size_is_refused_before_it_is_decoded(
    make: Make, words: Words, syntax: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    larger = np.pad(words, ((0, 40), (0, 0)))
    path = make(stream=[ENCODERS[syntax](larger)], syntax=syntax)
    reader = decoding._CODECS[syntax][1]
    monkeypatch.setattr(decoding, "_CODECS", {syntax: (lambda _: pytest.fail("decoded"), reader)})
    with pytest.raises(UndecodableError):
        load_dicom(path, Stated())


def test_colour_inside_the_stream_is_refused(make: Make, words: Words) -> None:
    colour = np.repeat((words >> 4).astype(np.uint8)[..., None], 3, axis=2)
    stream = bytes(imagecodecs.jpeg8_encode(colour, 90))
    with pytest.raises(UnsupportedPixelsError, match="3 components"):
        load_dicom(make(stream=[stream], syntax=f"{ROOT}.4.50"), Stated())


@pytest.mark.parametrize(
    "syntax", [f"{ROOT}.4.100", f"{ROOT}.4.102", f"{ROOT}.1.98", f"{ROOT}.4.52", "1.2.3.4"]
)
def test_other_syntaxes_are_refused_by_name(make: Make, syntax: str) -> None:
    with pytest.raises(UndecodableError, match=syntax.replace(".", r"\.")):
        load_dicom(make(stream=[b"\0\0\0\1"], syntax=syntax), Stated())


def test_a_deflated_file_that_grows_without_end_is_refused(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dataset = pydicom.dcmread(make())
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.DeflatedExplicitVRLittleEndian
    dataset.save_as(tmp_path / "deflated.dcm")
    monkeypatch.setattr(files, "_MOST_INFLATED", 10_000)
    with pytest.raises(ImageTooLargeError):
        load_dicom(tmp_path / "deflated.dcm", Stated())
