"""One reading as plain data, in the form of the published schema."""

import math
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calcsight.reports.columns import GroupEntry, ParticleEntry, particle_entries
from calcsight.reports.group_columns import GROUP_MEASURED_COLUMNS
from calcsight.reports.interpreted_document import (
    claims_document,
    description_document,
    guidance_document,
    named_document,
    weighing_document,
    weighings_of,
)
from calcsight.reports.particle_columns import PARTICLE_MEASURED_COLUMNS
from calcsight.reports.schemas import READING_SCHEMA_VERSION
from calcsight.reports.wording import statement
from calcsight.terms.errors import GuidanceError
from calcsight.terms.group import Grouping
from calcsight.terms.guidance import Guidance
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.reading import INTENDED_USE, Provenance, Reading
from calcsight.terms.settings import Settings
from calcsight.terms.track import Track

# Columns that say the same in every row of one reading, or that JSON holds as lists.
_ONCE = {"image", "laterality", "view", "uid", "size_threshold_mm", "other_size_threshold_mm"}
_LISTS = {"limitations", "members", "rule"}


def reading_document(
    reading: Reading, image: str, settings: Settings, guidance: Guidance | None = None
) -> dict[str, Any]:
    """Return plain dicts, lists, numbers and texts; positions in the file's own frame.

    Parameters
    ----------
    reading : Reading
    image : str
        Path relative to the input argument.
    settings : Settings
        Those the reading was made with.
    guidance : Guidance, optional
        What the reading was weighed with; needed when it was interpreted.

    Raises
    ------
    GuidanceError
        When the reading was interpreted and this is not the guidance that did it.
    """
    rows, columns = reading.mammogram.file_shape
    return {
        "document": "calcsight.reading",
        "schema_version": READING_SCHEMA_VERSION,
        "intended_use": INTENDED_USE,
        "image": image,
        "statement": statement(reading, settings),
        "frame": {
            "name": "input file",
            "rows": rows,
            "columns": columns,
            "origin": "row 0, column 0 is the centre of the first pixel stored",
        },
        "mammogram": mammogram_document(reading.mammogram),
        "breast_area_mm2": rounded(reading.breast_area_mm2, 1),
        "conventions": {
            "size_threshold_mm": settings.measurement.micro_threshold_mm,
            "other_size_threshold_mm": settings.measurement.macro_threshold_mm,
        },
        "calcifications": [
            _particle(entry) for entry in particle_entries(reading, image, settings)
        ],
        "groupings": [_grouping(grouping, reading, image) for grouping in reading.groupings],
        "vessel_tracks": [_track(one) for one in reading.tracks],
        "weighing": weighing_document(reading.weighing),
        **_sources(reading, guidance),
        "limitations": limitation_list(reading.limitations),
        "provenance": _provenance(reading.provenance),
        "settings": settings.as_mapping(),
    }


def _track(track: Track) -> dict[str, Any]:
    """Return one calcified vessel."""
    return {
        "length_mm": rounded(track.length_mm, 1),
        "width_mm": rounded(track.width_mm, 2),
        "contrast_sd": rounded(track.contrast_sd, 1),
        "filled": rounded(track.filled, 3),
        "double_walled": rounded(track.double_walled, 3),
        "score": rounded(track.score, 4),
        "centre_line": _points(track.centre_line),
    }


def _sources(reading: Reading, guidance: Guidance | None) -> dict[str, Any]:
    """Return the guidance and the claims that a reading rests on."""
    interpreted_by = reading.provenance.interpreted_by
    if interpreted_by is None:
        return {"guidance": None, "claims": {}}
    if guidance is None or guidance.digest != interpreted_by.guidance_digest:
        raise GuidanceError(
            "a reading that was interpreted, without the guidance that did it",
            f"the guidance whose digest is {interpreted_by.guidance_digest[:12]}...",
            "pass the guidance of the interpreter that read",
        )
    weighings = weighings_of(reading)
    return {
        "guidance": guidance_document(weighings, guidance),
        "claims": claims_document(weighings, guidance),
    }


