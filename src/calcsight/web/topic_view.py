"""One topic as its page shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from calcsight.knowledge.claims import load_claims
from calcsight.patient.citing import CiteForm, cite, review_note
from calcsight.patient.days import day_in_words
from calcsight.terms.claim import Claim
from calcsight.terms.knowledge_base import (
    EntryText,
    GlossaryTerm,
    KnowledgeEntry,
    KnowledgeSource,
    Language,
)
from calcsight.web.chapters import Chapter, chapters
from calcsight.web.desk import Desk
from calcsight.web.marking import Passage, WordMarker

# The key of its name, the value, and whether the value is in English whatever the page is in.
Fact = tuple[str, str, bool]
_SOURCE_FACTS = ("author", "publisher", "published", "address", "accessed", "seen")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source with the facts that are known of it."""

    title: str
    publisher: str
    published: str
    address: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """A number with its five facts, and what else must be known to repeat it.

    Parameters
    ----------
    summary : str
        What it is of, how much, and who says so.
    facts : tuple of Fact
    conflicts : tuple of pairs of str
        Numbers that say otherwise, in the same way, and how each is used.
    """

    summary: str
    facts: tuple[Fact, ...]
    conflicts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicView:
    """What the page of a topic shows."""

    entry: KnowledgeEntry
    text: EntryText
    chapter: Chapter | None
    short: Passage
    longer: tuple[Passage, ...]
    next_step: Passage
    words: tuple[GlossaryTerm, ...]
    claims: tuple[ClaimView, ...]
    sources: tuple[SourceView, ...]
    related: tuple[KnowledgeEntry, ...]
    review_note: str
    written_on: str
    is_stale: bool
    citation: str


def topic_view(
    desk: Desk,
    entry: KnowledgeEntry,
    language: Language,
    marker: WordMarker,
    words: Mapping[str, Any],
) -> TopicView:
    """Return what the page of a topic shows.

    Parameters
    ----------
    desk : Desk
    entry : KnowledgeEntry
    language : Language
    marker : WordMarker
        Of that language.
    words : mapping
        The words of the pages in that language.
    """
    text, on = entry.texts[language], desk.today()
    marked = marker.marked((text.short, *text.longer, text.next_step))
    short, *longer, next_step = marked.passages
    return TopicView(
        entry=entry,
        text=text,
        chapter=_chapter_of(desk, entry, language),
        short=short,
        longer=tuple(longer),
        next_step=next_step,
        words=marked.terms,
        claims=tuple(_claim(one, words) for one in entry.claims),
        sources=tuple(_source(one, words, desk) for one in entry.sources),
        related=tuple(desk.base.entries[one] for one in entry.related),
        review_note=review_note(entry, language),
        written_on=day_in_words(entry.written_on, language),
        is_stale=entry.is_stale(language, on, desk.base.stale_after_months),
        citation=cite(entry, language, CiteForm.TEXT, on).strip(),
    )


def _chapter_of(desk: Desk, entry: KnowledgeEntry, language: Language) -> Chapter | None:
    """Return the chapter that an entry stands in; a reply stands in none."""
    return next((one for one in chapters(desk.base, language) if entry in one.entries), None)


def _source(source: KnowledgeSource, words: Mapping[str, Any], desk: Desk) -> SourceView:
    """Return a source with its facts."""
    return SourceView(
        title=source.title,
        publisher=source.publisher,
        published=source.published,
        address=source.address,
        facts=tuple(_source_facts(source, words, desk)),
    )


def _source_facts(source: KnowledgeSource, words: Mapping[str, Any], desk: Desk) -> Iterator[Fact]:
    """Yield what is known of a source; an edition, chapter or successor only where it has one."""
    for name in _SOURCE_FACTS:
        yield name, getattr(source, name), True
    yield "grade", words["grades"][source.grade.value], False
    for name in ("licence", "edition", "chapter"):
        if value := getattr(source, name):
            yield name, value, True
    if source.superseded_by:
        yield "superseded_by", desk.base.sources[source.superseded_by].title, True


def _claim(claim: Claim, words: Mapping[str, Any]) -> ClaimView:
    """Return a number with its facts, and the numbers that say otherwise."""
    register, _ = load_claims()
    others = (register[one] for one in claim.conflicts)
    verdicts = words["verdicts"]
    return ClaimView(
        summary=_summary(claim),
        facts=tuple(_claim_facts(claim, words)),
        conflicts=tuple((_summary(one), verdicts[one.verdict.value]) for one in others),
    )


def _claim_facts(claim: Claim, words: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the number, its five facts, and how far it can be trusted."""
    yield "number", _amount(claim), True
    for name in ("population", "stage", "horizon", "source", "date"):
        yield name, getattr(claim, name), True
    if claim.n is not None:
        yield "n", f"{claim.n:,}", True
    yield "interval", _interval(claim), True
    yield "grade", words["grades"][claim.grade.value], False
    yield "verdict", words["verdicts"][claim.verdict.value], False


def _summary(claim: Claim) -> str:
    """Say what a number is of, how much it is, and who says so."""
    return f"{claim.statement.rstrip('.')}: {_amount(claim)}. {claim.source}"


def _amount(claim: Claim) -> str:
    """Write value or range, with unit and counts."""
    value = "" if claim.value is None else f"{claim.value:,g}"
    if not value:
        value = f"{claim.low:,g} to {claim.high:,g}" if claim.low is not None else "–"
    counts = ""
    if claim.numerator is not None and claim.denominator is not None:
        counts = f" ({claim.numerator:,} of {claim.denominator:,})"
    return f"{value} {claim.unit}{counts}"


def _interval(claim: Claim) -> str:
    """Write the bounds, and what they are."""
    if claim.low is None or claim.high is None or claim.value is None:
        return claim.interval
    return f"{claim.low:g} to {claim.high:g} {claim.unit} ({claim.interval})"
