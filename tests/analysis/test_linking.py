"""Particles of two mammograms that are one particle."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.analysis.compared import GRID_MM, PITCH_MM, SHAPE, Dot, dots, reading_of, registration_of

from calcsight.analysis.linking import link
from calcsight.terms.comparison import LinkKind, ParticleLink
from calcsight.terms.comparison_settings import ComparisonSettings
from calcsight.terms.errors import SpacingError
from calcsight.terms.orientation import all_orientations

SETTINGS = ComparisonSettings()
Points = NDArray[np.float64]


def cloud(count: int, seed: int = 1, middle: tuple[float, float] = (45.0, 30.0)) -> Points:
    """Return places at least 0.6 mm apart, a few mm across."""
    rng = np.random.default_rng(seed)
    found: list[Points] = []
    while len(found) < count:
        place = np.array(middle) + rng.normal(size=2) * 2.0
        if all(np.hypot(*(place - other)) >= 0.6 for other in found):
            found.append(place)
    return np.array(found)


def varied(places_mm: Points, seed: int = 1) -> list[Dot]:
    """Return dots of several sizes, the same for one seed."""
    rng = np.random.default_rng(seed)
    sizes = np.exp(rng.normal(-1.0, 0.4, len(places_mm)))
    return [
        Dot(place_mm=(float(down), float(right)), diameter_mm=float(size))
        for (down, right), size in zip(places_mm, sizes, strict=True)
    ]


def kinds(links: tuple[ParticleLink, ...]) -> list[LinkKind]:
    return [one.kind for one in links]


def pairs(links: tuple[ParticleLink, ...]) -> set[tuple[int, int]]:
    return {(i, j) for one in links for i in one.current for j in one.prior}


def test_the_same_places_are_linked_each_with_itself() -> None:
    reading = reading_of(varied(cloud(9)))
    links = link(reading, reading, registration_of(), SETTINGS)
    assert pairs(links) == {(n, n) for n in range(9)}
    assert set(kinds(links)) == {LinkKind.LINKED}
    assert max(one.residual_mm or 0.0 for one in links) < 0.1
    assert min(one.probability for one in links) > 0.9


def test_a_neighbourhood_that_moved_by_more_than_its_spacing_is_linked_by_its_pattern() -> None:
    places = cloud(9)
    moved = places + np.array([1.4, -1.1])
    links = link(reading_of(varied(moved)), reading_of(varied(places)), registration_of(), SETTINGS)
    assert pairs(links) == {(n, n) for n in range(9)}


def test_two_neighbourhoods_that_moved_differently_are_both_linked() -> None:
    first, second = cloud(8, 2, (30.0, 20.0)), cloud(8, 3, (65.0, 40.0))
    before = np.concatenate([first, second])
    now = np.concatenate([first + np.array([1.5, 0.4]), second - np.array([0.2, 1.6])])
    links = link(reading_of(varied(now)), reading_of(varied(before)), registration_of(), SETTINGS)
    assert pairs(links) == {(n, n) for n in range(16)}


def test_what_appears_and_disappears_is_said_so() -> None:
    places = cloud(12)
    now, before = places[:10], places[2:]
    links = link(reading_of(dots(now)), reading_of(dots(before)), registration_of(), SETTINGS)
    assert pairs(links) == {(n, n - 2) for n in range(2, 10)}
    assert [one.current for one in links if one.kind is LinkKind.APPEARED] == [(0,), (1,)]
    assert [one.prior for one in links if one.kind is LinkKind.DISAPPEARED] == [(8,), (9,)]


def test_what_the_prior_does_not_show_is_neither_new_nor_old() -> None:
    shape = tuple(int(side * PITCH_MM / GRID_MM) + 1 for side in SHAPE)
    shown = np.ones(shape, np.uint8)
    shown[:, 20:] = 0
    reading = reading_of(dots(np.array([[45.0, 30.0], [45.0, 50.0]])))
    links = link(reading, reading_of([]), registration_of(shown=shown), SETTINGS)
    assert kinds(links) == [LinkKind.APPEARED, LinkKind.NOT_SHOWN]


def test_two_pieces_beside_each_other_are_one_particle_split() -> None:
    rest = varied(cloud(8))
    rest = [one for one in rest if np.hypot(one.place_mm[0] - 45.0, one.place_mm[1] - 38.0) > 1.5]
    whole = Dot(place_mm=(45.0, 38.0), diameter_mm=1.0)
    pieces = [
        Dot(place_mm=(44.75, 38.0), diameter_mm=0.7),
        Dot(place_mm=(45.3, 38.0), diameter_mm=0.65),
    ]
    apart, together = reading_of([*rest, *pieces]), reading_of([*rest, whole])
    number = len(rest)
    split = link(apart, together, registration_of(), SETTINGS)[-1]
    assert (split.kind, split.current, split.prior) == (
        LinkKind.SPLIT,
        (number, number + 1),
        (number,),
    )
    merged = link(together, apart, registration_of(), SETTINGS)[-1]
    assert (merged.kind, merged.current, merged.prior) == (
        LinkKind.MERGED,
        (number,),
        (number, number + 1),
    )


def test_a_faint_particle_before_is_linked_with_the_plain_one_now() -> None:
    places = cloud(7)
    now = [replace(one, score=0.9) for one in dots(places)]
    before = [*dots(places[:6]), replace(dots(places[6:])[0], score=0.003)]
    links = link(reading_of(now), reading_of(before), registration_of(), SETTINGS)
    assert (6, 6) in pairs(links)


def test_particles_farther_apart_than_the_setting_are_never_linked() -> None:
    reading = reading_of(dots(np.array([[40.0, 30.0]])))
    other = reading_of(dots(np.array([[40.0, 31.0]])))
    near = link(reading, other, registration_of(), ComparisonSettings(link_mm=0.5))
    assert sorted(kinds(near)) == [LinkKind.APPEARED, LinkKind.DISAPPEARED]


@pytest.mark.parametrize("empty", ["current", "prior", "both"])
def test_nothing_listed_is_no_error(empty: str) -> None:
    full, none = reading_of(dots(cloud(5))), reading_of([])
    current = none if empty in ("current", "both") else full
    prior = none if empty in ("prior", "both") else full
    links = link(current, prior, registration_of(), SETTINGS)
    assert len(links) == (0 if empty == "both" else 5)
    assert set(kinds(links)) <= {LinkKind.APPEARED, LinkKind.DISAPPEARED}


def test_the_frame_of_the_files_changes_nothing() -> None:
    places = cloud(8)
    before = varied(places)
    now = varied(places + np.array([0.7, 0.9]))
    plain = link(reading_of(now), reading_of(before), registration_of(), SETTINGS)
    for orientation in all_orientations()[1:]:
        turned = link(reading_of(now, orientation), reading_of(before), registration_of(), SETTINGS)
        assert pairs(turned) == pairs(plain)


def test_unknown_spacing_is_refused() -> None:
    reading = reading_of(dots(cloud(5)))
    unknown = replace(reading, mammogram=replace(reading.mammogram, spacing=None))
    with pytest.raises(SpacingError, match="unknown spacing"):
        link(unknown, reading, registration_of(), SETTINGS)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 25), st.integers(0, 25), st.floats(0.0, 5.0))
def test_every_particle_is_in_exactly_one_link(
    seed: int, now: int, before: int, side_mm: float
) -> None:
    rng = np.random.default_rng(seed)
    readings = [
        reading_of(
            [
                Dot(
                    place_mm=tuple(rng.uniform(20.0, 20.1 + side_mm, 2)),
                    diameter_mm=float(rng.uniform(0.1, 1.5)),
                    score=float(score),
                )
                for score in np.sort(rng.uniform(0.001, 1.0, count))[::-1]
            ]
        )
        for count in (now, before)
    ]
    links = link(readings[0], readings[1], registration_of(), SETTINGS)
    assert sorted(itertools.chain(*(one.current for one in links))) == list(range(now))
    assert sorted(itertools.chain(*(one.prior for one in links))) == list(range(before))
    assert all(0.0 <= one.probability <= 1.0 for one in links)
    for one in links:
        assert (one.residual_mm is None) == (not one.current or not one.prior)
