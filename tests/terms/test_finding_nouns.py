"""Records of a finding: what each must hold, and what is refused."""

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
    report,
    seen,
    settled,
)

from calcsight.terms.biopsy import (
    Answer,
    Biopsy,
    BiopsyMethod,
    GuidedBy,
    MalignantSubtype,
    Pathology,
    PathologyKind,
    Specimen,
)
from calcsight.terms.errors import FinalRecordError, FollowUpError
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import End, Recommendation
from calcsight.terms.mammogram import Laterality

K, R = PathologyKind, Recommendation
MOSTLY = hypothesis_settings(deadline=None, max_examples=300, derandomize=True)
TEXTS = st.sampled_from(["", " ", "\n", "report 7", "x" * 129, "1.2.3", "a\tb"])


def finding(**more: Any) -> Finding:
    return Finding(**{"id": ID, "tracking_uid": UID, "laterality": Laterality.LEFT, **more})


def final(**more: Any) -> FinalRecord:
    stated = {
        "finding_id": ID,
        "tracking_uid": UID,
        "laterality": Laterality.LEFT,
        "scheme": "bi-rads-2013-like",
        "scheme_version": "1",
        "category": "4B",
        "reader_id": "reader-1",
        "read_at": at(day(3)),
        "recommendation": R.BIOPSY,
    }
    return FinalRecord(**{**stated, **more})


@MOSTLY
@given(
    st.sampled_from(PathologyKind),
    st.sampled_from(Specimen),
    st.none() | st.sampled_from(MalignantSubtype),
    st.none() | st.dates(),
    TEXTS,
)
def test_nothing_malignant_is_built_without_its_pathology_record(
    kind: PathologyKind,
    specimen: Specimen,
    subtype: MalignantSubtype | None,
    on: date | None,
    record_id: str,
) -> None:
    try:
        built = Pathology(
            kind=kind, specimen=specimen, subtype=subtype, reported_on=on, record_id=record_id
        )
    except FollowUpError:
        readable = record_id in {"report 7", "1.2.3"}
        whole = (
            on is not None and readable if kind is not K.PENDING else (on, record_id) == (None, "")
        )
        assert not (whole and (subtype is not None) == (kind is K.MALIGNANT))
    else:
        assert (built.subtype is not None) == (kind is K.MALIGNANT)
        reported = built.reported_on is not None and bool(built.record_id.strip())
        assert reported == (kind is not K.PENDING)


@pytest.mark.parametrize("subtype", list(MalignantSubtype))
def test_only_dcis_without_invasion_is_stage_zero(subtype: MalignantSubtype) -> None:
    assert report(day(0), K.MALIGNANT, subtype=subtype).stage is None
    if subtype is MalignantSubtype.DCIS:
        assert report(day(0), K.MALIGNANT, subtype=subtype, stage=0).stage == 0
        return
    with pytest.raises(FollowUpError, match="stage 0"):
        report(day(0), K.MALIGNANT, subtype=subtype, stage=0)
    assert report(day(0), K.MALIGNANT, subtype=subtype, stage=4).stage == 4


def test_a_biopsy_is_of_a_known_side_and_nothing_of_it_comes_before_it() -> None:
    with pytest.raises(FollowUpError, match="unknown side"):
        biopsy(day(1), laterality=Laterality.UNKNOWN)
    with pytest.raises(FollowUpError, match="0 cores"):
        biopsy(day(1), cores=0)
    with pytest.raises(FollowUpError, match="nothing from before"):
        biopsy(day(1), report(day(0), K.BENIGN))
    with pytest.raises(FollowUpError, match="nothing from before"):
        biopsy(day(1), concordances=(agreed(day(0)),))
    assert biopsy(day(1), report(day(1), K.BENIGN), cores=1).cores == 1


@pytest.mark.parametrize("name", ["id", "finding_id"])
def test_a_biopsy_has_names(name: str) -> None:
    with pytest.raises(FollowUpError):
        biopsy(day(1), **{name: " "})


def test_every_statement_of_concordance_is_kept_and_the_last_one_holds() -> None:
    yes, no = agreed(day(2), Answer.YES, 9), agreed(day(2), Answer.NO, 10)
    assert biopsy(day(1)).concordant is Answer.UNKNOWN
    assert biopsy(day(1), concordances=(yes,)).concordant is Answer.YES
    both = biopsy(day(1), concordances=(no, yes))
    assert both.concordant is Answer.NO
    assert both.concordances == (yes, no)


