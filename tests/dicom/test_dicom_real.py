"""Real DICOM files, told of by CALCSIGHT_DATA."""

import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from calcsight.dicom.loading import load_dicom
from calcsight.terms.errors import ContradictionError
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Intent, Laterality, Mammogram, View, ViewModifier
from calcsight.terms.orientation import Orientation
from calcsight.terms.spacing import SpacingSource
from calcsight.terms.stated import Stated

DATA = os.environ.get("CALCSIGHT_DATA", "")
pytestmark = pytest.mark.skipif(not DATA, reason="CALCSIGHT_DATA does not name the real images")


def real(name: str, stated: Stated | None = None) -> Mammogram:
    return load_dicom(Path(DATA, "dicom", name), stated or Stated())


def chest_wall_is_left(mammogram: Mammogram) -> bool:
    """The column at the left is brighter than the one at the right, as a whole."""
    pixels = mammogram.pixels
    strip = pixels.shape[1] // 20
    return bool(np.median(pixels[:, :strip]) > np.median(pixels[:, -strip:]))


def test_ge_presentation_view() -> None:
    mammogram = real("GH133.dcm")
    assert mammogram.file_shape == (3062, 2394)
    assert mammogram.spacing is not None
    assert mammogram.spacing.row_mm == pytest.approx(0.0940909)
    assert mammogram.spacing.source is SpacingSource.IMAGER
    assert (mammogram.laterality, mammogram.view) == (Laterality.RIGHT, View.MLO)
    assert mammogram.intent is Intent.FOR_PRESENTATION
    assert mammogram.orientation == Orientation(columns_reversed=True)
    assert mammogram.acquired_on == date(2015, 9, 29)
    assert mammogram.limitations == ()
    assert chest_wall_is_left(mammogram)
    assert (mammogram.pixels.min(), mammogram.pixels.max()) == (0, 3471)


def test_siemens_stereotactic_view_with_the_chest_wall_at_the_bottom() -> None:
    mammogram = real("OutOfBoundsOverlay.dcm")
    assert mammogram.orientation == Orientation(transposed=True, columns_reversed=True)
    assert (mammogram.shape, mammogram.file_shape) == ((1318, 788), (788, 1318))
    assert mammogram.spacing is not None
    assert mammogram.spacing.row_mm == pytest.approx(0.085 / 1.0433386837881)
    assert mammogram.modifiers == (ViewModifier.STEREOTACTIC,)
    assert mammogram.limitations == (Limitation.STEREOTACTIC,)
    assert chest_wall_is_left(mammogram)


def test_test_pattern_with_contradicting_spacings() -> None:
    mammogram = real("MG_Explicit_Little.dcm")
    assert mammogram.spacing is not None
    assert (mammogram.spacing.row_mm, mammogram.spacing.column_mm) == (0.25, 0.25)
    assert mammogram.spacing.source is SpacingSource.CALIBRATED
    assert mammogram.limitations == (Limitation.SPACING_DISAGREES,)
    with pytest.raises(ContradictionError):
        real("MG_Explicit_Little.dcm", Stated(spacing_mm=0.333))


@pytest.mark.parametrize("name", ["MG1_J2KI.dcm", "MG1_JPLY.dcm"])
def test_digitised_film(name: str) -> None:
    mammogram = real(name)
    assert mammogram.spacing is None
    assert set(mammogram.limitations) == {
        Limitation.UNKNOWN_SPACING,
        Limitation.LOSSY,
        Limitation.DIGITISED_FILM,
    }
    assert (mammogram.laterality, mammogram.view) == (Laterality.LEFT, View.MLO)
    assert mammogram.orientation == Orientation()
    assert chest_wall_is_left(mammogram)
    scaled = real(name, Stated(spacing_mm=0.05))
    assert scaled.spacing is not None
    assert scaled.spacing.source is SpacingSource.STATED


def test_twelve_bit_jpeg_is_truly_decoded() -> None:
    """Two codings with loss of one film differ by little, and by no offset, gain or shift."""
    wavelet, cosine = real("MG1_J2KI.dcm").pixels, real("MG1_JPLY.dcm").pixels
    assert wavelet.shape == cosine.shape == (4664, 3064)
    difference = wavelet - cosine
    assert abs(float(difference.mean())) < 0.5
    assert float(np.percentile(np.abs(difference), 99)) < 60
    one, other = wavelet[::3, ::3].ravel(), cosine[::3, ::3].ravel()
    assert np.corrcoef(one, other)[0, 1] > 0.9998
    gain = np.polyfit(one, other, 1)[0]
    assert gain == pytest.approx(1, abs=1e-3)
    shifted = np.corrcoef(one[:-1], other[1:])[0, 1]
    assert shifted < np.corrcoef(one, other)[0, 1]
