"""One SQLite file through SQLAlchemy: every commit durable, one writer at a time.

Write-ahead log with `synchronous=FULL`: what was committed is there after `kill -9` and after a
loss of power (SQLite documentation, "Write-Ahead Logging" and "PRAGMA synchronous").
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc

from calcsight.terms.errors import QueueError

_PATIENCE_SECONDS = 60.0
_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
_PAUSE_SECONDS = 0.02


class SqliteFile:
    """Connections to one file, for any number of threads.

    Parameters
    ----------
    path : Path
        Made when it is not there; its folder must be.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()
        # What an error of SQLAlchemy says would otherwise repeat the values of a row.
        self._engine = create_engine(
            f"sqlite:///{path}",
            hide_parameters=True,
            connect_args={"timeout": _PATIENCE_SECONDS},
        )
        _begin_explicitly(self._engine)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the file throughout.

        Raises
        ------
        QueueError
            When the file cannot be read.
        """
        with self._as_queue_errors(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that nobody else writes beside; committed when the block ends well.

        Raises
        ------
        QueueError
            When the file cannot be written.
        """
        with (
            self._as_queue_errors(),
            self._writing,
            self._engine.connect().execution_options(calcsight_writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Close all connections; a later use opens new ones."""
        self._engine.dispose()

    @contextmanager
    def _as_queue_errors(self) -> Iterator[None]:
        """Turn what SQLAlchemy says into `QueueError`, without values of rows."""
        try:
            yield
        except exc.SQLAlchemyError as problem:
            why = getattr(problem, "orig", None)
            damaged = getattr(why, "sqlite_errorcode", None) in _DAMAGED
            said = str(why) if damaged or isinstance(why, sqlite3.OperationalError) else ""
            if damaged:
                raise QueueError(
                    f"the queue {self._path} is damaged ({said})",
                    "a queue as it was left",
                    "put a copy back, or move it away: what is stored is entered and read anew",
                ) from None
            raise QueueError(
                f"the queue {self._path} could not be used ({said or type(problem).__name__})",
                "an SQLite file on a local disk with room, which may be written",
                "look at the disk and at the rights of the folder",
            ) from None


def _begin_explicitly(engine: Engine) -> None:
    """Let SQLite's transactions begin where SQLAlchemy's do, with the lock taken by writers."""

    def opened(connection: Any, record: Any) -> None:
        del record
        connection.isolation_level = None
        cursor = connection.cursor()
        try:
            _write_ahead(cursor)
            cursor.execute("PRAGMA synchronous = FULL")
        finally:
            cursor.close()

    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("calcsight_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", opened)
    event.listen(engine, "begin", begun)


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Turn the write-ahead log on; while another process does the same, SQLite does not wait."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as problem:
            locked = problem.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not locked or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
