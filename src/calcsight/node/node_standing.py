"""How a node stands: what waits, what was refused, how full it is; also while it runs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from calcsight.node.configuration import NodeSettings
from calcsight.node.disk_room import bytes_below
from calcsight.node.only_node import is_there, runs_on
from calcsight.records.entries import Entry, EntryKind, EntryState
from calcsight.records.queue import Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeStanding:
    """One look at a node.

    Parameters
    ----------
    running : bool
        A node runs on the folder now.
    counts : mapping of (EntryKind, EntryState) to int
        Entries; what has none is absent.
    open_entries : tuple of Entry
        All that is not done, the longest noted first.
    codes : mapping of (EntryKind, EntryState, str) to int
        How often each code ended an entry, or its last attempt and it waits.
    used_bytes, limit_bytes : int
        Of the folder.
    """

    running: bool
    counts: Mapping[tuple[EntryKind, EntryState], int]
    open_entries: tuple[Entry, ...]
    codes: Mapping[tuple[EntryKind, EntryState, str], int]
    used_bytes: int
    limit_bytes: int

    def oldest_waiting(self, kind: EntryKind) -> Entry | None:
        """Return what waits longest; None when nothing of a kind does."""
        return next(
            (
                one
                for one in self.open_entries
                if one.kind is kind and one.state is EntryState.WAITING
            ),
            None,
        )


def standing_of(settings: NodeSettings) -> NodeStanding:
    """Look at the queue and the folder of a node; a node that never ran has neither.

    Raises
    ------
    QueueError
        When the queue cannot be read.
    """
    counts: Mapping[tuple[EntryKind, EntryState], int] = {}
    open_entries: tuple[Entry, ...] = ()
    if is_there(settings.queue_file):
        with Queue(settings.queue_file) as queue:
            counts = queue.counts()
            states = [state for state in EntryState if state is not EntryState.DONE]
            found = [one for state in states for one in queue.entries(state=state)]
            open_entries = tuple(sorted(found, key=lambda one: one.id))
    codes = Counter((one.kind, one.state, one.code) for one in open_entries if one.code)
    return NodeStanding(
        running=runs_on(settings.folder),
        counts=counts,
        open_entries=open_entries,
        codes=dict(sorted(codes.items())),
        used_bytes=bytes_below(settings.folder),
        limit_bytes=round(settings.limits.store_gb * 1e9),
    )
