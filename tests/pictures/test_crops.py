"""Crops magnify each group at least four times, beside a bar of five millimetres."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.interpreted import guidance, interpreted

from calcsight.pictures.canvas import ColourCanvas, PaletteCanvas, circle
from calcsight.pictures.crops import LEAST_ZOOM, enlargement, group_crops
from calcsight.pictures.encoding import as_colour
from calcsight.pictures.inks import Ink, palette_index
from calcsight.pictures.lettering import Lettering
from calcsight.pictures.marks import Scale, grown_hull
from calcsight.pictures.shape_words import group_label
from calcsight.terms.group import Group
from calcsight.terms.mammogram import ViewModifier
from calcsight.terms.morphology import Morphology
from calcsight.terms.reading import Reading


def with_group(reading: Reading, group: Group) -> Reading:
    first, *others = reading.groupings
    return replace(reading, groupings=(replace(first, groups=(group,)), *others))


def zoom_of(caption: str) -> int:
    return int(caption.partition("digital zoom ")[2].partition("x")[0])


def test_a_group_is_magnified_at_least_four_times_with_a_bar_of_five_millimetres(
    reading: Reading,
) -> None:
    (crop,) = group_crops(reading)
    zoom = zoom_of(crop.caption)
    assert zoom >= LEAST_ZOOM
    text = crop.picture == palette_index(Ink.TEXT)
    longest = max(runs_of_true(row) for row in text[:, : crop.picture.shape[1] // 2])
    assert longest == round(5.0 / 0.1 * zoom)


def runs_of_true(row: NDArray[np.bool_]) -> int:
    """Return the length of the longest run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def test_the_left_panel_is_plain_and_the_right_one_outlined(reading: Reading) -> None:
    (crop,) = group_crops(reading)
    half = crop.picture.shape[1] // 2
    yellow = crop.picture == palette_index(Ink.GROUP)
    assert not yellow[:, :half].any()
    assert yellow[:, half:].any()


def test_the_caption_names_group_count_extent_and_enlargement(reading: Reading) -> None:
    (crop,) = group_crops(reading)
    assert crop.group == 1
    assert crop.caption.startswith("Group 1 of 1, R CC | 5 particles, extent 5.2 mm, grouped | ")
    assert "digital zoom" in crop.caption


@pytest.mark.parametrize(
    ("modifiers", "factor", "said"),
    [
        ((), 1.0, "digital zoom 4x"),
        ((), None, "digital zoom 4x"),
        ((), 1.04, "digital zoom 4x"),
        (
            (ViewModifier.MAGNIFICATION,),
            1.8,
            "magnification view, factor 1.8; shown at digital zoom 4x",
        ),
        ((), 1.5, "magnification view, factor 1.5; shown at digital zoom 4x"),
        (
            (ViewModifier.MAGNIFICATION,),
            None,
            "magnification view, factor not stated; shown at digital zoom 4x",
        ),
    ],
)
def test_magnification_views_are_told_from_digital_zoom(
    reading: Reading,
    modifiers: tuple[ViewModifier, ...],
    factor: float | None,
    said: str,
) -> None:
    mammogram = replace(reading.mammogram, modifiers=modifiers, magnification_factor=factor)
    assert enlargement(mammogram, 4) == said


def test_a_group_at_the_corner_is_cut_at_the_edge_of_the_image(reading: Reading) -> None:
    corner = np.array([(0.0, 0.0), (0.0, 9.0), (9.0, 9.0), (9.0, 0.0)])
    group = replace(reading.groups[0], hull=corner, row=4.5, column=4.5)
    (crop,) = group_crops(with_group(reading, group))
    # 100 px (10 mm) around the middle, 4.5, begin at -46: 54 columns of them are there.
    assert crop.picture.shape[1] == 2 * 54 * zoom_of(crop.caption) + 6


