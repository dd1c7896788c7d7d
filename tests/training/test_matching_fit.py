"""Pairs are read and labelled rightly, and the fit learns what separates them."""

import numpy as np
import pytest

from calcsight.analysis.likeness import LIKENESS_NAMES
from calcsight.analysis.matching import match
from calcsight.models import load_judge
from calcsight.simulation.families import Families
from calcsight.simulation.pair_casting import pair_set
from calcsight.simulation.pairs import PairSpec
from calcsight.terms.description_settings import DescriptionSettings
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import Settings
from training.fit_matching import fit_matching, logistic_fit
from training.pair_samples import LabelledView, read_pair, same_lesion, stand_in_words
from training.true_pairs import true_pair


@pytest.fixture(scope="module")
def pair() -> tuple[PairSpec, tuple[LabelledView, ...]]:
    spec = next(
        one
        for one in pair_set(Families.TUNING, 12)
        if sum(lesion.seen == (True, True) for lesion in one.lesions) == 2
    )
    return spec, read_pair(spec, load_judge(), Settings())


def test_a_simulated_exam_of_two_views_is_matched(
    pair: tuple[PairSpec, tuple[LabelledView, ...]],
) -> None:
    spec, views = pair
    first, second = (view.groups for view in views)
    assert {one.lesion for one in first} & {one.lesion for one in second} - {None}
    found = match(
        [one.shown for one in first], [one.shown for one in second], DescriptionSettings()
    )
    assert found
    assert all(same_lesion(first[one.first], second[one.second]) for one in found)
    for view in views:
        for one in view.groups:
            if one.lesion is not None:
                assert one.kind is spec.lesions[one.lesion].plan.kind
                assert one.shown.location.unplaced is None


def test_true_particles_give_every_lesion_that_a_view_shows() -> None:
    spec = next(one for one in pair_set(Families.TUNING, 12) if len(one.lesions) == 3)
    views = true_pair(spec)
    for at, view in enumerate(views):
        shown = {i for i, lesion in enumerate(spec.lesions) if lesion.seen[at]}
        found = [one.lesion for one in view.groups if one.lesion is not None]
        assert set(found) <= shown
        assert len(set(found)) == len(found) > 0
        for one in view.groups:
            assert one.shown.location.unplaced is None
            assert one.shown.morphology is None


def test_each_lesion_has_at_most_one_group_in_a_view(
    pair: tuple[PairSpec, tuple[LabelledView, ...]],
) -> None:
    for view in pair[1]:
        lesions = [one.lesion for one in view.groups if one.lesion is not None]
        assert len(set(lesions)) == len(lesions)


def test_the_stand_in_is_right_as_often_as_it_says(
    pair: tuple[PairSpec, tuple[LabelledView, ...]],
) -> None:
    one = next(group for view in pair[1] for group in view.groups if group.kind is not None)
    rng = np.random.default_rng(3)
    said = [stand_in_words(one, rng) for _ in range(400)]
    commonest = max(Morphology, key=lambda word: sum(word is words.label for words in said))
    assert np.mean([words.label is commonest for words in said]) == pytest.approx(0.85, abs=0.06)
    assert all(words.probabilities[Morphology.MILK_OF_CALCIUM] == 0.0 for words in said)


def test_the_fit_finds_the_number_that_separates_and_no_other() -> None:
    rng = np.random.default_rng(1)
    truths = rng.random(600) < 0.4
    rows = rng.exponential(1.0, (600, 3))
    rows[:, 0] = np.where(truths, 0.2, 1.5) * rng.exponential(1.0, 600)
    rows[::5, 2] = np.nan
    # This one would speak for a match as it grows, which is not allowed.
    rows[:, 1] += truths
    fit = logistic_fit(rows, truths, signs=[-1, -1, -1])
    assert fit.weights[0] < -0.8
    assert fit.weights[1] == pytest.approx(0.0, abs=1e-6)
    assert abs(fit.weights[2]) < 0.3
    assert (fit.samples, fit.positives) == (600, int(truths.sum()))


def test_one_pair_is_enough_to_fit_without_failing(
    pair: tuple[PairSpec, tuple[LabelledView, ...]],
) -> None:
    fit = fit_matching([pair[1]])
    assert len(fit.weights) == len(LIKENESS_NAMES)
    assert np.isfinite([*fit.weights, fit.bias, *fit.means, *fit.sds]).all()
    assert fit.weights.max() <= 0.0
