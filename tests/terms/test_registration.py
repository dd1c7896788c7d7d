"""Carrying places by a displacement field."""

import numpy as np
import pytest

from calcsight.terms.registration import Registration, RegistrationQuality

QUALITY = RegistrationQuality(
    likeness=0.8,
    likeness_by_chance=0.0,
    agreement=0.9,
    overlap=1.0,
    outline_mm=0.5,
    folded=0.0,
    inverse_mm=0.1,
)


def registration(to_prior: np.ndarray, to_current: np.ndarray) -> Registration:
    return Registration(
        grid_mm=2.0,
        to_prior=to_prior.astype(np.float32),
        to_current=to_current.astype(np.float32),
        shown_in_prior=np.ones(to_prior.shape[1:], np.uint8),
        shown_in_current=np.ones(to_current.shape[1:], np.uint8),
        quality=QUALITY,
        succeeded=True,
        method="by hand",
    )


def test_a_field_that_is_linear_in_the_place_is_carried_exactly() -> None:
    down, right = np.indices((6, 8)) * 2.0
    field = np.stack([1.0 + 0.1 * down - 0.05 * right, -2.0 + 0.02 * down])
    places = np.array([(0.0, 0.0), (3.0, 5.0), (9.9, 13.9), (10.0, 14.0)])
    wanted = places + np.stack(
        [1.0 + 0.1 * places[:, 0] - 0.05 * places[:, 1], -2.0 + 0.02 * places[:, 0]], 1
    )
    assert registration(field, field).in_prior(places) == pytest.approx(wanted, abs=1e-5)


def test_each_field_serves_its_own_direction() -> None:
    there, back = np.full((2, 3, 3), 1.5), np.full((2, 5, 4), -1.5)
    both = registration(there, back)
    place = np.array([(2.0, 3.0)])
    assert both.in_current(both.in_prior(place)) == pytest.approx(place)


def test_beyond_the_grid_the_last_displacement_goes_on() -> None:
    field = np.zeros((2, 3, 3))
    field[0, -1, -1] = 4.0
    moved = registration(field, field).in_prior(np.array([(100.0, 100.0), (-50.0, -50.0)]))
    assert moved == pytest.approx(np.array([(104.0, 100.0), (-50.0, -50.0)]))


def test_a_field_of_one_point_and_no_places() -> None:
    one = registration(np.full((2, 1, 1), 0.5), np.zeros((2, 1, 1)))
    assert one.in_prior(np.array([(7.0, 8.0)])) == pytest.approx(np.array([(7.5, 8.5)]))
    assert one.in_prior(np.zeros((0, 2))).shape == (0, 2)
