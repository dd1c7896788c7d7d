"""Running the describer's network: one thread, all calcifications of a view together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.learned_describer import SHAPES
from calcsight.analysis.neighbourhoods import Pictures
from calcsight.models.session import Session

INPUTS = ("fine", "middle", "wide", "features", "places_mm")
OUTPUT = "probabilities"
_SUM_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class OnnxShapes:
    """The describer's network, held as ONNX.

    The portable engine runs it whatever the settings say: each view has another number of
    calcifications, and OpenVINO would compile anew for each.
    """

    session: Session

    @classmethod
    def of(cls, content: bytes) -> "OnnxShapes":
        """Hold a model that was already checked against its digest."""
        return cls(Session(content, OUTPUT, "training.fit_describer"))

    def __call__(
        self,
        pictures: Sequence[Pictures],
        features: NDArray[np.float32],
        places_mm: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        """Name shapes; see `calcsight.analysis.learned_describer.ShapeNetwork`.

        Raises
        ------
        ModelUnusableError
            When the engine cannot run the network, or it gives what is no probability.
        """
        inputs = dict(zip(INPUTS, (*pictures, features, places_mm), strict=True))
        found = self.session(inputs)
        whole = found.shape == (len(features), len(SHAPES))
        if not whole or not np.all((found >= 0.0) & (found <= 1.0)):
            raise self.session.unusable("its answers are not probabilities of the shapes")
        if np.abs(found.sum(axis=1) - 1.0).max(initial=0.0) > _SUM_TOLERANCE:
            raise self.session.unusable("its probabilities do not sum to 1")
        return found
