"""What a person asks of a node, running or not: read a study now, or send again what failed.

Both only change the queue; the node that runs on the folder, or the next one, does the work.
"""

from calcsight.node.configuration import NodeSettings
from calcsight.node.due_studies import StudyStanding
from calcsight.node.only_node import is_there
from calcsight.records.entries import Entry, EntryKind, EntryState
from calcsight.records.queue import Queue
from calcsight.terms.errors import UsageError


def opened_queue(settings: NodeSettings) -> Queue:
    """Open the queue of a node.

    Raises
    ------
    UsageError
        When there is none: no node ever ran with these settings.
    QueueError
    """
    if not is_there(settings.queue_file):
        raise UsageError(
            f"no queue in {settings.folder}",
            "the folder of a node that ran before",
            "check `folder` in the file of the node",
        )
    return Queue(settings.queue_file)


def ask_for_reading(queue: Queue, study_uid: str, *, once_more: bool = False) -> Entry:
    """Enter a reading of a study now, complete or not: the signal that an exam is finished.

    Parameters
    ----------
    queue : Queue
    study_uid : str
    once_more : bool
        Also when no image is new and the last reading gave a result: a new version of it.

    Raises
    ------
    UsageError
        When nothing of the study is stored, a reading waits already, or nothing is new.
    """
    standing = StudyStanding.of(queue, study_uid)
    if not standing.instances:
        raise UsageError("a study of which nothing is stored here", "the UID of a stored study")
    latest = standing.latest
    if standing.being_read:
        raise UsageError("a study that is being read", "one that is not", "wait for its results")
    if latest and latest.state is EntryState.DONE and not standing.late and not once_more:
        raise UsageError(
            f"a study that was read (version {latest.version}) and got nothing new",
            "a study with images that were not read",
            "add --again to read it once more",
        )
    entry = standing.next_reading()
    queue.note(entry)
    return entry


def ask_for_sending(queue: Queue, study_uid: str | None = None) -> int:
    """Let deliveries that failed or were refused wait again, with all their attempts.

    Parameters
    ----------
    queue : Queue
    study_uid : str or None
        None = of every study.

    Returns
    -------
    int
        How many.
    """
    entries = queue.entries(EntryKind.DELIVERY, study_uid)
    ended = [one for one in entries if one.state.ended_badly]
    for one in ended:
        queue.anew(one)
    return len(ended)
