"""The solved likeness in its file: `likeness.npz`, which `training/fit_likeness.py` writes."""

import io
from functools import cache
from importlib.resources import files
from zipfile import BadZipFile

import numpy as np

from calcsight.patient.likeness import Likeness, Runs
from calcsight.terms.errors import GuidanceError

LIKENESS_FILE = "likeness.npz"
_BETWEEN = "\n"


@cache
def load_likeness() -> Likeness:
    """Return the likeness that ships.

    Raises
    ------
    GuidanceError
        When its file is missing or damaged.
    """
    try:
        return likeness_from(files("calcsight.patient").joinpath(LIKENESS_FILE).read_bytes())
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as problem:
        raise GuidanceError(
            f"{LIKENESS_FILE} cannot be read ({type(problem).__name__})",
            "the file as it ships",
            "install calcsight again",
        ) from None


def likeness_from(content: bytes) -> Likeness:
    """Return the likeness that a file holds."""
    with np.load(io.BytesIO(content), allow_pickle=False) as held:
        letters, words = (
            Runs(names=tuple(str(held[one]).split(_BETWEEN)), rarity=held[f"{one}_rarity"])
            for one in ("letters", "words")
        )
        outcomes = str(held["outcomes"]).split(_BETWEEN)
        weights = held["weights"].astype(np.float32) * held["scale"]
        return Likeness(outcomes, letters, words, weights)


def likeness_bytes(likeness: Likeness, texts: str = "") -> bytes:
    """Return the file of a likeness; weights are kept in steps of 1/127 of the largest of each.

    Parameters
    ----------
    likeness : Likeness
    texts : str
        Digest of what it was solved from, kept beside it.
    """
    scale = np.abs(likeness.weights).max(axis=0) / 127
    held = io.BytesIO()
    np.savez_compressed(
        held,
        texts=np.array(texts),
        outcomes=np.array(_BETWEEN.join(likeness.outcomes)),
        letters=np.array(_BETWEEN.join(likeness.letters.names)),
        letters_rarity=likeness.letters.rarity.astype(np.float32),
        words=np.array(_BETWEEN.join(likeness.words.names)),
        words_rarity=likeness.words.rarity.astype(np.float32),
        scale=scale.astype(np.float32),
        weights=np.round(likeness.weights / scale).astype(np.int8),
    )
    return held.getvalue()
