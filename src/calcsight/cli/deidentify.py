"""`calcsight deidentify`: DICOM mammograms without their patients."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcsight.cli.console import complain, progress, tell, tell_line
from calcsight.cli.exit_status import ExitStatus, status_of_run
from calcsight.cli.gathering import Said, gather
from calcsight.cli.options import AsJson, OutputFolder, Overwrite, Session, a_path
from calcsight.terms.errors import NoMammogramsError, UsageError
from calcsight.terms.reading import INTENDED_USE

if TYPE_CHECKING:
    from calcsight.batch.deidentified import Answer
    from calcsight.dicom.deidentifying_key import DeidentifyingKey

_NO_FLAGS = Said(None, None, None, None, None)

DicomInputs = Annotated[
    list[Path] | None,
    typer.Argument(
        parser=a_path,
        metavar="INPUT...",
        show_default=False,
        help="DICOM files, or folders with all below them.",
    ),
]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        parser=a_path,
        metavar="FILE",
        show_default=False,
        help="The secret that keeps pseudonyms, UIDs and days the same over runs; made where "
        "there is none. Without it a key is made for this run and thrown away.",
    ),
]
AcceptText = Annotated[
    bool,
    typer.Option(
        "--accept-text",
        help="Write pictures with lettering, too: you have looked, and it names nobody.",
    ),
]


def deidentify(
    context: typer.Context,
    *,
    inputs: DicomInputs = None,
    out: OutputFolder,
    key_file: KeyFile = None,
    accept_text: AcceptText = False,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> int:
    """Write DICOM mammograms without names, numbers and true dates; pixels stay bit for bit."""
    from calcsight.batch.deidentified import (  # noqa: PLC0415 - help must not wait
        Deidentification,
        list_document,
        prepare_deidentified_folder,
        write_list,
    )

    session: Session = context.obj
    if not inputs:
        raise UsageError("no input", "DICOM files, or folders that hold some")
    found = gather(inputs, None, _NO_FLAGS, out)
    if not found.inputs:
        raise NoMammogramsError(
            f"no file that could be a mammogram ({len(found.ignored)} others)",
            "DICOM files, or folders that hold some",
        )
    _refuse_key_in_output(key_file, out)
    prepare_deidentified_folder(out, overwrite)
    key = _key(key_file)
    with progress(len(found.inputs), "de-identifying", session.request) as advance:
        run = Deidentification(out, key, accept_text, session.debug)
        answers = run.run(found.inputs, advance)
    document = list_document(answers, len(found.ignored), key_file is not None)
    write_list(out, document)
    _tell_refused(answers)
    if as_json:
        from calcsight.reports.json_text import json_text  # noqa: PLC0415

        tell(json_text(document).rstrip())
    else:
        counts = document["counts"]
        tell_line(
            f"files written: {counts['written']} of {counts['inputs']} (patients: "
            f"{counts['patients']}); refused: {counts['refused']}; "
            f"list: {out / 'deidentified.json'}"
        )
        tell(INTENDED_USE)
    refused = [one["code"] for one in document["inputs"] if one["status"] == "refused"]
    return ExitStatus(status_of_run(len(answers) - len(refused), refused))


def _refuse_key_in_output(key_file: Path | None, out: Path) -> None:
    """Refuse a key beside the files: whoever gets both can find out who is who."""
    if key_file is not None and key_file.resolve().is_relative_to(out.resolve()):
        raise UsageError(
            "a key file inside the output folder",
            "a place that is not handed on with the files",
            "choose another place for --key-file",
        )


def _key(key_file: Path | None) -> "DeidentifyingKey":
    """Return the key, and say where it is kept, or that it is not."""
    from calcsight.batch.deidentified_key import key_in, key_of_one_run  # noqa: PLC0415

    if key_file is None:
        complain("a key for this run alone: no later run will give the same pseudonyms and UIDs")
        return key_of_one_run()
    key, made = key_in(key_file)
    if made:
        complain(f"a new key is in {key_file}: keep it secret, and apart from the files")
    return key


def _tell_refused(answers: "list[Answer]") -> None:
    """Name each refused input by the path that the user gave, on standard error alone."""
    from calcsight.reports.manifest import RefusedInput  # noqa: PLC0415

    for one in answers:
        if isinstance(one, RefusedInput):
            complain(f"{one.image} refused: {one.message}")
