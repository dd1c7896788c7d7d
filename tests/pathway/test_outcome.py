"""What tissue comes to: a table of cases, and what holds for every case."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.pathway.followed import agreed, biopsy, day, report, settled

from calcsight.pathway.outcome import outcome_of
from calcsight.terms.biopsy import (
    Answer,
    Biopsy,
    BiopsyMethod,
    MalignantSubtype,
    Pathology,
    PathologyKind,
    Specimen,
)
from calcsight.terms.errors import FollowUpError
from calcsight.terms.finding_standing import Outcome
from calcsight.terms.finding_state import Event, ReviewReason

K, W, E = PathologyKind, ReviewReason, Event
MOSTLY = hypothesis_settings(deadline=None, max_examples=120, derandomize=True)
YES, NO, UNKNOWN = Answer
SURGERY = Specimen.SURGERY
DCIS, INVASIVE, BOTH, OTHER = MalignantSubtype


def come_to(*biopsies: Biopsy) -> Outcome:
    outcome = outcome_of(biopsies)
    assert outcome is not None
    return outcome


def test_without_tissue_there_is_no_outcome() -> None:
    assert outcome_of([]) is None


@pytest.mark.parametrize(
    ("concordant", "specimen", "microscope"),
    [(c, s, m) for c in Answer for s in Answer for m in Answer],
)
def test_benign_goes_to_follow_up_only_when_every_answer_is_yes(
    concordant: Answer, specimen: Answer, microscope: Answer
) -> None:
    taken = biopsy(
        day(0),
        report(day(1), K.BENIGN),
        concordances=(agreed(day(1), concordant),),
        calcification_in_specimen=specimen,
        calcification_under_microscope=microscope,
    )
    outcome = come_to(taken)
    sure = {concordant, specimen, microscope} == {YES}
    assert outcome.leads_to is (E.RESULT_BENIGN_CONCORDANT if sure else E.RESULT_TO_REVIEW)
    told = {
        "concordant": {NO: W.DISCORDANT, UNKNOWN: W.CONCORDANCE_UNKNOWN}.get(concordant),
        "specimen": {NO: W.NOT_IN_SPECIMEN, UNKNOWN: W.SPECIMEN_UNKNOWN}.get(specimen),
        "microscope": {NO: W.NOT_UNDER_MICROSCOPE, UNKNOWN: W.MICROSCOPE_UNKNOWN}.get(microscope),
    }
    assert set(outcome.review) == set(told.values()) - {None}


def test_benign_of_which_nobody_said_that_it_is_concordant_opens_a_review() -> None:
    outcome = come_to(biopsy(day(0), report(day(1), K.BENIGN)))
    assert outcome.leads_to is E.RESULT_TO_REVIEW
    assert outcome.review == (W.CONCORDANCE_UNKNOWN,)


CASES: list[tuple[str, tuple[Biopsy, ...], PathologyKind, Event]] = [
    ("no report yet", (biopsy(day(0)),), K.PENDING, E.RESULT_PENDING),
    (
        "said to be pending",
        (biopsy(day(0), report(None, K.PENDING), concordances=(agreed(day(1)),)),),
        K.PENDING,
        E.RESULT_PENDING,
    ),
    (
        "pending, then reported",
        (settled(day(0), day(1)),),
        K.BENIGN,
        E.RESULT_BENIGN_CONCORDANT,
    ),
    (
        "non-diagnostic, though called concordant",
        (biopsy(day(0), report(day(1), K.NON_DIAGNOSTIC), concordances=(agreed(day(1)),)),),
        K.NON_DIAGNOSTIC,
        E.RESULT_TO_REVIEW,
    ),
    (
        "non-diagnostic, then benign on deeper cuts",
        (
            biopsy(
                day(0),
                report(day(1), K.NON_DIAGNOSTIC),
                report(day(3), K.BENIGN),
                concordances=(agreed(day(3)),),
            ),
        ),
        K.BENIGN,
        E.RESULT_BENIGN_CONCORDANT,
    ),
    (
        "benign and non-diagnostic on one day",
        (
            biopsy(
                day(0),
                report(day(1), K.BENIGN),
                report(day(1), K.NON_DIAGNOSTIC),
                concordances=(agreed(day(1)),),
            ),
        ),
        K.BENIGN,
        E.RESULT_TO_REVIEW,
    ),
    (
        "benign, then non-diagnostic on second thoughts",
        (
            biopsy(
                day(0),
                report(day(1), K.BENIGN),
                report(day(3), K.NON_DIAGNOSTIC),
                concordances=(agreed(day(3)),),
            ),
        ),
        K.BENIGN,
        E.RESULT_TO_REVIEW,
    ),
    (
        "non-diagnostic, then another biopsy",
        (biopsy(day(0), report(day(1), K.NON_DIAGNOSTIC)), settled(day(5), day(6))),
        K.BENIGN,
        E.RESULT_BENIGN_CONCORDANT,
    ),
    (
        "discordant, then another biopsy that is awaited",
        (biopsy(day(0), report(day(1), K.BENIGN)), biopsy(day(5))),
        K.BENIGN,
        E.RESULT_PENDING,
    ),
    (
        "benign and concordant, then another that is not",
        (settled(day(0), day(1)), biopsy(day(5), report(day(6), K.BENIGN))),
        K.BENIGN,
        E.RESULT_TO_REVIEW,
    ),
    (
        "two of one day of which one is discordant",
        (settled(day(0), day(1)), biopsy(day(0), report(day(1), K.BENIGN), id="second")),
        K.BENIGN,
        E.RESULT_TO_REVIEW,
    ),
    (
        "high-risk, though called concordant",
        (biopsy(day(0), report(day(1), K.HIGH_RISK), concordances=(agreed(day(1)),)),),
        K.HIGH_RISK,
        E.RESULT_HIGH_RISK,
    ),
    (
        "high-risk, then surgery that is awaited",
        (biopsy(day(0), report(day(1), K.HIGH_RISK)), biopsy(day(9))),
        K.HIGH_RISK,
        E.RESULT_PENDING,
    ),
    (
        "high-risk, then surgery that finds nothing more",
        (biopsy(day(0), report(day(1), K.HIGH_RISK)), settled(day(9), day(12))),
        K.HIGH_RISK,
        E.RESULT_HIGH_RISK,
    ),
    (
        "malignant, with surgery awaited",
        (biopsy(day(0), report(day(1), K.MALIGNANT)), biopsy(day(9))),
        K.MALIGNANT,
        E.RESULT_MALIGNANT,
    ),
    (
        "malignant by needle, nothing left at surgery",
        (biopsy(day(0), report(day(1), K.MALIGNANT)), settled(day(9), day(12))),
        K.MALIGNANT,
        E.RESULT_MALIGNANT,
    ),
    (
        "benign by needle, surgery of the same record awaited",
        (
            biopsy(
                day(0),
                report(day(1), K.BENIGN),
                report(None, K.PENDING, specimen=SURGERY),
                concordances=(agreed(day(1)),),
            ),
        ),
        K.BENIGN,
        E.RESULT_PENDING,
    ),
]


@pytest.mark.parametrize(("name", "biopsies", "kind", "leads_to"), CASES, ids=[c[0] for c in CASES])
def test_a_case(
    name: str, biopsies: tuple[Biopsy, ...], kind: PathologyKind, leads_to: Event
) -> None:
    outcome = come_to(*biopsies)
    assert (outcome.kind, outcome.leads_to) == (kind, leads_to), name


def test_what_was_awaited_and_is_reported_is_pending_no_longer() -> None:
    taken = biopsy(
        day(0), report(None, K.PENDING), report(day(2), K.BENIGN), concordances=(agreed(day(2)),)
    )
    assert come_to(taken).pending == ()
    assert come_to(biopsy(day(0)), biopsy(day(3))).pending == (
        f"biopsy of {day(0)}",
        f"biopsy of {day(3)}",
    )


def test_dcis_by_needle_and_invasion_at_surgery_is_an_upgrade_that_keeps_both() -> None:
    needle = report(day(1), K.MALIGNANT)
    surgery = report(day(20), K.MALIGNANT, subtype=BOTH, specimen=SURGERY)
    before = come_to(biopsy(day(0), needle))
    assert (before.stage, before.upgrades) == (0, ())
    for taken in (
        (biopsy(day(0), needle, surgery),),
        (biopsy(day(0), needle), biopsy(day(15), surgery, method=BiopsyMethod.SURGICAL_EXCISION)),
    ):
        after = come_to(*taken)
        assert (after.subtype, after.stage, after.deciding) == (BOTH, None, surgery)
        [upgrade] = after.upgrades
        assert (upgrade.earlier, upgrade.later) == (needle, surgery)


def test_high_risk_and_then_cancer_is_an_upgrade() -> None:
    first, then = report(day(1), K.HIGH_RISK), report(day(20), K.MALIGNANT, specimen=SURGERY)
    outcome = come_to(biopsy(day(0), first, then))
    assert [(one.earlier, one.later) for one in outcome.upgrades] == [(first, then)]
    assert outcome.stage == 0


def test_every_step_up_is_told_and_nothing_else() -> None:
    reports = [
        report(day(1), K.NON_DIAGNOSTIC),
        report(day(2), K.BENIGN),
        report(day(3), K.HIGH_RISK),
        report(day(4), K.HIGH_RISK, record_id="again"),
        report(day(5), K.MALIGNANT),
        report(day(6), K.MALIGNANT, subtype=INVASIVE),
        report(day(7), K.MALIGNANT, subtype=BOTH),
    ]
    outcome = come_to(biopsy(day(0), *reports))
    steps = [(one.earlier.kind, one.later.kind, one.later.subtype) for one in outcome.upgrades]
    assert steps == [
        (K.BENIGN, K.HIGH_RISK, None),
        (K.HIGH_RISK, K.MALIGNANT, DCIS),
        (K.MALIGNANT, K.MALIGNANT, INVASIVE),
    ]
    assert outcome.deciding == reports[5]


def test_two_reports_of_one_day_are_no_upgrade() -> None:
    taken = biopsy(day(0), report(day(1), K.BENIGN), report(day(1), K.MALIGNANT))
    assert come_to(taken).upgrades == ()
    assert come_to(taken).kind is K.MALIGNANT


@pytest.mark.parametrize("subtype", [INVASIVE, BOTH, OTHER])
def test_nothing_beside_invasion_is_stage_zero(subtype: MalignantSubtype) -> None:
    first = report(day(1), K.MALIGNANT, subtype=subtype)
    later = report(day(5), K.MALIGNANT)
    assert come_to(biopsy(day(0), first)).stage is None
    assert come_to(biopsy(day(0), first, later)).stage is None


def results(kind: PathologyKind, after: int, draw: Any) -> Pathology:
    more: dict[str, Any] = {"specimen": draw(st.sampled_from(Specimen))}
    if kind is K.MALIGNANT:
        more["subtype"] = draw(st.sampled_from(MalignantSubtype))
    return report(day(after + draw(st.integers(0, 20))), kind, **more)


@st.composite
def taken_tissue(draw: Any, number: int = 0) -> Biopsy:
    performed = draw(st.integers(0, 40))
    kinds = draw(st.lists(st.sampled_from(PathologyKind), max_size=3))
    said = draw(st.lists(st.tuples(st.integers(0, 20), st.sampled_from(Answer)), max_size=3))
    answers = st.sampled_from([YES, YES, NO, UNKNOWN])
    return biopsy(
        day(performed),
        *(results(kind, performed, draw) for kind in kinds),
        id=f"biopsy {draw(st.integers(0, 10**6))} {number}",
        concordances=tuple(agreed(day(performed + n), one) for n, one in said),
        calcification_in_specimen=draw(answers),
        calcification_under_microscope=draw(answers),
    )


TISSUE = st.lists(taken_tissue(), min_size=1, max_size=4, unique_by=lambda one: one.id)


@MOSTLY
@given(TISSUE, st.integers(0, 1000))
def test_the_order_of_biopsies_says_nothing(biopsies: list[Biopsy], seed: int) -> None:
    mixed = random.Random(seed).sample(biopsies, len(biopsies))
    assert outcome_of(mixed) == outcome_of(biopsies)


@MOSTLY
@given(TISSUE)
def test_the_most_serious_report_decides(biopsies: list[Biopsy]) -> None:
    outcome = come_to(*biopsies)
    kinds = {report.kind for one in biopsies for report in one.pathology}
    ranked = [K.MALIGNANT, K.HIGH_RISK, K.BENIGN, K.NON_DIAGNOSTIC]
    assert outcome.kind is next((one for one in ranked if one in kinds), K.PENDING)
    assert (outcome.deciding is None) == (outcome.kind is K.PENDING)
    subtypes = {r.subtype for one in biopsies for r in one.pathology} - {None}
    assert (outcome.stage == 0) == (subtypes == {DCIS})
    assert (outcome.leads_to is E.RESULT_MALIGNANT) == (K.MALIGNANT in kinds)


@MOSTLY
@given(TISSUE)
def test_follow_up_needs_benign_and_concordant_and_nothing_awaited(biopsies: list[Biopsy]) -> None:
    outcome = come_to(*biopsies)
    if outcome.leads_to is E.RESULT_BENIGN_CONCORDANT:
        assert outcome.kind is K.BENIGN
        assert not outcome.pending
        last = max(one.performed_on for one in biopsies)
        for one in biopsies:
            if one.performed_on == last:
                answers = (one.calcification_in_specimen, one.calcification_under_microscope)
                assert {*answers, one.concordant} == {YES}


@MOSTLY
@given(TISSUE, taken_tissue(1))
def test_more_tissue_never_makes_it_less_serious(biopsies: list[Biopsy], more: Biopsy) -> None:
    ranked = [K.PENDING, K.NON_DIAGNOSTIC, K.BENIGN, K.HIGH_RISK, K.MALIGNANT]
    before, after = come_to(*biopsies), come_to(*biopsies, more)
    assert ranked.index(after.kind) >= ranked.index(before.kind)
    assert set(before.pending) <= set(after.pending)


@pytest.mark.parametrize("stage", [None, 1, 4])
def test_a_stage_beyond_zero_is_the_one_that_people_stated_last(stage: int | None) -> None:
    needle = report(day(9), K.MALIGNANT, subtype=MalignantSubtype.DCIS, stage=0)
    surgery = report(
        day(30), K.MALIGNANT, subtype=MalignantSubtype.INVASIVE, specimen=Specimen.SURGERY, stage=2
    )
    later = report(
        day(40),
        K.MALIGNANT,
        subtype=MalignantSubtype.INVASIVE_WITH_DCIS,
        specimen=Specimen.SURGERY,
        stage=stage,
    )
    assert come_to(biopsy(day(8), needle)).stage == 0
    assert come_to(biopsy(day(8), needle, surgery)).stage == 2
    assert come_to(biopsy(day(8), later, surgery, needle)).stage == (stage or 2)


@pytest.mark.parametrize(
    ("kind", "subtype", "stage"),
    [
        (K.MALIGNANT, MalignantSubtype.INVASIVE, 0),
        (K.MALIGNANT, MalignantSubtype.INVASIVE_WITH_DCIS, 0),
        (K.MALIGNANT, MalignantSubtype.OTHER, 5),
        (K.MALIGNANT, MalignantSubtype.DCIS, 1),
        (K.BENIGN, None, 0),
        (K.HIGH_RISK, None, 1),
    ],
)
def test_a_stage_that_a_result_cannot_have_is_refused(
    kind: PathologyKind, subtype: MalignantSubtype | None, stage: int
) -> None:
    with pytest.raises(FollowUpError, match=f"stage {stage}"):
        report(day(9), kind, subtype=subtype, stage=stage)
