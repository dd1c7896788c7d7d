"""What the core needs of whatever decides which candidates are calcifications."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from calcsight.terms.calcification import Calcification, Particle
from calcsight.terms.group import Group
from calcsight.terms.stages import Breast, Candidates, FlatView


class OperatingPoint(StrEnum):
    """Named thresholds on the score, from few false marks to many."""

    SCREENING = "screening"
    BALANCED = "balanced"
    SENSITIVE = "sensitive"


class Engine(StrEnum):
    """What runs the network of a learned judge.

    The faster one computes in 16 bits where the processor can: scores differ by up to about 0.01.
    """

    PORTABLE = "onnxruntime"
    FASTER = "openvino"


class Judge(Protocol):
    """Scores candidates; stateless and deterministic."""

    @property
    def name(self) -> str:
        """Name and version, as printed in the provenance."""

    @property
    def digest(self) -> str:
        """SHA-256 of the weights."""

    @property
    def operating_points(self) -> Mapping[OperatingPoint, float]:
        """Score at or above which a candidate counts, for each named point."""

    def score(
        self, view: FlatView, candidates: Candidates, particles: Sequence[Particle]
    ) -> NDArray[np.float64]:
        """Return one score in 0-1 for each candidate and its measured particle, shape (n,)."""


class Describer(Protocol):
    """Names shapes and distributions; stateless and deterministic, reading frame, mm known."""

    @property
    def name(self) -> str:
        """Name and version, as printed in the provenance."""

    @property
    def digest(self) -> str:
        """SHA-256 of the card, which holds those of the weights."""

    def morphologies(
        self, view: FlatView, breast: Breast, calcifications: Sequence[Calcification]
    ) -> NDArray[np.float64]:
        """Return the probability of each shape for each calcification.

        Returns
        -------
        array (n, len(Morphology)), float64
            0-1, columns in the order of `Morphology`, rows summing to 1. `milk_of_calcium` is 0:
            one projection cannot show it.
        """

    def group_morphology(
        self, probabilities: NDArray[np.float64], scores: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return the probability of each shape for a group as a whole, shape (len(Morphology),).

        A member whose probabilities do not fall from any shape to a more suspicious one never
        makes "at least so suspicious" less probable.

        Parameters
        ----------
        probabilities : array (members, len(Morphology))
            Rows of `morphologies` for the members.
        scores : array (members,) or None
            0-1, how surely each is a calcification: what is probably none has next to no say.
            None = all surely are.
        """

    def group_distribution(
        self,
        group: Group,
        calcifications: Sequence[Calcification],
        probabilities: NDArray[np.float64],
        breast: Breast,
        pitch_mm: float,
    ) -> NDArray[np.float64]:
        """Return the probability of each distribution, shape (len(Distribution),).

        Parameters
        ----------
        group : Group
            Its members are positions in `calcifications`.
        calcifications : sequence of Calcification
            All that count in the view: a spread is often found in pieces.
        probabilities : array (calcifications, len(Morphology))
            Rows of `morphologies`.
        breast : Breast
        pitch_mm : float
        """
