"""Adapter: the judges that ship in the package, or lie in a folder, checked by SHA-256."""

import hashlib
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from calcsight.analysis.cascade import CascadeJudge
from calcsight.analysis.judging import ClassicalJudge
from calcsight.models.cards import classical_judge, described, learned_card
from calcsight.models.contents import checked_content, content_of
from calcsight.models.describing import load_describer
from calcsight.models.network import OnnxNetwork
from calcsight.models.shipped import DEFAULT_MODEL, SHIPPED
from calcsight.terms.errors import ModelMissingError
from calcsight.terms.judge import Engine, Judge

__all__ = ["DEFAULT_MODEL", "SHIPPED", "load_describer", "load_judge", "model_card"]


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
        When a file is not the one that its digest names.
    ModelUnusableError
        When the card in a folder lacks something, or says what cannot be.
    """
    source = _Source.of(name)
    card = source.card()
    if "network" in card or not source.ships:
        return _cascade(card, source, engine)
    return classical_judge(card, source.digest, source.file)


def model_card(name: str | Path) -> dict[str, Any]:
    """Return the card of a learned model, or the weights of a classical one.

    Raises
    ------
    ModelMissingError, ModelAlteredError, ModelUnusableError
        See `load_judge`.
    """
    return _Source.of(name).card()


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a model lies, and what describes it."""

    folder: Traversable
    file: str
    content: bytes
    digest: str
    ships: bool

    @classmethod
    def of(cls, name: str | Path) -> "_Source":
        """Find a model; the description of a shipped one is checked against its digest."""
        if str(name) in SHIPPED:
            return cls._shipped(str(name))
        folder = Path(name)
        # `glob` and `is_dir` give nothing for a folder that may not be read, too.
        cards = sorted(folder.glob("*.card.json")) if str(name) and folder.is_dir() else []
        if len(cards) != 1:
            raise ModelMissingError(
                f"no model called {str(name)!r}",
                f"one of: {', '.join(sorted(SHIPPED))}; or a folder with one *.card.json "
                f"(here: {len(cards)})",
            )
        content = content_of(folder, cards[0].name)
        digest = hashlib.sha256(content).hexdigest()
        return cls(folder, cards[0].name, content, digest, ships=False)

    @classmethod
    def _shipped(cls, name: str) -> "_Source":
        file = f"{name}.json" if name.startswith("classical") else f"{name}.card.json"
        folder = resources.files(__package__)
        content = checked_content(folder, file, SHIPPED[name])
        return cls(folder, file, content, SHIPPED[name], ships=True)

    def card(self) -> dict[str, Any]:
        """Parse the description."""
        return described(self.content, self.file)


def _cascade(found: dict[str, Any], source: _Source, engine: Engine) -> CascadeJudge:
    """Build a learned judge; its network lies beside its card, its first stage ships."""
    card = learned_card(found, source.file)
    return CascadeJudge(
        name=card.name if engine is Engine.PORTABLE else f"{card.name}+{engine}",
        digest=source.digest,
        operating_points=card.operating_points,
        first=_first_stage(card.first_name, card.first_sha256),
        least_first=card.least_first,
        network=OnnxNetwork.of(checked_content(source.folder, card.file, card.sha256), engine),
    )


def _first_stage(name: str, sha256: str) -> ClassicalJudge:
    """Load the first stage of a learned judge; the one that it was trained after, or none."""
    file = f"{name}.json"
    content = checked_content(resources.files(__package__), file, sha256)
    return classical_judge(described(content, file), sha256, file)
