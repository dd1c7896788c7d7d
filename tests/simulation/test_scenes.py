"""What is drawn into a scene is where and as strong as it was asked for."""

import numpy as np
import pytest

from calcsight.simulation.anatomy import Canvas, draw_canvas
from calcsight.simulation.dirt import draw_dirt
from calcsight.simulation.drawing import add_bump, add_path, place_inside
from calcsight.simulation.emulsion import Emulsion
from calcsight.simulation.landmarks import draw_landmarks, draw_skin
from calcsight.simulation.lookalikes import draw_lookalikes
from calcsight.simulation.sets import training_set
from calcsight.simulation.spec import ViewSpec
from calcsight.terms.mammogram import View

PITCH_MM = 0.1


def spec() -> ViewSpec:
    return training_set(1)[0]


def canvas(view: View = View.MLO) -> Canvas:
    return draw_canvas(np.random.default_rng(3), view, (100.0, 60.0), 0.16)


def test_a_bump_has_its_place_height_and_width() -> None:
    picture = np.zeros((300, 200), np.float32)
    add_bump(picture, PITCH_MM, (15.0, 8.0), (6.0, 2.0), (0.0, 0.5, 0.1))
    assert picture[150, 80] == pytest.approx(0.5, rel=0.01)
    assert (picture[150] > 0.25).sum() * PITCH_MM == pytest.approx(6.0, abs=0.2)
    assert (picture[:, 80] > 0.25).sum() * PITCH_MM == pytest.approx(2.0, abs=0.2)
    assert picture[:100].max() == 0.0


def test_a_bump_outside_the_picture_changes_nothing() -> None:
    picture = np.zeros((30, 20), np.float32)
    add_bump(picture, PITCH_MM, (-50.0, 8.0), (6.0, 2.0), (0.0, 0.5, 0.5))
    assert not picture.any()


def test_a_line_has_its_width_and_a_thin_one_its_share() -> None:
    path = np.stack([np.full(50, 10.0), np.linspace(2.0, 18.0, 50)], 1)
    wide, thin, thinner = np.zeros((3, 200, 200), np.float32)
    add_path(wide, PITCH_MM, path, (1.1, 0.0), 0.4, fading=False)
    add_path(thin, PITCH_MM, path, (0.1, 0.0), 0.4, fading=False)
    add_path(thinner, PITCH_MM, path, (0.05, 0.0), 0.4, fading=False)
    assert (wide[:, 100] > 0.2).sum() * PITCH_MM == pytest.approx(1.1, abs=0.25)
    assert wide[:, 100].max() == pytest.approx(0.4, rel=0.02)
    np.testing.assert_allclose(thinner, thin / 2, atol=1e-6)
    assert 0.0 < thin[:, 100].sum() < wide[:, 100].sum() / 4


def test_the_ends_of_a_line_fade() -> None:
    path = np.stack([np.full(50, 10.0), np.linspace(2.0, 18.0, 50)], 1)
    picture = np.zeros((200, 200), np.float32)
    add_path(picture, PITCH_MM, path, (1.0, 0.0), 1.0)
    assert picture[100, 22] < 0.3
    assert picture[100, 100] == pytest.approx(1.0)


def test_places_lie_inside_as_deep_as_asked() -> None:
    ground, rng = canvas(), np.random.default_rng(1)
    for _ in range(50):
        place = place_inside(rng, ground, 8.0, (0.0, 0.45))
        assert place is not None
        row, column = (int(mm / ground.pitch_mm) for mm in place)
        assert ground.depth[row, column] > 6.0
        assert row <= 0.46 * ground.shape[0]
    assert place_inside(rng, ground, 500.0, (0.0, 1.0)) is None


def test_film_blackens_with_exposure_and_its_grain_is_least_where_it_is_clear() -> None:
    film = Emulsion(steepness=1.5, middle=2.0, grain=0.01)
    lost = np.linspace(0.0, 5.0, 50, dtype=np.float32)
    bright = film.brightness(lost)
    assert (np.diff(bright) > 0).all()
    assert film.brightness(np.array([2.0], np.float32))[0] == pytest.approx(0.5)
    in_brightness = film.grain_sd(lost) * 1.5 * bright * (1 - bright)
    middle = np.abs(lost - 2.0) < 1.5
    assert (np.diff(in_brightness[middle]) < 0).all()


@pytest.mark.parametrize("draw", [draw_landmarks, draw_lookalikes])
def test_things_are_drawn_and_differ_between_seeds(draw: object) -> None:
    assert callable(draw)
    pictures = []
    for seed in (5, 6, 5):
        picture = np.zeros((1000, 600), np.float32)
        for part in range(4):
            draw(np.random.default_rng((seed, part)), spec(), canvas(), picture, 0.01)
        pictures.append(picture)
    assert np.abs(pictures[0]).max() > 0.01
    assert not np.array_equal(pictures[0], pictures[1])
    assert np.array_equal(pictures[0], pictures[2])


def test_skin_detail_fades_inwards() -> None:
    depth = np.tile(np.linspace(40.0, 0.0, 400, dtype=np.float32), (400, 1))
    picture = np.zeros((400, 400), np.float32)
    for seed in range(8):
        draw_skin(np.random.default_rng(seed), spec(), depth, picture, 0.01)
    assert picture[:, 300:380].std() > 3 * picture[:, :80].std() > 0


def test_dirt_keeps_to_the_range_and_is_sharper_than_a_detector() -> None:
    film = np.full((1500, 900), 0.4, np.float32)
    for seed in range(4):
        draw_dirt(np.random.default_rng(seed), spec(), film)
    assert film.min() >= 0.0
    assert film.max() <= 1.0
    assert np.abs(np.diff(film, axis=1)).max() > 0.3
    assert 0.5 < (np.abs(film - 0.4) < 1e-6).mean() < 0.9999
