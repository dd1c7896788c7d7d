"""How the members of a group lie in the breast, by stated rules."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.terms.distribution import Distribution
from calcsight.terms.settings import GroupingSettings

_SIDE_PER_SD = np.sqrt(12.0)  # the side over which points spread evenly have this SD
_FINEST_MM = 1e-6  # far below any pixel: equal places stay equal whatever the rounding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arrangement:
    """Where the members of a group lie.

    Parameters
    ----------
    centroids_mm : array (n, 2), float64
        `row, column` in mm, reading frame.
    extent_mm : float
        Maximum Feret diameter over the members' outlines.
    hull_area_mm2 : float
        Area of the convex hull of the outlines.
    breast_area_mm2 : float
        Area of the breast in the view.
    tip_mm : array (2,), float64
        The point of the breast that stands for the nipple, `row, column` in mm.
    """

    centroids_mm: NDArray[np.float64]
    extent_mm: float
    hull_area_mm2: float
    breast_area_mm2: float
    tip_mm: NDArray[np.float64]


def name_distribution(arrangement: Arrangement, settings: GroupingSettings) -> Distribution:
    """Name the distribution of one group; the first rule that holds decides.

    1. *diffuse*: the hull covers at least `diffuse_breast_fraction` of the breast.
    2. *linear*: `is_linear`.
    3. *segmental*: `is_segmental`.
    4. *regional*: the extent is over `regional_extent_mm`.
    5. *grouped*: everything else.

    The words are those of the field (`docs/conventions.md`); the numbers are this program's
    and are settings. Particles too sparse to share circles make no group at all, so a
    scattered few through the breast are not called diffuse but stay single.

    Parameters
    ----------
    arrangement : Arrangement
    settings : GroupingSettings
    """
    covered_mm2 = settings.diffuse_breast_fraction * arrangement.breast_area_mm2
    if arrangement.hull_area_mm2 >= covered_mm2:
        return Distribution.DIFFUSE
    if is_linear(arrangement, settings):
        return Distribution.LINEAR
    if is_segmental(arrangement, settings):
        return Distribution.SEGMENTAL
    if arrangement.extent_mm > settings.regional_extent_mm:
        return Distribution.REGIONAL
    return Distribution.GROUPED


def is_linear(arrangement: Arrangement, settings: GroupingSettings) -> bool:
    """Tell whether the members follow a line, straight or gently bent.

    All of: the extent is at least `linear_length_mm`; the ribbon that holds the members is
    at most `linear_width_mm` wide; extent over that width is at least `linear_elongation`;
    and a round cloud of as many points would look as elongated with a probability of at most
    `linear_chance` (`chance_of_elongation`), so that five particles of a small round group
    that happen to line up are no line.

    The width of the ribbon is sqrt(12) residual SD about the best parabola along the main
    axis (the side over which evenly spread points have that SD).
    """
    if arrangement.extent_mm < settings.linear_length_mm:
        return False
    if chance_of_elongation(arrangement.centroids_mm) > settings.linear_chance:
        return False
    width_mm = ribbon_width_mm(arrangement.centroids_mm)
    return (
        width_mm <= settings.linear_width_mm
        and arrangement.extent_mm >= settings.linear_elongation * width_mm
    )


def is_segmental(arrangement: Arrangement, settings: GroupingSettings) -> bool:
    """Tell whether the members fill a fan that narrows towards the nipple.

    All of: at least `segmental_count` members; an extent of at least `segmental_extent_mm`;
    the nipple lies outside (farther from the centre than half the length); and fan shape,
    the product of (a) length towards the nipple over width across and (b) width of the far
    half over width of the near half, is at least `segmental_fan`. Both are 1 for a round
    region and about 1.6 each for a fan of 40 degrees from the nipple outwards.
    """
    count = len(arrangement.centroids_mm)
    if count < settings.segmental_count or arrangement.extent_mm < settings.segmental_extent_mm:
        return False
    return fan_shape(arrangement.centroids_mm, arrangement.tip_mm) >= settings.segmental_fan


def chance_of_elongation(points: NDArray[np.float64]) -> float:
    """Return how probable it is that a round cloud looks at least as elongated.

    Parameters
    ----------
    points : array (n, 2), float64
        Any frame and unit.

    Returns
    -------
    float
        0-1: (2 sqrt(a b) / (a + b))^(n - 2) with the eigenvalues a, b of the covariance: the
        exact distribution of the sphericity criterion in two dimensions for independent
        normal points [1]_. 1 for two points, one point or coinciding points.

    References
    ----------
    .. [1] J. W. Mauchly, "Significance test for sphericity of a normal n-variate
       distribution", Annals of Mathematical Statistics 11, 1940, pp. 204-209.
    """
    if len(points) < 3:
        return 1.0
    covariance = np.cov(points.T)
    total = float(np.trace(covariance))
    if total <= 0.0:
        return 1.0
    roundness = 2.0 * np.sqrt(max(float(np.linalg.det(covariance)), 0.0)) / total
    return float(min(roundness, 1.0) ** (len(points) - 2))


def ribbon_width_mm(points_mm: NDArray[np.float64]) -> float:
    """Return how wide a ribbon, straight or gently bent, holds the points.

    Parameters
    ----------
    points_mm : array (n, 2), float64
        n >= 3.

    Returns
    -------
    float
        sqrt(12) times the residual SD about the least-squares parabola (for three points:
        line) over the main axis, with the degrees of freedom of the fit taken off.
    """
    centred = points_mm - points_mm.mean(axis=0)
    axes = np.linalg.eigh(np.cov(centred.T))[1]
    across, along = (centred @ axes).T
    degree = 2 if len(points_mm) > 3 else 1
    terms = np.vander(along, degree + 1)
    residual = across - terms @ np.linalg.lstsq(terms, across, rcond=None)[0]
    freedom = len(points_mm) - degree - 1
    return float(_SIDE_PER_SD * np.sqrt((residual**2).sum() / freedom))


def fan_shape(points_mm: NDArray[np.float64], tip_mm: NDArray[np.float64]) -> float:
    """Return how much the points look like a fan that narrows towards the nipple.

    Parameters
    ----------
    points_mm : array (n, 2), float64
        n >= 4.
    tip_mm : array (2,), float64
        The nipple.

    Returns
    -------
    float
        Length towards the nipple over width across, times width of the half far from the
        nipple over width of the near half; 0 when the points surround the nipple. Length and
        widths are SDs along and across the line from the nipple to the centre; the halves
        meet at the median distance and share the points that lie there.
    """
    from_tip = points_mm - tip_mm
    centre = from_tip.mean(axis=0)
    distance = float(np.hypot(*centre))
    if distance == 0.0:
        return 0.0
    outward = centre / distance
    along = from_tip @ outward
    across = from_tip @ np.array([-outward[1], outward[0]])
    if distance <= _SIDE_PER_SD * along.std() / 2:
        return 0.0
    middle = np.median(along)
    near = across[along <= middle + _FINEST_MM].std()
    far = across[along >= middle - _FINEST_MM].std()
    whole = max(across.std(), _FINEST_MM)
    return float(along.std() / whole * far / max(near, _FINEST_MM))
