"""What every text for women must pass, each gate as a list of complaints.

The words are looked at as they are shown, except where a number's origin counts: there as they
stand in their file, with the names of the claims.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.patient_texts import ShownText
from calcsight.knowledge.wording import DIGITS
from calcsight.patient.filling import claims_in
from calcsight.patient.plain_words import WordList, banned_in, unexplained_in, words_of_list
from calcsight.patient.readability import READING_LIMITS, reading_figure
from calcsight.terms.claim import Claim, Grade
from calcsight.terms.knowledge_base import (
    EntryText,
    GlossaryTerm,
    KnowledgeEntry,
    KnowledgeSource,
    Language,
    Passage,
)

PATIENT = Path(__file__).parents[2] / "src" / "calcsight" / "patient"
# Passages that state something; names and questions are the woman's own words.
SAID = (Passage.TITLE, Passage.SHORT, Passage.LONGER, Passage.NEXT_STEP)
NEEDED_QUESTIONS = 5

# --- numbers

_CODE = r"[0-6][ABC]?"
# Words that say a code, a date or a name, and no number of women, months or millimetres.
_NO_NUMBER = re.compile(
    r"\{claim:[^{}]*\}"
    rf"|\b(?:categor(?:y|ies|ía|ías)|BI-RADS|grades?|grados?|stages?|etapas?|estadios?) {_CODE}"
    rf"(?:(?:,| and| or| to| y| o| a) {_CODE})*(?!\w)"
    r"|\b4[ABC]\b|\b(?:19|20)\d\d\b(?! women| mujeres)|\bSHA-256\b|\b[1-9]\.ª? edition\b",
    re.IGNORECASE,
)
_ENGLISH = (
    "one two three four five six seven eight nine ten eleven twelve fifteen eighteen twenty thirty "
    "forty fifty sixty seventy eighty ninety hundred thousand dozen"
).split()
_SPANISH = (
    "un una uno dos tres cuatro cinco seis siete ocho nueve diez once doce quince dieciocho veinte "
    "treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento mil docena"
).split()
_COUNTED = {
    Language.ENGLISH: "mm|millimet\\w+|cm|centimet\\w+|weeks?|months?|percent|per cent|women|woman "
    "in|cancers|cases|biopsies|tumou?rs|in|out of|of every",
    Language.SPANISH: "mm|milímetros?|cm|centímetros?|semanas|mes|meses|por ciento|mujeres|"
    "cánceres|casos|biopsias|tumores|de cada|entre",
}
_SPELT = {
    Language.ENGLISH: re.compile(
        rf"\b(?:{'|'.join(_ENGLISH[1:])})[ -](?:days|years?)\b"
        rf"|\b(?:{'|'.join(_ENGLISH)})[ -](?:{_COUNTED[Language.ENGLISH]})\b(?! the| your| a| this)"
        r"|\b(?:half|thirds?|quarters?|fourths?|fifths?|tenths?) (?:of|a year)\b|\bhalf an? \w+"
        r"|\b(?:twice|thrice|double[sd]?|once a year|tenfold|twofold)\b",
        re.IGNORECASE,
    ),
    Language.SPANISH: re.compile(
        rf"\b(?:{'|'.join(_SPANISH[3:])}) (?:días|años)\b|\b(?:en|de|por) un año\b"
        rf"|\b(?:{'|'.join(_SPANISH)}) (?:{_COUNTED[Language.SPANISH]})\b"
        r"|\b(?:la mitad|(?:un|dos) tercios?|(?:una?|la) (?:tercera|cuarta|quinta|décima) parte"
        r"|un cuarto de|tres cuartos|medio año|media docena|el doble|el triple|una vez al año"
        r"|dos veces)\b",
        re.IGNORECASE,
    ),
}
_VALUES = {
    **{word: number for number, word in enumerate(_ENGLISH[:12], 1)},
    **{word: number for number, word in enumerate(_SPANISH[3:13], 2)},
}


def numbers_outside_claims(text: str, language: Language) -> list[str]:
    """Return the clinical numbers, in digits or words, that no placeholder of a claim holds."""
    rest = _NO_NUMBER.sub(" ", text)
    return [*DIGITS.findall(rest), *(match[0] for match in _SPELT[language].finditer(rest))]


def title_numbers_without_claim(
    title: str, language: Language, claims: Iterable[Claim]
) -> list[str]:
    """Return the numbers of a title that are no value of a claim of its entry.

    A title is searched and shown in lists, so it holds the number itself.
    """
    known = {value for one in claims for value in (one.value, one.low, one.high)} - {None}

    def value(said: str) -> float | None:
        first = re.split(r"[ -]", said.lower())[0].replace(",", ".")
        return float(first) if re.fullmatch(r"[\d.]+", first) else _VALUES.get(first)

    return [said for said in numbers_outside_claims(title, language) if value(said) not in known]


# --- words


def reading_faults(shown: ShownText) -> list[str]:
    """Complain of a text that is past the stop of its language."""
    if not shown.is_measured:
        return []
    figure, limit = reading_figure(shown.text, shown.language), READING_LIMITS[shown.language]
    if limit.passes_stop(figure):
        return []
    return [f"{shown.passage}: {figure:.1f}, the stop is {limit.stop:g}"]


def word_faults(text: EntryText, language: Language, topic: str) -> list[str]:
    """Complain of banned words, and of those that the answer does not explain."""
    answer = "\n\n".join((text.short, *text.longer, text.next_step))
    return banned_in(f"{text.title}\n\n{answer}", language, topic) + unexplained_in(
        answer, language
    )


def next_step_faults(text: EntryText, language: Language) -> list[str]:
    """Complain of a next step that names nobody to ask."""
    if words_of_list(text.next_step, language, WordList.ASKED):
        return []
    return ["next_step names nobody to ask"]


def refusal_faults(text: EntryText, language: Language, in_despair: bool) -> list[str]:
    """Complain of a refusal that names nobody to call; in despair, no line that always answers."""
    said = "\n\n".join((text.short, *text.longer, text.next_step))
    needed = WordList.CRISIS if in_despair else WordList.CONTACT
    return [] if words_of_list(said, language, needed) else [f"holds no {needed}"]


def missing_in_glossary(
    text: EntryText, language: Language, glossary: Iterable[GlossaryTerm]
) -> list[str]:
    """Complain of a technical word that no term of the glossary has as one of its forms."""
    known = {
        word
        for term in glossary
        for form in term.words[language]
        for word in (form.casefold(), *form.casefold().split())
    }
    said = "\n\n".join((text.title, text.short, *text.longer, text.next_step))
    found = (one.casefold() for one in words_of_list(said, language, WordList.TECHNICAL))
    return sorted({one for one in found if one not in known})


# --- claims


def more_than_half_faults(
    document: Mapping[str, Any], language: Language, claims: Mapping[str, Claim]
) -> list[str]:
    """Complain of "most" where no claim of the entry bounds cancer below half.

    Parameters
    ----------
    document : mapping
        An entry as its file has it.
    language : Language
    claims : mapping
        The register.
    """
    named = [claims[one] for one in claims_of(document, language, SAID) if one in claims]
    if any(_allows_most(one) for one in named):
        return []
    return [
        f"{word!r} ({passage}) without a claim that allows it"
        for passage in SAID
        for word in words_of_list(
            raw_passage(document, language, passage), language, WordList.SHARE
        )
    ]


def _allows_most(claim: Claim) -> bool:
    """Tell whether a claim is a share of cancers that lies under half with its whole interval."""
    speaks_of_cancer = re.search(r"cancer|malignan|DCIS", claim.statement, re.IGNORECASE)
    return bool(
        speaks_of_cancer
        and claim.unit == "%"
        and claim.high is not None
        and claim.high < 50
        and claim.may_be_repeated
    )


def claims_of(
    document: Mapping[str, Any], language: Language, passages: Iterable[Passage]
) -> set[str]:
    """Return the ids of the claims that passages state."""
    return {claim for one in passages for claim in claims_in(raw_passage(document, language, one))}


def unlike_claims(document: Mapping[str, Any]) -> list[str]:
    """Complain of passages that state other claims in one language than in the other."""
    found = []
    for passage in SAID:
        english, spanish = (claims_of(document, one, [passage]) for one in Language)
        if english != spanish:
            found.append(f"{passage}: {', '.join(sorted(english ^ spanish))} in one language alone")
    return found


# --- completeness


def completeness_faults(entry: KnowledgeEntry) -> list[str]:
    """Complain of what an entry lacks."""
    found = []
    for language, text in entry.texts.items():
        if len(set(text.questions)) < NEEDED_QUESTIONS:
            found.append(f"{language}: {len(set(text.questions))} questions")
        found += [
            f"{language}: no {one}"
            for one in ("title", "names", "short", "longer", "next_step")
            if not getattr(text, one)
        ]
    if len(set(entry.texts)) < len(Language):
        found.append("a language is missing")
    return found


def source_faults(sources: Iterable[KnowledgeSource]) -> list[str]:
    """Complain of sources of which something is not told, and of grade D standing alone."""
    sources = list(sources)
    needed = "title author publisher address published accessed seen licence".split()
    found = [
        f"{source.id}: no {one}"
        for source in sources
        for one in needed
        if not str(getattr(source, one)).strip()
    ]
    if all(one.grade is Grade.UNSIGNED for one in sources):
        found.append("no source but of grade D")
    return found


def superseded_faults(sources: Mapping[str, KnowledgeSource]) -> list[str]:
    """Complain of a source that was replaced by none that is listed."""
    return [
        f"{one.id}: superseded by {one.superseded_by!r}"
        for one in sources.values()
        if one.superseded_by and (one.superseded_by not in sources or one.superseded_by == one.id)
    ]


def date_faults(entry: KnowledgeEntry, last: date) -> list[str]:
    """Complain of a day of writing or of review after the last that can be."""
    days = [entry.written_on, *(one.on for one in entry.reviews.values())]
    return [f"{entry.id}: {one} lies ahead" for one in days if one > last]


def questions_asked_twice(entries: Iterable[KnowledgeEntry]) -> list[str]:
    """Complain of a question that stands in several entries, however it is marked or accented."""
    entries = list(entries)
    counts: Counter[tuple[Language, str]] = Counter()
    for entry in entries:
        for language, text in entry.texts.items():
            counts.update({(language, plain(one)) for one in (text.title, *text.questions)})
    return [f"{language}: {question}" for (language, question), n in counts.items() if n > 1]


def plain(text: str) -> str:
    """Write a question without case, accents and marks."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", re.sub(r"[\u0300-\u036f]", "", letters)))


# --- files


def raw_documents(folder: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the name and the content of each file of a folder of `patient`."""
    for path in sorted((PATIENT / folder).glob("*.toml")):
        yield path.stem, tomllib.loads(path.read_text(encoding="utf-8"))


def raw_passage(document: Mapping[str, Any], language: Language, passage: Passage) -> str:
    """Return a passage as its file has it; "" = it has none."""
    value = document.get(language.value, {}).get(passage.value, "")
    return value if isinstance(value, str) else "\n".join(value)


def raw_sources() -> dict[str, KnowledgeSource]:
    """Return every source that is listed."""
    document = tomllib.loads((PATIENT / "sources.toml").read_text(encoding="utf-8"))
    return {
        table["id"]: KnowledgeSource(**{**table, "grade": Grade(table["grade"])})
        for table in document["source"]
    }
