"""Which record calls for which letter, and which for none: the truth table."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from docs.letter_tables import PAGE, REFUSED, TABLES
from docs.letter_tables import order as doc_order
from docs.letter_tables import record as doc_record
from docs.made_tables import filled_in
from tests.patient.letter_records import (
    AFTER_REPORT,
    BIOPSY,
    HIGH_RISK,
    ON,
    RECORDS,
    ROUTINE,
    SHORT,
    TALK,
    TREAT,
    VIEWS,
    letter_of,
)
from tests.patient.letter_records import order as order_of
from tests.reports.final_records import BENIGN, DCIS, biopsy, final, of_exam

from calcsight.knowledge.guidance import shipped_scheme
from calcsight.patient.letter_due import due_on
from calcsight.patient.letter_kind import letter_kind
from calcsight.terms.biopsy import Answer, Concordance, Pathology, PathologyKind, Specimen
from calcsight.terms.errors import LetterRefused
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.follow_up import FollowUpSettings
from calcsight.terms.letter import LetterKind, LetterOrder
from calcsight.terms.mammogram import Laterality

PENDING = Pathology(kind=PathologyKind.PENDING, specimen=Specimen.SURGERY)
# By category of "bi-rads-2013-like" and recommendation, with no tissue; all else is refused.
FITTING = {
    ("0", VIEWS): LetterKind.INCOMPLETE,
    ("2", ROUTINE): LetterKind.BENIGN,
    ("3", SHORT): LetterKind.PROBABLY_BENIGN,
    ("4A", BIOPSY): LetterKind.BIOPSY_ADVISED,
    ("4B", BIOPSY): LetterKind.BIOPSY_ADVISED,
    ("4C", BIOPSY): LetterKind.BIOPSY_ADVISED,
    ("4", BIOPSY): LetterKind.BIOPSY_ADVISED,
    ("5", BIOPSY): LetterKind.BIOPSY_ADVISED,
}
BY_RECOMMENDATION = {
    ROUTINE: LetterKind.BENIGN,
    SHORT: LetterKind.PROBABLY_BENIGN,
    VIEWS: LetterKind.INCOMPLETE,
    BIOPSY: LetterKind.BIOPSY_ADVISED,
}
# By the last report and the recommendation, with tissue from after the exam; all else is refused.
AFTER_TISSUE = {
    (PathologyKind.BENIGN, ROUTINE): LetterKind.BIOPSY_BENIGN,
    (PathologyKind.BENIGN, SHORT): LetterKind.BIOPSY_BENIGN,
    (PathologyKind.HIGH_RISK, TALK): LetterKind.HIGH_RISK,
    (PathologyKind.MALIGNANT, TALK): LetterKind.MALIGNANT,
    (PathologyKind.MALIGNANT, TREAT): LetterKind.MALIGNANT,
}
REPORTS = {
    PathologyKind.BENIGN: BENIGN,
    PathologyKind.HIGH_RISK: HIGH_RISK,
    PathologyKind.MALIGNANT: DCIS,
    PathologyKind.PENDING: PENDING,
    PathologyKind.NON_DIAGNOSTIC: replace(BENIGN, kind=PathologyKind.NON_DIAGNOSTIC),
}


SPRING = date(2026, 4, 1)


def order(**changed: Any) -> LetterOrder:
    """Return an order of a letter of spring, when the records of this page were made."""
    return order_of(**{"on": SPRING, **changed})


def kind_of(record: FinalRecord, ordered: LetterOrder | None = None) -> LetterKind | None:
    """Return the kind of a record's letter; None = it is refused."""
    scheme = shipped_scheme(record.scheme, record.scheme_version)
    try:
        return letter_kind(record, scheme, ordered or order())
    except LetterRefused:
        return None


@pytest.mark.parametrize("kind", LetterKind)
def test_every_kind_has_a_record_that_calls_for_it(kind: LetterKind) -> None:
    assert kind_of(RECORDS[kind], order_of(kind)) is kind


@pytest.mark.parametrize("advised", Recommendation)
@pytest.mark.parametrize(
    "category", ["0", "1", "2", "3", "4", "4A", "4B", "4C", "5", "6", "6A", "7", "9z", "?", "x"]
)
def test_a_category_and_a_recommendation_have_to_agree(
    category: str, advised: Recommendation
) -> None:
    record = final(category=category, recommendation=advised)
    assert kind_of(record) is FITTING.get((category, advised))


