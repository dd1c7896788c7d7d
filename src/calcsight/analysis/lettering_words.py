"""Marks that stand side by side as letters do."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from calcsight.analysis.lettering_marks import Marks

# Letters of one word: the taller is at most this many times the other (a capital and an e).
_MOST_HEIGHT_RATIO = 1.8
# From centre to centre, in sizes of the larger letter: a blank between two words included.
_MOST_DISTANCE = 2.0
# Letters of one word differ in grey by at most this share of their contrast.
_MOST_GREY_DIFFERENCE, _MOST_GREY_DIFFERENCE_ON_BREAST = 0.35, 0.20
_LEAST_COMPLEXITY = 1.9
# How many letters make words: on the breast more, since vessels and specks look like few of them.
_LEAST_MARKS, _LEAST_MARKS_ON_BREAST = 2, 3
_LEAST_STROKED_SHARE = 0.5


def words_of(marks: Marks) -> Iterator[NDArray[np.intp]]:
    """Yield the numbers of marks that stand side by side."""
    count = len(marks.boxes)
    if count < _LEAST_MARKS:
        return
    sizes = marks.boxes[:, 2:].max(axis=1)
    centres = marks.boxes[:, :2] + marks.boxes[:, 2:] / 2
    pairs = cKDTree(centres).query_pairs(_MOST_DISTANCE * sizes.max(), output_type="ndarray")
    one, other = pairs[:, 0], pairs[:, 1]
    larger, smaller = np.maximum(sizes[one], sizes[other]), np.minimum(sizes[one], sizes[other])
    near = np.linalg.norm(centres[one] - centres[other], axis=1) <= _MOST_DISTANCE * larger
    alike = larger <= _MOST_HEIGHT_RATIO * smaller
    difference = np.abs(marks.grey[one] - marks.grey[other])
    contrast = np.minimum(marks.contrast[one], marks.contrast[other])
    # On the breast only what no X-ray draws may be a letter.
    inside = marks.inside[one] | marks.inside[other]
    most = np.where(inside, _MOST_GREY_DIFFERENCE_ON_BREAST, _MOST_GREY_DIFFERENCE) * contrast
    drawn = ~inside | (marks.drawn[one] & marks.drawn[other])
    linked = pairs[near & alike & drawn & (difference <= most)]
    graph = coo_array((np.ones(len(linked)), (linked[:, 0], linked[:, 1])), shape=(count, count))
    number, labels = connected_components(graph, directed=False)
    for label in range(number):
        members = np.flatnonzero(labels == label)
        if _is_lettering(members, marks):
            yield members


def _is_lettering(members: NDArray[np.intp], marks: Marks) -> bool:
    """Tell whether marks that stand together are enough, and made of strokes."""
    on_breast = float(marks.inside[members].mean()) > 0.5
    if len(members) < (_LEAST_MARKS_ON_BREAST if on_breast else _LEAST_MARKS):
        return False
    stroked = marks.complexity[members] >= _LEAST_COMPLEXITY
    return float(stroked.mean()) >= _LEAST_STROKED_SHARE
