"""Reports of computers as plain data, in the form of the published schema."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from calcsight.reports.noun_json import plain
from calcsight.reports.schemas import CAD_REPORTS_SCHEMA_VERSION
from calcsight.terms.cad_report import CadReport
from calcsight.terms.errors import CalcsightError
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.report_mark import ReportMark

CAD_REPORTS_NAME = "calcsight.cad_reports"
# Graphics of a report are in single precision, which holds no more.
_DECIMALS = 4
_DRAWN = ("row", "column", "outline", "points", "particles")


def cad_reports_document(files: Sequence[tuple[str, CadReport | CalcsightError]]) -> dict[str, Any]:
    """Return plain dicts, lists, numbers and texts: every field by its own name.

    Parameters
    ----------
    files : sequence of (str, CadReport or CalcsightError)
        The file as it was named, and its report, or why there is none.
    """
    return {
        "document": CAD_REPORTS_NAME,
        "schema_version": CAD_REPORTS_SCHEMA_VERSION,
        "intended_use": INTENDED_USE,
        "files": [_file(name, found) for name, found in files],
    }


def _file(name: str, found: CadReport | CalcsightError) -> dict[str, Any]:
    """Write what became of one file."""
    if isinstance(found, CadReport):
        return {"file": name, "status": "read", "report": _report(found)}
    return {
        "file": name,
        "status": "refused",
        "code": found.code,
        "found": found.found,
        "needed": found.needed,
        "to_do": found.advice,
    }


def _report(report: CadReport) -> dict[str, Any]:
    """Write one report."""
    rest = {
        one.name: plain(getattr(report, one.name))
        for one in fields(report)
        if one.name not in ("marks", "doubts")
    }
    return {
        **rest,
        "marks": [_mark(one) for one in report.marks],
        "doubts": [{"code": one.value, "text": one.text} for one in report.doubts],
    }


def _mark(mark: ReportMark) -> dict[str, Any]:
    """Write one mark and its particles."""
    rest = {
        one.name: plain(getattr(mark, one.name)) for one in fields(mark) if one.name not in _DRAWN
    }
    return {
        **rest,
        "row": None if mark.row is None else round(mark.row, _DECIMALS),
        "column": None if mark.column is None else round(mark.column, _DECIMALS),
        "outline": None if mark.outline is None else np.round(mark.outline, _DECIMALS).tolist(),
        "points": np.round(mark.points, _DECIMALS).tolist(),
        "particles": [_mark(one) for one in mark.particles],
    }
