"""The wide sets: as varied as promised, frozen for testing, apart for training."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calcsight.simulation import sets
from calcsight.simulation.families import TEST_SEEDS_FROM, Families
from calcsight.simulation.fine_tissue import fine_tissue_families, is_fine_tissue
from calcsight.simulation.kinds import BY_RULE
from calcsight.simulation.looks import Medium, film_looks, look_named
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.tissue import tissue_families
from calcsight.simulation.truth import Kind
from calcsight.simulation.views import simulate_view
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import UsageError

DEFINITION = Path(__file__).parents[2] / "benchmarks" / "wide_test_set.jsonl"
# Fixed when the set was drawn. Nobody changes this digest: a new set gets a new name.
DIGEST = "f8dc62e5a497ef140b948ec46d6989dd6ef48e27af66c6d859d16aa67009e0a5"
# Some views: particles, mean exposure, mean stored value.
FROZEN: dict[str, tuple[int, float, float]] = {
    "wide-test-0001-L-MLO": (40, 0.98561, 71.73),
    "wide-test-0017-R-MLO": (35, 0.95456, 1007.05),
    "wide-test-0033-L-MLO": (43, 1.16695, 7690.97),
    "wide-test-0049-R-MLO": (30, 1.34298, 1122.40),
    "wide-test-0065-R-CC": (2, 0.73344, 815.14),
}


def small(spec: ViewSpec) -> ViewSpec:
    """Return the same view with few pixels."""
    return replace(spec, rows=500, pitch_mm=max(spec.pitch_mm, 0.12))


def share(specs: tuple[ViewSpec, ...], matches: list[bool]) -> float:
    assert len(matches) == len(specs)
    return sum(matches) / len(specs)


def test_training_views_are_as_varied_as_promised() -> None:
    specs = sets.training_set(800)
    assert len(specs) == 800
    pitches = [spec.pitch_mm for spec in specs]
    assert min(pitches) < 0.055
    assert max(pitches) == 0.2
    assert 0.18 < share(specs, [pitch >= 0.1 for pitch in pitches]) < 0.32
    films = [look_named(spec.look).medium is Medium.FILM for spec in specs]
    assert 0.18 < share(specs, films) < 0.32
    fine = [is_fine_tissue(spec.background) for spec in specs]
    assert 0.78 < share(specs, fine) < 0.92
    women = {spec.woman: spec for spec in specs}
    well = {name for name in women if int(name[-4:]) % 2 == 0}
    assert all(not spec.groups and not spec.isolated for spec in specs if spec.woman in well)
    plans = [plan for spec in specs for plan in spec.groups]
    assert {plan.kind for plan in plans} == set(sets.WIDE_KINDS)
    assert {plan.distribution for plan in plans} == set(Distribution)
    assert any(2 <= plan.count <= 4 and plan.kind is Kind.PUNCTATE for plan in plans)
    assert any(plan.kind is Kind.AMORPHOUS and plan.contrast_sd == (2.0, 6.0) for plan in plans)
    for spec in specs:
        assert 0.05 <= spec.pitch_mm <= 0.2
        assert spec.rows <= 2000
        for plan in spec.groups:
            assert 0.4 <= plan.tightness <= 1.0
            assert 2.0 <= plan.contrast_sd[0] <= plan.contrast_sd[1] <= 30.0
            assert 0.8 * spec.pitch_mm - 1e-4 <= plan.diameter_mm[0] < plan.diameter_mm[1]


def test_the_committed_wide_test_set_is_unchanged() -> None:
    rows = [json.loads(line) for line in DEFINITION.read_text().splitlines()]
    assert sets.definition_digest(sets.from_rows(rows)) == DIGEST


def test_the_code_draws_the_committed_wide_test_set() -> None:
    specs = sets.wide_test_set()
    assert sets.definition_digest(specs) == DIGEST
    assert len(specs) == 160
    assert len({spec.woman for spec in specs}) == 80
    assert sum(bool(spec.groups) for spec in specs) == 80
    assert all(spec.families is Families.TEST for spec in specs)
    assert all(spec.seed >= TEST_SEEDS_FROM for spec in specs)


def test_the_views_of_the_wide_test_set_are_drawn_as_they_were() -> None:
    # Rounded, so that another processor's last bits do not matter.
    specs = {spec.name: spec for spec in sets.wide_test_set()}
    for name, (count, exposure, stored) in FROZEN.items():
        view = simulate_view(specs[name])
        assert len(view.truth.particles) == count
        assert float(view.exposure.mean()) == pytest.approx(exposure, rel=1e-3)
        assert float(view.stored.mean()) == pytest.approx(stored, rel=2e-3)


def test_training_sets_from_other_women_share_none() -> None:
    assert sets.training_set(20)[10:] == sets.training_set(10, start=5)
    assert len(sets.training_set(7)) == 7
    with pytest.raises(UsageError):
        sets.training_set(0)


def test_training_shares_no_seed_family_or_name_with_what_tests() -> None:
    training = sets.training_set(200)
    for other in (sets.wide_test_set(), sets.test_set()):
        for attribute in ("seed", "woman_seed", "background", "outlines", "blur", "woman", "name"):
            # What every kind is drawn by is the lexicon's rule, the same for both halves.
            values = {getattr(spec, attribute) for spec in training} - {BY_RULE}
            assert not values & {getattr(spec, attribute) for spec in other}
    seeds = {spec.seed for spec in sets.tuning_set(200)}
    assert not seeds & {spec.seed for spec in training}


def test_the_families_of_fine_tissue_are_disjoint_and_new() -> None:
    tuning, test = (set(fine_tissue_families(half)) for half in Families)
    old = {name for half in Families for name in tissue_families(half)}
    assert tuning
    assert test
    assert not tuning & test
    assert not (tuning | test) & old


@pytest.mark.parametrize("background", fine_tissue_families(Families.TEST))
def test_a_training_view_cannot_be_drawn_from_test_tissue(background: str) -> None:
    with pytest.raises(UsageError, match=background):
        simulate_view(replace(small(sets.training_set(1)[0]), background=background))


def test_an_unknown_look_is_refused() -> None:
    with pytest.raises(UsageError, match="sepia"):
        simulate_view(replace(small(sets.training_set(1)[0]), look="sepia"))


@pytest.mark.parametrize("number", range(0, 24, 2))
def test_the_same_spec_gives_the_same_bytes(number: int) -> None:
    spec = small(sets.training_set(1, start=number)[0])
    first, second = simulate_view(spec), simulate_view(spec)
    assert first.stored.tobytes() == second.stored.tobytes()
    assert first.exposure.tobytes() == second.exposure.tobytes()
    assert not np.array_equal(first.stored, simulate_view(replace(spec, seed=spec.seed + 7)).stored)


@pytest.mark.parametrize("look", [*film_looks(), "enhanced-8", "enhanced-12", "enhanced-16"])
@pytest.mark.parametrize("number", [1, 3, 5])
def test_every_new_look_keeps_its_range_and_shows_the_breast_bright(look: str, number: int) -> None:
    view = simulate_view(replace(small(sets.training_set(1, start=number)[0]), look=look))
    assert int(view.stored.max()) <= view.look.largest
    assert len(np.unique(view.stored)) > 60
    if look == "enhanced-16":
        # All but the soft edges of labels, which are laid on later.
        assert ((view.stored % 16 == 0) | (view.stored == view.look.largest)).mean() > 0.97
    pixels = view.mammogram().pixels
    assert pixels[200:300, 10:60].mean() > np.median(pixels[-100:-15, -60:-40])


def test_film_has_dirt_where_no_breast_is_and_a_detector_has_none() -> None:
    found = 0
    for number in range(6):
        spec = small(sets.training_set(1, start=number)[0])
        film = simulate_view(replace(spec, look="film-12")).mammogram().pixels
        air = film[200:, -60:]
        found += int((air > np.median(air) + 12 * np.abs(np.diff(air)).mean()).any())
    assert found >= 4


def test_grain_is_in_the_noise_that_contrast_is_measured_against() -> None:
    spec = small(next(s for s in sets.training_set(40) if s.groups))
    film, plain = (simulate_view(replace(spec, look=look)) for look in ("film-12", "raw-log"))
    film_sd, plain_sd = (
        np.median([p.background_sd for p in view.truth.particles]) for view in (film, plain)
    )
    assert film_sd > plain_sd
