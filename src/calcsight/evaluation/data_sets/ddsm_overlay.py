"""DDSM's .OVERLAY files: lesions with outlines as chain codes.

::

    TOTAL_ABNORMALITIES 1
    ABNORMALITY 1
    LESION_TYPE CALCIFICATION TYPE PLEOMORPHIC DISTRIBUTION CLUSTERED
    ASSESSMENT 4
    SUBTLETY 3
    PATHOLOGY MALIGNANT
    TOTAL_OUTLINES 1
    BOUNDARY
        640 1332 2 2 4 4 6 6 0 0 #

The first two numbers are the column and row of the start; 0 is one pixel up, then clockwise by
45 degrees: 1 up and right, 2 right, ... 7 up and left.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from calcsight.evaluation.cases import Fault, Numbers
from calcsight.evaluation.data_sets.reading_files import read_text
from calcsight.evaluation.data_sets.shapes import polygon
from calcsight.terms.errors import UsageError

_STEPS = np.array([(-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)])
_CODE = re.compile(r"(BOUNDARY|CORE)\s+(\d{1,6})\s+(\d{1,6})((?:\s+[0-7])*)\s*#")
_FIELDS = {
    "assessment": r"^\s*ASSESSMENT\s+([0-5])",
    "subtlety": r"^\s*SUBTLETY\s+([1-5])",
    "pathology": r"^\s*PATHOLOGY\s+([A-Z_]+)",
    "calc_distribution": r"LESION_TYPE\s+CALCIFICATION\s+TYPE\s+\S+\s+DISTRIBUTION\s+(\S+)",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesion:
    """One abnormality.

    Parameters
    ----------
    boundary : array (k, 2)
        In pixels of the film as it was scanned.
    calcification : bool
        One of its types is; a mass with calcifications is, too.
    assessment, subtlety, pathology, calc_distribution : str
        "" = not given.
    """

    boundary: Numbers
    calcification: bool
    assessment: str
    subtlety: str
    pathology: str
    calc_distribution: str


def read_overlay(path: Path) -> tuple[list[Lesion], list[Fault]]:
    """Read one overlay.

    Raises
    ------
    UsageError
        When it is none, or a chain code holds a direction that does not exist.
    """
    text, _ = read_text(path)
    total = re.search(r"TOTAL_ABNORMALITIES\s+(\d{1,4})", text)
    parts = re.split(r"^\s*ABNORMALITY\s+\d+", text, flags=re.MULTILINE)[1:]
    if total is None or not parts:
        raise UsageError(f"{path}: no DDSM overlay", "TOTAL_ABNORMALITIES and ABNORMALITY lines")
    faults = []
    if int(total[1]) != len(parts):
        what = f"{total[1]} abnormalities are announced, {len(parts)} are there: these were taken"
        faults.append(Fault(code="abnormality_count", what=what))
    lesions = [lesion for part in parts if (lesion := _lesion(path, part, faults)) is not None]
    return lesions, faults


def _lesion(path: Path, part: str, faults: list[Fault]) -> Lesion | None:
    """Read one abnormality."""
    codes = _CODE.findall(part)
    named = len(re.findall(r"^\s*(?:BOUNDARY|CORE)\b", part, re.MULTILINE))
    boundaries = [code for code in codes if code[0] == "BOUNDARY"]
    if named != len(codes) or not boundaries:
        raise UsageError(f"{path}: a damaged chain code", "column, row, directions 0 to 7, #")
    announced = re.search(r"TOTAL_OUTLINES\s+(\d+)", part)
    if announced is None or int(announced[1]) != len(codes):
        what = "TOTAL_OUTLINES differs from the outlines there are: these were taken"
        faults.append(Fault(code="outline_count", what=what))
    _, column, row, steps = boundaries[0]
    start = np.array([[int(row), int(column)]])
    moves = _STEPS[[int(step) for step in steps.split()]].reshape(-1, 2)
    outline = np.concatenate([start, start + np.cumsum(moves, axis=0)]).astype(np.float64)
    closed = np.abs(outline[-1] - outline[0]).max() <= 1
    boundary = polygon(outline)
    if boundary is None:
        faults.append(Fault(code="no_area", what="a boundary without an area was left out"))
        return None
    if not closed:
        what = "a chain code that does not return to its start: closed by a straight line"
        faults.append(Fault(code="open_outline", what=what))
    found = {name: re.search(rule, part, re.MULTILINE) for name, rule in _FIELDS.items()}
    return Lesion(
        boundary=boundary,
        calcification=re.search(r"LESION_TYPE\s+CALCIFICATION\b", part) is not None,
        **{name: match[1] if match else "" for name, match in found.items()},
    )
