"""`calcsight web`: its address, its end, and what it refuses to start with."""

import os
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from tests.servers import PATIENCE_SECONDS, free_port
from tests.web.asking import DESPAIR, IN_SCOPE, OUT_OF_SCOPE, PERSONAL, RED_FLAG, served

from calcsight.cli import main
from calcsight.terms.knowledge_base import Language
from calcsight.web import require_web
from calcsight.web.guarding import allowed_hosts


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_it_says_its_address_answers_and_ends_when_asked(tmp_path: Path, number: int) -> None:
    with (
        served(tmp_path, "--on", "2029-01-01") as server,
        # A browser keeps its connection open.
        httpx.Client(base_url=server.address) as client,
    ):
        assert "Out of date" in client.get("/en/topics/should-i-worry").text
        server.process.send_signal(number)
        assert server.process.wait(PATIENCE_SECONDS) == 0
    assert server.said() == f"calcsight: plain answers at {server.address}/\n"


def test_a_port_that_is_taken_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    with socket.socket() as one:
        one.bind(("127.0.0.1", port))
        one.listen()
        assert main(["web", "--port", str(port)]) == 9
    said = capsys.readouterr().err
    assert said.startswith(f"calcsight: network: 127.0.0.1 port {port} cannot be had")


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_refused(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["web", "--host", host, "--port", "0"]) == 9
    assert host in capsys.readouterr().err


@pytest.mark.parametrize(
    "flags",
    [
        ["--facility", "missing.toml"],
        ["--on", "2026-02-30"],
        ["--port", "65536"],
        ["--host", ""],
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(flags: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["web", *flags]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_without_its_packages_it_says_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    require_web()
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["web"]) == 2
    assert 'pip install "calcsight[web]"' in capsys.readouterr().err


def test_every_name_is_taken_only_where_every_address_is_listened_on() -> None:
    assert allowed_hosts("127.0.0.1") == frozenset({"127.0.0.1", "::1", "localhost"})
    assert "clinic.example" in (allowed_hosts("clinic.example") or ())
    assert allowed_hosts("0.0.0.0") is None
    assert allowed_hosts("::") is None


def test_many_are_answered_at_once_and_each_with_her_own_answer(tmp_path: Path) -> None:
    asked = [
        (language.value, questions[language])
        for language in Language
        for questions in (IN_SCOPE, RED_FLAG, DESPAIR, PERSONAL, OUT_OF_SCOPE)
    ]

    def title(number: int) -> str:
        language, question = asked[number % len(asked)]
        answer = client.post("/api/ask", json={"question": question, "language": language})
        return str(answer.json()["title"])

    with (
        served(tmp_path) as server,
        httpx.Client(base_url=server.address, timeout=PATIENCE_SECONDS) as client,
        ThreadPoolExecutor(8) as crowd,
    ):
        titles = list(crowd.map(title, range(8 * len(asked))))
    assert len(set(titles)) == len(asked)
    assert titles == titles[: len(asked)] * 8
