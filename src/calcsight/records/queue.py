"""The queue of the node: what was received, what is to be read, sent and committed to.

One SQLite table. Every method is one transaction, so a process that is killed leaves each entry
before or after it; `recover` puts what was being worked on back in its place. Safe to use from
several threads, and the file from several processes.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from calcsight.records.entries import CLOCK_STEP, Entry, EntryKind, EntryState, Noted, utc_now
from calcsight.records.migrations import next_step
from calcsight.records.queue_table import entry_of, queue_table, values_of, written
from calcsight.records.sqlite_file import SqliteFile
from calcsight.terms.errors import QueueError


class Queue:
    """Entries in the order in which they are due.

    Parameters
    ----------
    path : Path
        The SQLite file; made when it is not there. Its folder must be.
    clock : callable, optional
        Gives the time, with its zone.

    Raises
    ------
    QueueError
        When the file cannot be used, is of a later version, or is no queue.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self._table = queue_table()
        self._file = SqliteFile(path)
        try:
            self._bring_up_to_date()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Queue":
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def note(self, entry: Entry) -> Noted:
        """Add an entry unless its kind, UID, peer and version are there.

        Returns
        -------
        Noted
            SAME when it was there with the same digest (it is left as it is), CONFLICTING when
            with another.
        """
        with self._file.writing() as connection:
            return self._note(connection, entry)

    def claim(self, kind: EntryKind, now: datetime) -> Entry | None:
        """Make one waiting entry that is due a working one; no two claimers get the same.

        An entry that was changed later than now is due, too: the clock was set back since, and
        what waits must not wait for as long as it was wrong.

        Returns
        -------
        Entry or None
            The one due first; None when none is.
        """
        table = self._table.c
        due = (
            select(table.id)
            .where(table.kind == kind.value, table.state == EntryState.WAITING.value)
            .where(or_(table.due_at <= written(now), table.changed_at > written(now + CLOCK_STEP)))
            .order_by(table.due_at, table.id)
            .limit(1)
        )
        with self._file.writing() as connection:
            number = connection.execute(due).scalar_one_or_none()
            if number is None:
                return None
            self._change(connection, number, state=EntryState.WORKING.value)
            row = connection.execute(select(self._table).where(table.id == number)).one()
        return entry_of(row)

    def finish(self, entry: Entry, state: EntryState, code: str = "") -> None:
        """Give an entry its last state, with the code of what went wrong."""
        with self._file.writing() as connection:
            self._change(connection, entry.id, state=state.value, code=code)

    def done(self, entry: Entry, add: Iterable[Entry] = (), also: Iterable[Entry] = ()) -> None:
        """Finish an entry and add what follows from it, in one transaction.

        Parameters
        ----------
        entry : Entry
        add : iterable of Entry
            Noted; what is there already is left as it is.
        also : iterable of Entry
            Entries that are done with it, such as the instances of a reading.

        Raises
        ------
        QueueError
            When one of `add` is there with another digest: nothing is changed then.
        """
        with self._file.writing() as connection:
            for one in (entry, *also):
                self._change(connection, one.id, state=EntryState.DONE.value, code="")
            for one in add:
                if self._note(connection, one) is Noted.CONFLICTING:
                    raise QueueError(
                        f"{one.kind.value} {one.uid} of version {one.version} with other content",
                        "the content that was noted before, or a new version",
                    )

    def again(self, entry: Entry, due_at: datetime, code: str = "") -> None:
        """Let an entry wait for another attempt."""
        with self._file.writing() as connection:
            self._change(
                connection,
                entry.id,
                state=EntryState.WAITING.value,
                attempts=self._table.c.attempts + 1,
                due_at=written(due_at),
                code=code,
            )

    def anew(self, entry: Entry, due_at: datetime | None = None) -> None:
        """Let an entry wait as if it had never been tried; None = due at once."""
        with self._file.writing() as connection:
            self._change(
                connection,
                entry.id,
                state=EntryState.WAITING.value,
                attempts=0,
                due_at=written(due_at or self._clock()),
                code="",
            )

    def recover(self) -> int:
        """Let what was worked on when the last process ended wait again; one attempt more.

        Only for the one process that works on the queue, before it begins.

        Returns
        -------
        int
            How many entries.
        """
        table = self._table
        with self._file.writing() as connection:
            changed = connection.execute(
                update(table)
                .where(table.c.state == EntryState.WORKING.value)
                .values(
                    state=EntryState.WAITING.value,
                    attempts=table.c.attempts + 1,
                    changed_at=written(self._clock()),
                )
            )
            return changed.rowcount

    def entries(
        self,
        kind: EntryKind | None = None,
        study_uid: str | None = None,
        state: EntryState | None = None,
    ) -> tuple[Entry, ...]:
        """Return entries in the order in which they were noted; None = any."""
        wanted = {"kind": kind, "study_uid": study_uid, "state": state}
        conditions = [
            self._table.c[name] == str(value) for name, value in wanted.items() if value is not None
        ]
        query = select(self._table).where(*conditions).order_by(self._table.c.id)
        with self._file.reading() as connection:
            return tuple(entry_of(row) for row in connection.execute(query))

    def entry(self, kind: EntryKind, uid: str, peer: str = "", version: int = 0) -> Entry | None:
        """Return one entry by its name; None when it was never noted."""
        with self._file.reading() as connection:
            row = connection.execute(
                select(self._table).where(self._named(kind, uid, peer, version))
            ).one_or_none()
        return None if row is None else entry_of(row)

    def studies(self, kind: EntryKind, state: EntryState) -> tuple[str, ...]:
        """Return the studies with an entry of a kind in a state, the longest waiting first."""
        table = self._table.c
        query = (
            select(table.study_uid)
            .where(table.kind == kind.value, table.state == state.value)
            .group_by(table.study_uid)
            .order_by(func.min(table.id))
        )
        with self._file.reading() as connection:
            return tuple(connection.execute(query).scalars())

    def counts(self) -> Mapping[tuple[EntryKind, EntryState], int]:
        """Return how many entries of each kind are in each state; those without any are absent."""
        table = self._table.c
        query = select(table.kind, table.state, func.count()).group_by(table.kind, table.state)
        with self._file.reading() as connection:
            return {
                (EntryKind(kind), EntryState(state)): count
                for kind, state, count in connection.execute(query)
            }

    def forget(self, entries: Iterable[Entry]) -> None:
        """Remove entries that are done, in one transaction; what changed meanwhile stays."""
        with self._file.writing() as connection:
            for one in entries:
                connection.execute(
                    delete(self._table)
                    .where(self._table.c.id == one.id)
                    .where(self._table.c.state == EntryState.DONE.value)
                )

    def _bring_up_to_date(self) -> None:
        """Make the steps that the file lacks, each in its own transaction."""
        left = True
        while left:
            with self._file.writing() as connection:
                left = next_step(connection)

    def _named(self, kind: EntryKind, uid: str, peer: str, version: int) -> ColumnElement[bool]:
        """Return the condition for one entry."""
        table = self._table.c
        return and_(
            table.kind == kind.value,
            table.uid == uid,
            table.peer == peer,
            table.version == version,
        )

    def _note(self, connection: Connection, entry: Entry) -> Noted:
        """Add an entry within a transaction; see `note`."""
        digest = connection.execute(
            select(self._table.c.digest).where(
                self._named(entry.kind, entry.uid, entry.peer, entry.version)
            )
        ).scalar_one_or_none()
        if digest is not None:
            return Noted.SAME if digest == entry.digest else Noted.CONFLICTING
        connection.execute(insert(self._table).values(values_of(entry, self._clock())))
        return Noted.NEW

    def _change(self, connection: Connection, number: int, **values: Any) -> None:
        """Change one row within a transaction.

        Raises
        ------
        QueueError
            When there is no such row.
        """
        changed = connection.execute(
            update(self._table)
            .where(self._table.c.id == number)
            .values(**values, changed_at=written(self._clock()))
        )
        if changed.rowcount != 1:
            raise QueueError("an entry that is not in the queue", "one that was noted and claimed")
