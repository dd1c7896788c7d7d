"""One UID for one finding at every date."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.pathway.followed import day, seen

from calcsight.pathway.tracking import (
    finding_id,
    followed_now,
    known_groups,
    tracked,
    tracking_uid,
)
from calcsight.terms.comparison import (
    Comparison,
    Frame,
    GroupChange,
    LinkKind,
)
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import FollowUpError
from calcsight.terms.finding import Finding
from calcsight.terms.group import Group, Grouping
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import Laterality, Mammogram, View
from calcsight.terms.reading import Provenance, Reading
from calcsight.terms.settings import BI_RADS_RULE

MOSTLY = hypothesis_settings(deadline=None, max_examples=200, derandomize=True)
PIXELS = np.arange(256, dtype=np.float32).reshape(16, 16)


def group(number: int, count: int = 5) -> Group:
    return Group(
        number=number,
        members=tuple(range(count)),
        row=100.0 * number,
        column=50.0,
        extent_mm=4.0,
        hull=np.zeros((3, 2)),
        density_per_cm2=1.0,
        mean_diameter_mm=0.3,
        sd_diameter_mm=0.1,
        mean_neighbour_mm=1.0,
        sd_neighbour_mm=0.1,
        distribution=Distribution.GROUPED,
        score=0.9,
    )


def reading(uid: str, on: date | None, *groups: Group) -> Reading:
    return Reading(
        mammogram=Mammogram(
            uid=uid,
            spacing=None,
            laterality=Laterality.LEFT,
            view=View.CC,
            acquired_on=on,
            exam_uid=f"exam of {uid}",
            pixels=PIXELS,
        ),
        calcifications=(),
        groupings=(Grouping(rule=BI_RADS_RULE, groups=groups),),
        breast_area_mm2=None,
        limitations=(),
        provenance=Provenance(
            software="test",
            judge="test",
            judge_digest="",
            settings_digest="",
            input_uid=uid,
            pixel_digest="",
            operating_point=None,
            threshold=0.5,
        ),
    )


def changed(prior: Sequence[int], current: Sequence[int], **more: Any) -> GroupChange:
    stated = {
        "kind": LinkKind.LINKED,
        "row": 1.0,
        "column": 2.0,
        "frame": Frame.CURRENT,
        "change": Change.STABLE,
        "probability": 0.9,
        "measures": (),
    }
    return GroupChange(number=1, prior=tuple(prior), current=tuple(current), **{**stated, **more})


def comparison(current: Reading, prior: Reading, *groups: GroupChange) -> Comparison:
    return Comparison(current=current, prior=prior, days=365, not_comparable=None, groups=groups)


OLD = reading("1.1", day(0), group(1), group(2, 9))
MIDDLE = reading("1.2", day(365), group(1), group(2, 7))
NEW = reading("1.3", day(730), group(1), group(2), group(3))


@MOSTLY
@given(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=64),
    st.integers(1, 99),
    st.floats(0, 1e4),
    st.floats(0, 1e4),
)
def test_a_tracking_uid_is_a_dicom_uid_and_the_same_every_time(
    uid: str, number: int, row: float, column: float
) -> None:
    first = seen(day(0), mammogram_uid=uid, group=number, row=row, column=column)
    made = tracking_uid(first)
    assert re.fullmatch(r"2\.25\.[1-9]\d*", made)
    assert len(made) <= 64
    assert made == tracking_uid(replace(first, count=99, acquired_on=day(5)))
    named = Finding(id=finding_id(made), tracking_uid=made, laterality=Laterality.LEFT)
    assert named.tracking_uid == made


def test_a_tracking_uid_never_changes_between_versions() -> None:
    first = seen(day(0), mammogram_uid="1.2.3", group=1, row=100.4, column=50.2)
    made = "2.25.161648081808994915227789783313644856062"
    assert tracking_uid(first) == made
    assert finding_id(made) == "F-OEB2SV6F"


def test_another_mammogram_place_or_number_is_another_finding() -> None:
    first = seen(day(0))
    others = [
        replace(first, mammogram_uid="other"),
        replace(first, group=2),
        replace(first, row=101.0),
        replace(first, column=51.0),
        replace(first, group=None),
        replace(first, row=None, column=None),
    ]
    made = {tracking_uid(one) for one in (first, *others)}
    assert len(made) == 7
    assert len({finding_id(one) for one in made}) == 7
    assert all(re.fullmatch(r"F-[A-Z2-7]{8}", finding_id(one)) for one in made)


def test_what_has_neither_place_nor_number_has_no_first_appearance() -> None:
    with pytest.raises(FollowUpError, match="neither a place nor a number"):
        tracking_uid(seen(day(0), group=None, row=None, column=None))


def uids(one: Comparison) -> list[str]:
    return [change.tracking_uid for change in one.groups]


def test_what_was_not_known_is_named_after_its_place_in_the_prior() -> None:
    told, known = tracked(comparison(NEW, OLD, changed([1], [2]), changed([], [3])), {})
    in_prior = seen(day(0), mammogram_uid="1.1", group=1, row=100.0, column=50.0)
    in_current = seen(day(0), mammogram_uid="1.3", group=3, row=300.0, column=50.0)
    assert uids(told) == [tracking_uid(in_prior), tracking_uid(in_current)]
    assert known == {
        ("1.1", 1): uids(told)[0],
        ("1.3", 2): uids(told)[0],
        ("1.3", 3): uids(told)[1],
    }


def test_a_known_finding_goes_on_under_its_uid() -> None:
    finding = Finding(
        id="F-1",
        tracking_uid="2.25.9",
        laterality=Laterality.LEFT,
        appearances=(seen(day(0), mammogram_uid="1.1", group=2),),
    )
    known = known_groups([finding])
    told, later = tracked(comparison(NEW, OLD, changed([2], [1])), known)
    assert uids(told) == ["2.25.9"]
    assert later[("1.3", 1)] == "2.25.9"
    assert known == {("1.1", 2): "2.25.9"}


def test_over_a_series_one_finding_has_one_uid() -> None:
    far, known = tracked(comparison(NEW, OLD, changed([1], [1]), changed([], [2])), {})
    near, known = tracked(comparison(NEW, MIDDLE, changed([2], [1]), changed([1], [2])), known)
    assert uids(near) == uids(far)
    assert known[("1.2", 2)] == known[("1.1", 1)]


def test_findings_that_merged_go_on_under_the_largest() -> None:
    known = {("1.1", 1): "2.25.1", ("1.1", 2): "2.25.2"}
    merged = changed([1, 2], [1], kind=LinkKind.MERGED)
    told, later = tracked(comparison(NEW, OLD, merged), known)
    assert uids(told) == ["2.25.2"]
    assert (later[("1.1", 1)], later[("1.3", 1)]) == ("2.25.1", "2.25.2")


def test_what_split_is_one_finding() -> None:
    split = changed([2], [1, 3], kind=LinkKind.SPLIT)
    one = comparison(NEW, OLD, split)
    _, later = tracked(one, {("1.1", 2): "2.25.2"})
    assert later[("1.3", 1)] == later[("1.3", 3)] == "2.25.2"


def test_a_group_at_no_group_of_the_readings_is_named_after_its_place() -> None:
    loose = changed([], [], frame=Frame.PRIOR, row=12.0, column=13.0)
    told, _ = tracked(comparison(NEW, OLD, loose), {})
    marked = seen(day(0), mammogram_uid="1.1", group=None, row=12.0, column=13.0)
    assert uids(told) == [tracking_uid(marked)]


def test_a_finding_followed_from_a_later_date_is_not_named_anew_after_an_earlier_one() -> None:
    known = {("1.2", 2): "2.25.9"}
    series = [
        comparison(NEW, OLD, changed([1], [1]), changed([], [2])),
        comparison(NEW, MIDDLE, changed([2], [1]), changed([1], [2])),
    ]
    told = followed_now(series, known)
    assert told == {("1.2", 2): "2.25.9", ("1.3", 1): "2.25.9"}
    far, told = tracked(series[0], told)
    near, told = tracked(series[1], told)
    assert uids(far)[0] == uids(near)[0] == told[("1.1", 1)] == "2.25.9"
    assert uids(far)[1] == uids(near)[1] != "2.25.9"
    assert followed_now(series, {}) == {}
