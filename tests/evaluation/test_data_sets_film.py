"""CBIS-DDSM and DDSM: masks, crops, chain codes, and what is wrong with them."""

import csv
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.evaluation.data_set_files import CAPTURE, film, write_dicom, write_lines

from calcsight.evaluation.cases import TrueView
from calcsight.evaluation.data_sets.cbis_ddsm import COLUMNS, TABLES, open_cbis_ddsm
from calcsight.evaluation.data_sets.cbis_files import CbisFiles
from calcsight.evaluation.data_sets.ddsm import open_ddsm
from calcsight.evaluation.data_sets.ddsm_overlay import read_overlay
from calcsight.evaluation.data_sets.pixels import grey_pixels
from calcsight.evaluation.data_sets.reading_files import read_table
from calcsight.evaluation.data_sets.shapes import area
from calcsight.pictures.writing import write_png16
from calcsight.terms.errors import InputRefused, UsageError
from calcsight.terms.mammogram import Laterality, View

DATA = os.environ.get("CALCSIGHT_DATA", "")
HEAD = (
    "patient_id,breast density,left or right breast,image view,abnormality id,abnormality type,"
    "calc type,calc distribution,assessment,pathology,subtlety,image file path,"
    "cropped image file path,ROI mask file path"
)
CASE = "Calc-Test_P_00038_LEFT_CC"
STUDY, SERIES = "1.3.6.1.4.1.9590.100.1.2.859", "1.3.6.1.4.1.9590.100.1.2.374"
ROI_SERIES = "1.3.6.1.4.1.9590.100.1.2.419"
Paint = tuple[int, int, int, int]


def codes(view: TrueView) -> list[str]:
    return [fault.code for fault in view.faults]


def row(lesion: int = 1, case: str = CASE, words: str = "PUNCTATE,CLUSTERED,4,BENIGN,2") -> str:
    """Write one row as the tables have it: a line break inside the crop's path."""
    side, view = case.split("_")[-2:]
    patient = "_".join(case.split("_")[1:3])
    own = "" if (lesion, case) == (1, CASE) else f".{lesion}{len(case)}"
    roi = f"{case}_{lesion}/{STUDY}/{ROI_SERIES}{own}"
    return (
        f"{patient},2,{side},{view},{lesion},calcification,{words},"
        f'{case}/{STUDY}/{SERIES}{own}/000000.dcm,"{roi}/000001.dcm\n",{roi}/000000.dcm'
    )


def mask(shape: tuple[int, int] = (60, 40), *parts: Paint) -> NDArray[np.uint8]:
    """Paint rectangles (top, bottom, left, right), ends included."""
    drawn = np.zeros(shape, dtype=np.uint8)
    for top, bottom, left, right in parts or ((20, 30, 10, 15),):
        drawn[top : bottom + 1, left : right + 1] = 255
    return drawn


@pytest.fixture
def cbis(tmp_path: Path) -> Callable[..., Path]:
    def make(
        marked: NDArray[np.uint8],
        swapped: bool = False,
        dated: bool = False,
        rows: Sequence[str] = (row(),),
    ) -> Path:
        write_lines(tmp_path / TABLES[1], HEAD, *rows)
        inner = "08-07-2016-DDSM-NA-1/1.000000-ROI mask images-2" if dated else STUDY
        kind = {"SOPClassUID": CAPTURE, "PatientOrientation": "CC"}
        at = tmp_path / "CBIS-DDSM"
        write_dicom(at / CASE / inner / SERIES / "1-1.dcm", film(), **kind)
        names = ("1-2.dcm", "1-1.dcm") if swapped else ("1-1.dcm", "1-2.dcm")
        roi = at / f"{CASE}_1" / inner / ROI_SERIES
        write_dicom(roi / names[0], marked, **kind)
        write_dicom(roi / names[1], film()[15:35, 5:20].copy(), **kind)
        return tmp_path

    return make


def only(folder: Path) -> TrueView:
    [view] = open_cbis_ddsm(folder).views
    return view


