"""The semi-real benchmark: which marks it leaves out, and a whole small run without real images."""

import importlib
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from calcsight.evaluation.cases import Case, FoundGroup, FoundView, TrueParticles, TrueView
from calcsight.evaluation.reading_views import found_by
from calcsight.models import load_judge
from calcsight.simulation.sets import test_set as fixed_set
from calcsight.simulation.views import simulate_view

ROOT = Path(__file__).parents[1]


@pytest.fixture
def semi_real(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("benchmarks.semi_real")


def marks(places: list[tuple[float, float]], *groups: tuple[int, ...]) -> FoundView:
    at = np.array(places, dtype=np.float64).reshape(-1, 2)
    return FoundView(
        name="one",
        places_px=at,
        scores=np.linspace(0.9, 0.1, len(at)),
        diameters_mm=np.full(len(at), 0.3),
        outlines_px=(None,) * len(at),
        groups=tuple(
            FoundGroup(centre_px=at[list(g)].mean(axis=0), score=0.9, members=g) for g in groups
        ),
    )


TRUE = TrueView(
    name="one",
    patient="a",
    spacing_mm=(1.0, 1.0),
    particles=TrueParticles(
        places_px=np.array([[10.0, 10.0], [11.0, 10.0]]),
        outlines_px=(None, None),
        diameters_mm=np.array([0.3, 0.3]),
        contrasts_sd=np.array([9.0, 9.0]),
    ),
    regions=(),
    normal=False,
)


def test_what_was_there_before_goes_and_hits_and_new_marks_stay(semi_real: ModuleType) -> None:
    found = marks([(10, 10), (30, 30), (30.2, 31), (50, 50), (11, 10.1)], (0, 4, 1), (1, 2), (1, 3))
    earlier = marks([(10.1, 10), (30.1, 30), (30, 31)])
    left = semi_real.without_earlier(Case(true=TRUE, found=found), earlier)
    # A hit stays although a mark was there; two earlier marks go; the new one stays.
    assert left.places_px.tolist() == [[10.0, 10.0], [50.0, 50.0], [11.0, 10.1]]
    # The first group has hits; the second was there; of the third half was there.
    assert [group.members for group in left.groups] == [(0, 2)]
    nothing = semi_real.without_earlier(Case(true=TRUE, found=found), marks([]))
    assert nothing.places_px.tolist() == found.places_px.tolist()
    assert [g.members for g in nothing.groups] == [g.members for g in found.groups]


def test_marks_of_at_least_a_score(semi_real: ModuleType) -> None:
    found = marks([(1, 1), (2, 2), (3, 3)])
    assert semi_real.at_least(found, 0.5).places_px.tolist() == [[1.0, 1.0], [2.0, 2.0]]


def test_inserted_particles_are_scored_in_the_right_place(semi_real: ModuleType) -> None:
    spec = next(s for s in fixed_set() if s.groups and s.laterality == "R")
    judge = load_judge()
    mammogram = simulate_view(replace(spec, groups=(), isolated=0)).mammogram()
    earlier = found_by(judge, mammogram, spec.name, semi_real.LISTING)
    measured = semi_real.measure_inserted(mammogram, spec, semi_real.SEEDS_FROM + 1, judge, earlier)
    hit, targets = semi_real.hits_at(semi_real.judged([measured.case]), 0.0)
    assert targets >= 5
    assert hit > 0.7 * targets
    assert len(measured.sd_ratios) == targets
    page = semi_real.report([[measured], [measured], [measured]], judge, 1)
    assert f"{targets} particles" in page
    assert "count as false marks" in page
