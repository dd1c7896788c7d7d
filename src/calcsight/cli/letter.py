"""`calcsight letter`: a letter to the woman concerned, from a person's final record."""

import hashlib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcsight.cli.console import tell, tell_line
from calcsight.cli.options import a_path, a_word
from calcsight.cli.timeline_options import (
    FollowUpFile,
    OverwriteFile,
    a_day,
    follow_up_settings,
    refuse_taken,
    the_day,
)
from calcsight.terms.errors import UsageError
from calcsight.terms.knowledge_base import Language

if TYPE_CHECKING:
    from calcsight.terms.facility import Facility
    from calcsight.terms.final_record import FinalRecord
    from calcsight.terms.letter import Letter


def _print_example(asked: bool) -> None:
    """Print a clinic's profile with every key, and end."""
    if asked:
        text = files("calcsight.patient").joinpath("facility_example.toml").read_text("utf-8")
        tell(text.rstrip())
        raise typer.Exit


FinalFile = Annotated[
    Path,
    typer.Argument(
        parser=a_path,
        metavar="FINAL.json",
        show_default=False,
        help="A final record, as a person made it.",
    ),
]
LanguageWord = Annotated[
    Language, typer.Option("--lang", show_default=False, help="The language of the letter.")
]
LetterFile = Annotated[
    Path,
    typer.Option(
        "--out",
        parser=a_path,
        metavar="LETTER.pdf|html|txt",
        show_default=False,
        help="The letter; its ending says in which form.",
    ),
]
FacilityFile = Annotated[
    Path | None,
    typer.Option(
        "--facility",
        parser=a_path,
        metavar="FILE.toml",
        show_default=False,
        help="The clinic's profile; without one the letter is a sample.",
    ),
]
LetterDay = Annotated[
    str | None,
    typer.Option(
        "--on",
        parser=a_word,
        metavar="YYYY-MM-DD",
        show_default=False,
        help="The day that the letter bears (default: today).",
    ),
]
ConversationDay = Annotated[
    str | None,
    typer.Option(
        "--conversation-on",
        parser=a_word,
        metavar="YYYY-MM-DD",
        show_default=False,
        help="When a malignant result was talked over with her: no letter tells it first.",
    ),
]
TraceFile = Annotated[
    Path | None,
    typer.Option(
        "--trace",
        parser=a_path,
        metavar="TRACE.json",
        show_default=False,
        help="Where every sentence of the letter comes from.",
    ),
]
ExampleFacility = Annotated[
    bool,
    typer.Option(
        "--example-facility",
        help="Print a clinic's profile: every key, with a word on each.",
        is_eager=True,
        callback=_print_example,
    ),
]


def letter(
    final: FinalFile,
    *,
    lang: LanguageWord,
    out: LetterFile,
    facility: FacilityFile = None,
    on: LetterDay = None,
    conversation_on: ConversationDay = None,
    trace: TraceFile = None,
    settings: FollowUpFile = None,
    overwrite: OverwriteFile = False,
    example_facility: ExampleFacility = False,
) -> int:
    """Write the letter to the woman concerned that a person's final record calls for."""
    from calcsight.knowledge.guidance import shipped_scheme  # noqa: PLC0415 - help must not wait
    from calcsight.patient.facility_file import facility_from  # noqa: PLC0415
    from calcsight.patient.letter import letter_for  # noqa: PLC0415
    from calcsight.patient.letter_trace import letter_trace  # noqa: PLC0415
    from calcsight.reports.json_text import json_text  # noqa: PLC0415
    from calcsight.safe_writing import write_bytes, write_text  # noqa: PLC0415
    from calcsight.terms.facility import Facility  # noqa: PLC0415
    from calcsight.terms.follow_up import FollowUpSettings  # noqa: PLC0415
    from calcsight.terms.letter import LetterOrder  # noqa: PLC0415

    del example_facility
    _refuse_other_form(out)
    refuse_taken([out, trace], [one for one in (final, facility, settings) if one], overwrite)
    record, digest = _record(final)
    clinic = facility_from(facility) if facility else Facility()
    made = letter_for(
        record,
        shipped_scheme(record.scheme, record.scheme_version),
        clinic,
        LetterOrder(
            language=lang,
            on=the_day(on),
            conversation_on=a_day(conversation_on, "--conversation-on")
            if conversation_on
            else None,
            settings=follow_up_settings(settings) or FollowUpSettings(),
            final_digest=digest,
        ),
    )
    content = _bytes(made, out)
    if trace:
        write_text(trace, json_text(letter_trace(made)))
    write_bytes(out, content)  # Last: no letter lies there without the trace that was asked for.
    tell_line(f"{out}: a letter of the kind {made.kind}{_why_sample(made, clinic)}")
    return 0


def _why_sample(letter: "Letter", clinic: "Facility") -> str:
    """Say that a letter is a sample, and why."""
    if not letter.is_sample:
        return ""
    if clinic.has_adopted:
        return f", a sample: its text was written after the adoption of {clinic.adopted_on}"
    return ", a sample: no clinic has adopted it"


def _record(path: Path) -> "tuple[FinalRecord, str]":
    """Return a record with the SHA-256 of the very bytes that it was read from."""
    from calcsight.reports.document_file import bytes_of, json_of, named  # noqa: PLC0415
    from calcsight.reports.final_file import FINAL_FORM, final_of  # noqa: PLC0415

    with named(path):
        data = bytes_of(path, FINAL_FORM)
        return final_of(json_of(data, FINAL_FORM)), hashlib.sha256(data).hexdigest()


def _refuse_other_form(out: Path) -> None:
    """Refuse an ending that names no form, before anything is made."""
    if out.suffix.lower() not in {".pdf", ".html", ".txt"}:
        raise UsageError(
            f"--out with the ending {out.suffix[:20]!r}", "a name that ends in .pdf, .html or .txt"
        )


def _bytes(letter: "Letter", out: Path) -> bytes:
    """Return the letter in the form that the ending names."""
    from calcsight.patient.letter_page import letter_page  # noqa: PLC0415
    from calcsight.patient.letter_pdf import letter_pdf  # noqa: PLC0415
    from calcsight.patient.letter_text import letter_text  # noqa: PLC0415

    if out.suffix.lower() == ".pdf":
        return letter_pdf(letter)
    text = letter_page(letter) if out.suffix.lower() == ".html" else letter_text(letter)
    return text.encode()
