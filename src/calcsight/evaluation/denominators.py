"""What false marks are counted on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from calcsight.evaluation.cases import Case

MM2_PER_CM2 = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Denominator:
    """What false marks are counted on.

    Parameters
    ----------
    code, words, unit : str
    of_view : callable
        What one view adds; 0 = its false marks do not count either.
    """

    code: str
    words: str
    unit: str
    of_view: Callable[[Case], float]

    def problem(self, cases: Sequence[Case]) -> str:
        """Say why false marks cannot be counted so on these cases; "" when they can."""
        if self is PER_CM2 and (
            unknown := sum(_area_mm2(case) is None and not case.found.refused for case in cases)
        ):
            return f"the area of the breast is not known for {unknown} of {len(cases)} views"
        if not any(self.of_view(case) for case in cases):
            return "no view of the kind that false marks are counted on"
        return ""


def _read(case: Case) -> float:
    """1 for a view that was read."""
    return float(not case.found.refused)


def _area_cm2(case: Case) -> float:
    """Return the area of the breast of a view that was read, cm2."""
    return _read(case) * (_area_mm2(case) or 0.0) / MM2_PER_CM2


def _area_mm2(case: Case) -> float | None:
    """Return what the data set states, else what the detector measured."""
    stated = case.true.breast_area_mm2
    return case.found.breast_area_mm2 if stated is None else stated


PER_VIEW = Denominator(
    code="per_view",
    words="false marks: mean over all views that were read",
    unit="false a view",
    of_view=_read,
)
PER_NORMAL = Denominator(
    code="per_normal_view",
    words="false marks: mean over the views known to hold no calcification, and on those alone",
    unit="false a normal view",
    of_view=lambda case: _read(case) * case.true.normal,
)
PER_CM2 = Denominator(
    code="per_cm2",
    words="false marks: of all views that were read, over the area of their breasts in cm2 "
    "(the data set's; where it states none, the one that the predictions state)",
    unit="false a cm2 of breast",
    of_view=_area_cm2,
)
