"""Weighing one group, one view or one exam: suspicion, category and what usually follows."""

from collections.abc import Sequence

from calcsight.pathway.category import in_scheme, screening_rule, suggest
from calcsight.pathway.facts import GroupFacts, ViewFacts
from calcsight.pathway.levels import screened
from calcsight.pathway.recommendation import STATE_SPACING, steps, steps_of
from calcsight.pathway.suspicion import weigh
from calcsight.pathway.whole import decided
from calcsight.terms.guidance import Guidance, Level, Step, Weighing
from calcsight.terms.mammogram import ExamKind
from calcsight.terms.settings import Settings


def weigh_group(facts: GroupFacts, guidance: Guidance, settings: Settings) -> Weighing:
    """Weigh one group, or one lesion seen in two projections."""
    suggestion = suggest(facts, guidance, settings)
    return Weighing(
        suspicion=weigh(facts, guidance, settings),
        suggestion=suggestion,
        steps=steps(suggestion, facts, guidance),
    )


def weigh_view(
    groups: Sequence[Weighing], facts: ViewFacts, guidance: Guidance, settings: Settings
) -> Weighing:
    """Weigh one view by its groups and by the calcifications that are in no group.

    Parameters
    ----------
    groups : sequence of Weighing
        Of every group by the primary rule, in any order.
    facts : ViewFacts
    guidance : Guidance
    settings : Settings

    Returns
    -------
    Weighing
        Without a suspicion: a population speaks of groups, not of views.
    """
    return weigh_exam(groups, (facts,), guidance, settings)


def weigh_exam(
    findings: Sequence[Weighing],
    views: Sequence[ViewFacts],
    guidance: Guidance,
    settings: Settings,
) -> Weighing:
    """Weigh one exam; one screening view among its views makes it one of screening views.

    Parameters
    ----------
    findings : sequence of Weighing
        Of every lesion matched in two projections, and of every group that was not matched, in
        any order.
    views : sequence of ViewFacts
        Every view that was read.
    guidance : Guidance
    settings : Settings

    Returns
    -------
    Weighing
        Without a suspicion.
    """
    level, rules = decided(findings, views, guidance.vocabulary, settings)
    if any(view.exam_kind is ExamKind.SCREENING for view in views):
        level = screened(level)
        rules = (*rules, screening_rule(level))
    suggestion = in_scheme(level, rules, guidance)
    follows = _of_the_deciding(findings, suggestion.level) or steps_of(suggestion, guidance)
    if not all(view.spacing_known for view in views):
        follows = (STATE_SPACING, *follows)
    return Weighing(suspicion=None, suggestion=suggestion, steps=_each_once(follows))


def _of_the_deciding(findings: Sequence[Weighing], level: Level) -> tuple[Step, ...]:
    """Return the steps of the findings that are of the level of the whole."""
    return tuple(step for one in findings if one.suggestion.level is level for step in one.steps)


def _each_once(follows: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return each step once."""
    return tuple({step.code: step for step in follows}.values())
