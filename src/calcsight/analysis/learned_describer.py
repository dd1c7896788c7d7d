"""The learned describer: pictures, numbers and neighbours of each calcification to shapes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.appearance import appearance, centroids
from calcsight.analysis.group_shape import OpinionPool
from calcsight.analysis.neighbourhoods import FINE, Field, Pictures, contrast_pictures
from calcsight.analysis.spread import spread_numbers
from calcsight.analysis.spread_model import SpreadModel
from calcsight.terms.calcification import Calcification
from calcsight.terms.group import Group
from calcsight.terms.morphology import Morphology
from calcsight.terms.stages import Breast, FlatView

# A speck and its edge; what lies beside it; a coarse lump or a stretch of a vessel whole.
MIDDLE = Field(side_px=32, step_mm=0.2)
WIDE = Field(side_px=40, step_mm=0.4)
FIELDS = (FINE, MIDDLE, WIDE)

# One projection cannot show milk of calcium.
SHAPES = tuple(one for one in Morphology if one is not Morphology.MILK_OF_CALCIUM)


class ShapeNetwork(Protocol):
    """Runs the network; stateless and deterministic."""

    def __call__(
        self,
        pictures: Sequence[Pictures],
        features: NDArray[np.float32],
        places_mm: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        """Name the shapes of all calcifications of one view together.

        Parameters
        ----------
        pictures : sequence of array (n, 1, side_px, side_px), float32
            `contrast_pictures`, one for each of `FIELDS`.
        features : array (n, k), float32
            `appearance`.
        places_mm : array (n, 2), float32
            Centroids; only the distances between them matter.

        Returns
        -------
        array (n, len(SHAPES)), float32
            Calibrated probabilities; rows sum to 1.
        """


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LearnedDescriber:
    """Name shapes by a network, a group's by pooling, its distribution by small networks.

    Parameters
    ----------
    name, digest : str
        Name with version, and SHA-256 of the card, which holds everything but the network, and
        the digest of that.
    network : ShapeNetwork
    pool : OpinionPool
    spread : SpreadModel
    """

    name: str
    digest: str
    network: ShapeNetwork
    pool: OpinionPool
    spread: SpreadModel

    def morphologies(
        self, view: FlatView, breast: Breast, calcifications: Sequence[Calcification]
    ) -> NDArray[np.float64]:
        """Return the probability of each shape for each; see `calcsight.terms.judge.Describer`."""
        found = np.zeros((len(calcifications), len(Morphology)))
        if not calcifications:
            return found
        points = centroids(calcifications)
        inside = points - (view.box.top, view.box.left)
        pictures = [contrast_pictures(view, inside, field)[:, None] for field in FIELDS]
        places_mm = (points - points.mean(axis=0)) * view.pitch_mm
        named = self.network(
            pictures,
            appearance(breast, calcifications, view.pitch_mm),
            np.asarray(places_mm, np.float32),
        ).astype(np.float64)
        words = list(Morphology)
        found[:, [words.index(shape) for shape in SHAPES]] = named
        return np.asarray(found / found.sum(axis=1, keepdims=True))

    def group_morphology(
        self, probabilities: NDArray[np.float64], scores: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return the probability of each shape for a group as a whole; see `OpinionPool`."""
        return self.pool(probabilities, scores)

    def group_distribution(
        self,
        group: Group,
        calcifications: Sequence[Calcification],
        probabilities: NDArray[np.float64],
        breast: Breast,
        pitch_mm: float,
    ) -> NDArray[np.float64]:
        """Return the probability of each distribution; see `spread_numbers`, `SpreadModel`."""
        return self.spread(
            spread_numbers(group.members, calcifications, probabilities, breast, pitch_mm)
        )
