"""Truth and findings brought together by the names of views; nothing is guessed."""

from collections import Counter

import numpy as np

from calcsight.evaluation.cases import Case, DataSet, FoundView, Predictions
from calcsight.terms.errors import PredictionsError

_SHOWN = 3


def cases_of(data_set: DataSet, predictions: Predictions) -> list[Case]:
    """Join by name, in the order of the data set.

    Raises
    ------
    PredictionsError
        When a name comes twice, a view has no predictions or predictions have no view, or a
        score is not a number.
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
    else:
        return
    raise PredictionsError(
        f"predictions for {found.name}: {what}", "finite numbers", "correct the predictions"
    )


def _twice(names: list[str]) -> list[str]:
    """Return the names that come more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def _refuse(names: list[str], what: str, needed: str = "each once", to_do: str = "") -> None:
    """Raise when there are any such names."""
    if names:
        shown = ", ".join(names[:_SHOWN]) + (" ..." if len(names) > _SHOWN else "")
        raise PredictionsError(f"{len(names)} {what}: {shown}", needed, to_do)
