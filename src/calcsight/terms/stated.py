"""What a user says about an input, beside what its header says."""

from dataclasses import dataclass
from datetime import date

from calcsight.terms.mammogram import ExamKind, Laterality, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Flags or a table row; None = nothing was said.

    Parameters
    ----------
    spacing_mm : float or None
        Distance between pixel centres in the plane of the breast, mm.
    laterality, view, exam_kind, acquired_on, exam_uid
        As in `Mammogram`.
    """

    spacing_mm: float | None = None
    laterality: Laterality | None = None
    view: View | None = None
    exam_kind: ExamKind | None = None
    acquired_on: date | None = None
    exam_uid: str | None = None