@pytest.mark.parametrize("advised", Recommendation)
@pytest.mark.parametrize(
    "unknown",
    [{"scheme": "site"}, {"scheme_version": "9"}, {"scheme": "bi-rads-2025"}],
    ids=str,
)
@pytest.mark.parametrize("category", ["B", "10", "grün"])
def test_in_an_unknown_scheme_the_recommendation_alone_decides(
    category: str, unknown: dict[str, str], advised: Recommendation
) -> None:
    record = final(recommendation=advised, category=category, **unknown)
    assert kind_of(record) is BY_RECOMMENDATION.get(advised)


@pytest.mark.parametrize(
    ("category", "routine", "short"),
    [
        ("0", False, False),
        ("1", True, False),
        ("2", True, False),
        ("BI-RADS II", True, False),
        ("2 - benign", True, False),
        ("3", False, True),
        ("4", False, False),
        ("IVb", False, False),
        ("4B: moderate", False, False),
        ("\uff14B", False, False),
        ("R5", False, False),
        ("6", False, False),
        ("VI", False, False),
        ("highly suspicious", False, False),
        ("sospechoso", False, False),
        ("C\u00c1NCER", False, False),
        ("indeterminate", False, False),
    ],
)
def test_an_unknown_scheme_never_calms_where_every_known_one_would_not(
    category: str, routine: bool, short: bool
) -> None:
    told = {ROUTINE: LetterKind.BENIGN if routine else None}
    told[SHORT] = LetterKind.PROBABLY_BENIGN if short else None
    for advised, kind in told.items():
        site = final(scheme="site", category=category, recommendation=advised)
        assert kind_of(site) is kind
    exam = of_exam(scheme="site", category=category)
    assert kind_of(exam) is (LetterKind.NO_FINDING if routine else None)


@pytest.mark.parametrize("scheme", ["site", "bi-rads-2013-like", "five-tier"])
@pytest.mark.parametrize("category", ["6", "BI-RADS VI", "cat. 6", "6 - proven"])
def test_proven_cancer_is_told_by_no_other_letter(scheme: str, category: str) -> None:
    for advised, report, exam_on in product(
        Recommendation, (None, BENIGN, HIGH_RISK), (date(2026, 3, 1), date(2026, 3, 22))
    ):
        taken = [biopsy(pathology=(one,)) for one in [report] if one]
        record = final(
            scheme=scheme,
            category=category,
            recommendation=advised,
            exam_on=exam_on,
            read_at=AFTER_REPORT,
            biopsies=tuple(taken),
        )
        assert kind_of(record) is None


def test_what_is_missing_for_proven_cancer_is_said() -> None:
    with pytest.raises(LetterRefused, match="one contradicts the other"):
        letter_of(final(category="6", recommendation=ROUTINE), order())
    with pytest.raises(LetterRefused) as refusal:
        letter_of(final(category="6", recommendation=TREAT), order())
    assert "the biopsy with its pathology" in refusal.value.needed
    with pytest.raises(LetterRefused, match="7, which bi-rads-2013-like does not have") as unknown:
        letter_of(final(category="7", recommendation=ROUTINE), order())
    assert unknown.value.needed == "one of: 0, 1, 2, 3, 4, 4A, 4B, 4C, 5, 6"
    proven = final(category="6", recommendation=TREAT, biopsies=(biopsy(),))
    assert kind_of(proven, order(conversation_on=SPRING)) is LetterKind.MALIGNANT


@pytest.mark.parametrize("scheme", ["bi-rads-2013-like", "five-tier"])
def test_nothing_seen_goes_with_routine_and_no_finding_alone(scheme: str) -> None:
    assert kind_of(final(scheme=scheme, category="1", recommendation=ROUTINE)) is None
    assert kind_of(of_exam(scheme=scheme)) is LetterKind.NO_FINDING
    for advised in (VIEWS, TALK):
        assert kind_of(of_exam(scheme=scheme, recommendation=advised)) is None


@pytest.mark.parametrize("advised", [ROUTINE, SHORT])
def test_what_was_recommended_before_the_report_is_no_next_step(advised: Recommendation) -> None:
    early = final(category="3", recommendation=advised, biopsies=(biopsy(pathology=(BENIGN,)),))
    with pytest.raises(LetterRefused, match="before the report of 2026-03-20"):
        letter_of(early, order())
    assert kind_of(replace(early, read_at=AFTER_REPORT)) is LetterKind.BIOPSY_BENIGN


