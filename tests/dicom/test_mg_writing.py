"""Written mammograms are valid DICOM, repeatable, and read back as they were."""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from tests.parts import needs

from calcsight.dicom.directions import usual_orientation
from calcsight.dicom.loading import load_dicom
from calcsight.dicom.mg_writing import (
    Compression,
    MgHeader,
    PixelRelationship,
    hashed_uid,
    write_mg,
)
from calcsight.terms.errors import OutputError, UnsupportedPixelsError, UsageError
from calcsight.terms.mammogram import ExamKind, Intent, Laterality, View, ViewModifier
from calcsight.terms.stated import Stated

Words = NDArray[np.uint16]


def header(**fields: object) -> MgHeader:
    laterality = fields.get("laterality", Laterality.RIGHT)
    view = fields.get("view", View.MLO)
    assert isinstance(laterality, Laterality)
    assert isinstance(view, View)
    values: dict[str, object] = {
        "study_uid": hashed_uid("exam 1"),
        "series_uid": hashed_uid("exam 1", "series 2"),
        "sop_uid": hashed_uid("exam 1", "series 2", "image"),
        "laterality": laterality,
        "view": view,
        "patient_orientation": usual_orientation(laterality, view),
        "imager_spacing_mm": (0.085, 0.085),
        "acquired_on": date(2022, 2, 28),
    }
    return MgHeader(**(values | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize("compression", list(Compression))
@pytest.mark.parametrize("bits", [10, 12, 14, 16])
def test_pixels_come_back_exactly(
    tmp_path: Path, words: Words, compression: Compression, bits: int
) -> None:
    pixels = (words.astype(np.uint32) << 4 >> (16 - bits)).astype(np.uint16)
    path = tmp_path / "x.dcm"
    write_mg(path, np.ascontiguousarray(pixels[:, ::-1]), header(bits_stored=bits), compression)
    mammogram = load_dicom(path, Stated())
    np.testing.assert_array_equal(mammogram.pixels, pixels)
    np.testing.assert_array_equal(pydicom.dcmread(path).pixel_array, pixels[:, ::-1])


def test_everything_said_comes_back(tmp_path: Path, words: Words) -> None:
    path = tmp_path / "x.dcm"
    said = header(
        view=View.ML,
        modifiers=(ViewModifier.MAGNIFICATION,),
        magnification_factor=1.7,
        exam_kind=ExamKind.DIAGNOSTIC,
    )
    write_mg(path, np.ascontiguousarray(words[:, ::-1]), said)
    mammogram = load_dicom(path, Stated())
    assert mammogram.uid == said.sop_uid
    assert (mammogram.laterality, mammogram.view) == (Laterality.RIGHT, View.ML)
    assert mammogram.modifiers == (ViewModifier.MAGNIFICATION,)
    assert mammogram.exam_kind is ExamKind.DIAGNOSTIC
    assert mammogram.acquired_on == date(2022, 2, 28)
    assert mammogram.spacing is not None
    assert mammogram.spacing.row_mm == pytest.approx(0.05)
    assert mammogram.magnification_factor == 1.7
    assert mammogram.intent is Intent.FOR_PRESENTATION
    assert mammogram.limitations == ()


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, words: Words) -> None:
    for name in ("a", "b"):
        write_mg(tmp_path / name, words, header())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]


def test_uids_depend_on_every_part_and_on_nothing_else() -> None:
    uids = {hashed_uid("a", "b"), hashed_uid("ab"), hashed_uid("a", "c"), hashed_uid("b", "a")}
    assert len(uids) == 4
    assert all(pydicom.uid.UID(uid).is_valid for uid in uids)
    assert hashed_uid("a", "b") in uids


@needs([] if shutil.which("dciodvfy") else ["dciodvfy"], "dicom3tools")
@pytest.mark.parametrize("intent", [Intent.FOR_PRESENTATION, Intent.FOR_PROCESSING])
@pytest.mark.parametrize("laterality", [Laterality.LEFT, Laterality.RIGHT])
@pytest.mark.parametrize(
    "projection",
    [
        (View.CC, (), 1.0),
        (View.MLO, (), None),
        (View.ML, (ViewModifier.MAGNIFICATION, ViewModifier.SPOT_COMPRESSION), 1.0 / 0.6),
        (View.SPECIMEN, (), 1.5),
    ],
)
def test_dciodvfy_finds_nothing_wrong(
    tmp_path: Path,
    words: Words,
    intent: Intent,
    laterality: Laterality,
    projection: tuple[View, tuple[ViewModifier, ...], float | None],
) -> None:
    path = tmp_path / "x.dcm"
    view, modifiers, factor = projection
    said = header(
        intent=intent, laterality=laterality, view=view, modifiers=modifiers,
        magnification_factor=factor, exam_kind=ExamKind.SCREENING,
        relationship=PixelRelationship.LIN, dark_is_dense=intent is Intent.FOR_PROCESSING,
        imager_spacing_mm=(0.07 * 1.0001, 1 / 13),
    )  # fmt: skip
    write_mg(path, words, said)
    found = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=True)
    lines = (found.stdout + found.stderr).strip().splitlines()
    assert [line for line in lines if not line.startswith("MammographyImageFor")] == []


@pytest.mark.parametrize(
    "fields",
    [
        {"laterality": Laterality.UNKNOWN},
        {"view": View.UNKNOWN},
        {"view": View.XCC},
        {"modifiers": (ViewModifier.STEREOTACTIC,)},
        {"intent": Intent.UNKNOWN},
    ],
)
def test_what_has_no_code_is_not_written(
    tmp_path: Path, words: Words, fields: dict[str, object]
) -> None:
    with pytest.raises(UsageError):
        write_mg(tmp_path / "x.dcm", words, header(**fields))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("bits", [8, 11, 17])
def test_pixels_that_do_not_fit_are_not_written(tmp_path: Path, words: Words, bits: int) -> None:
    with pytest.raises(UnsupportedPixelsError):
        write_mg(tmp_path / "x.dcm", words, header(bits_stored=bits))


def test_other_pixels_are_not_written(tmp_path: Path, words: Words) -> None:
    with pytest.raises(UnsupportedPixelsError):
        write_mg(tmp_path / "x.dcm", words[None], header())
    with pytest.raises(UnsupportedPixelsError):
        write_mg(tmp_path / "x.dcm", words.astype(np.float32), header())
    with pytest.raises(OutputError):
        write_mg(tmp_path / "none" / "x.dcm", words, header())
