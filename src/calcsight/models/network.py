"""Running the learned stage of a judge."""

from dataclasses import dataclass

import numpy as np

from calcsight.analysis.neighbourhoods import Pictures
from calcsight.models.session import Session
from calcsight.terms.judge import Engine

# Candidates scored at once: more fill no cache better, and memory stays bounded.
_AT_ONCE = 256


@dataclass(frozen=True, slots=True, eq=False)
class OnnxNetwork:
    """The learned stage of a judge, held as ONNX."""

    session: Session

    @classmethod
    def of(cls, content: bytes, engine: Engine) -> "OnnxNetwork":
        """Hold a model that was already checked against its digest."""
        return cls(Session(content, "score", "training.fit_learned", engine))

    def __call__(self, fine: Pictures, context: Pictures, features: Pictures) -> Pictures:
        """Score candidates; see `calcsight.analysis.cascade.Network`.

        Raises
        ------
        UsageError
            When the engine is not installed.
        ModelUnusableError
            When the engine cannot run the network, or it gives what is no probability.
        """
        if len(fine) == 0:
            return np.zeros(0, np.float32)
        scores = []
        for start in range(0, len(fine), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            inputs = {"fine": fine[some], "context": context[some], "features": features[some]}
            found = self.session(inputs)
            whole = found.shape == (len(inputs["fine"]),)
            if not whole or not np.all((found >= 0.0) & (found <= 1.0)):
                raise self.session.unusable(
                    "its answers are not one probability for each candidate"
                )
            scores.append(found)
        return np.concatenate(scores)
