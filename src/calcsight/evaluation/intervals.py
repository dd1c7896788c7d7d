"""Intervals: by resampling women, and for a plain share."""

from collections.abc import Callable

import numpy as np
from scipy.stats import norm

from calcsight.evaluation.marks import Numbers


def bootstrap_interval(
    statistic: Callable[[Numbers], float],
    women: int,
    seed: int,
    replicates: int = 1000,
    level: float = 0.95,
) -> tuple[float, float]:
    """Return the percentile interval of a statistic over women drawn with replacement.

    Parameters
    ----------
    statistic : callable
        Takes how often each woman was drawn, shape (women,), and returns a number; nan
        (nothing to measure in that draw) is left out.
    women : int
    seed : int
    replicates : int
    level : float

    Returns
    -------
    tuple of float
        (low, high); (nan, nan) when no draw could be measured.

    References
    ----------
    Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13.
    """
    rng = np.random.default_rng(seed)
    values = np.array(
        [
            statistic(np.bincount(rng.integers(women, size=women), minlength=women).astype(float))
            for _ in range(replicates)
        ]
    )
    measured = values[~np.isnan(values)]
    if len(measured) == 0:
        return float("nan"), float("nan")
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(measured, [tail, 1.0 - tail])
    return float(low), float(high)


def wilson_interval(count: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval of a share, 0-1; (nan, nan) when `total` is 0.

    References
    ----------
    Wilson, J Am Stat Assoc 1927.
    """
    if total == 0:
        return float("nan"), float("nan")
    z = float(norm.ppf(0.5 + level / 2.0))
    share = count / total
    middle = share + z * z / (2 * total)
    spread = z * np.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1.0 + z * z / total
    low = 0.0 if count == 0 else float((middle - spread) / scale)
    high = 1.0 if count == total else float((middle + spread) / scale)
    return low, high
