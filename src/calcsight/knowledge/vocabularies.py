"""Vocabularies as nouns: every word that a reading may use, and no other."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from calcsight.analysis.group_shape import suspicion_rank
from calcsight.knowledge.entries import Entry
from calcsight.knowledge.filling import filled
from calcsight.knowledge.wording import letters_of, refuse_clearing
from calcsight.terms.claim import Claim
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import GuidanceError, VocabularyError
from calcsight.terms.morphology import Morphology
from calcsight.terms.vocabulary import Concern, Vocabulary, Word

_RANKS = {
    Concern.TYPICALLY_BENIGN: range(1),
    Concern.BENIGN_UNLESS: range(1, 2),
    Concern.SUSPICIOUS: range(2, 5),
}
# What a site's own words may raise and never lower.
_LEAST_CONCERN = {
    Morphology.ROUND_PUNCTATE: Concern.BENIGN_UNLESS,
    Morphology.AMORPHOUS: Concern.SUSPICIOUS,
    Morphology.COARSE_HETEROGENEOUS: Concern.SUSPICIOUS,
    Morphology.FINE_PLEOMORPHIC: Concern.SUSPICIOUS,
    Morphology.FINE_LINEAR_BRANCHING: Concern.SUSPICIOUS,
}


def parse_vocabulary(document: Mapping[str, Any], claims: Mapping[str, Claim]) -> Vocabulary:
    """Build a vocabulary from its file.

    Parameters
    ----------
    document : mapping
        `id`, `version`, `title`, a table `[morphology.CODE]` for every `Morphology` and
        `[distribution.CODE]` for every `Distribution`.
    claims : mapping of str to Claim
        The register, for the numbers in definitions.

    Raises
    ------
    VocabularyError
        When a word is missing, unknown, or ranked otherwise than the describer ranks it, or has a
        rank that its concern does not allow.
    GuidanceError
        When a shape is of less concern than it may be, two words have one name, or a text clears
        a woman or a view; on an unknown key, a missing field, an unknown claim.
    """
    refuse_clearing(document)
    entry = Entry(document)
    said = {"id": entry.file_id(), "version": entry.text("version"), "title": entry.name("title")}
    shapes, lies = entry.table("morphology"), entry.table("distribution")
    entry.done()
    _refuse_other_words("morphology", shapes, Morphology)
    _refuse_other_words("distribution", lies, Distribution)
    words = {word.code: word for word in (*_shapes(shapes, claims), *_lies(lies, claims))}
    _refuse_equal_names(words.values())
    return Vocabulary(**said, words=words)


def _refuse_other_words(place: str, table: Mapping[str, Any], known: Iterable[StrEnum]) -> None:
    """Refuse a table that lacks a word, or has one too many."""
    needed = [word.value for word in known]
    missing = [word for word in needed if word not in table]
    unknown = sorted(table.keys() - {*needed})
    if missing or unknown:
        found = [
            *(f"no {one}" for one in missing),
            *(f"the unknown {one[:60]!r}" for one in unknown),
        ]
        raise VocabularyError(f"[{place}] with {', '.join(found)}", f"each of: {', '.join(needed)}")


def _refuse_equal_names(words: Iterable[Word]) -> None:
    """Refuse two words that a reader could not tell apart."""
    names: dict[tuple[str, ...], str] = {}
    for word in words:
        other = names.setdefault(tuple(letters_of(word.name)), word.code)
        if other != word.code:
            raise GuidanceError(
                f"the name {word.name!r} of both {other} and {word.code}", "each name once"
            )


def _shapes(table: Mapping[str, Any], claims: Mapping[str, Claim]) -> Iterator[Word]:
    """Yield the words for shapes."""
    for code in Morphology:
        entry = Entry(table, "morphology")
        one = Entry(entry.table(code), f"morphology.{code}")
        concern, place = one.word("concern", Concern), one.count("suspicion_rank")
        least = _LEAST_CONCERN.get(code, Concern.TYPICALLY_BENIGN)
        if _RANKS[concern].start < _RANKS[least].start:
            raise one.refuse("concern", concern, f"at least {least}")
        if place not in _RANKS[concern]:
            allowed = _RANKS[concern]
            raise VocabularyError(
                f"morphology.{code}.suspicion_rank = {place}",
                f"{allowed[0]} to {allowed[-1]} for {concern}",
            )
        _refuse_another_order(code, place)
        yield _word(code, one, claims, concern, place)


def _refuse_another_order(code: Morphology, place: int | None) -> None:
    """Refuse a rank of the file's own: the worst shape of a group is found by the describer's."""
    if place != suspicion_rank(code):
        raise VocabularyError(
            f"morphology.{code}.suspicion_rank = {place}",
            f"{suspicion_rank(code)}, by which the most suspicious shape of a group is found",
            "a site may word and define shapes anew, and ranks them as they are",
        )


def _lies(table: Mapping[str, Any], claims: Mapping[str, Claim]) -> Iterator[Word]:
    """Yield the words for distributions."""
    for code in Distribution:
        one = Entry(Entry(table, "distribution").table(code), f"distribution.{code}")
        yield _word(code, one, claims, None, None)


def _word(
    code: StrEnum,
    entry: Entry,
    claims: Mapping[str, Claim],
    concern: Concern | None,
    place: int | None,
) -> Word:
    """Build one word."""
    word = Word(
        code=code.value,
        name=entry.name("name"),
        definition=filled(entry.text("definition"), claims),
        sources=entry.texts("sources"),
        concern=concern,
        suspicion_rank=place,
    )
    if not word.sources:
        raise entry.refuse("sources", [], "at least one source")
    entry.done()
    return word
