"""Predictions as JSON: the document of this module, and readings of calcsight."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from calcsight.evaluation.cases import FoundGroup, FoundView, Numbers, Predictions
from calcsight.evaluation.view_names import (
    NamedAs,
    found_view,
    number,
    outline,
    points,
    positive,
)
from calcsight.reports.schemas import PREDICTIONS_SCHEMA_VERSION
from calcsight.terms.errors import PredictionsError
from calcsight.terms.reading import INTENDED_USE, Reading

PREDICTIONS_DOCUMENT = "calcsight.predictions"
READING_DOCUMENT = "calcsight.reading"
_Particle = tuple[Numbers, float, float, Numbers | None]


def of_document(document: Mapping[str, Any], named: NamedAs) -> Predictions:
    """Read the document that `predictions_document` writes.

    Raises
    ------
    PredictionsError, KeyError, ValueError, TypeError
    """
    version = str(document["schema_version"])
    if version.partition(".")[0] != PREDICTIONS_SCHEMA_VERSION.partition(".")[0]:
        raise PredictionsError(
            f"predictions of schema version {version}", f"{PREDICTIONS_SCHEMA_VERSION} or akin"
        )
    marks = [document[kind] for kind in ("particles", "groups")]
    if not all(isinstance(one, bool) for one in marks):
        raise PredictionsError("`particles` or `groups` is no truth value", "true or false")
    return Predictions(
        detector=str(document["detector"]),
        views=tuple(_view(one, named) for one in document["views"]),
        particles=marks[0],
        groups=marks[1],
    )


def _view(said: Mapping[str, Any], named: NamedAs) -> FoundView:
    """Read one view."""
    where, area = f"predictions for {said['view']}", said.get("breast_area_mm2")
    return found_view(
        named.view(str(said["view"])),
        [_particle(one, where) for one in said.get("particles", ())],
        [_group(one, where) for one in said.get("groups", ())],
        refused=str(said.get("refused") or ""),
        breast_area_mm2=None if area is None else positive(area, "breast_area_mm2", where),
    )


def of_reading(document: Mapping[str, Any], named: NamedAs) -> FoundView:
    """Read one `*.reading.json`: all that it lists, and the groups of its primary rule.

    Raises
    ------
    PredictionsError, KeyError, ValueError, TypeError
    """
    if document.get("document") != READING_DOCUMENT:
        raise PredictionsError(f"a document {document.get('document')!r}", READING_DOCUMENT)
    where, groupings = f"the reading of {document['image']}", document["groupings"]
    groups = groupings[0]["groups"] if groupings else ()
    area = document["breast_area_mm2"]
    return found_view(
        named.view(str(document["image"])),
        [_particle(one, where) for one in document["calcifications"]],
        [_group({**one, "outline": one["hull"]}, where) for one in groups],
        breast_area_mm2=None if area is None else positive(area, "breast_area_mm2", where),
    )


def _particle(said: Mapping[str, Any], where: str) -> _Particle:
    """Read one particle."""
    return (
        points([said["row"], said["column"]], "row and column", where)[0],
        number(said["score"], "a score", where),
        positive(said.get("diameter_mm"), "diameter_mm", where),
        outline(said.get("outline"), where),
    )


def _group(said: Mapping[str, Any], where: str) -> FoundGroup:
    """Read one group; its members are numbered from 1."""
    return FoundGroup(
        centre_px=points([said["row"], said["column"]], "row and column", where)[0],
        score=number(said["score"], "a score", where),
        members=tuple(int(member) - 1 for member in said.get("members", ())),
        outline_px=outline(said.get("outline"), where),
    )


def found_in(reading: Reading, name: str) -> FoundView:
    """Take from a reading what is evaluated: everything listed, groups by the primary rule."""
    return found_view(
        name,
        [
            (
                np.array([one.row, one.column]),
                one.score,
                float("nan") if one.diameter_mm is None else one.diameter_mm,
                np.asarray(one.outline, dtype=np.float64),
            )
            for one in reading.calcifications
        ],
        [
            FoundGroup(
                centre_px=np.array([one.row, one.column]),
                score=one.score,
                members=one.members,
                outline_px=np.asarray(one.hull, dtype=np.float64),
            )
            for one in reading.groups
        ],
        breast_area_mm2=reading.breast_area_mm2,
    )


def predictions_document(predictions: Predictions) -> dict[str, Any]:
    """Return predictions as plain data, in the form of the published schema."""
    return {
        "document": PREDICTIONS_DOCUMENT,
        "schema_version": PREDICTIONS_SCHEMA_VERSION,
        "intended_use": INTENDED_USE,
        "detector": predictions.detector,
        "particles": predictions.particles,
        "groups": predictions.groups,
        "views": [_as_data(view) for view in predictions.views],
    }


def _as_data(view: FoundView) -> dict[str, Any]:
    """Write one view, numbers as they are: the same figures must come out again."""
    return {
        "view": view.name,
        "refused": view.refused or None,
        "breast_area_mm2": view.breast_area_mm2,
        "particles": [
            {
                "row": float(place[0]),
                "column": float(place[1]),
                "score": float(score),
                "diameter_mm": float(diameter) if np.isfinite(diameter) else None,
                "outline": _corners(polygon),
            }
            for place, score, diameter, polygon in zip(
                view.places_px, view.scores, view.diameters_mm, view.outlines_px, strict=True
            )
        ],
        "groups": [
            {
                "row": float(one.centre_px[0]),
                "column": float(one.centre_px[1]),
                "score": float(one.score),
                "members": [member + 1 for member in one.members],
                "outline": _corners(one.outline_px),
            }
            for one in view.groups
        ],
    }


def _corners(polygon: Numbers | None) -> Sequence[Sequence[float]] | None:
    """Write a polygon."""
    if polygon is None:
        return None
    corners: list[list[float]] = np.asarray(polygon, np.float64).tolist()
    return corners