@pytest.mark.parametrize(
    "category", ["4b", " 4 B", "IVb", "\uff14B", "BI-RADS 4B", "birads4b", "Category 4b", "R4B"]
)
def test_a_category_is_known_however_it_is_written(category: str) -> None:
    assert kind_of(final(category=category, recommendation=ROUTINE)) is None
    advised = final(category=category, recommendation=BIOPSY)
    assert kind_of(advised) is LetterKind.BIOPSY_ADVISED
    graded = final(scheme="five-tier", category="M3", recommendation=SHORT)
    assert kind_of(graded) is None


@pytest.mark.parametrize(
    ("category", "advised", "kind"),
    [
        ("3", SHORT, None),
        ("3", ROUTINE, None),
        ("3", VIEWS, LetterKind.INCOMPLETE),
        ("3", BIOPSY, LetterKind.BIOPSY_ADVISED),
        ("4", VIEWS, LetterKind.INCOMPLETE),
        ("4", ROUTINE, None),
        ("2", BIOPSY, None),
    ],
)
def test_grade_3_of_five_is_no_watching(
    category: str, advised: Recommendation, kind: LetterKind | None
) -> None:
    record = final(scheme="five-tier", category=category, recommendation=advised)
    assert kind_of(record) is kind


@pytest.mark.parametrize(
    ("category", "advised", "kind"),
    [
        ("1", ROUTINE, LetterKind.NO_FINDING),
        ("2", ROUTINE, LetterKind.NO_FINDING),
        ("0", VIEWS, LetterKind.INCOMPLETE),
        ("4B", ROUTINE, None),
        ("0", ROUTINE, None),
        ("1", TALK, None),
    ],
)
def test_an_exam_without_a_finding(
    category: str, advised: Recommendation, kind: LetterKind | None
) -> None:
    assert kind_of(of_exam(category=category, recommendation=advised)) is kind


@pytest.mark.parametrize("advised", Recommendation)
@pytest.mark.parametrize("report", PathologyKind)
def test_tissue_and_a_recommendation_have_to_agree(
    report: PathologyKind, advised: Recommendation
) -> None:
    taken = biopsy(pathology=(REPORTS[report],))
    record = final(category="4B", recommendation=advised, read_at=AFTER_REPORT, biopsies=(taken,))
    talked = order(conversation_on=date(2026, 3, 25))
    assert kind_of(record, talked) is AFTER_TISSUE.get((report, advised))


@pytest.mark.parametrize("concordant", [*Answer, None])
@pytest.mark.parametrize("in_specimen", Answer)
@pytest.mark.parametrize("under_microscope", Answer)
def test_benign_is_told_only_when_everything_was_answered_with_yes(
    concordant: Answer | None, in_specimen: Answer, under_microscope: Answer
) -> None:
    said = [
        Concordance(concordant=one, reader_id="r", at=datetime(2026, 3, 23, 8, tzinfo=UTC))
        for one in (concordant,)
        if one is not None
    ]
    taken = biopsy(
        pathology=(BENIGN,),
        concordances=tuple(said),
        calcification_in_specimen=in_specimen,
        calcification_under_microscope=under_microscope,
    )
    record = final(category="4B", recommendation=ROUTINE, read_at=AFTER_REPORT, biopsies=(taken,))
    told = {concordant, in_specimen, under_microscope} == {Answer.YES}
    assert kind_of(record) is (LetterKind.BIOPSY_BENIGN if told else None)


def test_what_is_missing_is_said() -> None:
    taken = biopsy(pathology=(BENIGN,), concordances=(), calcification_in_specimen=Answer.NO)
    with pytest.raises(LetterRefused, match="not retrieved") as refusal:
        letter_of(final(category="4B", recommendation=ROUTINE, biopsies=(taken,)), order())
    assert "Nobody has said" in refusal.value.found
    assert "concordant" in refusal.value.needed


def test_a_report_that_is_awaited_beside_a_benign_one_keeps_it_open() -> None:
    taken = biopsy(pathology=(BENIGN, PENDING))
    assert kind_of(final(category="4B", recommendation=ROUTINE, biopsies=(taken,))) is None


def test_an_upgrade_at_surgery_is_a_malignant_result() -> None:
    later = replace(DCIS, specimen=Specimen.SURGERY, reported_on=date(2026, 3, 28))
    taken = biopsy(pathology=(BENIGN, later))
    record = final(category="4B", recommendation=ROUTINE, biopsies=(taken,))
    assert kind_of(record, order(conversation_on=SPRING)) is None
    treated = replace(record, recommendation=TREAT)
    assert kind_of(treated, order(conversation_on=SPRING)) is LetterKind.MALIGNANT
    assert kind_of(treated, order(conversation_on=date(2026, 3, 27))) is None


