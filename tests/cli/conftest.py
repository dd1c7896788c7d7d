"""Running the command line inside the test's own process."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from calcsight.cli import main


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command gave."""

    status: int
    out: str
    err: str


@pytest.fixture
def calcsight_command(capfd: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Return a function that runs one command."""

    def run(*words: object) -> Answer:
        capfd.readouterr()
        status = main([str(word) for word in words])
        captured = capfd.readouterr()
        return Answer(int(status), captured.out, captured.err)

    return run
