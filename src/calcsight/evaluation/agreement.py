"""How well two ways of grouping the same particles agree."""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray


def adjusted_rand_index(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """Return the adjusted Rand index of two labellings.

    1 = the same grouping under any names, about 0 = no better than chance. Two groupings that
    are both all-alone or both all-together agree: 1.

    Parameters
    ----------
    first, second : sequences of the same length
        One label for each particle.

    Raises
    ------
    ValueError
        When the lengths differ.

    References
    ----------
    Hubert and Arabie, J Classification 1985.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} labels against {len(second)}")
    table = _contingency(first, second)
    together = _pairs(table).sum()
    in_first, in_second = _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum()
    everything = len(first) * (len(first) - 1) / 2
    expected = in_first * in_second / everything if everything else 0.0
    most = (in_first + in_second) / 2
    return 1.0 if most == expected else float((together - expected) / (most - expected))


def _contingency(first: Sequence[Hashable], second: Sequence[Hashable]) -> NDArray[np.float64]:
    """Count particles by both labels."""
    rows = {label: number for number, label in enumerate(dict.fromkeys(first))}
    columns = {label: number for number, label in enumerate(dict.fromkeys(second))}
    table = np.zeros((len(rows), len(columns)))
    for one, other in zip(first, second, strict=True):
        table[rows[one], columns[other]] += 1
    return table


def _pairs(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the number of pairs within each count."""
    return counts * (counts - 1) / 2
