"""Dense tissue comes out bright, whatever way the file stores it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import Dataset

from calcsight.dicom.grey import grey_of, looked_up
from calcsight.dicom.header import Header
from calcsight.dicom.loading import load_dicom
from calcsight.dicom.mg_writing import PixelRelationship
from calcsight.terms.errors import UnsupportedPixelsError
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Intent
from calcsight.terms.stated import Stated

Words = NDArray[np.uint16]
Make = Callable[..., Path]

PROCESSING = Intent.FOR_PROCESSING


def test_monochrome1_is_the_same_picture(make: Make, words: Words) -> None:
    inverse = load_dicom(make(pixels=4095 - words, dark_is_dense=True), Stated())
    np.testing.assert_array_equal(inverse.pixels + 4095, words)


def test_presentation_polarity_ignores_the_sign_of_the_relationship(
    make: Make, words: Words
) -> None:
    def edit(dataset: Dataset) -> None:
        dataset.PixelIntensityRelationshipSign = 1

    np.testing.assert_array_equal(load_dicom(make(edit=edit), Stated()).pixels, words)


def test_presentation_without_photometric_is_decided_from_the_air(make: Make, words: Words) -> None:
    def edit(dataset: Dataset) -> None:
        del dataset.PhotometricInterpretation

    for pixels, sign in ((words, 1), (4095 - words, -1)):
        mammogram = load_dicom(make(pixels=pixels, edit=edit), Stated())
        assert Limitation.POLARITY_ASSUMED in mammogram.limitations
        np.testing.assert_array_equal(mammogram.pixels, pixels * float(sign))


def test_linear_pixels_get_the_logarithm_of_the_beam(make: Make, words: Words) -> None:
    beam = (4000 * np.exp(words / -1500.0) + 20).astype(np.uint16)
    path = make(
        pixels=beam, intent=PROCESSING, dark_is_dense=True, relationship=PixelRelationship.LIN
    )
    mammogram = load_dicom(path, Stated())
    np.testing.assert_allclose(mammogram.pixels, -1000 * np.log(beam.astype(float)), rtol=1e-6)
    assert mammogram.intent is PROCESSING
    assert mammogram.limitations == ()


def test_linear_pixels_that_fall_with_the_beam(make: Make, words: Words) -> None:
    beam = (4000 * np.exp(words / -1500.0) + 20).astype(np.uint16)
    path = make(
        pixels=4095 - beam,
        intent=PROCESSING,
        dark_is_dense=False,
        relationship=PixelRelationship.LIN,
    )
    mammogram = load_dicom(path, Stated())
    np.testing.assert_allclose(mammogram.pixels, -1000 * np.log(beam.astype(float)), rtol=1e-6)


@pytest.mark.parametrize("dark_is_dense", [False, True])
def test_logarithmic_pixels_are_used_as_they_are(
    make: Make, words: Words, dark_is_dense: bool
) -> None:
    path = make(
        pixels=4095 - words if dark_is_dense else words,
        intent=PROCESSING,
        dark_is_dense=dark_is_dense,
        relationship=PixelRelationship.LOG,
    )
    mammogram = load_dicom(path, Stated())
    np.testing.assert_array_equal(mammogram.pixels + 4095 * dark_is_dense, words)


@pytest.mark.parametrize("dark_is_dense", [False, True])
def test_an_absent_relationship_is_assumed_and_said(
    make: Make, words: Words, dark_is_dense: bool
) -> None:
    def edit(dataset: Dataset) -> None:
        del dataset.PixelIntensityRelationship
        del dataset.PixelIntensityRelationshipSign

    stored = 4095 - words if dark_is_dense else words
    path = make(pixels=stored, intent=PROCESSING, edit=edit, dark_is_dense=dark_is_dense)
    mammogram = load_dicom(path, Stated())
    assert mammogram.limitations == (Limitation.LINEARITY_ASSUMED, Limitation.POLARITY_ASSUMED)
    np.testing.assert_array_equal(mammogram.pixels + 4095 * dark_is_dense, words)


@pytest.mark.parametrize(
    ("dark", "value", "limit", "stored_as"),
    [
        (False, 0, None, 0),
        (False, 4095, None, 4095),
        (False, 4000, 4095, 4050),
        (True, 4095, None, 4095),
        (True, 0, None, 0),
        (True, 0, 50, 20),
    ],
)
def test_padding_never_comes_out_bright(
    make: Make, words: Words, dark: bool, value: int, limit: int | None, stored_as: int
) -> None:
    def edit(dataset: Dataset) -> None:
        dataset.add_new("PixelPaddingValue", "US", value)
        if limit is not None:
            dataset.add_new("PixelPaddingRangeLimit", "US", limit)

    real = words.clip(100, 3900)
    stored = 4095 - real if dark else real.copy()
    stored[:, 100:] = stored_as
    mammogram = load_dicom(make(pixels=stored, dark_is_dense=dark, edit=edit), Stated())
    assert mammogram.pixels[:, 100:].max() <= mammogram.pixels[:, :100].min()
    np.testing.assert_array_equal(
        mammogram.pixels[:, :100] + 4095 * dark, real[:, :100].astype(np.float32)
    )


def test_rescale_is_applied(make: Make, words: Words) -> None:
    def edit(dataset: Dataset) -> None:
        dataset.RescaleSlope, dataset.RescaleIntercept = "-2", "9000"

    np.testing.assert_allclose(load_dicom(make(edit=edit), Stated()).pixels, 9000 - 2.0 * words)


def header(**numbers: float) -> Header:
    return Header(
        texts={"PhotometricInterpretation": ("MONOCHROME2",)},
        numbers={keyword: (float(value),) for keyword, value in numbers.items()},
    )


@pytest.mark.parametrize(
    ("described", "word", "expected"),
    [
        ({"BitsStored": 12, "HighBit": 11}, 0x0ABC, 0xABC),
        ({"BitsStored": 12, "HighBit": 11}, 0xFABC, 0xABC),
        ({"BitsStored": 12, "HighBit": 15}, 0xABC5, 0xABC),
        ({"BitsStored": 12, "HighBit": 11, "PixelRepresentation": 1}, 0x0FFF, -1),
        ({"BitsStored": 16, "HighBit": 15, "PixelRepresentation": 1}, 0x8000, -32768),
        ({"BitsStored": 16, "HighBit": 15}, 0x8000, 32768),
    ],
)
def test_stored_bits_worked_by_hand(described: dict[str, int], word: int, expected: object) -> None:
    stored = np.full((4, 4), word, dtype=np.uint16)
    grey = grey_of(header(**described), stored, Intent.FOR_PRESENTATION)
    assert looked_up(grey.table, stored)[2, 2] == expected


def test_modality_lut_replaces_rescale() -> None:
    lut = Header(numbers={"LUTDescriptor": (3.0, 10.0, 16.0), "LUTData": (5.0, 70.0, 600.0)})
    with_lut = Header(
        texts={"PhotometricInterpretation": ("MONOCHROME2",)},
        numbers={"BitsStored": (8.0,)},
        sequences={"ModalityLUTSequence": (lut,)},
    )
    stored = np.array([[0, 10, 11, 12, 200]], dtype=np.uint8)
    grey = grey_of(with_lut, stored, Intent.FOR_PRESENTATION)
    assert looked_up(grey.table, stored).tolist() == [[5, 5, 70, 600, 600]]


@pytest.mark.parametrize("described", [{"BitsStored": 12, "HighBit": 3}, {"HighBit": 40}])
def test_bits_that_do_not_fit_are_refused(described: dict[str, int]) -> None:
    with pytest.raises(UnsupportedPixelsError, match="bits"):
        grey_of(header(**described), np.zeros((4, 4), np.uint16), Intent.FOR_PRESENTATION)


def test_signed_padding_value() -> None:
    signed = header(BitsStored=16, HighBit=15, PixelRepresentation=1, PixelPaddingValue=-2000)
    stored = np.array([[-2000, 5, 9]], dtype=np.int16).view(np.uint16)
    dark = Header(texts={"PhotometricInterpretation": ("MONOCHROME1",)}, numbers=signed.numbers)
    grey = grey_of(dark, stored, Intent.FOR_PRESENTATION)
    assert looked_up(grey.table, stored).tolist() == [[-9, -5, -9]]
