"""Running the describer's network: one thread, all calcifications of a view together."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.learned_describer import SHAPES
from calcsight.analysis.neighbourhoods import Pictures
from calcsight.models.network import OPENERS, Run
from calcsight.terms.errors import CalcsightError, ModelUnusableError
from calcsight.terms.judge import Engine

INPUTS = ("fine", "middle", "wide", "features", "places_mm")
OUTPUT = "probabilities"
_SUM_TOLERANCE = 1e-3


@dataclass(slots=True, eq=False)
class OnnxShapes:
    """A network held as ONNX; its session opens at the first use, in each process anew.

    Parameters
    ----------
    content : bytes
        The model, already checked against its digest.
    engine : Engine
    """

    content: bytes
    engine: Engine
    _run: Run | None = field(default=None, repr=False)

    def __call__(
        self,
        pictures: Sequence[Pictures],
        features: NDArray[np.float32],
        places_mm: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        """Name shapes; see `calcsight.analysis.learned_describer.ShapeNetwork`.

        Raises
        ------
        UsageError
            When the engine is not installed.
        ModelUnusableError
            When the engine cannot run the network, or it gives what is no probability.
        """
        inputs = dict(zip(INPUTS, (*pictures, features, places_mm), strict=True))
        try:
            if self._run is None:
                self._run = OPENERS[self.engine](self.content, OUTPUT)
            found = self._run(inputs)
        except CalcsightError:
            raise
        # Each engine has a tree of errors of its own, some of them bare `RuntimeError`s.
        except Exception as problem:  # noqa: BLE001
            raise _unusable(f"{self.engine} cannot run it ({type(problem).__name__})") from None
        whole = found.shape == (len(features), len(SHAPES))
        if not whole or not np.all((found >= 0.0) & (found <= 1.0)):
            raise _unusable("its answers are not probabilities of the shapes")
        if np.abs(found.sum(axis=1) - 1.0).max(initial=0.0) > _SUM_TOLERANCE:
            raise _unusable("its probabilities do not sum to 1")
        return found

    def __getstate__(self) -> tuple[bytes, Engine]:
        """Leave the session: it stays in its process."""
        return self.content, self.engine

    def __setstate__(self, state: tuple[bytes, Engine]) -> None:
        """Start without a session."""
        self.content, self.engine = state
        self._run = None


def _unusable(what: str) -> ModelUnusableError:
    """Make the error of a network that is what its card says, and yet of no use."""
    return ModelUnusableError(
        f"the network of the describer: {what}",
        "a network as `python -m training.fit_describer` writes it",
        "write the model again with this version of calcsight",
    )
