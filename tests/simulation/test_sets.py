"""The fixed test set stays as it was committed, and tuning cannot reach it."""

import json
from pathlib import Path

import pytest

from calcsight.simulation import sets
from calcsight.simulation.detector import blur_families
from calcsight.simulation.families import TEST_SEEDS_FROM, Families
from calcsight.simulation.outlines import outline_families
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.tissue import tissue_families
from calcsight.simulation.views import simulate_view
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Laterality, View

DEFINITION = Path(__file__).parents[2] / "benchmarks" / "accuracy_test_set.jsonl"
# Fixed before anything was tuned. Nobody changes this digest: a new set gets a new name.
DIGEST = "fa7f381832f86b0023b9b8c436032fab6d0dbaabced5f14afc410a72ad9728d1"
# Some views: particles, first particle (row, column, contrast), mean exposure, middle local SD.
FROZEN = {
    "test-0001-L-MLO": (20, (1431.9, 899.18, 4.48), 1.29163, 0.04041),
    "test-0037-R-MLO": (26, (1708.19, 1343.51, 5.75), 1.09965, 0.05274),
    "test-0081-L-MLO": (27, (1291.31, 139.24, 4.09), 1.52048, 0.04632),
}


def test_the_committed_definition_is_unchanged() -> None:
    rows = [json.loads(line) for line in DEFINITION.read_text().splitlines()]
    assert sets.definition_digest(sets.from_rows(rows)) == DIGEST


def test_the_code_draws_the_committed_definition() -> None:
    assert sets.definition_digest(sets.test_set()) == DIGEST


def test_the_test_set_is_what_was_promised() -> None:
    specs = sets.test_set()
    assert len(specs) == 200
    women: dict[str, list[ViewSpec]] = {}
    for spec in specs:
        women.setdefault(spec.woman, []).append(spec)
    assert len(women) == 100
    assert sum(not any(s.groups or s.isolated for s in views) for views in women.values()) == 50
    for views in women.values():
        assert len(views) == 2
        assert (views[0].laterality, views[0].view) != (views[1].laterality, views[1].view)
        assert views[0].woman_seed == views[1].woman_seed
    for spec in specs:
        assert spec.families is Families.TEST
        assert 0.05 <= spec.pitch_mm <= 0.1
        assert len(spec.groups) <= 3
        for plan in spec.groups:
            assert 5 <= plan.count <= 25
            assert plan.diameter_mm == (0.1, 1.0)
            assert plan.contrast_sd == (3.0, 30.0)


@pytest.mark.parametrize("names", [tissue_families, outline_families, blur_families])
def test_families_are_disjoint(names: object) -> None:
    assert callable(names)
    tuning, test = set(names(Families.TUNING)), set(names(Families.TEST))
    assert tuning
    assert test
    assert not tuning & test


def test_tuning_views_share_no_seed_or_family_with_the_test_set() -> None:
    tuning, test = sets.tuning_set(40), sets.test_set()
    for attribute in ("seed", "woman_seed", "background", "outlines", "blur", "woman", "name"):
        values = {getattr(spec, attribute) for spec in tuning}
        assert not values & {getattr(spec, attribute) for spec in test}


def test_tuning_sets_from_other_women_share_none() -> None:
    first, second = sets.tuning_set(10), sets.tuning_set(10, start=5)
    assert not {s.woman for s in first} & {s.woman for s in second}
    assert sets.tuning_set(20)[10:] == second


@pytest.mark.parametrize(
    ("field", "value"), [("background", "fibres"), ("outlines", "metaballs"), ("blur", "glare")]
)
def test_a_tuning_view_cannot_be_drawn_from_a_test_family(field: str, value: str) -> None:
    row = sets.as_rows(sets.tuning_set(3))[2] | {"rows": 400, field: value}
    with pytest.raises(UsageError, match=value):
        simulate_view(sets.from_rows([row])[0])


def test_a_tuning_view_cannot_have_a_test_seed() -> None:
    row = sets.as_rows(sets.tuning_set(1))[0] | {"seed": TEST_SEEDS_FROM + 3}
    with pytest.raises(UsageError, match="seed"):
        sets.from_rows([row])


@pytest.mark.parametrize(
    "change",
    [{"pitch_mm": 0.5}, {"view": View.ML}, {"laterality": Laterality.UNKNOWN}, {"seed": -1}],
)
def test_impossible_views_are_refused(change: dict[str, object]) -> None:
    row = sets.as_rows(sets.tuning_set(1))[0] | change
    with pytest.raises(UsageError):
        sets.from_rows([row])


def test_as_many_tuning_views_as_asked_for() -> None:
    assert len(sets.tuning_set(7)) == 7
    with pytest.raises(UsageError):
        sets.tuning_set(0)


def test_the_views_of_the_fixed_set_are_drawn_as_they_were() -> None:
    # Rounded, so that another processor's last bits do not matter. Views are frozen, too.
    specs = {spec.name: spec for spec in sets.test_set()}
    for name, (count, first, mean, deviation) in FROZEN.items():
        view = simulate_view(specs[name])
        particles = view.truth.particles
        assert len(particles) == count
        got = (particles[0].row, particles[0].column, particles[0].contrast_sd)
        assert got == pytest.approx(first, abs=0.05)
        assert float(view.exposure.mean()) == pytest.approx(mean, rel=1e-3)
        deviations = sorted(p.background_sd for p in particles)
        assert deviations[len(deviations) // 2] == pytest.approx(deviation, rel=0.01)
