"""How a breast lies at a visit: there and back, without a fold, no more than was asked for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from calcsight.simulation.families import TEST_SEEDS_FROM, Families
from calcsight.simulation.warps import Bumps, Position, Warp, Waves, draw_warp, stretches
from calcsight.terms.errors import UsageError

FIELD_MM = (90.0, 60.0)
PIVOTS = ((45.0, 0.0), (50.0, 13.0))


def warp(
    families: Families,
    seed: int = 5,
    stretch: float = 0.1,
    rotation_deg: float = 4.0,
    spread: float = 0.02,
) -> Warp:
    position = Position(
        seed=seed + (TEST_SEEDS_FROM if families is Families.TEST else 0),
        shift_mm=(4.0, -3.0),
        rotation_deg=rotation_deg,
        spread=spread,
        stretch=stretch,
    )
    return draw_warp(families, position, FIELD_MM, PIVOTS)


def places() -> NDArray[np.float64]:
    down, right = np.meshgrid(np.arange(0.0, 80.0, 2.5), np.arange(0.0, 50.0, 2.5), indexing="ij")
    return np.stack([down.ravel(), right.ravel()], 1)


@pytest.mark.parametrize("families", list(Families))
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), stretch=st.floats(0.0, 0.2), rotation=st.floats(-8.0, 8.0))
def test_there_and_back_and_never_folded(
    families: Families, seed: int, stretch: float, rotation: float
) -> None:
    drawn = warp(families, seed, stretch, rotation)
    there = drawn.to_reference(places())
    assert np.abs(drawn.to_visit(there) - places()).max() < 1e-4
    lengths = stretches(drawn.jacobians(places()))
    assert (np.linalg.det(drawn.jacobians(places())) > 0).all()
    # The spread alone makes everything 2 % longer in the visit.
    assert lengths[:, 0].min() > (1 - stretch) / 1.02 - 1e-3
    assert lengths[:, 1].max() < (1 + stretch) / 1.02 + 1e-3


@pytest.mark.parametrize("families", list(Families))
def test_a_map_for_all_pixels_is_the_warp_itself(families: Families) -> None:
    drawn = warp(families)
    down, right = drawn.map_for((330, 201), 0.17)
    rows, columns = np.indices((330, 201)) * 0.17
    exact = drawn.to_reference(np.stack([rows.ravel(), columns.ravel()], 1))
    got = np.stack([down.ravel(), right.ravel()], 1)
    assert np.abs(got - exact).max() < 0.01


def test_without_a_field_it_is_a_turn_about_the_pivot() -> None:
    drawn = warp(Families.TUNING, stretch=0.0, rotation_deg=90.0 / 3, spread=0.0)
    pivot = np.array([[45.0 + 4.0, 0.0 - 3.0]])
    assert np.allclose(drawn.to_reference(pivot), [[50.0, 13.0]])
    right_of_it = drawn.to_reference(pivot + np.array([[0.0, 10.0]])) - [[50.0, 13.0]]
    assert np.allclose(right_of_it, [[-5.0, 10.0 * 3**0.5 / 2]])
    # What lies along the columns there was turned on its way here, by as much.
    back = drawn.turn_at(pivot)[0] @ right_of_it[0]
    assert np.allclose(back, [0.0, 10.0])


def test_the_halves_of_the_families_move_by_other_fields() -> None:
    assert isinstance(warp(Families.TUNING).field, Waves)
    assert isinstance(warp(Families.TEST).field, Bumps)


def test_a_breast_that_would_fold_is_refused() -> None:
    with pytest.raises(UsageError):
        warp(Families.TUNING, stretch=0.5)
    with pytest.raises(UsageError):
        warp(Families.TUNING, rotation_deg=45.0)
