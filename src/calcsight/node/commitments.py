"""Requests for storage commitment, and what can be said to them.

Sources: PS3.4 J.3.2 (N-ACTION), J.3.3 (N-EVENT-REPORT); PS3.3 C.14.1 (failure reasons).
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from pydicom import Dataset
from pydicom import Sequence as DicomSequence

from calcsight.dicom.header import is_uid
from calcsight.intake import foreign_errors_as, opened
from calcsight.node.stored_files import is_stored
from calcsight.records.entries import Entry, EntryKind
from calcsight.safe_writing import write_bytes
from calcsight.terms.errors import InputRefused, NotAnImageError

COMMITMENTS = "commitments"
_MOST_REFERENCES = 10_000

Find = Callable[[str], Entry | None]


class FailureReason(IntEnum):
    """Why an instance is not committed to (0008,1197)."""

    DAMAGED = 0x0110
    NOT_HERE = 0x0112
    OF_ANOTHER_CLASS = 0x0119


class EventType(IntEnum):
    """What a report says."""

    ALL_COMMITTED = 1
    SOME_FAILED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: commit to these instances.

    Parameters
    ----------
    transaction_uid : str
    references : tuple of (str, str)
        SOP Class UID and SOP Instance UID of each.
    """

    transaction_uid: str
    references: tuple[tuple[str, str], ...]

    def entry(self, peer: str) -> Entry:
        """Return the row of a request of a caller, by its AE title."""
        content = self._content()
        return Entry(
            kind=EntryKind.COMMITMENT,
            uid=self.transaction_uid,
            peer=peer,
            # Of the caller, too: another may use the same UID.
            file=f"{COMMITMENTS}/{hashlib.sha256(content).hexdigest()}.json",
            digest=hashlib.sha256(content).hexdigest(),
        )

    def write(self, folder: Path, peer: str) -> None:
        """Write the request where its row says.

        Raises
        ------
        OutputError
        """
        write_bytes(folder / self.entry(peer).file, self._content())

    def _content(self) -> bytes:
        """Return the request as JSON, always the same bytes."""
        return json.dumps([self.transaction_uid, self.references]).encode()


def asked_in(information: Dataset) -> Asked:
    """Read the Action Information of an N-ACTION.

    Raises
    ------
    NotAnImageError
        When it lacks what it must have, or asks for nothing, or for too much.
    """
    refusal = NotAnImageError("a request for commitment that says too little", "PS3.4 J.3.2.1.1")
    with foreign_errors_as(refusal):
        transaction = str(information.TransactionUID)
        references = tuple(
            (str(one.ReferencedSOPClassUID), str(one.ReferencedSOPInstanceUID))
            for one in information.ReferencedSOPSequence
        )
    uids = (transaction, *(uid for both in references for uid in both))
    if not 0 < len(references) <= _MOST_REFERENCES or not all(map(is_uid, uids)):
        raise refusal
    return Asked(transaction_uid=transaction, references=references)


def asked_before(folder: Path, entry: Entry) -> Asked:
    """Read a request that was written.

    Raises
    ------
    InputRefused
        When its file is gone or damaged.
    """
    with opened(folder / entry.file) as file, foreign_errors_as(_damaged()):
        transaction, references = json.loads(file.read())
        return Asked(
            transaction_uid=transaction,
            references=tuple((sop_class, uid) for sop_class, uid in references),
        )


def report_on(asked: Asked, folder: Path, find: Find) -> tuple[EventType, Dataset]:
    """Say what is safely stored: there, whole, of the class that was named, and in the queue.

    Parameters
    ----------
    asked : Asked
    folder : Path
        Of the node.
    find : callable
        Gives the entry of an instance, None when there is none.

    Returns
    -------
    (EventType, Dataset)
        Event type and Event Information (PS3.4 table J.3-2).
    """
    committed: list[Dataset] = []
    failed: list[Dataset] = []
    for sop_class, uid in asked.references:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, uid
        reason = _why_not(folder, find(uid), sop_class)
        if reason is None:
            committed.append(item)
        else:
            item.FailureReason = int(reason)
            failed.append(item)
    report = Dataset()
    report.TransactionUID = asked.transaction_uid
    if committed:
        report.ReferencedSOPSequence = DicomSequence(committed)
    if failed:
        report.FailedSOPSequence = DicomSequence(failed)
    return (EventType.SOME_FAILED if failed else EventType.ALL_COMMITTED), report


def _why_not(folder: Path, entry: Entry | None, sop_class_uid: str) -> FailureReason | None:
    """Return why an instance cannot be committed to; None when it can."""
    if entry is None:
        return FailureReason.NOT_HERE
    if entry.sop_class_uid != sop_class_uid:
        return FailureReason.OF_ANOTHER_CLASS
    return None if is_stored(folder, entry) else FailureReason.DAMAGED


def _damaged() -> InputRefused:
    return InputRefused("a request for commitment that cannot be read again", "its file")
