"""When what failed is tried again: each pause twice as long as the one before, up to a limit."""

from datetime import datetime, timedelta

from calcsight.node.configuration import Retry


def next_attempt_at(retry: Retry, failed: int, now: datetime) -> datetime | None:
    """Return when to try again; None when it is time to give up.

    Parameters
    ----------
    retry : Retry
    failed : int
        Attempts that failed, the last one included; at least 1.
    now : datetime
    """
    if failed >= retry.attempts:
        return None
    # 2**60 pauses of a hundredth of a second are longer than any limit.
    seconds = retry.first_seconds * 2.0 ** min(failed - 1, 60)
    return now + timedelta(seconds=min(seconds, retry.most_seconds))
