"""The truth of simulated views as plain data: what was planted where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calcsight.reports.columns import Column, Kind
from calcsight.terms.version import SOFTWARE

if TYPE_CHECKING:
    from calcsight.simulation.truth import TrueGroup, TrueParticle
    from calcsight.simulation.views import SimulatedView

TRUTH_NAME = "calcsight.truth"
_TRUTH_VERSION = "1.1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthEntry:
    """What a row of `truth.csv` is made from."""

    image: str
    number: int
    particle: "TrueParticle"


_T = Column[TruthEntry]

TRUTH_COLUMNS: tuple[_T, ...] = (
    _T(
        name="image",
        kind=Kind.TEXT,
        unit="",
        meaning="Name of the simulated file.",
        value=lambda e: e.image,
    ),
    _T(
        name="particle",
        kind=Kind.WHOLE,
        unit="",
        meaning="1, 2, ... within one image.",
        value=lambda e: e.number,
    ),
    _T(
        name="row",
        kind=Kind.NUMBER,
        unit="px",
        meaning="Row of the centroid: 0-based pixel centres of the file's own frame.",
        value=lambda e: e.particle.row,
        decimals=3,
    ),
    _T(
        name="column",
        kind=Kind.NUMBER,
        unit="px",
        meaning="Column of the centroid, like row.",
        value=lambda e: e.particle.column,
        decimals=3,
    ),
    _T(
        name="diameter_mm",
        kind=Kind.NUMBER,
        unit="mm",
        meaning="Maximum Feret diameter of the drawn outline, before any blur.",
        value=lambda e: e.particle.diameter_mm,
    ),
    _T(
        name="area_mm2",
        kind=Kind.NUMBER,
        unit="mm2",
        meaning="Area inside the drawn outline; the lucent centre of a rim counts as inside.",
        value=lambda e: e.particle.area_mm2,
        decimals=5,
    ),
    _T(
        name="contrast_sd",
        kind=Kind.NUMBER,
        unit="background SD",
        meaning="Peak after the detector's blur, in standard deviations of the background in a "
        "ring of 3 mm before anything was planted.",
        value=lambda e: e.particle.contrast_sd,
        decimals=3,
    ),
    _T(
        name="kind",
        kind=Kind.TEXT,
        unit="",
        meaning="What it was drawn as.",
        value=lambda e: e.particle.kind.value,
    ),
    _T(
        name="group",
        kind=Kind.WHOLE,
        unit="",
        meaning="Number of the group it was planted with; empty = isolated.",
        value=lambda e: e.particle.group,
    ),
)


def truth_entries(image: str, view: "SimulatedView") -> list[TruthEntry]:
    """Return one entry for each particle of a view, in the order of its truth."""
    return [
        TruthEntry(image=image, number=number, particle=particle)
        for number, particle in enumerate(view.truth.particles, start=1)
    ]


def truth_document(
    views: "Sequence[tuple[str, SimulatedView]]",
    seed: int,
    files: Sequence[str],
    series: str | None = None,
) -> dict[str, Any]:
    """Return the truth of an exam as plain data; positions in the files' own frames.

    Parameters
    ----------
    views : sequence of (file name, SimulatedView)
    seed : int
    files : sequence of str
        Names of all files of the exam, the document's own left out.
    series : str or None
        Shared by the exams of one woman that lie beside each other; None = the only one of hers.
    """
    return {
        "document": TRUTH_NAME,
        "schema_version": _TRUTH_VERSION,
        "software": SOFTWARE,
        "seed": seed,
        "series": series,
        "files": list(files),
        "views": [_view(image, view) for image, view in views],
    }


def _view(image: str, view: "SimulatedView") -> dict[str, Any]:
    """Return the truth of one view."""
    rows, columns = view.stored.shape
    return {
        "image": image,
        "rows": int(rows),
        "columns": int(columns),
        "pitch_mm": view.spec.pitch_mm,
        "laterality": view.spec.laterality.value,
        "view": view.spec.view.value,
        "particles": [_particle(entry) for entry in truth_entries(image, view)],
        "groups": [_group(group) for group in view.truth.groups],
    }


def _particle(entry: TruthEntry) -> dict[str, Any]:
    """Return one particle with its outline."""
    values: dict[str, Any] = {
        column.name: column.cell(entry) for column in TRUTH_COLUMNS if column.name != "image"
    }
    values["outline"] = np.round(entry.particle.outline, 3).tolist()
    return values


def _group(group: "TrueGroup") -> dict[str, Any]:
    """Return one group with its hull."""
    return {
        "group": group.number,
        "members": [member + 1 for member in group.members],
        "row": round(group.row, 3),
        "column": round(group.column, 3),
        "kind": group.kind.value,
        "distribution": group.distribution.value,
        "hull": np.round(group.hull, 3).tolist(),
    }
