"""OsiriX annotations: property lists with regions of interest, as INbreast publishes them.

`Images[0]` holds `NumberOfROIs` and `ROIs`; each has a `Name`, `NumberOfPoints` and `Point_px`,
a list of texts "(x, y)" with x = column and y = row.
"""

import plistlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from calcsight.evaluation.cases import Fault, Numbers
from calcsight.evaluation.data_sets.reading_files import read_bytes
from calcsight.evaluation.data_sets.shapes import FARTHEST_PX, Mark, centroid, outside, polygon
from calcsight.intake import foreign_errors_as
from calcsight.terms.errors import InputRefused, NotAnImageError, UsageError

_PARTICLE_NAMES = frozenset({"calcification", "point 1", "point 3", "unnamed"})
_PLURAL, _CLUSTER = "calcifications", "cluster"
_POINT = re.compile(r"\(\s*([-+.\deE]+)\s*,\s*([-+.\deE]+)\s*(?:,.*)?\)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Marks:
    """What a reader marked in one view.

    Parameters
    ----------
    particles : sequence of Mark
    clusters, doubtful : sequence of array (k, 2)
    other : int
        Findings that are no calcifications.
    faults : sequence of Fault
    """

    particles: Sequence[Mark] = ()
    clusters: Sequence[Numbers] = ()
    doubtful: Sequence[Numbers] = ()
    other: int = 0
    faults: Sequence[Fault] = ()

    @property
    def nothing(self) -> bool:
        """No finding of any kind was marked."""
        return not (self.particles or self.clusters or self.doubtful or self.other or self.faults)


@dataclass(slots=True)
class _Gathering:
    """Marks as they are met."""

    shape: tuple[int, int] | None
    particles: list[Mark] = field(default_factory=list)
    clusters: list[Numbers] = field(default_factory=list)
    doubtful: list[Numbers] = field(default_factory=list)
    other: int = 0
    met: Counter[str] = field(default_factory=Counter)
    places: set[tuple[float, ...]] = field(default_factory=set)


# What may be met in an annotation, by code of its fault.
MET = {
    "single_point": "{} particles are a point: no outline, no size",
    "two_points": "{} particles are a line of two points: its middle, no outline, no size",
    "no_points": "{} marks without a usable point were left out",
    "point_count": "{} marks hold another number of points than they say: those there were taken",
    "roi_count": "{} annotation holds another number of marks than it says: those there were taken",
    "outside_image": "{} marks beside the image were left out",
    "beyond_edge": "{} marks reach beyond the image",
    "no_area": "{} clusters without an area were left out",
    "plural_name": "{} outlines are called Calcifications: neither targets nor false marks",
    "repeated_mark": "{} particles are marked twice at one place: counted once",
}


def read_marks(path: Path, shape: tuple[int, int] | None) -> Marks:
    """Read one annotation.

    Parameters
    ----------
    path : Path
    shape : tuple of int or None
        (rows, columns) of the image; None = unknown, and nothing is outside.

    Raises
    ------
    UsageError
        When it is no OsiriX property list.
    """
    gathered = _Gathering(shape=shape)
    refusal = NotAnImageError("no OsiriX annotation", "a property list with Images and ROIs")
    try:
        with foreign_errors_as(refusal):
            image = plistlib.loads(read_bytes(path), fmt=plistlib.FMT_XML)["Images"][0]
            marks = list(image["ROIs"])
            stated = image.get("NumberOfROIs", len(marks))
            names = [str(mark.get("Name") or "").strip().casefold() for mark in marks]
            points = [_points(mark) for mark in marks]
    except InputRefused as problem:
        raise UsageError(f"{path}: {problem.found}", problem.needed) from None
    gathered.met["roi_count"] += stated != len(marks)
    for mark, name, places in zip(marks, names, points, strict=True):
        gathered.met["point_count"] += mark.get("NumberOfPoints", len(places)) != len(places)
        _sort_in(gathered, name, places)
    faults = [
        Fault(code=code, what=MET[code].format(count))
        for code, count in sorted(gathered.met.items())
        if count
    ]
    return Marks(
        particles=gathered.particles,
        clusters=gathered.clusters,
        doubtful=gathered.doubtful,
        other=gathered.other,
        faults=faults,
    )


def _points(mark: Any) -> Numbers:
    """Return a mark's points (n, 2) as row, column; texts that are no point are passed over."""
    found = [_POINT.fullmatch(str(said).strip()) for said in mark.get("Point_px") or ()]
    pairs = [(float(one[2]), float(one[1])) for one in found if one is not None]
    usable = [pair for pair in pairs if all(abs(value) <= FARTHEST_PX for value in pair)]
    return np.array(usable, dtype=np.float64).reshape(-1, 2)


def _sort_in(gathered: _Gathering, name: str, points: Numbers) -> None:
    """Put one mark where its name and its number of points say."""
    particle = name in _PARTICLE_NAMES or (name == _PLURAL and len(points) < 3)
    if not particle and name not in (_PLURAL, _CLUSTER):
        gathered.other += 1
        return
    leaves = outside(points, gathered.shape) if len(points) else "no points"
    if leaves in ("wholly", "no points"):
        gathered.met["outside_image" if leaves == "wholly" else "no_points"] += 1
        return
    gathered.met["beyond_edge"] += leaves is not None
    outline = polygon(points)
    if particle:
        _add_particle(gathered, points, outline)
    elif outline is None:
        gathered.met["no_area"] += 1
    elif name == _PLURAL:
        gathered.met["plural_name"] += 1
        gathered.doubtful.append(outline)
    else:
        gathered.clusters.append(outline)


def _add_particle(gathered: _Gathering, points: Numbers, outline: Numbers | None) -> None:
    """Add one particle unless the same place is marked already."""
    place = points.mean(axis=0) if outline is None else centroid(outline)
    if tuple(place) in gathered.places:
        gathered.met["repeated_mark"] += 1
        return
    gathered.places.add(tuple(place))
    if outline is None:
        gathered.met["single_point" if len(points) == 1 else "two_points"] += 1
    gathered.particles.append(Mark(place=place, outline=outline))
