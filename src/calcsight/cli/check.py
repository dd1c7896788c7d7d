"""`calcsight check`: which inputs could be read, and why others could not."""

from typing import TYPE_CHECKING, Any

import typer

from calcsight.cli.console import progress, tell, tell_line
from calcsight.cli.exit_status import ExitStatus, status_of_run
from calcsight.cli.gathering import Said, gather
from calcsight.cli.options import (
    AsJson,
    DateWord,
    ExamWord,
    Inputs,
    LateralityWord,
    Session,
    SettingsFile,
    SpacingMm,
    Table,
    ViewWord,
)
from calcsight.cli.read import chosen_settings
from calcsight.terms.errors import NoMammogramsError
from calcsight.terms.mammogram import view_name
from calcsight.terms.reading import INTENDED_USE

if TYPE_CHECKING:
    from calcsight.batch.checking import Readable
    from calcsight.reports.manifest import RefusedInput


def check(
    context: typer.Context,
    *,
    inputs: Inputs = None,
    laterality: LateralityWord = None,
    view: ViewWord = None,
    exam: ExamWord = None,
    date: DateWord = None,
    spacing_mm: SpacingMm = None,
    table: Table = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> int:
    """Say of each input whether it can be read, with which spacing, side and view; or why not."""
    from calcsight.batch.checking import check_all  # noqa: PLC0415 - help must not wait
    from calcsight.reports.manifest import RefusedInput  # noqa: PLC0415

    session: Session = context.obj
    said = Said(spacing_mm, laterality, view, exam, date)
    found = gather(inputs or [], table, said, None)
    if not found.inputs:
        raise NoMammogramsError(
            f"no file that could be a mammogram ({len(found.ignored)} others)",
            "DICOM, PNG or TIFF files, or folders that hold some",
        )
    answers: list[Readable | RefusedInput] = []
    with progress(len(found.inputs), "checking", session.request) as advance:
        for answer in check_all(found.inputs, chosen_settings(settings, None, None), session.debug):
            answers.append(answer)
            advance()
    if as_json:
        _tell_json(answers, [(one.image, one.reason) for one in found.ignored])
    else:
        for answer in answers:
            tell_line(_line(answer))
        for one in found.ignored:
            tell_line(f"{one.image}: ignored: {one.reason}")
        tell(INTENDED_USE)
    refused = [one.code for one in answers if isinstance(one, RefusedInput)]
    return ExitStatus(status_of_run(len(answers) - len(refused), refused))


def _line(answer: "Readable | RefusedInput") -> str:
    """Write one answer in one line."""
    from calcsight.reports.manifest import RefusedInput  # noqa: PLC0415

    if isinstance(answer, RefusedInput):
        return f"{answer.image}: refused: {answer.message}"
    mammogram = answer.mammogram
    spacing = mammogram.file_spacing
    rows, columns = mammogram.file_shape
    size = (
        f"{spacing.row_mm:.4f} x {spacing.column_mm:.4f} mm by {spacing.source.value}"
        if spacing
        else "spacing unknown: pixels alone, state --spacing-mm"
    )
    parts = [
        view_name(mammogram.laterality, mammogram.view),
        f"{rows} x {columns} px",
        size,
        mammogram.intent.value,
        f"{mammogram.exam_kind.value} exam",
        *(limitation.value for limitation in mammogram.limitations),
    ]
    return f"{answer.image}: readable: {', '.join(parts)}"


def _tell_json(answers: "list[Readable | RefusedInput]", ignored: list[tuple[str, str]]) -> None:
    """Write all answers as one document."""
    from calcsight.reports.json_text import json_text  # noqa: PLC0415

    document = {
        "document": "calcsight.check",
        "intended_use": INTENDED_USE,
        "inputs": [_entry(answer) for answer in answers],
        "ignored": [{"image": image, "reason": reason} for image, reason in ignored],
    }
    tell(json_text(document).rstrip())


def _entry(answer: "Readable | RefusedInput") -> dict[str, Any]:
    """Return one answer as plain data."""
    from calcsight.reports.manifest import RefusedInput, refused_entry  # noqa: PLC0415
    from calcsight.reports.reading_document import (  # noqa: PLC0415
        limitation_list,
        mammogram_document,
    )

    if isinstance(answer, RefusedInput):
        return refused_entry(answer)
    rows, columns = answer.mammogram.file_shape
    return {
        "image": answer.image,
        "status": "readable",
        "rows": rows,
        "columns": columns,
        "mammogram": mammogram_document(answer.mammogram),
        "limitations": limitation_list(answer.mammogram.limitations),
    }
