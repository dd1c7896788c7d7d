"""What the prior gains: worked by hand, and on the same draws for both."""

from dataclasses import replace

import numpy as np
import pytest

from calcsight.evaluation.cases import (
    Case,
    DataSet,
    FoundView,
    Predictions,
    TrueParticles,
    TrueView,
)
from calcsight.evaluation.denominators import PER_VIEW
from calcsight.evaluation.particle_rules import PARTICLE_RULES
from calcsight.evaluation.prior_gain import every_gain, gains
from calcsight.evaluation.ruled import under
from calcsight.evaluation.sample import sample_of
from calcsight.evaluation.simulated_series import of_new_alone
from calcsight.terms.errors import PredictionsError

RULE = PARTICLE_RULES[0]


def truth(name: str, *places: tuple[float, float]) -> TrueView:
    count = len(places)
    return TrueView(
        name=name,
        patient=name,
        spacing_mm=(0.1, 0.1),
        particles=TrueParticles(
            places_px=np.array(places, np.float64).reshape(-1, 2),
            outlines_px=(None,) * count,
            diameters_mm=np.full(count, 0.3),
            contrasts_sd=np.full(count, 8.0),
        ),
        regions=None,
        normal=not places,
    )


def marks(name: str, *rows: tuple[float, float, float]) -> FoundView:
    table = np.array(rows, np.float64).reshape(-1, 3)
    return FoundView(
        name=name,
        places_px=table[:, :2],
        scores=table[:, 2],
        diameters_mm=np.full(len(table), np.nan),
        outlines_px=(None,) * len(table),
    )


TRUTH = (truth("a", (10, 10), (50, 50)), truth("b", (20, 20)))
# In `a` the second particle lies under the false mark, until the prior raises it.
ALONE = (
    marks("a", (10, 10, 0.9), (50, 50, 0.3), (80, 80, 0.5)),
    marks("b", (20, 20, 0.8)),
)
WITH = (replace(ALONE[0], scores=np.array([0.9, 0.7, 0.5])), ALONE[1])


def cases(found: tuple[FoundView, ...]) -> list[Case]:
    return [Case(true=one, found=other) for one, other in zip(TRUTH, found, strict=True)]


def test_the_gain_is_what_hand_counts_give() -> None:
    alone, both = (under(RULE, sample_of(cases(one), 200, 1)) for one in (ALONE, WITH))
    none, half, whole = gains(alone, both, PER_VIEW, (0.0, 0.5, 1.0))
    # Without any false mark: two of three alone, all three with the prior.
    assert none.alone[0] == pytest.approx(2 / 3)
    assert none.with_prior[0] == pytest.approx(1.0)
    assert none.difference[0] == pytest.approx(1 / 3)
    assert (none.targets, none.views, none.patients) == (3, 2, 2)
    # One false mark in two views: everything is taken either way.
    assert half.alone[0] == half.with_prior[0] == 1.0
    assert half.difference[0] == 0.0
    assert whole.difference[0] == 0.0
    assert np.isnan(whole.difference[1:]).all()
    assert whole.alone[0] == 1.0
    # Both hit all of theirs in every draw: Wilson's interval of two patients stands instead.
    assert whole.alone[1] == pytest.approx(0.342, abs=0.001)
    # Drawn on the same patients: whoever draws b alone gains nothing, a alone a half.
    assert none.difference[1] == pytest.approx(0.0)
    assert none.difference[2] == pytest.approx(0.5)


def test_the_same_scores_gain_nothing_and_no_interval_pretends_to_know() -> None:
    alone = under(RULE, sample_of(cases(ALONE), 200, 1))
    for one in gains(alone, alone, PER_VIEW, (0.0, 0.5, 1.0)):
        assert one.difference[0] == 0.0
        assert np.isnan(one.difference[1:]).all()


def test_one_patient_gives_no_interval() -> None:
    both = [under(RULE, sample_of(cases(one)[:1], 200, 1)) for one in (ALONE, WITH)]
    [one] = gains(both[0], both[1], PER_VIEW, (0.0,))
    assert one.difference[0] == pytest.approx(0.5)
    assert np.isnan([*one.alone[1:], *one.with_prior[1:], *one.difference[1:]]).all()


def test_other_views_are_not_compared() -> None:
    alone = under(RULE, sample_of(cases(ALONE), 100, 1))
    fewer = under(RULE, sample_of(cases(WITH)[:1], 100, 1))
    with pytest.raises(PredictionsError, match="different views"):
        gains(alone, fewer, PER_VIEW, (1.0,))


def test_rules_that_cannot_be_measured_are_left_out() -> None:
    data = DataSet(name="two", views=TRUTH)
    first, second = (
        Predictions(detector="x", views=one, particles=True, groups=False) for one in (ALONE, WITH)
    )
    found = every_gain(data, first, second, (100, 1))
    assert {one.rule for one in found} == {
        "within_0.35_mm",
        "within_5_px",
        "within_7_px",
        "hdogreg",
    }


def test_new_particles_alone_are_targets_and_old_ones_false_or_neither() -> None:
    case = cases(ALONE)[0]
    new = np.array([False, True])
    hard, fair = (of_new_alone(case, new, RULE, drop_old=drop) for drop in (False, True))
    for one in (hard, fair):
        assert one.true.particles is not None
        assert one.true.particles.places_px.tolist() == [[50.0, 50.0]]
    judged = [RULE.judge(one) for one in (hard, fair)]
    assert [sorted(one.false_scores) for one in judged if one] == [[0.5, 0.9], [0.5]]
    assert [one.hit_scores.tolist() for one in judged if one] == [[0.3], [0.3]]
