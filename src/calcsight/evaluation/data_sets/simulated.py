"""Adapter of simulated exams: what `calcsight simulate` wrote."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from calcsight.evaluation.cases import DataSet, Fault, Numbers, TrueRegion, TrueView
from calcsight.evaluation.data_sets.images import open_image, stated_of
from calcsight.evaluation.data_sets.publications import SIMULATED
from calcsight.evaluation.data_sets.reading_files import inside, read_text
from calcsight.evaluation.data_sets.shapes import Mark, polygon, true_particles
from calcsight.reports.truth import TRUTH_NAME
from calcsight.terms.errors import UsageError

_TRUTH_FILE = "truth.json"
# What a document of another form makes this module raise.
_NOT_A_TRUTH = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError)


def open_simulated(folder: Path) -> DataSet:
    """Read every `truth.json` in a folder and below; each exam is one patient.

    Exams of one series, which lie beside each other in folders named by their dates, are of the
    same patient; a view's prior is that of the date before.

    Raises
    ------
    UsageError
        When there is none, or one is not what `calcsight simulate` writes.
    """
    documents = sorted(SIMULATED.checked(folder).rglob(_TRUTH_FILE))
    if not documents:
        raise SIMULATED.refusal(f"{folder} without {_TRUTH_FILE}")
    views = [view for path in documents for view in _views(path, folder)]
    return DataSet(name="simulated", views=tuple(_with_priors(views)))


def _with_priors(views: list[TrueView]) -> list[TrueView]:
    """Name the prior of each view: the same image of the same patient in the folder before."""
    last: dict[tuple[str, str], str] = {}
    found: list[TrueView] = []
    for view in views:
        image = (view.patient, view.name.rpartition("/")[2])
        found.append(replace(view, prior=last.get(image, "")))
        last[image] = view.name
    return found


def _views(path: Path, folder: Path) -> list[TrueView]:
    """Return the views of one exam."""
    text, _ = read_text(path)
    try:
        document = json.loads(text)
        if document["document"] != TRUTH_NAME:
            raise KeyError(TRUTH_NAME)
        exam = path.parent.relative_to(folder).as_posix()
        prefix = "" if exam == "." else f"{exam}/"
        patient = f"{prefix}seed {document['seed']}"
        if document.get("series") is not None:
            beside = path.parent.parent if exam != "." else path.parent
            patient = f"{beside.relative_to(folder).as_posix()}/{document['series']}"
        return [_view(one, path.parent, prefix, patient) for one in document["views"]]
    except _NOT_A_TRUTH:
        raise UsageError(
            f"{path} is no truth of a simulated exam", "a truth.json of `calcsight simulate`"
        ) from None


def _view(said: Mapping[str, Any], folder: Path, prefix: str, patient: str) -> TrueView:
    """Return one view."""
    pitch_mm = float(said["pitch_mm"])
    count = len(said["particles"])
    known = all(0 < member <= count for group in said["groups"] for member in group["members"])
    if not known or not 0 < pitch_mm <= 5:
        raise ValueError("members or a pitch that cannot be")
    marks = [
        Mark(
            place=np.array([one["row"], one["column"]], dtype=np.float64),
            outline=polygon(one["outline"]),
            diameter_mm=float(one["diameter_mm"]),
            contrast_sd=float(one["contrast_sd"]),
        )
        for one in said["particles"]
    ]
    regions = tuple(
        TrueRegion(
            outline_px=_hull(one["hull"]),
            members=tuple(int(member) - 1 for member in one["members"]),
        )
        for one in said["groups"]
    )
    image = inside(folder, said["image"])
    is_dicom = image is not None and image.suffix == ".dcm"
    stated = stated_of(said["laterality"], said["view"], None if is_dicom else pitch_mm)
    faults = () if image else (Fault(code="missing_image", what=f"{said['image']} is not there"),)
    return TrueView(
        name=f"{prefix}{said['image']}",
        patient=patient,
        spacing_mm=(pitch_mm, pitch_mm),
        particles=true_particles(marks, (pitch_mm, pitch_mm)),
        regions=regions,
        normal=not marks,
        strata={"view": str(said["view"])},
        faults=faults,
        mammogram=None if image is None else partial(open_image, image, stated),
    )


def _hull(said: Any) -> Numbers:
    """Return a group's hull."""
    hull = polygon(said)
    if hull is None:
        raise ValueError("a group without an area")
    return hull
