"""Crops show what was found, in the file's own frame; real views give their labels and no more."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import cv2
import imagecodecs
import numpy as np
import pytest
from tests.conftest import breast_pixels, hand_made_mammogram

from calcsight.assembly import load
from calcsight.batch.lettering_crops import (
    MOST_CROPS,
    crops_folder,
    lettering_on,
    remove_crops,
    write_crops,
)
from calcsight.terms.mammogram import Mammogram

DATA = os.environ.get("CALCSIGHT_DATA")
needs_data = pytest.mark.skipif(DATA is None, reason="CALCSIGHT_DATA is not set")


def labelled() -> Mammogram:
    """Return a right breast, chest wall on the right in its file, with numbers in the air."""
    pixels = breast_pixels()
    ink = np.zeros((420, 360), np.uint8)
    cv2.putText(ink, "4711", (30, 60), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 255, 2)
    # Written as a person reads it in the file, whose columns run the other way.
    shown = np.where(np.fliplr(ink) > 0, np.float32(1500), pixels)
    return replace(hand_made_mammogram(), pixels=shown)


def test_a_crop_shows_the_letters_as_the_file_holds_them(tmp_path: Path) -> None:
    mammogram = labelled()
    [one] = lettering_on(mammogram)
    assert not one.inside_breast
    assert 20 < one.box.left < 40
    folder = crops_folder(tmp_path / "out")
    assert write_crops(folder, "2.25.1", mammogram, [one]) == ("2.25.1.text1.png",)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    crop = imagecodecs.png_decode((folder / "2.25.1.text1.png").read_bytes())
    file_pixels = mammogram.orientation.to_file(mammogram.pixels)
    top, left = one.box.top - 16, one.box.left - 16
    around = file_pixels[max(0, top) :, left:][: crop.shape[0], : crop.shape[1]]
    assert np.corrcoef(crop.ravel(), around.ravel())[0, 1] > 0.999


def test_the_clearest_crops_are_written_and_removed_again(tmp_path: Path) -> None:
    mammogram = labelled()
    [one] = lettering_on(mammogram)
    many = [replace(one, marks=number) for number in range(1, MOST_CROPS + 5)]
    names = write_crops(tmp_path / "out.text", "2.25.1", mammogram, many)
    assert len(names) == MOST_CROPS
    remove_crops(tmp_path / "out.text")
    assert not (tmp_path / "out.text").exists()
    remove_crops(tmp_path / "out.text")


@needs_data
@pytest.mark.parametrize("name", ["a_L_CC.png", "a_R_CC.png"])
def test_a_real_view_gives_its_label_alone(name: str) -> None:
    view = load(Path(str(DATA)) / "full-field" / name)
    [label] = lettering_on(view)
    assert not label.inside_breast
    assert label.marks >= 5


@needs_data
def test_a_real_view_without_a_label_gives_none() -> None:
    assert lettering_on(load(Path(str(DATA)) / "dicom" / "GH133.dcm")) == ()


@needs_data
def test_a_real_page_of_text_is_found() -> None:
    found = lettering_on(load(Path(str(DATA)) / "dicom" / "MG_Explicit_Little.dcm"))
    assert sum(one.marks for one in found) > 150
