"""How sure a share is that was counted."""

import math
from statistics import NormalDist

_LEVEL = 0.95


def wilson_interval(count: int, total: int) -> tuple[float, float]:
    """Return Wilson's 95 % score interval of a share, 0-1.

    Parameters
    ----------
    count, total : int
        0 <= count <= total, total > 0.

    Raises
    ------
    ValueError
        When the counts are none.

    References
    ----------
    Wilson, J Am Stat Assoc 1927.
    """
    if total <= 0 or not 0 <= count <= total:
        raise ValueError(f"{count} of {total} is no share")
    z = NormalDist().inv_cdf(0.5 + _LEVEL / 2.0)
    share = count / total
    scale = 1.0 + z * z / total
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1.0 - share) / total + z * z / (4 * total * total))
    low = 0.0 if count == 0 else (middle - spread) / scale
    high = 1.0 if count == total else (middle + spread) / scale
    return low, high