def mammogram_document(mammogram: Mammogram) -> dict[str, Any]:
    """Say what was read: everything but the pixels and the limitations."""
    orientation = mammogram.orientation
    return {
        "uid": mammogram.uid,
        "laterality": mammogram.laterality.value,
        "view": mammogram.view.value,
        "modifiers": [modifier.value for modifier in mammogram.modifiers],
        "intent": mammogram.intent.value,
        "exam_kind": mammogram.exam_kind.value,
        "acquired_on": mammogram.acquired_on.isoformat() if mammogram.acquired_on else None,
        "magnification_factor": rounded(mammogram.magnification_factor, 4),
        "spacing": spacing_document(mammogram),
        "orientation": {
            "transposed": orientation.transposed,
            "rows_reversed": orientation.rows_reversed,
            "columns_reversed": orientation.columns_reversed,
        },
    }


def limitation_list(limitations: tuple[Limitation, ...]) -> list[dict[str, str]]:
    """Return codes with their sentences."""
    return [{"code": limitation.value, "text": limitation.text} for limitation in limitations]


def rounded(value: float | None, decimals: int) -> float | None:
    """Round a number; None and numbers that are not finite are unknown."""
    return None if value is None or not math.isfinite(value) else round(float(value), decimals)


def spacing_document(mammogram: Mammogram) -> dict[str, Any] | None:
    """State the spacing along the file's own rows and columns, and the rule that gave it."""
    spacing = mammogram.file_spacing
    if spacing is None:
        return None
    return {
        "row_mm": rounded(spacing.row_mm, 6),
        "column_mm": rounded(spacing.column_mm, 6),
        "rule": spacing.source.value,
    }


def _particle(entry: ParticleEntry) -> dict[str, Any]:
    """Return one calcification: what was measured, its shape, its limitations, its outline."""
    skipped = _ONCE | _LISTS
    values: dict[str, Any] = {
        column.name: column.cell(entry)
        for column in PARTICLE_MEASURED_COLUMNS
        if column.name not in skipped
    }
    values["morphology"] = named_document(entry.calcification.morphology)
    values["limitations"] = [limitation.value for limitation in entry.calcification.limitations]
    values["outline"] = _points(entry.calcification.outline)
    return values


def _grouping(grouping: Grouping, reading: Reading, image: str) -> dict[str, Any]:
    """Return a rule and all groups by it."""
    rule = grouping.rule
    return {
        "rule": {
            "name": rule.name,
            "minimum_count": rule.minimum_count,
            "circle_diameter_mm": rounded(rule.circle_diameter_mm, 4),
        },
        "groups": [
            _group(GroupEntry(image=image, reading=reading, group=group, rule=rule.name))
            for group in grouping.groups
        ],
    }


def _group(entry: GroupEntry) -> dict[str, Any]:
    """Return one group: what was measured, its words, its weighing, its members, its hull."""
    skipped = _ONCE | _LISTS
    values: dict[str, Any] = {
        column.name: column.cell(entry)
        for column in GROUP_MEASURED_COLUMNS
        if column.name not in skipped
    }
    values["description"] = description_document(entry.group.description)
    values["weighing"] = weighing_document(entry.group.weighing)
    values["members"] = [member + 1 for member in entry.group.members]
    values["hull"] = _points(entry.group.hull)
    return values


def _points(points: NDArray[np.float64]) -> list[list[float]]:
    """Round a polygon to a hundredth of a pixel."""
    rows: list[list[float]] = np.round(np.asarray(points, np.float64), 2).tolist()
    return rows


def _provenance(provenance: Provenance) -> dict[str, Any]:
    """Say what made the reading."""
    point = provenance.operating_point
    return {
        "software": provenance.software,
        "judge": provenance.judge,
        "judge_digest": provenance.judge_digest,
        "settings_digest": provenance.settings_digest,
        "input_uid": provenance.input_uid,
        "pixel_digest": provenance.pixel_digest,
        "operating_point": point.value if point else None,
        "threshold": rounded(provenance.threshold, 6),
        "interpreted_by": asdict(provenance.interpreted_by) if provenance.interpreted_by else None,
    }