@pytest.mark.parametrize("advised", [ROUTINE, SHORT])
@pytest.mark.parametrize(
    "report", [one for one in PathologyKind if one is not PathologyKind.BENIGN]
)
@pytest.mark.parametrize("first", [True, False])
def test_a_benign_biopsy_beside_another_result_is_never_told_as_benign(
    report: PathologyKind, advised: Recommendation, first: bool
) -> None:
    told = replace(REPORTS[report], specimen=Specimen.NEEDLE)
    if told.reported_on is not None:
        told = replace(told, reported_on=date(2026, 3, 22), record_id="P-90")
    other = biopsy(id="B2", performed_on=date(2026, 3, 14 if first else 18), pathology=(told,))
    record = final(
        category="4B",
        recommendation=advised,
        read_at=AFTER_REPORT,
        biopsies=(biopsy(pathology=(BENIGN,)), other),
    )
    kind = kind_of(record, order(conversation_on=SPRING))
    settled = report is PathologyKind.NON_DIAGNOSTIC and first
    assert kind is (LetterKind.BIOPSY_BENIGN if settled else None)


def test_a_concordance_has_to_speak_of_the_last_report() -> None:
    def told(*reports: Pathology, said: date) -> LetterKind | None:
        at = datetime(said.year, said.month, said.day, 8, tzinfo=UTC)
        word = Concordance(concordant=Answer.YES, reader_id="r", at=at)
        taken = biopsy(pathology=reports, concordances=(word,))
        late = datetime(2026, 3, 30, 8, tzinfo=UTC)
        return kind_of(
            final(category="4A", recommendation=SHORT, read_at=late, biopsies=(taken,)),
        )

    excised = replace(
        BENIGN, specimen=Specimen.SURGERY, reported_on=date(2026, 3, 28), record_id="P-91"
    )
    assert told(BENIGN, said=date(2026, 3, 19)) is None
    assert told(BENIGN, said=date(2026, 3, 20)) is LetterKind.BIOPSY_BENIGN
    assert told(BENIGN, excised, said=date(2026, 3, 27)) is None
    assert told(BENIGN, excised, said=date(2026, 3, 28)) is LetterKind.BIOPSY_BENIGN


def test_an_exam_without_a_finding_says_of_which_breast() -> None:
    assert kind_of(of_exam(laterality=Laterality.LEFT)) is LetterKind.NO_FINDING
    assert kind_of(of_exam(laterality=None)) is LetterKind.NO_FINDING
    assert kind_of(of_exam(laterality=Laterality.UNKNOWN)) is None


@pytest.mark.parametrize(
    ("talked", "kind"),
    [
        (None, None),
        (date(2026, 11, 19), None),
        (date(2026, 11, 20), LetterKind.MALIGNANT),
        (ON, LetterKind.MALIGNANT),
        (date(2026, 12, 3), None),
    ],
)
def test_cancer_is_never_told_by_letter_first(talked: date | None, kind: LetterKind | None) -> None:
    record = RECORDS[LetterKind.MALIGNANT]
    assert kind_of(record, order_of(conversation_on=talked)) is kind


@pytest.mark.parametrize(
    ("advised", "category", "kind"),
    [
        (ROUTINE, "2", LetterKind.BIOPSY_BENIGN),
        (SHORT, "3", LetterKind.BIOPSY_BENIGN),
        (SHORT, "4B", None),
        (BIOPSY, "4B", LetterKind.BIOPSY_ADVISED),
        (VIEWS, "0", LetterKind.INCOMPLETE),
        (TREAT, "4B", None),
        (TALK, "4B", None),
    ],
)
def test_an_exam_after_benign_tissue_speaks_for_itself(
    advised: Recommendation, category: str, kind: LetterKind | None
) -> None:
    record = final(
        category=category,
        recommendation=advised,
        exam_on=date(2026, 9, 28),
        read_at=datetime(2026, 9, 28, 12, tzinfo=UTC),
        biopsies=(biopsy(pathology=(BENIGN,)),),
    )
    assert kind_of(record, order(on=date(2026, 9, 29))) is kind


@pytest.mark.parametrize(
    ("exam", "due"),
    [
        (date(2025, 8, 31), date(2026, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2025, 8, 15), date(2026, 2, 15)),
        (date(2025, 12, 31), date(2026, 6, 30)),
    ],
)
def test_the_next_mammogram_is_due_by_calendar_months(exam: date, due: date) -> None:
    record = final(exam_on=exam, read_at=datetime(exam.year, 12, 31, 12, tzinfo=UTC))
    assert due_on(record, order()) == due


