"""Weighing one group, one view or one exam: suspicion, category and what usually follows."""

from collections.abc import Sequence

from calcsight.pathway.category import in_scheme, screening_rule, suggest
from calcsight.pathway.facts import GroupFacts, ViewFacts
from calcsight.pathway.levels import ROUTINE, screened
from calcsight.pathway.recommendation import STATE_SPACING, steps, steps_of
from calcsight.pathway.suspicion import weigh
from calcsight.pathway.whole import decided
from calcsight.terms.guidance import FiredRule, Guidance, Level, Step, Suggestion, Weighing
from calcsight.terms.mammogram import ExamKind
from calcsight.terms.settings import Settings

_UNREAD = FiredRule(
    code="view_unread",
    words="An input that may be a view of this exam could not be read: what it shows is open.",
)


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
    unread: bool = False,
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
    unread : bool
        A view that may be of this exam was refused: then the exam is never routine.

    Returns
    -------
    Weighing
        Without a suspicion.
    """
    level, rules = decided(findings, views, guidance.vocabulary, settings)
    if unread and level in ROUTINE:
        level, rules = Level.INCOMPLETE, (*rules, _UNREAD)
    if any(view.exam_kind is ExamKind.SCREENING for view in views):
        level = screened(level)
        rules = (*rules, screening_rule(level))
    suggestion = in_scheme(level, rules, guidance)
    spacing_known = all(view.spacing_known for view in views)
    return Weighing(
        suspicion=None,
        suggestion=suggestion,
        steps=_steps(findings, suggestion, guidance, spacing_known),
    )


def _steps(
    findings: Sequence[Weighing], suggestion: Suggestion, guidance: Guidance, spacing_known: bool
) -> tuple[Step, ...]:
    """Return what usually follows the findings that decided, in the order of the policy."""
    usual = steps_of(suggestion, guidance)
    left = {
        step.code
        for one in findings
        if one.suggestion.found is suggestion.found
        for step in one.steps
    }
    first = () if spacing_known else (STATE_SPACING,)
    return (*first, *(step for step in usual if not left or step.code in left))
