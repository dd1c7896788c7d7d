"""Compressed mammograms of other programs give every pixel back, whatever depth, sign and pieces.

Encoders: imagecodecs (CharLS, OpenJPH), pydicom (RLE), and where they are installed
GDCM (gdcmconv) and DCMTK (dcmcrle, dcmcjpls, dcmcjpeg), each with a codec of its own.
"""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import imagecodecs
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import encapsulate, generate_frames

from calcsight.dicom.loading import load_dicom
from calcsight.terms.limitation import Limitation
from calcsight.terms.stated import Stated

Make = Callable[..., Path]
Pixels = NDArray[Any]

ROOT = "1.2.840.10008.1.2"
RLE, JPEG_LS, NEAR_LS, HT, HT_RPCL, HT_ANY = (
    f"{ROOT}{end}" for end in (".5", ".4.80", ".4.81", ".4.201", ".4.202", ".4.203")
)


class Form(NamedTuple):
    """How pixels are stored."""

    bits: int
    signed: bool = False
    dark_is_dense: bool = False


FORMS = (
    Form(8),
    Form(10),
    Form(12),
    Form(14),
    Form(16),
    Form(12, dark_is_dense=True),
    Form(8, signed=True),
    Form(12, signed=True),
    Form(16, signed=True),
    Form(16, signed=True, dark_is_dense=True),
)
NAMED = [
    f"{form.bits}{' signed' * form.signed}{' MONOCHROME1' * form.dark_is_dense}" for form in FORMS
]


def values_of(words: Pixels, form: Form) -> Pixels:
    """Return the fixture's picture over the whole range of a form."""
    span = (1 << form.bits) - 1
    values = np.round(words / 4000.0 * span).astype(np.int64)
    values -= (1 << (form.bits - 1)) * form.signed
    size = 1 if form.bits <= 8 else 2
    return values.astype(f"{'i' if form.signed else 'u'}{size}")


@pytest.fixture
def plain(make: Make, words: Pixels) -> Callable[[Form], tuple[Path, Pixels]]:
    """Return a function that writes a form uncompressed, and gives its values."""

    def written(form: Form) -> tuple[Path, Pixels]:
        values = values_of(words, form)

        def edit(dataset: Dataset) -> None:
            dataset.BitsAllocated = 8 * values.itemsize
            dataset.BitsStored, dataset.HighBit = form.bits, form.bits - 1
            dataset.PixelRepresentation = int(form.signed)
            dataset.PhotometricInterpretation = f"MONOCHROME{1 if form.dark_is_dense else 2}"
            dataset.PresentationLUTShape = "INVERSE" if form.dark_is_dense else "IDENTITY"
            dataset.PixelData = stored_words(values, form).tobytes()
            dataset["PixelData"].VR = "OW"

        return make(edit=edit), values

    return written


def stored_words(values: Pixels, form: Form) -> Pixels:
    """Return the bits of a form, without sign."""
    return (values.astype(np.int64) & ((1 << form.bits) - 1)).astype(f"u{values.itemsize}")


def rle(words: Pixels, _: Form) -> bytes:
    """Encode with pydicom's own encoder (imagecodecs decodes RLE and does not write it)."""
    dataset = Dataset()
    dataset.Rows, dataset.Columns = words.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 8 * words.itemsize
    dataset.HighBit, dataset.PixelRepresentation = dataset.BitsStored - 1, 0
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    dataset.compress(pydicom.uid.RLELossless, words, encoding_plugin="pydicom")
    return next(generate_frames(dataset.PixelData, number_of_frames=1))


def jpeg_ls(words: Pixels, _: Form) -> bytes:
    return bytes(imagecodecs.jpegls_encode(words))


def htj2k(words: Pixels, _: Form) -> bytes:
    return bytes(imagecodecs.htj2k_encode(words, reversible=True))


ENCODERS: dict[str, Callable[[Pixels, Form], bytes]] = {
    RLE: rle,
    JPEG_LS: jpeg_ls,
    NEAR_LS: jpeg_ls,
    HT: htj2k,
    HT_RPCL: htj2k,
    HT_ANY: htj2k,
}


