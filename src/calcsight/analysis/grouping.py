"""Groups of calcifications: which particles lie together, and what they span."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from calcsight.analysis.circles import joined_circles
from calcsight.analysis.distribution import Arrangement, name_distribution
from calcsight.analysis.hull import convex_hull, hull_area, maximum_feret
from calcsight.terms.calcification import Calcification
from calcsight.terms.errors import SpacingError
from calcsight.terms.group import Group, Grouping, GroupRule
from calcsight.terms.settings import GroupingSettings
from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import Breast

_MM2_PER_CM2 = 100.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Field:
    """What a group is measured against: the breast in mm, reading frame."""

    pitch_mm: NDArray[np.float64]
    tip_mm: NDArray[np.float64]
    breast_area_mm2: float
    settings: GroupingSettings


def group(
    calcifications: Sequence[Calcification],
    spacing: Spacing,
    breast: Breast,
    settings: GroupingSettings,
) -> tuple[Grouping, ...]:
    """Group calcifications by every rule of the settings.

    A circle of a rule's diameter that holds at least its minimum count of centroids makes
    them members of one group; circles that share a particle join (`joined_circles`).

    Parameters
    ----------
    calcifications : sequence of Calcification
        Reading frame. All of them are grouped: pass those at or above the operating point.
    spacing : Spacing
        Of the reading frame; distances are in mm, rows and columns each with their own.
    breast : Breast
        Its area and its tip, reading frame.
    settings : GroupingSettings

    Returns
    -------
    tuple of Grouping
        One for each rule, in the order of `settings.rules`; none found is an empty tuple.
        `members` are positions in `calcifications`, centres and hulls are in the reading
        frame. Groups are numbered by falling score, equal scores by the row, then the column
        of the centre. A group's score is its minimum-count-th highest member score: above
        that threshold too few members are left (it may fall apart sooner, when those that
        are left share no circle).

    Raises
    ------
    SpacingError
        When a calcification was measured without millimetres.
    """
    if any(one.diameter_mm is None for one in calcifications):
        raise SpacingError(
            "calcifications measured in pixels alone",
            "sizes in millimetres",
            "measure them with the spacing that is given for grouping",
        )
    pitch_mm = np.array([spacing.row_mm, spacing.column_mm])
    field = _Field(
        pitch_mm=pitch_mm,
        tip_mm=np.array([breast.tip_row, breast.tip_column]) * pitch_mm,
        breast_area_mm2=breast.area_px * spacing.pixel_area_mm2,
        settings=settings,
    )
    return tuple(
        Grouping(rule=rule, groups=_groups(calcifications, rule, field)) for rule in settings.rules
    )


def _groups(
    calcifications: Sequence[Calcification], rule: GroupRule, field: _Field
) -> tuple[Group, ...]:
    """Find, measure and number the groups by one rule."""
    found = [
        _measured([calcifications[i] for i in members], members, rule, field)
        for members in joined_circles(_centroids(calcifications) * field.pitch_mm, rule)
    ]
    found.sort(key=lambda one: (-one.score, one.row, one.column))
    return tuple(replace(one, number=number) for number, one in enumerate(found, start=1))


def _measured(
    ones: Sequence[Calcification], members: NDArray[np.intp], rule: GroupRule, field: _Field
) -> Group:
    """Measure one group; it gets its number later."""
    centroids = _centroids(ones)
    centroids_mm = centroids * field.pitch_mm
    hull = convex_hull(np.concatenate([centroids, *(one.outline for one in ones)]))
    hull_mm = hull * field.pitch_mm
    extent_mm = maximum_feret(hull_mm)
    grown_mm2 = hull_area(hull_mm, field.settings.hull_margin_mm)
    neighbours_mm = cKDTree(centroids_mm).query(centroids_mm, k=2)[0][:, 1]
    diameters_mm = np.array([one.diameter_mm for one in ones], dtype=np.float64)
    arrangement = Arrangement(
        centroids_mm=centroids_mm,
        extent_mm=extent_mm,
        hull_area_mm2=hull_area(hull_mm),
        breast_area_mm2=field.breast_area_mm2,
        tip_mm=field.tip_mm,
    )
    row, column = centroids.mean(axis=0)
    return Group(
        number=0,
        members=tuple(int(position) for position in members),
        row=float(row),
        column=float(column),
        extent_mm=extent_mm,
        hull=hull,
        density_per_cm2=len(ones) / grown_mm2 * _MM2_PER_CM2,
        mean_diameter_mm=float(diameters_mm.mean()),
        sd_diameter_mm=float(diameters_mm.std()),
        mean_neighbour_mm=float(neighbours_mm.mean()),
        sd_neighbour_mm=float(neighbours_mm.std()),
        distribution=name_distribution(arrangement, field.settings),
        score=sorted((one.score for one in ones), reverse=True)[rule.minimum_count - 1],
    )


def _centroids(calcifications: Sequence[Calcification]) -> NDArray[np.float64]:
    """Return the centroids, array (n, 2), `row, column`."""
    places = [(one.row, one.column) for one in calcifications]
    return np.array(places, dtype=np.float64).reshape(-1, 2)
