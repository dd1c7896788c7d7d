"""The JSON interface: its documents, against the description that it publishes."""

from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from tests.web.asking import (
    CLINIC,
    DESPAIR,
    IN_SCOPE,
    OUT_OF_SCOPE,
    PERSONAL,
    RED_FLAG,
    TODAY,
    Browser,
    browser,
    desk,
)

from calcsight.patient.answer_document import answer_document
from calcsight.terms.errors import error_classes
from calcsight.terms.knowledge_base import Language
from calcsight.web.desk import QUESTION_LETTERS

LONG = {"question": "Zyx" * QUESTION_LETTERS}
KINDS = {
    "answer": IN_SCOPE,
    "personal": PERSONAL,
    "out_of_scope": OUT_OF_SCOPE,
}


@pytest.fixture(scope="module")
def api() -> Browser:
    return browser()


@pytest.fixture(scope="module")
def description(api: Browser) -> Mapping[str, Any]:
    document: dict[str, Any] = api.get("/api/openapi.json").json()
    return document


def fits(
    document: Any, description: Mapping[str, Any], path: str, method: str, status: int
) -> None:
    answers = description["paths"][path][method]["responses"]
    schema = answers[str(status)]["content"]["application/json"]["schema"]
    jsonschema.validate(document, {**schema, "components": description["components"]})


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", KINDS)
def test_a_question_is_answered_as_the_command_answers_it(
    api: Browser, description: Mapping[str, Any], language: Language, kind: str
) -> None:
    question = f"{KINDS[kind][language]} Zyx."
    answer = api.request(
        "POST", "/api/ask", json={"question": question, "language": language.value}
    )
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    fits(document, description, "/api/ask", "post", 200)
    of = desk().answerer.answer(question, language)
    assert document == answer_document(of, CLINIC, TODAY, desk().base)
    assert document["kind"] == kind
    assert "Zyx" not in answer.text


@pytest.mark.parametrize(("flag", "questions"), [("symptom", RED_FLAG), ("despair", DESPAIR)])
def test_a_red_flag_holds_whom_to_call_first(
    api: Browser, flag: str, questions: Mapping[Language, str]
) -> None:
    question = {"question": questions[Language.ENGLISH]}
    document = api.request("POST", "/api/ask", json=question).json()
    assert (document["kind"], document["red_flag"]) == ("red_flag", flag)
    assert ("+00 555 0199" in document["contact"][0]) == (flag == "despair")


def test_the_language_is_told_from_the_question_where_it_is_left_out(api: Browser) -> None:
    question = {"question": IN_SCOPE[Language.SPANISH]}
    assert api.request("POST", "/api/ask", json=question).json()["language"] == "es"


def test_the_description_tells_every_error(description: Mapping[str, Any]) -> None:
    trouble = {"$ref": "#/components/schemas/Trouble"}
    for methods in description["paths"].values():
        for one in methods.values():
            for status, answer in one["responses"].items():
                schema = answer["content"]["application/json"]["schema"]
                assert (schema == trouble) == (status != "200")
            assert {"422", "default"} <= set(one["responses"])


@pytest.mark.parametrize("language", Language)
def test_every_topic_is_listed_once_and_can_be_read(
    api: Browser, description: Mapping[str, Any], language: Language
) -> None:
    listed = api.get(f"/api/topics?lang={language.value}").json()
    fits(listed, description, "/api/topics", "get", 200)
    names = [one["entry"] for chapter in listed["chapters"] for one in chapter["topics"]]
    assert sorted(names) == sorted(desk().base.entries)
    for name in names[:5]:
        document = api.get(f"/api/topics/{name}?lang={language.value}").json()
        fits(document, description, "/api/topics/{entry_id}", "get", 200)
        assert (document["entry"], document["language"]) == (name, language.value)


def test_the_glossary_can_be_read(api: Browser, description: Mapping[str, Any]) -> None:
    document = api.get("/api/words?lang=es").json()
    fits(document, description, "/api/words", "get", 200)
    assert len(document["words"]) == len(desk().base.glossary)


def test_the_description_has_no_page_that_fetches_from_elsewhere(
    api: Browser, description: Mapping[str, Any]
) -> None:
    assert set(description["paths"]) == {
        "/api/ask",
        "/api/topics",
        "/api/topics/{entry_id}",
        "/api/words",
    }
    assert "HTTPValidationError" not in description["components"]["schemas"]
    assert [api.get(path).status_code for path in ("/docs", "/redoc")] == [404, 404]


@pytest.mark.parametrize(
    "sent",
    [
        {"content": b'{"question": "Zyx'},
        {"content": b"\xff\xfe"},
        {"json": {}},
        {"json": {"question": ""}},
        {"json": {"question": " \n "}},
        {"json": {"question": 7}},
        {"json": {"question": "Zyx", "language": "fr"}},
        {"json": {"question": "Zyx", "name": "Zyx"}},
        {"content": b'{"question": "\\ud800"}', "headers": {"Content-Type": "application/json"}},
        {"data": {"question": "Zyx"}},
        {"content": b"[" * 4000, "headers": {"Content-Type": "application/json"}},
        {
            "content": b'{"question": ' + b"9" * 5000,
            "headers": {"Content-Type": "application/json"},
        },
        {"json": ["Zyx"]},
    ],
    ids=str,
)
def test_what_cannot_be_read_is_refused_without_repeating_it(
    api: Browser, description: Mapping[str, Any], sent: dict[str, Any]
) -> None:
    answer = api.request("POST", "/api/ask", **sent)
    assert answer.status_code == 422
    fits(answer.json(), description, "/api/ask", "post", 422)
    assert answer.json()["code"] == "request"
    assert "Zyx" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "how", "status", "code"),
    [
        ("GET", "/api/topics/Zyx", {}, 404, "no_such_page"),
        ("GET", "/api/Zyx", {}, 404, "no_such_page"),
        ("GET", "/api/topics?lang=Zyx", {}, 422, "request"),
        ("GET", "/api/topics?lang=es&name=Zyx", {}, 422, "request"),
        ("GET", "/api/words?language=es", {}, 422, "request"),
        ("GET", "/api/ask", {}, 405, "request"),
        ("POST", "/api/ask", {"content": b"Zyx" * 4000}, 413, "request_too_large"),
        ("POST", "/api/ask", {"json": LONG}, 413, "request_too_large"),
        ("GET", "/api/topics", {"headers": {"Host": "Zyx"}}, 421, "wrong_host"),
    ],
)
def test_an_error_is_one_of_the_tree(
    api: Browser, method: str, path: str, how: dict[str, Any], status: int, code: str
) -> None:
    answer = api.request(method, path, **how)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "found", "needed", "to_do"}
    assert answer.json()["code"] == code
    assert code in {one.code for one in error_classes()}
    assert "Zyx" not in answer.text