def pieces(stream: bytes, count: int) -> list[bytes]:
    stream += b"\0" * (len(stream) % 2)
    step = -(-len(stream) // count) // 2 * 2 + 2
    return [stream[i : i + step] for i in range(0, len(stream), step)]


def packed(path: Path, syntax: str, fragments: list[bytes], table: str) -> Path:
    """Put a stream in place of the pixels, with one of three kinds of offset table."""
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID(syntax)
    count = len(fragments)
    dataset.PixelData = encapsulate(fragments, fragments_per_frame=count, has_bot=table == "basic")
    if table == "extended":
        dataset.ExtendedOffsetTable = (0).to_bytes(8, "little")
        dataset.ExtendedOffsetTableLengths = sum(map(len, fragments)).to_bytes(8, "little")
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    target = path.with_suffix(".packed.dcm")
    dataset.save_as(target)
    return target


def assert_read(path: Path, values: Pixels, form: Form) -> None:
    mammogram = load_dicom(path, Stated())
    expected = -values.astype(np.float32) if form.dark_is_dense else values.astype(np.float32)
    np.testing.assert_array_equal(mammogram.pixels, expected)


@pytest.mark.parametrize("form", FORMS, ids=NAMED)
@pytest.mark.parametrize("syntax", ENCODERS)
def test_every_depth_and_sign_is_exact(plain: Any, syntax: str, form: Form) -> None:
    path, values = plain(form)
    stream = ENCODERS[syntax](stored_words(values, form), form)
    assert_read(path, values, form)
    assert_read(packed(path, syntax, pieces(stream, 1), "basic"), values, form)


@pytest.mark.parametrize("table", ["basic", "none", "extended"])
@pytest.mark.parametrize("count", [1, 2, 7])
@pytest.mark.parametrize("syntax", [RLE, JPEG_LS, HT])
def test_fragments_and_offset_tables_change_nothing(
    plain: Any, syntax: str, count: int, table: str
) -> None:
    form = Form(12)
    path, values = plain(form)
    fragments = pieces(ENCODERS[syntax](stored_words(values, form), form), count)
    assert len(fragments) == count
    assert_read(packed(path, syntax, fragments, table), values, form)


@pytest.mark.parametrize("near", [1, 3])
def test_near_lossless_stays_within_its_bound_and_says_so(plain: Any, near: int) -> None:
    path, values = plain(Form(12))
    stream = bytes(imagecodecs.jpegls_encode(values, level=near))
    dataset = pydicom.dcmread(path)
    dataset.LossyImageCompression = "01"
    dataset.save_as(path)
    mammogram = load_dicom(packed(path, NEAR_LS, pieces(stream, 1), "none"), Stated())
    assert 0 < np.abs(mammogram.pixels - values).max() <= near
    assert Limitation.LOSSY in mammogram.limitations


TOOLS = {
    "gdcm rle": (["gdcmconv", "--rle"], RLE),
    "gdcm jpeg-ls": (["gdcmconv", "--jpegls"], JPEG_LS),
    "gdcm jpeg 2000": (["gdcmconv", "--j2k"], f"{ROOT}.4.90"),
    "gdcm jpeg": (["gdcmconv", "--jpeg"], f"{ROOT}.4.70"),
    "dcmtk rle": (["dcmcrle"], RLE),
    "dcmtk rle in pieces": (["dcmcrle", "--fragment-size", "4"], RLE),
    "dcmtk rle without table": (["dcmcrle", "--offset-table-empty"], RLE),
    "dcmtk jpeg-ls": (["dcmcjpls"], JPEG_LS),
    "dcmtk jpeg-ls in pieces": (["dcmcjpls", "--fragment-size", "4"], JPEG_LS),
    "dcmtk jpeg-ls without table": (["dcmcjpls", "--offset-table-empty"], JPEG_LS),
    "dcmtk jpeg": (["dcmcjpeg"], f"{ROOT}.4.70"),
}


@pytest.mark.parametrize("form", FORMS, ids=NAMED)
@pytest.mark.parametrize("tool", TOOLS)
def test_files_of_other_programs(plain: Any, tool: str, form: Form) -> None:
    command, syntax = TOOLS[tool]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    path, values = plain(form)
    target = path.with_suffix(".other.dcm")
    done = subprocess.run(
        [*command, str(path), str(target)], capture_output=True, check=False, timeout=60
    )
    if done.returncode or not target.exists():
        pytest.skip(f"{command[0]} does not write this form")
    assert pydicom.dcmread(target).file_meta.TransferSyntaxUID == syntax
    assert_read(target, values, form)
