"""Fitting needs torch, which the tests do not: these run where it is installed."""

from collections.abc import Iterator

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is installed for training only")

from training.learning import Schedule, calibrated, evidence_of, fit, new_network  # noqa: E402
from training.network import Parts  # noqa: E402
from training.samples import Samples  # noqa: E402


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Threads that wait for each other on a busy machine cost more than they save."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def blobs(count: int, seed: int) -> Samples:
    """Return samples of which half have a bright middle."""
    rng = np.random.default_rng(seed)
    labels = (np.arange(count) % 2).astype(np.int8)
    fine = rng.integers(-20, 20, (count, 32, 32))
    fine[labels == 1, 14:18, 14:18] += 60
    names = np.array([f"view-{n // 4}" for n in range(count)])
    return Samples(
        woman=names,
        view=names,
        labels=labels,
        contrast_sd=np.where(labels == 1, 8.0, 0.0).astype(np.float32),
        places_mm=rng.uniform(0, 100, (count, 2)).astype(np.float32),
        features=rng.normal(size=(count, 5)).astype(np.float32),
        first=np.ones(count, np.float32),
        fine=fine.astype(np.int8),
        context=rng.integers(-20, 20, (count, 64, 64)).astype(np.int8),
        neighbours=np.zeros((count, 64, 64), np.uint8),
    )


def test_a_network_learns_what_is_plain_to_see() -> None:
    samples = blobs(256, seed=1)
    network = new_network(samples, Parts(context=False), seed=1)
    network = fit(network, samples, Schedule(epochs=6, batch=32))
    fresh = blobs(64, seed=2)
    evidence = evidence_of(network, fresh)
    assert evidence[fresh.labels == 1].min() > evidence[fresh.labels == 0].max()


def test_calibration_undoes_a_slope_and_an_offset() -> None:
    rng = np.random.default_rng(0)
    evidence = rng.normal(size=20000)
    truth = rng.uniform(size=20000) < 1 / (1 + np.exp(-(2.0 * evidence - 1.0)))
    slope, offset = calibrated(evidence, truth.astype(np.int8))
    assert slope == pytest.approx(2.0, abs=0.1)
    assert offset == pytest.approx(-1.0, abs=0.1)
