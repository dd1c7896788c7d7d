"""What one COCO annotation marks: polygons, run-length masks, boxes and keypoints."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from calcsight.evaluation.cases import Fault, Numbers
from calcsight.evaluation.data_sets.masks import Fit, marked_regions
from calcsight.evaluation.data_sets.shapes import Mark, area, box, centroid, polygon
from calcsight.intake import MOST_PIXELS

Said = Mapping[str, Any]


def annotation_marks(one: Said, shape: tuple[int, int] | None, faults: list[Fault]) -> list[Mark]:
    """Return what one annotation marks: its polygons or mask, else its box, else its keypoints.

    Parameters
    ----------
    one : mapping
        An annotation.
    shape : tuple of int or None
        (rows, columns) of its image as COCO says; None = not said.
    faults : list of Fault
        What is met is added.

    Raises
    ------
    ValueError, TypeError, KeyError
        When it is no COCO annotation.
    """
    outlines = _outlines(one.get("segmentation"), shape, faults)
    bounds = one.get("bbox")
    if not outlines and bounds and len(bounds) == 4:
        x, y, width, height = (float(value) for value in bounds)
        corners = box(y - 0.5, x - 0.5, y + height - 0.5, x + width - 0.5)
        drawn = polygon(corners)
        outlines = [] if drawn is None else [drawn]
    if len(outlines) > 1:
        what = f"an annotation of {len(outlines)} parts: its largest was taken"
        faults.append(Fault(code="mask_parts", what=what))
    if outlines:
        largest = max(outlines, key=area)
        return [Mark(place=centroid(largest), outline=largest)]
    numbers = [float(value) for value in one.get("keypoints") or ()]
    points = [numbers[at : at + 3] for at in range(0, len(numbers) - 2, 3)]
    seen = [Mark(place=np.array([y, x])) for x, y, visible in points if visible > 0]
    code = "single_point" if seen else "no_area"
    what = "points without an outline" if seen else "an annotation without an area was left out"
    faults.append(Fault(code=code, what=what))
    return [mark for mark in seen if np.isfinite(mark.place).all()]


def _outlines(said: Any, shape: tuple[int, int] | None, faults: list[Fault]) -> list[Numbers]:
    """Return polygons, or the parts of an uncompressed run-length mask."""
    if isinstance(said, Mapping):
        counts = said.get("counts")
        if not isinstance(counts, list):
            what = "a compressed run-length mask is not read: its box was taken"
            faults.append(Fault(code="compressed_mask", what=what))
            return []
        rows, columns = (int(side) for side in said["size"])
        fit = Fit.of((rows, columns), shape)
        if not fit.exact:
            what = f"a mask of {rows} x {columns} pixels on an image of {shape}: stretched to it"
            faults.append(Fault(code="mask_size", what=what))
        return _mask_outlines(counts, rows, columns, fit)
    outlines = []
    for one in said or ():
        corners = np.array(one, dtype=np.float64).reshape(-1, 2)[:, ::-1] - 0.5
        drawn = polygon(corners)
        if drawn is not None:
            outlines.append(drawn)
    return outlines


def _mask_outlines(counts: list[Any], rows: int, columns: int, fit: Fit) -> list[Numbers]:
    """Decode runs of zeros and ones, column by column, as COCO writes them."""
    runs = np.array(counts, dtype=np.int64)
    filled = rows * columns
    if not 0 < filled <= MOST_PIXELS or (runs < 0).any() or int(runs.sum()) != filled:
        raise ValueError("run lengths that do not fill the mask")
    flat = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    return marked_regions(flat.reshape(columns, rows).T, fit)
