"""Hit rules of groups worked by hand."""

from dataclasses import replace

import numpy as np
import pytest
from tests.evaluation.conftest import found_group, found_view, particles, square, true_view

from calcsight.evaluation.cases import Case, FoundGroup, TrueRegion
from calcsight.evaluation.group_rules import GROUP_RULES, GroupRule
from calcsight.evaluation.verdicts import Verdict

RULES = {rule.code: rule for rule in GROUP_RULES}
MARKED = particles([(0, 0), (0, 40), (40, 40), (40, 0), (200, 200)])
REGION = TrueRegion(outline_px=square(0, 0, 40), members=(0, 1, 2, 3))
# Marks on particles 0, 1 and the single one; one on nothing.
MARKS = [(0, 1, 0.9), (0, 41, 0.9), (20, 20, 0.9), (200, 201, 0.9)]


def verdict(rule: GroupRule, case: Case) -> Verdict:
    judged = rule.judge(case)
    assert judged is not None
    return judged


def case_of(*groups: FoundGroup, regions: tuple[TrueRegion, ...] = (REGION,)) -> Case:
    return Case(
        true=true_view(marked=MARKED, regions=regions),
        found=found_view(marks=MARKS, groups=groups),
    )


@pytest.mark.parametrize(
    ("centre", "members", "both", "by_members", "by_centre"),
    [
        ((20, 20), (0, 1), True, True, True),
        ((0, 20), (0, 1), True, True, True),  # on the edge of the region
        ((20, 50), (0, 1), False, True, False),  # centre outside
        ((20, 20), (0, 2), False, False, True),  # one member hit only
        ((20, 20), (0, 3), False, False, True),  # the second hit is the single particle
        ((20, 20), (2, 3), False, False, True),
    ],
)
def test_centres_and_members(
    centre: tuple[float, float],
    members: tuple[int, ...],
    both: bool,
    by_members: bool,
    by_centre: bool,
) -> None:
    case = case_of(found_group(centre, 0.8, members))
    expected = {
        "centre_and_two_members": both,
        "two_member_hits": by_members,
        "centre_in_region": by_centre,
    }
    for code, hit in expected.items():
        said = verdict(RULES[code], case)
        assert said.hit_scores.tolist() == [0.8 if hit else -np.inf], code
        assert said.false_scores.tolist() == ([] if hit else [0.8]), code


def test_a_second_group_on_a_region_is_neither_hit_nor_false() -> None:
    case = case_of(
        found_group((20, 20), 0.6), found_group((25, 20), 0.9), found_group((99, 99), 0.5)
    )
    said = verdict(RULES["centre_in_region"], case)
    assert said.hit_scores.tolist() == [0.9]
    assert said.false_scores.tolist() == [0.5]
    assert said.matched.tolist() == [0, 0, -1]


def test_overlap_by_hand() -> None:
    # 41 x 41 true pixels. 20 px to the right: 21 columns shared: 861 of 2501 = 0.344.
    hit = found_group((20, 40), 0.8, outline=square(0, 20, 40))
    # 24 px: 17 columns: 697 of 2665 = 0.26.
    near = found_group((20, 44), 0.7, outline=square(0, 24, 40))
    touching = found_group((20, 60), 0.6, outline=square(0, 40, 40))
    apart = found_group((20, 61), 0.5, outline=square(0, 41, 40))
    for group, any_pixel, by_iou in (
        (hit, True, True),
        (near, True, False),
        (touching, True, False),
        (apart, False, False),
    ):
        case = case_of(group)
        assert np.isfinite(verdict(RULES["overlap_any"], case).hit_scores[0]) == any_pixel
        assert np.isfinite(verdict(RULES["overlap_iou_0.3"], case).hit_scores[0]) == by_iou


def test_one_group_over_everything_hits_one_region() -> None:
    other = TrueRegion(outline_px=square(100, 100, 10))
    case = case_of(found_group((60, 60), 0.8, outline=square(0, 0, 300)), regions=(REGION, other))
    said = verdict(RULES["overlap_any"], case)
    assert said.hit_scores.tolist() == [0.8, -np.inf]


def test_the_allowance_of_a_region_is_in_millimetres() -> None:
    small = replace(REGION, allowance_mm=1.0)
    for column, hit in ((50.0, True), (50.2, False)):  # 0.1 mm a pixel
        said = verdict(
            RULES["centre_in_region"], case_of(found_group((20, column), 0.8), regions=(small,))
        )
        assert np.isfinite(said.hit_scores[0]) == hit


def test_a_single_particle_hits_a_region_too_small_for_a_group() -> None:
    small = TrueRegion(outline_px=square(15, 15, 10), particle_hits=True)
    case = case_of(found_group((99, 99), 0.5), regions=(small,))
    plain, small_too = RULES["centre_in_region"], RULES["centre_or_particle"]
    assert verdict(plain, case).hit_scores.tolist() == [-np.inf]
    said = verdict(small_too, case)
    assert said.hit_scores.tolist() == [0.9]
    assert said.false_scores.tolist() == [0.5]  # particles that hit nothing are no false groups
    assert "too small" in small_too.problem([case_of(regions=(REGION,))])


def test_doubtful_regions_are_neither() -> None:
    doubtful = TrueRegion(outline_px=square(100, 100, 30), doubtful=True)
    case = case_of(found_group((110, 110), 0.8), regions=(REGION, doubtful))
    said = verdict(RULES["centre_in_region"], case)
    assert said.targets.tolist() == [True, False]
    assert said.hit_scores[1] == -np.inf
    assert said.false_scores.size == 0
    by_members = verdict(RULES["two_member_hits"], case)
    assert by_members.false_scores.size == 0  # its centre lies in the doubtful one


def test_what_cannot_be_measured_is_said() -> None:
    bare = case_of(found_group((20, 20), 0.8))
    assert "1 of 1 groups have no outline" in RULES["overlap_any"].problem([bare])
    assert "1 of 1 groups name no members" in RULES["two_member_hits"].problem([bare])
    no_spacing = bare._replace(true=replace(bare.true, spacing_mm=None))
    assert "no known pixel spacing" in RULES["two_member_hits"].problem([no_spacing])
    assert RULES["centre_in_region"].problem([no_spacing]) == ""
    allowed = bare._replace(
        true=replace(no_spacing.true, regions=(replace(REGION, allowance_mm=2.0),))
    )
    assert "allowance" in RULES["centre_in_region"].problem([allowed])
    no_members = case_of(found_group((20, 20), 0.8), regions=(replace(REGION, members=()),))
    assert "which particles make a group" in RULES["two_member_hits"].problem([no_members])
    unmarked = bare._replace(true=replace(bare.true, regions=None))
    assert "marks no groups" in RULES["centre_in_region"].problem([unmarked])
    assert RULES["centre_in_region"].judge(unmarked) is None


def test_false_groups_of_a_normal_view_count_even_where_it_has_no_list_of_regions() -> None:
    case = Case(
        true=true_view(normal=True, regions=None),
        found=found_view(groups=(found_group((5, 5), 0.3),)),
    )
    assert verdict(RULES["centre_in_region"], case).false_scores.tolist() == [0.3]
