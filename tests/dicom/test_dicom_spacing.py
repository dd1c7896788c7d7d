"""Millimetres in the breast, rule by rule, worked by hand."""

from typing import Any

import pytest

from calcsight.dicom.header import Header
from calcsight.dicom.spacing import spacing_in_breast
from calcsight.terms.errors import ContradictionError, SpacingError
from calcsight.terms.limitation import Limitation
from calcsight.terms.spacing import SpacingSource

FACTOR = "EstimatedRadiographicMagnificationFactor"
SID, SOD = "DistanceSourceToDetector", "DistanceSourceToPatient"


def header(calibration: str = "", /, **numbers: Any) -> Header:
    return Header(
        texts={"PixelSpacingCalibrationType": (calibration,)} if calibration else {},
        numbers={k: v if isinstance(v, tuple) else (v,) for k, v in numbers.items()},
    )


@pytest.mark.parametrize(
    ("given", "magnified", "row_mm", "source", "limitations"),
    [
        (
            header("FIDUCIAL", PixelSpacing=(0.25, 0.25), ImagerPixelSpacing=(0.5, 0.5),
                   **{FACTOR: 1.5}),
            False, 0.25, SpacingSource.CALIBRATED, (Limitation.SPACING_DISAGREES,),
        ),
        (
            header("GEOMETRY", PixelSpacing=(0.05, 0.05), ImagerPixelSpacing=(0.09, 0.09),
                   **{FACTOR: 1.8}),
            True, 0.05, SpacingSource.CALIBRATED, (),
        ),
        (
            header(ImagerPixelSpacing=(0.09, 0.09), **{FACTOR: 1.8}),
            True, 0.05, SpacingSource.IMAGER, (),
        ),
        (
            header(PixelSpacing=(0.09, 0.09), ImagerPixelSpacing=(0.09, 0.09), **{FACTOR: 1.8}),
            True, 0.05, SpacingSource.IMAGER, (),
        ),
        (
            header(PixelSpacing=(0.05, 0.05), ImagerPixelSpacing=(0.09, 0.09), **{FACTOR: 1.8}),
            True, 0.05, SpacingSource.IMAGER, (),
        ),
        (
            header(PixelSpacing=(0.07, 0.07), ImagerPixelSpacing=(0.09, 0.09), **{FACTOR: 1.8}),
            True, 0.05, SpacingSource.IMAGER, (Limitation.SPACING_DISAGREES,),
        ),
        (
            header(ImagerPixelSpacing=(0.09, 0.09), **{FACTOR: 1.0, SID: 650.0, SOD: 361.0}),
            False, 0.09, SpacingSource.IMAGER, (Limitation.SPACING_DISAGREES,),
        ),
        (
            header(ImagerPixelSpacing=(0.07, 0.07)),
            False, 0.07, SpacingSource.IMAGER_UNCORRECTED, (Limitation.FACTOR_ASSUMED,),
        ),
        (
            header(ImagerPixelSpacing=(0.07, 0.07), **{SID: 660.0, SOD: 640.0}),
            False, 0.07, SpacingSource.IMAGER_UNCORRECTED, (Limitation.FACTOR_ASSUMED,),
        ),
        (
            header(ImagerPixelSpacing=(0.09, 0.09), **{SID: 650.0, SOD: 325.0}),
            True, 0.045, SpacingSource.IMAGER_GEOMETRY, (),
        ),
        (
            header(ImagerPixelSpacing=(0.09, 0.09), **{SID: 650.0, SOD: 325.0}),
            False, 0.045, SpacingSource.IMAGER_GEOMETRY, (),
        ),
        (
            header(ImagerPixelSpacing=(0.07, 0.07), **{FACTOR: 0.0}),
            False, 0.07, SpacingSource.IMAGER_UNCORRECTED, (Limitation.FACTOR_ASSUMED,),
        ),
        (
            header(NominalScannedPixelSpacing=(0.05, 0.05)),
            False, 0.05, SpacingSource.SCANNED, (),
        ),
    ],
)  # fmt: skip
def test_rules(
    given: Header,
    magnified: bool,
    row_mm: float,
    source: SpacingSource,
    limitations: tuple[Limitation, ...],
) -> None:
    found = spacing_in_breast(given, magnified=magnified)
    assert found.spacing is not None
    assert found.spacing.row_mm == pytest.approx(row_mm)
    assert found.spacing.source is source
    assert found.limitations == limitations


