"""`calcsight ask`: a question of a woman, answered from the knowledge base or kindly refused."""

import sys
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from calcsight.cli.console import tell
from calcsight.cli.options import AsJson, a_path, a_word
from calcsight.cli.timeline_options import the_day
from calcsight.patient.citing import CiteForm, cite
from calcsight.terms.errors import UsageError
from calcsight.terms.facility import Facility
from calcsight.terms.knowledge_base import Language
from calcsight.terms.patient_answer import AnswerKind, PatientAnswer

if TYPE_CHECKING:
    from calcsight.patient.answering import Answerer

# More than any question has; the rest of a stream is not waited for.
_MOST_BYTES = 1_000_000
_WIDTH = 80


Question = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="QUESTION...",
        show_default=False,
        help='The question, in English or Spanish; "-" reads it from standard input, so '
        "that it does not stand in the history of the shell.",
    ),
]
LanguageChoice = Annotated[
    Language | None,
    typer.Option(
        "--lang",
        show_default=False,
        help="The language of the answer (default: that of the question).",
    ),
]
FacilityFile = Annotated[
    Path | None,
    typer.Option(
        "--facility",
        parser=a_path,
        metavar="FILE.toml",
        show_default=False,
        help="Profile of the clinic: whom to call.",
    ),
]
EntryId = Annotated[
    str | None,
    typer.Option(
        "--entry",
        metavar="ID",
        show_default=False,
        help="Print this entry; no question is asked.",
    ),
]
StaleDay = Annotated[
    str | None,
    typer.Option(
        "--on",
        parser=a_word,
        metavar="YYYY-MM-DD",
        show_default=False,
        help="The day on which an answer may be out of date (default: today).",
    ),
]
Citation = Annotated[
    CiteForm | None,
    typer.Option("--cite", show_default=False, help="Print how the entry is cited, instead of it."),
]


def ask(
    question: Question = None,
    *,
    language: LanguageChoice = None,
    facility: FacilityFile = None,
    entry: EntryId = None,
    topics: Annotated[
        bool, typer.Option("--topics", help="List the ids and titles of all entries.")
    ] = False,
    citation: Citation = None,
    on: StaleDay = None,
    as_json: AsJson = False,
) -> int:
    """Answer a question on breast calcifications, from a sourced knowledge base, word for word.

    Nothing of the question is stored. It is no advice for one person.
    """
    from calcsight.assembly import answerer  # noqa: PLC0415 - help must not wait

    day = the_day(on)
    clinic = _facility(facility)
    _refuse_two_questions(question, entry, topics)
    if topics:
        _tell_topics(answerer(), language or Language.ENGLISH, as_json)
        return 0
    if entry is not None:
        answer = _as_answer(answerer(), entry, language or Language.ENGLISH)
    else:
        answer = answerer().answer(_asked(question or []), language)
    if citation is not None and answer.kind is AnswerKind.ANSWER:
        tell(cite(answer.entry, answer.language, citation, day).rstrip())
    else:
        _tell_answer(answer, clinic, day, as_json)
    return 0


def _tell_answer(answer: PatientAnswer, clinic: Facility, day: date, as_json: bool) -> None:
    """Print an answer."""
    if as_json:
        from calcsight.patient.answer_document import answer_document  # noqa: PLC0415
        from calcsight.reports.json_text import json_text  # noqa: PLC0415

        tell(json_text(answer_document(answer, clinic, day)).rstrip())
    else:
        from calcsight.patient.answer_text import answer_lines  # noqa: PLC0415

        tell("\n".join(answer_lines(answer, clinic, day)))


def _refuse_two_questions(question: list[str] | None, entry: str | None, topics: bool) -> None:
    """Refuse a call that asks for nothing, or for two things."""
    if bool(question) + (entry is not None) + topics != 1:
        raise UsageError(
            "no question, or more than one thing asked for",
            "a question in quotation marks, or --entry ID, or --topics",
        )


def _asked(words: list[str]) -> str:
    """Return the question; it is in no message, whatever it holds."""
    if words != ["-"]:
        return " ".join(words)
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise UsageError("standard input is closed", "a question on standard input")
    return bytes(stream.read(_MOST_BYTES)).decode("utf-8", "replace")


def _facility(path: Path | None) -> Facility:
    """Return the profile of the clinic, or the empty one."""
    if path is None:
        return Facility()
    from calcsight.patient.facility_file import facility_from  # noqa: PLC0415

    return facility_from(path)


def _as_answer(answerer: "Answerer", entry_id: str, language: Language) -> PatientAnswer:
    """Return one entry as an answer."""
    found = answerer.entry(entry_id)
    return PatientAnswer(kind=AnswerKind.ANSWER, language=language, entry=found, closest=())


def _tell_topics(answerer: "Answerer", language: Language, as_json: bool) -> None:
    """List every entry."""
    entries = answerer.base.entries.values()
    if as_json:
        from calcsight.reports.json_text import json_text  # noqa: PLC0415
        from calcsight.terms.reading import INTENDED_USE  # noqa: PLC0415

        listed = [{"entry": one.id, "title": one.texts[language].title} for one in entries]
        document = {
            "document": "calcsight.topics",
            "intended_use": INTENDED_USE,
            "language": language.value,
            "knowledge_base": answerer.base.digest,
            "topics": listed,
        }
        tell(json_text(document).rstrip())
        return
    width = max(len(one.id) for one in entries) + 2
    for one in entries:
        titles = wrap(one.texts[language].title, _WIDTH - width)
        ids = (one.id, *[""] * len(titles[1:]))
        tell("\n".join(f"{id_:<{width}}{title}" for id_, title in zip(ids, titles, strict=True)))
