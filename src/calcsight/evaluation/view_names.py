"""Which view of a data set a prediction means, and the marks that it makes there."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from calcsight.evaluation.cases import FoundGroup, FoundView, Numbers
from calcsight.evaluation.masks import fits_an_image
from calcsight.terms.errors import PredictionsError

# Farther out lies no pixel of any image; a polygon that large would fill the memory.
_FARTHEST_PX = 100_000.0


class NamedAs:
    """Finds views by their names.

    Parameters
    ----------
    names : sequence of str
        Of the data set's views.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = frozenset(names)
        self._shorter: dict[str, set[str]] = defaultdict(set)
        for name in names:
            for form in _forms(name):
                self._shorter[form].add(name)

    def knows(self, said: str) -> bool:
        """Tell whether exactly one view can be meant."""
        return self.view(said) in self._names

    def view(self, said: str) -> str:
        """Return the view's name; what is said itself when no view, or more than one, fits."""
        if said in self._names:
            return said
        for form in _forms(said):
            fitting = self._shorter.get(form, set())
            if len(fitting) == 1:
                return next(iter(fitting))
        return said

    def nothing_in(self, said: str, refused: str = "") -> FoundView:
        """Return a view without marks."""
        return found_view(self.view(said), [], refused=refused)


def _forms(name: str) -> list[str]:
    """Return shorter forms of a name, longest first."""
    path = PurePosixPath(name.replace("\\", "/"))
    bare = str(path.with_suffix("")) if path.name else name
    return list(dict.fromkeys([bare, path.name, path.stem]))


def found_view(
    name: str,
    particles: Sequence[tuple[Numbers, float, float, Numbers | None]],
    groups: Sequence[FoundGroup] = (),
    refused: str = "",
    breast_area_mm2: float | None = None,
) -> FoundView:
    """Gather marks: place (2,), score, diameter in mm (nan = unknown), outline or None."""
    places = np.array([one[0] for one in particles], dtype=np.float64).reshape(-1, 2)
    return FoundView(
        name=name,
        places_px=places,
        scores=np.array([one[1] for one in particles], dtype=np.float64),
        diameters_mm=np.array([one[2] for one in particles], dtype=np.float64),
        outlines_px=tuple(one[3] for one in particles),
        groups=tuple(groups),
        refused=refused,
        breast_area_mm2=breast_area_mm2,
    )


def number(said: Any, what: str, where: str) -> float:
    """Return a finite number.

    Raises
    ------
    PredictionsError
    """
    try:
        value = float(said)
        if isinstance(said, bool) or not np.isfinite(value):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise PredictionsError(
            f"{where}: {what} is {str(said)[:60]!r}", "a finite number"
        ) from None
    return value


def positive(said: Any, what: str, where: str) -> float:
    """Return a number above 0, nan when nothing was said.

    Raises
    ------
    PredictionsError
    """
    if said is None or said == "":
        return float("nan")
    value = number(said, what, where)
    if value <= 0:
        raise PredictionsError(f"{where}: {what} is {value:g}", "more than 0, or nothing")
    return value


def points(said: Any, what: str, where: str) -> Numbers:
    """Return places (k, 2) within what any image could hold.

    Raises
    ------
    PredictionsError
    """
    try:
        corners = np.array(said, dtype=np.float64).reshape(-1, 2)
        if not len(corners) or not np.all(np.abs(corners) <= _FARTHEST_PX):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise PredictionsError(
            f"{where}: {what} is {str(said)[:60]!r}",
            "pairs of row and column, each between -100000 and 100000",
        ) from None
    return corners


def outline(said: Any, where: str) -> Numbers | None:
    """Return a polygon, None when nothing was said.

    Raises
    ------
    PredictionsError
        When it holds what is no place, or is larger than any image.
    """
    if said is None or len(said) == 0:
        return None
    corners = points(said, "an outline", where)
    if not fits_an_image(corners):
        raise PredictionsError(f"{where}: an outline larger than any image", "pixels of the image")
    return corners
