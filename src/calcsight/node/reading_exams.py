"""Complete studies read one after the other, each version once, and their results written.

Every step can be the last one of the process. A reading that was claimed and not finished is
repeated with the time at which it was entered, and so gives the same files with the same UIDs;
only the transaction that finishes it makes its deliveries known.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from calcsight.dicom.results.exam_result import EarlierResult
from calcsight.node.configuration import NodeSettings
from calcsight.node.due_studies import DueStudies, held_by, intent_of_settings
from calcsight.node.reading_here import Fault, Reader, ReadingFailedError
from calcsight.node.results_of_exam import (
    AskedToEndError,
    StudyOrder,
    no_view_code,
)
from calcsight.node.retrying import next_attempt_at
from calcsight.node.statuses import state_after
from calcsight.node.written_results import deliveries_of, earlier_results, write_results
from calcsight.records.entries import Entry, EntryKind, EntryState
from calcsight.records.queue import Queue
from calcsight.terms.errors import CalcsightError, QueueError
from calcsight.terms.hospital import ResultOrder

LOGGER = logging.getLogger(__name__)


@dataclass(slots=True)
class ReadingExams:
    """Reads what is due.

    Parameters
    ----------
    queue : Queue
    settings : NodeSettings
    reader : Reader
    clock : callable
        Gives the time, with its zone.
    """

    queue: Queue
    settings: NodeSettings
    reader: Reader
    clock: Callable[[], datetime]
    _due: DueStudies = field(init=False)
    _left_open: bool = False

    def __post_init__(self) -> None:
        self._due = DueStudies(self.queue, self.settings, self.clock)

    def turn(self, ending: Callable[[], bool]) -> bool:
        """Enter the studies that are complete, and read one; return whether one was read.

        Raises
        ------
        AskedToEndError
            When the node is to end; the reading waits for the next time.
        QueueError
            When the queue cannot be used.
        """
        if self._left_open:
            self._take_back()
        self._due.enter()
        entry = self.queue.claim(EntryKind.READING, self.clock())
        if entry is None:
            return False
        # Until it is closed: whatever closes it, too, may meet a queue that cannot be used.
        self._left_open = True
        self._taken(entry, ending)
        self._left_open = False
        return True

    def _taken(self, entry: Entry, ending: Callable[[], bool]) -> None:
        """Read a study that was claimed, and say in the queue what came of it."""
        LOGGER.info("study %s, version %d: being read", *_named(entry))
        try:
            self._read(entry, ending)
        except AskedToEndError:
            # No attempt that failed, so none is counted.
            self.queue.finish(entry, EntryState.WAITING)
            raise
        except QueueError:
            raise
        except ReadingFailedError as problem:
            self._failed(entry, problem.fault)
        except CalcsightError as problem:
            if state_after(problem) is EntryState.WAITING:
                self._failed(entry, problem.code)
            else:
                self._end(entry, state_after(problem), problem.code)
        except Exception:  # noqa: BLE001 - one exam that breaks the node must not stop the others
            self._failed(entry, Fault.INTERNAL)

    def _take_back(self) -> None:
        """Let a reading wait that could not be closed since the queue could not be used."""
        for one in self.queue.entries(EntryKind.READING, state=EntryState.WORKING):
            self.queue.again(one, self.clock(), QueueError.code)
        self._left_open = False

    def _read(self, entry: Entry, ending: Callable[[], bool]) -> None:
        """Read one study, write its results, and finish the reading."""
        if entry.attempts >= self.settings.retry.attempts:
            # It took the whole node down with it, time and again.
            self._end(entry, EntryState.FAILED, entry.code or Fault.ENDED)
            return
        instances = self._held_by(entry)
        read = self.reader(self._order(entry, instances), ending)
        for one in instances:
            if one.uid in read.refused:
                self.queue.finish(one, EntryState.REFUSED, read.refused[one.uid])
        if not read.files:
            self._end(entry, EntryState.REFUSED, no_view_code(read))
            return
        write_results(self.settings, entry, read.files)
        self._send_earlier_first(entry)
        self.queue.done(
            entry,
            add=tuple(deliveries_of(self.settings, entry, read.files)),
            also=[one for one in instances if one.uid not in read.refused],
        )
        LOGGER.info("study %s, version %d: read, %d results", *_named(entry), len(read.files))

    def _send_earlier_first(self, entry: Entry) -> None:
        """Let results of earlier versions that still wait be due now, before those that name them.

        A peer should not take the newest for older than what a pause brings later.
        """
        waiting = self.queue.entries(EntryKind.DELIVERY, entry.study_uid, EntryState.WAITING)
        for one in waiting:
            if one.version < entry.version:
                self.queue.anew(one, one.noted_at)

    def _held_by(self, entry: Entry) -> tuple[Entry, ...]:
        """Return the instances that this version is of."""
        return held_by(entry, self.queue.entries(EntryKind.INSTANCE, entry.study_uid))

    def _order(self, entry: Entry, instances: Sequence[Entry]) -> StudyOrder:
        """Say what is to be read; the same for every attempt at one version."""
        return StudyOrder(
            study_uid=entry.study_uid,
            images={one.uid: self.settings.folder / one.file for one in instances},
            read_intent=intent_of_settings(self.settings),
            results=ResultOrder(
                kinds=frozenset(self.settings.results),
                # In the zone of this machine: viewers print times as they stand.
                created_at=(entry.noted_at or self.clock()).astimezone(),
            ),
            predecessors=self._predecessors(entry),
        )

    def _predecessors(self, entry: Entry) -> tuple[EarlierResult, ...]:
        """Return what the last version with a result consists of."""
        done = [
            one
            for one in self.queue.entries(EntryKind.READING, entry.study_uid, EntryState.DONE)
            if one.version < entry.version
        ]
        last = max(done, key=lambda one: one.version, default=None)
        return earlier_results(self.settings, last) if last else ()

    def _failed(self, entry: Entry, code: str) -> None:
        """Let a reading wait for the next attempt, or give it up."""
        now = self.clock()
        next_at = next_attempt_at(self.settings.retry, entry.attempts + 1, now)
        if next_at is None:
            self._end(entry, EntryState.FAILED, code)
        else:
            self.queue.again(entry, next_at, code)
            LOGGER.warning("study %s, version %d: %s, again later", *_named(entry), code)

    def _end(self, entry: Entry, state: EntryState, code: str) -> None:
        """End a reading without results, and first what it was of and no other version read."""
        for one in self._held_by(entry):
            if one.state is EntryState.WAITING:
                self.queue.finish(one, state, code)
        self.queue.finish(entry, state, code)
        LOGGER.warning("study %s, version %d: %s, %s", *_named(entry), state.value, code)


def _named(entry: Entry) -> tuple[str, int]:
    """Return what names a reading in the log."""
    return entry.study_uid, entry.version
