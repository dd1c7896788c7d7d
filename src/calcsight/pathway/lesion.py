"""One lesion seen in two projections: never less than what one of its views comes to alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from calcsight.pathway.category import suggest
from calcsight.pathway.facts import GroupFacts, has_magnification
from calcsight.pathway.levels import attention
from calcsight.pathway.recommendation import steps
from calcsight.pathway.shapes import named_shape, rank
from calcsight.pathway.suspicion import weigh
from calcsight.terms.description import Description
from calcsight.terms.distribution import Distribution
from calcsight.terms.guidance import FiredRule, Guidance, Suggestion, Weighing
from calcsight.terms.mammogram import LATERAL_VIEWS, VIEWS_FROM_ABOVE, ExamKind, ViewModifier
from calcsight.terms.morphology import Morphology, Named
from calcsight.terms.reading import GroupMatch, SeenView
from calcsight.terms.settings import Settings
from calcsight.terms.suspicion import NoProbability, Suspicion
from calcsight.terms.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion:
    """What the rules know of a lesion.

    Parameters
    ----------
    together : tuple of GroupFacts
        From both views, at least one: with each distribution that a view names, and with each of
        the most suspicious shapes. None of them goes before another.
    apart : tuple of (str, GroupFacts)
        Each view's name with its own words, as of a group of the same exam. Empty where milk of
        calcium is named: that is seen in the change between the views, and in neither alone.
    """

    together: tuple[GroupFacts, ...]
    apart: tuple[tuple[str, GroupFacts], ...]


def weigh_lesion(lesion: Lesion, guidance: Guidance, settings: Settings) -> Weighing:
    """Weigh a lesion: what asks for most counts, of both views together and of each alone.

    Of numbers the highest is taken, if both views together name a shape that gets one. The order
    of the views changes nothing.
    """

    def suggested(facts: GroupFacts) -> Suggestion:
        return suggest(facts, guidance, settings)

    suspicion = _highest(lesion, lambda facts: weigh(facts, guidance, settings))
    together = sorted(lesion.together, key=lambda facts: _place(facts, guidance, settings))
    suggestion = max((suggested(one) for one in together), key=_asked)
    alone = [(name, suggested(facts)) for name, facts in lesion.apart]
    most = max((_asked(one) for _, one in alone), default=0)
    if most > _asked(suggestion):
        by_view = [_of_one_view(name, one) for name, one in alone if _asked(one) == most]
        suggestion = min(by_view, key=lambda one: [(rule.code, rule.words) for rule in one.rules])
    return Weighing(
        suspicion=suspicion,
        suggestion=suggestion,
        steps=steps(suggestion, lesion.together[0], guidance),
    )


def lesion_of(match: GroupMatch, views: Sequence[SeenView], vocabulary: Vocabulary) -> Lesion:
    """Gather what both projections, and each of them alone, give the rules.

    Parameters
    ----------
    match : GroupMatch
    views : sequence of SeenView
        All of the exam.
    vocabulary : Vocabulary
        Its ranks tell which of the shapes are the most suspicious.
    """
    base = _base(match, views)
    said = _said(match, views)
    milk = named_shape(base) is Morphology.MILK_OF_CALCIUM
    # Crescents and lines from the side are how milk of calcium looks: they count for nothing.
    heard = [(view, one) for view, one in said if not (milk and view in LATERAL_VIEWS)]
    lies = {one.distribution.label: one.distribution for _, one in said}
    return Lesion(
        together=tuple(
            replace(base, worst=worst, distribution=distribution)
            for worst in _most_suspicious([one for _, one in heard], vocabulary)
            for distribution in _by_name(lies)
        ),
        apart=()
        if milk
        else tuple(
            (
                str(view),
                replace(
                    base,
                    morphology=one.morphology,
                    worst=one.worst,
                    distribution=one.distribution,
                    lateral_compared=False,
                ),
            )
            for view, one in said
        ),
    )


def _base(match: GroupMatch, views: Sequence[SeenView]) -> GroupFacts:
    """Return what holds of the lesion whichever view is asked."""
    shown = [views[at] for at in match.readings]
    projections = [view.mammogram for view in shown]
    kinds = {one.exam_kind for one in projections}
    seen_from = {one.view for one in projections}
    return GroupFacts(
        morphology=match.morphology,
        worst=None,
        distribution=None,
        exam_kind=ExamKind.SCREENING if ExamKind.SCREENING in kinds else ExamKind.DIAGNOSTIC,
        spacing_known=True,
        magnified=any(ViewModifier.MAGNIFICATION in one.modifiers for one in projections),
        magnified_elsewhere=has_magnification(projections[0], [one.mammogram for one in views]),
        alone=all(len(view.groups) == 1 for view in shown),
        lateral_compared=bool(seen_from & LATERAL_VIEWS and seen_from & VIEWS_FROM_ABOVE),
    )


def _said(match: GroupMatch, views: Sequence[SeenView]) -> list[tuple[str, Description]]:
    """Return the view and the description of each of the two groups."""
    return [
        (views[at].mammogram.view, group.description)
        for at, number in zip(match.readings, match.groups, strict=True)
        for group in views[at].groups
        if group.number == number and group.description is not None
    ]


def _most_suspicious(
    said: Sequence[Description], vocabulary: Vocabulary
) -> tuple[Morphology | None, ...]:
    """Return the most suspicious shapes that a view names or has among its particles."""
    shapes = {shape for one in said for shape in (one.worst, one.morphology.label) if shape}
    most = max((rank(shape, vocabulary) for shape in shapes), default=0)
    return tuple(sorted(one for one in shapes if rank(one, vocabulary) == most)) or (None,)


def _by_name(
    lies: dict[Distribution | None, Named[Distribution]],
) -> tuple[Named[Distribution] | None, ...]:
    """Return distributions in the order of their names; none = not stated."""
    return tuple(lies[label] for label in sorted(lies, key=lambda one: one or "")) or (None,)


def _asked(suggestion: Suggestion) -> int:
    """Return how much a suggestion asks for, whatever the scheme calls it."""
    return attention(suggestion.found)


def _of_one_view(name: str, suggestion: Suggestion) -> Suggestion:
    """Say that one view alone decides; its own rules follow."""
    words = f"One view alone ({name}) asks for more than both views together: that decides."
    rule = FiredRule(code="one_view_asks_for_more", words=words)
    return replace(suggestion, rules=(rule, *suggestion.rules))


def _place(facts: GroupFacts, guidance: Guidance, settings: Settings) -> tuple[float, str]:
    """Return where facts stand among others that ask for as much: the higher number first."""
    suspicion = weigh(facts, guidance, settings)
    return (-_number(suspicion), suspicion.note)


def _highest(lesion: Lesion, weighed: Callable[[GroupFacts], Suspicion]) -> Suspicion:
    """Return the highest number, if both views together have one; else why they have none."""
    together = [weighed(facts) for facts in lesion.together]
    # What one distribution would call benign is so only if the other one calls it benign too.
    own = min(
        together,
        key=lambda one: (
            -_number(one),
            one.missing is NoProbability.TYPICALLY_BENIGN,
            one.note,
        ),
    )
    if own.probability is None:
        return own
    alone = [(name, weighed(facts)) for name, facts in lesion.apart]
    higher = [(name, one) for name, one in alone if _number(one) > _number(own)]
    if not higher:
        return own
    name, one = min(higher, key=lambda pair: (-_number(pair[1]), pair[0], pair[1].note))
    words = f"One view alone ({name}) has a higher number than both views together; it is taken."
    return replace(one, note=f"{words} {one.note}")


def _number(suspicion: Suspicion) -> float:
    """Return the probability, 0-1; -1 for none."""
    return -1.0 if suspicion.probability is None else suspicion.probability
