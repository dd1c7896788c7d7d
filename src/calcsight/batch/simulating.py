"""A simulated exam as files, with its truth beside them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from calcsight.batch.folder import TRUTH_FILE, prepare_folder
from calcsight.reports.columns import row_of
from calcsight.reports.csv_tables import csv_header, csv_lines
from calcsight.reports.json_text import json_text
from calcsight.reports.truth import TRUTH_COLUMNS, truth_document, truth_entries
from calcsight.safe_writing import write_text
from calcsight.simulation.exams import exam_specs
from calcsight.simulation.views import SimulatedView, simulate_view
from calcsight.terms.mammogram import ExamKind

TRUTH_TABLE = "truth.csv"
INPUTS_TABLE = "inputs.csv"
# The day on which every simulated exam was made: a clock would change the bytes.
_DAY = date(2025, 1, 15)


class PhantomFormat(StrEnum):
    """How simulated views are stored."""

    DICOM = "dicom"
    PNG = "png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """When an exam was made, and what it is called.

    Parameters
    ----------
    on : datetime.date
    exam : str
        Shared by its views, and by nothing else.
    seed : int
        What it was simulated from.
    series : str or None
        Shared by the exams of one woman; None = the only one of hers.
    """

    on: date
    exam: str
    seed: int
    series: str | None = None


def simulate(
    output: Path,
    phantom_format: PhantomFormat,
    seed: int,
    overwrite: bool,
    watch: Callable[[str], None],
) -> list[str]:
    """Simulate the four views of an exam and write them with their truth.

    `truth.json` and `truth.csv` say what was planted where, in each file's own frame; PNG
    files, which carry no header, get `inputs.csv` for `calcsight read --inputs`.

    Parameters
    ----------
    output : Path
    phantom_format : PhantomFormat
    seed : int
        The same seed gives the same bytes.
    overwrite : bool
        Clear the folder of an earlier run's files.
    watch : callable
        Told the name of each view when it is drawn.

    Returns
    -------
    list of str
        Names of all files.

    Raises
    ------
    OutputNotEmptyError, OutputError
    """
    prepare_folder(output, overwrite)
    views: list[SimulatedView] = []
    for spec in exam_specs(seed):
        views.append(simulate_view(spec))
        # Drawing takes longer than writing.
        watch(spec.name)
    return write_exam(
        output, phantom_format, views, Occasion(on=_DAY, exam=views[0].spec.woman, seed=seed)
    )


def write_exam(
    output: Path, phantom_format: PhantomFormat, views: Sequence[SimulatedView], occasion: Occasion
) -> list[str]:
    """Write the views of one exam with their truth into a folder that is ready.

    Returns
    -------
    list of str
        Names of all files, those of the views first and in their order.
    """
    named = [
        (_write_view(output, phantom_format, view, (occasion, number)), view)
        for number, view in enumerate(views, start=1)
    ]
    tables = {TRUTH_TABLE: _truth_table(named)}
    if phantom_format is PhantomFormat.PNG:
        tables[INPUTS_TABLE] = _inputs_table(named, occasion)
    for name, text in tables.items():
        write_text(output / name, text)
    files = [*(name for name, _ in named), *tables]
    document = truth_document(named, occasion.seed, files, occasion.series)
    write_text(output / TRUTH_FILE, json_text(document))
    return [*files, TRUTH_FILE]


def _write_view(
    output: Path, phantom_format: PhantomFormat, view: SimulatedView, at: tuple[Occasion, int]
) -> str:
    """Write one view and return the name of its file."""
    stem = f"simulated_{view.spec.laterality}_{view.spec.view}"
    if phantom_format is PhantomFormat.PNG:
        from calcsight.pictures.writing import write_png16  # noqa: PLC0415

        write_png16(output / f"{stem}.png", view.stored)
        return f"{stem}.png"
    _write_dicom(output / f"{stem}.dcm", view, *at)
    return f"{stem}.dcm"


def _write_dicom(path: Path, view: SimulatedView, occasion: Occasion, number: int) -> None:
    """Write one view as a DICOM MG file of a patient who does not exist."""
    from calcsight.dicom.directions import usual_orientation  # noqa: PLC0415 - takes 0.1 s
    from calcsight.dicom.mg_writing import (  # noqa: PLC0415
        MgHeader,
        PixelRelationship,
        hashed_uid,
        write_mg,
    )

    spec, look = view.spec, view.look
    header = MgHeader(
        study_uid=hashed_uid(occasion.exam, "study"),
        series_uid=hashed_uid(spec.name, "series"),
        sop_uid=hashed_uid(spec.name, "instance"),
        laterality=spec.laterality,
        view=spec.view,
        patient_orientation=usual_orientation(spec.laterality, spec.view),
        imager_spacing_mm=(spec.pitch_mm, spec.pitch_mm),
        acquired_on=occasion.on,
        patient_id=f"SIMULATED-{spec.woman}".upper(),
        intent=look.intent,
        bits_stored=look.bits_stored,
        dark_is_dense=look.sign > 0,
        relationship=PixelRelationship(look.relationship),
        exam_kind=ExamKind.SCREENING,
        instance_number=number,
    )
    write_mg(path, view.stored, header)


def _truth_table(views: list[tuple[str, SimulatedView]]) -> str:
    """Return every planted particle as CSV."""
    entries = [entry for name, view in views for entry in truth_entries(name, view)]
    return csv_header(TRUTH_COLUMNS) + csv_lines(row_of(TRUTH_COLUMNS, one) for one in entries)


def _inputs_table(views: list[tuple[str, SimulatedView]], occasion: Occasion) -> str:
    """Return what the pictures themselves cannot say, for `calcsight read --inputs`."""
    lines = ["path,exam,laterality,view,spacing_mm,date,exam_uid"]
    lines += [
        f"{name},{ExamKind.SCREENING},{view.spec.laterality},{view.spec.view},"
        f"{view.spec.pitch_mm},{occasion.on.isoformat()},{occasion.exam}"
        for name, view in views
    ]
    return "\n".join(lines) + "\n"
