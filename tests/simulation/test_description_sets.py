"""The test set of descriptions stays as it was committed, and holds what it promises."""

import json
from collections import Counter
from pathlib import Path

import pytest

from calcsight.simulation import description_sets, sets
from calcsight.simulation.families import TEST_SEEDS_FROM, Families
from calcsight.simulation.kinds import CARVED, kind_rules
from calcsight.simulation.looks import Medium, look_named
from calcsight.simulation.truth import Kind
from calcsight.simulation.views import simulate_view
from calcsight.terms.distribution import Distribution

DEFINITION = Path(__file__).parents[2] / "benchmarks" / "description_test_set.jsonl"
# Fixed before any describer was measured on it. Nobody changes this digest: a new set gets a
# new name.
DIGEST = "81cfcde50ad06167c906ab3a1ef9dac8f5c72522512b99bdb7c6ef49185af61c"
# Some views: particles, groups, mean exposure.
FROZEN: dict[str, tuple[int, int, float]] = {
    "description-0001-R-MLO": (26, 3, 1.81779),
    "description-0025-R-MLO": (24, 3, 1.15458),
    "description-0049-R-MLO": (13, 2, 0.99915),
}


def test_the_committed_set_is_unchanged_and_the_code_draws_it() -> None:
    rows = [json.loads(line) for line in DEFINITION.read_text().splitlines()]
    assert sets.definition_digest(sets.from_rows(rows)) == DIGEST
    assert sets.definition_digest(description_sets.description_test_set()) == DIGEST


def test_every_kind_is_there_as_often_in_every_way_it_may_lie() -> None:
    specs = description_sets.description_test_set()
    assert len(specs) == 144
    assert len({spec.woman for spec in specs}) == 72
    plans = [plan for spec in specs for plan in spec.groups]
    assert Counter(plan.kind for plan in plans) == dict.fromkeys(Kind, 24)
    ways = Counter((plan.kind, plan.distribution) for plan in plans)
    for rule in kind_rules().values():
        counts = [ways[rule.kind, distribution] for distribution in rule.distributions]
        assert max(counts) - min(counts) <= 1
        assert sum(counts) == 24
    for plan in plans:
        rule = kind_rules()[plan.kind]
        assert plan.diameter_mm == rule.diameter_mm
        assert plan.contrast_sd == rule.contrast_sd
        spread = plan.distribution is not Distribution.GROUPED
        assert plan.count >= (description_sets.LEAST_SPREAD if spread else 2)


def test_views_are_small_carved_and_of_test_families_and_seeds() -> None:
    specs = description_sets.description_test_set()
    for spec in specs:
        assert spec.families is Families.TEST
        assert spec.outlines == CARVED
        assert min(spec.seed, spec.woman_seed) >= TEST_SEEDS_FROM
        assert spec.rows <= 1600
        assert 0.05 <= spec.pitch_mm <= 0.1
        assert len(spec.groups) in (2, 3)
        filling = [plan.distribution is Distribution.DIFFUSE for plan in spec.groups]
        assert sum(filling) <= 2
    film = [look_named(spec.look).medium is Medium.FILM for spec in specs]
    assert 0.15 < sum(film) / len(film) < 0.4


def test_it_shares_no_seed_with_any_other_set() -> None:
    mine = {spec.seed for spec in description_sets.description_test_set()}
    for other in (
        sets.test_set(),
        sets.wide_test_set(),
        sets.tuning_set(60),
        sets.training_set(60),
    ):
        assert not mine & {spec.seed for spec in other}


@pytest.mark.parametrize("name", sorted(FROZEN))
def test_views_are_drawn_as_they_were(name: str) -> None:
    # Rounded, so that another processor's last bits do not matter.
    specs = {spec.name: spec for spec in description_sets.description_test_set()}
    view = simulate_view(specs[name])
    particles, groups, exposure = FROZEN[name]
    assert len(view.truth.particles) == particles
    assert len(view.truth.groups) == groups
    assert float(view.exposure.mean()) == pytest.approx(exposure, rel=1e-3)
