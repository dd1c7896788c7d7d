"""What a calcified vessel nearby says about a calcification."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcsight.analysis.track_evidence import track_evidence, with_tracks
from calcsight.terms.calcification import Calcification
from calcsight.terms.morphology import Morphology
from calcsight.terms.track import Track

VASCULAR = list(Morphology).index(Morphology.VASCULAR)
PITCH_MM = 0.1


def track(score: float = 0.95) -> Track:
    line = np.stack([np.full(101, 100.0), np.arange(101.0) + 50.0], 1)
    return Track(
        centre_line=line,
        length_mm=10.0,
        width_mm=1.0,
        contrast_sd=6.0,
        filled=1.0,
        double_walled=0.6,
        score=score,
    )


def calcification(row: float, column: float, long: float = 5.0, turn: float = 0.0) -> Calcification:
    """A rectangle `long` by 2 pixels, turned from the column axis."""
    corners = np.array([(-1.0, -long / 2), (-1.0, long / 2), (1.0, long / 2), (1.0, -long / 2)])
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return Calcification(
        row=row,
        column=column,
        diameter_mm=long * PITCH_MM,
        diameter_px=long,
        area_mm2=0.1,
        area_px=2 * long,
        length_mm=long * PITCH_MM,
        width_mm=2 * PITCH_MM,
        contrast=10.0,
        contrast_to_noise=8.0,
        elongation=long / 2,
        circularity=0.7,
        solidity=1.0,
        lucent_centre=False,
        outline=corners @ spin + (row, column),
        score=0.9,
    )


def test_farther_from_the_track_the_ratio_never_rises_and_ends_at_one() -> None:
    rows = [calcification(100.0 + away, 100.0, long=2.5) for away in range(0, 60, 2)]
    ratios = track_evidence(rows, (track(),), PITCH_MM)
    assert (np.diff(ratios) <= 1e-12).all()
    assert ratios[0] > 10.0
    assert ratios[-1] == pytest.approx(1.0)


def test_a_particle_along_the_track_counts_more_than_one_across() -> None:
    turned = [calcification(100.0, 100.0, 8.0, turn) for turn in (0.0, 0.6, 1.2, np.pi / 2)]
    ratios = track_evidence(turned, (track(),), PITCH_MM)
    assert (np.diff(ratios) < 0).all()


def test_a_surer_track_counts_more_and_no_track_says_nothing() -> None:
    one = [calcification(100.0, 100.0)]
    sure, unsure = (track_evidence(one, (track(s),), PITCH_MM)[0] for s in (0.99, 0.5))
    assert sure > unsure > 1.0
    assert track_evidence(one, (), PITCH_MM).tolist() == [1.0]
    assert track_evidence([], (track(),), PITCH_MM).shape == (0,)


def test_beyond_its_ends_a_track_says_nothing() -> None:
    far = [calcification(100.0, 20.0), calcification(100.0, 180.0)]
    assert track_evidence(far, (track(),), PITCH_MM) == pytest.approx([1.0, 1.0])


rows_of = st.lists(
    st.lists(st.floats(1e-3, 1.0), min_size=len(Morphology), max_size=len(Morphology)),
    min_size=1,
    max_size=4,
)


@given(rows_of, st.floats(0.1, 50.0), st.floats(1.01, 4.0))
def test_evidence_keeps_sums_and_odds_and_only_raises_vascular(
    weights: list[list[float]], ratio: float, more: float
) -> None:
    rows = np.array(weights) / np.sum(weights, axis=1, keepdims=True)
    weighed = with_tracks(rows, np.full(len(rows), ratio))
    assert weighed.sum(axis=1) == pytest.approx(1.0)
    others = [at for at in range(len(Morphology)) if at != VASCULAR]
    share = weighed[:, others] / rows[:, others]
    assert np.ptp(share, axis=1) == pytest.approx(0.0, abs=1e-9)
    higher = with_tracks(rows, np.full(len(rows), ratio * more))
    assert (higher[:, VASCULAR] > weighed[:, VASCULAR]).all()
    assert with_tracks(rows, np.ones(len(rows))) == pytest.approx(rows)


def test_no_calcification_gives_no_row() -> None:
    assert with_tracks(np.zeros((0, len(Morphology))), np.zeros(0)).shape == (0, len(Morphology))
