"""Timelines to test with."""

from datetime import UTC, date, datetime
from typing import Any

from tests.reports.final_records import biopsy

from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import (
    Appearance,
    Assessment,
    AssociatedFinding,
    End,
    Ending,
    Recommendation,
)
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.timeline import OtherName, SeenChange, Timeline


def appearance(day: date, uid: str, **changed: Any) -> Appearance:
    """Return what a mammogram of the right breast shows."""
    values: dict[str, Any] = {
        "mammogram_uid": uid,
        "acquired_on": day,
        "laterality": Laterality.RIGHT,
        "view": View.CC,
        "group": 1,
        "row": 310.25,
        "column": 120.5,
        "count": 6,
        "extent_mm": 4.25,
    }
    return Appearance(**{**values, **changed})


def assessment(day: date, **changed: Any) -> Assessment:
    """Return what a person said, to watch it unless told otherwise."""
    values: dict[str, Any] = {
        "reader_id": "reader-1",
        "at": datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC),
        "scheme": "bi-rads-2013-like",
        "scheme_version": "1",
        "category": "3",
        "recommendation": Recommendation.SHORT_INTERVAL,
        "associated": AssociatedFinding.NONE,
    }
    return Assessment(**{**values, **changed})


def watched() -> Finding:
    """Return a finding of the right breast that is watched from 5 January 2026."""
    return Finding(
        id="F1",
        tracking_uid="2.25.1",
        laterality=Laterality.RIGHT,
        appearances=(
            appearance(date(2025, 1, 3), "1.1"),
            appearance(date(2026, 1, 5), "2.1", count=9, change=Change.INCREASED),
            appearance(date(2026, 1, 5), "2.2", view=View.MLO, row=None, column=None),
        ),
        assessments=(assessment(date(2026, 1, 6), exam_on=date(2026, 1, 5)),),
    )


def biopsied() -> Finding:
    """Return a finding of the right breast with a malignant result."""
    taken = biopsy(finding_id="F2")
    return Finding(
        id="F2",
        tracking_uid="2.25.2",
        laterality=Laterality.RIGHT,
        appearances=(appearance(date(2026, 1, 5), "2.1", group=2, row=900.0),),
        assessments=(
            assessment(date(2026, 1, 6), category="4B", recommendation=Recommendation.BIOPSY),
        ),
        biopsies=(taken,),
    )


def ended() -> Finding:
    """Return a finding of the left breast that another place follows."""
    return Finding(
        id="F3",
        tracking_uid="2.25.3",
        laterality=Laterality.LEFT,
        appearances=(appearance(date(2025, 1, 3), "1.3", laterality=Laterality.LEFT),),
        assessments=(assessment(date(2025, 1, 4)),),
        endings=(
            Ending(
                end=End.TRANSFERRED, reader_id="nurse-1", at=datetime(2025, 2, 1, 8, tzinfo=UTC)
            ),
        ),
    )


def timeline(**changed: Any) -> Timeline:
    """Return a timeline with everything in it."""
    values: dict[str, Any] = {
        "woman": "W-1",
        "findings": (watched(), biopsied(), ended()),
        "changes": (
            SeenChange(
                finding_id="F1",
                mammogram_uid="2.1",
                prior_uid="1.1",
                group=1,
                acquired_on=date(2026, 1, 5),
                prior_on=date(2025, 1, 3),
                change=Change.INCREASED,
                count=9,
                prior_count=6,
                count_band=(-1.5, 1.5),
                extent_mm=4.25,
                prior_extent_mm=4.25,
            ),
        ),
        "names": (OtherName(name="2.25.44", finding_id="F1"),),
    }
    return Timeline(**{**values, **changed})
