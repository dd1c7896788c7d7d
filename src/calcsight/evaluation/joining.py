"""Truth and findings brought together by the names of views; nothing is guessed."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from calcsight.evaluation.cases import (
    Case,
    DataSet,
    FoundView,
    Numbers,
    Predictions,
    TrueView,
)
from calcsight.evaluation.masks import fits_an_image
from calcsight.terms.errors import PredictionsError, UsageError

_SHOWN = 3
_TOO_LARGE = "an outline larger than any image"


def cases_of(data_set: DataSet, predictions: Predictions) -> list[Case]:
    """Join by name, in the order of the data set.

    Raises
    ------
    PredictionsError
        When a name comes twice, a view has no predictions or predictions have no view, or a
        score is not a number, or an outline is larger than any image.
    UsageError
        When an outline of the truth is larger than any image.
    """
    _refuse(_twice([view.name for view in data_set.views]), "views that come twice in the truth")
    names = [found.name for found in predictions.views]
    _refuse(_twice(names), "views that come twice in the predictions")
    known = {view.name for view in data_set.views}
    _refuse(
        [name for name in names if name not in known],
        "predictions for views that the data set does not hold",
        "names exactly as the data set gives them",
        "compare the names; leave out the predictions of other sets",
    )
    by_name = {found.name: found for found in predictions.views}
    _refuse(
        [view.name for view in data_set.views if view.name not in by_name],
        "views without predictions",
        "an entry for every view: one without marks says that nothing was found",
        "add the views, or say which were refused",
    )
    if not data_set.views:
        raise PredictionsError(f"the data set {data_set.name} holds no view", "at least one view")
    for found in predictions.views:
        _check(found)
    for view in data_set.views:
        _check_truth(view)
    return [Case(true=view, found=by_name[view.name]) for view in data_set.views]


def _check(found: FoundView) -> None:
    """Refuse numbers that nothing can be measured with."""
    scores = np.array([*found.scores, *(group.score for group in found.groups)], np.float64)
    places = [found.places_px.ravel(), *(group.centre_px for group in found.groups)]
    if not np.all(np.isfinite(scores)):
        what = "a score that is not a finite number"
    elif not np.all(np.isfinite(np.concatenate(places))):
        what = "a position that is not a finite number"
    elif any(not 0 <= m < len(found.scores) for g in found.groups for m in g.members):
        what = "a group with a member that is not among the particles"
    elif not _all_fit([*found.outlines_px, *(group.outline_px for group in found.groups)]):
        what = _TOO_LARGE
    else:
        return
    raise PredictionsError(
        f"predictions for {found.name}: {what}",
        "finite numbers, and marks within the image",
        "correct the predictions",
    )


def _check_truth(view: TrueView) -> None:
    """Refuse outlines that would fill the memory when they are drawn."""
    particles = () if view.particles is None else view.particles.outlines_px
    if not _all_fit([*particles, *(region.outline_px for region in view.regions or ())]):
        raise UsageError(
            f"the truth of {view.name}: {_TOO_LARGE}", "outlines in pixels of the image"
        )


def _all_fit(outlines: Iterable[Numbers | None]) -> bool:
    """Tell whether every outline that is there could lie in an image."""
    return all(one is None or fits_an_image(one) for one in outlines)


def _twice(names: list[str]) -> list[str]:
    """Return the names that come more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def _refuse(names: list[str], what: str, needed: str = "each once", to_do: str = "") -> None:
    """Raise when there are any such names."""
    if names:
        shown = ", ".join(names[:_SHOWN]) + (" ..." if len(names) > _SHOWN else "")
        raise PredictionsError(f"{len(names)} {what}: {shown}", needed, to_do)
