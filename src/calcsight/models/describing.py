"""The describers that ship in the package, or lie in a folder, checked by SHA-256."""

import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from calcsight.analysis.appearance import FEATURE_NAMES
from calcsight.analysis.group_shape import OpinionPool
from calcsight.analysis.learned_describer import SHAPES, LearnedDescriber
from calcsight.analysis.spread import SPREAD_NAMES
from calcsight.analysis.spread_model import SpreadModel
from calcsight.models.cards import described
from calcsight.models.contents import checked_content, content_of
from calcsight.models.shape_network import OnnxShapes
from calcsight.models.shipped import DEFAULT_DESCRIBER, DESCRIBERS
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import ModelMissingError, ModelUnusableError, SettingsError
from calcsight.terms.judge import Describer
from calcsight.terms.morphology import Morphology


def load_describer(name: str | Path = DEFAULT_DESCRIBER) -> Describer:
    """Load a describer that ships with this version, or one from a folder of one's own.

    Parameters
    ----------
    name : str or Path
        One of `DESCRIBERS`; or the folder that `training.fit_describer` wrote to.

    Raises
    ------
    ModelMissingError
        When there is no such model, or a file of it is gone.
    ModelAlteredError
        When a file is not the one that its digest names.
    ModelUnusableError
        When the card lacks something, or says what cannot be.
    """
    if str(name) in DESCRIBERS:
        folder: Any = resources.files(__package__)
        file = f"{name}.card.json"
        content = checked_content(folder, file, DESCRIBERS[str(name)])
    else:
        folder = Path(name)
        cards = sorted(folder.glob("*.card.json")) if str(name) and folder.is_dir() else []
        if len(cards) != 1:
            raise ModelMissingError(
                f"no describer called {str(name)!r}",
                f"one of: {', '.join(sorted(DESCRIBERS))}; or a folder with one *.card.json "
                f"(here: {len(cards)})",
            )
        file = cards[0].name
        content = content_of(folder, file)
    card = described(content, file)
    try:
        network = card["network"]
        _same("shapes", network["shapes"], SHAPES)
        _same("features", network["inputs"]["features"], FEATURE_NAMES)
        onnx = checked_content(folder, _bare(network["file"]), str(network["sha256"]))
        return LearnedDescriber(
            name=str(card["name"]),
            digest=hashlib.sha256(content).hexdigest(),
            network=OnnxShapes.of(onnx),
            pool=_pool(card["group_morphology"]),
            spread=_spread(card["distribution"]),
        )
    except (LookupError, TypeError, ValueError, AttributeError, SettingsError) as problem:
        raise ModelUnusableError(
            f"{file} is no card of this version ({problem})",
            "card and network as `python -m training.fit_describer --out DIR` writes them",
            "write the model again with this version of calcsight",
        ) from None


def _pool(said: Mapping[str, Any]) -> OpinionPool:
    """Take the pool from a card."""
    _same("shapes of groups", said["shapes"], tuple(Morphology))
    return OpinionPool(
        weight=float(said["weight"]),
        doubt=float(said["doubt"]),
        prior=_finite(said["prior"], len(Morphology)),
    )


def _spread(said: Mapping[str, Any]) -> SpreadModel:
    """Take the model of distributions from a card."""
    _same("words", said["words"], tuple(Distribution))
    _same("numbers", said["numbers"], SPREAD_NAMES)
    scale = _finite(said["scale"], len(SPREAD_NAMES))
    temperature = float(_finite(said["temperature"]))
    if not (scale > 0.0).all() or not temperature > 0.0:
        raise ValueError("a scale or a temperature that is not positive")
    return SpreadModel(
        centre=_finite(said["centre"], len(SPREAD_NAMES)),
        scale=scale,
        networks=tuple(_layers(one) for one in _some(said["networks"])),
        temperature=temperature,
    )


def _layers(said: Any) -> tuple[tuple[Any, Any], ...]:
    """Read the layers of one small network, from the numbers to the words."""
    made, size = [], len(SPREAD_NAMES)
    for at, (weights, constants) in enumerate(_some(said), 1):
        leaving = len(Distribution) if at == len(said) else len(constants)
        made.append((_finite(weights, size, leaving), _finite(constants, leaving)))
        size = leaving
    return tuple(made)


def _some(said: Any) -> Any:
    """Refuse an empty list."""
    if not isinstance(said, list) or not said:
        raise ValueError("no networks, or one without layers")
    return said


def _same(what: str, said: Any, known: Sequence[str]) -> None:
    """Refuse a card that names other things than this version, or in another order."""
    if [str(one) for one in said] != [str(one) for one in known]:
        raise ValueError(f"other {what} than this version knows")


def _bare(said: Any) -> str:
    """Return the name of a file beside the card; no path leads elsewhere."""
    if not isinstance(said, str) or Path(said).name != said or said.startswith("."):
        raise ValueError("a file that is not beside its card")
    return said


def _finite(said: Any, *shape: int) -> Any:
    """Return finite numbers of a shape."""
    numbers = np.array(said, dtype=np.float64)
    if numbers.shape != shape or not np.isfinite(numbers).all():
        raise ValueError("numbers of another shape, or not finite")
    return numbers
