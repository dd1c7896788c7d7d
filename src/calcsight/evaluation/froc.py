"""Sensitivity at a fixed number of false marks a view."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.evaluation.marks import Indices, Numbers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ViewTally:
    """What one view adds to a curve.

    Parameters
    ----------
    woman : str
    hit_scores : array (h,)
        Score at which each target that was hit was first hit.
    targets : int
        Number of targets, hit or not.
    false_scores : array (f,)
        Scores of the false marks.
    counts : bool
        The view counts in the denominator of false marks (and its false marks with it).
    """

    woman: str
    hit_scores: Numbers
    targets: int
    false_scores: Numbers
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """All marks of a set of views by falling score, ready for any weighting of the women.

    Parameters
    ----------
    scores : array (e,)
        Falling.
    hit, false : arrays (e,), bool
        What each mark is; marks that are neither are not listed.
    woman : array (e,), int
        Position in `women`.
    women : tuple of str
    targets, views : arrays (len(women),)
        Targets, and views that count for false marks, of each woman.
    """

    scores: Numbers
    hit: NDArray[np.bool_]
    false: NDArray[np.bool_]
    woman: Indices
    women: tuple[str, ...]
    targets: Numbers
    views: Numbers


def draw_curve(tallies: Sequence[ViewTally]) -> Curve:
    """Gather the views' tallies into one curve."""
    women = tuple(sorted({t.woman for t in tallies}))
    position = {woman: number for number, woman in enumerate(women)}
    targets, views = np.zeros(len(women)), np.zeros(len(women))
    scores: list[Numbers] = [np.zeros(0)]
    hit: list[NDArray[np.bool_]] = [np.zeros(0, bool)]
    woman: list[Indices] = [np.zeros(0, np.int64)]
    for tally in tallies:
        number = position[tally.woman]
        targets[number] += tally.targets
        views[number] += tally.counts
        false = tally.false_scores if tally.counts else np.zeros(0)
        scores.append(np.concatenate([tally.hit_scores, false]))
        hit.append(np.arange(len(scores[-1])) < len(tally.hit_scores))
        woman.append(np.full(len(scores[-1]), number, dtype=np.int64))
    every, is_hit = np.concatenate(scores), np.concatenate(hit)
    order = np.argsort(-every, kind="stable")
    return Curve(
        scores=every[order],
        hit=is_hit[order],
        false=~is_hit[order],
        woman=np.concatenate(woman)[order],
        women=women,
        targets=targets,
        views=views,
    )


def operating_score(curve: Curve, false_per_view: float, weights: Numbers | None = None) -> float:
    """Return the lowest score at which false marks a view do not exceed `false_per_view`.

    Marks of one score are taken or left together. Infinity when even the highest score brings
    too many false marks.

    Parameters
    ----------
    curve : Curve
    false_per_view : float
    weights : array (number of women,), optional
        How often each woman counts; 1 by default.
    """
    weight = np.ones(len(curve.women)) if weights is None else weights
    views = float((weight * curve.views).sum())
    if len(curve.scores) == 0 or views == 0:
        return float("inf")
    false = np.cumsum(weight[curve.woman] * curve.false)
    last_of_tie = np.append(curve.scores[1:] != curve.scores[:-1], True)
    fits = last_of_tie & (false <= false_per_view * views + 1e-9)
    # False marks only grow, so the last fitting end of a tie is the lowest score allowed.
    return float(curve.scores[np.nonzero(fits)[0][-1]]) if fits.any() else float("inf")


def sensitivity_at(curve: Curve, false_per_view: float, weights: Numbers | None = None) -> float:
    """Return the share of targets hit at `operating_score`.

    Returns
    -------
    float
        0-1; nan when there is no target, or no view on which false marks count.
    """
    weight = np.ones(len(curve.women)) if weights is None else weights
    targets = float((weight * curve.targets).sum())
    if targets == 0 or float((weight * curve.views).sum()) == 0:
        return float("nan")
    kept = curve.hit & (curve.scores >= operating_score(curve, false_per_view, weight))
    return float((weight[curve.woman] * kept).sum() / targets)
