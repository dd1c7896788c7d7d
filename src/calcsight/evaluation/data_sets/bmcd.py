"""Adapter of BMCD: prior and recent mammograms of one breast, every calcification marked in red."""

import re
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.evaluation.cases import DataSet, Fault, TrueView
from calcsight.evaluation.data_sets.images import (
    image_facts,
    opener,
    stated_of,
)
from calcsight.evaluation.data_sets.masks import Fit, marked_particles
from calcsight.evaluation.data_sets.pixels import DICOM_SUFFIXES, colour_pixels
from calcsight.evaluation.data_sets.publications import BMCD, present
from calcsight.evaluation.data_sets.shapes import Mark, true_particles
from calcsight.terms.errors import InputRefused, UsageError

_NORMAL, _SUSPICIOUS = "normal", "suspicious"
_CASES = {_NORMAL: "Normal_cases", _SUSPICIOUS: "Suspicious_cases"}
_FILE = re.compile(r"(CC|MLO)_(prior|recent)", re.IGNORECASE)
# Red over green and blue, of 255: JPEG colours are blurred, film is grey to a few levels.
_REDDER_BY = 60
_SMALLEST_PX = 2
_SET_FAULTS = (
    Fault(
        code="jpeg_marks",
        what="marks are red in a JPEG picture: outlines are sure to a pixel or two; specks of one "
        "pixel are dropped; a mark drawn around a particle counts with its inside",
    ),
    Fault(
        code="benign_among_normal",
        what="Normal_cases holds benign calcifications (category 2), too: a view is normal only "
        "when nothing is marked in it",
    ),
    Fault(code="no_groups", what="single particles are marked, no groups: no group rule applies"),
)


def open_bmcd(folder: Path) -> DataSet:
    """Read every numbered folder below Normal_cases and Suspicious_cases, in that order.

    Raises
    ------
    UsageError
        When neither is there, or they hold no file of this form.
    """
    BMCD.checked(folder)
    views = []
    for kind, name in _CASES.items():
        at = present(folder, name)
        cases = [] if at is None else [path for path in at.iterdir() if path.is_dir()]
        for case in sorted(cases, key=lambda path: (len(path.name), path.name)):
            found = [_view(path, kind) for path in sorted(case.iterdir()) if _is_view(path)]
            views += _with_priors(found)
    if not views:
        raise BMCD.refusal(f"{folder} without {_CASES[_NORMAL]}/1/CC_recent.dcm and the like")
    return DataSet(name="bmcd", views=tuple(views), faults=_SET_FAULTS)


def _with_priors(views: list[TrueView]) -> list[TrueView]:
    """Name the prior of each recent view of one case, where there is one."""
    priors = {one.strata["view"]: one.name for one in views if one.strata["time"] == "prior"}
    return [
        replace(one, prior=priors.get(one.strata["view"], ""))
        if one.strata["time"] == "recent"
        else one
        for one in views
    ]


def _is_view(path: Path) -> bool:
    return path.suffix.lower() in DICOM_SUFFIXES and _FILE.fullmatch(path.stem) is not None


def _view(path: Path, kind: str) -> TrueView:
    """Return one view."""
    projection, time = (word.lower() for word in path.stem.split("_"))
    facts = image_facts(path)
    marks, faults = _marks(path, facts.shape)
    if marks == [] and kind == _SUSPICIOUS and time == "recent":
        marks = None
        what = "a suspicious case in which nothing red was found: not scored"
        faults.append(Fault(code="no_red_marks", what=what))
    if facts.spacing_mm is None:
        faults.append(Fault(code="spacing_unknown", what="no spacing in the header: no mm rules"))
    case = f"{kind}-{path.parent.name}"
    return TrueView(
        name=f"{case}-{projection}-{time}",
        patient=f"bmcd-{case}",
        spacing_mm=facts.spacing_mm,
        particles=None if marks is None else true_particles(marks, facts.spacing_mm),
        regions=None,
        normal=kind == _NORMAL and marks == [],
        strata={"time": time, "case": kind, "view": projection.upper()},
        faults=tuple(faults),
        mammogram=opener(path, stated_of("", projection)),
    )


def _marks(path: Path, shape: tuple[int, int] | None) -> tuple[list[Mark] | None, list[Fault]]:
    """Return one view's particles, None when they cannot be known."""
    picture = present(path.parent, *(f"{path.stem}_GT{end}" for end in (".jpg", ".jpeg", ".png")))
    if picture is None:
        return None, [Fault(code="missing_mask", what=f"no {path.stem}_GT.jpg: not scored")]
    try:
        red = red_marks(colour_pixels(picture))
    except InputRefused as refusal:
        what = f"{picture.name}: {refusal.found}: not scored"
        return None, [Fault(code="annotation_unreadable", what=what)]
    size = (red.shape[0], red.shape[1])
    fit, faults = Fit.of(size, shape), list[Fault]()
    if fit.distorted:
        what = f"marks of {size} pixels on an image of {shape}, another form: not scored"
        return None, [Fault(code="mask_size", what=what)]
    if not fit.exact:
        what = f"marks of {size} pixels were scaled to the image's {shape}"
        faults.append(Fault(code="mask_size", what=what))
    try:
        marks = marked_particles(red, fit, _SMALLEST_PX)
    except UsageError as problem:
        what = f"{picture.name}: {problem.found}: not scored"
        return None, [Fault(code="annotation_unreadable", what=what)]
    return marks, faults


def red_marks(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which pixels of a picture (rows, columns, red green blue) are marked in red."""
    red, green, blue = cv2.split(picture)
    return np.asarray(cv2.subtract(red, cv2.max(blue, green)) > _REDDER_BY)
