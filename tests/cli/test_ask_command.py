"""`calcsight ask`: an answer of any kind, as text or JSON; the question is in no message."""

import io
import json
import logging
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

Command = Callable[..., Any]
SECRET = "Xanthippe Quibbleworth"


def test_an_answer_is_printed_in_lines_of_eighty_with_what_it_rests_on(
    calcsight_command: Command,
) -> None:
    said = calcsight_command("ask", "why six months?", "--on", "2026-11-22")
    assert said.status == 0
    lines = said.out.splitlines()
    assert max(len(one) for one in lines if "://" not in one) <= 80
    for part in ("Next step", "Whom to call", "What this rests on", "seen: ", "grade "):
        assert part in said.out
    assert "No clinician has reviewed this yet." in said.out
    assert "Not for diagnosis" in said.out


def test_an_answer_in_spanish_is_spanish_but_for_the_sources(calcsight_command: Command) -> None:
    said = calcsight_command("ask", "--entry", "why-six-months", "--lang", "es").out
    for part in (
        "En qué se basa (títulos y datos en inglés)",
        "grado S: se conoce por otro texto que la cita",
        "Ningún profesional de la salud lo ha revisado todavía. Escrito el ",
        "noviembre de 2026.",
        "Esta guía es para la investigación",
    ):
        assert part in said
    for part in ("known only through", "Not for diagnosis", "Written on"):
        assert part not in said


def test_a_source_names_its_author_once_and_ends_once(calcsight_command: Command) -> None:
    said = calcsight_command("ask", "--entry", "why-six-months").out
    assert "Berg et al. Radiology, 2020." in said
    assert "American College of Radiology. American College" not in " ".join(said.split())


def test_no_topic_is_listed_twice_below_an_answer(calcsight_command: Command) -> None:
    said = calcsight_command("ask", "why six months?").out
    told = [one for one in said.splitlines() if "calcsight ask --entry" in one]
    assert told
    assert len(told) == len(set(told))


def test_words_without_quotation_marks_are_one_question(calcsight_command: Command) -> None:
    apart = calcsight_command("ask", "why", "six", "months", "--json")
    together = calcsight_command("ask", "why six months", "--json")
    assert apart.out == together.out
    assert json.loads(apart.out)["entry"] == "why-six-months"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("why six months?", "answer"),
        ("my nipple is leaking", "red_flag"),
        ("should I have the biopsy", "personal"),
        ("what causes kidney stones", "out_of_scope"),
        ("¿me opero?", "personal"),
        ("how is the weather near the house of", "out_of_scope"),
        ("\x1b[2J' \" * ( ; -- ^ paint the fence of", "out_of_scope"),
        ("🙂 football with", "out_of_scope"),
    ],
)
def test_any_kind_ends_with_status_0_and_never_repeats_the_question(
    calcsight_command: Command, caplog: pytest.LogCaptureFixture, question: str, kind: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        said = calcsight_command("ask", f"{question} {SECRET}", "--json")
    assert said.status == 0
    assert json.loads(said.out)["kind"] == kind
    assert "Quibbleworth" not in said.out + said.err + caplog.text


def test_a_question_can_come_from_standard_input(
    calcsight_command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = io.BytesIO("¿por qué seis meses?".encode() + b"\xff")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=typed))
    said = calcsight_command("ask", "-", "--json")
    document = json.loads(said.out)
    assert (document["entry"], document["language"]) == ("why-six-months", "es")


def test_a_megabyte_is_answered(
    calcsight_command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = io.BytesIO(b"what are calcifications " * 50_000)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=typed))
    assert calcsight_command("ask", "-", "--json").status == 0


def test_a_closed_standard_input_is_refused(
    calcsight_command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    said = calcsight_command("ask", "-")
    assert (said.status, said.out) == (2, "")


@pytest.mark.parametrize(
    "words", [[f"--{SECRET}"], [f"-{SECRET}"], ["why", "--lang", SECRET], [f"--{SECRET}=why"]]
)
def test_a_question_with_a_dash_is_refused_without_repeating_it(
    calcsight_command: Command, words: list[str]
) -> None:
    said = calcsight_command("ask", *words)
    assert (said.status, said.out) == (2, "")
    assert not any(one in said.err for one in SECRET.split())
    assert "behind --" in said.err


def test_a_question_behind_two_dashes_is_answered(calcsight_command: Command) -> None:
    said = calcsight_command("ask", "--json", "--", "--why six months?")
    assert json.loads(said.out)["entry"] == "why-six-months"


def test_a_red_flag_has_the_call_before_anything_else(
    calcsight_command: Command, tmp_path: Path
) -> None:
    clinic = tmp_path / "clinic.toml"
    clinic.write_text(
        'name = "Test clinic"\nemergency_number = "000"\n'
        '[contact]\nname = "Breast nurse"\nphone = "555 0100"\n'
        '[crisis_line]\nname = "Listening line"\nphone = "555 0199"\n',
        encoding="utf-8",
    )
    symptom = calcsight_command("ask", "I found a lump", "--facility", clinic).out
    assert symptom.index("555 0100") < symptom.index("000.") < symptom.index("Next step")
    despair = calcsight_command("ask", "ya no quiero vivir", "--facility", clinic).out
    assert despair.index("555 0199") < despair.index("555 0100")
    assert despair.startswith("No tiene que pasar por esto sin ayuda")


def test_topics_and_entries_can_be_asked_for(calcsight_command: Command) -> None:
    lines = calcsight_command("ask", "--topics").out.splitlines()
    assert max(map(len, lines)) <= 80
    listed = [one for one in lines if not one.startswith(" ")]
    assert len(listed) >= 45
    topics = json.loads(calcsight_command("ask", "--topics", "--lang", "es", "--json").out)
    assert len(topics["topics"]) == len(listed)
    document = json.loads(calcsight_command("ask", "--entry", "men", "--json").out)
    assert (document["kind"], document["entry"]) == ("answer", "men")


@pytest.mark.parametrize("form", ["text", "bibtex", "ris"])
def test_an_entry_can_be_cited_and_a_refusal_cannot(calcsight_command: Command, form: str) -> None:
    said = calcsight_command("ask", "--entry", "men", "--cite", form, "--on", "2026-11-22")
    assert said.status == 0
    assert "calcsight" in said.out.lower()
    refused = calcsight_command("ask", "do I have cancer", "--cite", form)
    assert "This is a question for you and your doctor" in refused.out


def test_an_old_answer_says_so(calcsight_command: Command) -> None:
    assert "may be out of date" in calcsight_command("ask", "men", "--on", "2031-01-01").out
    fresh = calcsight_command("ask", "men", "--on", "2026-11-23")
    assert "may be out of date" not in fresh.out


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["a question", "--topics"],
        ["--entry", "men", "--topics"],
        ["a question", "--entry", "men"],
    ],
)
def test_nothing_or_two_things_asked_for_is_refused(
    calcsight_command: Command, words: list[str]
) -> None:
    said = calcsight_command("ask", *words)
    assert said.status == 2
    assert "a question" not in said.err.replace("a question in quotation marks", "")


def test_an_unknown_entry_is_refused_without_repeating_it(calcsight_command: Command) -> None:
    said = calcsight_command("ask", "--entry", SECRET)
    assert said.status == 2
    assert "Quibbleworth" not in said.err
