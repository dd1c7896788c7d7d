"""The texts of letters from their data files: strict, so that no sentence is half filled.

::

    letters/KIND.toml      title and sentences of one kind
    letters/common.toml    what every letter says after its own sentences, and its headings
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from calcsight.knowledge.entries import Entry
from calcsight.knowledge.files import inside
from calcsight.patient.knowledge_files import load_knowledge_base, load_sources
from calcsight.patient.letter_items import (
    COMMON,
    Field,
    LetterLibrary,
    LetterTexts,
    TextItem,
    When,
    Word,
)
from calcsight.terms.errors import GuidanceError
from calcsight.terms.knowledge_base import KnowledgeSource, Language, Passage
from calcsight.terms.letter import LetterKind, LetterPart

_FIELD = re.compile(r"\{([a-z_]*)\}")
_END_OF_SENTENCE = re.compile(r"(?<=[.?!]) ")


@cache
def load_letter_texts() -> LetterLibrary:
    """Read the texts of every kind of letter.

    Raises
    ------
    GuidanceError
        Naming the file and the key, when one cannot be used.
    """
    folder = files("calcsight.patient").joinpath("letters")
    contents = {
        name: folder.joinpath(f"{name}.toml").read_bytes() for name in (*LetterKind, COMMON)
    }
    texts, words = {}, {}
    for name, content in contents.items():
        document = tomllib.loads(content.decode("utf-8"))
        texts[str(name)] = parsed_texts(str(name), document)
        if name == COMMON:
            words = {one: _words(document["words"][one.value], one) for one in Language}
    digest = hashlib.sha256(b"\0".join(contents.values())).hexdigest()
    return LetterLibrary(
        texts=MappingProxyType(texts), words=MappingProxyType(words), digest=digest
    )


def parsed_texts(name: str, document: Mapping[str, Any]) -> LetterTexts:
    """Build the texts of one file.

    Parameters
    ----------
    name : str
        Of the file, without its suffix.
    document : mapping
        As TOML gives it.

    Raises
    ------
    GuidanceError
        On an unknown key, source, field or condition; when one language has other items, or the
        same under other conditions, than another.
    """
    with inside(f"letters/{name}.toml"):
        top = Entry(document)
        titles, items = {}, {}
        for language in Language:
            said = Entry(top.table(language.value), language.value)
            titles[language] = said.text("title") if name != COMMON else ""
            items[language] = tuple(_items(said))
            said.done()
        if name == COMMON:
            top.table("words")
        shapes = {
            tuple((one.part, one.number, one.when, one.entry, one.passage) for one in found)
            for found in items.values()
        }
        if len(shapes) > 1:
            raise GuidanceError("items that differ between languages", "the same in each")
        made = LetterTexts(
            name=name,
            author=top.text("author"),
            written_on=top.day("written_on"),
            sources=tuple(_source(one) for one in top.texts("sources")),
            titles=MappingProxyType(titles),
            items=MappingProxyType(items),
        )
        top.done()
        return made


def sentences_of(text: str) -> tuple[str, ...]:
    """Return the sentences of a text, each with its mark."""
    return tuple(_END_OF_SENTENCE.split(text))


def fields_in(sentence: str) -> tuple[Field, ...]:
    """Return the fields that are filled into a sentence, each once."""
    return tuple(dict.fromkeys(Field(match[1]) for match in _FIELD.finditer(sentence)))


def _items(said: Entry) -> Iterator[TextItem]:
    """Yield the items of one language, by parts in their order."""
    for part in LetterPart:
        for number, table in enumerate(said.tables(part.value), 1):
            item = Entry(table, f"{said.place(part.value)}.{number}")
            entry = item.text("entry", "")
            passage = item.word("passage", Passage) if entry else Passage.SHORT
            _refuse_unknown_entry(item, entry)
            text = "" if entry else item.text("text")
            when = item.texts("when")
            item.done()
            _refuse_unknown(item, text, when)
            yield TextItem(
                part=part,
                number=number,
                when=when,
                sentences=sentences_of(text) if text else (),
                entry=entry,
                passage=passage,
            )


def _refuse_unknown(item: Entry, text: str, when: tuple[str, ...]) -> None:
    """Refuse a field or a condition that there is not, and a brace that is left over."""
    for match in _FIELD.finditer(text):
        if match[1] not in tuple(Field):
            raise item.refuse("text", match[0], f"one of: {', '.join(Field)}")
    if {"{", "}"} & set(_FIELD.sub("", text)):
        raise item.refuse("text", text, "no brace but those of a field")
    for one in when:
        if one.removeprefix("no_") not in tuple(When):
            raise item.refuse("when", one, f"one of: {', '.join(When)}, or no_ before it")


def _refuse_unknown_entry(item: Entry, entry: str) -> None:
    """Refuse to quote what the knowledge base does not have."""
    if entry and entry not in load_knowledge_base().entries:
        raise item.refuse("entry", entry, "the id of an entry of the knowledge base")


def _source(source_id: str) -> KnowledgeSource:
    """Return a source by its id."""
    found = load_sources().get(source_id)
    if found is None:
        raise GuidanceError(f"sources names {source_id!r}", "the id of a source in sources.toml")
    return found


def _words(table: Mapping[str, Any], language: Language) -> Mapping[str, str]:
    """Return the headings and words of one language."""
    with inside(f"letters/{COMMON}.toml"):
        entry = Entry(table, f"words.{language.value}")
        found = {one: entry.text(one) for one in (*map(str, LetterPart), *map(str, Word))}
        entry.done()
        return MappingProxyType(found)
