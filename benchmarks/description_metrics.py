"""How well words were chosen, and how well it is known how well: figures by woman."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.evaluation.intervals import draw_patients, percentile_interval, wilson_interval

Numbers = NDArray[np.float64]

REPLICATES = 1000
BINS = 10
SEED = 20260101
ABSTAIN = 0.1
# Marks an interval that is not by woman.
BY_ROW = "†"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """What was called what: one row for each particle or group.

    Parameters
    ----------
    women : array (n,), str
    truth : array (n,), int
        Position of the true word.
    probabilities : array (n, words)
        0-1, rows summing to 1.
    contrast_sd, diameter_mm : array (n,)
        Of the planted particle; of a group, the mean over its planted particles.
    count : array (n,), int
        Planted particles of the group; 1 for a particle.
    film : array (n,), bool
    """

    women: NDArray[np.str_]
    truth: NDArray[np.intp]
    probabilities: Numbers
    contrast_sd: Numbers
    diameter_mm: Numbers
    count: NDArray[np.intp]
    film: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.truth)

    @property
    def said(self) -> NDArray[np.intp]:
        """The likeliest word of each row."""
        return np.asarray(self.probabilities.argmax(axis=1), dtype=np.intp)

    @property
    def sureness(self) -> Numbers:
        """The likeliest word's probability."""
        return np.asarray(self.probabilities.max(axis=1))

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the likeliest word is the true one."""
        return np.asarray(self.said == self.truth)

    def where(self, chosen: NDArray[np.bool_]) -> "Answers":
        """Return some of the rows."""
        return Answers(
            women=self.women[chosen],
            truth=self.truth[chosen],
            probabilities=self.probabilities[chosen],
            contrast_sd=self.contrast_sd[chosen],
            diameter_mm=self.diameter_mm[chosen],
            count=self.count[chosen],
            film=self.film[chosen],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One figure with its 95 % interval.

    Parameters
    ----------
    value : float
        nan when it cannot be measured.
    low, high : float
        Percentiles over women drawn with replacement; nan where every draw gives the same.
    n, women : int
    by_row : bool
        Whether the interval is Wilson's of the rows instead, since every row agrees.
    """

    value: float
    low: float
    high: float
    n: int
    women: int
    by_row: bool = False

    def written(self, digits: int = 3) -> str:
        """Write value and interval."""
        if np.isnan(self.value):
            return "not measurable"
        value = f"{self.value:.{digits}f}"
        if np.isnan(self.low):
            return f"{value} (-)"
        ends = f"({self.low:.{digits}f}-{self.high:.{digits}f})"
        return f"{value} {ends} {BY_ROW}" if self.by_row else f"{value} {ends}"

    def __str__(self) -> str:
        """Write value and interval with three digits."""
        return self.written()


