"""A change against the prior reaches the weighing of the group and of its view."""

from dataclasses import replace

from tests.conftest import hand_made_reading
from tests.pathway.held import described_group, description

from calcsight.pathway.recommendation import COMPARE_PRIORS
from calcsight.pathway.weighed import weigh_changed
from calcsight.terms.comparison import Frame, GroupChange, LinkKind
from calcsight.terms.group import Grouping
from calcsight.terms.guidance import Change, Guidance, Level, Weighing
from calcsight.terms.mammogram import ExamKind, ViewModifier
from calcsight.terms.morphology import Morphology
from calcsight.terms.reading import Reading
from calcsight.terms.settings import BI_RADS_RULE, Settings


def reading(*shapes: Morphology, kind: ExamKind = ExamKind.DIAGNOSTIC) -> Reading:
    full = hand_made_reading()
    groups = tuple(described_group(n, description(one)) for n, one in enumerate(shapes, start=1))
    magnified = (ViewModifier.MAGNIFICATION,) if kind is ExamKind.DIAGNOSTIC else ()
    return replace(
        full,
        mammogram=replace(full.mammogram, exam_kind=kind, modifiers=magnified),
        calcifications=(),
        groupings=(Grouping(rule=BI_RADS_RULE, groups=groups),),
    )


def changed(
    number: int, change: Change | None, current: tuple[int, ...], frame: Frame = Frame.CURRENT
) -> GroupChange:
    return GroupChange(
        number=number,
        kind=LinkKind.LINKED,
        current=current,
        prior=(1,),
        row=1.0,
        column=1.0,
        frame=frame,
        change=change,
        probability=0.9,
        measures=(),
    )


def level(weighing: Weighing | None) -> Level:
    assert weighing is not None
    return weighing.suggestion.level


def test_a_new_round_group_asks_for_more_than_a_stable_one(guidance: Guidance) -> None:
    shown = reading(Morphology.ROUND_PUNCTATE)
    found = {}
    for change in (Change.NEW, Change.STABLE, None):
        [group], view = weigh_changed(shown, [changed(1, change, (1,))], guidance, Settings())
        found[change] = level(group.weighing)
        assert level(view) is found[change]
    assert found[Change.NEW] is Level.SUSPICIOUS_LOW
    assert found[Change.STABLE] is found[None] is Level.PROBABLY_BENIGN


def test_what_is_there_no_more_is_not_weighed_and_moves_nothing(guidance: Guidance) -> None:
    shown = reading(Morphology.ROUND_PUNCTATE)
    gone = changed(2, Change.RESOLVED, (), Frame.PRIOR)
    groups, view = weigh_changed(
        shown, [changed(1, Change.STABLE, (1,)), gone], guidance, Settings()
    )
    assert groups[1].weighing is None
    assert level(view) is Level.PROBABLY_BENIGN


def test_of_groups_that_go_on_from_one_the_weighing_that_asks_for_most(guidance: Guidance) -> None:
    shown = reading(Morphology.ROUND_PUNCTATE, Morphology.FINE_LINEAR_BRANCHING)
    [split], _ = weigh_changed(shown, [changed(1, Change.STABLE, (1, 2))], guidance, Settings())
    assert level(split.weighing) is Level.SUSPICIOUS_HIGH


def test_priors_that_were_compared_are_not_asked_for_again(guidance: Guidance) -> None:
    shown = reading(Morphology.AMORPHOUS, kind=ExamKind.SCREENING)

    def codes(change: Change | None) -> set[str]:
        [group], view = weigh_changed(shown, [changed(1, change, (1,))], guidance, Settings())
        assert group.weighing is not None
        assert {step.code for step in view.steps} == {step.code for step in group.weighing.steps}
        return {step.code for step in group.weighing.steps}

    assert COMPARE_PRIORS in codes(None)
    assert COMPARE_PRIORS not in codes(Change.STABLE)
