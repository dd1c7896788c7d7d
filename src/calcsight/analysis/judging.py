"""The classical judge: a logistic curve over a quadratic form of measured features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.terms.calcification import Particle
from calcsight.terms.errors import SettingsError
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.stages import Candidates, FlatView

SHAPE_NAMES = (
    "contrast_to_noise",
    "log_diameter_mm",
    "log_elongation",
    "circularity",
    "solidity",
    "fill",
)
# Standardised features are held within this many SD: nothing far out decides alone.
_CLIP_SD = 4.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClassicalJudge:
    """Weigh filter answers, surroundings and shape of each candidate.

    Parameters
    ----------
    name, digest : str
        Name with version, and SHA-256 of the weights' file.
    features : tuple of str
        What the weights were fitted on, in order.
    operating_points : mapping
        Score at or above which a candidate counts.
    centre, scale : arrays (k,), float64
        Mean and SD of the features on the simulated views the weights were fitted on.
    linear : array (k,), float64
    quadratic : array (k, k), float64
        Upper triangle, with the diagonal.
    intercept : float
    """

    name: str
    digest: str
    features: tuple[str, ...]
    operating_points: Mapping[OperatingPoint, float]
    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    linear: NDArray[np.float64]
    quadratic: NDArray[np.float64]
    intercept: float

    def score(
        self, view: FlatView, candidates: Candidates, particles: Sequence[Particle]
    ) -> NDArray[np.float64]:
        """Return the probability-like score of each candidate, shape (n,), 0-1.

        Raises
        ------
        SettingsError
            When the settings give other filters than those the weights were fitted on.
        """
        if (*candidates.feature_names, *SHAPE_NAMES) != self.features:
            raise SettingsError(
                f"filters that {self.name} does not know",
                "the sigmas_mm and scale_ratio its weights were fitted on",
                "leave them as they are, or fit a judge for them",
            )
        features = judged_features(view, candidates, particles)
        z = np.clip((features - self.centre) / self.scale, -_CLIP_SD, _CLIP_SD)
        curved = np.einsum("ni,ij,nj->n", z, self.quadratic, z, optimize=True)
        evidence = self.intercept + z @ self.linear + curved
        return np.asarray(1.0 / (1.0 + np.exp(-evidence)), np.float64)


def judged_features(
    view: FlatView, candidates: Candidates, particles: Sequence[Particle]
) -> NDArray[np.float64]:
    """Put the surroundings and the shape of each candidate side by side.

    Returns
    -------
    array (n, k), float64
        `candidates.feature_names`, signed-log compressed but for the two blobness columns,
        then `SHAPE_NAMES`.
    """
    shape = np.array(
        [
            (
                np.log1p(max(one.contrast_to_noise, 0.0)),
                np.log(one.diameter_px * view.pitch_mm),
                np.log(one.elongation),
                one.circularity,
                one.solidity,
                one.area_px / max(one.diameter_px, 1e-6) ** 2,
            )
            for one in particles
        ]
    ).reshape(len(particles), len(SHAPE_NAMES))
    compressed = np.sign(candidates.features) * np.log1p(np.abs(candidates.features))
    return np.hstack([compressed, shape])
