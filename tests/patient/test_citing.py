"""How an entry is cited: its own facts, escaped, and nothing invented."""

import re
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest

from calcsight.patient.citing import CiteForm, cite, entry_digest
from calcsight.patient.days import day_in_words
from calcsight.patient.knowledge_files import load_knowledge_base
from calcsight.terms.knowledge_base import (
    KnowledgeEntry,
    Language,
    Passage,
    PassageReview,
    passage_digest,
)
from calcsight.terms.version import VERSION

ON = date(2027, 3, 1)
ENGLISH, SPANISH = Language.ENGLISH, Language.SPANISH


@pytest.fixture(scope="module")
def entry() -> KnowledgeEntry:
    return load_knowledge_base().entries["should-i-worry"]


def entitled(entry: KnowledgeEntry, title: str) -> KnowledgeEntry:
    texts = dict(entry.texts)
    texts[ENGLISH] = replace(texts[ENGLISH], title=title)
    return replace(entry, texts=MappingProxyType(texts))


def test_the_text_names_author_title_version_date_and_digest(entry: KnowledgeEntry) -> None:
    said = cite(entry, ENGLISH, CiteForm.TEXT, ON)
    assert said == (
        f"The calcsight authors. Should I worry about breast calcifications? calcsight {VERSION}, "
        f"entry should-i-worry (en), words {entry_digest(entry, ENGLISH)[:12]}. Written "
        f"{day_in_words(entry.written_on, ENGLISH)}. No clinician has reviewed this yet. "
        "Seen 1 March 2027.\n"
    )


def test_the_text_is_in_the_language_of_the_words(entry: KnowledgeEntry) -> None:
    said = cite(entry, SPANISH, CiteForm.TEXT, ON)
    assert "¿Debo preocuparme" in said
    assert "Visto el 1 de marzo de 2027." in said
    assert entry_digest(entry, SPANISH)[:12] in said
    assert entry_digest(entry, SPANISH) != entry_digest(entry, ENGLISH)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("form", CiteForm)
def test_nothing_is_invented(entry: KnowledgeEntry, language: Language, form: CiteForm) -> None:
    said = cite(entry, language, form, ON)
    assert said.endswith("\n")
    assert not re.search(r"doi|https?:|www\.|10\.\d{4}", said, re.IGNORECASE)
    assert entry.author in said
    assert str(entry.written_on.year) in said


def test_the_digest_changes_with_a_letter(entry: KnowledgeEntry) -> None:
    other = entitled(entry, "Another title")
    assert entry_digest(other, ENGLISH) != entry_digest(entry, ENGLISH)
    assert entry_digest(other, SPANISH) == entry_digest(entry, SPANISH)


def test_bibtex_is_one_record_with_balanced_braces(entry: KnowledgeEntry) -> None:
    said = cite(entry, ENGLISH, CiteForm.BIBTEX, ON)
    assert said.startswith("@misc{calcsight-should-i-worry-en,\n")
    assert "author       = {{The calcsight authors}}," in said
    assert "urldate      = {2027-03-01}," in said
    assert said.count("{") == said.count("}")


def test_bibtex_escapes_what_tex_takes_for_its_own(entry: KnowledgeEntry) -> None:
    said = cite(entitled(entry, "A {b} 5 % & $1 #2 c_d ~e ^f \\g"), ENGLISH, CiteForm.BIBTEX, ON)
    assert (
        r"{{A \{b\} 5 \% \& \$1 \#2 c\_d \textasciitilde{}e \textasciicircum{}f "
        r"\textbackslash{}g}}" in said
    )


def test_ris_has_its_line_ends_and_begins_and_ends_as_a_record(entry: KnowledgeEntry) -> None:
    said = cite(entry, SPANISH, CiteForm.RIS, ON)
    lines = said.split("\r\n")
    assert lines[0] == "TY  - GEN"
    assert lines[-2:] == ["ER  - ", ""]
    assert "\n" not in said.replace("\r\n", "")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])
    assert "DA  - " + entry.written_on.strftime("%Y/%m/%d") in lines


def test_a_title_cannot_end_a_record_of_ris(entry: KnowledgeEntry) -> None:
    said = cite(entitled(entry, "One\r\nER  - \r\nTY  - JOUR\u2028x"), ENGLISH, CiteForm.RIS, ON)
    assert said.count("\r\nER  - ") == 1
    assert "TI  - One ER - TY - JOUR x\r\n" in said


def test_a_review_is_named_once_every_string_was_read(entry: KnowledgeEntry) -> None:
    reviews = {
        (ENGLISH, one): PassageReview(
            reviewer="R. Reader, radiologist",
            on=date(2027, 1, 2),
            digest=passage_digest(entry.texts[ENGLISH].passage(one)),
        )
        for one in Passage
    }
    reviewed = replace(entry, reviews=MappingProxyType(reviews))
    said = cite(reviewed, ENGLISH, CiteForm.TEXT, ON)
    assert "Reviewed by R. Reader, radiologist on 2 January 2027." in said
    assert "todavía" in cite(reviewed, SPANISH, CiteForm.TEXT, ON)
    del reviews[ENGLISH, Passage.NAMES]
    partly = replace(entry, reviews=MappingProxyType(reviews))
    assert "No clinician has reviewed" in cite(partly, ENGLISH, CiteForm.TEXT, ON)
