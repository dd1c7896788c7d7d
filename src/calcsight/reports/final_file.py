"""A person's final record, taken from its file: strict, so that nothing is guessed."""

from pathlib import Path
from typing import Any

from calcsight.reports.document_file import DocumentForm, bytes_of, json_of, named, noun_in
from calcsight.reports.final_document import FINAL_NAME
from calcsight.reports.schemas import FINAL_SCHEMA_VERSION, SchemaName
from calcsight.terms.errors import FinalRecordError
from calcsight.terms.final_record import FinalRecord

FINAL_FORM = DocumentForm(
    name=FINAL_NAME,
    words="a person's final record",
    schema=SchemaName.FINAL,
    version=FINAL_SCHEMA_VERSION,
    most_bytes=1_000_000,
    refusal=FinalRecordError,
    advice="calcsight schema final prints the form; calcsight final check FILE says what is wrong",
)
# What a document says beside the record.


def final_from(path: Path) -> FinalRecord:
    """Return the record that a file holds.

    Raises
    ------
    UnreadableFileError
        When the file cannot be opened or read.
    FinalRecordError
        When it holds no such record; the message names the place within the file.
    """
    with named(path):
        return final_of(json_of(bytes_of(path, FINAL_FORM), FINAL_FORM))


def final_of(document: dict[str, Any]) -> FinalRecord:
    """Return the record of a parsed document; see `final_from`.

    Raises
    ------
    FinalRecordError
        When it is no final record.
    """
    return noun_in(document, FINAL_FORM, FinalRecord)
