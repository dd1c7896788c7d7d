"""The fit of what uses the prior: recovers what was put in, and writes what it found."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import calcsight.analysis.with_prior_weights as shipped
from calcsight.simulation.families import Families
from calcsight.simulation.series_sets import series_set
from training.fit_with_prior import FAINT_SD, Fit, Labelled, faint, fit_repeated, logistic, write


def drawn(odds: NDArray[np.float64], seed: int) -> NDArray[np.bool_]:
    chances = 1.0 / (1.0 + np.exp(-odds))
    return np.asarray(np.random.default_rng(seed).random(len(odds)) < chances)


def test_a_logistic_form_is_found_again_in_plain_units() -> None:
    rows = np.random.default_rng(1).normal(3.0, 2.0, size=(20_000, 2))
    found = logistic(rows, drawn(rows @ np.array([0.8, -0.5]) - 1.0, 2))
    assert found.weights == pytest.approx((0.8, -0.5), abs=0.06)
    assert found.bias == pytest.approx(-1.0, abs=0.15)


def test_a_link_is_told_on_the_scale_of_the_judge() -> None:
    rng = np.random.default_rng(3)
    features = np.zeros((40_000, 5))
    features[:, 0] = rng.normal(-1.0, 2.0, len(features))
    features[:, 1] = rng.random(len(features)) < 0.5
    features[:, 2] = features[:, 1] * rng.normal(0.0, 2.0, len(features))
    # Truth: half the log-odds of the judge; a link is worth 2 of its units and half the other's.
    judged = features[:, 0] + features[:, 1] * (2.0 + 0.5 * features[:, 2])
    true = drawn(0.5 * judged, 4)
    fitted, linked, right = fit_repeated([Labelled(features, true, true)])
    assert fitted.weights == pytest.approx((1.0, 0.5), abs=0.1)
    assert fitted.bias == pytest.approx(2.0, abs=0.25)
    assert linked == int(features[:, 1].sum())
    assert right == int(true[features[:, 1] > 0].sum())


def test_faint_series_differ_in_contrast_alone() -> None:
    spec = next(one for one in series_set(Families.TUNING, 4) if one.histories)
    dim = faint(spec)
    assert dim.reference == spec.reference
    assert dim.visits == spec.visits
    assert [one.counts for one in dim.histories] == [one.counts for one in spec.histories]
    assert {one.plan.contrast_sd for one in dim.histories} == {FAINT_SD}


def test_every_number_is_written_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "weights.py"
    copy.write_text(Path(shipped.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(shipped, "__file__", str(copy))
    for _ in range(2):
        write(Fit((1.5, 0.25), -0.5), Fit((1.0, -2.0, 0.0, -0.5, 0.75), 0.125), {"women": 7})
    found: dict[str, object] = {}
    exec(compile(copy.read_text(encoding="utf-8"), copy.name, "exec"), found)
    assert found["FITTED_ON"] == {"women": 7}
    assert found["REPEATED_WEIGHTS"] == (1.5, 0.25)
    assert found["REPEATED_BIAS"] == -0.5
    assert found["NEW_WEIGHTS"] == (1.0, -2.0, 0.0, -0.5, 0.75)
    assert found["NEW_BIAS"] == 0.125
