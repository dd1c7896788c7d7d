"""Despair that is told softly is heard by rules, and answered for whoever writes."""

import pytest

from calcsight.assembly import answerer
from calcsight.terms.knowledge_base import Language
from calcsight.terms.patient_answer import RedFlag

SOFTLY = {
    Language.ENGLISH: (
        "It's fine. I've sorted who gets the dog. What does 4C mean?",
        "I'm scared of what I might do tonight if the phone does not ring",
        "Told my kids I loved them one last time. Is six months usual?",
        "the only thing keeping me here is my cat",
        "whats the quickest way out if it turns out malignant",
        "my dad has been giving away his tools since they found calcifications in mum",
        "It's my last message. Thanks for explaining microcalcifications.",
    ),
    Language.SPANISH: (
        "Ya arreglé mis papeles y escribí a mis hijos. ¿Qué quiere decir 4C?",
        "tengo miedo de lo que pueda hacerme esta noche",
        "Que Dios me recoja antes del resultado",
        "mi hija empezó a rasguñarse los brazos desde mi biopsia",
        "no merezco curarme",
        "kiero morirme",
        "sería lindo, no me veo: el río me llama",
    ),
}
NO_DESPAIR = (
    "does the biopsy gun make a loud noise",
    "¿Distrófica quiere decir tejido muerto?",
    "My doctor wrote a note for my employer about the biopsy",
    "I hope it is not cancer. What does amorphous mean?",
    "Do calcium tablets matter if I take all of them in the morning?",
)


@pytest.mark.parametrize(
    ("language", "question"), [(one, said) for one in Language for said in SOFTLY[one]]
)
def test_despair_told_softly_is_answered_as_despair(language: Language, question: str) -> None:
    answer = answerer().answer(question)
    assert answer.red_flag is RedFlag.DESPAIR
    assert answer.language is language
    assert answerer().rule_signs(question)["rule_red_flag"]


@pytest.mark.parametrize("question", NO_DESPAIR)
def test_no_rule_hears_despair_where_there_is_none(question: str) -> None:
    assert not answerer().rule_signs(question)["rule_red_flag"]


def test_a_band_like_a_rope_is_a_symptom() -> None:
    answer = answerer().answer("a rope-like thickening from the breast to the armpit, new")
    assert answer.red_flag is RedFlag.SYMPTOM


@pytest.mark.parametrize(
    ("language", "words"), [(Language.ENGLISH, "someone else"), (Language.SPANISH, "otra persona")]
)
def test_who_writes_about_another_is_told_to_stay_with_them(language: Language, words: str) -> None:
    text = answerer().base.replies["despair"].texts[language]
    assert any(words in passage for passage in text.longer)
    assert "sola" not in text.title.split()