def test_of_two_statements_at_one_time_the_less_sure_one_holds() -> None:
    said = [agreed(day(2), one) for one in Answer]
    assert biopsy(day(1), concordances=tuple(said)).concordant is Answer.NO
    assert biopsy(day(1), concordances=(said[0], said[2])).concordant is Answer.UNKNOWN


@pytest.mark.parametrize("make", [agreed, lambda on: assessed(on, R.ROUTINE)])
def test_a_person_and_a_time_zone_are_required(make: Any) -> None:
    record = make(day(1))
    with pytest.raises(FollowUpError, match="reader"):
        replace(record, reader_id=" ")
    with pytest.raises(FollowUpError, match="no time zone"):
        replace(record, at=datetime(2024, 1, 1, 12))


@pytest.mark.parametrize("name", ["scheme", "scheme_version", "category"])
def test_an_assessment_names_scheme_version_and_category(name: str) -> None:
    with pytest.raises(FollowUpError, match=name):
        assessed(day(1), R.ROUTINE, **{name: ""})


def test_days_of_an_assessment_agree() -> None:
    with pytest.raises(FollowUpError, match="not from after"):
        assessed(day(1), R.ROUTINE, exam_on=day(2))
    with pytest.raises(FollowUpError, match="a later day"):
        assessed(day(1), R.ROUTINE, exam_on=day(1), due_on=day(0))
    assert assessed(day(1), R.ROUTINE).assessed_day == day(1)
    assert assessed(day(3), R.ROUTINE, exam_on=day(1)).assessed_day == day(1)


@pytest.mark.parametrize(
    "stated",
    [
        {"mammogram_uid": ""},
        {"column": None},
        {"row": None},
        {"group": 0},
        {"count": -1},
        {"extent_mm": -0.1},
        {"extent_mm": float("nan")},
        {"extent_mm": float("inf")},
    ],
)
def test_an_appearance_that_cannot_be_is_refused(stated: dict[str, Any]) -> None:
    with pytest.raises(FollowUpError):
        replace(seen(day(0)), **stated)


def test_a_view_of_no_known_exam_stands_for_its_exam() -> None:
    assert seen(day(0)).exam == "exam of 2024-01-15"
    assert seen(day(0), exam_uid="").exam == "view of 2024-01-15"


@pytest.mark.parametrize("uid", ["", "2.25.", "2.25.07", "1..2", "a.b", "7", "1." * 32 + "1"])
def test_a_tracking_uid_is_a_dicom_uid(uid: str) -> None:
    with pytest.raises(FollowUpError, match="DICOM UID"):
        finding(tracking_uid=uid)
    with pytest.raises(FinalRecordError, match="DICOM UID"):
        final(tracking_uid=uid)


def test_a_uid_of_sixty_four_signs_is_one() -> None:
    assert len(finding(tracking_uid="1." * 31 + "10").tracking_uid) == 64


def test_records_of_the_other_side_or_of_another_finding_are_refused() -> None:
    with pytest.raises(FollowUpError, match="side R"):
        finding(appearances=(seen(day(0), laterality=Laterality.RIGHT),))
    with pytest.raises(FollowUpError, match="side R"):
        finding(biopsies=(biopsy(day(0), laterality=Laterality.RIGHT),))
    with pytest.raises(FollowUpError, match="of its own"):
        finding(biopsies=(biopsy(day(0), finding_id="F-OTHER"),))
    both = (seen(day(0)), seen(day(1), laterality=Laterality.RIGHT))
    with pytest.raises(FollowUpError, match="both sides"):
        finding(laterality=Laterality.UNKNOWN, appearances=both)
    unstated = seen(day(0), laterality=Laterality.UNKNOWN)
    assert finding(appearances=(unstated,)).appearances == (unstated,)


def test_two_records_of_one_biopsy_or_group_are_refused() -> None:
    with pytest.raises(FollowUpError, match="two biopsies"):
        finding(biopsies=(biopsy(day(0)), biopsy(day(0), cores=3)))
    with pytest.raises(FollowUpError, match="two appearances"):
        finding(appearances=(seen(day(0)), seen(day(0), count=3)))
    assert len(finding(appearances=(seen(day(0)), seen(day(0)))).appearances) == 1
    assert len(finding(appearances=(seen(day(0)), seen(day(0), group=2))).appearances) == 2


