"""Results on their way: each to each peer, tried again with growing pauses until given up.

One association for all that is due to a peer. An object that was being sent when the node was
killed is sent again; it has the same UID and bytes, which a peer takes for the same object.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from calcsight.node.configuration import DicomWeb, NodeSettings
from calcsight.node.retrying import next_attempt_at
from calcsight.node.sending import Answer, Form, PeerLink, Sent
from calcsight.node.written_results import STOW_TARGET
from calcsight.records.entries import Entry, EntryKind, EntryState
from calcsight.records.queue import Queue
from calcsight.terms.errors import (
    CalcsightError,
    InputRefused,
    PeerRefusedError,
    QueueError,
    SettingsError,
)

if TYPE_CHECKING:
    from calcsight.dicomweb.target import WebTarget

LOGGER = logging.getLogger(__name__)

Stow = Callable[[DicomWeb, list[bytes]], None]


class Link(Protocol):
    """A way to one peer."""

    def send(self, path: Path) -> Answer:
        """Send one file; `NetworkError` when the way is broken."""

    def close(self) -> None:
        """Leave the peer."""


@dataclass(frozen=True, slots=True)
class StowLink:
    """The way to a DICOMweb server."""

    target: DicomWeb
    stow: Stow

    def send(self, path: Path) -> Answer:
        """Store one file; see `Link`."""
        try:
            self.stow(self.target, [path.read_bytes()])
        except PeerRefusedError as problem:
            return Answer(sent=Sent.REFUSED, code=problem.code)
        return Answer(sent=Sent.STORED)

    def close(self) -> None:
        """Nothing stays open."""


@dataclass(slots=True)
class Delivering:
    """Sends what is due.

    Parameters
    ----------
    queue : Queue
    settings : NodeSettings
    clock : callable
        Gives the time, with its zone.
    stow : callable
        Stores files to a DICOMweb server.
    """

    queue: Queue
    settings: NodeSettings
    clock: Callable[[], datetime]
    stow: Stow
    _left_open: bool = field(default=False, init=False)

    def turn(self, ending: Callable[[], bool]) -> bool:
        """Send everything that is due now; return whether there was anything.

        Parameters
        ----------
        ending : callable
            Tells whether the node is to end: the object in hand is sent first.

        Raises
        ------
        QueueError
            When the queue cannot be used.
        """
        try:
            if self._left_open:
                self._take_back()
            return self._round(ending)
        except QueueError:
            self._left_open = True
            raise

    def _round(self, ending: Callable[[], bool]) -> bool:
        now = self.clock()
        waiting = [
            one
            for one in self.queue.entries(EntryKind.DELIVERY, state=EntryState.WAITING)
            if one.is_due(now)
        ]
        links = _Links(self.settings, self.stow, waiting)
        try:
            for _ in waiting:
                entry = None if ending() else self.queue.claim(EntryKind.DELIVERY, now)
                if entry is None:
                    break
                self._deliver(entry, links)
        finally:
            links.close()
        return bool(waiting)

    def _deliver(self, entry: Entry, links: "_Links") -> None:
        """Send one object and say in the queue what came of it."""
        try:
            answer = links.to(entry.peer).send(self.settings.folder / entry.file)
        except (InputRefused, OSError):
            # The file itself: no other attempt can be better.
            self._end(entry, EntryState.FAILED, "unreadable_file")
        except CalcsightError as problem:
            links.given_up[entry.peer] = problem
            self._later(entry, problem.code)
        except Exception:  # noqa: BLE001 - one object must not keep the others from being sent
            self._later(entry, "internal")
        else:
            if answer.sent is Sent.LATER:
                self._later(entry, answer.code)
            else:
                stored = answer.sent is Sent.STORED
                state = EntryState.DONE if stored else EntryState.REFUSED
                self._end(entry, state, answer.code)

    def _later(self, entry: Entry, code: str) -> None:
        """Let an object wait for the next attempt, or give it up."""
        next_at = next_attempt_at(self.settings.retry, entry.attempts + 1, self.clock())
        if next_at is None:
            self._end(entry, EntryState.FAILED, code)
        else:
            self.queue.again(entry, next_at, code)
            LOGGER.warning("%s to %s: %s, again later", entry.uid, entry.peer, code)

    def _end(self, entry: Entry, state: EntryState, code: str) -> None:
        """Close an object: it arrived, or never will."""
        self.queue.finish(entry, state, code)
        level = logging.INFO if state is EntryState.DONE else logging.WARNING
        said = f"{state.value}, {code}" if code else state.value
        LOGGER.log(level, "%s to %s: %s", entry.uid, entry.peer, said)

    def _take_back(self) -> None:
        """Let objects wait that could not be closed since the queue could not be used."""
        for one in self.queue.entries(EntryKind.DELIVERY, state=EntryState.WORKING):
            self.queue.again(one, self.clock(), QueueError.code)
        self._left_open = False


class _Links:
    """Ways to peers, each opened when it is first needed; one that failed is not tried again."""

    def __init__(self, settings: NodeSettings, stow: Stow, waiting: Sequence[Entry]) -> None:
        self._settings, self._stow = settings, stow
        self._forms: dict[str, set[Form]] = {}
        for one in waiting:
            form = Form(one.sop_class_uid, one.transfer_syntax_uid)
            self._forms.setdefault(one.peer, set()).add(form)
        self._open: dict[str, Link] = {}
        self.given_up: dict[str, CalcsightError] = {}

    def to(self, name: str) -> Link:
        """Return the way to a peer.

        Raises
        ------
        NetworkError
            When it is closed, or was in this round.
        SettingsError
            When no peer has this name.
        """
        if name in self.given_up:
            raise self.given_up[name]
        if name not in self._open:
            self._open[name] = self._opened(name)
        return self._open[name]

    def close(self) -> None:
        """Leave all peers."""
        for one in self._open.values():
            one.close()

    def _opened(self, name: str) -> Link:
        if name == STOW_TARGET and self._settings.dicomweb.url:
            return StowLink(self._settings.dicomweb, self._stow)
        peer = self._settings.peer(name)
        if peer is None:
            raise SettingsError(
                f"results for {name!r}, which is no peer", "a peer of this name", "state it again"
            )
        return PeerLink(self._settings, peer, self._forms[name])


def stow_results(target: DicomWeb, data: list[bytes]) -> None:
    """Store results to a DICOMweb server; see `calcsight.dicomweb.storing.stow`."""
    # It brings an HTTP client.
    from calcsight.dicomweb.storing import stow  # noqa: PLC0415

    stow(web_target(target), data)


def web_target(target: DicomWeb) -> "WebTarget":
    """Return the DICOMweb server of the settings, with what its files of credentials hold now.

    Raises
    ------
    UsageError
        When the address is none, a file cannot be used, or credentials would go unencrypted to
        another machine; or when requests is not installed.
    """
    from calcsight.dicomweb import require_dicomweb  # noqa: PLC0415
    from calcsight.dicomweb.credentials import credentials_in_files  # noqa: PLC0415
    from calcsight.dicomweb.target import WebTarget  # noqa: PLC0415

    require_dicomweb()
    login = credentials_in_files(target.user, target.password_file, target.token_file)
    return WebTarget(url=target.url, credentials=login, ca_file=target.ca)
