"""What the core needs of whatever decides which candidates are calcifications."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from calcsight.terms.calcification import Particle
from calcsight.terms.stages import Candidates, FlatView


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
