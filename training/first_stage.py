"""The first stage that a learned judge is fitted behind."""

from calcsight.analysis.judging import ClassicalJudge
from calcsight.models import load_judge

NAME = "classical-1"


def first_stage() -> ClassicalJudge:
    """Load the classical judge that ships."""
    judge = load_judge(NAME)
    assert isinstance(judge, ClassicalJudge)
    return judge
