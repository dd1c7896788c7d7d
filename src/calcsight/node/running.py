"""A whole node: receives, reads, and sends, until it is asked to end."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from calcsight.node.configuration import NodeSettings
from calcsight.node.delivering import Delivering, stow_results, web_target
from calcsight.node.housekeeping import Removing
from calcsight.node.only_node import for_owner_alone, only_node
from calcsight.node.readers import reader_apart, reader_here
from calcsight.node.reading_exams import ReadingExams
from calcsight.node.receiving import Receiver
from calcsight.node.results_of_exam import AskedToEndError
from calcsight.node.tls_contexts import client_context
from calcsight.records.entries import utc_now
from calcsight.records.queue import Queue
from calcsight.terms.errors import CalcsightError
from calcsight.terms.judge import Judge

LOGGER = logging.getLogger(__name__)
# Between two looks at a queue in which nothing was due, and after one that could not be used.
_IDLE_SECONDS = 0.5
_TROUBLE_SECONDS = 5.0
_SIGNALS = ("SIGINT", "SIGTERM")

Turn = Callable[[Callable[[], bool]], bool]


def run_node(
    settings: NodeSettings,
    judge: Judge | None = None,
    clock: Callable[[], datetime] = utc_now,
    until: threading.Event | None = None,
    listening: Callable[[int], None] | None = None,
) -> None:
    """Run a node until `until` is set, or SIGTERM or SIGINT comes.

    It then takes nothing more, finishes the view and the object in hand, and returns: what is left
    waits in the queue. A second signal ends it at once; so does `kill -9`, and nothing that was
    accepted is lost by either. What it writes is for its owner alone.

    Parameters
    ----------
    settings : NodeSettings
    judge : Judge or None
        Reads in this process; None = each study in its own, with the model of the settings.
    clock : callable
        Gives the time, with its zone.
    until : threading.Event or None
    listening : callable, optional
        Told the port once others can connect.

    Raises
    ------
    QueueError
        When another node runs on the folder, or the queue cannot be used.
    NetworkError
        When the address or the port cannot be had.
    SettingsError, ModelError, GuidanceError, UsageError
        When certificates, the model, the settings of the reading or the DICOMweb server cannot
        be used, or a library is missing.
    """
    until = until or threading.Event()
    _refuse_unusable(settings)
    with for_owner_alone(), only_node(settings.folder), Queue(settings.queue_file, clock) as queue:
        reader = reader_here(settings, judge) if judge else reader_apart(settings)
        queue.recover()
        turns: dict[str, Turn] = {
            "reading": ReadingExams(queue, settings, reader, clock).turn,
            "delivering": Delivering(queue, settings, clock, stow_results).turn,
            "removing": Removing(queue, settings, clock).turn,
        }
        workers = [
            threading.Thread(target=_work, args=(turn, until, name), name=name, daemon=True)
            for name, turn in turns.items()
        ]
        with (
            ended_by_signals(until),
            _awaited(workers, until),
            Receiver(settings, queue, clock) as receiver,
        ):
            for one in workers:
                one.start()
            if listening:
                listening(receiver.port)
            until.wait()
            LOGGER.info("asked to end: what is in hand is finished first")
    LOGGER.info("ended")


def _refuse_unusable(settings: NodeSettings) -> None:
    """Refuse at the start what would stop every delivery."""
    if any(one.tls for one in settings.peers):
        client_context(settings.tls)
    if settings.dicomweb.url:
        web_target(settings.dicomweb)


@contextmanager
def _awaited(workers: Sequence[threading.Thread], until: threading.Event) -> Iterator[None]:
    """Wait at the end for what the workers have in hand; nothing more is received meanwhile."""
    try:
        yield
    finally:
        until.set()
        for one in workers:
            if one.ident is not None:
                one.join()


def _work(turn: Turn, until: threading.Event, name: str) -> None:
    """Take turns until it is time to end; no trouble ends them."""
    while not until.is_set():
        pause = _IDLE_SECONDS
        try:
            if turn(until.is_set):
                continue
        except AskedToEndError:
            return
        except CalcsightError as problem:
            LOGGER.error("%s is held up: %s", name, problem.code)
            pause = _TROUBLE_SECONDS
        except Exception as problem:  # noqa: BLE001 - a message may repeat what a header holds
            LOGGER.error("%s is held up: %s", name, type(problem).__name__)
            pause = _TROUBLE_SECONDS
        until.wait(pause)


@contextmanager
def ended_by_signals(until: threading.Event) -> Iterator[None]:
    """Let the first SIGTERM or SIGINT set an event; the second one interrupts.

    Only where signals can be handled: in the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def asked(number: int, frame: Any) -> None:
        del number, frame
        if until.is_set():
            raise KeyboardInterrupt
        until.set()

    before = {
        number: signal.signal(number, asked)
        for number in (getattr(signal, name) for name in _SIGNALS if hasattr(signal, name))
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
