"""The knowledge base from its data files: strict, so that nothing unsourced is ever said.

::

    entries/ID.toml     one topic, in every language
    replies/ID.toml     what is said where no answer may be given, made as entries are
    sources.toml        every source that an entry may name
    glossary.toml       technical words in plain ones
    reviews.toml        which strings a clinician has read, by the digest of each
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from calcsight.knowledge.claims import load_claims
from calcsight.knowledge.entries import Entry
from calcsight.knowledge.files import inside
from calcsight.patient.filling import claims_in, filled
from calcsight.terms.claim import Claim, Grade
from calcsight.terms.errors import GuidanceError
from calcsight.terms.knowledge_base import (
    EntryText,
    GlossaryTerm,
    KnowledgeBase,
    KnowledgeEntry,
    KnowledgeSource,
    Language,
    Passage,
    PassageReview,
    passage_digest,
)

_STALE_AFTER = "our-choice.stale-after"
# By entry, language and string.
_Reviews = Mapping[tuple[str, Language, Passage], PassageReview]


@cache
def load_knowledge_base() -> KnowledgeBase:
    """Read every entry, reply, source, review and word that ships.

    Raises
    ------
    GuidanceError
        Naming the file and the key, when one cannot be used; when an entry names a source, a
        claim or an entry that there is not; when its only support is of grade D.
    """
    claims, content = load_claims()
    contents = [content]

    def read(name: str) -> Mapping[str, Any]:
        data = _folder().joinpath(name).read_bytes()
        contents.append(data)
        with inside(name):
            return _toml(data)

    with inside("sources.toml"):
        sources = {one.id: one for one in _sources(read("sources.toml"))}
        _refuse_missing_successors(sources)
    with inside("reviews.toml"):
        reviews = dict(_reviews(read("reviews.toml")))
    made = {
        folder: {
            name: parsed_entry(name, read(f"{folder}/{name}.toml"), claims, sources, reviews)
            for name in _names(folder)
        }
        for folder in ("entries", "replies")
    }
    with inside("glossary.toml"):
        glossary = tuple(_glossary(read("glossary.toml")))
    _refuse_missing_relatives(made["entries"], made["replies"], glossary)
    return KnowledgeBase(
        entries=MappingProxyType(made["entries"]),
        replies=MappingProxyType(made["replies"]),
        sources=MappingProxyType(sources),
        glossary=glossary,
        digest=hashlib.sha256(b"\0".join(contents)).hexdigest(),
        stale_after_months=int(claims[_STALE_AFTER].value or 0),
    )


@cache
def load_sources() -> Mapping[str, KnowledgeSource]:
    """Read every source that a text for women may name, by id.

    Raises
    ------
    GuidanceError
    """
    with inside("sources.toml"):
        document = _toml(_folder().joinpath("sources.toml").read_bytes())
        return MappingProxyType({one.id: one for one in _sources(document)})


def parsed_entry(
    name: str,
    document: Mapping[str, Any],
    claims: Mapping[str, Claim],
    sources: Mapping[str, KnowledgeSource],
    reviews: _Reviews,
) -> KnowledgeEntry:
    """Build one entry from its file.

    Parameters
    ----------
    name : str
        Of the file, without its suffix.
    document : mapping
        As TOML gives it.
    claims : mapping
        The register.
    sources : mapping
        By id.
    reviews : mapping
        By entry, language and passage; those of other words than the entry now has are passed
        over.

    Raises
    ------
    GuidanceError
    """
    with inside(f"{name}.toml"):
        top = Entry(document)
        tables = {one: top.table(one.value) for one in Language}
        said = {one: Entry(table, one.value) for one, table in tables.items()}
        texts = {one: _text(entry, claims, one) for one, entry in said.items()}
        named = dict.fromkeys(
            claim
            for table in tables.values()
            for value in table.values()
            for text in ([value] if isinstance(value, str) else value)
            for claim in claims_in(text)
        )
        entry = KnowledgeEntry(
            id=top.file_id(),
            author=top.text("author"),
            written_on=top.day("written_on"),
            texts=MappingProxyType(texts),
            sources=_named_sources(top, sources),
            claims=tuple(claims[one] for one in named),
            related=top.texts("related"),
            reviews=MappingProxyType(dict(_reviews_of(name, texts, reviews))),
        )
        top.done()
        if entry.id != name:
            raise top.refuse("id", entry.id, f"the name of its file, {name!r}")
        return entry


def _text(entry: Entry, claims: Mapping[str, Claim], language: Language) -> EntryText:
    """Build the words of one language."""

    def said(text: str) -> str:
        return filled(text, claims, language)

    text = EntryText(
        title=entry.text("title"),
        names=entry.texts("names"),
        questions=entry.texts("questions"),
        short=said(entry.text("short")),
        longer=tuple(said(one) for one in entry.texts("longer")),
        next_step=said(entry.text("next_step")),
    )
    entry.done()
    return text


def _named_sources(
    top: Entry, sources: Mapping[str, KnowledgeSource]
) -> tuple[KnowledgeSource, ...]:
    """Return the sources that an entry names; one of grade D never stands alone."""
    ids = top.texts("sources")
    unknown = [one for one in ids if one not in sources]
    if unknown:
        raise top.refuse("sources", unknown[0], "the id of a source in sources.toml")
    found = tuple(sources[one] for one in ids)
    if all(one.grade is Grade.UNSIGNED for one in found):
        raise top.refuse("sources", list(ids), "at least one that is signed, not grade D alone")
    return found


def _reviews_of(
    name: str, texts: Mapping[Language, EntryText], reviews: _Reviews
) -> Iterator[tuple[tuple[Language, Passage], PassageReview]]:
    """Yield the reviews of the words that an entry has now."""
    for language, text in texts.items():
        for one in Passage:
            review = reviews.get((name, language, one))
            if review and review.digest == passage_digest(text.passage(one)):
                yield (language, one), review


def _sources(document: Mapping[str, Any]) -> Iterator[KnowledgeSource]:
    """Yield the sources of the file."""
    top = Entry(document)
    for number, table in enumerate(top.tables("source"), 1):
        entry = Entry(table, f"source {table.get('id', number)}")
        needed = "title author publisher address published accessed seen licence".split()
        yield KnowledgeSource(
            id=entry.file_id(),
            grade=entry.word("grade", Grade),
            **{one: entry.text(one) for one in needed},
            **{one: entry.text(one, "") for one in ("edition", "chapter", "superseded_by")},
        )
        entry.done()
    top.done()


def _refuse_missing_successors(sources: Mapping[str, KnowledgeSource]) -> None:
    """Refuse a source that names another in its place that there is not."""
    for one in sources.values():
        if one.superseded_by and one.superseded_by not in sources:
            raise GuidanceError(
                f"{one.id}.superseded_by is {one.superseded_by!r}", "another source's id"
            )


def _reviews(
    document: Mapping[str, Any],
) -> Iterator[tuple[tuple[str, Language, Passage], PassageReview]]:
    """Yield the reviews of the file."""
    top = Entry(document)
    for number, table in enumerate(top.tables("review"), 1):
        entry = Entry(table, f"review {number}")
        key = (
            entry.text("entry"),
            entry.word("language", Language),
            entry.word("passage", Passage),
        )
        yield (
            key,
            PassageReview(
                reviewer=entry.name("reviewer"), on=entry.day("on"), digest=entry.text("digest")
            ),
        )
        entry.done()
    top.done()


def _glossary(document: Mapping[str, Any]) -> Iterator[GlossaryTerm]:
    """Yield the terms of the glossary."""
    top = Entry(document)
    for number, table in enumerate(top.tables("term"), 1):
        entry = Entry(table, f"term {table.get('id', number)}")
        term_id, more = entry.file_id(), entry.text("entry", "")
        words, meanings = {}, {}
        for language in Language:
            inner = Entry(entry.table(language.value), f"{term_id}.{language.value}")
            words[language] = inner.texts("words")
            meanings[language] = inner.text("meaning")
            inner.done()
            if not words[language]:
                raise inner.refuse("words", [], "at least the word itself")
        entry.done()
        yield GlossaryTerm(id=term_id, words=words, meanings=meanings, entry=more)
    top.done()


def _refuse_missing_relatives(
    entries: Mapping[str, KnowledgeEntry],
    replies: Mapping[str, KnowledgeEntry],
    glossary: tuple[GlossaryTerm, ...],
) -> None:
    """Refuse a name of an entry that there is not, or of itself."""
    for entry in (*entries.values(), *replies.values()):
        for one in entry.related:
            if one not in entries or one == entry.id:
                raise GuidanceError(f"{entry.id}.related names {one!r}", "another entry's id")
    for term in glossary:
        if term.entry and term.entry not in entries:
            raise GuidanceError(f"the term {term.id} names {term.entry!r}", "an entry's id")


def _names(folder: str) -> list[str]:
    """Return the names of a folder's files in alphabetical order, without suffix."""
    found = [one.name for one in _folder().joinpath(folder).iterdir()]
    return sorted(one.removesuffix(".toml") for one in found if one.endswith(".toml"))


def _folder() -> Traversable:
    """Return where the files lie."""
    return files("calcsight.patient")


def _toml(content: bytes) -> Mapping[str, Any]:
    """Parse one file."""
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise GuidanceError(f"no TOML ({problem})", "a TOML file in UTF-8") from None
