"""Which finding a group belongs to: by UID, by number or by place; two views, two findings."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcsight.pathway.appearances import same_group
from calcsight.pathway.joining import joined, matched
from calcsight.pathway.sightings import with_exam, with_sightings
from calcsight.terms.errors import FollowUpError, TimelineError
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Appearance, Assessment, Recommendation
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import ExamKind, Laterality, View
from calcsight.terms.timeline import SeenChange, Sighting, Timeline

EMPTY = Timeline(woman="W-1")
FIRST, SECOND = date(2024, 3, 1), date(2025, 3, 1)


def seen(uid: str = "1.1", group: int | None = 1, **changed: Any) -> Appearance:
    values: dict[str, Any] = {
        "mammogram_uid": uid,
        "acquired_on": FIRST if uid.startswith("1.") else SECOND,
        "laterality": Laterality.RIGHT,
        "view": View.CC,
        "group": group,
        "row": 100.0,
        "column": 200.0,
        "count": 6,
        "extent_mm": 4.5,
    }
    return Appearance(**{**values, **changed})


def elsewhere(uid: str, group: int, **changed: Any) -> Appearance:
    return seen(uid, group, row=1400.0, column=900.0, **changed)


def change(group: int = 1, what: Change | None = Change.STABLE, **changed: Any) -> SeenChange:
    values: dict[str, Any] = {
        "finding_id": "not linked",
        "mammogram_uid": "2.1",
        "prior_uid": "1.1",
        "group": group,
        "acquired_on": SECOND,
        "prior_on": FIRST,
        "change": what,
    }
    return SeenChange(**{**values, **changed})


def alone(*appearances: Appearance, uid: str = "") -> Sighting:
    return Sighting(tracking_uid=uid, appearances=appearances)


def against(*appearances: Appearance, uid: str = "", **changed: Any) -> Sighting:
    return Sighting(tracking_uid=uid, appearances=appearances, changes=(change(**changed),))


def read_twice(timeline: Timeline, *sightings: Sighting) -> Timeline:
    """Add, and see that adding once more changes nothing."""
    once = with_sightings(timeline, sightings)
    assert with_sightings(once, sightings) == once
    return once


def test_each_group_of_a_first_reading_is_a_finding_of_its_own() -> None:
    timeline = read_twice(EMPTY, alone(seen()), alone(elsewhere("1.1", 2)))
    first, second = timeline.findings
    assert first.id != second.id
    assert first.tracking_uid != second.tracking_uid
    assert (first.laterality, first.appearances) == (Laterality.RIGHT, (seen(),))


def test_a_comparison_goes_on_with_the_finding_whose_group_the_prior_shows() -> None:
    timeline = read_twice(EMPTY, alone(seen()), alone(elsewhere("1.1", 2)))
    timeline = read_twice(
        timeline,
        against(seen("2.1", 2, count=9), seen("1.1", 1), uid="2.25.5", what=Change.INCREASED),
        against(elsewhere("2.1", 1), elsewhere("1.1", 2), uid="2.25.6", group=2),
    )
    first, second = timeline.findings
    assert [one.mammogram_uid for one in first.appearances] == ["1.1", "2.1"]
    assert [one.change for one in first.appearances] == [None, Change.INCREASED]
    assert second.appearances[1].change is Change.STABLE
    assert timeline.finding("2.25.5") == first
    assert timeline.finding("2.25.6") == second


def test_a_third_exam_goes_on_under_the_uid_of_the_first() -> None:
    timeline = read_twice(EMPTY, against(seen("2.1", 1), seen("1.1", 1), uid="2.25.5"))
    later = seen("3.1", 4, acquired_on=date(2026, 3, 1))
    timeline = read_twice(
        timeline,
        against(later, seen("2.1", 1), uid="2.25.77", mammogram_uid="3.1", prior_uid="2.1"),
    )
    [finding] = timeline.findings
    assert finding.tracking_uid == "2.25.5"
    assert len(finding.appearances) == 3
    assert timeline.finding("2.25.77") == finding


@given(st.permutations(range(4)))
def test_in_whatever_order_documents_come_a_lesion_is_one_finding(order: list[int]) -> None:
    last = seen("3.1", 1, acquired_on=date(2026, 3, 1))
    documents = [
        [alone(seen()), alone(elsewhere("1.1", 2))],
        [alone(seen("2.1", 2)), alone(elsewhere("2.1", 1))],
        [
            against(seen("2.1", 2), seen("1.1", 1), uid="2.25.5", what=Change.STABLE),
            against(elsewhere("2.1", 1), elsewhere("1.1", 2), uid="2.25.6", group=2),
        ],
        [against(last, seen("2.1", 2), uid="2.25.7", mammogram_uid="3.1", prior_uid="2.1")],
    ]
    timeline = EMPTY
    for number in order:
        timeline = with_sightings(timeline, documents[number])
    for number in order:
        assert with_sightings(timeline, documents[number]) == timeline
    held = [{one.mammogram_uid for one in finding.appearances} for finding in timeline.findings]
    assert sorted(held, key=len) == [{"1.1", "2.1"}, {"1.1", "2.1", "3.1"}]


def test_what_people_recorded_apart_stays_apart_and_both_were_seen() -> None:
    timeline = read_twice(EMPTY, alone(seen()), alone(seen("2.1", 3)))
    timeline = assessed(timeline, 0, 1)
    timeline = read_twice(timeline, against(seen("2.1", 3), seen(), uid="2.25.5"))
    assert [len(one.appearances) for one in timeline.findings] == [2, 2]


def test_a_finding_that_somebody_assessed_at_one_date_goes_on_from_the_other() -> None:
    timeline = read_twice(EMPTY, alone(seen()), alone(seen("2.1", 3)))
    first, second = timeline.findings
    timeline = read_twice(assessed(timeline, 1), against(seen("2.1", 3), seen(), uid="2.25.5"))
    [finding] = timeline.findings
    assert (finding.id, len(finding.assessments)) == (first.id, 1)
    assert timeline.finding(second.id) == finding


def test_a_comparison_adds_what_was_not_known_and_a_reading_has_the_last_word() -> None:
    told = against(seen("2.1", 2, count=8, extent_mm=3.9), seen(count=5), uid="2.25.5")
    of_reading = alone(seen("2.1", 2, count=9, extent_mm=11.0))
    compared_first = with_sightings(with_sightings(EMPTY, [told]), [of_reading])
    read_first = with_sightings(with_sightings(EMPTY, [of_reading]), [told])
    for timeline in (compared_first, read_first):
        assert with_sightings(timeline, [told]) == timeline
        assert with_sightings(timeline, [of_reading]) == timeline
        [finding] = timeline.findings
        assert [one.count for one in finding.appearances] == [5, 9]
        assert [one.change for one in finding.appearances] == [None, Change.STABLE]


def test_two_views_under_one_uid_are_one_finding() -> None:
    views = [seen("1.1"), elsewhere("1.2", 1), seen("2.1", 2), elsewhere("2.2", 1)]
    timeline = read_twice(EMPTY, *(alone(one) for one in views))
    assert len(timeline.findings) == 4
    timeline = read_twice(
        timeline,
        against(views[2], views[0], uid="2.25.5"),
        against(views[3], views[1], uid="2.25.5", mammogram_uid="2.2", prior_uid="1.2"),
    )
    [finding] = timeline.findings
    assert finding.appearances == tuple(
        replace(one, change=change)
        for one, change in zip(views, [None, None, Change.STABLE, Change.STABLE], strict=True)
    )


def test_what_merged_stays_two_also_where_a_reading_of_the_later_date_came_first() -> None:
    timeline = read_twice(EMPTY, alone(seen()), alone(elsewhere("1.1", 2)), alone(seen("2.1", 1)))
    timeline = read_twice(
        timeline,
        against(
            seen("2.1", 1),
            seen("1.1", 1, row=None, column=None),
            seen("1.1", 2, row=None, column=None),
            uid="2.25.5",
        ),
    )
    assert len(timeline.findings) == 2
    assert all(one.appearances[-1].mammogram_uid == "2.1" for one in timeline.findings)


def test_what_is_new_is_a_new_finding() -> None:
    timeline = read_twice(EMPTY, alone(seen()))
    timeline = read_twice(timeline, against(elsewhere("2.1", 2), uid="2.25.9", what=Change.NEW))
    assert [len(one.appearances) for one in timeline.findings] == [1, 1]
    assert timeline.findings[1].appearances[0].change is Change.NEW


def test_a_resolved_group_is_an_appearance_without_a_place() -> None:
    gone = seen("2.1", None, row=None, column=None, count=0, extent_mm=None)
    timeline = read_twice(EMPTY, alone(seen()))
    timeline = read_twice(timeline, against(gone, seen("1.1", 1), what=Change.RESOLVED))
    [finding] = timeline.findings
    assert finding.appearances[1] == replace(gone, change=Change.RESOLVED)


def test_two_groups_that_merged_were_both_seen() -> None:
    timeline = read_twice(EMPTY, alone(seen()), alone(elsewhere("1.1", 2)))
    both = against(
        seen("2.1", 1),
        seen("1.1", 1, row=None, column=None),
        seen("1.1", 2, row=None, column=None),
        what=Change.INCREASED,
    )
    timeline = read_twice(timeline, both)
    assert [one.appearances[-1].mammogram_uid for one in timeline.findings] == ["2.1", "2.1"]


def test_another_numbering_of_the_same_place_is_the_same_group() -> None:
    timeline = read_twice(EMPTY, alone(seen(group=2)))
    timeline = read_twice(timeline, alone(seen(group=1, row=110.0, count=8)))
    [finding] = timeline.findings
    [appearance] = finding.appearances
    assert (appearance.group, appearance.count) == (1, 8)


def test_the_same_number_far_away_is_another_group() -> None:
    timeline = read_twice(EMPTY, alone(seen(group=1)))
    timeline = read_twice(timeline, alone(elsewhere("1.1", 1)))
    assert len(timeline.findings) == 2


def test_what_a_later_document_does_not_know_stays() -> None:
    known = seen(exam_uid="9.9", exam_kind=ExamKind.DIAGNOSTIC)
    timeline = read_twice(EMPTY, alone(known))
    timeline = read_twice(timeline, alone(seen(row=None, column=None, extent_mm=None, count=7)))
    [finding] = timeline.findings
    assert finding.appearances == (replace(known, count=7),)


def test_a_mammogram_has_one_day() -> None:
    timeline = read_twice(EMPTY, alone(seen()))
    with pytest.raises(TimelineError, match=r"1\.1 of 2023-01-01, which F-\w+ knows"):
        with_sightings(timeline, [alone(seen(acquired_on=date(2023, 1, 1)))])


def test_no_finding_gets_both_sides() -> None:
    timeline = read_twice(EMPTY, alone(seen()))
    left = seen("2.1", 1, laterality=Laterality.LEFT)
    with pytest.raises(FollowUpError, match="side"):
        with_sightings(timeline, [against(left, seen())])


def test_the_same_two_mammograms_compared_again_say_one_thing() -> None:
    timeline = read_twice(EMPTY, against(seen("2.1", 1), seen(), group=3, what=Change.STABLE))
    timeline = read_twice(timeline, against(seen("2.1", 1), seen(), group=1, what=Change.INCREASED))
    assert [(one.group, one.change) for one in timeline.changes] == [(1, Change.INCREASED)]


@given(st.permutations([(date(2020, 1, 1), Change.INCREASED), (FIRST, Change.STABLE)]))
def test_the_change_is_that_since_the_latest_prior(priors: list[tuple[date, Change]]) -> None:
    timeline = EMPTY
    for day, what in priors:
        prior = seen(f"1.{day.year}", 1, acquired_on=day)
        one = against(
            seen("2.1", 1),
            prior,
            uid="2.25.5",
            what=what,
            prior_uid=prior.mammogram_uid,
            prior_on=day,
        )
        timeline = read_twice(timeline, one)
    [finding] = timeline.findings
    assert finding.appearances[-1].change is Change.STABLE
    assert len(timeline.changes) == 2


def test_two_views_of_one_lesion_become_one_finding() -> None:
    mlo = elsewhere("1.2", 3, view=View.MLO)
    timeline = read_twice(EMPTY, alone(seen()), alone(mlo), alone(elsewhere("1.1", 2)))
    one = matched(timeline, [("1.1", 1), ("1.2", 3)])
    assert matched(one, [("1.1", 1), ("1.2", 3)]) == one
    assert [len(finding.appearances) for finding in one.findings] == [2, 1]
    gone = timeline.findings[1]
    assert one.finding(gone.id) == one.finding(gone.tracking_uid) == one.findings[0]
    assert with_sightings(one, [alone(mlo)]) == one


def assessment(**changed: Any) -> Assessment:
    values: dict[str, Any] = {
        "reader_id": "reader-1",
        "at": datetime(2024, 3, 2, 9, tzinfo=UTC),
        "scheme": "bi-rads-2013-like",
        "scheme_version": "1",
        "category": "3",
        "recommendation": Recommendation.SHORT_INTERVAL,
    }
    return Assessment(**{**values, **changed})


def assessed(timeline: Timeline, *positions: int) -> Timeline:
    """Return a timeline whose findings at these positions somebody has assessed."""

    def told(number: int, one: Finding) -> Finding:
        return replace(one, assessments=(assessment(),)) if number in positions else one

    found = tuple(told(number, one) for number, one in enumerate(timeline.findings))
    return replace(timeline, findings=found)


def test_the_finding_that_somebody_assessed_stays() -> None:
    timeline = read_twice(EMPTY, alone(seen()), alone(elsewhere("1.2", 1, view=View.MLO)))
    one = matched(assessed(timeline, 1), [("1.1", 1), ("1.2", 1)])
    [finding] = one.findings
    assert finding.id == timeline.findings[1].id
    assert (len(finding.appearances), len(finding.assessments)) == (2, 1)


def test_two_findings_that_people_assessed_are_not_matched() -> None:
    timeline = read_twice(EMPTY, alone(seen()), alone(elsewhere("1.2", 1, view=View.MLO)))
    with pytest.raises(TimelineError, match="people have recorded"):
        matched(assessed(timeline, 0, 1), [("1.1", 1), ("1.2", 1)])


def test_a_person_joins_what_people_assessed() -> None:
    timeline = read_twice(EMPTY, alone(seen()), alone(elsewhere("1.2", 1, view=View.MLO)))
    timeline = assessed(timeline, 0, 1)
    first, second = timeline.findings
    later = replace(second, assessments=(assessment(category="4B"),))
    timeline = replace(timeline, findings=(first, later))
    one = joined(timeline, [first.id, second.tracking_uid])
    assert joined(one, [first.id, second.id]) == one
    [finding] = one.findings
    assert (finding.id, len(finding.assessments)) == (first.id, 2)
    assert one.finding(second.id) == finding


def test_what_is_no_finding_is_not_joined() -> None:
    timeline = read_twice(EMPTY, alone(seen()))
    with pytest.raises(TimelineError, match="the finding 'F9'"):
        joined(timeline, [timeline.findings[0].id, "F9"])


def test_two_breasts_are_not_one_finding() -> None:
    left = elsewhere("1.2", 1, laterality=Laterality.LEFT)
    timeline = read_twice(EMPTY, alone(seen()), alone(left))
    with pytest.raises(FollowUpError, match="side"):
        joined(timeline, [one.id for one in timeline.findings])


def test_a_match_of_what_is_not_known_joins_nothing() -> None:
    timeline = read_twice(EMPTY, alone(seen()))
    assert matched(timeline, [("1.1", 1), ("1.2", 1)]) == timeline


def test_an_exam_is_told_where_it_was_unknown() -> None:
    timeline = read_twice(EMPTY, alone(seen()), alone(elsewhere("1.1", 2, exam_uid="7.7")))
    told = with_exam(timeline, "9.9", ["1.1"])
    assert [one.appearances[0].exam_uid for one in told.findings] == ["9.9", "7.7"]


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (seen(row=138.0), True),
        (seen(row=142.0), True),
        (seen(row=299.0), True),
        (seen(row=301.0), False),
        (seen(group=2, row=139.0), True),
        (seen(group=2, row=141.0), False),
        (seen(group=2, row=None, column=None), False),
        (seen(row=None, column=None), True),
        (seen("1.2"), False),
        (seen(group=None), False),
    ],
)
def test_one_group_of_one_mammogram(other: Appearance, same: bool) -> None:
    assert same_group(seen(), other) is same
    assert same_group(other, seen()) is same
