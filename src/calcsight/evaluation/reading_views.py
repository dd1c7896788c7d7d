"""Our own predictions: every view read with everything listed."""

from dataclasses import replace

from calcsight.evaluation.cases import FoundView, TrueView
from calcsight.evaluation.emerging import with_emerging_groups
from calcsight.evaluation.predictions_json import found_in
from calcsight.evaluation.view_names import found_view
from calcsight.reading import read
from calcsight.terms.errors import InputRefused, PredictionsError
from calcsight.terms.judge import Judge, OperatingPoint
from calcsight.terms.mammogram import Mammogram
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
        return found_by(judge, view.mammogram(), view.name, settings)
    except InputRefused as refusal:
        return found_view(view.name, [], refused=refusal.code)


def found_by(judge: Judge, mammogram: Mammogram, name: str, settings: Settings) -> FoundView:
    """Read one mammogram for whole curves.

    Groups are those that emerge as the threshold falls to the operating point, by the primary
    rule of the settings (`with_emerging_groups`); without a spacing there are none.

    Raises
    ------
    InputRefused
        As `reading.read`.
    """
    found = found_in(read(mammogram, judge, settings), name)
    spacing = mammogram.file_spacing
    if spacing is None:
        return found
    return with_emerging_groups(
        found,
        (spacing.row_mm, spacing.column_mm),
        settings.grouping.rules[0],
        judge.operating_points[settings.operating_point],
    )
