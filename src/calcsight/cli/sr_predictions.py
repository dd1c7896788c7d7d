"""`calcsight sr predictions`: marks of CAD reports as predictions for `calcsight evaluate`."""

from pathlib import Path
from typing import Annotated

import typer

from calcsight.cli.console import complain, tell_line
from calcsight.cli.options import a_path
from calcsight.cli.sr_show import ReportFiles, read_reports
from calcsight.cli.timeline_options import OverwriteFile, refuse_taken
from calcsight.terms.errors import CalcsightError


def predictions(
    files: ReportFiles,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            parser=a_path,
            metavar="PREDICTIONS.json",
            show_default=False,
            help="The file that calcsight evaluate takes under --predictions.",
        ),
    ],
    images: Annotated[
        Path | None,
        typer.Option(
            "--images",
            parser=a_path,
            metavar="DIR",
            show_default=False,
            help="Folder of the images: views get the names of their files there "
            "(default: the images' UIDs).",
        ),
    ] = None,
    overwrite: OverwriteFile = False,
) -> int:
    """Write the marks of CAD reports as predictions, to be evaluated like any detector's."""
    from calcsight.dicom.reports_in.image_names import image_names  # noqa: PLC0415
    from calcsight.evaluation.predictions_cad import cad_predictions  # noqa: PLC0415
    from calcsight.evaluation.predictions_json import predictions_document  # noqa: PLC0415
    from calcsight.reports.json_text import json_text  # noqa: PLC0415
    from calcsight.safe_writing import write_text  # noqa: PLC0415

    refuse_taken([out], files, overwrite)
    read = read_reports(files, stop=True)
    names = image_names(images) if images is not None else {}
    made = cad_predictions([one for _, one in read if not isinstance(one, CalcsightError)], names)
    found = made.predictions
    write_text(out, json_text(predictions_document(found)))
    particles = sum(len(one.scores) for one in found.views)
    groups = sum(len(one.groups) for one in found.views)
    tell_line(f"{out}: views {len(found.views)}, particles {particles}, groups {groups}")
    tell_line(f"  {found.detector}")
    unnamed = sum(one.name not in names.values() for one in found.views) if images else 0
    if unnamed:
        complain(f"views without a file in {images}, named by UID: {unnamed}")
    for one in made.left_out:
        tell_line(f"  left out: {one}")
    return 0
