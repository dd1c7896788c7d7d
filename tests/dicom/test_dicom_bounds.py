"""A header of endless elements is refused soon, however they are packed."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray

from calcsight.dicom import files
from calcsight.dicom.deidentifying import deidentified
from calcsight.dicom.deidentifying_key import DeidentifyingKey
from calcsight.dicom.files import header_without_pixels, opened_file
from calcsight.dicom.loading import load_dicom
from calcsight.terms.errors import NotAnImageError
from calcsight.terms.stated import Stated

Make = Callable[..., Path]
ZEROS = 400_000


def opened_header(path: Path) -> object:
    with opened_file(path) as file:
        return file.header


READERS: dict[str, Callable[[Path], object]] = {
    "load": lambda path: load_dicom(path, Stated()),
    "header": header_without_pixels,
    "node": opened_header,
    "deidentify": lambda path: deidentified(path, DeidentifyingKey(bytes(32))),
}


def sequence_of_zeros(defined: bool) -> bytes:
    """Return the view code with many elements of no length in its one item."""
    long = struct.pack("<I", ZEROS) if defined else b"\xff\xff\xff\xff"
    whole = struct.pack("<I", ZEROS + 8) if defined else b"\xff\xff\xff\xff"
    return b"\x54\x00\x20\x02SQ\0\0" + whole + b"\xfe\xff\x00\xe0" + long + bytes(ZEROS)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("form", ["tail", "defined", "undefined"])
def test_endless_empty_elements(
    make: Make, reader: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The limits of use take seconds; `make fuzz` waits for them.
    monkeypatch.setattr(files, "_MOST_READS", 20_000)
    monkeypatch.setattr(files, "_MOST_SEQUENCE_BYTES", 200_000)
    data = make().read_bytes()
    at = data.index(b"\xe0\x7f\x10\x00OW")
    path = tmp_path / "endless.dcm"
    if form == "tail":
        path.write_bytes(data[:at] + bytes(ZEROS))
    else:
        path.write_bytes(data[:at] + sequence_of_zeros(form == "defined") + data[at:])
    with pytest.raises(NotAnImageError, match="far more elements"):
        READERS[reader](path)


def test_the_largest_header_that_an_image_has_is_read(make: Make) -> None:
    """Functional groups of 200 frames, and a table of 65,536 values."""

    def edit(dataset: pydicom.Dataset) -> None:
        frame = pydicom.Dataset()
        measures = pydicom.Dataset()
        measures.PixelSpacing, measures.SliceThickness = ["0.1", "0.1"], "1"
        frame.PixelMeasuresSequence = pydicom.Sequence([measures])
        frame.FrameContentSequence = pydicom.Sequence([measures])
        frame.PlanePositionSequence = pydicom.Sequence([measures])
        dataset.PerFrameFunctionalGroupsSequence = pydicom.Sequence([frame] * 200)
        dataset["PerFrameFunctionalGroupsSequence"].is_undefined_length = True
        dataset.PixelPaddingValue = 0
        dataset["PixelPaddingValue"].VR = "US"

    path = make(edit=edit)
    assert len(header_without_pixels(path).PerFrameFunctionalGroupsSequence) == 200
    assert load_dicom(path, Stated()).limitations == ()


def test_what_follows_a_deflated_stream_is_not_waited_for(
    make: Make, words: NDArray[np.uint16], tmp_path: Path
) -> None:
    """Behind a stream that takes several steps to inflate, a tail was asked for ever again."""
    dataset = pydicom.dcmread(make(pixels=np.tile(words, (12, 10))))
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.DeflatedExplicitVRLittleEndian
    path = tmp_path / "deflated.dcm"
    dataset.save_as(path)
    expected = load_dicom(path, Stated()).pixel_digest
    path.write_bytes(path.read_bytes() + b"what follows " * 60)
    assert load_dicom(path, Stated()).pixel_digest == expected
