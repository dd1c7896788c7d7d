"""Adapter: the judges that ship in the package, checked by SHA-256."""

import hashlib
import json
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np

from calcsight.analysis.cascade import CascadeJudge
from calcsight.analysis.judging import ClassicalJudge
from calcsight.models.contents import checked_content
from calcsight.models.network import OnnxNetwork
from calcsight.models.shipped import DEFAULT_MODEL, SHIPPED
from calcsight.terms.errors import ModelMissingError
from calcsight.terms.judge import Engine, Judge, OperatingPoint

__all__ = ["DEFAULT_MODEL", "SHIPPED", "load_judge", "model_card"]


def load_judge(name: str | Path = DEFAULT_MODEL, engine: Engine = Engine.PORTABLE) -> Judge:
    """Load a judge that ships with this version, or a learned one from a folder of one's own.

    Parameters
    ----------
    name : str or Path
        One of `SHIPPED`; or the folder that `training` wrote card and network to.
    engine : Engine
        What runs the network of a learned judge; its name goes into the judge's name where it
        is not the portable one. A classical judge needs none.

    Raises
    ------
    ModelMissingError
        When there is no such model, or a file of it is gone.
    ModelAlteredError
        When a file is not the one that was released.
    """
    source = _Source.of(name)
    described = json.loads(source.content)
    if "network" in described:
        return _cascade(described, source, engine)
    return _classical(described, source.digest)


def model_card(name: str | Path) -> dict[str, Any]:
    """Return the card of a learned model, or the weights of a classical one.

    Raises
    ------
    ModelMissingError, ModelAlteredError
        See `load_judge`.
    """
    described: dict[str, Any] = json.loads(_Source.of(name).content)
    return described


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a model lies, and what describes it."""

    folder: Traversable
    content: bytes
    digest: str

    @classmethod
    def of(cls, name: str | Path) -> "_Source":
        """Find a model; the description of a shipped one is checked against its digest."""
        if str(name) in SHIPPED:
            return cls._shipped(str(name))
        cards = sorted(Path(name).glob("*.card.json")) if Path(name).is_dir() else []
        if len(cards) != 1:
            raise ModelMissingError(
                f"no model called {str(name)!r}",
                f"one of: {', '.join(sorted(SHIPPED))}; or a folder with one card of a model",
            )
        content = cards[0].read_bytes()
        return cls(cards[0].parent, content, hashlib.sha256(content).hexdigest())

    @classmethod
    def _shipped(cls, name: str) -> "_Source":
        file = f"{name}.json" if name.startswith("classical") else f"{name}.card.json"
        folder = resources.files(__package__)
        return cls(folder, checked_content(folder, file, SHIPPED[name]), SHIPPED[name])


def _cascade(card: dict[str, Any], source: _Source, engine: Engine) -> CascadeJudge:
    """Build a learned judge; its network lies beside its card, its first stage ships."""
    network, stage = card["network"], card["first_stage"]
    first = checked_content(resources.files(__package__), f"{stage['name']}.json", stage["sha256"])
    content = checked_content(source.folder, network["file"], network["sha256"])
    return CascadeJudge(
        name=card["name"] if engine is Engine.PORTABLE else f"{card['name']}+{engine}",
        digest=source.digest,
        operating_points=_points(card),
        first=_classical(json.loads(first), stage["sha256"]),
        least_first=stage["least_score"],
        network=OnnxNetwork(content, engine),
    )


def _classical(weights: dict[str, Any], digest: str) -> ClassicalJudge:
    """Build the classical judge from its file's content."""
    return ClassicalJudge(
        name=weights["name"],
        digest=digest,
        features=tuple(weights["features"]),
        operating_points=_points(weights),
        centre=np.array(weights["centre"]),
        scale=np.array(weights["scale"]),
        linear=np.array(weights["linear"]),
        quadratic=np.array(weights["quadratic"]),
        intercept=weights["intercept"],
    )


def _points(described: dict[str, Any]) -> dict[OperatingPoint, float]:
    """Return the operating points of a model."""
    return {OperatingPoint(name): value for name, value in described["operating_points"].items()}