@pytest.mark.parametrize("dated", [False, True])
def test_a_mask_becomes_the_outline_of_a_region(cbis: Callable[..., Path], dated: bool) -> None:
    view = only(cbis(mask(), dated=dated))
    assert view.regions is not None
    [region] = view.regions
    np.testing.assert_allclose(region.outline_px.min(axis=0), [20, 10])
    np.testing.assert_allclose(region.outline_px.max(axis=0), [30, 15])
    assert view.name == CASE
    assert view.patient == "P_00038"
    assert view.particles is None
    assert view.spacing_mm is None
    assert not view.normal
    assert view.strata == {
        "split": "test",
        "view": "CC",
        "density": "2",
        "assessment": "4",
        "pathology": "BENIGN",
        "subtlety": "2",
        "calc_distribution": "CLUSTERED",
    }
    assert codes(view) == []
    assert view.mammogram is not None
    mammogram = view.mammogram()
    assert (mammogram.laterality, mammogram.view) == (Laterality.LEFT, View.CC)
    assert mammogram.spacing is None


def test_mask_and_crop_that_changed_places(cbis: Callable[..., Path]) -> None:
    view = only(cbis(mask(), swapped=True))
    assert view.regions is not None
    np.testing.assert_allclose(view.regions[0].outline_px.min(axis=0), [20, 10])
    assert codes(view) == ["swapped_mask"]


def test_a_mask_of_another_size_is_scaled(cbis: Callable[..., Path]) -> None:
    view = only(cbis(mask((120, 80), (40, 61, 20, 31))))
    assert view.regions is not None
    assert not view.regions[0].doubtful
    np.testing.assert_allclose(view.regions[0].outline_px.min(axis=0), [19.75, 9.75])
    np.testing.assert_allclose(view.regions[0].outline_px.max(axis=0), [30.25, 15.25])
    assert codes(view) == ["mask_size"]


def test_a_mask_of_another_form_is_doubtful(cbis: Callable[..., Path]) -> None:
    view = only(cbis(mask((120, 60))))
    assert view.regions is not None
    assert view.regions[0].doubtful
    assert "doubtful" in view.faults[0].what


def test_specks_beside_a_mask_are_no_regions(cbis: Callable[..., Path]) -> None:
    parts = ((5, 25, 5, 25), (40, 55, 5, 25), (1, 2, 35, 36))
    view = only(cbis(mask((60, 40), *parts)))
    assert view.regions is not None
    assert len(view.regions) == 2
    assert codes(view) == ["mask_parts"]
    assert area(view.regions[0].outline_px) > area(view.regions[1].outline_px)


def test_a_user_may_state_the_spacing(cbis: Callable[..., Path]) -> None:
    folder = cbis(mask())
    write_lines(folder / "spacing.csv", "patient_id,spacing_mm", "P_00038,0.05")
    view = only(folder)
    assert view.spacing_mm == (0.05, 0.05)
    assert view.mammogram is not None
    spacing = view.mammogram().spacing
    assert spacing is not None
    assert spacing.mean_mm == pytest.approx(0.05)
    write_lines(folder / "spacing.csv", "patient_id,spacing_mm", "P_00038,")
    with pytest.raises(UsageError, match="no spacing for 'P_00038'"):
        open_cbis_ddsm(folder)


def test_a_lesion_without_a_mask_takes_its_film_out(cbis: Callable[..., Path]) -> None:
    other = CASE.replace("LEFT", "RIGHT")
    folder = cbis(mask(), rows=(row(1), row(1, other), row(2, other)))
    cv2.imwrite(str(folder / f"{other}_1.png"), mask())
    films = {view.name: view for view in open_cbis_ddsm(folder).views}
    assert films[CASE].regions
    assert films[other].regions is None
    assert films[other].mammogram is None
    assert codes(films[other]) == ["missing_image", "missing_mask"]
    assert "lesion 2" in films[other].faults[1].what


def test_tables_without_images_are_refused(tmp_path: Path) -> None:
    write_lines(tmp_path / TABLES[0], HEAD, row())
    with pytest.raises(UsageError, match=r"without a mask.*Cancer Imaging Archive.*CC BY 3\.0"):
        open_cbis_ddsm(tmp_path)


def test_a_row_written_twice_counts_once(cbis: Callable[..., Path]) -> None:
    found = open_cbis_ddsm(cbis(mask(), rows=(row(), row())))
    [view] = found.views
    assert view.regions is not None
    assert len(view.regions) == 1
    assert "duplicate_rows" in {fault.code for fault in found.faults}


