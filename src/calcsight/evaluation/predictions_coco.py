"""Predictions as a COCO document: its images name the views, its annotations carry scores."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from calcsight.evaluation.cases import FoundGroup, FoundView, Numbers, Predictions
from calcsight.evaluation.masks import fits_an_image, mask_of
from calcsight.evaluation.view_names import NamedAs, found_view, number, points
from calcsight.terms.errors import PredictionsError

# The same words as for the truth: a category with one of the first is one of groups.
GROUP_WORDS = ("cluster", "group", "region")
PARTICLE_WORDS = ("calcification", "microcalc", "particle")


def is_coco(document: Mapping[str, Any]) -> bool:
    """Tell whether a document looks like COCO."""
    return {"images", "annotations", "categories"} <= document.keys()


def of_coco(name: str, document: Mapping[str, Any], named: NamedAs) -> Predictions:
    """Read a COCO document; an image without annotations is one in which nothing was found.

    Raises
    ------
    PredictionsError, KeyError, ValueError, TypeError
    """
    kinds = {one["id"]: _kind(str(one["name"])) for one in document["categories"]}
    marks: dict[Any, list[Mapping[str, Any]]] = {one["id"]: [] for one in document["images"]}
    for one in document["annotations"]:
        if one["image_id"] not in marks or one["category_id"] not in kinds:
            raise PredictionsError(f"annotation {one.get('id')}: unknown image or category")
        marks[one["image_id"]].append(one)
    return Predictions(
        detector=name,
        views=tuple(
            _view(named.view(str(image["file_name"])), marks[image["id"]], kinds)
            for image in document["images"]
        ),
        particles="particle" in kinds.values(),
        groups="group" in kinds.values(),
    )


def _kind(name: str) -> str:
    """Say what a category holds."""
    folded = name.casefold()
    if any(word in folded for word in GROUP_WORDS):
        return "group"
    if any(word in folded for word in PARTICLE_WORDS):
        return "particle"
    raise PredictionsError(
        f"a category {name[:60]!r}", f"one with {', '.join((*GROUP_WORDS, *PARTICLE_WORDS))} in it"
    )


def _view(name: str, marks: list[Mapping[str, Any]], kinds: Mapping[Any, str]) -> FoundView:
    """Gather the annotations of one image."""
    particles: list[tuple[Numbers, float, float, Numbers | None]] = []
    groups: list[FoundGroup] = []
    for one in marks:
        where = f"annotation {one.get('id')} of {name}"
        if "score" not in one:
            raise PredictionsError(f"{where} without a score", "a score for each annotation")
        score, polygon = number(one["score"], "the score", where), _outline(one, where)
        centre = _centre(polygon)
        if kinds[one["category_id"]] == "group":
            groups.append(FoundGroup(centre_px=centre, score=score, outline_px=polygon))
        else:
            particles.append((centre, score, float("nan"), polygon))
    return found_view(name, particles, groups)


def _outline(one: Mapping[str, Any], where: str) -> Numbers:
    """Return an annotation's polygon, refused when no image could hold it."""
    polygon = _drawn(one, where)
    if not fits_an_image(polygon):
        raise PredictionsError(f"{where}: an outline larger than any image", "pixels of the image")
    return polygon


def _drawn(one: Mapping[str, Any], where: str) -> Numbers:
    """Return the one polygon of an annotation, else its box; COCO counts from a pixel's corner."""
    drawn = one.get("segmentation")
    if isinstance(drawn, Mapping) or (drawn and len(drawn) > 1):
        raise PredictionsError(
            f"{where}: a run-length mask or several polygons", "one polygon, or a bbox alone"
        )
    if drawn:
        return points(drawn[0], "the polygon", where)[:, ::-1] - 0.5
    x, y, width, height = (number(side, "the bbox", where) for side in one["bbox"])
    if width <= 0 or height <= 0:
        raise PredictionsError(f"{where}: a bbox of {width:g} x {height:g}", "sides above 0")
    corners = [(y, x), (y, x + width), (y + height, x + width), (y + height, x)]
    return points(corners, "the bbox", where) - 0.5


def _centre(polygon: Numbers) -> Numbers:
    """Return the mean of the pixels inside."""
    mask = mask_of(polygon)
    at = np.argwhere(mask.inside).mean(axis=0)
    return np.asarray(at + np.array([mask.row, mask.column]), dtype=np.float64)