def test_the_order_in_which_records_came_says_nothing() -> None:
    one = finding(
        appearances=(seen(day(0)), seen(day(9))),
        assessments=(assessed(day(0), R.MORE_VIEWS), assessed(day(9), R.BIOPSY)),
        biopsies=(biopsy(day(10)), biopsy(day(20))),
        endings=(ended(day(30), End.TRANSFERRED), ended(day(31), End.DIED)),
    )
    names = ("appearances", "assessments", "biopsies", "endings")
    other = finding(**{name: getattr(one, name)[::-1] for name in names})
    assert other == one


def test_one_moment_told_in_two_zones_is_one_statement() -> None:
    here = agreed(day(2))
    there = replace(here, at=here.at.astimezone(timezone(timedelta(hours=5))))
    told = [biopsy(day(1), concordances=both) for both in ((here, there), (there, here))]
    assert repr(told[0]) == repr(told[1])
    assert len(told[0].concordances) == 1


def test_an_ending_is_taken_back_later_than_it_was_said() -> None:
    with pytest.raises(FollowUpError, match="later day"):
        ended(day(5), End.DECLINED, taken_back_on=day(4))
    assert ended(day(5), End.DECLINED, taken_back_on=day(5)).taken_back_on == day(5)


@pytest.mark.parametrize(
    "name", ["finding_id", "reader_id", "scheme", "scheme_version", "category", "tracking_uid"]
)
def test_a_final_record_lacks_nothing(name: str) -> None:
    with pytest.raises(FinalRecordError):
        final(**{name: ""})


@pytest.mark.parametrize(
    "stated",
    [
        {"read_at": datetime(2024, 1, 1)},
        {"exam_on": day(4)},
        {"due_on": day(2)},
        {"biopsies": (biopsy(day(1), finding_id="F-OTHER"),)},
        {"biopsies": (biopsy(day(1), laterality=Laterality.RIGHT),)},
    ],
)
def test_a_final_record_that_cannot_be_is_refused(stated: dict[str, Any]) -> None:
    with pytest.raises(FinalRecordError):
        final(**stated)


def test_a_final_record_holds_an_assessment() -> None:
    record = final(
        due_on=day(20), exam_uid="1.2", exam_on=day(1), biopsies=(settled(day(1), day(2)),)
    )
    held = record.assessment
    assert held.at == record.read_at
    assert (held.reader_id, held.category, held.due_on) == ("reader-1", "4B", day(20))
    assert (held.exam_uid, held.exam_on, held.associated) == ("1.2", day(1), None)
    assert held.at.tzinfo is UTC


@pytest.mark.parametrize("noun", [BiopsyMethod, GuidedBy, Recommendation, End])
def test_every_word_has_its_own_text(noun: Any) -> None:
    texts = [one.text for one in noun]
    assert len(set(texts)) == len(texts)


def test_pathology_is_kept_in_the_order_of_its_days() -> None:
    later, first = report(day(5), K.HIGH_RISK), report(day(2), K.BENIGN)
    awaited = report(None, K.PENDING, specimen=Specimen.SURGERY)
    held = Biopsy(
        id="b",
        finding_id=ID,
        laterality=Laterality.LEFT,
        performed_on=day(1),
        method=BiopsyMethod.CORE_NEEDLE,
        pathology=(awaited, later, first, later),
    )
    assert held.pathology == (first, later, awaited)


def test_more_tissue_than_any_finding_has_is_refused() -> None:
    reports = tuple(report(day(9), K.BENIGN, record_id=f"report {n}") for n in range(21))
    said = tuple(agreed(day(9), hour=n) for n in range(21))
    taken = tuple(biopsy(day(8), id=f"biopsy {n}") for n in range(21))
    assert len(biopsy(day(8), *reports[:20], concordances=said[:20]).pathology) == 20
    for refused in (
        lambda: biopsy(day(8), *reports),
        lambda: biopsy(day(8), concordances=said),
        lambda: finding(biopsies=taken),
    ):
        with pytest.raises(FollowUpError, match="21 "):
            refused()
    assert len(finding(biopsies=taken[:20]).biopsies) == 20
