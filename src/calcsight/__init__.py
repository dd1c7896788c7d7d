"""calcsight reads breast calcifications on mammograms.

Research, education and audit software: a human decides. Start reading at `reading.py`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calcsight.assembly import compare, load, read, read_exam
    from calcsight.reports.rows import calcification_rows, group_rows
    from calcsight.terms.calcification import Calcification, Particle, SizeClass
    from calcsight.terms.comparison import Comparison, ExamComparison, GroupChange, Series
    from calcsight.terms.distribution import Distribution
    from calcsight.terms.errors import CalcsightError
    from calcsight.terms.group import Group, Grouping, GroupRule
    from calcsight.terms.guidance import Change
    from calcsight.terms.judge import Judge, OperatingPoint
    from calcsight.terms.limitation import Limitation
    from calcsight.terms.mammogram import (
        Exam,
        ExamKind,
        Intent,
        Laterality,
        Mammogram,
        View,
        ViewModifier,
    )
    from calcsight.terms.orientation import Orientation
    from calcsight.terms.reading import ExamReading, Provenance, Reading
    from calcsight.terms.settings import Settings
    from calcsight.terms.spacing import Spacing, SpacingSource
    from calcsight.terms.version import VERSION as __version__  # noqa: N811

__all__ = [
    "Calcification",
    "CalcsightError",
    "Change",
    "Comparison",
    "Distribution",
    "Exam",
    "ExamComparison",
    "ExamKind",
    "ExamReading",
    "Group",
    "GroupChange",
    "GroupRule",
    "Grouping",
    "Intent",
    "Judge",
    "Laterality",
    "Limitation",
    "Mammogram",
    "OperatingPoint",
    "Orientation",
    "Particle",
    "Provenance",
    "Reading",
    "Series",
    "Settings",
    "SizeClass",
    "Spacing",
    "SpacingSource",
    "View",
    "ViewModifier",
    "__version__",
    "calcification_rows",
    "compare",
    "group_rows",
    "load",
    "read",
    "read_exam",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that importing costs nothing."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'calcsight' has no attribute {name!r}")
    return getattr(import_module(home), "VERSION" if name == "__version__" else name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)


_HOMES = {
    "Calcification": "calcsight.terms.calcification",
    "CalcsightError": "calcsight.terms.errors",
    "Change": "calcsight.terms.guidance",
    "Comparison": "calcsight.terms.comparison",
    "Distribution": "calcsight.terms.distribution",
    "Exam": "calcsight.terms.mammogram",
    "ExamComparison": "calcsight.terms.comparison",
    "ExamKind": "calcsight.terms.mammogram",
    "ExamReading": "calcsight.terms.reading",
    "Group": "calcsight.terms.group",
    "GroupChange": "calcsight.terms.comparison",
    "GroupRule": "calcsight.terms.group",
    "Grouping": "calcsight.terms.group",
    "Intent": "calcsight.terms.mammogram",
    "Judge": "calcsight.terms.judge",
    "Laterality": "calcsight.terms.mammogram",
    "Limitation": "calcsight.terms.limitation",
    "Mammogram": "calcsight.terms.mammogram",
    "OperatingPoint": "calcsight.terms.judge",
    "Orientation": "calcsight.terms.orientation",
    "Particle": "calcsight.terms.calcification",
    "Provenance": "calcsight.terms.reading",
    "Reading": "calcsight.terms.reading",
    "Series": "calcsight.terms.comparison",
    "Settings": "calcsight.terms.settings",
    "SizeClass": "calcsight.terms.calcification",
    "Spacing": "calcsight.terms.spacing",
    "SpacingSource": "calcsight.terms.spacing",
    "View": "calcsight.terms.mammogram",
    "ViewModifier": "calcsight.terms.mammogram",
    "__version__": "calcsight.terms.version",
    "calcification_rows": "calcsight.reports.rows",
    "compare": "calcsight.assembly",
    "group_rows": "calcsight.reports.rows",
    "load": "calcsight.assembly",
    "read": "calcsight.assembly",
    "read_exam": "calcsight.assembly",
}
