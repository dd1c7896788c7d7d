"""Groups of two projections: alike by hand, paired one to one, and never under the threshold."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcsight.analysis.likeness import LIKENESS_NAMES, ShownGroup, unlikeness
from calcsight.analysis.matching import match, match_probabilities
from calcsight.analysis.matching_weights import FITTED_ON, MEANS, SDS, WEIGHTS
from calcsight.terms.description_settings import DescriptionSettings
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group
from calcsight.terms.location import Location
from calcsight.terms.mammogram import View
from calcsight.terms.morphology import Morphology, Named

SETTINGS = DescriptionSettings()


def words(label: Morphology, sure: float = 0.9) -> Named[Morphology]:
    other = Morphology.AMORPHOUS if label is not Morphology.AMORPHOUS else Morphology.RIM
    return Named(label=label, probabilities={label: sure, other: 1.0 - sure})


def shown(
    view: View = View.CC,
    behind_mm: float | None = 40.0,
    beside_mm: float | None = 20.0,
    shape: Morphology | None = Morphology.ROUND_PUNCTATE,
    **numbers: float,
) -> ShownGroup:
    measured: dict[str, Any] = {
        "extent_mm": 8.0,
        "density_per_cm2": 30.0,
        "mean_diameter_mm": 0.4,
        "sd_diameter_mm": 0.1,
        "mean_neighbour_mm": 1.0,
        "sd_neighbour_mm": 0.3,
    }
    group = Group(
        number=1,
        members=tuple(range(int(numbers.pop("count", 10)))),
        row=0.0,
        column=0.0,
        hull=np.zeros((3, 2)),
        distribution=Distribution.GROUPED,
        score=0.9,
        **{**measured, **numbers},
    )
    known = behind_mm is not None and beside_mm is not None
    return ShownGroup(
        view=view,
        group=group,
        members=(),
        location=Location(
            region=None,
            clock_hours=None,
            depth=None,
            nipple_distance_mm=float(np.hypot(behind_mm or 0.0, beside_mm or 0.0))
            if known
            else None,
            skin_distance_mm=10.0,
            behind_nipple_mm=behind_mm,
            beside_nipple_mm=beside_mm,
        ),
        morphology=None if shape is None else words(shape),
        distribution=None,
    )


def test_equal_groups_differ_in_nothing_but_where_they_would_lie() -> None:
    same = unlikeness(shown(), shown(view=View.MLO), SETTINGS)
    numbers = dict(zip(LIKENESS_NAMES, same, strict=True))
    assert numbers.pop("front") > 0.0
    assert np.isnan(numbers.pop("calibre"))
    assert np.isnan(numbers.pop("distribution"))
    np.testing.assert_allclose(list(numbers.values()), 0.0, atol=1e-7)


def test_unlikeness_by_hand() -> None:
    found = dict(
        zip(
            LIKENESS_NAMES,
            unlikeness(
                shown(behind_mm=40.0, count=10, sd_diameter_mm=0.1),
                shown(View.ML, behind_mm=46.0, count=20, sd_diameter_mm=0.2, beside_mm=20.0),
                SETTINGS,
            ),
            strict=True,
        )
    )
    assert found["behind_nipple"] == pytest.approx(np.log(2.0))
    assert found["count"] == pytest.approx(np.log1p((np.log(2.0) / 0.3) ** 2))
    assert found["size_spread"] == pytest.approx(0.25)
    # From above 20 mm outer, from the side 20 mm up: 28.3 mm from the axis.
    assert found["front"] == pytest.approx(np.log1p(2 * 20.0**2 / 50.0**2))
    # Probabilities 0.9, 0.1 against 0.1 and 0.9 of the same two words: 1 - 2 sqrt(0.09).
    apart = unlikeness(
        shown(shape=Morphology.AMORPHOUS),
        replace(
            shown(),
            morphology=Named(
                label=Morphology.RIM,
                probabilities={Morphology.RIM: 0.9, Morphology.AMORPHOUS: 0.1},
            ),
        ),
        SETTINGS,
    )
    assert apart[LIKENESS_NAMES.index("shape")] == pytest.approx(0.4)


@given(st.floats(1, 90), st.floats(1, 90), st.integers(5, 40), st.integers(5, 40))
def test_unlikeness_does_not_depend_on_order(
    one_mm: float, other_mm: float, one_count: int, other_count: int
) -> None:
    a = shown(behind_mm=one_mm, count=one_count)
    b = shown(View.MLO, behind_mm=other_mm, count=other_count, beside_mm=-30.0)
    np.testing.assert_allclose(unlikeness(a, b, SETTINGS), unlikeness(b, a, SETTINGS), atol=1e-9)


@given(st.floats(0, 60), st.floats(0.5, 40))
def test_farther_apart_behind_the_nipple_is_never_likelier(apart_mm: float, more_mm: float) -> None:
    first = shown(behind_mm=10.0, beside_mm=0.0)
    near = shown(View.MLO, behind_mm=10.0 + apart_mm, beside_mm=0.0)
    far = shown(View.MLO, behind_mm=10.0 + apart_mm + more_mm, beside_mm=0.0)
    chances = match_probabilities([first], [near, far], SETTINGS)[0]
    assert chances[1] <= chances[0]


def test_two_lesions_are_paired_each_with_its_own() -> None:
    first = [shown(behind_mm=20.0), shown(behind_mm=60.0, count=25, mean_diameter_mm=0.25)]
    second = [
        shown(View.MLO, behind_mm=62.0, count=24, mean_diameter_mm=0.26),
        shown(View.MLO, behind_mm=22.0),
    ]
    found = match(first, second, SETTINGS)
    assert {(one.first, one.second) for one in found} == {(0, 1), (1, 0)}
    assert [one.probability for one in found] == sorted(
        (one.probability for one in found), reverse=True
    )


def test_nothing_is_paired_under_the_threshold_and_each_group_once() -> None:
    first = [shown(behind_mm=20.0)]
    second = [shown(View.MLO, behind_mm=20.5), shown(View.MLO, behind_mm=21.0)]
    assert len(match(first, second, SETTINGS)) == 1
    chances = match_probabilities(first, second, SETTINGS)
    strict = replace(SETTINGS, match_probability=min(1.0, float(chances.max()) + 1e-6))
    assert match(first, second, strict) == ()
    assert match([], second, SETTINGS) == ()
    assert match(first, [], SETTINGS) == ()


def test_a_group_without_a_nipple_is_left_out() -> None:
    lost = shown(View.MLO, behind_mm=None, beside_mm=None)
    assert match([shown()], [lost], SETTINGS) == ()


def test_what_is_not_known_counts_neither_for_nor_against() -> None:
    wordless = match_probabilities([shown(shape=None)], [shown(View.MLO, shape=None)], SETTINGS)
    alike = match_probabilities([shown()], [shown(View.MLO)], SETTINGS)
    unlike = match_probabilities([shown()], [shown(View.MLO, shape=Morphology.SUTURE)], SETTINGS)
    assert unlike[0, 0] < wordless[0, 0] < alike[0, 0]
    assert np.isfinite(wordless).all()


def test_weights_are_fitted_and_no_difference_speaks_for_a_match() -> None:
    assert len(MEANS) == len(SDS) == len(WEIGHTS) == len(LIKENESS_NAMES)
    assert max(WEIGHTS) <= 0.0
    assert WEIGHTS[0] < 0.0
    assert FITTED_ON["pairs of one lesion"] < FITTED_ON["pairs of groups"]
