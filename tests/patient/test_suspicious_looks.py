"""What suspicious calcifications look like is never answered with the text on harmless ones."""

import re

import pytest

from calcsight.assembly import answerer
from calcsight.patient.knowledge_files import load_knowledge_base
from calcsight.patient.wrong_pairing import load_wrong_pairing
from calcsight.terms.knowledge_base import KnowledgeEntry, Language, Passage
from calcsight.terms.patient_answer import AnswerKind

SUSPICIOUS = "what-suspicious-calcifications-look-like"
# One source article answers the question with large round ones that hardly ever need a test.
HARMLESS_WORDS = {
    Language.ENGLISH: r"macro|harmless|benign|large round|rarely|seldom|no (?:more|further) test",
    Language.SPANISH: r"macro|no hacen daño|benign|grandes y redond|rara vez|casi nunca",
}
SHAPES = {
    Language.ENGLISH: ("amorphous", "coarse heterogeneous", "fine pleomorphic", "fine linear"),
    Language.SPANISH: ("amorfos", "gruesos heterogéneos", "finos pleomórficos", "lineales finos"),
}
HARMLESS_ENTRIES = (
    "benign-calcifications",
    "dystrophic-calcifications",
    "large-rod-like-calcifications",
    "micro-and-macrocalcifications",
    "milk-of-calcium",
    "popcorn-calcifications",
    "rim-calcifications",
    "skin-calcifications",
    "suture-calcifications",
    "what-are-breast-calcifications",
)
# Words of the wrong text are mixed into some: they must not draw it in.
ASKED_OTHERWISE = (
    "What is the look of calcium that is suspicious",
    "appearance of suspicious breast calcium",
    "describe suspicious microcalcifications",
    "how would you describe suspicious calcs",
    "what would a suspicious calcification look like on x-ray",
    "what shape do suspicious ones have",
    "how do suspisious calcifactions look",
    "do suspicious calcifications look like small white dots",
    "suspicious white dots on the mammogram, what do they look like",
    "are suspicious calcifications large and round?",
    "What do suspicious macrocalcifications look like?",
    "suspicious calcifications in women over 50",
    "¿qué forma tienen las sospechosas?",
    "¿cómo son los puntos sospechosos?",
    "¿cómo lucen unas calcificaciones sospechosas?",
    "aspecto de microcalcificaciones sospechosas",
    "como se ben las calsificaciones sospechosas",
    "puntos blancos sospechosos en la mamografía",
    "¿las calcificaciones sospechosas son grandes y redondas?",
    "macrocalcificaciones sospechosas cómo se ven",
)
SAID = (Passage.SHORT, Passage.LONGER, Passage.NEXT_STEP)
# Whoever names a harmless kind may be told of that kind.
NAMED = {
    "are popcorn calcifications suspicious": "popcorn-calcifications",
    "¿es sospechosa la leche de calcio?": "milk-of-calcium",
}
NAMES_NO_KIND = (
    "suspicious big round coarse benign harmless macrocalcifications",
    "are suspicious calcifications the harmless benign ones",
    "suspicious macrocalcifications that hardly ever need a test",
    "large suspicious macro calcification",
    "calcificaciones sospechosas benignas grandes",
    "macrocalcificaciones benignas sospechosas que no hacen daño",
    "what are calcifications, the suspicious ones",
)
ASKED = (Passage.TITLE, Passage.NAMES, Passage.QUESTIONS)


def words_of(entry: KnowledgeEntry, language: Language, passages: tuple[Passage, ...]) -> str:
    """Return the words of some passages, lower case."""
    return "\n".join(entry.texts[language].passage(one) for one in passages).lower()


@pytest.mark.parametrize("language", Language)
def test_its_entry_says_nothing_of_harmless_calcium(language: Language) -> None:
    said = words_of(load_knowledge_base().entries[SUSPICIOUS], language, SAID)
    assert not re.findall(HARMLESS_WORDS[language], said)


@pytest.mark.parametrize("language", Language)
def test_its_entry_names_every_such_shape_the_biopsy_and_the_word_itself(
    language: Language,
) -> None:
    said = words_of(load_knowledge_base().entries[SUSPICIOUS], language, SAID)
    assert all(shape in said for shape in SHAPES[language])
    assert "biops" in said
    word = "suspicious" if language is Language.ENGLISH else "sospechoso"
    assert said.startswith(f"“{word}”")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("harmless", HARMLESS_ENTRIES)
def test_no_entry_on_harmless_calcium_is_found_by_the_word(
    harmless: str, language: Language
) -> None:
    asked = words_of(load_knowledge_base().entries[harmless], language, ASKED)
    assert not re.findall("suspicious|sospechos", asked)


@pytest.mark.parametrize("question", ASKED_OTHERWISE)
def test_the_question_is_answered_by_its_own_entry(question: str) -> None:
    answer = answerer().answer(question)
    assert (answer.kind, answer.entry.id) == (AnswerKind.ANSWER, SUSPICIOUS)


@pytest.mark.parametrize("language", Language)
def test_every_way_to_ask_it_that_is_listed_is_answered_by_its_own_entry(
    language: Language,
) -> None:
    text = load_knowledge_base().entries[SUSPICIOUS].texts[language]
    served = {
        answerer().answer(question, language).entry.id
        for question in (text.title, *text.names, *text.questions)
    }
    assert served == {SUSPICIOUS}


@pytest.mark.parametrize("question", NAMES_NO_KIND)
def test_no_text_on_harmless_kinds_is_the_answer_however_near(question: str) -> None:
    answer = answerer().answer(question)
    assert answer.entry.id not in load_wrong_pairing().harmless


@pytest.mark.parametrize(("question", "entry"), NAMED.items())
def test_a_harmless_kind_that_is_named_is_answered(question: str, entry: str) -> None:
    assert answerer().answer(question).entry.id == entry


def test_what_is_barred_is_every_harmless_entry_and_only_by_that_word() -> None:
    pairing = load_wrong_pairing()
    assert set(pairing.harmless) == set(HARMLESS_ENTRIES)
    assert pairing.bars({"suspicious", "looks"}) == set(HARMLESS_ENTRIES)
    assert pairing.bars({"sospechosas"}) == set(HARMLESS_ENTRIES)
    assert pairing.bars({"what", "looks"}) == frozenset()
    assert "popcorn-calcifications" not in pairing.bars({"suspicious", "popcorn"})
    assert "micro-and-macrocalcifications" in pairing.bars({"suspicious", "macrocalcifications"})
    both = {"suspicious", "microcalcifications", "macrocalcifications"}
    assert "micro-and-macrocalcifications" not in pairing.bars(both)