@pytest.mark.parametrize(
    ("film_name", "mask_name"),
    [
        (f"{CASE}.png", f"{CASE}_1_mask.png"),
        (f"{CASE}_1-1.png", f"{CASE}_1_1-1.png"),
        (f"{CASE}/1-1.png", f"{CASE}_1/1-2.png"),
        (f"jpeg/{SERIES}/1-1.png", f"jpeg/{ROI_SERIES}/1-2.jpg"),
    ],
)
def test_re_publications_as_pictures(tmp_path: Path, film_name: str, mask_name: str) -> None:
    write_lines(tmp_path / TABLES[1], HEAD, row())
    for name in (film_name, mask_name):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    write_png16(tmp_path / film_name, film())
    cv2.imwrite(str(tmp_path / mask_name), mask())
    view = only(tmp_path)
    assert view.regions is not None
    np.testing.assert_allclose(view.regions[0].outline_px.min(axis=0), [20, 10], atol=1)
    assert codes(view) == []
    assert view.mammogram is not None
    assert view.mammogram().file_shape == (60, 40)


@pytest.mark.parametrize("damage", [b"", b"\x89PNG\r\n\x1a\nnonsense", b"DICM" * 50])
def test_a_damaged_mask_takes_its_film_out(tmp_path: Path, damage: bytes) -> None:
    write_lines(tmp_path / TABLES[1], HEAD, row(), row(case=CASE.replace("LEFT", "RIGHT")))
    cv2.imwrite(str(tmp_path / f"{CASE.replace('LEFT', 'RIGHT')}_1.png"), mask())
    (tmp_path / f"{CASE}_1.png").write_bytes(damage)
    left, right = open_cbis_ddsm(tmp_path).views
    assert left.regions is None
    assert right.regions


@pytest.mark.skipif(not DATA, reason="CALCSIGHT_DATA does not name the real images")
@pytest.mark.parametrize(
    ("name", "rows", "films"), [(TABLES[0], 1546, 1227), (TABLES[1], 326, 284)]
)
def test_the_real_tables_have_the_columns(name: str, rows: int, films: int) -> None:
    path = Path(DATA) / "cbis-ddsm" / name
    table = read_table(path, COLUMNS)
    assert len(table.rows) == rows
    assert table.faults == ()
    assert len({one["image_file_path"].split("/")[0] for one in table.rows}) == films
    with path.open(encoding="utf-8", newline="") as file:
        assert ",".join(next(csv.reader(file))) == HEAD
    assert not [v for one in table.rows for v in one.values() if v != v.strip()]


@pytest.mark.skipif(not DATA, reason="CALCSIGHT_DATA does not name the real images")
def test_the_real_tables_without_images_are_refused() -> None:
    with pytest.raises(UsageError, match="without a mask"):
        open_cbis_ddsm(Path(DATA) / "cbis-ddsm")


def test_files_are_indexed_by_case_and_series(tmp_path: Path) -> None:
    path = tmp_path / f"{CASE}_12" / STUDY / ROI_SERIES / "1-1.dcm"
    write_dicom(path, mask())
    files = CbisFiles.under(tmp_path)
    assert set(files.by_name) == {f"{CASE}_12", ROI_SERIES}
    assert files.film(CASE, "") is None
    assert files.masks(f"{CASE}_12", "") == (path,)


ICS = (
    "ics_version 1.0",
    "filename B-3024-1",
    "DATE_OF_STUDY 2 7 1995",
    "PATIENT_AGE 42",
    "FILM ",
    "FILM_TYPE REGULAR",
    "DENSITY 4",
    "DATE_DIGITIZED 7 22 1997 ",
    "DIGITIZER LUMISYS LASER",
    "SELECTED",
)
LINE = "LEFT_CC LINES 60 PIXELS_PER_LINE 40 BITS_PER_PIXEL 12 RESOLUTION 50 "
OVERLAY = (
    "TOTAL_ABNORMALITIES 1",
    "ABNORMALITY 1",
    "LESION_TYPE CALCIFICATION TYPE PLEOMORPHIC DISTRIBUTION CLUSTERED",
    "ASSESSMENT 4",
    "SUBTLETY 3",
    "PATHOLOGY MALIGNANT",
    "TOTAL_OUTLINES 1",
    "BOUNDARY",
)
CODE = "10 20 2 2 2 2 4 4 4 6 6 6 6 0 0 0 #"


@pytest.fixture
def ddsm(tmp_path: Path) -> Callable[..., Path]:
    def make(code: str = CODE, line: str = LINE + "OVERLAY", **replaced: str) -> Path:
        at = tmp_path / "cases" / "case3024"
        write_lines(at / "B-3024-1.ics", *ICS, line)
        lines = [replaced.get(one.split()[0], one) for one in OVERLAY]
        write_lines(at / "B_3024_1.LEFT_CC.OVERLAY", *lines, f"\t{code}")
        return tmp_path

    return make


