"""Figures of a tiny set worked by hand, and scoring of a simulated view."""

import numpy as np
import pytest

from calcsight.evaluation.figures import (
    agreement_figure,
    clean_normals_figure,
    diameter_figures,
    false_figure,
    group_figure,
    particle_figure,
    score_at,
)
from calcsight.evaluation.marks import FoundGroup, FoundMarks, ScoredView, TrueMarks
from calcsight.evaluation.simulated import group_agreement
from calcsight.evaluation.tallies import (
    both,
    contrast_at_least,
    diameter_between,
    every_particle,
    group_tallies,
    particle_tallies,
)
from calcsight.simulation.sets import tuning_set
from calcsight.simulation.views import simulate_view
from calcsight.terms.settings import Settings


def with_particles() -> ScoredView:
    """Four true particles (one group of three); three hit, one of them faint; one false mark."""
    return ScoredView(
        name="v1",
        woman="a",
        normal=False,
        true=TrueMarks(
            places_mm=np.array([[0.0, 0.0], [0.0, 2.0], [2.0, 0.0], [30.0, 30.0]]),
            diameters_mm=np.array([0.15, 0.4, 0.6, 0.25]),
            contrasts_sd=np.array([20.0, 4.0, 8.0, 7.0]),
            groups=np.array([1, 1, 1, 0]),
            hulls_mm={1: np.array([[-1.0, -1.0], [-1.0, 3.0], [3.0, 3.0], [3.0, -1.0]])},
        ),
        found=FoundMarks(
            places_mm=np.array([[0.1, 0.0], [0.0, 2.1], [2.0, 0.2], [50.0, 50.0]]),
            diameters_mm=np.array([0.25, 0.4, 0.5, 0.2]),
            scores=np.array([0.9, 0.8, 0.6, 0.7]),
            groups=(
                FoundGroup(centre_mm=np.array([0.5, 0.5]), score=0.8, members=(0, 1)),
                FoundGroup(centre_mm=np.array([0.6, 0.6]), score=0.6, members=(1, 2)),
                FoundGroup(centre_mm=np.array([50.0, 50.0]), score=0.5, members=(3,)),
            ),
        ),
    )


def normal() -> ScoredView:
    return ScoredView(
        name="v2",
        woman="b",
        normal=True,
        true=TrueMarks(
            places_mm=np.zeros((0, 2)),
            diameters_mm=np.zeros(0),
            contrasts_sd=np.zeros(0),
            groups=np.zeros(0, np.int64),
            hulls_mm={},
        ),
        found=FoundMarks(
            places_mm=np.array([[1.0, 1.0]]),
            diameters_mm=np.array([0.3]),
            scores=np.array([0.65]),
            groups=(),
        ),
    )


VIEWS = [with_particles(), normal()]


def test_particles_by_hand() -> None:
    tallies = particle_tallies(VIEWS, contrast_at_least(6.0))
    assert tallies[0].targets == 3
    assert sorted(tallies[0].hit_scores) == [0.6, 0.9]
    assert tallies[0].false_scores.tolist() == [0.7]  # the faint one's mark is not false
    assert tallies[1].false_scores.tolist() == [0.65]
    figure = particle_figure(VIEWS, ("over 6 SD", contrast_at_least(6.0)), 0.5, False, 1)
    assert figure.value == pytest.approx(1 / 3)
    assert figure.low <= figure.value <= figure.high
    assert figure.n == "3 targets, 2 women"
    assert "2 views" in figure.denominator
    everything = particle_figure(VIEWS, ("all", every_particle), 1.0, False, 1)
    assert everything.value == pytest.approx(3 / 4)


def test_false_marks_on_normals_alone() -> None:
    figure = particle_figure(VIEWS, ("over 6 SD", contrast_at_least(6.0)), 0.5, True, 1)
    # The only normal's false mark at 0.65 may not be taken: what scores above it is.
    assert figure.value == pytest.approx(1 / 3)
    assert "1 normal views" in figure.denominator
    assert false_figure(VIEWS, 0.6, True, 1).value == 1.0
    assert false_figure(VIEWS, 0.6, False, 1).value == 1.0
    assert false_figure(VIEWS, 0.68, False, 1).value == 0.5


def test_strata_by_size_and_contrast() -> None:
    true = VIEWS[0].true
    assert diameter_between(0.15, 0.4)(true).tolist() == [True, False, False, True]
    assert both(contrast_at_least(8.0), diameter_between(0.1, 0.7))(true).tolist() == [
        True, False, True, False,
    ]  # fmt: skip


def test_a_second_mark_on_a_group_is_neither_hit_nor_false() -> None:
    (first, _) = group_tallies(VIEWS)
    assert first.targets == 1
    assert first.hit_scores.tolist() == [0.8]
    assert first.false_scores.tolist() == [0.5]
    assert group_figure(VIEWS, 0.0, False, 1).value == 1.0


def test_diameter_errors_by_hand() -> None:
    figures = {f.name: f for f in diameter_figures(VIEWS, 0.0, 1)}
    small = figures["mean diameter error, true 0.1-0.2 mm (mm)"]
    assert small.value == pytest.approx(0.1)
    assert small.n == "1 matched particles"
    large = figures["mean diameter error, true 0.5-1 mm (mm)"]
    assert large.value == pytest.approx(-0.1)
    assert figures["mean absolute diameter error, true 0.5-1 mm (mm)"].value == pytest.approx(0.1)
    assert np.isnan(figures["mean diameter error, true 0.2-0.3 mm (mm)"].value)
    # Above a score, only the marks that reach it.
    strict = {f.name: f for f in diameter_figures(VIEWS, 0.85, 1)}
    assert strict["mean diameter error, true 0.3-0.5 mm (mm)"].n == "0 matched particles"


def test_score_at_and_normals_and_agreement() -> None:
    assert score_at(VIEWS, 0.5) == 0.7
    figure = clean_normals_figure({"v2": 0, "v3": 1, "v4": 0, "v5": 0}, "screening")
    assert figure.value == 0.75
    assert figure.n == "3 of 4 normal views"
    assert 0.25 < figure.low < 0.75 < figure.high < 1.0
    mean = agreement_figure([1.0, 0.5], ["a", "b"], 1)
    assert mean.value == 0.75
    assert (mean.low, mean.high) == (0.5, 1.0)


def test_planted_groups_are_found_again_from_the_true_particles() -> None:
    spec = next(s for s in tuning_set(40) if len(s.groups) == 2 and s.isolated > 0)
    view = simulate_view(spec)
    assert group_agreement(view, view.mammogram(), Settings()) == pytest.approx(1.0)
    bare = simulate_view(tuning_set(1)[0])
    assert group_agreement(bare, bare.mammogram(), Settings()) is None
