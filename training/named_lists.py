"""Naming the shapes of every list as a reading does: the surest first, then all that count."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.appearance import appearance, centroids
from calcsight.analysis.learned_describer import SHAPES
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import Settings
from training.described_groups import Shown
from training.described_views import STEPS, Listing, ShownView

# Pictures, numbers and places (mm) of some calcifications to probabilities over SHAPES.
Run = Callable[
    [Sequence[NDArray[np.float32]], NDArray[np.float32], NDArray[np.float32]], NDArray[np.float32]
]


def named_lists(views: Sequence[ShownView], run: Run) -> Iterator[Shown]:
    """Name the shapes of every list of every view.

    Parameters
    ----------
    views : sequence of ShownView
    run : callable
        The network.
    """
    for view in views:
        for name, listing in view.listings.items():
            if listing.calcifications:
                yield Shown.of(view, name, _rows(view, listing, run))


def _rows(view: ShownView, listing: Listing, run: Run) -> NDArray[np.float64]:
    """Return probabilities (n, len(Morphology)); what is surer hears nothing of the rest."""
    scores = np.array([one.score for one in listing.calcifications])
    sure = int((scores >= Settings().description.lone_score).sum())
    words = list(Morphology)
    rows = np.zeros((0, len(words)))
    for count in (sure, len(scores)):
        if count > len(rows):
            some = listing.calcifications[:count]
            points = centroids(some)
            pictures = [
                one[:count, None].astype(np.float32) / np.float32(STEPS) for one in listing.pictures
            ]
            places = np.asarray((points - points.mean(axis=0)) * view.pitch_mm, np.float32)
            named = run(pictures, appearance(view.breast, some, view.pitch_mm), places)
            found = np.zeros((count, len(words)))
            found[:, [words.index(shape) for shape in SHAPES]] = named
            rows = np.vstack([rows, found[len(rows) :] / found[len(rows) :].sum(1, keepdims=True)])
    return rows
