"""What the views of one exam come to together, as plain data in the form of the schema."""

from collections.abc import Sequence
from typing import Any

from calcsight.reports.interpreted_document import (
    claims_document,
    guidance_document,
    location_document,
    named_document,
    weighing_document,
)
from calcsight.reports.schemas import EXAM_SCHEMA_VERSION
from calcsight.reports.wording import NOT_LOOKED_FOR
from calcsight.terms.guidance import Guidance
from calcsight.terms.reading import INTENDED_USE, ExamSummary, GroupMatch, SeenView

EXAM_NAME = "calcsight.exam"


def exam_document(
    uid: str,
    images: Sequence[str],
    views: Sequence[SeenView],
    summary: ExamSummary,
    guidance: Guidance,
) -> dict[str, Any]:
    """Return plain dicts, lists, numbers and texts.

    Parameters
    ----------
    uid : str
        Names the exam.
    images : sequence of str
        Paths relative to the input argument, one for each view.
    views : sequence of SeenView
    summary : ExamSummary
    guidance : Guidance
        What the exam was weighed with.

    Raises
    ------
    GuidanceError
        When the guidance lacks a claim that the weighings name.
    """
    weighings = [summary.weighing, *(one.weighing for one in summary.matches if one.weighing)]
    return {
        "document": EXAM_NAME,
        "schema_version": EXAM_SCHEMA_VERSION,
        "intended_use": INTENDED_USE,
        "uid": uid,
        "not_looked_for": NOT_LOOKED_FOR,
        "views": [_view(image, view) for image, view in zip(images, views, strict=True)],
        "matches": [_match(one, images) for one in summary.matches],
        "left_out": [
            {"image": images[position], "code": reason.value, "text": reason.text}
            for position, reason in summary.left_out
        ],
        "weighing": weighing_document(summary.weighing),
        "guidance": guidance_document(weighings, guidance),
        "claims": claims_document(weighings, guidance),
    }


def _view(image: str, view: SeenView) -> dict[str, Any]:
    """Name one view."""
    mammogram = view.mammogram
    return {
        "image": image,
        "uid": mammogram.uid,
        "laterality": mammogram.laterality.value,
        "view": mammogram.view.value,
        "groups": len(view.groups),
    }


def _match(match: GroupMatch, images: Sequence[str]) -> dict[str, Any]:
    """Return one lesion that was seen in two views."""
    return {
        "images": [images[position] for position in match.readings],
        "groups": list(match.groups),
        "probability": round(match.probability, 4),
        "morphology": named_document(match.morphology),
        "location": location_document(match.location),
        "remarks": [{"code": one.value, "text": one.text} for one in match.remarks],
        "weighing": weighing_document(match.weighing),
    }
