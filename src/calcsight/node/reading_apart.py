"""Studies read in a process of their own.

Its memory comes back with its end, and what breaks it (a decoder that crashes, a view that takes
for ever) is a failed reading and never the end of the node.
"""

import logging
import multiprocessing
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

from calcsight.assembly import interpreter_for
from calcsight.dicom.results.gathered import ReadBy
from calcsight.node.reading_here import Fault, ReaderHere, ReadingFailedError
from calcsight.node.results_of_exam import AskedToEndError, ResultWriter, StudyOrder, StudyRead
from calcsight.terms.errors import CalcsightError
from calcsight.terms.judge import Judge
from calcsight.terms.settings import Settings

_PAUSE_SECONDS = 0.1
_END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderApart:
    """Reads each study in a new process.

    Parameters
    ----------
    settings : Settings
    load_judge : callable
        Gives the judge, in the other process; it has to cross into it, as `write` has.
    write : callable
    limit_seconds : float
        A reading that takes longer is ended.
    """

    settings: Settings
    load_judge: Callable[[], Judge]
    write: ResultWriter
    limit_seconds: float

    def __call__(self, order: StudyOrder, ending: Callable[[], bool]) -> StudyRead:
        """Read a study; see `Reader`."""
        here, there = multiprocessing.get_context("spawn").Pipe()
        reading = multiprocessing.get_context("spawn").Process(
            target=_read_and_answer, args=(self, order, there), daemon=True
        )
        reading.start()
        there.close()
        try:
            answer = self._answer(here, ending)
        finally:
            reading.kill()
            reading.join()
            reading.close()
            here.close()
        if isinstance(answer, StudyRead):
            return answer
        if isinstance(answer, Fault):
            raise ReadingFailedError(answer)
        raise answer

    def _answer(
        self, pipe: Connection, ending: Callable[[], bool]
    ) -> "StudyRead | Fault | Exception":
        """Wait for an answer, the end of the other process, or the time limit."""
        limit = time.monotonic() + self.limit_seconds
        told = False
        try:
            while not pipe.poll(_PAUSE_SECONDS):
                if time.monotonic() > limit:
                    return Fault.TIME_LIMIT
                if ending() and not told:
                    pipe.send(_END)
                    told = True
            answer: StudyRead | Fault | Exception = pipe.recv()
        except (EOFError, OSError):
            # An interrupt from the keyboard reaches the other process, too.
            return AskedToEndError() if ending() else Fault.ENDED
        return answer


def _read_and_answer(means: ReaderApart, order: StudyOrder, pipe: Connection) -> None:
    """Read in the new process, and send what came of it."""
    _prepare_process()

    def asked() -> bool:
        return pipe.poll()

    try:
        judge = means.load_judge()
        interpreter = interpreter_for(means.settings)
        read_by = ReadBy(judge=judge, settings=means.settings, interpreter=interpreter)
        answer: object = ReaderHere(read_by=read_by, write=means.write)(order, asked)
    except ReadingFailedError as problem:
        answer = problem.fault
    except (AskedToEndError, CalcsightError) as problem:
        answer = problem
    except MemoryError:
        answer = Fault.NO_MEMORY
    except Exception:  # noqa: BLE001 - told as a code alone: a message may repeat a header
        answer = Fault.INTERNAL
    pipe.send(answer)


def _prepare_process() -> None:
    """Set a reading process up: one thread, no chatter; the node itself handles signals."""
    import cv2  # noqa: PLC0415

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_end_with_node, daemon=True).start()
    warnings.simplefilter("ignore")
    logging.getLogger().addHandler(logging.NullHandler())
    cv2.setNumThreads(1)


def _end_with_node() -> None:
    """End this process when the node is gone, killed perhaps: its reading is begun anew."""
    node = multiprocessing.parent_process()
    if node is not None:
        node.join()
        os._exit(1)
