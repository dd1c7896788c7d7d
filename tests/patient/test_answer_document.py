"""The JSON of an answer: everything that it rests on, and whom to call."""

from datetime import date

import pytest

from calcsight.assembly import answerer
from calcsight.patient.answer_document import answer_document
from calcsight.patient.contact_words import contact_lines
from calcsight.terms.facility import ContactLine, Facility
from calcsight.terms.knowledge_base import Language, Passage
from calcsight.terms.patient_answer import AnswerKind, RedFlag
from calcsight.terms.reading import INTENDED_USE

DAY = date(2026, 11, 22)
CLINIC = Facility(
    name="Test clinic",
    contact=ContactLine(
        name="Nurse", phone="555 0100", hours={Language.ENGLISH: "weekdays", Language.SPANISH: ""}
    ),
    crisis_line=ContactLine(name="Line", phone="555 0199"),
    emergency_number="000",
)


def test_an_answer_has_its_words_verbatim_and_all_that_they_rest_on() -> None:
    answer = answerer().answer("how often are amorphous calcifications cancer")
    entry, text = answer.entry, answer.text
    document = answer_document(answer, Facility(), DAY)
    assert document["kind"] == "answer"
    assert document["entry"] == entry.id
    assert (document["title"], document["answer"]) == (text.title, text.short)
    assert document["longer"] == list(text.longer)
    assert document["next_step"] == text.next_step
    assert [one["id"] for one in document["sources"]] == [one.id for one in entry.sources]
    assert all(one["seen"] and one["grade_words"] for one in document["sources"])
    assert [one["id"] for one in document["claims"]] == [one.id for one in entry.claims]
    assert document["claims"]
    facts = ("population", "stage", "horizon", "source", "date", "interval", "verdict")
    assert all(claim[fact] for claim in document["claims"] for fact in facts)
    assert document["reviewed"] == dict.fromkeys((one.value for one in Passage), False)
    assert document["knowledge_base"] == answerer().base.digest
    assert document["intended_use"] == INTENDED_USE


def test_it_is_stale_after_the_months_of_the_base() -> None:
    answer = answerer().answer("why six months?")
    assert not answer_document(answer, Facility(), DAY)["stale"]
    assert answer_document(answer, Facility(), date(2031, 1, 1))["stale"]


def test_a_refusal_has_the_closest_topics_and_a_red_flag_its_kind() -> None:
    personal = answer_document(answerer().answer("should I have the biopsy"), Facility(), DAY)
    assert personal["kind"] == "personal"
    assert 1 <= len(personal["closest"]) <= 3
    assert personal["red_flag"] is None
    despair = answer_document(answerer().answer("quiero morir"), CLINIC, DAY)
    assert (despair["kind"], despair["red_flag"]) == ("red_flag", "despair")
    assert "555 0199" in despair["contact"][0]
    assert despair["closest"] == []
    symptom = answer_document(answerer().answer("my nipple leaks blood"), CLINIC, DAY)
    assert (symptom["kind"], symptom["red_flag"]) == ("red_flag", "symptom")
    assert 1 <= len(symptom["closest"]) <= 3


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("flag", [None, *RedFlag])
def test_no_number_is_said_that_nobody_configured(flag: RedFlag | None, language: Language) -> None:
    kind = AnswerKind.RED_FLAG if flag else AnswerKind.ANSWER
    lines = contact_lines(kind, flag, Facility(), language)
    assert lines
    assert not any(letter.isdigit() for line in lines for letter in line)


def test_the_most_needed_comes_first_with_its_hours() -> None:
    symptom = contact_lines(AnswerKind.RED_FLAG, RedFlag.SYMPTOM, CLINIC, Language.ENGLISH)
    assert symptom == ("Call today: Nurse, 555 0100 (weekdays)", "In an emergency call 000.")
    despair = contact_lines(AnswerKind.RED_FLAG, RedFlag.DESPAIR, CLINIC, Language.SPANISH)
    assert [line.partition(":")[0] for line in despair] == [
        "Llame ahora",
        "En una emergencia llame al 000.",
        "Llame hoy",
    ]
    usual = contact_lines(AnswerKind.ANSWER, None, CLINIC, Language.ENGLISH)
    assert usual == ("To call: Nurse, 555 0100 (weekdays)",)
