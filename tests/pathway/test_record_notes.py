"""What is said of a final record that is complete and still needs a look."""

from typing import Any

import pytest
from tests.reports.final_records import BENIGN, biopsy, final, of_exam

from calcsight.knowledge.guidance import shipped_scheme
from calcsight.pathway.record_notes import notes_on
from calcsight.terms.biopsy import Answer, GuidedBy
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.mammogram import ExamKind

R = Recommendation


def notes(**changed: Any) -> str:
    record = final(**changed)
    return " ".join(notes_on(record, shipped_scheme(record.scheme, record.scheme_version)))


@pytest.mark.parametrize(
    ("scheme", "category", "says", "told"),
    [
        ("bi-rads-2013-like", "3", R.SHORT_INTERVAL, False),
        ("bi-rads-2013-like", "2", R.ROUTINE, False),
        ("bi-rads-2013-like", "4A", R.SHORT_INTERVAL, True),
        ("bi-rads-2013-like", "5", R.ROUTINE, True),
        ("bi-rads-2013-like", "4B", R.BIOPSY, False),
        ("bi-rads-2013-like", "4B", R.MORE_VIEWS, False),
        # The same digit means watching in one scheme and work-up in another.
        ("five-tier", "3", R.SHORT_INTERVAL, True),
        ("five-tier", "2", R.ROUTINE, False),
        ("of-our-own", "5", R.ROUTINE, False),
    ],
)
def test_a_category_that_asks_for_tissue_beside_waiting(
    scheme: str, category: str, says: Recommendation, told: bool
) -> None:
    said = notes(scheme=scheme, category=category, recommendation=says)
    assert (f"Category {category} of {scheme} is" in said) is told


def test_another_version_of_a_scheme_is_not_known() -> None:
    assert shipped_scheme("five-tier", "1") is not None
    assert shipped_scheme("five-tier", "99") is None
    assert shipped_scheme("/etc/passwd", "1") is None
    assert shipped_scheme("bi-rads-2025", "0") is None


def test_what_tissue_leaves_open_is_said() -> None:
    discordant = biopsy(
        pathology=(BENIGN,),
        guided_by=GuidedBy.ULTRASOUND,
        calcification_in_specimen=Answer.NO,
        concordances=(),
    )
    said = notes(biopsies=(discordant,), category="4B", recommendation=R.BIOPSY)
    assert "was not retrieved" in said
    assert "Nobody has said" in said
    assert "guided by ultrasound" in said
    assert "A report of the biopsy B1 is awaited." in notes(
        biopsies=(biopsy(pathology=(), concordances=()),), recommendation=R.BIOPSY
    )


def test_what_cannot_follow_from_the_record_alone_is_said() -> None:
    assert "cannot follow from this record alone" in notes(recommendation=R.TREATMENT)
    later = final().read_at.replace(month=4)
    assert "in the state treatment" in notes(
        biopsies=(biopsy(),), recommendation=R.ROUTINE, read_at=later
    )


def test_watching_after_a_screen_alone_is_said() -> None:
    assert "only screening views" in notes(exam_kind=ExamKind.SCREENING)
    assert notes(exam_kind=ExamKind.DIAGNOSTIC) == ""
    assert notes_on(of_exam(), shipped_scheme("bi-rads-2013-like", "1")) == ()