@pytest.mark.parametrize(
    ("given", "magnified"),
    [
        (header(), False),
        (header(PixelSpacing=(0.07, 0.07)), False),
        (header(ImagerPixelSpacing=(0.09, 0.09)), True),
        (header(ImagerPixelSpacing=(0.09, 0.09), **{SID: 650.0, SOD: 0.0}), True),
    ],
)
def test_millimetres_are_refused_rather_than_guessed(given: Header, magnified: bool) -> None:
    found = spacing_in_breast(given, magnified=magnified)
    assert found.spacing is None
    stated = spacing_in_breast(given, magnified=magnified, stated_mm=0.05)
    assert stated.spacing is not None
    assert (stated.spacing.row_mm, stated.spacing.source) == (0.05, SpacingSource.STATED)


def test_rows_and_columns_are_not_mixed_up() -> None:
    given = header(ImagerPixelSpacing=(0.12, 0.06), **{FACTOR: 1.2})
    spacing = spacing_in_breast(given, magnified=False).spacing
    assert spacing is not None
    assert (spacing.row_mm, spacing.column_mm) == pytest.approx((0.1, 0.05))


@pytest.mark.parametrize("bad", [(-0.07, -0.07), (0.0, 0.0), (7.0, 7.0)])
def test_a_spacing_that_no_image_has_is_refused(bad: tuple[float, float]) -> None:
    given = header(ImagerPixelSpacing=bad, **{FACTOR: 1.0})
    with pytest.raises(SpacingError, match="spacing"):
        spacing_in_breast(given, magnified=False)
    stated = spacing_in_breast(given, magnified=False, stated_mm=0.07).spacing
    assert stated is not None
    assert stated.source is SpacingSource.STATED


def test_a_stated_spacing_may_differ_by_one_per_cent() -> None:
    given = header(ImagerPixelSpacing=(0.07, 0.07), **{FACTOR: 1.0})
    close = spacing_in_breast(given, magnified=False, stated_mm=0.0705).spacing
    assert close is not None
    assert close.row_mm == 0.07
    with pytest.raises(ContradictionError, match=r"0\.0715 mm.*0\.07 x 0\.07"):
        spacing_in_breast(given, magnified=False, stated_mm=0.0715)


def test_an_uncorrected_spacing_is_an_upper_limit_for_the_stated_one() -> None:
    given = header(ImagerPixelSpacing=(0.07, 0.07))
    found = spacing_in_breast(given, magnified=False, stated_mm=0.065)
    assert found.spacing is not None
    assert (found.spacing.row_mm, found.limitations) == (0.065, ())
    for contradicting in (0.08, 0.05):
        with pytest.raises(ContradictionError):
            spacing_in_breast(given, magnified=False, stated_mm=contradicting)


def test_a_stated_spacing_is_held_against_an_uncalibrated_one() -> None:
    given = header(PixelSpacing=(0.07, 0.07))
    found = spacing_in_breast(given, magnified=False, stated_mm=0.05)
    assert found.limitations == (Limitation.SPACING_DISAGREES,)


@pytest.mark.parametrize("stated", [-1.0, 0.0, float("nan"), float("inf"), 6.0])
def test_a_stated_spacing_that_no_image_has_is_refused(stated: float) -> None:
    with pytest.raises(SpacingError):
        spacing_in_breast(header(), magnified=False, stated_mm=stated)
