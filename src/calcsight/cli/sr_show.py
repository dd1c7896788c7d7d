"""`calcsight sr show`: what reports of computers say, and their marks drawn over an image."""

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from calcsight.cli.console import complain, one_line, tell
from calcsight.cli.exit_status import STATUS_OF, ExitStatus, status_of_run
from calcsight.cli.options import AsJson, a_path
from calcsight.cli.timeline_options import OverwriteFile, refuse_taken
from calcsight.terms.errors import CalcsightError, UsageError
from calcsight.terms.reading import INTENDED_USE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calcsight.terms.cad_report import CadReport

_WIDTH = 110
ReportFiles = Annotated[
    list[Path],
    typer.Argument(
        parser=a_path,
        metavar="FILE...",
        show_default=False,
        help="DICOM reports: Mammography CAD of any maker, or measurements on images (TID 1500).",
    ),
]


def show(
    files: ReportFiles,
    image: Annotated[
        Path | None,
        typer.Option(
            "--image",
            parser=a_path,
            metavar="MG.dcm",
            show_default=False,
            help="Draw the marks over this image, one that the reports were made of.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            parser=a_path,
            metavar="OVERLAY.png",
            show_default=False,
            help="The picture that --image makes.",
        ),
    ] = None,
    overwrite: OverwriteFile = False,
    as_json: AsJson = False,
) -> int:
    """Show what CAD reports of any maker say: what was looked for, and what is marked where."""
    from calcsight.reports.cad_report_document import (  # noqa: PLC0415 - help must not wait
        cad_reports_document,
    )
    from calcsight.reports.json_text import json_text  # noqa: PLC0415

    if (image is None) != (out is None):
        raise UsageError("--image or --out alone", "both, or neither")
    refuse_taken([out], [*files, *([image] if image else [])], overwrite)
    read = read_reports(files)
    reports = [found for _, found in read if not isinstance(found, CalcsightError)]
    if image is not None and out is not None and reports:
        _draw(reports, image, out)
    if as_json:
        document = cad_reports_document([(str(path), found) for path, found in read])
        tell(json_text(document).rstrip())
    else:
        tell("\n".join(_lines(read)))
    return status_of_files(read)


def read_reports(
    files: "Sequence[Path]", stop: bool = False
) -> "list[tuple[Path, CadReport | CalcsightError]]":
    """Read every file, and name each that is refused on standard error.

    Parameters
    ----------
    files : sequence of Path
    stop : bool
        Raise the first refusal instead.
    """
    from calcsight.dicom.reports_in import cad_report_from  # noqa: PLC0415

    read: list[tuple[Path, CadReport | CalcsightError]] = []
    for path in files:
        try:
            read.append((path, cad_report_from(path)))
        except CalcsightError as error:
            if stop:
                found = f"{path}: {error.found}"
                raise type(error)(found, error.needed, error.advice) from None
            complain(f"{error.code}: {path}: {error}")
            read.append((path, error))
    return read


def status_of_files(read: "Sequence[tuple[Path, CadReport | CalcsightError]]") -> int:
    """Return the exit status: of one file alone that of its error."""
    errors = [found for _, found in read if isinstance(found, CalcsightError)]
    if len(read) == 1 and errors:
        return STATUS_OF[type(errors[0])]
    return ExitStatus(status_of_run(len(read) - len(errors), [one.code for one in errors]))


def _lines(read: "Sequence[tuple[Path, CadReport | CalcsightError]]") -> list[str]:
    """Write every report that was read."""
    from calcsight.reports.cad_report_wording import report_lines  # noqa: PLC0415

    lines: list[str] = []
    for path, found in read:
        if isinstance(found, CalcsightError):
            continue
        first, *rest = report_lines(found)
        lines.append(one_line(f"{path}: {first}"))
        lines += [line for said in rest for line in _wrapped(said)]
        lines.append("")
    return [*lines, *wrap(INTENDED_USE, _WIDTH)]


def _wrapped(said: str) -> list[str]:
    """Break a line; what belongs to it stands further in."""
    words = one_line(said.lstrip())
    indent = " " * (len(said) - len(said.lstrip()))
    return wrap(
        words,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}    ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def _draw(reports: "Sequence[CadReport]", image: Path, out: Path) -> None:
    """Draw the marks that reports make on one image."""
    from calcsight.assembly import load  # noqa: PLC0415
    from calcsight.pictures.report_overlay import report_overlay_png  # noqa: PLC0415
    from calcsight.safe_writing import write_bytes  # noqa: PLC0415
    from calcsight.terms.settings import Settings  # noqa: PLC0415

    write_bytes(out, report_overlay_png(load(image), reports, Settings()))
