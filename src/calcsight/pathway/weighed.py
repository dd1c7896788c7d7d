"""Weigh what a reading holds: every described group, the view, and the lesions of an exam."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from calcsight.pathway.facts import GroupFacts, group_facts, has_magnification, view_facts
from calcsight.pathway.lesion import lesion_of, weigh_lesion
from calcsight.pathway.levels import attention
from calcsight.pathway.weighing import weigh_exam, weigh_group, weigh_view
from calcsight.terms.calcification import Calcification
from calcsight.terms.comparison import GroupChange
from calcsight.terms.description import Description
from calcsight.terms.group import Grouping
from calcsight.terms.guidance import Change, FiredRule, Guidance, Weighing
from calcsight.terms.mammogram import Projection, view_name
from calcsight.terms.reading import GroupMatch, Reading, SeenView
from calcsight.terms.settings import Settings

NO_CHANGES: Mapping[int, Change] = MappingProxyType({})


def weigh_found(
    mammogram: Projection,
    calcifications: Sequence[Calcification],
    groupings: Sequence[Grouping],
    guidance: Guidance,
    settings: Settings,
    changes: Mapping[int, Change] = NO_CHANGES,
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
    changes : mapping of int to Change
        By the number of a group: how it compares with a prior; what is not in it was not compared.

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
                replace(
                    group_facts(group.description, mammogram, len(groups) == 1),
                    change=changes.get(group.number),
                ),
                guidance,
                settings,
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


def weigh_changed(
    current: Reading, groups: Sequence[GroupChange], guidance: Guidance, settings: Settings
) -> tuple[tuple[GroupChange, ...], Weighing]:
    """Weigh the groups of a reading, and its view, once it is known how each has changed.

    Parameters
    ----------
    current : Reading
        Interpreted.
    groups : sequence of GroupChange
    guidance : Guidance
    settings : Settings

    Returns
    -------
    groups : tuple of GroupChange
        The same, with the weighing of what is there now; where several groups of the current
        reading go on from one, the weighing that asks for most.
    weighing : Weighing
        Of the view.
    """
    changes = {
        number: one.change for one in groups for number in one.current if one.change is not None
    }
    groupings, view = weigh_found(
        current.mammogram, current.calcifications, current.groupings, guidance, settings, changes
    )
    weighings = {
        group.number: group.weighing
        for group in (groupings[0].groups if groupings else ())
        if group.weighing is not None
    }

    def most(one: GroupChange) -> Weighing | None:
        own = [weighings[number] for number in one.current if number in weighings]
        return max(own, key=lambda each: attention(each.suggestion.level), default=None)

    return tuple(replace(one, weighing=most(one)) for one in groups), view


def weigh_matched(
    views: Sequence[SeenView],
    matches: Sequence[GroupMatch],
    guidance: Guidance,
    settings: Settings,
    unread: bool = False,
) -> tuple[tuple[GroupMatch, ...], Weighing]:
    """Weigh the lesions of an exam that were seen in two projections, and the exam.

    Parameters
    ----------
    views : sequence of SeenView
        All of the exam, with described groups.
    matches : sequence of GroupMatch
    guidance : Guidance
    settings : Settings
    unread : bool
        A view that may be of this exam was refused.

    Returns
    -------
    matches : tuple of GroupMatch
        The same, with `weighing`.
    weighing : Weighing
        Of the exam: by every matched lesion, and by every group that is in no match.
    """
    weighed = tuple(
        replace(
            one,
            weighing=weigh_lesion(lesion_of(one, views, guidance.vocabulary), guidance, settings),
        )
        for one in matches
    )
    taken = {
        (at, number) for one in matches for at, number in zip(one.readings, one.groups, strict=True)
    }
    single = [
        weigh_group(_in_exam(group.description, view, views), guidance, settings)
        for at, view in enumerate(views)
        for group in view.groups
        if group.description is not None and (at, group.number) not in taken
    ]
    facts = [
        view_facts(
            view.mammogram, view.calcifications, view.groups, settings.description.lone_score
        )
        for view in views
    ]
    findings = [*(one.weighing for one in weighed if one.weighing is not None), *single]
    whole = weigh_exam(findings, facts, guidance, settings, unread)
    rules = (*whole.suggestion.rules, _views_read(views))
    return weighed, replace(whole, suggestion=replace(whole.suggestion, rules=rules))


def _views_read(views: Sequence[SeenView]) -> FiredRule:
    """Name the views that an exam rests on."""
    names = ", ".join(view_name(one.mammogram.laterality, one.mammogram.view) for one in views)
    return FiredRule(
        code="views_read",
        words=f"It rests on {names}; nothing is said of what other views would show.",
    )


def _in_exam(description: Description, view: SeenView, views: Sequence[SeenView]) -> GroupFacts:
    """Gather what a group in no match gives the rules, as one of its exam."""
    facts = group_facts(description, view.mammogram, len(view.groups) == 1)
    others = [one.mammogram for one in views]
    return replace(facts, magnified_elsewhere=has_magnification(view.mammogram, others))
