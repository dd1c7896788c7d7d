"""The learned judge: a cheap first stage, then a network that looks at what is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.judging import ClassicalJudge, judged_features
from calcsight.analysis.neighbourhoods import (
    CONTEXT,
    FINE,
    Pictures,
    contrast_pictures,
    neighbour_pictures,
)
from calcsight.terms.calcification import Particle
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.stages import Candidates, FlatView


class Network(Protocol):
    """Runs the learned stage; stateless and deterministic."""

    def __call__(self, fine: Pictures, context: Pictures, features: Pictures) -> Pictures:
        """Score candidates.

        Parameters
        ----------
        fine : array (n, 1, 32, 32), float32
            `contrast_pictures` of the fine field.
        context : array (n, 2, 64, 64), float32
            `contrast_pictures` and `neighbour_pictures` of the context field.
        features : array (n, k), float32
            `judged_features`.

        Returns
        -------
        array (n,), float32
            Calibrated probability that the candidate is a calcification.
        """


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CascadeJudge:
    """Leave to the network what the first stage does not rule out.

    Parameters
    ----------
    name, digest : str
        Name with version, and SHA-256 of the card, which holds the digests of all weights.
    operating_points : mapping
        Score at or above which a candidate counts.
    first : ClassicalJudge
    least_first : float
        Candidates that the first stage scores lower score 0.
    network : Network
    """

    name: str
    digest: str
    operating_points: Mapping[OperatingPoint, float]
    first: ClassicalJudge
    least_first: float
    network: Network

    def score(
        self, view: FlatView, candidates: Candidates, particles: Sequence[Particle]
    ) -> NDArray[np.float64]:
        """Return the probability of each candidate, shape (n,), 0-1.

        Raises
        ------
        SettingsError
            When the settings give other filters than those the first stage was fitted on.
        """
        evidence = self.first.score(view, candidates, particles)
        left = np.flatnonzero(evidence >= self.least_first)
        scores = np.zeros(len(evidence))
        if len(left):
            points = np.stack(
                [candidates.row - view.box.top, candidates.column - view.box.left], axis=1
            )
            # Every candidate is a neighbour, those that go no further too.
            neighbours = neighbour_pictures(view, points, evidence, CONTEXT)[left]
            context = contrast_pictures(view, points[left], CONTEXT)
            features = judged_features(view, candidates, particles)[left]
            scores[left] = self.network(
                contrast_pictures(view, points[left], FINE)[:, None],
                np.stack([context, neighbours], axis=1),
                features.astype(np.float32),
            )
        return scores
