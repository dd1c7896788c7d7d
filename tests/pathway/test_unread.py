"""An exam of which a view could not be read is never routine."""

from collections.abc import Sequence

import pytest
from tests.pathway.stated import view

from calcsight.pathway.levels import ROUTINE
from calcsight.pathway.weighing import weigh_exam
from calcsight.terms.guidance import Guidance, Level
from calcsight.terms.mammogram import ExamKind
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import Settings

BENIGN = Morphology.VASCULAR


@pytest.mark.parametrize("kind", list(ExamKind))
@pytest.mark.parametrize("lone", [(), (BENIGN,), (BENIGN, BENIGN)])
def test_what_was_refused_leaves_an_exam_open(
    kind: ExamKind, lone: Sequence[Morphology], guidance: Guidance
) -> None:
    views = [view(*lone, kind=kind)]
    whole = weigh_exam([], views, guidance, Settings())
    missed = weigh_exam([], views, guidance, Settings(), unread=True)
    assert whole.suggestion.level in ROUTINE
    assert missed.suggestion.level is Level.INCOMPLETE
    assert "view_unread" in [rule.code for rule in missed.suggestion.rules]
    assert "routine" not in [step.code for step in missed.steps]


def test_what_asks_for_more_is_not_lowered_by_a_refusal(guidance: Guidance) -> None:
    views = [view(*[Morphology.FINE_LINEAR_BRANCHING] * 6, kind=ExamKind.DIAGNOSTIC)]
    whole = weigh_exam([], views, guidance, Settings())
    missed = weigh_exam([], views, guidance, Settings(), unread=True)
    assert whole.suggestion == missed.suggestion
