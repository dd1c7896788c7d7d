"""The letter that a final record calls for: sentences in a fixed order, each with its origin."""

from collections.abc import Iterable, Iterator

from calcsight.patient.knowledge_files import load_knowledge_base
from calcsight.patient.letter_facts import LetterFacts, facts_of
from calcsight.patient.letter_items import COMMON, LetterTexts, TextItem, When
from calcsight.patient.letter_kind import letter_kind
from calcsight.patient.letter_texts import fields_in, load_letter_texts, sentences_of
from calcsight.terms.errors import LetterRefused
from calcsight.terms.facility import Facility
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.guidance import Scheme
from calcsight.terms.knowledge_base import KnowledgeBase, KnowledgeEntry, Language
from calcsight.terms.letter import Letter, LetterOrder, LetterPart, LetterSentence

_NOT_STATED = "not stated"


def letter_for(
    record: FinalRecord, scheme: Scheme | None, facility: Facility, order: LetterOrder
) -> Letter:
    """Return the letter that a person's final record calls for.

    Parameters
    ----------
    record : FinalRecord
    scheme : Scheme or None
        The one that the record names; None = not known here: the kind of the letter is then told
        from the recommendation and the tissue alone.
    facility : Facility
        Unless it has adopted the letters, on or after the day on which their texts were last
        written, the letter is a sample.
    order : LetterOrder

    Raises
    ------
    LetterRefused
        When no letter may be made of this record, or none yet.
    """
    if facility.adopted_on is not None and facility.adopted_on > order.on:
        raise LetterRefused(
            f"a letter of {order.on} that the clinic adopts on {facility.adopted_on}",
            "a letter from that day on",
            "check --on and adopted.on of the clinic's profile",
        )
    kind = letter_kind(record, scheme, order)
    library, base = load_letter_texts(), load_knowledge_base()
    own, common = library.texts[kind], library.texts[COMMON]
    quoted = [base.entries[one] for one in (*own.quoted, *common.quoted)]
    texts: list[LetterTexts | KnowledgeEntry] = [own, common, *quoted]
    written_on = max(one.written_on for one in texts)
    facts = facts_of(record, scheme, facility, order, written_on)
    said = [
        *_said(own, facts, base, order.language),
        *_said(common, facts, base, order.language),
        *_density(facility, order.language),
        *_sources(texts),
    ]
    place = {part: number for number, part in enumerate(LetterPart)}
    return Letter(
        kind=kind,
        language=order.language,
        title=_filled(own.titles[order.language], facts),
        dated=order.on,
        sentences=tuple(sorted(said, key=lambda one: place[one.part])),
        is_sample=When.ADOPTED not in facts.holds,
        final_digest=order.final_digest,
        knowledge_digest=base.digest,
        texts_digest=library.digest,
        facility=facility.name,
    )


def _said(
    texts: LetterTexts, facts: LetterFacts, base: KnowledgeBase, language: Language
) -> Iterator[LetterSentence]:
    """Yield the sentences of one file whose conditions hold."""
    for item in texts.items[language]:
        if not facts.allows(item.when):
            continue
        if item.entry:
            yield from _quoted(item, base, language)
            continue
        for number, sentence in enumerate(item.sentences, 1):
            yield LetterSentence(
                part=item.part,
                text=_filled(sentence, facts),
                origin=f"template:{texts.name}.{item.part.value}.{item.number}.{number}",
                fields=facts.origins(fields_in(sentence)),
            )


def _quoted(item: TextItem, base: KnowledgeBase, language: Language) -> Iterator[LetterSentence]:
    """Yield the sentences of an entry, word for word."""
    text = base.entries[item.entry].texts[language].passage(item.passage)
    for sentence in sentences_of(text):
        yield LetterSentence(part=item.part, text=sentence, origin=f"entry:{item.entry}")


def _filled(sentence: str, facts: LetterFacts) -> str:
    """Fill the fields of a sentence, all at once: what is filled in is not looked into again."""
    return sentence.format_map({one.value: text for one, text in facts.values.items()})


def _density(facility: Facility, language: Language) -> Iterator[LetterSentence]:
    """Yield what the clinic's law or rules ask for, word for word."""
    if language in facility.density:
        yield LetterSentence(
            part=LetterPart.DENSITY,
            text=facility.density[language],
            origin="facility.density",
            fields=(f"facility.density.{language.value}",),
        )


def _sources(texts: Iterable[LetterTexts | KnowledgeEntry]) -> Iterator[LetterSentence]:
    """Yield what the letter rests on, each source once."""
    for one in dict.fromkeys(source for text in texts for source in text.sources):
        told = [part for part in (one.publisher, one.published) if part != _NOT_STATED]
        yield LetterSentence(
            part=LetterPart.SOURCES,
            text=". ".join([one.title, *([", ".join(told)] if told else [])]) + ".",
            origin=f"source:{one.id}",
        )
