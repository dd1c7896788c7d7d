"""A final record goes to the finding that both of its names lead to, or nowhere."""

from dataclasses import replace

import pytest
from tests.reports.final_records import biopsy, final, of_exam

from calcsight.pathway.recorded_finals import with_final
from calcsight.terms.errors import FollowUpError, IllegalMoveError, TimelineError
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.mammogram import Laterality
from calcsight.terms.timeline import OtherName, Timeline


def timeline() -> Timeline:
    """Return a timeline with two findings, the second of which swallowed a third."""
    return Timeline(
        woman="W-1",
        findings=(
            Finding(id="F1", tracking_uid="2.25.1", laterality=Laterality.RIGHT),
            Finding(id="F2", tracking_uid="2.25.2", laterality=Laterality.LEFT),
        ),
        names=(
            OtherName(name="F3", finding_id="F1"),
            OtherName(name="2.25.3", finding_id="F1"),
        ),
    )


def test_it_is_put_down_once() -> None:
    once = with_final(timeline(), final())
    assert once.findings[0].assessments == (final().assessment,)
    assert once.findings[1] == timeline().findings[1]
    assert with_final(once, final()) == once


def test_another_name_of_the_finding_will_do() -> None:
    record = final(finding_id="F3", tracking_uid="2.25.3", biopsies=(biopsy(finding_id="F3"),))
    [biopsied] = with_final(timeline(), record).findings[0].biopsies
    assert biopsied == biopsy()


@pytest.mark.parametrize(
    "names", [("F1", "2.25.2"), ("F1", "2.25.9"), ("F9", "2.25.1"), ("F2", "2.25.1")]
)
def test_names_that_lead_to_different_findings_are_refused(names: tuple[str, str]) -> None:
    record = final(finding_id=names[0], tracking_uid=names[1], laterality=Laterality.UNKNOWN)
    for may_be_new in (False, True):
        with pytest.raises(TimelineError, match="both of one finding"):
            with_final(timeline(), record, may_be_new=may_be_new)


def test_an_unknown_finding_may_be_another_womans() -> None:
    record = final(finding_id="F9", tracking_uid="2.25.9")
    with pytest.raises(TimelineError, match=r"F1 \(R\), F2 \(L\)"):
        with_final(timeline(), record)
    found = with_final(timeline(), record, may_be_new=True).findings[2]
    assert (found.id, found.tracking_uid, found.laterality) == ("F9", "2.25.9", Laterality.RIGHT)
    assert len(found.assessments) == 1


def test_the_other_side_is_refused() -> None:
    record = final(finding_id="F2", tracking_uid="2.25.2")
    with pytest.raises(FollowUpError, match="side"):
        with_final(timeline(), record)


def test_what_cannot_happen_is_refused() -> None:
    treated = with_final(timeline(), final(biopsies=(biopsy(),)))
    later = replace(
        final(),
        read_at=final().read_at.replace(year=2027),
        recommendation=Recommendation.ROUTINE,
    )
    with pytest.raises(IllegalMoveError):
        with_final(treated, later)


def test_an_exam_without_a_finding_is_no_part_of_a_timeline() -> None:
    for may_be_new in (False, True):
        with pytest.raises(TimelineError, match="follows findings"):
            with_final(timeline(), of_exam(), may_be_new=may_be_new)
