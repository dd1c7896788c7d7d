"""What is no mammogram is refused: typed, complete, and without a word of the header."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import Dataset

from calcsight.dicom.loading import load_dicom
from calcsight.dicom.sniffing import looks_like_dicom
from calcsight.terms.errors import (
    BlankImageError,
    CalcsightError,
    ImageTooLargeError,
    NotAMammogramError,
    NotAnImageError,
    SpacingError,
    TruncatedError,
    UnreadableFileError,
    UnsupportedPixelsError,
)
from calcsight.terms.limitation import Limitation
from calcsight.terms.spacing import SpacingSource
from calcsight.terms.stated import Stated

Words = NDArray[np.uint16]
Make = Callable[..., Path]

CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
SENTINEL = "ZZSENTINEL"


def with_values(**values: object) -> Callable[[Dataset], None]:
    """Return an edit that sets values and hides a sentinel in every free text."""

    def edit(dataset: Dataset) -> None:
        dataset.PatientName = dataset.PatientID = SENTINEL
        dataset.StudyDescription = dataset.ImageComments = SENTINEL
        for keyword, value in values.items():
            if value is None:
                dataset.pop(keyword, None)
            else:
                setattr(dataset, keyword, value)

    return edit


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"Modality": "CT", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.2"}, NotAMammogramError),
        ({"Modality": "MR"}, NotAMammogramError),
        ({"Modality": SENTINEL}, NotAMammogramError),
        ({"Modality": "CT", "SOPClassUID": CAPTURE}, NotAMammogramError),
        (
            {"Modality": "RG", "SOPClassUID": CAPTURE, "BodyPartExamined": "CHEST",
             "AnatomicRegionSequence": None},
            NotAMammogramError,
        ),
        (
            {"Modality": "DX", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.1.1",
             "BodyPartExamined": SENTINEL, "AnatomicRegionSequence": None},
            NotAMammogramError,
        ),
        ({"NumberOfFrames": 40}, UnsupportedPixelsError),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.13.1.3"}, UnsupportedPixelsError),
        ({"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}, UnsupportedPixelsError),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, UnsupportedPixelsError),
        ({"PhotometricInterpretation": SENTINEL}, UnsupportedPixelsError),
        ({"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0}, UnsupportedPixelsError),
        ({"BitsAllocated": 32, "BitsStored": 32, "HighBit": 31}, UnsupportedPixelsError),
        ({"BitsStored": 1, "HighBit": 0}, UnsupportedPixelsError),
        ({"BitsStored": 12, "HighBit": 3}, UnsupportedPixelsError),
        ({"Rows": 30000, "Columns": 30000}, ImageTooLargeError),
        ({"Rows": 400}, TruncatedError),
        ({"PixelData": None}, TruncatedError),
        ({"Rows": None, "Columns": None, "PixelData": None, "Modality": "SR"}, NotAnImageError),
        ({"Rows": 0}, NotAnImageError),
        ({"Rows": 1, "Columns": 1}, BlankImageError),
        ({"ImagerPixelSpacing": ["-0.07", "-0.07"]}, SpacingError),
        ({"FloatPixelData": bytes(160 * 120 * 4), "PixelData": None}, UnsupportedPixelsError),
    ],
)  # fmt: skip
def test_refusals(make: Make, values: dict[str, object], error: type[CalcsightError]) -> None:
    path = make(edit=with_values(**values))
    with pytest.raises(error) as raised:
        load_dicom(path, Stated())
    assert type(raised.value) is error
    assert SENTINEL not in str(raised.value)
    assert raised.value.needed


@pytest.mark.parametrize("grey", [0, 4095, 1234])
def test_constant_pictures_are_blank(make: Make, words: Words, grey: int) -> None:
    with pytest.raises(BlankImageError):
        load_dicom(make(pixels=np.full_like(words, grey)), Stated())


@pytest.mark.parametrize(
    "values",
    [
        {"Modality": "RG", "SOPClassUID": CAPTURE, "ConversionType": "DF"},
        {"Modality": "MG", "SOPClassUID": CAPTURE, "BodyPartExamined": None},
        {"Modality": "OT", "SOPClassUID": CAPTURE},
        {"Modality": "RG", "SOPClassUID": None},
    ],
)
def test_film_is_read_without_millimetres_until_they_are_stated(
    make: Make, values: dict[str, object]
) -> None:
    path = make(edit=with_values(ImagerPixelSpacing=None, **values))
    film = load_dicom(path, Stated())
    assert film.spacing is None
    assert film.limitations == (Limitation.UNKNOWN_SPACING, Limitation.DIGITISED_FILM)
    scaled = load_dicom(path, Stated(spacing_mm=0.05))
    assert scaled.spacing is not None
    assert (scaled.spacing.row_mm, scaled.spacing.source) == (0.05, SpacingSource.STATED)
    assert scaled.limitations == (Limitation.DIGITISED_FILM,)


def test_computed_radiography_of_a_breast_is_a_mammogram(make: Make) -> None:
    values = {"Modality": "CR", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.1"}
    assert load_dicom(make(edit=with_values(**values)), Stated()).spacing is not None


def test_an_image_without_a_uid_is_named_by_its_pixels(make: Make) -> None:
    for uid in (None, SENTINEL):
        mammogram = load_dicom(make(edit=with_values(SOPInstanceUID=uid)), Stated())
        assert mammogram.uid == f"sha256:{mammogram.pixel_digest[:32]}"


def test_files_the_system_does_not_give(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path in (tmp_path, tmp_path / "missing", loop):
        for function in (looks_like_dicom, lambda p: load_dicom(p, Stated())):
            with pytest.raises(UnreadableFileError) as raised:
                function(path)
            assert str(tmp_path) not in str(raised.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_a_file_without_permission(make: Make) -> None:
    path = make()
    path.chmod(0)
    with pytest.raises(UnreadableFileError, match="Permission"):
        load_dicom(path, Stated())


@pytest.mark.parametrize(
    "content",
    [b"", b"DICM", bytes(128) + b"DICM", bytes(200), b"%PDF-1.7 text", bytes(128) + b"DICM" * 99],
)
def test_files_that_are_no_dicom(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(content)
    with pytest.raises(NotAnImageError):
        load_dicom(path, Stated())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (bytes(128) + b"DICM", True),
        (b"\x08\x00\x05\x00CS\x0a\x00ISO_IR 100", True),
        (b"\x08\x00\x00\x00\x04\x00\x00\x00\x10\x00\x00\x00", True),
        (b"\x02\x00\x00\x00UL\x04\x00", True),
        (b"\x89PNG\r\n\x1a\n", False),
        (b"II*\x00\x08\x00\x00\x00", False),
        (b"\x08\x00", False),
        (b"", False),
    ],
)
def test_dicom_is_known_by_its_content(tmp_path: Path, content: bytes, expected: bool) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    assert looks_like_dicom(path) is expected
