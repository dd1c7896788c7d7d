"""The table `queue` as it is now, and its rows as entries; how it came so: `migrations`."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Row, Table, Text, UniqueConstraint

from calcsight.records.entries import Entry, EntryKind, EntryState


def queue_table() -> Table:
    """Return the table; times are text in UTC that sorts as the times do."""
    return Table(
        "queue",
        MetaData(),
        Column("id", Integer, primary_key=True, autoincrement=True),
        *(Column(name, Text, nullable=False) for name in ("kind", "state", "study_uid", "uid")),
        Column("peer", Text, nullable=False),
        Column("version", Integer, nullable=False),
        *(
            Column(name, Text, nullable=False)
            for name in ("sop_class_uid", "transfer_syntax_uid", "file", "digest")
        ),
        Column("attempts", Integer, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("due_at", "noted_at", "changed_at")),
        Column("code", Text, nullable=False),
        UniqueConstraint("kind", "uid", "peer", "version"),
        sqlite_autoincrement=True,
    )


def written(moment: datetime) -> str:
    """Return a time as the table holds it.

    Raises
    ------
    ValueError
        When the time has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a zone; needed: one with it")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def values_of(entry: Entry, now: datetime) -> dict[str, Any]:
    """Return the columns of an entry that is noted now."""
    return {
        "kind": entry.kind.value,
        "state": entry.state.value,
        "study_uid": entry.study_uid,
        "uid": entry.uid,
        "peer": entry.peer,
        "version": entry.version,
        "sop_class_uid": entry.sop_class_uid,
        "transfer_syntax_uid": entry.transfer_syntax_uid,
        "file": entry.file,
        "digest": entry.digest,
        "attempts": entry.attempts,
        "due_at": written(entry.due_at or now),
        "noted_at": written(now),
        "changed_at": written(now),
        "code": entry.code,
    }


def entry_of(row: Row[Any]) -> Entry:
    """Return a row as an entry."""
    values = dict(row._mapping)
    for name in ("due_at", "noted_at", "changed_at"):
        values[name] = datetime.fromisoformat(values[name])
    values["kind"], values["state"] = EntryKind(values["kind"]), EntryState(values["state"])
    return Entry(**values)