def test_a_group_larger_than_a_picture_shows_its_densest_part_and_says_so(
    reading: Reading,
) -> None:
    mammogram = reading.mammogram
    # Ten times finer pixels: the same view is 4,200 rows, and the hull spans 3,000 of them.
    large = replace(
        mammogram,
        pixels=np.repeat(np.repeat(mammogram.pixels, 10, axis=0), 4, axis=1),
    )
    hull = np.array([(500.0, 100.0), (500.0, 1300.0), (3500.0, 1300.0), (3500.0, 100.0)])
    places = [(600, 200), (3300, 1200), (3310, 1190), (3320, 1210), (3290, 1205)]
    ones = tuple(
        replace(
            one, row=float(r), column=float(c), outline=one.outline - (one.row - r, one.column - c)
        )
        for one, (r, c) in zip(reading.calcifications[:5], places, strict=True)
    )
    moved = replace(reading, mammogram=large, calcifications=ones)
    (crop,) = group_crops(with_group(moved, replace(reading.groups[0], hull=hull)))
    assert "densest part" in crop.caption
    assert zoom_of(crop.caption) == LEAST_ZOOM
    half = crop.picture.shape[1] // 2
    outlined = crop.picture[:, half:] == palette_index(Ink.GROUP)
    # Four members lie within this part; each leaves an outline of about 16 x 16 pixels.
    assert 4 * 40 < outlined.sum() < 4 * 110


def test_without_spacing_there_are_no_groups_and_no_crops(pixel_reading: Reading) -> None:
    assert group_crops(pixel_reading) == ()


def test_a_palette_picture_turns_into_the_colours_of_its_inks(reading: Reading) -> None:
    (crop,) = group_crops(reading)
    colour = as_colour(crop.picture, 10_000)
    yellow = colour[crop.picture == palette_index(Ink.GROUP)]
    assert (yellow == np.array((37, 196, 255))).all()  # blue, green, red
    assert as_colour(crop.picture, 300).shape[1] == 300


def test_a_scale_puts_pixel_centres_on_pixel_centres() -> None:
    scale = Scale(zoom=4.0, pitch_mm=0.1, origin=(10.0, 20.0))
    # The first file pixel covers canvas pixels 0-3, whose middle is 1.5.
    assert scale.at(np.array([[10.0, 20.0], [11.0, 22.0]])).tolist() == [[1.5, 1.5], [5.5, 9.5]]
    assert scale.px(1.0) == pytest.approx(40.0)


def test_a_grown_hull_is_as_far_away_as_asked() -> None:
    corners = np.array([(0.0, 0.0), (0.0, 10.0), (10.0, 10.0), (10.0, 0.0)])
    grown = grown_hull(corners, 5.0)
    assert grown.min() == pytest.approx(-5.0, abs=0.2)
    assert grown.max() == pytest.approx(15.0, abs=0.2)
    outside = np.maximum(np.abs(grown - 5.0) - 5.0, 0.0)
    assert np.hypot(*outside.T) == pytest.approx(5.0, abs=0.2)


@pytest.mark.parametrize("canvas_class", [PaletteCanvas, ColourCanvas])
def test_letters_are_cut_off_at_the_edges(canvas_class: type) -> None:
    shape = (20, 20) if canvas_class is PaletteCanvas else (20, 20, 3)
    canvas = canvas_class(np.zeros(shape, np.uint8))
    mask = Lettering(14.0).mask("88")
    for top, left in ((-8, -6), (15, 14), (40, 40), (-40, 2)):
        canvas.letters(mask, top, left, Ink.TEXT)
    assert canvas.pixels.shape == shape
    assert canvas.pixels[0, 0].any()


def test_text_is_broken_into_lines_that_fit() -> None:
    lettering = Lettering(14.0)
    text = "masses asymmetries and distortion were not looked for"
    lines = lettering.wrapped(text, 120)
    assert " ".join(lines) == text
    assert len(lines) > 1
    assert all(lettering.width_px(line) <= 120 for line in lines)


def test_a_circle_has_its_radius() -> None:
    points = circle((3.0, 4.0), 7.0)
    assert np.hypot(*(points - (3.0, 4.0)).T) == pytest.approx(7.0)


def test_a_described_group_has_its_words_in_the_caption(reading: Reading) -> None:
    (crop,) = group_crops(interpreted(reading, [Morphology.LARGE_ROD]), guidance().vocabulary)
    assert "extent 5.2 mm, large rod, grouped | " in crop.caption
    assert (crop.picture == palette_index(Ink.BENIGN)).any()
    (unsure,) = group_crops(interpreted(reading, [None]))
    assert "shape cannot be classified, grouped | " in unsure.caption


@pytest.mark.parametrize("kind", list(Morphology))
def test_every_shape_has_a_short_word(reading: Reading, kind: Morphology) -> None:
    label = group_label(interpreted(reading, [kind]).groups[0])
    assert label.startswith("1 ")
    assert 3 <= len(label.removeprefix("1 ")) <= 15
