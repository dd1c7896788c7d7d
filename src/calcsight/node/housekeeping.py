"""Room made again: studies that are read and sent leave the node after a time, if it is to be so.

A study goes as a whole, and only when nothing of it waits, failed or was refused: what was not
read, or did not arrive, stays until somebody has looked.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from calcsight.node.configuration import INSTANCES, RESULTS, NodeSettings
from calcsight.node.due_studies import StudyStanding
from calcsight.records.entries import Entry, EntryKind, EntryState
from calcsight.records.queue import Queue

LOGGER = logging.getLogger(__name__)
_PAUSE = timedelta(hours=1)


def remove_done(
    queue: Queue,
    settings: NodeSettings,
    clock: Callable[[], datetime],
    ending: Callable[[], bool] = lambda: False,
) -> tuple[str, ...]:
    """Remove studies of which everything was done more than `keep_days` ago; return their UIDs.

    Files go first, rows last: a node that is killed meanwhile removes the rest the next time. An
    image that is sent again just then is on the disk without a row, and is entered at the next
    start. One that comes later makes a study of its own, of version 1.

    Parameters
    ----------
    queue : Queue
    settings : NodeSettings
        `keep_days` of 0 keeps everything.
    clock : callable
        Gives the time, with its zone.
    ending : callable
        Tells whether the node is to end: no further study is removed then.
    """
    if not settings.keep_days:
        return ()
    before = clock() - timedelta(days=settings.keep_days)
    _remove_reports(queue, settings, before)
    removed = []
    for study_uid in queue.studies(EntryKind.READING, EntryState.DONE):
        if ending():
            break
        entries = queue.entries(study_uid=study_uid)
        if _all_done(queue, study_uid, entries, before):
            _remove_files(settings, study_uid, entries)
            queue.forget(entries)
            removed.append(study_uid)
            LOGGER.info("study %s: removed, done for more than keep_days", study_uid)
    return tuple(removed)


def _remove_reports(queue: Queue, settings: NodeSettings, before: datetime) -> None:
    """Remove requests for commitment that were reported on so long ago."""
    asked = queue.entries(EntryKind.COMMITMENT)
    old = [
        one
        for one in asked
        if one.state is EntryState.DONE and one.changed_at is not None and one.changed_at < before
    ]
    # Who asks alike shares the file.
    for file in {one.file for one in old} - {one.file for one in asked if one not in old}:
        _remove(settings.folder / file)
    queue.forget(old)


def _all_done(queue: Queue, study_uid: str, entries: tuple[Entry, ...], before: datetime) -> bool:
    """Tell whether every row of a study is done for so long, and no image of it is unread."""
    changed = [one.changed_at for one in entries if one.changed_at is not None]
    if not all(one.state is EntryState.DONE for one in entries) or max(changed) >= before:
        return False
    return not StudyStanding.of(queue, study_uid).late


def _remove_files(settings: NodeSettings, study_uid: str, entries: tuple[Entry, ...]) -> None:
    """Remove images by name, so that one that came meanwhile stays, and all results."""
    for one in entries:
        if one.kind is EntryKind.INSTANCE:
            (settings.folder / one.file).unlink(missing_ok=True)
    results = settings.folder / RESULTS / study_uid
    for path in sorted(results.rglob("*"), reverse=True):
        _remove(path)
    for folder in (results, settings.folder / INSTANCES / study_uid):
        _remove(folder)


def _remove(path: Path) -> None:
    """Remove a file, or a folder that is empty."""
    with suppress(OSError):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()


@dataclass(slots=True)
class Removing:
    """Removes what is done for long enough, once an hour.

    Parameters
    ----------
    queue : Queue
    settings : NodeSettings
    clock : callable
    """

    queue: Queue
    settings: NodeSettings
    clock: Callable[[], datetime]
    _next: datetime | None = field(default=None, init=False)

    def turn(self, ending: Callable[[], bool]) -> bool:
        """Remove studies if it is time; False, since no other turn need follow at once."""
        now = self.clock()
        # A clock that was set back is no reason to wait for longer.
        if self._next is None or not now < self._next <= now + _PAUSE:
            remove_done(self.queue, self.settings, self.clock, ending)
            self._next = now + _PAUSE
        return False
