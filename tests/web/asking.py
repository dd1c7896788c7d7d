"""The page of answers in a test: asked in this process, or as a real server."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from tests.servers import PATIENCE_SECONDS, wait_until

from calcsight.assembly import answerer
from calcsight.terms.facility import ContactLine, Facility
from calcsight.terms.knowledge_base import Language
from calcsight.web.application import application
from calcsight.web.desk import Desk
from calcsight.web.guarding import allowed_hosts

TODAY = date(2026, 11, 23)
CLINIC = Facility(
    name="Example Breast Clinic",
    contact=ContactLine(
        name="the breast nurses",
        phone="+00 555 0100",
        hours={Language.ENGLISH: "8 to 4", Language.SPANISH: "de 8 a 4"},
    ),
    crisis_line=ContactLine(name="the example crisis line", phone="+00 555 0199"),
    emergency_number="000",
)
CLINIC_FILE = """
name = "Example Breast Clinic"
emergency_number = "000"
[contact]
name = "the breast nurses"
phone = "+00 555 0100"
[contact.hours]
en = "8 to 4"
es = "de 8 a 4"
[crisis_line]
name = "the example crisis line"
phone = "+00 555 0199"
"""
RED_FLAG = {
    Language.ENGLISH: "I have found a new lump in my breast",
    Language.SPANISH: "Me encontré un bulto nuevo en el seno",
}
DESPAIR = {Language.ENGLISH: "I want to die", Language.SPANISH: "Me quiero morir"}
PERSONAL = {
    Language.ENGLISH: "Do I have cancer?",
    Language.SPANISH: "¿Tengo cáncer?",
}
OUT_OF_SCOPE = {
    Language.ENGLISH: "How do I bake bread?",
    Language.SPANISH: "¿Cómo se hace el pan?",
}
IN_SCOPE = {
    Language.ENGLISH: "Should I worry about breast calcifications?",
    Language.SPANISH: "¿Debo preocuparme por las calcificaciones?",
}


@dataclass(frozen=True)
class Browser:
    """Asks the pages of an application; nothing is on a network."""

    app: FastAPI
    host: str = "127.0.0.1:8000"

    def get(self, path: str, **how: Any) -> httpx.Response:
        return self.request("GET", path, **how)

    def ask(self, question: str, language: str = "en", **how: Any) -> httpx.Response:
        return self.request("POST", f"/{language}/ask", data={"question": question}, **how)

    def request(self, method: str, path: str, **how: Any) -> httpx.Response:
        return asyncio.run(self._request(method, path, **how))

    async def _request(self, method: str, path: str, **how: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{self.host}") as client:
            return await client.request(method, path, **how)


def desk(facility: Facility = CLINIC, today: date = TODAY) -> Desk:
    return Desk(answerer=answerer(), facility=facility, today=lambda: today)


def browser(of: Desk | None = None) -> Browser:
    return Browser(application(of or desk(), allowed_hosts("127.0.0.1")))


@dataclass(frozen=True)
class Served:
    """A real server, as the command line starts it."""

    address: str
    process: subprocess.Popen[str]
    log: Path

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def served(folder: Path, *flags: str, code: str = "") -> Iterator[Served]:
    """Start `calcsight web` on a free port; everything it says goes into one file.

    With `code`, Python runs that instead of the command, with the same arguments.
    """
    log = folder / "said.txt"
    (folder / "clinic.toml").write_text(CLINIC_FILE)
    command = [sys.executable, *(("-c", code) if code else ("-m", "calcsight"))]
    command += ["web", "--port", "0", "--facility"]
    command += [str(folder / "clinic.toml"), *flags]
    with log.open("w") as file:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    try:
        wait_until(lambda: "\n" in log.read_text() or process.poll() is not None, "it listens")
        assert process.poll() is None, log.read_text()
        address = log.read_text().split()[-1].rstrip("/")
        yield Served(address, process, log)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(PATIENCE_SECONDS)
