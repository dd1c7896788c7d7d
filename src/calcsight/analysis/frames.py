"""Points of the reading frame as the input file counts them, and places in mm."""

import dataclasses

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calcsight.terms.calcification import Calcification
from calcsight.terms.errors import SpacingError
from calcsight.terms.group import Group, Grouping
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.track import Track


def calcification_in_file(calcification: Calcification, mammogram: Mammogram) -> Calcification:
    """Return the calcification with centroid and outline in the file's own frame."""
    row, column = _points(_one(calcification), mammogram)[0]
    outline = _points(calcification.outline, mammogram)
    return dataclasses.replace(calcification, row=float(row), column=float(column), outline=outline)


def grouping_in_file(grouping: Grouping, mammogram: Mammogram) -> Grouping:
    """Return the grouping with centres and hulls in the file's own frame."""
    return dataclasses.replace(
        grouping, groups=tuple(_group_in_file(one, mammogram) for one in grouping.groups)
    )


def track_in_file(track: Track, mammogram: Mammogram) -> Track:
    """Return the track with its centre line in the file's own frame."""
    return dataclasses.replace(track, centre_line=_points(track.centre_line, mammogram))


def _group_in_file(group: Group, mammogram: Mammogram) -> Group:
    row, column = _points(_one(group), mammogram)[0]
    hull = _points(group.hull, mammogram)
    return dataclasses.replace(group, row=float(row), column=float(column), hull=hull)


def _one(thing: Calcification | Group) -> NDArray[np.float64]:
    return np.array([[thing.row, thing.column]])


def _points(points: NDArray[np.float64], mammogram: Mammogram) -> NDArray[np.float64]:
    return mammogram.orientation.points_to_file(points, mammogram.shape)


def mm_of(points: ArrayLike, mammogram: Mammogram) -> NDArray[np.float64]:
    """Return points of the file's own frame as places in the reading frame, mm.

    Parameters
    ----------
    points : array (n, 2)
        `row, column`, 0-based pixel centres, the file's own frame.
    mammogram : Mammogram
        Of known spacing.

    Returns
    -------
    array (n, 2), float64
        (down, right) in mm from the first pixel's centre, reading frame.

    Raises
    ------
    SpacingError
        When the spacing is unknown.
    """
    places = np.asarray(points, np.float64).reshape(-1, 2)
    turned = mammogram.orientation.points_to_reading(places, mammogram.shape)
    return np.asarray(turned * _sides_mm(mammogram))


def points_of_mm(places_mm: ArrayLike, mammogram: Mammogram) -> NDArray[np.float64]:
    """Return places (n, 2) in mm, reading frame, as points of the file's own frame; see `mm_of`."""
    places = np.asarray(places_mm, np.float64).reshape(-1, 2) / _sides_mm(mammogram)
    return mammogram.orientation.points_to_file(places, mammogram.shape)


def _sides_mm(mammogram: Mammogram) -> NDArray[np.float64]:
    spacing = mammogram.spacing
    if spacing is None:
        raise SpacingError(
            "a place in a mammogram of unknown spacing",
            "millimetres per pixel",
            "state the spacing",
        )
    return np.array([spacing.row_mm, spacing.column_mm])
