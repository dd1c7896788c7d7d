"""What a server says while it runs: an event a line on standard error, for whoever runs it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from calcsight.cli.console import one_line


class _OneLine(logging.Formatter):
    """The time in UTC, the level where something is wrong, and what happened."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line without control characters."""
        level = f"{record.levelname}: " if record.levelno >= logging.WARNING else ""
        when = datetime.fromtimestamp(record.created, UTC)
        return one_line(f"{when:%Y-%m-%dT%H:%M:%SZ} {level}{record.getMessage()}")


@contextmanager
def events_told(of: str) -> Iterator[None]:
    """Show what a part of calcsight logs until the block ends; nothing of the libraries it uses.

    Parameters
    ----------
    of : str
        The package whose loggers are heard, as "calcsight.node": they say UIDs, codes, statuses
        and addresses alone; what foreign libraries log may repeat a header or a question.
    """
    logger = logging.getLogger(of)
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine())
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)
