"""PatientOrientation (0020,0020): where rows and columns run, and how to hang the view.

The first value is the way columns follow each other along a row, the second the way rows
follow each other down a column: A anterior, P posterior, R right, L left, H head, F foot; a
value like "FL" names the main way first. In the reading frame the chest wall is left, so that
rows run to anterior, and the lateral side (CC) or the head is on top.
"""

from collections.abc import Sequence

from calcsight.analysis.orientation import Side
from calcsight.terms.mammogram import (
    LATERAL_VIEWS,
    OBLIQUE_VIEWS,
    VIEWS_FROM_ABOVE,
    Laterality,
    View,
)
from calcsight.terms.orientation import Orientation

_AXES = {"A": "AP", "P": "AP", "L": "LR", "R": "LR", "H": "HF", "F": "HF"}
_OPPOSITE = {"L": "R", "R": "L"}


def orientation_from(values: Sequence[str], laterality: Laterality) -> Orientation | None:
    """Return how to bring the chest wall to the left and the usual side to the top.

    Parameters
    ----------
    values : sequence of str
        The values of PatientOrientation, upper case.
    laterality : Laterality
        Tells lateral from medial; when unknown, and head and foot are not named either, the
        file's own order is kept.

    Returns
    -------
    Orientation or None
        None when the values are missing or impossible.
    """
    if len(values) != 2 or not all(_is_direction(value) for value in values):
        return None
    along_row, down_column = values
    if _AXES[along_row[0]] == _AXES[down_column[0]]:
        return None
    transposed = _chest_wall_rank(down_column) > _chest_wall_rank(along_row)
    to_chest, across = (down_column, along_row) if transposed else (along_row, down_column)
    if _chest_wall_rank(to_chest) == 0:
        return None
    return Orientation(
        transposed=transposed,
        rows_reversed=_upside_down(across, laterality),
        columns_reversed="P" in to_chest,
    )


def chest_wall_in_file(orientation: Orientation) -> Side:
    """Return the side of the file's own frame that `orientation` brings to the left."""
    if orientation.transposed:
        return Side.BOTTOM if orientation.columns_reversed else Side.TOP
    return Side.RIGHT if orientation.columns_reversed else Side.LEFT


def tells_top(values: Sequence[str], view: View) -> bool:
    """Tell whether PatientOrientation names the axis that this view shows across the chest wall.

    A view from above shows left and right, a lateral one head and foot, an oblique one both: a
    header that names another axis leaves open what lies on top.

    Parameters
    ----------
    values : sequence of str
        Those that `orientation_from` accepted.
    view : View
    """
    along_row, down_column = values
    transposed = _chest_wall_rank(down_column) > _chest_wall_rank(along_row)
    across = along_row if transposed else down_column
    height = "F" in across or "H" in across
    if view in VIEWS_FROM_ABOVE:
        return not height
    return height or view not in LATERAL_VIEWS


def usual_orientation(laterality: Laterality, view: View) -> tuple[str, str]:
    """Return PatientOrientation of a view hung as usual.

    The chest wall is left on a left breast and right on a right one; on top is the lateral
    side (CC and its kin) or the head (all others).
    """
    rows_run = "P" if laterality is Laterality.RIGHT else "A"
    medial = "L" if laterality is Laterality.RIGHT else "R"
    if view in VIEWS_FROM_ABOVE:
        return (rows_run, medial)
    if view in OBLIQUE_VIEWS:
        return (rows_run, f"F{medial}")
    if view in {View.SIO, View.ISO}:
        return (rows_run, f"F{_OPPOSITE[medial]}")
    return (rows_run, "F")


def _is_direction(value: str) -> bool:
    """One to three letters, no axis named twice."""
    axes = [_AXES.get(letter) for letter in value]
    return 0 < len(axes) <= 3 and None not in axes and len(set(axes)) == len(axes)


def _chest_wall_rank(value: str) -> int:
    """2 when anterior or posterior is the main way, 1 when it is named at all, else 0."""
    return 2 if value[0] in "AP" else int("A" in value or "P" in value)


def _upside_down(value: str, laterality: Laterality) -> bool:
    """Tell whether rows that run this way must be reversed."""
    if "F" in value or "H" in value:
        return "H" in value
    return laterality is not Laterality.UNKNOWN and laterality.value in value
