"""What a reading or an exam holds is weighed: each lesion once, by what is more suspicious."""

from dataclasses import replace

import pytest
from tests.pathway.held import calcification, described_group, description

from calcsight.pathway.facts import stated_shape
from calcsight.pathway.weighed import weigh_found, weigh_matched
from calcsight.terms.description import Description
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Grouping
from calcsight.terms.guidance import Guidance, Level
from calcsight.terms.mammogram import ExamKind, Projection, View, ViewModifier
from calcsight.terms.morphology import Morphology
from calcsight.terms.reading import GroupMatch, LeanReading
from calcsight.terms.settings import BI_RADS_RULE, LITERATURE_RULE, Settings
from calcsight.terms.spacing import Spacing, SpacingSource

ROUND = Morphology.ROUND_PUNCTATE
AMORPHOUS = Morphology.AMORPHOUS
LINES = Morphology.FINE_LINEAR_BRANCHING
MILK = Morphology.MILK_OF_CALCIUM
SPACING = Spacing(row_mm=0.07, column_mm=0.07, source=SpacingSource.STATED)


def projection(view: View, kind: ExamKind = ExamKind.DIAGNOSTIC) -> Projection:
    modifiers = (ViewModifier.MAGNIFICATION,)
    return Projection(uid="1.2", spacing=SPACING, view=view, exam_kind=kind, modifiers=modifiers)


def seen(
    guidance: Guidance,
    view: View,
    *descriptions: Description,
    kind: ExamKind = ExamKind.DIAGNOSTIC,
) -> LeanReading:
    groups = tuple(described_group(number, one) for number, one in enumerate(descriptions, 1))
    shown = projection(view, kind)
    grouping = Grouping(rule=BI_RADS_RULE, groups=groups)
    [weighed], _ = weigh_found(shown, (), (grouping,), guidance, Settings())
    return LeanReading(mammogram=shown, calcifications=(), groups=weighed.groups)


def match(shape: Morphology | None, groups: tuple[int, int] = (1, 1)) -> GroupMatch:
    return GroupMatch(
        readings=(0, 1),
        groups=groups,
        probability=0.9,
        location=description(ROUND).location,
        morphology=stated_shape(*([shape] if shape else [])),
    )


def levels(
    views: list[LeanReading], matches: list[GroupMatch], guidance: Guidance
) -> tuple[list[Level], Level]:
    weighed, whole = weigh_matched(views, matches, guidance, Settings())
    of_matches = [one.weighing.suggestion.level for one in weighed if one.weighing is not None]
    assert len(of_matches) == len(matches)
    return of_matches, whole.suggestion.level


def test_every_group_of_the_primary_rule_is_weighed_and_no_other(guidance: Guidance) -> None:
    groups = (described_group(1, description(AMORPHOUS)), described_group(2, description(ROUND)))
    rules = (
        Grouping(rule=BI_RADS_RULE, groups=groups),
        Grouping(rule=LITERATURE_RULE, groups=groups),
    )
    (first, second), view = weigh_found(projection(View.CC), (), rules, guidance, Settings())
    found = [one.weighing.suggestion.level for one in first.groups if one.weighing is not None]
    assert found == [Level.SUSPICIOUS_MODERATE, Level.INCOMPLETE]
    assert all(one.weighing is None for one in second.groups)
    assert view.suggestion.level is Level.SUSPICIOUS_MODERATE


def test_a_group_that_was_not_described_stays_and_is_not_weighed(guidance: Guidance) -> None:
    groups = (described_group(1, None), described_group(2, description(ROUND)))
    grouping = Grouping(rule=BI_RADS_RULE, groups=groups)
    [found], _ = weigh_found(projection(View.CC), (), (grouping,), guidance, Settings())
    assert [one.number for one in found.groups] == [1, 2]
    assert [one.weighing is None for one in found.groups] == [True, False]


def test_a_view_without_spacing_has_no_groups_and_stays_open(guidance: Guidance) -> None:
    unknown = replace(projection(View.CC), spacing=None)
    found, view = weigh_found(unknown, (calcification(None),), (), guidance, Settings())
    assert found == ()
    assert view.suggestion.level is Level.CANNOT_BE_CLASSIFIED


