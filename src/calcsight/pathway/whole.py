"""What a view or an exam comes to, from its groups and from what is in no group."""

from collections.abc import Sequence

from calcsight.pathway.category import spacing_rule, suspicious_level
from calcsight.pathway.facts import ViewFacts
from calcsight.pathway.levels import attention
from calcsight.pathway.lone_shapes import any_suspicious, scattered_shape, surely_benign
from calcsight.terms.guidance import FiredRule, Level, Weighing
from calcsight.terms.mammogram import ExamKind
from calcsight.terms.settings import Settings
from calcsight.terms.vocabulary import Vocabulary

Decision = tuple[Level, tuple[FiredRule, ...]]
_ORDER = tuple(Level)
# What a whole repeats of the findings that decide: it says why a usual step is left out.
_REPEATED = frozenset({"magnified_not_matched"})


def decided(
    findings: Sequence[Weighing],
    views: Sequence[ViewFacts],
    vocabulary: Vocabulary,
    settings: Settings,
) -> Decision:
    """Decide on the whole: what asks for most counts, whatever its order among the findings.

    Returns
    -------
    Level
        Not yet cut down to what screening views allow, nor put into the words of a scheme.
    tuple of FiredRule
    """
    asking = [*_of_findings(findings)]
    for view in views:
        asking.extend(_of_view(view, vocabulary, settings))
    if not asking:
        return _routine(findings, views, vocabulary, settings)
    most = max((level for level, _ in asking), key=lambda level: (attention(level), _order(level)))
    fired = {rule.code: rule for level, rule in asking if level is most}
    return most, tuple(fired[code] for code in sorted(fired))


def _order(level: Level) -> int:
    """Return the place of a level among all, to settle between two that ask for as much."""
    return _ORDER.index(level)


def _of_findings(findings: Sequence[Weighing]) -> list[tuple[Level, FiredRule]]:
    """Return the level of the findings that ask for most, unless all are routine."""
    levels = [one.suggestion.found for one in findings]
    most = max(levels, key=lambda level: (attention(level), _order(level)), default=None)
    if most is None or attention(most) == 0:
        return []
    if len(levels) == 1:
        words = "The only group or lesion decides; its own rules say why."
    else:
        words = (
            f"What asks for most decides: {levels.count(most)} of {len(levels)} groups or lesions; "
            "their own rules say why."
        )
    said = [(most, FiredRule(code="findings_decide", words=words))]
    for one in findings:
        if one.suggestion.found is most:
            told = [r for r in one.suggestion.rules if r.code in _REPEATED]
            said.extend((most, rule) for rule in told)
    return said


def _of_view(
    facts: ViewFacts, vocabulary: Vocabulary, settings: Settings
) -> list[tuple[Level, FiredRule]]:
    """Return what a view asks for beside its groups."""
    if not facts.spacing_known:
        return [(Level.CANNOT_BE_CLASSIFIED, spacing_rule())]
    shape = scattered_shape(facts, vocabulary, settings)
    if shape is None:
        return []
    name = vocabulary.word(shape).name.capitalize()
    words = (
        f"{name}: single calcifications of such shapes are scattered "
        "through the view. They are suspicious by their shape without making a group."
    )
    rule = FiredRule(code="scattered_suspicious_shape", words=words)
    return [(suspicious_level(shape, False, vocabulary), rule)]


def _routine(
    findings: Sequence[Weighing],
    views: Sequence[ViewFacts],
    vocabulary: Vocabulary,
    settings: Settings,
) -> Decision:
    """Decide where nothing asks for more.

    Single calcifications that are left open take nothing from what is surely benign; single ones
    that are named as suspicious keep screening views from being called typically benign only.
    """
    lone = sum(len(view.lone) for view in views)
    benign = sum(surely_benign(view, vocabulary, settings) for view in views)
    suspicious = any(any_suspicious(view, vocabulary) for view in views)
    diagnostic = all(view.exam_kind is ExamKind.DIAGNOSTIC for view in views)
    rules: tuple[FiredRule, ...] = ()
    if benign < lone:
        words = (
            "Single calcifications whose shape is not surely benign lie too far apart, or are too "
            "few, to be a finding."
        )
        rules = (FiredRule(code="single_calcifications", words=words),)
    if (findings and diagnostic) or ((findings or benign) and not suspicious):
        words = "What is a finding, or surely of a benign shape, is typically benign."
        return Level.BENIGN_FINDING, (FiredRule(code="all_benign", words=words), *rules)
    if rules:
        return Level.NO_CALCIFICATION_FINDING, rules
    words = "No group was found, and no single calcification that is sure enough to count."
    return Level.NO_CALCIFICATION_FINDING, (FiredRule(code="none_counted", words=words),)
