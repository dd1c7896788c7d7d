"""`calcsight final check`: whether files hold a person's final record."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcsight.cli.console import complain, one_line, tell, tell_line
from calcsight.cli.exit_status import STATUS_OF, ExitStatus, status_of_run
from calcsight.cli.options import AsJson, a_path
from calcsight.terms.errors import CalcsightError
from calcsight.terms.reading import INTENDED_USE

if TYPE_CHECKING:
    from typing import Any

    from calcsight.terms.final_record import FinalRecord


def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            parser=a_path,
            metavar="FINAL.json...",
            show_default=False,
            help="Final records, as a person made them.",
        ),
    ],
    as_json: AsJson = False,
) -> int:
    """Say of each file whether it is a person's final record; or what it lacks, and where."""
    from calcsight.reports.final_file import final_from  # noqa: PLC0415 - help must not wait
    from calcsight.reports.json_text import json_text  # noqa: PLC0415

    answers: list[dict[str, Any]] = []
    errors: list[CalcsightError] = []
    for path in files:
        try:
            record = final_from(path)
        except CalcsightError as error:
            errors.append(error)
            answers.append(_refused(path, error))
            complain(f"{error.code}: {error}")
            continue
        notes = _notes(record)
        answers.append(
            {"file": str(path), "status": "complete", "notes": notes, "record": _shown(record)}
        )
        if not as_json:
            tell_line(f"{path}: complete: {_words(record)}")
            for note in notes:
                tell_line(f"  note: {note}")
    if as_json:
        tell(
            json_text(
                {
                    "document": "calcsight.final_check",
                    "intended_use": INTENDED_USE,
                    "files": answers,
                }
            ).rstrip()
        )
    if len(files) == 1 and errors:
        return STATUS_OF[type(errors[0])]
    return ExitStatus(status_of_run(len(files) - len(errors), [one.code for one in errors]))


def _refused(path: Path, error: CalcsightError) -> "dict[str, Any]":
    """Return a refusal as plain data."""
    return {
        "file": str(path),
        "status": "refused",
        "code": error.code,
        "found": error.found,
        "needed": error.needed,
        "to_do": error.advice,
    }


def _shown(record: "FinalRecord") -> "dict[str, Any]":
    """Return a record as plain data."""
    from calcsight.reports.final_document import final_document  # noqa: PLC0415

    return final_document(record)


def _notes(record: "FinalRecord") -> list[str]:
    """Return what a person should see again in a record that is complete."""
    from calcsight.knowledge.guidance import shipped_scheme  # noqa: PLC0415
    from calcsight.pathway.record_notes import notes_on  # noqa: PLC0415

    return list(notes_on(record, shipped_scheme(record.scheme, record.scheme_version)))


def _words(record: "FinalRecord") -> str:
    """Say in one line what a record says."""
    what = f"finding {record.finding_id}" if record.finding_id else f"exam {record.exam_uid}"
    said = [
        what if record.finding_id else f"{what}, no finding to follow",
        f"category {record.category} of {record.scheme} {record.scheme_version}",
        record.recommendation.text,
        f"by {record.reader_id} at {record.read_at.isoformat()}",
        f"biopsies: {len(record.biopsies)}",
    ]
    return one_line(", ".join(said))
