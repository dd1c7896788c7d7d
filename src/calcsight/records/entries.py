"""The nouns of the queue: one entry for each thing that waits to be done, or was."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

# What two looks at a clock, and the corrections of one that is kept right, can differ by.
CLOCK_STEP = timedelta(seconds=1)


class EntryKind(StrEnum):
    """What an entry stands for."""

    INSTANCE = "instance"
    READING = "reading"
    DELIVERY = "delivery"
    COMMITMENT = "commitment"


class EntryState(StrEnum):
    """How far it is; the last three are final."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"

    @property
    def ended_badly(self) -> bool:
        """Whether it is final and not done."""
        return self in (EntryState.REFUSED, EntryState.FAILED)


class Noted(StrEnum):
    """What came of noting an entry."""

    NEW = "new"
    SAME = "same"
    CONFLICTING = "conflicting"


def utc_now() -> datetime:
    """Return the time of day of this machine, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the queue. `kind`, `uid`, `peer` and `version` together name it.

    Parameters
    ----------
    kind : EntryKind
    uid : str
        Of an instance: its SOP Instance UID; of a reading: the study; of a delivery: the SOP
        Instance UID of the result; of a commitment: its transaction.
    study_uid : str
        Study Instance UID; "" of a commitment, which may speak of several.
    peer : str
        Name of a configured peer, or AE title of who asked; "" = nobody.
    version : int
        0 of an instance and a commitment; 1, 2 ... of a reading and its deliveries.
    sop_class_uid, transfer_syntax_uid : str
        Of the file; "" where there is none.
    file : str
        Relative to the folder of the node, with "/"; "" = none.
    digest : str
        SHA-256, hexadecimal, of the data set as received (without preamble and file meta).
    state : EntryState
    attempts : int
        How often it was begun and not finished.
    due_at : datetime or None
        Not claimed before; None of an entry not noted yet = at once.
    noted_at, changed_at : datetime or None
        UTC; None of an entry not noted yet.
    code : str
        Code of the last error (`calcsight.terms.errors`); "" = none.
    id : int
        Of the row; 0 of an entry not noted yet.
    """

    kind: EntryKind
    uid: str
    study_uid: str = ""
    peer: str = ""
    version: int = 0
    sop_class_uid: str = ""
    transfer_syntax_uid: str = ""
    file: str = ""
    digest: str = ""
    state: EntryState = EntryState.WAITING
    attempts: int = 0
    due_at: datetime | None = None
    noted_at: datetime | None = None
    changed_at: datetime | None = None
    code: str = ""
    id: int = 0

    def is_due(self, now: datetime) -> bool:
        """Tell whether it may be claimed now; also when the clock was set back since it changed."""
        set_back = self.changed_at is not None and self.changed_at > now + CLOCK_STEP
        return self.due_at is None or self.due_at <= now or set_back
