"""Where a reading did not look, nothing is new and nothing is gone."""

from dataclasses import replace

import numpy as np
import pytest
from tests.analysis.compared import PITCH_MM, SHAPE, dots, reading_of, registration_of
from tests.analysis.test_group_changes import SURE, TEN

from calcsight.analysis.group_changes import group_changes
from calcsight.analysis.linking import link
from calcsight.analysis.looked_at import looked_at
from calcsight.terms.comparison import LinkKind, NotComparable
from calcsight.terms.comparison_settings import ComparisonSettings
from calcsight.terms.guidance import Change
from calcsight.terms.limitation import Limitation
from calcsight.terms.reading import Reading

# A plate of 12 x 12 mm about the middle of TEN.
PLATE = (slice(390, 510), slice(240, 360))


@pytest.fixture(scope="module")
def plated() -> Reading:
    """A reading of nothing, of a breast under a plate, as `read` would give it."""
    rng = np.random.default_rng(3)
    down, right = np.indices(SHAPE)
    inside = ((down - 450) / 430) ** 2 + (right / 560) ** 2 < 1.0
    pixels = np.where(inside, 1000.0 + rng.normal(0.0, 30.0, SHAPE), 0.0).astype(np.float32)
    pixels[PLATE] = 4000.0
    empty = reading_of([])
    return replace(
        empty,
        mammogram=replace(empty.mammogram, pixels=pixels),
        limitations=(Limitation.PLATEAU_LEFT_OUT,),
    )


def test_a_plate_and_its_surroundings_were_not_looked_at(plated: Reading) -> None:
    edge_mm = PLATE[0].start * PITCH_MM
    places = np.array([[45.0, 30.0], [edge_mm - 1.0, 30.0], [edge_mm - 5.0, 30.0], [70.0, 20.0]])
    assert looked_at(plated, places).tolist() == [False, False, True, True]


def test_beyond_the_breast_and_along_its_skin_was_not_looked(plated: Reading) -> None:
    skin_mm = 560 * PITCH_MM
    places = np.array([[45.0, skin_mm - depth] for depth in (-3.0, -0.5, 0.5, 3.0)])
    places = np.concatenate([places, [[-5.0, 2.0]]])
    assert looked_at(plated, places).tolist() == [False, False, False, True, False]


def test_a_reading_that_left_nothing_out_looked_everywhere(plated: Reading) -> None:
    assert looked_at(replace(plated, limitations=()), TEN).all()
    assert looked_at(plated, np.zeros((0, 2))).shape == (0,)


@pytest.mark.parametrize("where", ["prior", "current"])
def test_a_group_under_the_plate_is_not_shown(plated: Reading, where: str) -> None:
    full = reading_of(dots(TEN, score=SURE))
    both = (full, plated) if where == "prior" else (plated, full)
    links = link(*both, registration_of(), ComparisonSettings())
    assert {one.kind for one in links} == {LinkKind.NOT_SHOWN}
    (one,) = group_changes(*both, registration_of(), links, ComparisonSettings())
    assert (one.change, one.not_comparable) == (None, NotComparable.NOT_SHOWN)


def test_a_group_beside_the_plate_is_new(plated: Reading) -> None:
    aside = reading_of(dots(TEN + np.array([-25.0, -10.0]), score=SURE))
    links = link(aside, plated, registration_of(), ComparisonSettings())
    (one,) = group_changes(aside, plated, registration_of(), links, ComparisonSettings())
    assert one.change is Change.NEW


@pytest.mark.parametrize("where", ["prior", "current"])
def test_what_was_blacked_out_is_not_shown(plated: Reading, where: str) -> None:
    """A shutter, or a name that was painted over, hides what lay there; it is not gone."""
    pixels = plated.mammogram.pixels.copy()
    pixels[: round(TEN[:, 0].max() / PITCH_MM) + 4] = 0.0
    empty = replace(plated, limitations=(), mammogram=replace(plated.mammogram, pixels=pixels))
    full = reading_of(dots(TEN, score=SURE))
    both = (full, empty) if where == "prior" else (empty, full)
    links = link(*both, registration_of(), ComparisonSettings())
    assert {one.kind for one in links} == {LinkKind.NOT_SHOWN}
    (one,) = group_changes(*both, registration_of(), links, ComparisonSettings())
    assert one.change is None
