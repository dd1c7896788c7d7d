"""From one version of the queue's table to the next, each step in one transaction.

`PRAGMA user_version` counts the steps that were made. A step that was released is never changed:
the table of later versions comes from later steps.
"""

from sqlalchemy import Connection, text

from calcsight.terms.errors import QueueError

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE queue (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            state TEXT NOT NULL,
            study_uid TEXT NOT NULL,
            uid TEXT NOT NULL,
            peer TEXT NOT NULL,
            version INTEGER NOT NULL,
            sop_class_uid TEXT NOT NULL,
            transfer_syntax_uid TEXT NOT NULL,
            file TEXT NOT NULL,
            digest TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            due_at TEXT NOT NULL,
            noted_at TEXT NOT NULL,
            changed_at TEXT NOT NULL,
            code TEXT NOT NULL,
            UNIQUE (kind, uid, peer, version)
        )
        """,
        "CREATE INDEX queue_by_turn ON queue (kind, state, due_at)",
        "CREATE INDEX queue_by_study ON queue (study_uid, kind)",
    ),
)


def next_step(connection: Connection, steps: tuple[tuple[str, ...], ...] = STEPS) -> bool:
    """Make the next step in the transaction of `connection`; return whether one was left.

    Raises
    ------
    QueueError
        When the table is of a later version, or the file holds something else.
    """
    version = int(connection.execute(text("PRAGMA user_version")).scalar_one())
    if version > len(steps):
        raise QueueError(
            f"a queue of version {version}",
            f"at most version {len(steps)}, which this calcsight knows",
            "run the calcsight that wrote it, or a later one",
        )
    if version == 0:
        _refuse_another_database(connection)
    if version == len(steps):
        return False
    for statement in steps[version]:
        connection.execute(text(statement))
    connection.execute(text(f"PRAGMA user_version = {version + 1}"))
    return True


def _refuse_another_database(connection: Connection) -> None:
    """Refuse a file of another program."""
    count = connection.execute(text("SELECT count(*) FROM sqlite_schema")).scalar_one()
    if count:
        raise QueueError(
            "an SQLite file that is no queue of calcsight",
            "a queue, or no file yet",
            "name another folder for the node",
        )
