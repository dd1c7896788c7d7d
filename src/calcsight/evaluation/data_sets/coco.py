"""Adapter of a user's own truth in COCO's format: boxes, polygons, masks and keypoints.

COCO counts x and y from the outer corner of the first pixel, so 0.5 is taken off boxes and
polygons; keypoints and masks name pixels and are taken as they are.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from calcsight.evaluation.cases import DataSet, Fault, TrueRegion, TrueView
from calcsight.evaluation.data_sets.coco_marks import annotation_marks
from calcsight.evaluation.data_sets.images import image_facts, opener, stated_of
from calcsight.evaluation.data_sets.masks import Fit
from calcsight.evaluation.data_sets.publications import COCO, present
from calcsight.evaluation.data_sets.reading_files import inside, read_text
from calcsight.evaluation.data_sets.shapes import (
    Mark,
    holds,
    outside,
    true_particles,
)
from calcsight.terms.errors import UsageError

_REGION_WORDS = ("cluster", "group", "region")
_PARTICLE_WORDS = ("calcification", "particle", "microcalc")
# What a document of another form makes this module raise.
_NOT_COCO = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError)
Said = Mapping[str, Any]


def open_coco(folder: Path) -> DataSet:
    """Read `annotations.json`, or the one `.json` of the folder.

    A category whose name holds "cluster", "group" or "region" is one of regions, any other whose
    name holds "calcification", "microcalc" or "particle" one of particles; the rest is left out.

    Raises
    ------
    UsageError
        When there is no such file, it is not COCO, or no category is known.
    """
    path = _file(COCO.checked(folder))
    text, faults = read_text(path)
    try:
        return _data_set(path, json.loads(text), folder, faults)
    except _NOT_COCO as problem:
        raise UsageError(
            f"{path} is not COCO ({type(problem).__name__})", "images, annotations, categories"
        ) from None


def _file(folder: Path) -> Path:
    path = present(folder, "annotations.json")
    others = sorted(folder.glob("*.json"))
    if path is None and len(others) == 1:
        path = others[0]
    if path is None:
        raise COCO.refusal(f"{folder} with {len(others)} .json files, none annotations.json")
    return path


def _data_set(path: Path, document: Said, folder: Path, faults: Sequence[Fault]) -> DataSet:
    """Sort annotations by image and category."""
    kinds = {one["id"]: _kind(str(one["name"])) for one in document["categories"]}
    if not any(kinds.values()):
        raise UsageError(
            f"{path} without a category of calcifications",
            f"a category with one of {', '.join((*_PARTICLE_WORDS, *_REGION_WORDS))} in its name",
        )
    by_image: dict[Any, list[Said]] = {one["id"]: [] for one in document["images"]}
    if len(by_image) < len(document["images"]):
        raise UsageError(f"{path} with two images of one id", "each id once")
    passed_over = 0
    for one in document["annotations"]:
        if kinds[one["category_id"]] is None:
            passed_over += 1
        elif one["image_id"] not in by_image:
            raise UsageError(f"{path}: an annotation of an unknown image", "an id of images")
        else:
            by_image[one["image_id"]].append(one)
    met = list(faults)
    if passed_over:
        what = f"{passed_over} annotations of other categories were left out"
        met.append(Fault(code="other_categories", what=what))
    marked = frozenset(kind for kind in kinds.values() if kind)
    views = [_view(one, by_image[one["id"]], kinds, marked, folder) for one in document["images"]]
    if len({view.name for view in views}) < len(views):
        raise UsageError(f"{path} with two images of one file_name", "each file_name once")
    return DataSet(name="coco", views=tuple(views), faults=tuple(met))


def _kind(name: str) -> str | None:
    folded = name.casefold()
    if any(word in folded for word in _REGION_WORDS):
        return "region"
    return "particle" if any(word in folded for word in _PARTICLE_WORDS) else None


def _view(
    image: Said, own: list[Said], kinds: Mapping[Any, str | None], marked: frozenset[str], at: Path
) -> TrueView:
    """Return one view."""
    faults: list[Fault] = []
    path = inside(at, str(image["file_name"])) or inside(at / "images", str(image["file_name"]))
    if path is None:
        faults.append(Fault(code="missing_image", what="no such file inside the folder"))
    facts = image_facts(path)
    stated = (int(image["height"]), int(image["width"])) if image.get("height") else facts.shape
    if facts.shape and stated and facts.shape != stated:
        what = f"the file has {facts.shape} pixels, COCO says {stated}: scaled to the file"
        faults.append(Fault(code="image_size", what=what))
    fit = Fit.of(stated, facts.shape) if stated else Fit(row_factor=1.0, column_factor=1.0)
    said_mm = _positive(image.get("spacing_mm"))
    spacing = (said_mm, said_mm) if said_mm else facts.spacing_mm
    groups: dict[str | None, list[tuple[Said, list[Mark]]]] = {"particle": [], "region": []}
    for one in own:
        marks = [
            Mark(
                place=fit.placed(m.place),
                outline=None if m.outline is None else fit.placed(m.outline),
            )
            for m in annotation_marks(one, stated, faults)
        ]
        inner = [m for m in marks if outside(m.place.reshape(1, 2), facts.shape or stated) is None]
        if len(inner) < len(marks):
            faults.append(Fault(code="outside_image", what="a mark beside the image was left out"))
        groups[kinds[one["category_id"]]].append((one, inner))
    particles = [mark for _, marks in groups["particle"] for mark in marks]
    true = true_particles(particles, spacing) if "particle" in marked else None
    places = true.places_px if true is not None else np.zeros((0, 2))
    regions = tuple(
        TrueRegion(
            outline_px=mark.outline,
            members=tuple(int(at) for at in holds(mark.outline, places).nonzero()[0]),
            doubtful=bool(one.get("iscrowd", 0)),
        )
        for one, marks in groups["region"]
        for mark in marks
        if mark.outline is not None
    )
    normal = image.get("normal") is True
    if normal and own:
        raise UsageError("a COCO image that is normal and has marks", "one of them")
    return TrueView(
        name=str(image["file_name"]),
        patient=str(image.get("patient", image["file_name"])),
        spacing_mm=spacing,
        particles=true,
        regions=regions if "region" in marked else None,
        normal=normal,
        strata={str(k): str(v) for k, v in dict(image.get("strata") or {}).items()},
        faults=tuple(faults),
        mammogram=opener(
            path, stated_of(str(image.get("laterality", "")), str(image.get("view", "")), said_mm)
        ),
    )


def _positive(said: Any) -> float | None:
    """Return a stated spacing, None when nothing was said."""
    if said is None:
        return None
    value = float(said)
    if not math.isfinite(value) or not 0 < value <= 5:
        raise UsageError(f"a spacing of {value} mm in COCO", "more than 0, at most 5 mm")
    return value
