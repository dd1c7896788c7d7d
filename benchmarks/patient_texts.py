"""Every string that is shown to women: entries, replies, glossary, letters, contacts, the page."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calcsight.knowledge.claims import load_claims
from calcsight.patient.contact_words import contact_lines
from calcsight.patient.filling import filled
from calcsight.patient.knowledge_files import load_knowledge_base
from calcsight.terms.facility import Facility
from calcsight.terms.knowledge_base import EntryText, KnowledgeEntry, Language
from calcsight.terms.patient_answer import AnswerKind, RedFlag

LETTERS = Path(__file__).parents[1] / "src" / "calcsight" / "patient" / "letters"
PAGE = LETTERS.parents[1] / "web" / "wording.toml"
# What stands for a date, a name or a number that a letter takes from a record.
_STAND_IN = {Language.ENGLISH: "March", Language.SPANISH: "marzo"}
_FIELD = re.compile(r"\{(?!claim:)[^{}]*\}")
_NO_TEXTS = frozenset({"title", "name", "question", "words"})


@dataclass(frozen=True, kw_only=True)
class ShownText:
    """One string as it is read.

    Parameters
    ----------
    place : str
        "entries/should-i-worry", "replies/personal", "glossary/biopsy", "letters/benign",
        "contact/symptom", "page".
    passage : str
        "title", "name", "question", "short", "longer 2", "next_step", "meaning"; of a letter the
        part, of the page the key.
    language : Language
    text : str
    """

    place: str
    passage: str
    language: Language
    text: str

    @property
    def is_measured(self) -> bool:
        """Whether its readability counts: a title, a name or a label of a few words has none."""
        if self.place == "page" and not self.text.endswith((".", "?")):
            return False
        return self.passage not in _NO_TEXTS and " " in self.text.strip()


def shown_texts(letters: Path = LETTERS) -> tuple[ShownText, ...]:
    """Return every string, entries first."""
    base = load_knowledge_base()
    found: list[ShownText] = []
    for folder, group in (("entries", base.entries), ("replies", base.replies)):
        for entry in group.values():
            found += entry_texts(f"{folder}/{entry.id}", entry)
    for term in base.glossary:
        found += (
            ShownText(
                place=f"glossary/{term.id}", passage="meaning", language=language, text=meaning
            )
            for language, meaning in term.meanings.items()
        )
    return (*found, *letter_texts(letters), *contact_texts(), *page_texts())


def entry_texts(place: str, entry: KnowledgeEntry) -> Iterator[ShownText]:
    """Yield the strings of an entry, its longer answer by paragraphs."""
    for language, text in entry.texts.items():
        for passage, said in _passages(text):
            yield ShownText(place=place, passage=passage, language=language, text=said)


def letter_texts(folder: Path) -> Iterator[ShownText]:
    """Yield the texts of the letters' files: the sentences of a part as one, as they are read."""
    claims, _ = load_claims()
    for path in sorted(folder.glob("*.toml")):
        document = tomllib.loads(path.read_text("utf-8"))
        for language in Language:
            for part, value in document.get(language.value, {}).items():
                said = " ".join(" ".join(_strings(value)).split())
                yield ShownText(
                    place=f"letters/{path.stem}",
                    passage=part,
                    language=language,
                    text=filled(_FIELD.sub(_STAND_IN[language], said), claims, language),
                )


def contact_texts() -> Iterator[ShownText]:
    """Yield whom to call where no clinic is configured, of every kind of answer."""
    flags: list[tuple[AnswerKind, RedFlag | None]] = [(AnswerKind.RED_FLAG, one) for one in RedFlag]
    others = [(one, None) for one in AnswerKind if one is not AnswerKind.RED_FLAG]
    for kind, red_flag in (*flags, *others):
        for language in Language:
            lines = contact_lines(kind, red_flag, Facility(), language)
            yield ShownText(
                place=f"contact/{red_flag or kind}",
                passage="lines",
                language=language,
                text=" ".join(lines),
            )


def page_texts(path: Path = PAGE) -> Iterator[ShownText]:
    """Yield what the page says around the answers, key by key."""
    document = tomllib.loads(path.read_text("utf-8"))
    for language in Language:
        for key, value in document[language.value].items():
            for said in _strings(value):
                text = said.replace("{}", _STAND_IN[language])
                yield ShownText(place="page", passage=key, language=language, text=text)


def _passages(text: EntryText) -> Iterator[tuple[str, str]]:
    """Yield what is read, by its name."""
    yield "title", text.title
    yield from (("name", one) for one in text.names)
    yield from (("question", one) for one in text.questions)
    yield "short", text.short
    yield from ((f"longer {number}", one) for number, one in enumerate(text.longer, 1))
    yield "next_step", text.next_step


def _strings(value: Any) -> Iterator[str]:
    """Yield the strings of a part, less when each is used and which entry one quotes."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in {"when", "entry", "passage"}:
                yield from _strings(inner)
