"""BMCD and VinDr-Mammo: red marks, boxes, and what is wrong with them."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.evaluation.data_set_files import film, write_dicom, write_lines

from calcsight.evaluation.cases import TrueView
from calcsight.evaluation.data_sets.bmcd import open_bmcd, red_marks
from calcsight.evaluation.data_sets.masks import MOST_PARTS, Fit, marked_particles
from calcsight.evaluation.data_sets.vindr_mammo import open_vindr_mammo
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Laterality, View

PIXEL = {"ImagerPixelSpacing": [0.1, 0.1], "ViewPosition": "CC", "ImageLaterality": "L"}


def codes(view: TrueView) -> list[str]:
    return [fault.code for fault in view.faults]


def picture(*discs: tuple[int, int, int], scale: int = 1) -> NDArray[np.uint8]:
    """Draw red discs (row, column, radius) on the grey film."""
    grey = (film() // 16).astype(np.uint8)
    drawn = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    drawn = cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
    for row, column, radius in discs:
        cv2.circle(drawn, (column, row), radius, (0, 0, 255), cv2.FILLED)
    return drawn.astype(np.uint8)


@pytest.fixture
def bmcd(tmp_path: Path) -> Callable[..., Path]:
    def make(
        marks: NDArray[np.uint8] | None,
        case: str = "Suspicious_cases/7",
        name: str = "CC_recent",
        suffix: str = ".dcm",
    ) -> Path:
        at = tmp_path / "Dataset_v3" / case
        write_dicom(at / f"{name}{suffix}", film(), **PIXEL)
        if marks is not None:
            cv2.imwrite(str(at / f"{name}_GT.jpg"), marks, [cv2.IMWRITE_JPEG_QUALITY, 95])
        return tmp_path / "Dataset_v3"

    return make


def only(folder: Path) -> TrueView:
    [view] = open_bmcd(folder).views
    return view


def test_each_red_part_is_a_particle(bmcd: Callable[..., Path]) -> None:
    view = only(bmcd(picture((20, 10, 2), (40, 20, 3))))
    assert view.particles is not None
    np.testing.assert_allclose(view.particles.places_px, [[20, 10], [40, 20]], atol=0.6)
    np.testing.assert_allclose(view.particles.diameters_mm, [0.5, 0.7], atol=0.15)
    assert view.regions is None
    assert not view.normal
    assert view.patient == "bmcd-suspicious-7"
    assert view.name == "suspicious-7-cc-recent"
    assert view.strata == {"time": "recent", "case": "suspicious", "view": "CC"}
    assert view.spacing_mm == pytest.approx((0.1, 0.1))
    assert codes(view) == []
    assert view.mammogram is not None
    assert view.mammogram().view is View.CC


def test_prior_and_recent_of_one_case_are_one_patient(bmcd: Callable[..., Path]) -> None:
    bmcd(picture(), name="MLO_prior", suffix=".DCM")
    bmcd(picture(), case="Normal_cases/7")
    folder = bmcd(picture((20, 10, 2)), name="MLO_recent")
    views = open_bmcd(folder).views
    assert [(view.name, view.normal) for view in views] == [
        ("normal-7-cc-recent", True),
        ("suspicious-7-mlo-prior", False),
        ("suspicious-7-mlo-recent", False),
    ]
    assert len({view.patient for view in views}) == 2


def test_a_normal_case_with_a_benign_mark_is_not_normal(bmcd: Callable[..., Path]) -> None:
    assert not only(bmcd(picture((20, 10, 2)), case="Normal_cases/1")).normal


def test_a_suspicious_case_without_red_marks_is_not_scored(bmcd: Callable[..., Path]) -> None:
    bmcd(picture(), name="CC_prior")
    prior, recent = open_bmcd(bmcd(picture())).views
    assert prior.particles is not None
    assert recent.particles is None
    assert codes(recent) == ["no_red_marks"]


def test_a_ring_counts_with_its_inside() -> None:
    drawn = picture()
    cv2.circle(drawn, (20, 30), 6, (0, 0, 255), 1)
    [mark] = marked_particles(red_marks(drawn[:, :, ::-1]), Fit.of((60, 40), (60, 40)))
    np.testing.assert_allclose(mark.place, [30, 20], atol=0.2)
    assert mark.outline is not None
    np.testing.assert_allclose(np.ptp(mark.outline, axis=0), 13 - 0.2, atol=0.01)


def test_marks_of_another_size_are_scaled(bmcd: Callable[..., Path]) -> None:
    view = only(bmcd(picture((41, 21, 4), scale=2)))
    assert view.particles is not None
    np.testing.assert_allclose(view.particles.places_px, [[20.25, 10.25]], atol=0.3)
    assert codes(view) == ["mask_size"]


def test_marks_of_another_form_are_not_scored(bmcd: Callable[..., Path]) -> None:
    view = only(bmcd(picture((20, 10, 2))[:50]))
    assert view.particles is None
    assert codes(view) == ["mask_size"]


def test_missing_and_damaged_marks_are_not_scored(bmcd: Callable[..., Path]) -> None:
    folder = bmcd(None)
    assert only(folder).particles is None
    assert codes(only(folder)) == ["missing_mask"]
    (folder / "Suspicious_cases" / "7" / "CC_recent_GT.jpg").write_bytes(b"\xff\xd8\xff nothing")
    assert only(folder).particles is None
    assert codes(only(folder)) == ["annotation_unreadable"]


def test_a_mask_of_noise_is_refused() -> None:
    rows, columns = np.mgrid[:400, :400]
    noise = (rows % 2 == 0) & (columns % 2 == 0)
    assert np.count_nonzero(noise) > MOST_PARTS
    with pytest.raises(UsageError, match="40000 parts"):
        marked_particles(noise, Fit.of((400, 400), None))


def test_one_pixel_is_a_particle_of_its_own_place() -> None:
    marked = np.zeros((9, 9), dtype=bool)
    marked[4, 6] = True
    [mark] = marked_particles(marked, Fit.of((9, 9), (9, 9)))
    np.testing.assert_allclose(mark.place, [4, 6])
    assert mark.outline is not None
    np.testing.assert_allclose(np.ptp(mark.outline, axis=0), 0.8)


VINDR = (
    "study_id,series_id,image_id,laterality,view_position,height,width,breast_birads,"
    "breast_density,finding_categories,finding_birads,xmin,ymin,xmax,ymax,split"
)
STUDY, IMAGE = "48575a27b7c992427041a82fa750d3fa", "4e3a578fe535ea4f5258d3f7f4419db8"


def finding(categories: str, corners: str = ",,,", birads: str = "BI-RADS 4") -> str:
    return f'{STUDY},s,{IMAGE},L,CC,60,40,{birads},DENSITY C,"{categories}",{birads},{corners},test'


@pytest.fixture
def vindr(tmp_path: Path) -> Callable[..., Path]:
    def make(*rows: str) -> Path:
        write_dicom(tmp_path / "images" / STUDY / f"{IMAGE}.dicom", film(), **PIXEL)
        write_lines(tmp_path / "finding_annotations.csv", VINDR, *rows)
        return tmp_path

    return make


def only_vindr(folder: Path) -> TrueView:
    [view] = open_vindr_mammo(folder).views
    return view


def test_boxes_of_suspicious_calcifications_are_regions(vindr: Callable[..., Path]) -> None:
    folder = vindr(
        finding("['Mass']", "1,2,3,4"),
        finding("['Mass', 'Suspicious Calcification']", "10.5,20.25,15.5,30.75"),
        finding('[""Suspicious Calcification""]', "1,2,6,9"),
    )
    write_lines(folder / "metadata.csv", "SOP Instance UID,Manufacturer", f"{IMAGE},SIEMENS")
    view = only_vindr(folder)
    assert view.regions is not None
    assert len(view.regions) == 2
    np.testing.assert_allclose(view.regions[0].outline_px[0], [20.25, 10.5])
    np.testing.assert_allclose(view.regions[0].outline_px[2], [30.75, 15.5])
    assert view.particles is None
    assert view.name == IMAGE
    assert view.patient == STUDY
    assert view.spacing_mm == pytest.approx((0.1, 0.1))
    assert view.strata == {
        "density": "DENSITY C",
        "assessment": "BI-RADS 4",
        "vendor": "SIEMENS",
        "split": "test",
        "view": "CC",
    }
    assert view.mammogram is not None
    assert view.mammogram().laterality is Laterality.LEFT


@pytest.mark.parametrize(
    ("categories", "birads", "normal"),
    [
        ("['No Finding']", "BI-RADS 1", True),
        ("['No Finding']", "BI-RADS 2", False),
        ("['Mass']", "BI-RADS 1", False),
        ("No Finding", "BI-RADS 1", True),
    ],
)
def test_normal_is_no_finding_in_a_breast_of_category_1(
    vindr: Callable[..., Path], categories: str, birads: str, normal: bool
) -> None:
    view = only_vindr(vindr(finding(categories, birads=birads)))
    assert view.normal is normal
    assert view.regions == ()


@pytest.mark.parametrize(
    ("corners", "code", "regions"),
    [
        (",,,", "no_box", 0),
        ("nan,nan,nan,nan", "no_box", 0),
        ("5,5,5,9", "no_area", 0),
        ("9,9,5,5", "exchanged_corners", 1),
        ("100,5,120,9", "outside_image", 0),
        ("30,5,120,9", "outside_image", 1),
    ],
)
def test_boxes_with_faults(
    vindr: Callable[..., Path], corners: str, code: str, regions: int
) -> None:
    view = only_vindr(vindr(finding("['Suspicious Calcification']", corners)))
    assert codes(view) == [code]
    assert view.regions is not None
    assert len(view.regions) == regions


@pytest.mark.parametrize("said", ["[" * 900, "__import__('os')", "['Mass'", "9" * 5000, ""])
def test_words_that_are_no_list_run_nothing(vindr: Callable[..., Path], said: str) -> None:
    view = only_vindr(vindr(finding(said)))
    assert view.regions == ()
    assert not view.normal


def test_a_missing_image_leaves_the_truth(vindr: Callable[..., Path]) -> None:
    folder = vindr(finding("['Suspicious Calcification']", "1,2,6,9"))
    (folder / "images" / STUDY / f"{IMAGE}.dicom").unlink()
    view = only_vindr(folder)
    assert codes(view) == ["missing_image"]
    assert view.mammogram is None
    assert view.spacing_mm is None
    assert view.regions


def test_ids_that_lead_out_of_the_folder_open_nothing(tmp_path: Path) -> None:
    write_dicom(tmp_path / "secret.dicom", film(), **PIXEL)
    inner = tmp_path / "set"
    row = finding("['No Finding']").replace(STUDY, "../..").replace(IMAGE, "secret")
    write_lines(inner / "finding_annotations.csv", VINDR, row)
    (inner / "images" / "x").mkdir(parents=True)
    assert only_vindr(inner).mammogram is None


@pytest.mark.parametrize("row", ["a,b", finding("['Mass']", "one,2,3,4")])
def test_rows_of_other_things_are_refused_or_empty(vindr: Callable[..., Path], row: str) -> None:
    folder = vindr(row.replace("['Mass']", "['Suspicious Calcification']"))
    if row == "a,b":
        assert only_vindr(folder).regions == ()
        return
    with pytest.raises(UsageError, match="'one' in the column xmin"):
        open_vindr_mammo(folder)
