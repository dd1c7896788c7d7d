"""How like a question is to questions of which it is known what they come to.

Kernel ridge regression (Saunders, Gammerman, Vovk 1998) on runs of letters and of words, weighted
by frequency and rarity (Spärck Jones 1972; Salton, Buckley 1988). It is solved in one step from the
examples that ship (`training/fit_likeness.py`), and a test solves it again: the weights hold no
more than those texts. Runs of letters forgive spelling, and know a word in all its forms.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve
from scipy.sparse import csr_array

from calcsight.patient.examples import Example
from calcsight.patient.spoken_words import plain

_LETTERS = range(2, 6)
_WORDS = range(1, 4)
# What the solution pays for its size; from 0.1 to 1 it made no difference to examples left out.
_RIDGE = 0.5
_LONG_RUN = re.compile(r"(.)\1{2,}")
_OTHER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Runs:
    """Runs of one kind that count.

    Parameters
    ----------
    names : tuple of str
    rarity : array (runs,), float32
        1 + ln((1 + examples) / (1 + examples that have it)).
    """

    names: tuple[str, ...]
    rarity: NDArray[np.float32]


class Likeness:
    """Tells what questions are like.

    Parameters
    ----------
    outcomes : sequence of str
        Names of what a question may come to.
    letters, words : Runs
    weights : array (runs of letters, then of words; outcomes), float
    """

    def __init__(
        self, outcomes: Sequence[str], letters: Runs, words: Runs, weights: NDArray[np.floating]
    ) -> None:
        self.outcomes = tuple(outcomes)
        self.letters, self.words = letters, words
        self.weights = weights.astype(np.float32)
        self._features = _Features(letters, words)

    def scores(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return how much each text is like the examples of each outcome.

        Parameters
        ----------
        texts : sequence of str

        Returns
        -------
        array (texts, outcomes), float32
            About 1 = as those examples, 0 = as the others; it may lie beyond both. Columns are in
            the order of `outcomes`.
        """
        return np.asarray(self._features.of(texts) @ self.weights)


def fitted(examples: Sequence[Example]) -> Likeness:
    """Solve for the weights; a few seconds for some thousands of examples.

    Parameters
    ----------
    examples : sequence of Example
        At least one.
    """
    counted = [runs_of(one.text) for one in examples]
    letters, words = (_known([one[part] for one in counted]) for part in range(2))
    outcomes = sorted({name for one in examples for name in one.outcomes})
    features = _Features(letters, words).of([one.text for one in examples])
    kernel = np.asarray((features @ features.T).todense(), np.float64)
    kernel[np.diag_indices_from(kernel)] += _RIDGE
    right = np.array([[one.outcomes.get(name, 0.0) for name in outcomes] for one in examples])
    weights = np.asarray(features.T @ solve(kernel, right, assume_a="pos"))
    return Likeness(outcomes, letters, words, weights)


class _Features:
    """Weighted runs of a text, each kind of unit length."""

    def __init__(self, letters: Runs, words: Runs) -> None:
        self._kinds = (letters, words)
        self._places = tuple({run: at for at, run in enumerate(one.names)} for one in self._kinds)

    def of(self, texts: Sequence[str]) -> csr_array:
        """Return the features of texts, (texts, runs)."""
        rows = [self._row(one) for one in texts]
        ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns = np.concatenate([columns for columns, _ in rows] or [np.zeros(0, np.int64)])
        values = np.concatenate([values for _, values in rows] or [np.zeros(0, np.float32)])
        width = sum(len(one.names) for one in self._kinds)
        return csr_array((values, columns, ends), (len(texts), width))

    def _row(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return columns and values of one text."""
        columns, values, start = [], [], 0
        for kind, places, runs in zip(self._kinds, self._places, runs_of(text), strict=True):
            known = [(places[one], count) for one, count in runs.items() if one in places]
            at = np.array([one for one, _ in known], np.int64)
            counts = np.array([count for _, count in known], np.float32)
            weighed = (1 + np.log(counts)) * kind.rarity[at]
            columns.append(at + start)
            values.append(weighed / (float(np.linalg.norm(weighed)) or 1.0))
            start += len(kind.names)
        return np.concatenate(columns), np.concatenate(values).astype(np.float32)


def _known(counted: Sequence[Mapping[str, int]]) -> Runs:
    """Return the runs of all examples."""
    having = Counter(run for one in counted for run in one)
    names = tuple(sorted(having))
    times = np.array([having[one] for one in names], np.float32)
    return Runs(names=names, rarity=1 + np.log((1 + len(counted)) / (1 + times)))


def runs_of(text: str) -> tuple[Counter[str], Counter[str]]:
    """Count the runs of letters within words, their ends marked, and the runs of words."""
    words = bare_words(text)
    return Counter(_letters(words)), Counter(
        " ".join(words[at : at + size]) for size in _WORDS for at in range(len(words) - size + 1)
    )


def _letters(words: Sequence[str]) -> Iterator[str]:
    """Yield every run of letters of words."""
    for word in words:
        ended = f" {word} "
        for size in _LETTERS:
            yield from (ended[at : at + size] for at in range(max(1, len(ended) - size + 1)))


def bare_words(text: str) -> list[str]:
    """Return the words of a text: letters and digits alone, long repeats of a letter cut."""
    return _OTHER.sub(" ", _LONG_RUN.sub(r"\1\1", plain(text))).split()
