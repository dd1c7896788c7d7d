"""Back to the file: points of the reading frame as the input file counts them."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from calcsight.terms.calcification import Calcification
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