def test_after_a_biopsy_the_months_count_from_it() -> None:
    record = RECORDS[LetterKind.BIOPSY_BENIGN]
    assert due_on(record, order()) == date(2027, 5, 16)


@pytest.mark.parametrize(
    ("changed", "on", "kind"),
    [
        ({}, date(2026, 9, 1), LetterKind.PROBABLY_BENIGN),
        ({}, date(2026, 10, 1), LetterKind.PROBABLY_BENIGN),
        ({}, date(2026, 10, 2), LetterKind.OVERDUE),
        ({"due_on": date(2026, 7, 1)}, date(2026, 7, 31), LetterKind.PROBABLY_BENIGN),
        ({"due_on": date(2026, 7, 1)}, date(2026, 8, 1), LetterKind.OVERDUE),
    ],
)
def test_it_is_overdue_when_day_and_grace_have_passed(
    changed: dict[str, Any], on: date, kind: LetterKind
) -> None:
    assert kind_of(final(**changed), order(on=on)) is kind


def test_the_grace_is_a_setting() -> None:
    soon = FollowUpSettings(months=(3, 6), overdue_after_days=5)
    at = date(2026, 6, 7)
    assert kind_of(final(), order(on=at, settings=soon)) is LetterKind.OVERDUE
    assert kind_of(final(), order(on=date(2026, 6, 6), settings=soon)) is not LetterKind.OVERDUE


def test_no_letter_is_older_than_what_it_tells() -> None:
    assert kind_of(final(), order(on=date(2026, 3, 1))) is None
    benign = RECORDS[LetterKind.BIOPSY_BENIGN]
    assert kind_of(benign, order(on=date(2026, 11, 22))) is None
    assert kind_of(benign, order(on=date(2026, 11, 23))) is LetterKind.BIOPSY_BENIGN


def test_a_record_that_does_not_say_which_mammogram_is_refused() -> None:
    assert kind_of(final(exam_on=None)) is None


@pytest.mark.parametrize("side", [Laterality.LEFT, Laterality.RIGHT, Laterality.UNKNOWN])
def test_the_side_changes_no_kind(side: Laterality) -> None:
    assert kind_of(final(laterality=side)) is LetterKind.PROBABLY_BENIGN


CALMING = {LetterKind.NO_FINDING, LetterKind.BENIGN, LetterKind.PROBABLY_BENIGN}


@pytest.mark.parametrize("category", ["0", "1", "2", "3", "4A", "4C", "5", "6"])
@pytest.mark.parametrize("advised", Recommendation)
@pytest.mark.parametrize("report", [*PathologyKind, None])
def test_no_letter_calms_or_tells_beyond_its_record(
    category: str, advised: Recommendation, report: PathologyKind | None
) -> None:
    for concordant, exam_on, talked in product(
        Answer, (date(2026, 3, 1), date(2026, 3, 25)), (None, date(2026, 3, 27))
    ):
        said = Concordance(
            concordant=concordant, reader_id="r", at=datetime(2026, 3, 23, 8, tzinfo=UTC)
        )
        taken = [biopsy(pathology=(REPORTS[one],), concordances=(said,)) for one in [report] if one]
        record = final(
            category=category,
            recommendation=advised,
            exam_on=exam_on,
            read_at=datetime(2026, 3, 26, 8, tzinfo=UTC),
            biopsies=tuple(taken),
        )
        kind = kind_of(record, order(conversation_on=talked))
        settled = report is PathologyKind.BENIGN and concordant is Answer.YES
        if kind is LetterKind.MALIGNANT:
            assert report is PathologyKind.MALIGNANT
            assert talked
        elif kind is LetterKind.HIGH_RISK:
            assert report is PathologyKind.HIGH_RISK
        elif kind is LetterKind.BIOPSY_BENIGN:
            assert settled
        elif kind is not None:
            assert report is None or settled
        if kind in CALMING:
            assert category in {"2", "3"}
            assert report is None


@pytest.mark.parametrize(("words", "changed", "ordered"), REFUSED, ids=lambda one: str(one)[:40])
def test_every_refusal_of_the_page_is_one(
    words: str, changed: dict[str, Any], ordered: dict[str, Any]
) -> None:
    assert kind_of(doc_record(**changed), doc_order(**ordered)) is None, words


def test_the_tables_of_the_page_are_made_from_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert filled_in(text, TABLES) == text, "run python -m docs.letter_tables"
