"""Our own predictions: every view read with everything listed."""

from collections.abc import Sequence
from dataclasses import replace

from calcsight.evaluation.cases import DataSet, FoundView, Predictions, TrueView
from calcsight.evaluation.emerging import with_emerging_groups
from calcsight.evaluation.predictions_json import found_in
from calcsight.evaluation.view_names import found_view
from calcsight.reading import read
from calcsight.reports.wording import number_of
from calcsight.terms.errors import InputRefused, PredictionsError
from calcsight.terms.judge import Judge, OperatingPoint
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import Settings
from calcsight.terms.version import SOFTWARE

_SHOWN = 3


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
        raise _without_image([view])
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


def refuse_without_images(data_set: DataSet) -> None:
    """Refuse a data set with a view that cannot be read, before hours of reading the others.

    Raises
    ------
    PredictionsError
    """
    if bare := [view for view in data_set.views if view.mammogram is None]:
        raise _without_image(bare)


def our_predictions(
    data_set: DataSet, views: Sequence[FoundView], judge: Judge, settings: Settings
) -> Predictions:
    """Say who found what.

    Where no view has a known pixel spacing no group was looked for, which is not the same as
    none found; where some have none, the detector's name says how many.
    """
    bare = sum(view.spacing_mm is None for view in data_set.views)
    detector = (
        f"{SOFTWARE}, judge {judge.name} ({judge.digest[:12]}), everything listed, "
        f"settings {settings.digest[:12]}"
    )
    if bare:
        detector += f"; no groups in {bare} of {len(data_set.views)} views: pixel spacing unknown"
    return Predictions(
        detector=detector,
        views=tuple(views),
        particles=True,
        groups=bare < len(data_set.views),
    )


def _without_image(views: Sequence[TrueView]) -> PredictionsError:
    """Make the error of views without images."""
    shown = ", ".join(view.name for view in views[:_SHOWN])
    return PredictionsError(
        f"{number_of(len(views), 'view')} without an image: {shown}"
        + ", ..." * (len(views) > _SHOWN),
        "an image of each view, to read it here",
        "add the images, or give --predictions",
    )
