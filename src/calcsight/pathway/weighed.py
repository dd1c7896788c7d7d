"""Weigh what a reading holds: every described group, the view, and the lesions of an exam."""

from collections.abc import Sequence
from dataclasses import replace

from calcsight.pathway.facts import GroupFacts, group_facts, view_facts
from calcsight.pathway.shapes import ALONG_DUCTS, rank
from calcsight.pathway.weighing import weigh_exam, weigh_group, weigh_view
from calcsight.terms.calcification import Calcification
from calcsight.terms.group import Grouping
from calcsight.terms.guidance import Guidance, Weighing
from calcsight.terms.mammogram import LATERAL_VIEWS, ExamKind, Projection, ViewModifier
from calcsight.terms.reading import GroupMatch, SeenView
from calcsight.terms.settings import Settings


def weigh_found(
    mammogram: Projection,
    calcifications: Sequence[Calcification],
    groupings: Sequence[Grouping],
    guidance: Guidance,
    settings: Settings,
) -> tuple[tuple[Grouping, ...], Weighing]:
    """Weigh the groups of the primary rule, and the view.

    Parameters
    ----------
    mammogram : Projection
    calcifications : sequence of Calcification
        Described where the spacing is known.
    groupings : sequence of Grouping
        The primary rule first, its groups described; empty when the spacing is unknown.
    guidance : Guidance
    settings : Settings

    Returns
    -------
    groupings : tuple of Grouping
        The same, groups of the primary rule with `weighing`.
    weighing : Weighing
        Of the view.
    """
    groups = groupings[0].groups if groupings else ()
    weighed = tuple(
        group
        if group.description is None
        else replace(
            group,
            weighing=weigh_group(
                group_facts(group.description, mammogram, len(groups) == 1), guidance, settings
            ),
        )
        for group in groups
    )
    weighings = [group.weighing for group in weighed if group.weighing is not None]
    facts = view_facts(mammogram, calcifications, groups, settings.description.lone_score)
    view = weigh_view(weighings, facts, guidance, settings)
    if not groupings:
        return (), view
    return (replace(groupings[0], groups=weighed), *groupings[1:]), view


def weigh_matched(
    views: Sequence[SeenView],
    matches: Sequence[GroupMatch],
    guidance: Guidance,
    settings: Settings,
) -> tuple[tuple[GroupMatch, ...], Weighing]:
    """Weigh the lesions of an exam that were seen in two projections, and the exam.

    Parameters
    ----------
    views : sequence of SeenView
        With described and weighed groups.
    matches : sequence of GroupMatch
    guidance : Guidance
    settings : Settings

    Returns
    -------
    matches : tuple of GroupMatch
        The same, with `weighing`.
    weighing : Weighing
        Of the exam: by every matched lesion, and by every group that is in no match.
    """
    weighed = tuple(
        replace(one, weighing=weigh_group(_both(one, views, guidance), guidance, settings))
        for one in matches
    )
    taken = {
        (at, number) for one in matches for at, number in zip(one.readings, one.groups, strict=True)
    }
    single = [
        group.weighing
        for at, view in enumerate(views)
        for group in view.groups
        if group.weighing is not None and (at, group.number) not in taken
    ]
    facts = [
        view_facts(
            view.mammogram, view.calcifications, view.groups, settings.description.lone_score
        )
        for view in views
    ]
    findings = [*(one.weighing for one in weighed if one.weighing is not None), *single]
    return weighed, weigh_exam(findings, facts, guidance, settings)


def _both(match: GroupMatch, views: Sequence[SeenView], guidance: Guidance) -> GroupFacts:
    """Gather what both projections give the rules: of each, what is more suspicious counts."""
    shown = [views[at] for at in match.readings]
    said = [
        group.description
        for view, number in zip(shown, match.groups, strict=True)
        for group in view.groups
        if group.number == number and group.description is not None
    ]
    projections = [view.mammogram for view in shown]
    shapes = [shape for one in said for shape in (one.worst, one.morphology.label) if shape]
    kinds = {one.exam_kind for one in projections}
    return GroupFacts(
        morphology=match.morphology,
        worst=max(shapes, key=lambda shape: rank(shape, guidance.vocabulary), default=None),
        distribution=next(
            (one.distribution for one in said if one.distribution.label in ALONG_DUCTS),
            said[0].distribution if said else None,
        ),
        exam_kind=ExamKind.SCREENING if ExamKind.SCREENING in kinds else ExamKind.DIAGNOSTIC,
        spacing_known=True,
        magnified=any(ViewModifier.MAGNIFICATION in one.modifiers for one in projections),
        alone=all(len(view.groups) == 1 for view in shown),
        lateral_compared=any(one.view in LATERAL_VIEWS for one in projections),
    )
