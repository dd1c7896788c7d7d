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

    The portable engine runs it whatever the settings say: each view has another number of
    calcifications, and OpenVINO would compile anew for each.

    Parameters
    ----------
    content : bytes
        The model, already checked against its digest.
    """

    content: bytes
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
        ModelUnusableError
            When the engine cannot run the network, or it gives what is no probability.
        """
        inputs = dict(zip(INPUTS, (*pictures, features, places_mm), strict=True))
        try:
            if self._run is None:
                self._run = OPENERS[Engine.PORTABLE](self.content, OUTPUT)
            found = self._run(inputs)
        except CalcsightError:
            raise
        # Each engine has a tree of errors of its own, some of them bare `RuntimeError`s.
        except Exception as problem:  # noqa: BLE001
            raise _unusable(f"{Engine.PORTABLE} cannot run it ({type(problem).__name__})") from None
        whole = found.shape == (len(features), len(SHAPES))
        if not whole or not np.all((found >= 0.0) & (found <= 1.0)):
            raise _unusable("its answers are not probabilities of the shapes")
        if np.abs(found.sum(axis=1) - 1.0).max(initial=0.0) > _SUM_TOLERANCE:
            raise _unusable("its probabilities do not sum to 1")
        return found

    def __getstate__(self) -> bytes:
        """Leave the session: it stays in its process."""
        return self.content

    def __setstate__(self, state: bytes) -> None:
        """Start without a session."""
        self.content = state
        self._run = None


def _unusable(what: str) -> ModelUnusableError:
    """Make the error of a network that is what its card says, and yet of no use."""
    return ModelUnusableError(
        f"the network of the describer: {what}",
        "a network as `python -m training.fit_describer` writes it",
        "write the model again with this version of calcsight",
    )
