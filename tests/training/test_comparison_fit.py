"""Series are read and labelled rightly, and the fits of links and bands learn from them."""

import numpy as np
import pytest

from calcsight.analysis import link_probability as form
from calcsight.analysis.link_probability import LINK_NAMES
from calcsight.analysis.repeatability import half_width
from calcsight.simulation.families import Families
from calcsight.simulation.series import SimulatedSeries, simulate_series
from calcsight.simulation.series_sets import series_set
from calcsight.terms.comparison import (
    Frame,
    GroupChange,
    LinkKind,
    Measure,
    MeasuredChange,
)
from calcsight.terms.guidance import Change
from calcsight.terms.registration import Registration
from training import compared_pairs
from training.compared_pairs import (
    LabelledPair,
    given,
    true_registration,
    with_error,
)
from training.fit_linking import LINK_SIGNS, fit_all, group_samples, link_samples
from training.fit_repeatability import DECIDING, differences, fitted_widths

Drawn = tuple[LabelledPair, Registration]


@pytest.fixture(scope="module")
def series() -> SimulatedSeries:
    return simulate_series(series_set(Families.TUNING, 1)[0])


@pytest.fixture(scope="module")
def pair(series: SimulatedSeries) -> Drawn:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compared_pairs, "simulate_series", lambda _: series)
        return next(iter(compared_pairs.drawn_pairs([series.spec])))


def test_marks_of_planted_particles_are_labelled_at_both_dates(
    pair: Drawn,
) -> None:
    labelled, registration = pair
    assert registration.succeeded
    assert set(labelled.fates) == {1, 2, 3}
    for read in (labelled.current, labelled.prior):
        ids = read.identity[read.identity >= 0]
        assert len(set(ids.tolist())) == len(ids) > 10
        assert set(ids.tolist()) <= set(read.contrasts_sd)
        assert len(read.groups) == len(read.reading.groups)


def test_pairs_of_one_particle_are_told_from_others(
    pair: Drawn,
) -> None:
    samples = link_samples([pair])
    rows, truths = np.concatenate(samples.rows), np.concatenate(samples.truths)
    assert rows.shape[1] == len(LINK_NAMES) == len(LINK_SIGNS)
    assert 10 < truths.sum() < len(truths)
    residual = rows[:, LINK_NAMES.index("residual")]
    assert np.median(residual[truths]) < 3.0 < np.median(residual[~truths])
    fitted = samples.fitted(LINK_SIGNS)
    odds = fitted.bias + (rows - fitted.means) / fitted.sds @ fitted.weights
    assert ((odds > 0) == truths).mean() > 0.97


def test_groups_of_one_planted_group_are_samples_of_one(
    pair: Drawn,
) -> None:
    samples = group_samples([pair])
    rows, truths = np.concatenate(samples.rows), np.concatenate(samples.truths)
    assert truths.any()
    assert rows[truths, 0].min() > 0.5


def test_planted_particles_can_stand_for_the_marks(pair: Drawn, series: SimulatedSeries) -> None:
    read = given(series.visits[1], pair[0].current)
    assert tuple(read.identity) == series.visits[1].identity
    assert len(read.reading.calcifications) == len(series.visits[1].truth.particles)
    assert set(read.groups) <= {-1, 1, 2, 3}


def test_an_error_of_a_registration_is_as_large_as_asked_for(
    series: SimulatedSeries,
) -> None:
    known = true_registration(series, 1, 0)
    landmarks = series.landmarks(0), series.landmarks(1)
    assert np.abs(known.in_current(landmarks[0]) - landmarks[1]).max() < 0.2
    assert np.abs(known.in_prior(landmarks[1]) - landmarks[0]).max() < 0.2
    errors = [
        with_error(known, seed, 1.2).in_current(landmarks[0]) - landmarks[1] for seed in range(12)
    ]
    assert 0.8 < np.concatenate(errors).std() < 1.6


def unchanged(counts: tuple[float, float], extents: tuple[float, float]) -> GroupChange:
    """State what is told of one group."""
    values = {
        Measure.COUNT: counts,
        Measure.EXTENT_MM: extents,
        Measure.MEAN_DIAMETER_MM: (0.4, 0.4),
        Measure.DENSITY_PER_CM2: (30.0, 30.0),
    }
    measures = []
    for measure, (prior, current) in values.items():
        half = half_width(measure, (prior + current) / 2.0, sum(counts) / 2.0)
        measures.append(
            MeasuredChange(
                measure=measure,
                prior=prior,
                current=current,
                difference=current - prior,
                percent=None,
                band=(-half, half),
            )
        )
    return GroupChange(
        number=1,
        kind=LinkKind.LINKED,
        current=(1,),
        prior=(1,),
        row=0.0,
        column=0.0,
        frame=Frame.CURRENT,
        change=Change.STABLE,
        probability=1.0,
        measures=tuple(measures),
    )


def test_bands_hold_the_groups_of_enough_breasts() -> None:
    rng = np.random.default_rng(5)
    breasts = [
        [
            unchanged((10.0, 10.0 + rng.integers(-2, 3)), (8.0, 8.0 + rng.normal(0.0, 0.5)))
            for _ in range(2)
        ]
        for _ in range(60)
    ]
    widths = fitted_widths(breasts)
    changes = [one for groups in breasts for one in groups]
    for measure in DECIDING:
        away, made = differences(changes, measure)
        assert (away <= made @ np.array(widths[measure]) + 1e-9).mean() > 0.98
    away, made = differences(changes, Measure.EXTENT_MM)
    assert (made @ np.array(widths[Measure.EXTENT_MM])).max() < 2.0
    assert widths[Measure.COUNT][1] >= 0.3


def test_all_forms_are_fitted(pair: Drawn, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LINK_MEANS", "LINK_SDS", "LINK_WEIGHTS", "LINK_BIAS"):
        monkeypatch.setattr(form, name, getattr(form, name))
    forms = fit_all([pair])
    assert set(forms) == {"links", "alone", "groups"}
    assert all(one.samples > 0 for one in forms.values())
