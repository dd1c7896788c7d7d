"""The storage rule: temporary name, synchronise, rename, commit the row, and only then success.

What was answered with 0x0000 is on the disk, whole, and in the queue, whatever happens after.
The same instance again is success and is not read twice; another content under its UID is
refused and changes nothing.
"""

import logging
import threading
from pathlib import Path

from calcsight.node.configuration import INSTANCES, NodeSettings
from calcsight.node.disk_room import Room
from calcsight.node.incoming import Heading, IncomingObject
from calcsight.node.statuses import StoreStatus, store_status_of
from calcsight.node.stored_files import (
    INCOMING,
    Identity,
    data_set_digest,
    identity_of,
    instance_file,
    is_stored,
)
from calcsight.records.entries import Entry, EntryKind, Noted
from calcsight.records.queue import Queue
from calcsight.safe_writing import synchronise_folder
from calcsight.terms.errors import CalcsightError, InputRefused

LOGGER = logging.getLogger(__name__)


class Store:
    """Instances that were accepted; for any number of threads of the one node of a folder.

    Parameters
    ----------
    settings : NodeSettings
        Its folder is there.
    queue : Queue
    """

    def __init__(self, settings: NodeSettings, queue: Queue) -> None:
        self.folder = settings.folder
        self._queue = queue
        for name in (INCOMING, INSTANCES):
            (self.folder / name).mkdir(exist_ok=True)
        self._remove_unfinished()
        self.room = Room(self.folder, settings.limits.store_gb * 1e9)
        self._most_bytes = int(settings.limits.instance_mb * 1e6)
        # One at a time gives an instance its name, and one at a time reads a header: hushing
        # the warnings of a foreign parser is of the whole process.
        self._naming, self._parsing = threading.Lock(), threading.Lock()

    def incoming(self, heading: Heading) -> IncomingObject:
        """Return a place for one data set that begins to come in."""
        return IncomingObject(self.folder / INCOMING, self.room, self._most_bytes, heading)

    def keep(self, incoming: IncomingObject, sop_class_uid: str, sop_uid: str) -> StoreStatus:
        """Store what came in, as an instance that the command named.

        Returns
        -------
        StoreStatus
            SUCCESS only when file and row are durable.
        """
        try:
            status = incoming.refusal or self._kept(incoming, (sop_class_uid, sop_uid))
        except CalcsightError as error:
            LOGGER.warning("not stored: %s", error.code)
            status = store_status_of(error)
        except OSError as problem:
            LOGGER.warning("not stored: %s", problem.strerror or type(problem).__name__)
            status = StoreStatus.OUT_OF_RESOURCES
        finally:
            incoming.discard()
        return status

    def adopt(self) -> int:
        """Enter instances that are on the disk without a row, as a kill between both leaves them.

        Returns
        -------
        int
            How many.
        """
        known = {one.file for one in self._queue.entries(EntryKind.INSTANCE)}
        adopted = 0
        for path in sorted((self.folder / INSTANCES).glob("*/*.dcm")):
            if path.relative_to(self.folder).as_posix() in known:
                continue
            try:
                entry = _entry(identity_of(path), data_set_digest(path))
            except InputRefused as error:
                LOGGER.warning("a file of the store is no instance: %s", error.code)
                continue
            if self.folder / entry.file == path:
                adopted += self._queue.note(entry) is Noted.NEW
        return adopted

    def _kept(self, incoming: IncomingObject, named: tuple[str, str]) -> StoreStatus:
        """Store what came in whole; see `keep`."""
        temporary = incoming.durable()
        with self._parsing:
            found = identity_of(temporary)
        if (found.sop_class_uid, found.sop_uid) != named:
            return StoreStatus.DOES_NOT_MATCH
        entry = _entry(found, incoming.digest)
        with self._naming:
            before = self._queue.entry(EntryKind.INSTANCE, entry.uid)
            if before is not None and before.digest != entry.digest:
                return StoreStatus.OTHER_CONTENT
            # The same again; a file that somebody removed or damaged is put back.
            if before is None or not is_stored(self.folder, before):
                self._name(temporary, self.folder / (before or entry).file)
                incoming.kept()
            if before is None:
                self._queue.note(entry)
        LOGGER.info("stored %s%s", entry.uid, " again" if before else "")
        return StoreStatus.SUCCESS

    def _name(self, temporary: Path, final: Path) -> None:
        """Give a file its name, durably."""
        if not final.parent.is_dir():
            final.parent.mkdir()
            synchronise_folder(final.parent.parent)
        temporary.replace(final)
        synchronise_folder(final.parent)

    def _remove_unfinished(self) -> None:
        """Remove what was coming in when the last process ended: it was never answered for."""
        for path in (self.folder / INCOMING).glob("*.part"):
            path.unlink(missing_ok=True)


def _entry(found: Identity, digest: str) -> Entry:
    """Return the row of an instance."""
    return Entry(
        kind=EntryKind.INSTANCE,
        uid=found.sop_uid,
        study_uid=found.study_uid,
        sop_class_uid=found.sop_class_uid,
        transfer_syntax_uid=found.transfer_syntax_uid,
        file=instance_file(found.study_uid, found.sop_uid),
        digest=digest,
    )