# A figure from rows and one weight for each, the weights counting how often a woman was drawn.
Figure = Callable[[Answers, Numbers], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A figure that is the share of all rows that hold something.

    Parameters
    ----------
    held : callable
        From answers to array (n,), bool.
    """

    held: Callable[[Answers], NDArray[np.bool_]]

    def __call__(self, answers: Answers, weights: Numbers) -> float:
        """Return the share; nan without rows."""
        total = float(weights.sum())
        return float((weights * self.held(answers)).sum() / total) if total > 0 else float("nan")


def measured(answers: Answers, figure: Figure, replicates: int = REPLICATES) -> Measured:
    """Measure a figure and resample the women for its interval.

    A share that all rows or none hold gives draws nothing to vary: its interval is Wilson's of the
    rows. Any other figure that every draw repeats has none.
    """
    women, whose = np.unique(answers.women, return_inverse=True)
    value = figure(answers, np.ones(len(answers)))
    draws = draw_patients(len(women), replicates, SEED)
    values = np.array([figure(answers, draw[whose]) for draw in draws])
    low, high = percentile_interval(values)
    by_row = isinstance(figure, Share) and value in (0.0, 1.0)
    if by_row:
        low, high = wilson_interval(round(value * len(answers)), len(answers))
    elif low == high:
        low = high = float("nan")
    return Measured(
        value=value, low=low, high=high, n=len(answers), women=len(women), by_row=by_row
    )


def confusion(answers: Answers, weights: Numbers) -> Numbers:
    """Return how often each true word (row) was called each word (column)."""
    words = answers.probabilities.shape[1]
    flat = answers.truth * words + answers.said
    table = np.bincount(flat, weights, minlength=words * words).astype(np.float64)
    return table.reshape(words, words)


def precision_recall_f1(table: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return each word's precision, recall and F1; nan for a word that is never true."""
    true, said, both = table.sum(axis=1), table.sum(axis=0), np.diag(table)
    present = true > 0
    recall = np.where(present, both / np.where(present, true, 1.0), np.nan)
    precision = np.where(said > 0, both / np.where(said > 0, said, 1.0), 0.0)
    precision = np.where(present, precision, np.nan)
    f1 = np.where(present, 2.0 * both / np.where(present, true + said, 1.0), np.nan)
    return precision, recall, f1


def macro_f1(answers: Answers, weights: Numbers) -> float:
    """Return the mean F1 over the words that are true somewhere."""
    return _mean(precision_recall_f1(confusion(answers, weights))[2])


def macro_recall(answers: Answers, weights: Numbers) -> float:
    """Return the mean recall over the words that are true somewhere: each counts the same."""
    return _mean(precision_recall_f1(confusion(answers, weights))[1])


def f1_of(word: int) -> Figure:
    """Return the F1 of one word as a figure."""

    def figure(answers: Answers, weights: Numbers) -> float:
        return float(precision_recall_f1(confusion(answers, weights))[2][word])

    return figure


def top(k: int) -> Share:
    """Return the share of rows whose true word is among the k likeliest, as a figure."""

    def hit(answers: Answers) -> NDArray[np.bool_]:
        likeliest = np.argsort(-answers.probabilities, axis=1, kind="stable")[:, :k]
        return np.asarray((likeliest == answers.truth[:, None]).any(axis=1))

    return Share(held=hit)


def error() -> Share:
    """Return the share of rows called by a wrong word, as a figure."""
    return Share(held=lambda answers: ~answers.right)


def error_when_abstaining(abstain: float) -> Figure:
    """Return the share of wrong words among the rest when the least sure rows get none.

    Parameters
    ----------
    abstain : float
        0-1: share of all rows, by weight; a row on the border counts in part.
    """

    def figure(answers: Answers, weights: Numbers) -> float:
        order = np.argsort(answers.sureness, kind="stable")
        weight = weights[order]
        reached = np.cumsum(weight)
        if len(reached) == 0 or reached[-1] == 0:
            return float("nan")
        kept = np.clip(reached - abstain * reached[-1], 0.0, weight)
        return float((kept * ~answers.right[order]).sum() / kept.sum())

    return figure


def fall_of_error(abstain: float) -> Figure:
    """Return by which share the error falls when the least sure rows get no word."""
    wrong, after = error(), error_when_abstaining(abstain)

    def figure(answers: Answers, weights: Numbers) -> float:
        before = wrong(answers, weights)
        return 1.0 - after(answers, weights) / before if before > 0 else float("nan")

    return figure


def calibration(answers: Answers, weights: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return weight, mean sureness and share right of each of ten bins of sureness."""
    at = np.minimum((answers.sureness * BINS).astype(np.intp), BINS - 1)
    weight = np.bincount(at, weights, minlength=BINS).astype(np.float64)
    whole = np.where(weight > 0, weight, np.nan)
    sure = np.bincount(at, weights * answers.sureness, minlength=BINS) / whole
    right = np.bincount(at, weights * answers.right, minlength=BINS) / whole
    return weight, sure, right


def calibration_error(answers: Answers, weights: Numbers) -> float:
    """Return the expected calibration error: the bins' mean gap, weighted by their rows.

    References
    ----------
    Guo et al., On calibration of modern neural networks, ICML 2017; ten bins of equal width.
    """
    weight, sure, right = calibration(answers, weights)
    filled = weight > 0
    if not filled.any():
        return float("nan")
    gaps = np.abs(sure[filled] - right[filled])
    return float((weight[filled] * gaps).sum() / weight.sum())


def _mean(values: Numbers) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
