"""Pages of HTML: escaped, strict, and with the same frame."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from calcsight.patient.citing import review_note
from calcsight.patient.contact_words import contact_lines
from calcsight.patient.days import day_in_words
from calcsight.terms.knowledge_base import KnowledgeEntry, Language
from calcsight.terms.patient_answer import AnswerKind, PatientAnswer, RedFlag
from calcsight.terms.version import SOFTWARE
from calcsight.web.chapters import chapters
from calcsight.web.desk import QUESTION_LETTERS, Desk
from calcsight.web.marking import Passage, WordMarker, with_telephones
from calcsight.web.topic_view import topic_view
from calcsight.web.wording import page_words


class Pages:
    """Every page, made from the texts of a desk.

    Parameters
    ----------
    desk : Desk
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._environment = _environment(desk)
        self._markers = {one: WordMarker(desk.base.glossary, one) for one in Language}

    def home(self, language: Language) -> str:
        """Return the first page: the form, and the topics by chapter."""
        return self._filled(
            "home",
            language,
            title=page_words(language)["home_title"],
            here="ask",
            chapters=chapters(self._desk.base, language),
            contact_lines=self._contact(AnswerKind.ANSWER, None, language),
        )

    def topic(self, entry: KnowledgeEntry, language: Language) -> str:
        """Return the page of a topic."""
        return self._topic(entry, language, closest=())

    def answer(self, answer: PatientAnswer) -> str:
        """Return the page of an answer; the question is no part of it."""
        if answer.kind is AnswerKind.ANSWER:
            return self._topic(answer.entry, answer.language, answer.closest)
        is_urgent = answer.kind is AnswerKind.RED_FLAG
        return self._filled(
            "reply",
            answer.language,
            title=answer.text.title,
            text=answer.text,
            closest=answer.closest,
            is_urgent=is_urgent,
            is_despair=answer.red_flag is RedFlag.DESPAIR,
            is_personal=answer.kind is AnswerKind.PERSONAL,
            contact_lines=self._contact(answer.kind, answer.red_flag, answer.language),
            review_note=review_note(answer.entry, answer.language),
            written_on=day_in_words(answer.entry.written_on, answer.language),
        )

    def words(self, language: Language) -> str:
        """Return the glossary, in the order of the alphabet."""
        terms = sorted(self._desk.base.glossary, key=lambda one: _in_order(one.words[language][0]))
        title = page_words(language)["words_title"]
        return self._filled(
            "words", language, title=title, here="words", same_page="/words", terms=terms
        )

    def about(self, language: Language) -> str:
        """Return what this is, what is kept, and whom to call."""
        entries = self._desk.base.entries.values()
        return self._filled(
            "about",
            language,
            title=page_words(language)["about_title"],
            here="about",
            same_page="/about",
            facility=self._desk.facility,
            some_reviewed=any(one.is_reviewed(language) for one in entries),
            contact_lines=self._contact(AnswerKind.ANSWER, None, language),
        )

    def trouble(self, language: Language, trouble: str) -> str:
        """Return the page of something that went wrong.

        Parameters
        ----------
        language : Language
        trouble : str
            "not_found", "no_question", "too_long" or "failed".
        """
        title = page_words(language)[f"{trouble}_title"]
        return self._filled("trouble", language, title=title, trouble=trouble)

    def _topic(
        self, entry: KnowledgeEntry, language: Language, closest: Sequence[KnowledgeEntry]
    ) -> str:
        """Return the page of a topic, with those that came close where it is an answer."""
        view = topic_view(
            self._desk, entry, language, self._markers[language], page_words(language)
        )
        return self._filled(
            "topic",
            language,
            title=view.text.title,
            same_page=f"/topics/{entry.id}",
            view=view,
            closest=[one for one in closest if one not in view.related],
            contact_lines=self._contact(AnswerKind.ANSWER, None, language),
        )

    def _contact(
        self, kind: AnswerKind, flag: RedFlag | None, language: Language
    ) -> tuple[Passage, ...]:
        """Return whom to call, first who is needed most."""
        facility = self._desk.facility
        lines = contact_lines(kind, flag, facility, language)
        return tuple(with_telephones(one, facility) for one in lines)

    def _filled(self, name: str, language: Language, **content: Any) -> str:
        """Fill one template."""
        frame: Mapping[str, Any] = {"here": "", "same_page": "", "language": language}
        template = self._environment.get_template(f"{name}.html.j2")
        return str(template.render({**frame, "w": page_words(language), **content}))


def _in_order(word: str) -> str:
    """Return what a word is sorted by: an accent does not move it, a capital neither."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(one for one in letters if not unicodedata.combining(one))


@cache
def style_sheet() -> bytes:
    """Return the style sheet."""
    return files("calcsight.web").joinpath("style.css").read_bytes()


@cache
def icon() -> bytes:
    """Return the icon."""
    return files("calcsight.web").joinpath("icon.svg").read_bytes()


def _environment(desk: Desk) -> Environment:
    """Return the environment in which templates are filled."""
    environment = Environment(
        loader=PackageLoader("calcsight.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        base_digest=desk.base.digest,
        entries=desk.base.entries,
        languages=tuple(Language),
        question_letters=QUESTION_LETTERS,
        software=SOFTWARE,
        style_digest=hashlib.sha256(style_sheet()).hexdigest()[:8],
    )
    return environment
