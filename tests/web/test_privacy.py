"""Nothing of a question stays anywhere: a word that is sent by every way is found nowhere."""

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from tests.web.asking import Served, browser, desk, served

from calcsight.patient.answering import Answerer
from calcsight.patient.likeness_file import load_likeness
from calcsight.terms.errors import CalcsightError
from calcsight.terms.knowledge_base import Language
from calcsight.terms.patient_answer import PatientAnswer

SENTINEL = "Zyxwvutsrq"
FAULTY = """
from calcsight.patient.answering import Answerer
def faulty(self, question, language=None):
    raise ZeroDivisionError(question)
Answerer.answer = faulty
import sys
from calcsight.cli import main
raise SystemExit(main(["--debug", *sys.argv[1:]]))
"""


class FaultyAnswerer(Answerer):
    """Fails with the question in what it says."""

    def __init__(self, problem: type[Exception]) -> None:
        super().__init__(desk().base, load_likeness())
        self.problem = problem

    def answer(self, question: str, language: Language | None = None) -> PatientAnswer:
        raise self.problem(question)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("web")) as one:
        yield one


def in_pieces() -> Iterator[bytes]:
    for _ in range(20):
        yield f"question={SENTINEL} ".encode() * 50


def every_way(client: httpx.Client) -> Iterator[httpx.Response]:
    """Send the word by every way there is; give what comes back."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for language in ("en", "es", "fr", ""):
        yield client.post(f"/{language}/ask", data={"question": f"I am {SENTINEL}, and worry"})
    yield client.post("/en/ask", data={"question": f"{SENTINEL}: I have found a new lump"})
    yield client.post("/en/ask", data={"question": SENTINEL * 200})
    yield client.post("/en/ask", data={SENTINEL: SENTINEL})
    yield client.post("/en/ask", content=in_pieces(), headers=form)
    yield client.post("/en/ask", content=SENTINEL.encode() * 2000, headers=form)
    yield client.post("/en/ask", json={"question": SENTINEL})
    yield client.post("/en/ask", files={"question": (SENTINEL, SENTINEL.encode())})
    yield client.post("/api/ask", json={"question": f"{SENTINEL} calcifications"})
    yield client.post("/api/ask", json={"question": SENTINEL, "language": SENTINEL})
    yield client.post("/api/ask", json={"question": "a", SENTINEL: SENTINEL})
    yield client.post("/api/ask", content=f'{{"question": "{SENTINEL}'.encode())
    yield client.post("/api/ask", content=SENTINEL, headers={"Content-Type": SENTINEL})
    for path in ("/en", "/en/ask", "/en/topics/", "/api/topics/", "/", "/api/topics?lang="):
        yield client.get(f"{path}{SENTINEL}")
        yield client.get(f"{path}?question={SENTINEL}")
    yield client.get("/en", headers={"Host": SENTINEL})
    yield client.request(SENTINEL, "/en")


def test_the_word_is_in_no_answer_and_nothing_is_said_of_it(server: Served) -> None:
    with httpx.Client(base_url=server.address, follow_redirects=False) as client:
        for answer in every_way(client):
            assert SENTINEL.lower() not in answer.text.lower()
            assert answer.status_code in {200, 303, 307, 404, 405, 413, 421, 422}
            assert SENTINEL not in answer.headers.get("location", "")
            assert "set-cookie" not in answer.headers
    assert server.said().count("\n") == 1
    assert sorted(one.name for one in server.log.parent.iterdir()) == ["clinic.toml", "said.txt"]


def test_a_request_that_is_no_http_leaves_no_trace(server: Served) -> None:
    host, _, port = server.address.removeprefix("http://").rstrip("/").partition(":")
    for line in (f"{SENTINEL}\r\n\r\n", f"GET /{SENTINEL} HTTP/9\r\nHost: {SENTINEL}\r\n\r\n"):
        with socket.create_connection((host, int(port)), timeout=30) as one:
            one.sendall(line.encode())
            one.shutdown(socket.SHUT_WR)
            while piece := one.recv(4096):
                assert SENTINEL.encode() not in piece
    assert SENTINEL not in server.said()


def test_a_second_request_is_not_smuggled_behind_a_body_of_two_lengths(server: Served) -> None:
    host, _, port = server.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as one:
        one.sendall(
            b"POST /en/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            b"GET /en/about HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        said = b""
        while piece := one.recv(4096):
            said += piece
    assert said.startswith(b"HTTP/1.1 422 ")
    assert said.count(b"HTTP/1.1 ") == 1


def test_an_internal_error_tells_its_kind_alone(tmp_path: Path) -> None:
    with (
        served(tmp_path, code=FAULTY) as server,
        httpx.Client(base_url=server.address) as client,
    ):
        page = client.post("/es/ask", data={"question": SENTINEL})
        document = client.post("/api/ask", json={"question": SENTINEL})
    assert (page.status_code, document.status_code) == (500, 500)
    assert "La falla es nuestra" in page.text
    assert document.json()["code"] == "calcsight"
    said = server.said()
    assert said.count("internal error (ZeroDivisionError)") == 2
    assert "Traceback" not in said
    for text in (said, page.text, document.text):
        assert SENTINEL not in text


@pytest.mark.parametrize("problem", [ZeroDivisionError, CalcsightError, RecursionError])
def test_no_logger_is_told_the_question(
    problem: type[Exception],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    pages = browser(replace(desk(), answerer=FaultyAnswerer(problem)))
    for answer in (
        pages.ask(SENTINEL),
        pages.request("POST", "/api/ask", json={"question": SENTINEL}),
    ):
        assert answer.status_code == 500
    told = [record.getMessage() + str(record.exc_info) for record in caplog.records]
    written = capfd.readouterr()
    assert SENTINEL not in "".join([*told, written.out, written.err])