def test_a_lesion_seen_twice_is_one_isolated_group(guidance: Guidance) -> None:
    views = [seen(guidance, view, description(ROUND)) for view in (View.CC, View.ML)]
    assert levels(views, [match(ROUND)], guidance) == (
        [Level.PROBABLY_BENIGN],
        Level.PROBABLY_BENIGN,
    )


@pytest.mark.parametrize(
    "pair",
    [
        (description(ROUND, worst=LINES), description(ROUND)),
        (description(ROUND), description(ROUND, worst=LINES)),
        (replace(description(LINES), worst=None), description(ROUND)),
    ],
)
def test_the_more_suspicious_of_two_projections_counts(
    pair: tuple[Description, Description], guidance: Guidance
) -> None:
    views = [seen(guidance, view, one) for view, one in zip((View.CC, View.MLO), pair, strict=True)]
    assert levels(views, [match(ROUND)], guidance) == (
        [Level.SUSPICIOUS_HIGH],
        Level.SUSPICIOUS_HIGH,
    )


@pytest.mark.parametrize("turned", [False, True])
def test_a_distribution_along_ducts_counts_from_either_projection(
    turned: bool, guidance: Guidance
) -> None:
    said = [description(ROUND), description(ROUND, lies=Distribution.LINEAR)]
    pair = reversed(said) if turned else said
    views = [seen(guidance, view, one) for view, one in zip((View.CC, View.MLO), pair, strict=True)]
    assert levels(views, [match(ROUND)], guidance)[0] == [Level.SUSPICIOUS_LOW]


@pytest.mark.parametrize("lateral", [View.ML, View.LM])
def test_milk_of_calcium_is_benign_by_a_match_with_a_true_lateral_alone(
    lateral: View, guidance: Guidance
) -> None:
    said = [description(ROUND), description(LINES)]
    with_lateral = [
        seen(guidance, view, one) for view, one in zip((View.CC, lateral), said, strict=True)
    ]
    assert levels(with_lateral, [], guidance)[1] is Level.SUSPICIOUS_HIGH
    assert levels(with_lateral, [match(MILK)], guidance) == (
        [Level.BENIGN_FINDING],
        Level.BENIGN_FINDING,
    )
    oblique = [
        seen(guidance, view, one) for view, one in zip((View.CC, View.MLO), said, strict=True)
    ]
    assert levels(oblique, [match(MILK)], guidance)[1] is Level.SUSPICIOUS_HIGH


def test_what_the_lateral_alone_shows_is_left_out_of_milk_of_calcium(guidance: Guidance) -> None:
    for from_above, from_side, level in (
        (AMORPHOUS, LINES, Level.INCOMPLETE),
        (LINES, ROUND, Level.SUSPICIOUS_HIGH),
        (ROUND, AMORPHOUS, Level.BENIGN_FINDING),
    ):
        views = [
            seen(guidance, View.CC, description(from_above)),
            seen(guidance, View.ML, description(from_side)),
        ]
        assert levels(views, [match(MILK)], guidance)[0] == [level]


def test_milk_of_calcium_takes_a_view_from_above_too(guidance: Guidance) -> None:
    views = [seen(guidance, view, description(ROUND)) for view in (View.MLO, View.ML)]
    [found], _ = weigh_matched(views, [match(MILK)], guidance, Settings())
    assert found.weighing is not None
    assert found.weighing.suggestion.level is Level.CANNOT_BE_CLASSIFIED


def test_a_group_that_is_in_no_match_counts_by_itself(guidance: Guidance) -> None:
    views = [
        seen(guidance, View.CC, description(ROUND), description(LINES)),
        seen(guidance, View.MLO, description(ROUND)),
    ]
    assert levels(views, [match(ROUND)], guidance) == ([Level.INCOMPLETE], Level.SUSPICIOUS_HIGH)


def test_one_screening_projection_keeps_a_match_to_what_screening_views_allow(
    guidance: Guidance,
) -> None:
    views = [
        seen(guidance, View.CC, description(LINES), kind=ExamKind.SCREENING),
        seen(guidance, View.MLO, description(LINES)),
    ]
    assert levels(views, [match(LINES)], guidance) == ([Level.INCOMPLETE], Level.INCOMPLETE)
