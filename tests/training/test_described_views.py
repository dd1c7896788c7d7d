"""What a describer learns from: which calcification is which true particle."""

import numpy as np
from tests.analysis.test_appearance import PITCH_MM, one_at

from calcsight.simulation.truth import Kind, TrueParticle
from calcsight.terms.morphology import Morphology
from training.described_views import FALSE, MORPHOLOGY_OF, matched


def truth(row: float, column: float, radius_px: float, contrast_sd: float) -> TrueParticle:
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    outline = np.stack([np.sin(turn), np.cos(turn)], 1) * radius_px + (row, column)
    return TrueParticle(
        row=row,
        column=column,
        diameter_mm=2 * radius_px * PITCH_MM,
        area_mm2=np.pi * (radius_px * PITCH_MM) ** 2,
        contrast_sd=contrast_sd,
        background_sd=1.0,
        kind=Kind.RIM,
        outline=outline,
        group=None,
    )


def test_one_to_one_near_the_middle_and_parts_of_a_larger_one() -> None:
    small, large = truth(100, 100, 2.0, 9.0), truth(200, 200, 30.0, 5.0)
    ones = [
        one_at(101.0, 100.0),  # the small one
        one_at(102.0, 100.0),  # a second mark on it
        one_at(200.0, 228.0),  # on the large one's wall
        one_at(150.0, 150.0),  # nothing
        one_at(202.0, 201.0),  # the large one's middle
    ]
    particle, exact = matched(ones, [small, large], PITCH_MM)
    assert particle.tolist() == [0, 0, 1, FALSE, 1]
    assert exact.tolist() == [True, False, False, False, True]


def test_nothing_found_or_nothing_planted_matches_nothing() -> None:
    assert len(matched([], [truth(1, 1, 2.0, 9.0)], PITCH_MM)[0]) == 0
    assert matched([one_at(1, 1)], [], PITCH_MM)[0].tolist() == [FALSE]


def test_every_kind_has_its_word() -> None:
    assert set(MORPHOLOGY_OF) == set(Kind)
    assert set(MORPHOLOGY_OF.values()) == set(Morphology)
