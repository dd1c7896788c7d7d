"""Many DICOM files without their patients, and a list of them that names nobody either."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calcsight.batch.finding import FoundInput
from calcsight.batch.folder import prepare_folder
from calcsight.batch.lettering_crops import (
    crops_folder,
    lettering_on,
    remove_crops,
    write_crops,
)
from calcsight.batch.refusal import as_refused
from calcsight.dicom.deidentifying import Deidentified, deidentified
from calcsight.dicom.deidentifying_kept import OPTIONS
from calcsight.dicom.deidentifying_key import DeidentifyingKey
from calcsight.dicom.loading import load_dicom
from calcsight.dicom.sniffing import looks_like_dicom
from calcsight.reports.json_text import json_text
from calcsight.reports.manifest import RefusedInput
from calcsight.safe_writing import write_bytes, write_text
from calcsight.terms.errors import (
    BurnedInTextError,
    ContradictionError,
    NotAnImageError,
    OutputError,
)
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.stated import Stated
from calcsight.terms.version import SOFTWARE

LIST_FILE = "deidentified.json"
LIST_NAME = "calcsight.deidentified"
# As `Deidentification` names them: pseudonym, study, instance.
_OWN_FILES = "P-*/2.25.*/2.25.*.dcm"
LIST_SCHEMA_VERSION = "1.0.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """One file of the output.

    Parameters
    ----------
    file : str
        PSEUDONYM/STUDY/INSTANCE.dcm below the output.
    pseudonym : str
    numbered : bool
        The patient's number was known; if not, the study stands for the patient.
    named : tuple of str
        Keywords of usual attributes that held a name and were removed.
    crops : tuple of str
        Of what looks like lettering and was accepted, in the folder of crops.
    """

    file: str
    pseudonym: str
    numbered: bool
    named: tuple[str, ...]
    crops: tuple[str, ...] = ()


Answer = WrittenFile | RefusedInput


class Deidentification:
    """One run into one folder.

    Parameters
    ----------
    output : Path
    key : DeidentifyingKey
    accept_text : bool
        Somebody says that no lettering in these pictures names a patient.
    debug : bool
        Let foreign errors through, with their traceback.
    """

    def __init__(self, output: Path, key: DeidentifyingKey, accept_text: bool, debug: bool) -> None:
        self._output, self._key, self._debug = output, key, debug
        self._accept_text = accept_text
        self._digests: dict[str, str] = {}

    def run(self, inputs: Sequence[FoundInput], watch: Callable[[], None]) -> list[Answer]:
        """Write every input that can be written; answers in the order of the inputs.

        Raises
        ------
        OutputError
            When the folder cannot be written.
        """
        answers: list[Answer] = []
        for one in inputs:
            try:
                answers.append(self._written(one))
            except Exception as problem:  # noqa: BLE001 - sorted in one place: `as_refused`
                answers.append(as_refused(one.image, problem, self._debug))
            watch()
        return answers

    def _written(self, one: FoundInput) -> WrittenFile:
        """Take the patient out of one file and write what is left."""
        if one.refusal is not None:
            raise one.refusal
        if not looks_like_dicom(one.path):
            raise NotAnImageError(
                "a file that is not DICOM",
                "DICOM files: only there it is known where a name stands",
                "leave it out; nothing of it was copied",
            )
        # What cannot be read as a mammogram is not passed on: nobody could say what is in it.
        mammogram = load_dicom(one.path, Stated())
        made = deidentified(one.path, self._key)
        crops = self._lettering(mammogram, made.sop_uid)
        file = f"{made.pseudonym}/{made.study_uid}/{made.sop_uid}.dcm"
        self._refuse_another_of_this_uid(made)
        _make_folder(self._output / file)
        write_bytes(self._output / file, made.data)
        return WrittenFile(
            file=file,
            pseudonym=made.pseudonym,
            numbered=made.numbered,
            named=made.named,
            crops=crops,
        )

    def _lettering(self, mammogram: Mammogram, name: str) -> tuple[str, ...]:
        """Write crops of what looks like lettering; refuse it unless it was accepted."""
        found = lettering_on(mammogram)
        folder = crops_folder(self._output)
        crops = write_crops(folder, name, mammogram, found) if found else ()
        stated = Limitation.BURNED_IN in mammogram.limitations
        if self._accept_text or not (found or stated):
            return crops
        places = f"what looks like lettering, in {len(found)} place{'s' * (len(found) != 1)}"
        said = "a header that says that text is burned in" if stated else ""
        raise BurnedInTextError(
            " and ".join(filter(None, (said, places if found or not stated else ""))),
            "pictures in which nobody is named, and somebody who has looked",
            f"look at {crops[0] if crops else 'the picture'}"
            f"{' and the next ones' if len(crops) > 1 else ''}"
            f"{f' in {folder}' if crops else ''}; then --accept-text, or leave the file out",
        )

    def _refuse_another_of_this_uid(self, made: Deidentified) -> None:
        digest = hashlib.sha256(made.data).hexdigest()
        if self._digests.setdefault(made.sop_uid, digest) != digest:
            raise ContradictionError(
                "a file whose instance UID another input has, with other content",
                "each UID for one content",
                "find out which of the two is right, and leave the other out",
            )


def prepare_deidentified_folder(folder: Path, overwrite: bool) -> None:
    """Make the folder; with `overwrite` remove what an earlier run, whole or not, wrote there.

    Raises
    ------
    OutputNotEmptyError, OutputError
    """
    if overwrite:
        remove_crops(crops_folder(folder))
        for path in folder.glob(_OWN_FILES):
            with suppress(OSError):
                path.unlink()
                # Folders of studies and patients go when they are empty.
                path.parent.rmdir()
                path.parent.parent.rmdir()
        with suppress(OSError):
            (folder / LIST_FILE).unlink()
    prepare_folder(folder, overwrite)


def list_document(answers: Sequence[Answer], ignored: int, key_kept: bool) -> dict[str, Any]:
    """Return what was done as plain data; inputs by their place in the run, since paths can name.

    Parameters
    ----------
    answers : sequence of WrittenFile or RefusedInput
    ignored : int
        Files in folders that are no images.
    key_kept : bool
        The key is in a file; without it no later run can be linked to this one.
    """
    written = [one for one in answers if isinstance(one, WrittenFile)]
    return {
        "document": LIST_NAME,
        "schema_version": LIST_SCHEMA_VERSION,
        "intended_use": INTENDED_USE,
        "software": SOFTWARE,
        "methods": [{"code": code, "meaning": meaning} for code, meaning in OPTIONS.items()],
        "key": "file" if key_kept else "this run alone",
        "counts": {
            "inputs": len(answers),
            "written": len(written),
            "refused": len(answers) - len(written),
            "ignored": ignored,
            "patients": len({one.pseudonym for one in written}),
        },
        "inputs": [_entry(number, one) for number, one in enumerate(answers, start=1)],
    }


def write_list(folder: Path, document: dict[str, Any]) -> None:
    """Write the list beside the files."""
    write_text(folder / LIST_FILE, json_text(document))


def _entry(number: int, one: Answer) -> dict[str, Any]:
    if isinstance(one, RefusedInput):
        return {"input": number, "status": "refused", "code": one.code}
    return {
        "input": number,
        "status": "written",
        "file": one.file,
        "pseudonym": one.pseudonym,
        "patient_number": "known" if one.numbered else "absent: its study stands for the patient",
        "removed_because_of_a_name": list(one.named),
        "lettering_accepted": list(one.crops),
    }


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise OutputError(
            f"a folder below the output could not be made ({problem.strerror})",
            "a folder that may be written and has room",
            "choose another folder with --out, or make room",
        ) from None