def only_film(folder: Path) -> TrueView:
    [view] = open_ddsm(folder).views
    return view


def test_a_chain_code_starts_at_column_and_row_and_turns_clockwise(
    ddsm: Callable[..., Path],
) -> None:
    view = only_film(ddsm())
    assert view.regions is not None
    outline = view.regions[0].outline_px
    assert outline[0].tolist() == [20, 10]
    np.testing.assert_allclose(outline[:5], [[20, c] for c in range(10, 15)])
    np.testing.assert_allclose(outline.max(axis=0), [23, 14])
    assert area(outline) == 12
    assert view.name == "B_3024_1.LEFT_CC"
    assert view.patient == "B-3024-1"
    assert view.spacing_mm == (0.05, 0.05)
    assert view.strata == {
        "digitizer": "LUMISYS",
        "density": "4",
        "assessment": "4",
        "pathology": "MALIGNANT",
        "subtlety": "3",
        "calc_distribution": "CLUSTERED",
        "view": "CC",
    }
    assert codes(view) == ["missing_image"]


@pytest.mark.parametrize(
    ("direction", "step"),
    [*enumerate([(-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)])],
)
def test_each_direction(tmp_path: Path, direction: int, step: tuple[int, int]) -> None:
    across = (direction + 2) % 8
    back, home = (direction + 4) % 8, (direction + 6) % 8
    code = f"100 200 {direction} {across} {back} {home} #"
    path = write_lines(tmp_path / "a.OVERLAY", *OVERLAY, code)
    [lesion], _ = read_overlay(path)
    np.testing.assert_allclose(lesion.boundary[1] - lesion.boundary[0], step)


def test_films_are_scaled_and_open_with_their_resolution(ddsm: Callable[..., Path]) -> None:
    folder = ddsm()
    name = folder / "cases" / "case3024" / "B_3024_1.LEFT_CC.LJPEG.1.image.png"
    write_png16(name, np.repeat(np.repeat(film(), 2, axis=0), 2, axis=1))
    view = only_film(folder)
    assert view.regions is not None
    assert view.spacing_mm == (0.025, 0.025)
    np.testing.assert_allclose(view.regions[0].outline_px[0], [40.5, 20.5])
    assert codes(view) == ["image_size"]
    assert view.mammogram is not None
    spacing = view.mammogram().spacing
    assert spacing is not None
    assert spacing.mean_mm == pytest.approx(0.025)


def test_a_film_cut_to_another_form_is_doubtful(ddsm: Callable[..., Path]) -> None:
    folder = ddsm()
    write_png16(folder / "cases" / "case3024" / "B_3024_1.LEFT_CC.png", film()[:40])
    view = only_film(folder)
    assert view.regions is not None
    assert view.regions[0].doubtful
    assert view.spacing_mm is None


def test_masses_are_no_targets_and_a_mass_with_calcifications_is(
    ddsm: Callable[..., Path],
) -> None:
    mass = "LESION_TYPE MASS SHAPE OVAL MARGINS ILL_DEFINED"
    assert only_film(ddsm(LESION_TYPE=mass)).regions == ()
    both = f"{mass}\nLESION_TYPE CALCIFICATION TYPE PUNCTATE DISTRIBUTION LINEAR"
    view = only_film(ddsm(LESION_TYPE=both))
    assert view.regions is not None
    assert len(view.regions) == 1
    assert not view.normal


def test_cores_are_counted_and_not_used(ddsm: Callable[..., Path]) -> None:
    code = f"{CODE}\n\tCORE\n\t11 21 2 4 6 0 #"
    view = only_film(ddsm(code, TOTAL_OUTLINES="TOTAL_OUTLINES 3"))
    assert view.regions is not None
    assert len(view.regions) == 1
    assert "outline_count" in codes(view)


def test_a_case_without_any_overlay_is_normal(ddsm: Callable[..., Path]) -> None:
    folder = ddsm(line=LINE + "NON_OVERLAY")
    assert not only_film(folder).normal
    assert "overlay_unannounced" in codes(only_film(folder))
    (folder / "cases" / "case3024" / "B_3024_1.LEFT_CC.OVERLAY").unlink()
    view = only_film(folder)
    assert view.normal
    assert view.regions == ()


