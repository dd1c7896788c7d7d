"""A finding through time: whole stories, and what holds for every story."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.pathway.followed import (
    ID,
    UID,
    agreed,
    assessed,
    at,
    biopsy,
    day,
    ended,
    followed,
    report,
    seen,
    settled,
)

from calcsight.pathway.following import recorded, standing
from calcsight.terms.biopsy import (
    Answer,
    Biopsy,
    GuidedBy,
    MalignantSubtype,
    Pathology,
    PathologyKind,
    Specimen,
)
from calcsight.terms.errors import FollowUpError, IllegalMoveError
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import AssociatedFinding, End, Recommendation
from calcsight.terms.finding_standing import FindingStanding
from calcsight.terms.finding_state import Advisory, Event, FindingState
from calcsight.terms.follow_up import DueStanding, FollowUpSettings
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import ExamKind, Laterality

S, E, R, K, A = FindingState, Event, Recommendation, PathologyKind, Advisory
LATER = day(4000)


def state(*records: Any, on: date = LATER) -> FindingState:
    return standing(followed(*records), on).state


def advised(*records: Any, on: date = LATER) -> set[Advisory]:
    return set(standing(followed(*records), on).advisories)


def test_a_finding_without_records_is_found() -> None:
    where = standing(followed(), LATER)
    assert (where.state, where.moves, where.outcome, where.steps) == (S.FOUND, (), None, ())
    assert where.advisories == ()


def test_two_years_of_watching_to_the_end() -> None:
    exams = (date(2024, 1, 15), date(2024, 7, 20), date(2025, 1, 10), date(2026, 1, 30))
    finding = followed()
    states = []
    for number, on in enumerate(exams):
        finding = recorded(finding, seen(on))
        states.append(standing(finding, on).state)
        last = number == len(exams) - 1
        said = assessed(on, R.ROUTINE if last else R.SHORT_INTERVAL, exam_on=on)
        finding = recorded(finding, said)
        states.append(standing(finding, on).state)
    assert states == [
        *(S.FOUND, S.FOLLOW_UP),
        *(S.TO_ASSESS, S.FOLLOW_UP),
        *(S.TO_ASSESS, S.FOLLOW_UP),
        *(S.TO_ASSESS, S.CLOSED),
    ]
    where = standing(finding, LATER)
    assert [one.standing for one in where.steps] == [DueStanding.KEPT] * 3
    assert [one.months for one in where.steps] == [6, 12, 24]
    assert [one.counted_from for one in where.steps] == [exams[0]] * 3
    assert [one.kept_on for one in where.steps] == list(exams[1:])
    assert where.next_step is None
    assert where.advisories == ()


def test_who_is_not_seen_again_is_lost_to_the_day_and_found_again_by_an_exam() -> None:
    first = date(2024, 1, 15)
    finding = followed(seen(first), assessed(first, R.SHORT_INTERVAL))
    assert standing(finding, date(2024, 10, 14)).state is S.FOLLOW_UP
    lost = standing(finding, date(2024, 10, 15))
    assert lost.state is S.LOST
    assert lost.moves[-1].on == date(2024, 10, 15)
    assert lost.moves[-1].event is E.NOT_SEEN_AGAIN
    back = standing(recorded(finding, seen(date(2024, 12, 1))), date(2024, 12, 1))
    assert back.state is S.TO_ASSESS
    assert [one.standing for one in back.steps] == [
        DueStanding.MISSED,
        DueStanding.KEPT,
        DueStanding.NOT_DUE,
    ]


def test_more_views_that_a_reader_wants_by_a_day_can_be_lost_too() -> None:
    wanted = assessed(day(0), R.MORE_VIEWS, due_on=day(14))
    assert state(seen(day(0)), wanted, on=day(100)) is S.MORE_VIEWS
    assert state(seen(day(0)), wanted, on=day(120)) is S.LOST
    assert state(seen(day(0)), assessed(day(0), R.MORE_VIEWS)) is S.MORE_VIEWS


def test_settings_move_the_days() -> None:
    finding = followed(seen(day(0)), assessed(day(0), R.SHORT_INTERVAL))
    on = day(160)
    usual = standing(finding, on).next_step
    early = standing(finding, on, FollowUpSettings(months=(4, 12))).next_step
    assert usual is not None
    assert early is not None
    assert (usual.standing, early.standing) == (DueStanding.DUE, DueStanding.OVERDUE)


def test_from_biopsy_advised_to_follow_up_after_benign_and_concordant() -> None:
    records = (
        seen(day(0)),
        assessed(day(0), R.BIOPSY),
        settled(day(10), day(14)),
    )
    assert state(*records[:2]) is S.BIOPSY_ADVISED
    assert state(*records, on=day(10)) is S.PATHOLOGY_PENDING
    assert state(*records, on=day(13)) is S.PATHOLOGY_PENDING
    where = standing(followed(*records), day(14))
    assert where.state is S.FOLLOW_UP
    assert [one.counted_from for one in where.steps] == [day(10)] * 3
    assert where.advisories == ()


def test_a_biopsy_that_is_said_to_be_pending_is_one_event() -> None:
    where = standing(followed(biopsy(day(10), report(None, K.PENDING))), LATER)
    assert [one.event for one in where.moves] == [E.TISSUE_TAKEN]
    assert where.state is S.PATHOLOGY_PENDING


def test_surgery_that_is_awaited_keeps_open_what_the_needle_settled() -> None:
    surgery = report(None, K.PENDING, specimen=Specimen.SURGERY)
    needle = settled(day(10), day(14))
    both = replace(needle, pathology=(*needle.pathology, surgery))
    where = standing(followed(both), LATER)
    assert [one.after for one in where.moves] == [
        S.PATHOLOGY_PENDING,
        S.REVIEW,
        S.FOLLOW_UP,
        S.PATHOLOGY_PENDING,
    ]
    with pytest.raises(IllegalMoveError):
        followed(both, assessed(day(20), R.SHORT_INTERVAL))


def test_concordance_is_waited_for_after_the_report() -> None:
    later = settled(day(10), day(14), concordances=(agreed(day(16)),))
    finding = followed(assessed(day(0), R.BIOPSY), later)
    assert [standing(finding, day(n)).state for n in (13, 14, 15, 16)] == [
        S.PATHOLOGY_PENDING,
        S.REVIEW,
        S.REVIEW,
        S.FOLLOW_UP,
    ]


def test_a_later_no_reopens_what_was_concordant() -> None:
    told = (agreed(day(14)), agreed(day(60), Answer.NO))
    finding = followed(settled(day(10), day(14), concordances=told))
    assert standing(finding, day(59)).state is S.FOLLOW_UP
    where = standing(finding, day(60))
    assert where.state is S.REVIEW
    assert where.next_step is None


def test_concordance_and_category_said_in_one_sitting() -> None:
    sitting = (
        assessed(day(0), R.BIOPSY),
        biopsy(day(10), report(day(14), K.BENIGN), concordances=(agreed(day(14), hour=12),)),
        assessed(day(14), R.SHORT_INTERVAL),
    )
    assert state(*sitting, on=day(14)) is S.FOLLOW_UP


def test_exam_needle_and_report_within_one_day() -> None:
    one_day = (
        seen(day(0)),
        biopsy(day(0), report(day(0), K.BENIGN), concordances=(agreed(day(0), hour=10),)),
        assessed(day(0), R.SHORT_INTERVAL),
    )
    assert state(*one_day, on=day(0)) is S.FOLLOW_UP


def test_watching_was_advised_and_tissue_taken_the_same_day() -> None:
    assert state(seen(day(0)), assessed(day(0), R.SHORT_INTERVAL), biopsy(day(0))) is (
        S.PATHOLOGY_PENDING
    )


@pytest.mark.parametrize("says", [R.ROUTINE, R.SHORT_INTERVAL, R.TREATMENT])
@pytest.mark.parametrize(
    "tissue",
    [
        biopsy(day(10)),
        biopsy(day(10), report(day(14), K.NON_DIAGNOSTIC), concordances=(agreed(day(14)),)),
        biopsy(day(10), report(day(14), K.BENIGN)),
        settled(day(10), day(14), concordances=(agreed(day(14), Answer.NO),)),
        settled(day(10), day(14), calcification_in_specimen=Answer.NO),
        settled(day(10), day(14), calcification_under_microscope=Answer.UNKNOWN),
        biopsy(day(10), report(day(14), K.HIGH_RISK), concordances=(agreed(day(14)),)),
    ],
    ids=["pending", "non-diagnostic", "unsaid", "discordant", "missed", "unknown", "high-risk"],
)
def test_what_tissue_left_open_no_reader_closes(tissue: Biopsy, says: Recommendation) -> None:
    finding = followed(seen(day(0)), assessed(day(0), R.BIOPSY), tissue)
    with pytest.raises(IllegalMoveError, match=says.value):
        recorded(finding, assessed(day(30), says))


def test_high_risk_goes_to_consultation_and_is_settled_there() -> None:
    risky = biopsy(day(10), report(day(14), K.HIGH_RISK), concordances=(agreed(day(14)),))
    assert state(risky) is S.CONSULTATION
    where = standing(followed(risky, ended(day(40), End.CONSULTED)), LATER)
    assert (where.state, where.end) == (S.ENDED, End.CONSULTED)


def test_a_cancer_is_treated_and_only_then_ended() -> None:
    cancer = biopsy(day(10), report(day(14), K.MALIGNANT))
    surgery = biopsy(day(40))
    assert state(cancer) is S.TREATMENT
    with pytest.raises(IllegalMoveError, match="every report"):
        followed(cancer, surgery, ended(day(90), End.TREATED))
    told = report(day(50), K.MALIGNANT, specimen=Specimen.SURGERY)
    where = standing(
        followed(cancer, surgery, biopsy(day(40), told), ended(day(90), End.TREATED)), LATER
    )
    assert (where.state, where.end) == (S.ENDED, End.TREATED)
    assert where.outcome is not None
    assert where.outcome.stage == 0


def test_needle_dcis_and_invasion_at_surgery_are_both_kept() -> None:
    invasive = report(
        day(50),
        K.MALIGNANT,
        subtype=MalignantSubtype.INVASIVE_WITH_DCIS,
        specimen=Specimen.SURGERY,
    )
    finding = followed(biopsy(day(10), report(day(14), K.MALIGNANT)), biopsy(day(40), invasive))
    before, after = standing(finding, day(49)), standing(finding, day(50))
    assert before.advisories == (A.SURGERY_MAY_UPGRADE,)
    assert after.advisories == (A.UPGRADED,)
    assert before.outcome is not None
    assert after.outcome is not None
    assert (before.outcome.stage, after.outcome.stage) == (0, None)
    [upgrade] = after.outcome.upgrades
    assert (upgrade.earlier.reported_on, upgrade.later.reported_on) == (day(14), day(50))


def test_surgery_that_is_awaited_may_still_upgrade() -> None:
    awaited = report(None, K.PENDING, specimen=Specimen.SURGERY)
    needle = biopsy(day(10), report(day(14), K.MALIGNANT))
    assert advised(needle, biopsy(day(40), awaited)) == {A.SURGERY_MAY_UPGRADE}


def test_a_second_look_keeps_the_first_report_and_what_was_answered() -> None:
    first = settled(day(10), day(14), cores=9)
    again = Biopsy(
        id=first.id,
        finding_id=ID,
        laterality=Laterality.LEFT,
        performed_on=day(10),
        method=first.method,
        pathology=(report(day(30), K.HIGH_RISK),),
    )
    [held] = followed(first, again).biopsies
    assert [one.kind for one in held.pathology] == [K.BENIGN, K.HIGH_RISK]
    assert (held.cores, held.calcification_in_specimen) == (9, Answer.YES)
    assert held.guided_by is GuidedBy.STEREOTACTIC
    assert held.concordances == first.concordances
    with pytest.raises(FollowUpError, match="another id"):
        followed(first, replace(again, performed_on=day(11)))


def test_staying_the_same_never_takes_an_advised_biopsy_back() -> None:
    records = [seen(day(0)), assessed(day(0), R.BIOPSY)]
    for number in (200, 400, 600):
        records.append(seen(day(number), change=Change.STABLE))
        assert state(*records) is S.BIOPSY_ADVISED
    with pytest.raises(IllegalMoveError):
        followed(*records, assessed(day(601), R.SHORT_INTERVAL))
    around = (assessed(day(601), R.MORE_VIEWS), seen(day(602)), assessed(day(603), R.ROUTINE))
    where = standing(followed(*records, *around), LATER)
    assert where.state is S.CLOSED
    assert A.STABLE_IS_NOT_BENIGN in where.advisories


def test_what_was_biopsied_after_the_advice_is_not_told_again() -> None:
    story = (assessed(day(0), R.BIOPSY), settled(day(10), day(14)))
    assert A.STABLE_IS_NOT_BENIGN not in advised(*story, on=day(20))


def test_ultrasound_for_calcifications_alone_is_told() -> None:
    guided = settled(day(10), day(14), guided_by=GuidedBy.ULTRASOUND)
    alone = assessed(day(0), R.BIOPSY)
    mass = assessed(day(0), R.BIOPSY, associated=AssociatedFinding.MASS)
    assert A.ULTRASOUND_FOR_CALCIFICATIONS in advised(alone, guided)
    assert A.ULTRASOUND_FOR_CALCIFICATIONS in advised(guided)
    assert A.ULTRASOUND_FOR_CALCIFICATIONS not in advised(mass, guided)
    assert A.ULTRASOUND_FOR_CALCIFICATIONS not in advised(alone, settled(day(10), day(14)))


def test_watching_after_screening_views_alone_is_told() -> None:
    says = assessed(day(0), R.SHORT_INTERVAL)
    screening = seen(day(0), exam_kind=ExamKind.SCREENING)
    assert advised(screening, says, on=day(1)) == {A.FOLLOW_UP_FROM_SCREENING}
    assert advised(screening, seen(day(0), group=2), says, on=day(1)) == set()
    assert advised(says, on=day(1)) == set()


def test_what_a_reader_says_of_the_exam_counts_as_much_as_its_views() -> None:
    screened = assessed(day(0), R.SHORT_INTERVAL, exam_kind=ExamKind.SCREENING)
    worked_up = assessed(day(0), R.SHORT_INTERVAL, exam_kind=ExamKind.DIAGNOSTIC)
    views = seen(day(0), exam_kind=ExamKind.SCREENING)
    assert A.FOLLOW_UP_FROM_SCREENING in advised(screened, on=day(1))
    assert A.FOLLOW_UP_FROM_SCREENING in advised(views, screened, on=day(1))
    assert A.FOLLOW_UP_FROM_SCREENING not in advised(views, worked_up, on=day(1))
    assert A.FOLLOW_UP_FROM_SCREENING not in advised(assessed(day(0), R.SHORT_INTERVAL))


def test_growth_that_nobody_assessed_is_told() -> None:
    closed = (seen(day(0)), assessed(day(0), R.ROUTINE, exam_on=day(0)))
    grown = seen(day(700), change=Change.INCREASED)
    assert advised(*closed, grown) == {A.CHANGED_SINCE_ASSESSED}
    assert state(*closed, grown) is S.CLOSED
    assert advised(*closed, seen(day(700), change=Change.STABLE)) == set()
    reopened = (*closed, grown, assessed(day(701), R.BIOPSY, exam_on=day(700)))
    assert advised(*reopened) == set()
    assert state(*reopened) is S.BIOPSY_ADVISED


def test_called_benign_without_a_later_exam_is_told() -> None:
    watched = (seen(day(0)), assessed(day(0), R.SHORT_INTERVAL, exam_on=day(0)))
    assert A.CLOSED_UNSEEN in advised(*watched, assessed(day(30), R.ROUTINE))
    assert A.CLOSED_UNSEEN in advised(*watched, assessed(day(30), R.ROUTINE, exam_on=day(0)))
    later = assessed(day(180), R.ROUTINE, exam_on=day(180))
    assert A.CLOSED_UNSEEN not in advised(*watched, later)
    assert A.CLOSED_UNSEEN not in advised(*watched, seen(day(180)), later)


def test_an_ending_holds_until_it_is_taken_back() -> None:
    declined = ended(day(5), End.DECLINED)
    story = (seen(day(0)), assessed(day(0), R.BIOPSY), declined)
    assert state(*story) is S.ENDED
    with pytest.raises(IllegalMoveError):
        followed(*story, assessed(day(400), R.MORE_VIEWS))
    back = followed(*story, seen(day(390)), replace(declined, taken_back_on=day(395)))
    assert standing(back, day(394)).state is S.ENDED
    assert standing(back, day(395)).state is S.BIOPSY_ADVISED
    assert standing(recorded(back, assessed(day(400), R.MORE_VIEWS)), day(400)).state is (
        S.MORE_VIEWS
    )


def test_the_ending_that_holds_on_a_day_is_the_one_that_is_told() -> None:
    moved = ended(day(3), End.TRANSFERRED)
    wrong = ended(day(5), End.DIED, taken_back_on=day(20))
    finding = followed(seen(day(0)), moved, wrong)
    told = [standing(finding, day(one)).end for one in (2, 3, 5, 19, 20)]
    assert told == [None, End.TRANSFERRED, End.DIED, End.DIED, End.TRANSFERRED]


def test_what_comes_after_an_ending_is_told() -> None:
    gone = (assessed(day(0), R.BIOPSY), biopsy(day(5)), ended(day(6), End.TRANSFERRED))
    assert advised(*gone) == {A.ENDED_WHILE_PENDING}
    cancer = biopsy(day(5), report(day(9), K.MALIGNANT, subtype=MalignantSubtype.INVASIVE))
    assert advised(*gone, cancer) == {A.RESULT_AFTER_ENDING}
    assert state(*gone, cancer) is S.ENDED


def test_a_final_record_brings_its_biopsies_and_its_assessment() -> None:
    record = FinalRecord(
        finding_id=ID,
        tracking_uid=UID,
        laterality=Laterality.LEFT,
        scheme="bi-rads-2013-like",
        scheme_version="1",
        category="3",
        reader_id="reader-2",
        read_at=at(day(14)),
        recommendation=R.SHORT_INTERVAL,
        biopsies=(settled(day(10), day(14)),),
    )
    where = standing(followed(record), day(14))
    assert where.state is S.FOLLOW_UP
    unnamed = Finding(id=ID, tracking_uid=UID, laterality=Laterality.UNKNOWN)
    assert recorded(unnamed, record).laterality is Laterality.LEFT
    bare = replace(record, biopsies=())
    for wrong in (
        replace(bare, finding_id="F-OTHER"),
        replace(bare, tracking_uid="2.25.8"),
        replace(bare, laterality=Laterality.RIGHT),
    ):
        with pytest.raises(FollowUpError, match="same finding"):
            recorded(followed(), wrong)


def test_a_named_day_takes_the_place_of_the_rule() -> None:
    named = (seen(day(0)), assessed(day(0), R.SHORT_INTERVAL, due_on=day(120)))
    [step] = standing(followed(*named), day(1)).steps
    assert (step.due_on, step.months, step.counted_from) == (day(120), None, day(0))
    again = (seen(day(118)), assessed(day(118), R.SHORT_INTERVAL, exam_on=day(118)))
    steps = standing(followed(*named, *again), day(118)).steps
    assert [one.months for one in steps] == [None, 6, 12, 24]
    assert steps[0].kept_on == day(118)
    assert steps[1].counted_from == day(118)


def test_a_named_day_within_a_series_withdraws_what_was_still_to_come() -> None:
    first = date(2024, 1, 15)
    half_year = date(2024, 7, 15)
    story = (
        seen(first),
        assessed(first, R.SHORT_INTERVAL, exam_on=first),
        seen(half_year),
        assessed(half_year, R.SHORT_INTERVAL, exam_on=half_year, due_on=date(2024, 10, 15)),
    )
    steps = standing(followed(*story), half_year).steps
    assert [(one.months, one.standing) for one in steps] == [
        (6, DueStanding.KEPT),
        (None, DueStanding.NOT_DUE),
    ]


def test_an_addendum_of_the_same_exam_leaves_the_named_day() -> None:
    named = assessed(day(0), R.SHORT_INTERVAL, exam_on=day(0), due_on=day(30))
    addendum = assessed(day(2), R.SHORT_INTERVAL, exam_on=day(0))
    steps = standing(followed(seen(day(0)), named, addendum), day(2)).steps
    assert [one.due_on for one in steps] == [day(30)]


def test_more_views_by_a_day_start_no_series() -> None:
    views = assessed(day(0), R.MORE_VIEWS, exam_on=day(0), due_on=day(30))
    short = assessed(day(0), R.SHORT_INTERVAL, exam_on=day(0), at=at(day(0), 15))
    steps = standing(followed(seen(day(0)), views, short), day(2)).steps
    assert [one.months for one in steps] == [6, 12, 24]
    assert state(seen(day(0)), views, short, on=day(150)) is S.FOLLOW_UP


def test_views_that_are_wanted_by_another_day_are_due_once() -> None:
    views = assessed(day(0), R.MORE_VIEWS, exam_on=day(0), due_on=day(30))
    later = assessed(day(5), R.MORE_VIEWS, exam_on=day(0), due_on=day(60))
    steps = standing(followed(seen(day(0)), views, later), day(6)).steps
    assert [one.due_on for one in steps] == [day(60)]


def test_views_that_came_later_kept_their_day() -> None:
    story = (
        seen(day(0)),
        assessed(day(0), R.MORE_VIEWS, exam_on=day(0), due_on=day(14)),
        seen(day(9)),
        assessed(day(9), R.SHORT_INTERVAL, exam_on=day(9)),
    )
    steps = standing(followed(*story), day(10)).steps
    assert [(one.months, one.kept_on) for one in steps] == [
        (None, day(9)),
        (6, None),
        (12, None),
        (24, None),
    ]


def test_an_assessment_of_an_exam_is_enough_to_know_it() -> None:
    exams = (date(2024, 1, 15), date(2024, 7, 20))
    finding = followed(*(assessed(on, R.SHORT_INTERVAL, exam_on=on) for on in exams))
    assert standing(finding, exams[1]).steps[0].kept_on == exams[1]
    assert standing(finding, exams[1] - timedelta(days=1)).steps[0].kept_on is None
    later = assessed(date(2024, 7, 25), R.SHORT_INTERVAL, exam_on=exams[1])
    known = followed(assessed(exams[0], R.SHORT_INTERVAL, exam_on=exams[0]), later)
    assert standing(known, date(2024, 7, 24)).steps[0].kept_on is None


def test_a_series_is_over_on_the_day_on_which_its_last_step_is_due() -> None:
    settings = FollowUpSettings(months=(6,))
    first = date(2024, 1, 15)
    for exam, counted_from in ((date(2024, 5, 14), [first]), (date(2024, 5, 15), [first, None])):
        finding = followed(
            *(assessed(on, R.SHORT_INTERVAL, exam_on=on) for on in (first, exam)),
        )
        steps = standing(finding, exam, settings).steps
        assert [one.counted_from for one in steps] == [one or exam for one in counted_from]


def test_more_views_in_between_leave_the_series_as_it_is() -> None:
    first, then = date(2024, 1, 15), date(2024, 7, 15)
    story = (
        seen(first),
        assessed(first, R.SHORT_INTERVAL, exam_on=first),
        seen(then),
        assessed(then, R.MORE_VIEWS, exam_on=then),
        seen(then + timedelta(days=9), exam_uid="more"),
        assessed(then + timedelta(days=9), R.SHORT_INTERVAL, exam_on=then + timedelta(days=9)),
    )
    steps = standing(followed(*story), date(2024, 8, 1)).steps
    assert [one.due_on for one in steps] == [
        date(2024, 7, 15),
        date(2025, 1, 15),
        date(2026, 1, 15),
    ]


def test_who_is_watched_after_the_last_step_starts_another_series() -> None:
    exams = (date(2024, 1, 15), date(2024, 7, 20), date(2025, 1, 10), date(2026, 1, 30))
    story = [one for on in exams for one in (seen(on), assessed(on, R.SHORT_INTERVAL, exam_on=on))]
    where = standing(followed(*story), exams[-1])
    assert len(where.steps) == 6
    assert where.next_step is not None
    assert where.next_step.counted_from == exams[-1]


def test_a_planned_biopsy_is_kept_by_tissue() -> None:
    planned = (seen(day(0)), assessed(day(0), R.BIOPSY, due_on=day(10)))
    step = standing(followed(*planned, seen(day(8))), day(9)).next_step
    assert step is not None
    assert step.standing is DueStanding.DUE
    [kept] = standing(followed(*planned, biopsy(day(12))), day(12)).steps
    assert (kept.standing, kept.kept_by) == (DueStanding.KEPT, f"biopsy of {day(12)}")


@pytest.mark.parametrize(
    ("tissue", "says", "stays"),
    [
        (report(day(30), K.HIGH_RISK), R.MORE_VIEWS, S.CONSULTATION),
        (report(day(30), K.NON_DIAGNOSTIC), R.BIOPSY, S.REVIEW),
        (report(day(30), K.MALIGNANT), R.BIOPSY, S.TREATMENT),
        (report(None, K.PENDING), R.MORE_VIEWS, S.PATHOLOGY_PENDING),
    ],
)
def test_a_day_that_a_reader_names_after_tissue_is_waited_for(
    tissue: Pathology, says: Recommendation, stays: FindingState
) -> None:
    taken = biopsy(day(20), tissue)
    named = assessed(day(40), says, exam_on=None, due_on=day(220))
    story = (seen(day(0)), assessed(day(0), R.BIOPSY), taken, named, seen(day(60)))
    where = standing(followed(*story), day(61))
    assert where.state is stays
    assert where.next_step is not None
    assert where.next_step.due_on == day(220)


def test_what_came_before_a_day_was_named_does_not_keep_it() -> None:
    """Another biopsy is wanted of one that was discordant: the first one does not count for it."""
    taken = biopsy(day(14), report(day(17), K.BENIGN), concordances=(agreed(day(17), Answer.NO),))
    again = assessed(day(18), R.BIOPSY, exam_on=day(0), due_on=day(36))
    story = (seen(day(0)), assessed(day(0), R.BIOPSY), taken, again)
    [step] = standing(followed(*story), day(80)).steps
    assert (step.due_on, step.standing, step.kept_on) == (day(36), DueStanding.OVERDUE, None)
    second = biopsy(day(30))
    [step] = standing(followed(*story, second), day(80)).steps
    assert (step.standing, step.kept_on) == (DueStanding.KEPT, day(30))
    views = assessed(day(18), R.MORE_VIEWS, exam_on=day(0), due_on=day(36))
    where = standing(followed(seen(day(0)), seen(day(5)), views), day(20))
    assert where.next_step is not None
    assert where.next_step.kept_on is None


def test_another_biopsy_stays_planned_while_the_first_one_is_spoken_of() -> None:
    benign = report(day(17), K.BENIGN)
    taken = biopsy(day(14), benign, concordances=(agreed(day(20), Answer.NO),))
    again = assessed(day(18), R.BIOPSY, exam_on=day(0), due_on=day(36))
    story = (seen(day(0)), assessed(day(0), R.BIOPSY), taken, again)
    waiting = standing(followed(*story), day(21)).next_step
    assert waiting is not None
    assert waiting.due_on == day(36)
    agreed_now = biopsy(day(14), benign, concordances=(agreed(day(22)),))
    where = standing(followed(*story, agreed_now), day(60))
    assert where.state is S.FOLLOW_UP
    assert [(one.months, one.counted_from) for one in where.steps] == [
        (6, day(14)),
        (12, day(14)),
        (24, day(14)),
    ]


def test_a_result_withdraws_the_day_that_was_named_before_it() -> None:
    taken = biopsy(day(20))
    named = assessed(day(21), R.MORE_VIEWS, exam_on=None, due_on=day(220))
    told = biopsy(day(20), report(day(30), K.MALIGNANT))
    finding = followed(seen(day(0)), assessed(day(0), R.BIOPSY), taken, named)
    assert standing(finding, day(25)).next_step is not None
    assert standing(recorded(finding, told), day(31)).next_step is None


def test_routine_may_have_its_day_too() -> None:
    closed = (seen(day(0)), assessed(day(0), R.ROUTINE, exam_on=day(0), due_on=day(365)))
    where = standing(followed(*closed), day(1))
    assert where.state is S.CLOSED
    assert where.next_step is not None
    assert where.next_step.due_on == day(365)


@pytest.mark.parametrize(
    ("on", "due"), [(date(9999, 12, 20), None), (date(2024, 1, 1), date(9999, 12, 15))]
)
def test_what_is_due_beyond_the_calendar_is_refused_when_it_is_recorded(
    on: date, due: date | None
) -> None:
    with pytest.raises(FollowUpError, match="calendar"):
        followed(assessed(on, R.SHORT_INTERVAL, due_on=due))


@pytest.mark.parametrize(
    ("tissue", "comes_to"),
    [
        ((report(day(60), K.MALIGNANT),), S.TREATMENT),
        ((report(day(60), K.HIGH_RISK),), S.CONSULTATION),
        ((report(day(60), K.NON_DIAGNOSTIC),), S.REVIEW),
        ((), S.PATHOLOGY_PENDING),
    ],
)
@pytest.mark.parametrize("says", [R.ROUTINE, R.SHORT_INTERVAL])
def test_tissue_that_is_heard_of_late_is_taken_and_counts(
    tissue: tuple[Pathology, ...], comes_to: FindingState, says: Recommendation
) -> None:
    """Another place took tissue before a reader, who did not know of it, closed the finding."""
    story = (seen(day(0)), assessed(day(0), R.SHORT_INTERVAL), assessed(day(100), says))
    elsewhere = biopsy(day(50), *tissue)
    where = standing(followed(*story, elsewhere), day(120))
    assert where.state is comes_to
    assert where.next_step is None
    assert A.OVERRULED_BY_TISSUE in where.advisories
    assert A.OVERRULED_BY_TISSUE not in advised(*story, on=day(120))
    # Who knows of the tissue cannot say so.
    with pytest.raises(IllegalMoveError, match=says.value):
        followed(story[0], story[1], elsewhere, story[2])
    with pytest.raises(IllegalMoveError, match=says.value):
        followed(*story, elsewhere, assessed(day(110), says))
    # What is right is still taken.
    known = recorded(followed(*story, elsewhere), assessed(day(110), R.CONSULTATION))
    assert len(known.assessments) == 3


def test_an_answer_that_a_later_look_changes_is_taken_although_the_finding_was_closed() -> None:
    closed = (
        seen(day(0)),
        assessed(day(0), R.BIOPSY),
        settled(day(10), day(14)),
        seen(day(190)),
        assessed(day(190), R.ROUTINE),
    )
    assert state(*closed, on=day(200)) is S.CLOSED
    again = settled(day(10), day(14), calcification_in_specimen=Answer.NO)
    assert state(*closed, again, on=day(200)) is S.REVIEW


def test_an_ending_that_late_tissue_speaks_against_moves_nothing() -> None:
    story = (seen(day(0)), assessed(day(0), R.BIOPSY), ended(day(60), End.DECLINED))
    assert state(*story, on=day(100)) is S.ENDED
    where = standing(followed(*story, biopsy(day(50))), day(100))
    assert (where.state, where.end) == (S.PATHOLOGY_PENDING, None)
    assert A.OVERRULED_BY_TISSUE in where.advisories


def test_an_ending_that_is_taken_back_at_once_is_held_against_tissue_too() -> None:
    open_result = (seen(day(0)), biopsy(day(10), report(day(14), K.NON_DIAGNOSTIC)))
    back = ended(day(20), End.TREATED, taken_back_on=day(30))
    with pytest.raises(IllegalMoveError, match="ended_treated"):
        followed(*open_result, back)


def test_an_illegal_move_says_where_it_stood_and_what_could_be() -> None:
    finding = followed(assessed(day(0), R.BIOPSY), biopsy(day(3)))
    with pytest.raises(IllegalMoveError) as refused:
        recorded(finding, assessed(day(9), R.ROUTINE))
    said = str(refused.value)
    for part in (ID, day(9).isoformat(), "pathology_pending", "result_benign_concordant"):
        assert part in said


def test_a_record_of_one_mammogram_takes_the_place_of_the_earlier_one() -> None:
    finding = followed(seen(day(0)), seen(day(0), count=9))
    assert [one.count for one in finding.appearances] == [9]
    again = assessed(day(0), R.ROUTINE)
    assert recorded(recorded(finding, again), again) == recorded(finding, again)


# What holds for every story that can be told.

MOSTLY = hypothesis_settings(deadline=None, max_examples=100, derandomize=True)
ANSWERS = st.sampled_from([Answer.YES, Answer.YES, Answer.YES, Answer.NO, Answer.UNKNOWN])
HOURS = st.integers(0, 23)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-8))])


@st.composite
def times(draw: Any, on: int) -> datetime:
    return at(day(on), draw(HOURS)).replace(tzinfo=draw(ZONES))


@st.composite
def tissue(draw: Any) -> Biopsy:
    on = draw(st.integers(0, 60))
    reports = []
    for kind in draw(st.lists(st.sampled_from(PathologyKind), max_size=3)):
        more: dict[str, Any] = {"specimen": draw(st.sampled_from(Specimen))}
        if kind is K.MALIGNANT:
            more["subtype"] = draw(st.sampled_from(MalignantSubtype))
        reports.append(report(day(on + draw(st.integers(0, 30))), kind, **more))
    said = draw(st.lists(st.tuples(st.integers(0, 30), ANSWERS), max_size=2))
    return biopsy(
        day(on),
        *reports,
        id=f"biopsy {draw(st.integers(0, 2))} of {on}",
        concordances=tuple(
            replace(agreed(day(on + n), answer), at=draw(times(on + n))) for n, answer in said
        ),
        calcification_in_specimen=draw(ANSWERS),
        calcification_under_microscope=draw(ANSWERS),
    )


@st.composite
def settled_tissue(draw: Any) -> Biopsy:
    on = draw(st.integers(0, 60))
    return settled(day(on), day(on + draw(st.integers(0, 30))), id=f"settled {on}")


@st.composite
def spoken(draw: Any) -> Any:
    on = draw(st.integers(0, 800))
    more: dict[str, Any] = {"at": draw(times(on))}
    if draw(st.booleans()):
        more["exam_on"] = day(on - draw(st.integers(0, 30)))
    if draw(st.booleans()):
        more["due_on"] = day(on + draw(st.integers(1, 400)))
    return assessed(day(on), draw(st.sampled_from(Recommendation)), **more)


@st.composite
def shown(draw: Any) -> Any:
    change = draw(st.none() | st.sampled_from(Change))
    kind = draw(st.sampled_from(ExamKind))
    return seen(day(draw(st.integers(0, 900))), change=change, exam_kind=kind)


@st.composite
def stopped(draw: Any) -> Any:
    on = draw(st.integers(0, 900))
    back = draw(st.none() | st.integers(on, 1000))
    return ended(
        day(on), draw(st.sampled_from(End)), taken_back_on=None if back is None else day(back)
    )


RECORDS = st.lists(
    st.one_of(shown(), spoken(), spoken(), tissue(), settled_tissue(), stopped()),
    min_size=1,
    max_size=8,
)
DAYS = st.integers(0, 1300)


def told(records: list[Any]) -> Finding:
    """Return a finding with every record that is taken; what cannot be is refused."""
    finding = followed()
    for record in records:
        try:
            finding = recorded(finding, record)
        except FollowUpError:
            continue
    return finding


NOT_OPEN = {S.CLOSED, S.FOLLOW_UP, S.LOST, S.TO_ASSESS, S.MORE_VIEWS, S.BIOPSY_ADVISED, S.FOUND}
RESULT_STATES = {
    E.RESULT_PENDING: S.PATHOLOGY_PENDING,
    E.RESULT_TO_REVIEW: S.REVIEW,
    E.RESULT_HIGH_RISK: S.CONSULTATION,
    E.RESULT_MALIGNANT: S.TREATMENT,
}


def refuse_an_early_close(where: FindingStanding) -> None:
    """Refuse a finding that went on although its tissue did not allow it."""
    if where.outcome is None or where.state is S.ENDED:
        return
    leads_to = where.outcome.leads_to
    assert where.state is RESULT_STATES.get(leads_to, where.state)
    if leads_to is E.RESULT_BENIGN_CONCORDANT:
        assert where.state in NOT_OPEN | {S.CONSULTATION}
        assert where.outcome.kind is K.BENIGN
        assert not where.outcome.pending
        assert not where.outcome.review


@MOSTLY
@given(RECORDS, DAYS)
def test_only_benign_and_concordant_goes_on_and_pending_never_closes(
    records: list[Any], on: int
) -> None:
    where = standing(told(records), day(on))
    refuse_an_early_close(where)
    if where.state is S.CLOSED:
        assert where.moves
        assert any(one.event is E.ASSESSED_ROUTINE for one in where.moves)
    if where.state is S.TREATMENT:
        assert where.outcome is not None
        assert where.outcome.deciding is not None
        assert where.outcome.deciding.record_id


@MOSTLY
@given(RECORDS, tissue())
def test_no_tissue_is_refused_for_what_people_said(records: list[Any], late: Biopsy) -> None:
    finding = told(records)
    late = replace(late, id="from elsewhere")
    assert late in recorded(finding, late).biopsies


@MOSTLY
@given(RECORDS, DAYS, st.integers(0, 1000))
def test_the_state_never_depends_on_the_order_of_the_records(
    records: list[Any], on: int, seed: int
) -> None:
    finding = told(records)
    mixed = random.Random(seed)
    names = ("appearances", "assessments", "biopsies", "endings")
    shuffled: dict[str, Any] = {
        name: tuple(mixed.sample(getattr(finding, name), len(getattr(finding, name))))
        for name in names
    }
    other = Finding(id=ID, tracking_uid=UID, laterality=Laterality.LEFT, **shuffled)
    assert standing(other, day(on)) == standing(finding, day(on))


@MOSTLY
@given(RECORDS, DAYS)
def test_a_day_knows_nothing_of_later_days(records: list[Any], on: int) -> None:
    finding = told(records)
    known = [
        *(one for one in finding.appearances if one.acquired_on <= day(on)),
        *(one for one in finding.assessments if one.at.date() <= day(on)),
    ]
    if finding.biopsies or finding.endings:
        return
    assert standing(followed(*known), day(on)) == standing(finding, day(on))


SERIOUS = [S.CLOSED, S.LOST, S.FOLLOW_UP, S.FOUND, S.TO_ASSESS, S.MORE_VIEWS]


@MOSTLY
@given(RECORDS, st.sampled_from([Change.STABLE, Change.DECREASED, Change.RESOLVED]))
def test_staying_the_same_never_lowers(records: list[Any], change: Change) -> None:
    finding = told(records)
    on = day(1000)
    before = standing(finding, on).state
    after = standing(recorded(finding, seen(on, change=change)), on).state
    if before in SERIOUS:
        assert after in {before, S.TO_ASSESS}
    else:
        assert after is before


@MOSTLY
@given(RECORDS, DAYS)
def test_an_assessment_is_never_overtaken_by_the_calendar_alone(
    records: list[Any], on: int
) -> None:
    finding = told(records)
    moves = standing(finding, day(on)).moves
    later = standing(finding, day(on + 1)).moves
    made = [one for one in moves if one.event is not E.NOT_SEEN_AGAIN]
    if not finding.endings:
        assert later[: len(made)] == tuple(made)
