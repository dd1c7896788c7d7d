"""Requests to end wait for a whole step, the second one does not."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool

import pytest

from calcsight.cli import main
from calcsight.cli.console import progress
from calcsight.cli.exit_status import ExitStatus
from calcsight.cli.interruption import RequestToEnd, requests_noted

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")


@pytest.fixture(autouse=True)
def _not_ignored() -> Iterator[None]:
    """Start from the usual handler: under `nohup` a hang-up is ignored, and stays so."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_is_obeyed_when_a_step_is_done(number: int) -> None:
    request = RequestToEnd()
    reached = []
    with (
        pytest.raises(KeyboardInterrupt),
        requests_noted(request),
        progress(2, "counting", request) as advance,
    ):
        advance()
        signal.raise_signal(number)
        reached.append("the rest of the step")
        advance()
        reached.append("the next step")
    assert reached == ["the rest of the step"]


def test_a_request_in_the_last_step_is_not_forgotten() -> None:
    request = RequestToEnd()
    with pytest.raises(KeyboardInterrupt), requests_noted(request):
        signal.raise_signal(signal.SIGTERM)


def test_a_second_request_ends_at_once() -> None:
    request = RequestToEnd()
    with pytest.raises(KeyboardInterrupt), requests_noted(request):
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        pytest.fail("the second request did not end")


def test_processes_that_end_with_the_request_are_no_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        signal.raise_signal(signal.SIGTERM)
        raise BrokenProcessPool

    monkeypatch.setattr("calcsight.batch.simulating.simulate", broken)
    assert main(["simulate", "--out", "never"]) == ExitStatus.INTERRUPTED
    assert "interrupted" in capsys.readouterr().err


def test_handlers_are_given_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with requests_noted(RequestToEnd()):
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
