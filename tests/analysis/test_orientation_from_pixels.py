"""The chest wall and the air are found from pixels alone."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from calcsight.analysis.orientation import (
    Side,
    dense_is_bright,
    orientation_with_chest_wall,
    side_contacts,
)
from calcsight.terms.orientation import Orientation, all_orientations

Grey = NDArray[np.float64]


def breast(height: float = 0.42, depth: float = 0.7, centre: float = 0.55, seed: int = 0) -> Grey:
    """Draw half an ellipse of textured tissue with the chest wall left: (300, 240)."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:300, 0:240]
    inside = ((rows / 300 - centre) / height) ** 2 + (columns / 240 / depth) ** 2 < 1
    texture = cv2.GaussianBlur(rng.normal(size=inside.shape), (0, 0), 6) * 12
    grey = np.where(inside, 900 + 150 * texture, 40) + rng.normal(size=inside.shape) * 8
    return np.asarray(grey, dtype=np.float64)


shapes = st.builds(
    breast,
    height=st.floats(0.25, 0.44),
    depth=st.floats(0.4, 0.9),
    centre=st.floats(0.4, 0.6),
    seed=st.integers(0, 99),
)


@settings(max_examples=40, deadline=None)
@given(picture=shapes, orientation=st.sampled_from(all_orientations()))
def test_the_chest_wall_is_found_in_all_eight_turns(
    picture: Grey, orientation: Orientation
) -> None:
    turned = orientation.to_file(picture)
    found = orientation_with_chest_wall(side_contacts(turned).chest_wall).to_reading(turned)
    assert found[:, 0].mean() == max(
        found[:, 0].mean(), found[:, -1].mean(), found[0].mean(), found[-1].mean()
    )
    assert found.shape == picture.shape


@settings(max_examples=40, deadline=None)
@given(picture=shapes, gain=st.floats(0.01, 100), offset=st.floats(-1000, 1000))
def test_the_air_tells_the_polarity_whatever_gain_and_offset(
    picture: Grey, gain: float, offset: float
) -> None:
    assert dense_is_bright(gain * picture + offset) is True
    assert dense_is_bright(offset - gain * picture) is False


def test_padding_and_a_bright_label_change_nothing() -> None:
    padded = np.pad(breast(), ((20, 20), (100, 60)))
    padded[30:70, 320:380] = 4000
    contacts = side_contacts(padded)
    assert contacts.chest_wall is Side.LEFT
    assert contacts.lengths[Side.LEFT] > 2 * contacts.lengths[Side.RIGHT]
    assert dense_is_bright(padded) is True


def test_an_impossible_chest_wall_is_noticed_and_a_possible_one_kept() -> None:
    contacts = side_contacts(breast())
    assert contacts.speak_against(Side.RIGHT)
    assert not contacts.speak_against(Side.LEFT)
    assert not contacts.speak_against(Side.TOP)


@pytest.mark.parametrize(
    "pixels", [np.zeros((300, 200)), np.ones((1, 1)), np.zeros((3, 5000)), np.zeros((0, 0))]
)
def test_nothing_to_see_gives_no_answer(pixels: Grey) -> None:
    contacts = side_contacts(pixels)
    assert contacts.chest_wall is Side.LEFT
    assert contacts.area_fraction == 0
    assert not any(contacts.speak_against(side) for side in Side)
    assert dense_is_bright(pixels) is None


def test_noise_alone_has_no_polarity() -> None:
    noise = np.random.default_rng(0).normal(size=(300, 200))
    assert dense_is_bright(noise) is None


@pytest.mark.parametrize("side", list(Side))
def test_sides_come_left(side: Side) -> None:
    picture = np.zeros((6, 9))
    turned = {Side.LEFT: picture.T, Side.RIGHT: picture.T[::-1], Side.TOP: picture,
              Side.BOTTOM: picture[::-1]}[side]  # fmt: skip
    turned[0] = 1
    assert orientation_with_chest_wall(side).to_reading(picture)[:, 0].all()
    assert picture.sum() in (6, 9)
    assert side.opposite.opposite is side
