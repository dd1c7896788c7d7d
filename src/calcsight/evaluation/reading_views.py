"""Our own predictions: every view read with everything listed."""

from dataclasses import replace

from calcsight.evaluation.cases import FoundView, TrueView
from calcsight.evaluation.predictions_json import found_in
from calcsight.evaluation.view_names import found_view
from calcsight.reading import read
from calcsight.terms.errors import InputRefused, PredictionsError
from calcsight.terms.judge import Judge, OperatingPoint
from calcsight.terms.settings import Settings


def listing(settings: Settings) -> Settings:
    """Return settings that list every candidate and group from the most sensitive point on."""
    return replace(settings, operating_point=OperatingPoint.SENSITIVE, min_score=0.0)


def find_in(view: TrueView, judge: Judge, settings: Settings) -> FoundView:
    """Read one view; one that is refused says so and is never an empty one.

    Raises
    ------
    PredictionsError
        When the data set holds no image of it.
    """
    if view.mammogram is None:
        raise PredictionsError(
            f"no image of {view.name}", "an image of each view", "give --predictions"
        )
    try:
        return found_in(read(view.mammogram(), judge, settings), view.name)
    except InputRefused as refusal:
        return found_view(view.name, [], refused=refusal.code)
