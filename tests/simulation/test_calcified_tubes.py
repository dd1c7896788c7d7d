"""Heavily calcified arteries of simulated views."""

from dataclasses import replace

import numpy as np
import pytest

from calcsight.simulation.calcified_tubes import CALIBRE_MM, CalcifiedTube, plan_with_tubes
from calcsight.simulation.families import Families
from calcsight.simulation.sets import training_set, wide_test_set
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.truth import Kind
from calcsight.simulation.views import SimulatedView, simulate_view


def spec_of(families: Families) -> ViewSpec:
    """A small view of a woman without calcification."""
    specs = training_set(4) if families is Families.TUNING else wide_test_set()
    plain = next(one for one in specs if not one.groups)
    return replace(plain, rows=600, pitch_mm=0.12)


def drawn(families: Families, count: int = 2) -> tuple[SimulatedView, list[CalcifiedTube]]:
    laid: list[CalcifiedTube] = []
    return simulate_view(spec_of(families), plan_with_tubes(count, laid)), laid


@pytest.mark.parametrize("families", list(Families))
def test_tubes_lie_where_they_are_said_to_be(families: Families) -> None:
    view, laid = drawn(families)
    assert laid
    assert len(view.truth.particles) == sum(len(tube.pieces) for tube in laid)
    assert {one.kind for one in view.truth.particles} == {Kind.VASCULAR}
    bare = simulate_view(view.spec)
    added = view.orientation.to_reading(view.exposure - bare.exposure)
    for tube in laid:
        assert CALIBRE_MM[0] <= tube.calibre_mm <= CALIBRE_MM[1]
        on = np.rint(np.concatenate(tube.pieces) / view.spec.pitch_mm).astype(int)
        # Everything along the pieces is brighter, hardly anything far from them is.
        assert np.mean(added[on[:, 0], on[:, 1]] > 0) > 0.8
    assert (np.abs(added) > 1e-6).mean() < 0.1


def test_the_same_spec_gives_the_same_bytes_and_no_tube_changes_nothing() -> None:
    first, second = drawn(Families.TUNING)[0], drawn(Families.TUNING)[0]
    assert np.array_equal(first.stored, second.stored)
    assert np.array_equal(
        drawn(Families.TUNING, 0)[0].stored, simulate_view(spec_of(Families.TUNING)).stored
    )


def test_gaps_belong_to_the_course_but_not_to_the_pieces() -> None:
    for tube in drawn(Families.TUNING, 4)[1]:
        assert sum(map(len, tube.pieces)) <= len(tube.path)
        for piece in tube.pieces:
            assert np.hypot(*(piece[0] - tube.path).T).min() == pytest.approx(0.0)
