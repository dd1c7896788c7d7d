"""What is refused before anything is laid over each other, and which views are paired."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conftest import hand_made_mammogram

from calcsight.analysis.comparable import days_between, pair_views, why_alone, why_not_comparable
from calcsight.terms.comparison import NotComparable
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Laterality, Projection, View, ViewModifier

NOW = replace(hand_made_mammogram().without_pixels(), patient_key="a", uid="1.1")


def before(**said: Any) -> Projection:
    usual = {"uid": "1.0", "pixel_digest": "cd" * 32, "acquired_on": date(2023, 1, 15)}
    return replace(NOW, **{**usual, **said})


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, None),
        ({"patient_key": "b"}, NotComparable.ANOTHER_PATIENT),
        ({"patient_key": None}, None),
        ({"uid": "1.1"}, NotComparable.SAME_IMAGE),
        ({"pixel_digest": NOW.pixel_digest}, NotComparable.SAME_IMAGE),
        ({"laterality": Laterality.UNKNOWN}, NotComparable.LATERALITY_UNKNOWN),
        ({"laterality": Laterality.LEFT}, NotComparable.ANOTHER_BREAST),
        ({"view": View.UNKNOWN}, NotComparable.VIEW_UNKNOWN),
        ({"view": View.MLO}, NotComparable.ANOTHER_VIEW),
        ({"acquired_on": date(2024, 3, 1)}, NotComparable.PRIOR_IS_LATER),
        ({"acquired_on": NOW.acquired_on}, None),
        ({"acquired_on": None}, None),
        ({"modifiers": (ViewModifier.MAGNIFICATION,)}, NotComparable.MAGNIFICATION),
        ({"modifiers": (ViewModifier.SPOT_COMPRESSION,)}, NotComparable.PART_OF_BREAST),
        ({"limitations": (Limitation.PARTIAL_VIEW,)}, NotComparable.PART_OF_BREAST),
        ({"modifiers": (ViewModifier.ROLLED,)}, NotComparable.TURNED_VIEW),
        ({"limitations": (Limitation.IMPLANT,)}, NotComparable.IMPLANT),
        ({"modifiers": (ViewModifier.IMPLANT_DISPLACED,)}, NotComparable.IMPLANT),
        ({"spacing": None}, NotComparable.SPACING_UNKNOWN),
    ],
)
def test_each_reason_is_told_from_either_side(
    said: dict[str, Any], why: NotComparable | None
) -> None:
    other = before(**said)
    assert why_not_comparable(NOW, other) is why
    if why is not NotComparable.PRIOR_IS_LATER:
        # Whatever is said of the prior bars the current as well.
        dateless = replace(other, acquired_on=None), replace(NOW, acquired_on=None)
        assert why_not_comparable(*dateless) is why


def test_two_empty_digests_are_not_one_image() -> None:
    assert why_not_comparable(replace(NOW, pixel_digest=""), before(pixel_digest="")) is None


def test_a_person_may_vouch_that_both_are_one_woman() -> None:
    other = before(patient_key="b")
    assert why_not_comparable(NOW, other, same_patient=True) is None


def test_every_reason_has_a_sentence_of_its_own() -> None:
    sentences = [why.text for why in NotComparable]
    assert len(set(sentences)) == len(sentences)
    assert all(one.endswith(".") for one in sentences)


def view(uid: str, laterality: Laterality, name: View, **said: Any) -> Projection:
    return before(uid=uid, pixel_digest=uid, laterality=laterality, view=name, **said)


def test_views_are_paired_by_side_and_view_in_the_order_of_the_current_exam() -> None:
    left, right = Laterality.LEFT, Laterality.RIGHT
    now = [view("1", left, View.CC), view("2", left, View.MLO), view("3", right, View.CC)]
    then = [view("4", right, View.CC), view("5", left, View.CC), view("6", right, View.MLO)]
    assert pair_views(now, then) == ((0, 1), (2, 0))


def test_a_plain_view_goes_before_a_magnified_one() -> None:
    left = Laterality.LEFT
    magnified = (ViewModifier.MAGNIFICATION,)
    now = [view("1", left, View.CC, modifiers=magnified), view("2", left, View.CC)]
    then = [view("3", left, View.CC)]
    assert pair_views(now, then) == ((1, 0),)
    assert pair_views(now[:1], then) == ((0, 0),)


def test_what_is_not_named_is_paired_with_nothing() -> None:
    unknown = view("1", Laterality.UNKNOWN, View.CC)
    assert pair_views([unknown], [unknown]) == ()
    assert why_alone(unknown) is NotComparable.LATERALITY_UNKNOWN
    assert why_alone(view("1", Laterality.LEFT, View.UNKNOWN)) is NotComparable.VIEW_UNKNOWN
    assert why_alone(view("1", Laterality.LEFT, View.CC)) is NotComparable.NO_COUNTERPART


def test_dates_shifted_alike_leave_the_interval() -> None:
    shift = timedelta(days=-4321)
    one, other = NOW, before()
    assert one.acquired_on is not None
    assert other.acquired_on is not None
    moved = (
        replace(one, acquired_on=one.acquired_on + shift),
        replace(other, acquired_on=other.acquired_on + shift),
    )
    assert days_between(*moved) == days_between(one, other) == 410
    assert days_between(one, before(acquired_on=None)) is None