def test_the_other_breast_of_a_case_with_a_lesion_is_not_normal(ddsm: Callable[..., Path]) -> None:
    other = LINE.replace("LEFT", "RIGHT") + "NON_OVERLAY"
    left, right = open_ddsm(ddsm(line=f"{LINE}OVERLAY\n{other}")).views
    assert left.regions
    assert right.regions == ()
    assert not right.normal


@pytest.mark.parametrize(
    "code",
    [
        "10 20 2 2 9 #",
        "10 20 2 2 4",
        "#",
        "ten 20 2 2 #",
        "10 20 2 2 4 4 6 6 0 0 #\n\tCORE\n\t1 1 8 #",
    ],
)
def test_a_damaged_chain_code_leaves_its_film_unscored(
    ddsm: Callable[..., Path], code: str
) -> None:
    view = only_film(ddsm(code))
    assert view.regions is None
    assert "annotation_unreadable" in codes(view)


def test_what_a_boundary_may_suffer_from(ddsm: Callable[..., Path]) -> None:
    assert "open_outline" in codes(only_film(ddsm("10 20 2 2 2 2 4 4 4 4 #")))
    assert "no_area" in codes(only_film(ddsm("10 20 2 2 6 6 #")))
    beside = only_film(ddsm("1000 20 2 2 4 4 6 6 0 0 #"))
    assert beside.regions == ()
    assert "outside_image" in codes(beside)
    two = only_film(ddsm(TOTAL_ABNORMALITIES="TOTAL_ABNORMALITIES 2"))
    assert "abnormality_count" in codes(two)


def test_a_promised_overlay_that_is_not_there(ddsm: Callable[..., Path]) -> None:
    folder = ddsm()
    (folder / "cases" / "case3024" / "B_3024_1.LEFT_CC.OVERLAY").unlink()
    view = only_film(folder)
    assert view.regions is None
    assert not view.normal
    assert "missing_mask" in codes(view)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("B-3024-1.ics", LINE.replace("LINES 60", "LINES 0") + "OVERLAY"),
        ("B-3024-1.ics", LINE.replace("RESOLUTION 50", "RESOLUTION 0") + "OVERLAY"),
        ("B-3024-1.ics", "nothing"),
        ("notes.ics", LINE + "OVERLAY"),
    ],
)
def test_an_ics_that_is_none_is_refused(tmp_path: Path, name: str, line: str) -> None:
    write_lines(tmp_path / name, *ICS, line)
    with pytest.raises(UsageError):
        open_ddsm(tmp_path)


def test_a_hostile_length_of_code_is_read_in_bounded_time(ddsm: Callable[..., Path]) -> None:
    rounds = " ".join(["2"] * 30 + ["4"] + ["6"] * 30 + ["0"]) + " "
    view = only_film(ddsm(f"5 20 {rounds * 5000}#"))
    assert view.regions is not None


def test_attributes_of_the_header_are_never_kept(ddsm: Callable[..., Path]) -> None:
    said: Any = str(open_ddsm(ddsm()))
    assert "1995" not in said
    assert " 42" not in said


def test_a_mask_cut_short_or_altered_is_no_mask(tmp_path: Path) -> None:
    good = tmp_path / "a.png"
    cv2.imwrite(str(good), mask())
    data = good.read_bytes()
    assert np.array_equal(grey_pixels(good), mask())
    altered = bytearray(data)
    altered[len(data) // 2] ^= 255
    for damaged in (data[: len(data) // 2], bytes(altered)):
        good.write_bytes(damaged)
        with pytest.raises(InputRefused):
            grey_pixels(good)


@pytest.mark.parametrize("kind", ["rgb", "16 bit", "1 bit", "jpeg", "tiff", "white 0"])
def test_masks_in_other_forms(tmp_path: Path, kind: str) -> None:
    path = tmp_path / {"jpeg": "a.jpg", "tiff": "a.tif", "white 0": "a.tif"}.get(kind, "a.png")
    drawn: NDArray[Any] = mask()
    if kind == "rgb":
        drawn = np.repeat(drawn[..., None], 3, axis=2)
    elif kind == "16 bit":
        drawn = drawn.astype(np.uint16) * 257
    flags = [cv2.IMWRITE_PNG_BILEVEL, 1] if kind == "1 bit" else []
    if kind == "white 0":
        path.write_bytes(imagecodecs.tiff_encode(255 - drawn, photometric=0))
    else:
        cv2.imwrite(str(path), drawn, flags)
    pixels = grey_pixels(path)
    assert np.array_equal(pixels > pixels.max() // 2, mask() > 0)
