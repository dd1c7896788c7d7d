"""The cascade: what the first stage rules out never reaches the network."""

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from calcsight.analysis.background import flatten
from calcsight.analysis.breast import find_breast
from calcsight.analysis.cascade import CascadeJudge
from calcsight.analysis.detection import find_candidates
from calcsight.analysis.judging import ClassicalJudge
from calcsight.analysis.measurement import measure
from calcsight.analysis.neighbourhoods import Pictures
from calcsight.models import load_judge
from calcsight.simulation.sets import tuning_set
from calcsight.simulation.views import simulate_view
from calcsight.terms.calcification import Particle
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Candidates, FlatView

Seen = tuple[FlatView, Candidates, tuple[Particle, ...]]


class Listener:
    """A network that remembers what it was shown and scores by the middle of the fine picture."""

    def __init__(self) -> None:
        self.shown: list[tuple[Pictures, Pictures, Pictures]] = []

    def __call__(self, fine: Pictures, context: Pictures, features: Pictures) -> Pictures:
        self.shown.append((fine, context, features))
        middle = fine[:, 0, 15:17, 15:17].mean(axis=(1, 2))
        return np.asarray(1.0 / (1.0 + np.exp(-middle)), np.float32)


@pytest.fixture(scope="module")
def seen() -> Seen:
    """Return the candidates of one simulated view with calcifications."""
    spec = next(one for one in tuning_set(12) if one.groups)
    mammogram = simulate_view(dataclasses.replace(spec, rows=1200)).mammogram()
    settings, pitch_mm = Settings(), spec.pitch_mm
    view = flatten(mammogram, find_breast(mammogram, pitch_mm, settings.breast), pitch_mm, settings)
    candidates = find_candidates(view, settings.detection)
    return (view, *measure(view, candidates, mammogram.spacing, settings.measurement))


@pytest.fixture(scope="module")
def first() -> ClassicalJudge:
    judge = load_judge("classical-1")
    assert isinstance(judge, ClassicalJudge)
    return judge


def cascade(first: ClassicalJudge, network: Listener, least_first: float) -> CascadeJudge:
    return CascadeJudge(
        name="listening",
        digest="",
        operating_points=dict.fromkeys(OperatingPoint, 0.5),
        first=first,
        least_first=least_first,
        network=network,
    )


def scores_of(judge: CascadeJudge, seen: Seen) -> NDArray[np.float64]:
    return judge.score(*seen)


def test_only_what_the_first_stage_leaves_is_looked_at(seen: Seen, first: ClassicalJudge) -> None:
    network = Listener()
    evidence = first.score(*seen)
    least = float(np.median(evidence))
    scores = scores_of(cascade(first, network, least), seen)
    left = evidence >= least
    ((fine, context, features),) = network.shown
    assert len(fine) == len(context) == len(features) == left.sum() < len(evidence)
    assert fine.shape[1:] == (1, 32, 32)
    assert context.shape[1:] == (2, 64, 64)
    assert fine.dtype == context.dtype == features.dtype == np.float32
    assert (scores[~left] == 0.0).all()
    assert (scores[left] > 0.0).all()


def test_every_candidate_is_a_neighbour(seen: Seen, first: ClassicalJudge) -> None:
    network = Listener()
    scores_of(cascade(first, network, 0.5), seen)
    dots = network.shown[0][1][:, 1]
    # Dots under the limit are there too, and each candidate's own dot is in the middle.
    assert ((dots > 0.0) & (dots < 0.5)).any()
    assert (dots[:, 32, 32] >= 0.5).all()


def test_pictures_follow_the_order_of_the_candidates(seen: Seen, first: ClassicalJudge) -> None:
    network = Listener()
    view, candidates, particles = seen
    once = scores_of(cascade(first, network, 0.0), seen)
    turned = np.arange(len(particles))[::-1]
    mirrored = dataclasses.replace(
        candidates,
        row=candidates.row[turned],
        column=candidates.column[turned],
        scale_mm=candidates.scale_mm[turned],
        response=candidates.response[turned],
        features=candidates.features[turned],
    )
    again = scores_of(
        cascade(first, network, 0.0), (view, mirrored, tuple(particles[i] for i in turned))
    )
    assert again[turned] == pytest.approx(once)


def test_no_candidate_left_opens_no_network(seen: Seen, first: ClassicalJudge) -> None:
    network = Listener()
    scores = scores_of(cascade(first, network, 1.1), seen)
    assert network.shown == []
    assert (scores == 0.0).all()
