"""Overlays show the whole view in the file's own frame, with marks where the reading says."""

import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.interpreted import guidance, interpreted

from calcsight.pictures.display import Window, as_grey, breast_window
from calcsight.pictures.inks import GREY_LEVELS, Ink, palette, rgb
from calcsight.pictures.overlay import overlay_jpeg, overlay_png
from calcsight.terms.morphology import Morphology
from calcsight.terms.orientation import Orientation, all_orientations
from calcsight.terms.reading import Reading
from calcsight.terms.settings import Settings
from calcsight.terms.vocabulary import Vocabulary

SETTINGS = Settings()


def picture_of(reading: Reading, vocabulary: Vocabulary | None = None) -> NDArray[np.uint8]:
    window = breast_window(reading.mammogram, SETTINGS)
    data = overlay_png(reading, SETTINGS, window, vocabulary)
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def is_ink(picture: NDArray[np.uint8], ink: Ink) -> NDArray[np.bool_]:
    return np.asarray((picture == np.array(rgb(ink))).all(axis=2))


def test_rows_and_columns_are_those_of_the_file_and_the_caption_is_below(
    empty_reading: Reading,
) -> None:
    picture = picture_of(empty_reading)
    rows, columns = empty_reading.mammogram.file_shape
    assert picture.shape[1] == columns
    assert picture.shape[0] > rows
    # The file holds the chest wall on the right: tissue there, air on the left.
    assert picture[rows // 2, columns - 20].mean() > 60
    assert picture[rows // 2, 5].mean() < 20
    assert (picture[rows + 1] == np.array(rgb(Ink.PAPER))).all()


def test_marks_surround_each_particle_and_leave_it_visible(
    reading: Reading, empty_reading: Reading
) -> None:
    marked, plain = picture_of(reading), picture_of(empty_reading)
    rows = reading.mammogram.file_shape[0]
    for one in reading.calcifications:
        row, column = round(one.row), round(one.column)
        window = (slice(row - 2, row + 3), slice(column - 2, column + 3))
        np.testing.assert_array_equal(marked[window], plain[window])
    single = reading.calcifications[-1]
    around = is_ink(marked, Ink.SINGLE)[:rows]
    places = np.argwhere(around)
    assert np.abs(places.mean(axis=0) - (single.row, single.column)).max() < 1.0
    distances = np.hypot(*(places - (single.row, single.column)).T)
    assert 8 < distances.min() < distances.max() < 14  # corner 2.8 px + 0.7 mm margin


def test_the_group_is_outlined_wide_of_its_hull_and_numbered(reading: Reading) -> None:
    picture = picture_of(reading)
    rows = reading.mammogram.file_shape[0]
    yellow = np.argwhere(is_ink(picture, Ink.GROUP)[:rows])
    hull = reading.groups[0].hull
    assert (yellow.min(axis=0) < hull.min(axis=0) - 10).all()
    paper = is_ink(picture, Ink.PAPER)[:rows]
    assert paper.sum() > 50  # the box of the number


@pytest.mark.parametrize("orientation", all_orientations(), ids=str)
def test_marks_stay_on_their_specks_in_every_orientation(
    reading: Reading, orientation: Orientation
) -> None:
    mammogram = reading.mammogram
    in_reading = [
        mammogram.orientation.points_to_reading(np.array([[one.row, one.column]]), mammogram.shape)
        for one in reading.calcifications
    ]
    turned = replace(mammogram, orientation=orientation)
    ones = []
    for one, point in zip(reading.calcifications, in_reading, strict=True):
        ((row, column),) = orientation.points_to_file(point, turned.shape)
        shift = np.array([row - one.row, column - one.column])
        ones.append(replace(one, row=float(row), column=float(column), outline=one.outline + shift))
    moved = replace(reading, mammogram=turned, calcifications=tuple(ones), groupings=())
    picture = picture_of(moved)
    for one in ones:
        row, column = round(one.row), round(one.column)
        centre = picture[row, column].astype(int)
        ring = picture[row - 8 : row + 9, column - 8 : column + 9].reshape(-1, 3).mean(axis=0)
        assert centre.mean() > ring.mean() + 25  # the bright speck is under the mark


def test_candidates_below_the_operating_point_have_a_colour_of_their_own(
    reading: Reading,
) -> None:
    low = tuple(replace(one, score=0.1) for one in reading.calcifications)
    picture = picture_of(replace(reading, calcifications=low, groupings=()))
    assert is_ink(picture, Ink.BELOW).sum() > 50
    assert not is_ink(picture, Ink.SINGLE).any()


def test_unknown_spacing_still_gives_marks(pixel_reading: Reading) -> None:
    assert is_ink(picture_of(pixel_reading), Ink.SINGLE).any()


def test_the_window_comes_from_the_breast_alone(reading: Reading) -> None:
    window = breast_window(reading.mammogram, SETTINGS)
    # Tissue is drawn at 850 to 1150 with noise of SD 4, specks reach 1550, air is 20.
    assert 830 < window.low < 900
    assert 1150 < window.high < 1600


def test_grey_levels_saturate_outside_the_window() -> None:
    pixels = np.array([[-5.0, 0.0, 5.0, 10.0, 99.0]], np.float32)
    assert as_grey(pixels, Window(low=0.0, high=10.0)).tolist() == [[0, 0, 128, 255, 255]]
    few = as_grey(pixels, Window(low=0.0, high=10.0), GREY_LEVELS)
    assert few.max() == GREY_LEVELS - 1


def test_the_palette_is_full_and_starts_with_rising_greys() -> None:
    entries = np.array(palette()).reshape(256, 3)
    greys = entries[:GREY_LEVELS]
    assert (np.diff(greys[:, 0]) > 0).all()
    assert (greys == greys[:, :1]).all()
    assert entries.min() >= 0
    assert entries.max() <= 255


def test_the_small_picture_for_the_report_has_the_size_asked_for(reading: Reading) -> None:
    window = breast_window(reading.mammogram, SETTINGS)
    data = overlay_jpeg(reading, SETTINGS, window, 200)
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert max(picture.shape[:2]) == 200
    large = overlay_jpeg(reading, SETTINGS, window, 10_000)
    whole = cv2.imdecode(np.frombuffer(large, np.uint8), cv2.IMREAD_COLOR)
    assert whole is not None
    assert whole.shape[:2] == reading.mammogram.file_shape  # never enlarged


def test_particles_and_groups_of_typically_benign_shape_have_an_ink_of_their_own(
    reading: Reading,
) -> None:
    vocabulary = guidance().vocabulary
    rows = reading.mammogram.file_shape[0]
    calm = picture_of(interpreted(reading, [Morphology.RIM]), vocabulary)[:rows]
    concern = picture_of(interpreted(reading, [Morphology.AMORPHOUS]), vocabulary)[:rows]
    assert is_ink(calm, Ink.BENIGN).sum() > 200
    assert not is_ink(concern, Ink.BENIGN).any()
    # The first member cannot be classified: its mark stays that of the group.
    first, second, *_ = interpreted(reading, [Morphology.RIM]).calcifications
    for one, ink in ((first, Ink.GROUP), (second, Ink.BENIGN)):
        row, column = round(one.row), round(one.column)
        around = calm[row - 6 : row + 7, column - 6 : column + 7]
        assert is_ink(around, ink).any()
        assert not is_ink(around, Ink.BENIGN if ink is Ink.GROUP else Ink.GROUP).any()


def test_the_label_of_a_described_group_is_longer_and_the_legend_says_more(
    reading: Reading,
) -> None:
    plain, words = picture_of(reading), picture_of(interpreted(reading))
    rows = reading.mammogram.file_shape[0]
    boxes = [is_ink(one[:rows], Ink.PAPER).any(axis=0).sum() for one in (plain, words)]
    assert boxes[1] > 2 * boxes[0]
    benign = picture_of(interpreted(reading, [Morphology.RIM]), guidance().vocabulary)
    letters = [is_ink(one[rows:], Ink.TEXT).sum() for one in (plain, benign)]
    assert letters[1] > 1.1 * letters[0]


def test_without_a_vocabulary_nothing_is_drawn_as_benign(reading: Reading) -> None:
    described = picture_of(interpreted(reading, [Morphology.RIM]))
    assert not is_ink(described, Ink.BENIGN).any()
