"""What a view or an exam comes to, from its groups and from what is in no group."""

from collections.abc import Sequence

from calcsight.pathway.category import spacing_rule, suspicious_level
from calcsight.pathway.facts import ViewFacts
from calcsight.pathway.levels import attention
from calcsight.pathway.lone_shapes import Sorted, scattered_shape, sort_out
from calcsight.terms.guidance import FiredRule, Level, Weighing
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
        return _nothing_asks(findings, views, vocabulary, settings)
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


def _nothing_asks(
    findings: Sequence[Weighing],
    views: Sequence[ViewFacts],
    vocabulary: Vocabulary,
    settings: Settings,
) -> Decision:
    """Decide where no group and no scattered shape asks for more.

    Nothing is called benign beside a single calcification that is named as suspicious; one whose
    word is a word for groups keeps a view without a group from no more than that. Nor is a
    finding where more of what counts is left open than is benign. Single calcifications of which
    nothing can be said are no finding by themselves: many of them are false marks.
    """
    counted = sort_out(views, vocabulary, settings)
    rules: tuple[FiredRule, ...] = ()
    if counted.suspicious or counted.left_open:
        words = (
            "Single calcifications whose shape is not surely benign lie too far apart, or are too "
            "few, to be a finding."
        )
        rules = (FiredRule(code="single_calcifications", words=words),)
    if (findings and counted.suspicious) or (counted.benign and counted.by_itself):
        return Level.INCOMPLETE, (_suspicious_beside_benign(counted), *rules)
    each = (counted, *(sort_out((view,), vocabulary, settings) for view in views))
    if findings and any(one.mostly_open for one in each if one.grouped or one is counted):
        return Level.INCOMPLETE, (_mostly_open(), *rules)
    if findings or (counted.benign and not counted.mostly_open and not counted.suspicious):
        words = "What is a finding, or surely of a benign shape, is typically benign."
        return Level.BENIGN_FINDING, (FiredRule(code="all_benign", words=words), *rules)
    if rules:
        return Level.NO_CALCIFICATION_FINDING, rules
    words = "No group was found, and no single calcification that is sure enough to count."
    return Level.NO_CALCIFICATION_FINDING, (FiredRule(code="none_counted", words=words),)


def _suspicious_beside_benign(counted: Sorted) -> FiredRule:
    """Say that not all that was found is benign."""
    singles = "calcification is" if counted.suspicious == 1 else "calcifications are"
    words = (
        f"Beside what is typically benign, {counted.suspicious} single {singles} named as of a "
        "suspicious shape: that is not benign alone."
    )
    return FiredRule(code="suspicious_beside_benign", words=words)


def _mostly_open() -> FiredRule:
    """Say that too much of what counts is left open to call it benign."""
    words = (
        "More single calcifications are left open in their shape than there are benign ones, those "
        "in groups counted with them: it is not settled that what was found is benign alone."
    )
    return FiredRule(code="mostly_left_open", words=words)
