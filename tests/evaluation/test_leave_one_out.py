"""Two classes told apart without ever seeing the patient who is judged."""

from dataclasses import dataclass

import numpy as np
import pytest

from calcsight.evaluation.benign_or_suspicious import (
    ALONE_NAMES,
    PRIOR_NAMES,
    told_both_ways,
)
from calcsight.evaluation.cases import DataSet, Flags, FoundView, Numbers, TrueParticles, TrueView
from calcsight.evaluation.leave_one_out import (
    accuracy,
    area_under_roc,
    leave_one_patient_out,
)

DRAWS = (200, 1)


def drawn(shift: float, patients: int = 20) -> tuple[Numbers, Flags, list[str]]:
    """Ten marks a patient, two features; the first is shifted in every second patient."""
    rng = np.random.default_rng(4)
    owners = np.repeat(np.arange(patients), 10)
    positive = owners % 2 == 1
    features = rng.normal(size=(len(owners), 2))
    features[:, 0] += shift * positive
    return features, positive, [f"p{one}" for one in owners]


def test_what_differs_is_told_apart_and_what_does_not_is_not() -> None:
    features, positive, patients = drawn(4.0)
    chances = leave_one_patient_out(features, positive, patients)
    assert area_under_roc(chances, positive, patients, DRAWS).value > 0.97
    assert accuracy(chances, positive, patients, DRAWS).value > 0.9
    features, positive, patients = drawn(0.0)
    chances = leave_one_patient_out(features, positive, patients)
    measured = area_under_roc(chances, positive, patients, DRAWS)
    assert 0.3 < measured.value < 0.7
    assert measured.low < measured.value < measured.high


def test_a_patient_is_judged_by_the_others_alone() -> None:
    features, positive, patients = drawn(4.0)
    mine = np.array([one == "p3" for one in patients])
    before = leave_one_patient_out(features, positive, patients)[mine]
    # Were her own label used, turning it round would change how she is judged.
    turned = np.where(mine, ~positive, positive)
    assert leave_one_patient_out(features, turned, patients)[mine] == pytest.approx(before)


def test_where_the_others_are_of_one_class_nothing_is_said() -> None:
    features, positive, patients = drawn(1.0, patients=3)
    chances = leave_one_patient_out(features, positive, patients)
    assert np.isnan(chances[positive]).all()
    assert np.isfinite(chances[~positive]).all()


def test_unknown_features_are_no_evidence() -> None:
    features, positive, patients = drawn(4.0)
    features[0] = np.nan
    chances = leave_one_patient_out(features, positive, patients)
    assert np.isfinite(chances).all()
    assert 0.3 < chances[0] < 0.7


def test_areas_by_hand_with_ties_counted_half() -> None:
    chances = np.array([0.2, 0.4, 0.4, 0.9])
    positive = np.array([False, False, True, True])
    # Of four pairs three are in order, and one is level: (3 + 0.5) / 4.
    measured = area_under_roc(chances, positive, ["a", "b", "c", "d"], DRAWS)
    assert measured.value == pytest.approx(0.875)
    assert accuracy(chances, positive, ["a", "b", "c", "d"], DRAWS).value == 0.75


@dataclass(frozen=True)
class Pair:
    """Marks of one view with made-up measurements."""

    alone: FoundView
    alone_features: Numbers
    prior_features: Numbers


def labelled(at: int, case: str, prior_sees: bool) -> tuple[TrueView, Pair]:
    """One case with three particles, all found, and one false mark that must not be judged."""
    rng = np.random.default_rng(at)
    places = np.array([(10.0, 10.0), (30.0, 30.0), (50.0, 50.0)])
    true = TrueView(
        name=f"v{at}",
        patient=f"p{at}",
        spacing_mm=(0.1, 0.1),
        particles=TrueParticles(
            places_px=places,
            outlines_px=(None,) * 3,
            diameters_mm=np.full(3, 0.3),
            contrasts_sd=np.full(3, 8.0),
        ),
        regions=None,
        normal=False,
        strata={"case": case} if case else {},
    )
    found = FoundView(
        name=true.name,
        places_px=np.vstack([places, [(90.0, 90.0)]]),
        scores=np.full(4, 0.9),
        diameters_mm=np.full(4, 0.3),
        outlines_px=(None,) * 4,
    )
    prior = rng.normal(size=(4, len(PRIOR_NAMES)))
    prior[:, 3] += 6.0 * (prior_sees and case == "suspicious")
    alone = rng.normal(size=(4, len(ALONE_NAMES)))
    return true, Pair(alone=found, alone_features=alone, prior_features=prior)


def test_what_only_the_prior_tells_is_told_with_the_prior_alone() -> None:
    rows = [labelled(at, ("normal", "suspicious")[at % 2], prior_sees=True) for at in range(24)]
    data = DataSet(name="x", views=tuple(true for true, _ in rows))
    alone, both = told_both_ways(data, [pair for _, pair in rows], DRAWS)
    assert (alone.benign, alone.suspicious, alone.patients) == (36, 36, 24)
    assert 0.3 < alone.area.value < 0.7
    assert both.area.value > 0.95
    assert both.area.low <= both.area.value <= both.area.high
    assert both.features == (*ALONE_NAMES, *PRIOR_NAMES)


def test_one_case_of_a_kind_cannot_be_told_apart_from_the_other() -> None:
    # The two suspicious cases could be judged, each by the other and the normal one; that one not.
    rows = [
        labelled(at, kind, prior_sees=True)
        for at, kind in enumerate(("normal", "suspicious", "suspicious"))
    ]
    data = DataSet(name="x", views=tuple(true for true, _ in rows))
    assert told_both_ways(data, [pair for _, pair in rows], DRAWS) == ()


def test_draws_that_are_all_right_do_not_make_it_sure() -> None:
    chances = np.array([0.1, 0.2, 0.8, 0.9])
    positive = np.array([False, False, True, True])
    measured = accuracy(chances, positive, ["a", "b", "c", "d"], DRAWS)
    assert (measured.value, measured.high) == (1.0, 1.0)
    # Wilson's lower end for 4 of 4.
    assert measured.low == pytest.approx(4 / (4 + 1.959964**2))


def test_a_set_without_labels_is_not_told_apart() -> None:
    true, pair = labelled(1, "", prior_sees=False)
    assert told_both_ways(DataSet(name="x", views=(true,)), [pair], DRAWS) == ()
