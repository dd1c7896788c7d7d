"""Adapter: the weights of judges that ship in the package, checked by SHA-256."""

import hashlib
import json
from importlib import resources
from typing import Any

import numpy as np

from calcsight.analysis.judging import ClassicalJudge
from calcsight.terms.errors import ModelAlteredError, ModelMissingError
from calcsight.terms.judge import Judge, OperatingPoint

SHIPPED = {"classical-1": "c37e7514bb90cec7f66f72b9ed20801420bf0e50d2107ef9e9e34cee7201e40f"}
DEFAULT_MODEL = "classical-1"


def load_judge(name: str = DEFAULT_MODEL) -> Judge:
    """Load a judge that ships with this version.

    Parameters
    ----------
    name : str
        One of `SHIPPED`.

    Raises
    ------
    ModelMissingError
        When there is no such model, or its file is gone.
    ModelAlteredError
        When the file is not the one that was released.
    """
    if name not in SHIPPED:
        raise ModelMissingError(
            f"no model called {name!r}", f"one of: {', '.join(sorted(SHIPPED))}"
        )
    try:
        content = resources.files(__package__).joinpath(f"{name}.json").read_bytes()
    except OSError:
        raise ModelMissingError(
            f"the weights of {name} are not in the package",
            "the file that was released",
            "install calcsight again",
        ) from None
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHIPPED[name]:
        raise ModelAlteredError(
            f"the weights of {name} have SHA-256 {digest[:12]}...",
            f"{SHIPPED[name][:12]}...",
            "install calcsight again",
        )
    return _classical(json.loads(content), digest)


def _classical(weights: dict[str, Any], digest: str) -> ClassicalJudge:
    """Build the classical judge from its file's content."""
    return ClassicalJudge(
        name=weights["name"],
        digest=digest,
        features=tuple(weights["features"]),
        operating_points={OperatingPoint(k): v for k, v in weights["operating_points"].items()},
        centre=np.array(weights["centre"]),
        scale=np.array(weights["scale"]),
        linear=np.array(weights["linear"]),
        quadratic=np.array(weights["quadratic"]),
        intercept=weights["intercept"],
    )
