"""Storage commitment: takes requests, and reports on each until the caller has heard it.

A request is written and entered before it is answered, so a report is sent after `kill -9`, too.
The report goes to the peer that the settings name for the caller, on an association of its own;
where they name none, on the association of the request while that is open. PS3.4 J.3.3 allows both.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pydicom import Dataset
from pynetdicom import build_role
from pynetdicom.dimse_primitives import N_EVENT_REPORT
from pynetdicom.dsutils import encode

from calcsight.node.calling import association_with
from calcsight.node.commitments import (
    COMMITMENTS,
    EventType,
    asked_before,
    asked_in,
    report_on,
)
from calcsight.node.configuration import NodeSettings, Peer
from calcsight.node.contexts import (
    COMMITMENT,
    COMMITMENT_INSTANCE,
    UNCOMPRESSED,
    agreed_syntax,
)
from calcsight.node.incoming import BoundedBytes
from calcsight.records.entries import Entry, EntryKind, EntryState, Noted
from calcsight.records.queue import Queue
from calcsight.terms.errors import CalcsightError, InputRefused, NetworkError, PeerRefusedError

LOGGER = logging.getLogger(__name__)
_PAUSE_SECONDS = 0.5
_PATIENCE_SECONDS = 10.0
# PS3.7 10.1.4.1.10: statuses of N-ACTION.
_SUCCESS, _NO_SUCH_INSTANCE, _NO_SUCH_ACTION = 0x0000, 0x0112, 0x0123
_INVALID_ARGUMENT, _PROCESSING_FAILURE = 0x0115, 0x0110
_REQUEST_COMMITMENT = 1


class Committer:
    """Reports in a thread of its own, from `start` to `stop`.

    Parameters
    ----------
    settings : NodeSettings
    queue : Queue
    clock : callable
        Gives the time, with its zone.
    """

    def __init__(self, settings: NodeSettings, queue: Queue, clock: Callable[[], datetime]) -> None:
        self._settings, self._queue, self._clock = settings, queue, clock
        self._open: dict[tuple[str, str], tuple[Any, int]] = {}
        self._news, self._ending = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="calcsight-commitments", daemon=True)
        (settings.folder / COMMITMENTS).mkdir(exist_ok=True)

    def start(self) -> None:
        """Begin to report."""
        self._thread.start()

    def stop(self) -> None:
        """End after the report that is being sent, unless that takes long: it is sent again."""
        self._ending.set()
        self._news.set()
        self._thread.join(_PATIENCE_SECONDS)

    def asked(self, event: Any) -> tuple[int, Dataset | None]:
        """Answer an N-ACTION; the report follows."""
        request = event.request
        if str(request.RequestedSOPInstanceUID) != COMMITMENT_INSTANCE:
            return _NO_SUCH_INSTANCE, None
        if request.ActionTypeID != _REQUEST_COMMITMENT:
            return _NO_SUCH_ACTION, None
        caller = str(event.assoc.requestor.ae_title).strip()
        try:
            asked = asked_in(event.action_information)
            entry = asked.entry(caller)
            asked.write(self._settings.folder, caller)
            event.assoc.dimse.action_answered.clear()
            # The report must find the association, also when it is quicker than this thread.
            self._open[caller, entry.uid] = (event.assoc, event.context.context_id)
            noted = self._queue.note(entry)
        except InputRefused:
            return _INVALID_ARGUMENT, None
        except CalcsightError as error:
            LOGGER.warning("a request for commitment was not taken: %s", error.code)
            return _PROCESSING_FAILURE, None
        if noted is Noted.CONFLICTING:
            return _INVALID_ARGUMENT, None
        if noted is Noted.SAME:
            self._once_more(entry)
        self._news.set()
        return _SUCCESS, None

    def _once_more(self, entry: Entry) -> None:
        """Report again to who asked again."""
        before = self._queue.entry(EntryKind.COMMITMENT, entry.uid, entry.peer)
        if before is not None and before.state in (EntryState.DONE, EntryState.FAILED):
            self._queue.again(before, self._clock())

    def _run(self) -> None:
        """Report until asked to end."""
        while not self._ending.is_set():
            try:
                busy = self.report_due()
            except CalcsightError as error:
                LOGGER.warning("commitments wait: %s", error.code)
                busy = False
            if not busy:
                self._news.wait(_PAUSE_SECONDS)
                self._news.clear()

    def report_due(self) -> bool:
        """Send one report that is due; return whether there was one."""
        entry = self._queue.claim(EntryKind.COMMITMENT, self._clock())
        if entry is None:
            return False
        try:
            asked = asked_before(self._settings.folder, entry)
            report = report_on(
                asked,
                self._settings.folder,
                lambda uid: self._queue.entry(EntryKind.INSTANCE, uid),
            )
            self._send(entry, *report)
        except InputRefused as error:
            self._queue.finish(entry, EntryState.FAILED, error.code)
        except NetworkError as error:
            self._later(entry, error.code)
        else:
            self._queue.finish(entry, EntryState.DONE)
            self._open.pop((entry.peer, entry.uid), None)
        return True

    def _later(self, entry: Entry, code: str) -> None:
        """Let a report wait for another attempt, or give it up."""
        retry = self._settings.retry
        if entry.attempts + 1 >= retry.attempts or self._peer(entry) is None:
            self._queue.finish(entry, EntryState.FAILED, code)
            self._open.pop((entry.peer, entry.uid), None)
            return
        pause = min(retry.most_seconds, retry.first_seconds * 2.0 ** min(entry.attempts, 40))
        self._queue.again(entry, self._clock() + timedelta(seconds=pause), code)

    def _peer(self, entry: Entry) -> Peer | None:
        """Return the peer that the settings name for a caller."""
        return next((one for one in self._settings.peers if one.ae_title == entry.peer), None)

    def _send(self, entry: Entry, kind: EventType, report: Dataset) -> None:
        """Send a report where it can be sent."""
        peer = self._peer(entry)
        if peer is None:
            self._send_back(entry, kind, report)
        else:
            _send_anew(self._settings, peer, kind, report)

    def _send_back(self, entry: Entry, kind: EventType, report: Dataset) -> None:
        """Send a report on the association of the request."""
        assoc, context_id = self._open.get((entry.peer, entry.uid), (None, 0))
        if assoc is None or not assoc.is_established:
            raise NetworkError(
                "a caller that has gone, and no peer of its AE title",
                "a [[peers]] with its AE title, or an association kept open",
            )
        # The request is answered first.
        assoc.dimse.action_answered.wait(_PATIENCE_SECONDS)
        assoc.dimse.send_msg(_request(assoc, context_id, kind, report), context_id)
        said = assoc.dimse.answer_to_report(self._settings.limits.idle_seconds)
        _refuse_unless_success(None if said is None else said.Status)


def _request(assoc: Any, context_id: int, kind: EventType, report: Dataset) -> N_EVENT_REPORT:
    """Return an N-EVENT-REPORT for an association that another opened."""
    syntax = agreed_syntax(assoc, context_id)
    request = N_EVENT_REPORT()
    request.MessageID = 1
    request.AffectedSOPClassUID = COMMITMENT
    request.AffectedSOPInstanceUID = COMMITMENT_INSTANCE
    request.EventTypeID = int(kind)
    request.EventInformation = BoundedBytes(
        encode(report, syntax.is_implicit_VR, syntax.is_little_endian) or b""
    )
    return request


def _send_anew(settings: NodeSettings, peer: Peer, kind: EventType, report: Dataset) -> None:
    """Send a report on an association of its own, in the role of the provider (PS3.4 J.3.3)."""
    roles = [build_role(COMMITMENT, scp_role=True)]
    assoc = association_with(settings, peer, [(COMMITMENT, UNCOMPRESSED)], roles)
    try:
        said, _ = assoc.send_n_event_report(report, int(kind), COMMITMENT, COMMITMENT_INSTANCE)
        _refuse_unless_success(said.get("Status"))
    except (RuntimeError, ValueError):
        raise PeerRefusedError(
            f"the peer {peer.name} takes no report of commitment", "Storage Commitment as user"
        ) from None
    finally:
        assoc.release()


def _refuse_unless_success(status: int | None) -> None:
    """Refuse any answer but success."""
    if status is None:
        raise NetworkError("a report of commitment without an answer", "an answer")
    if status != _SUCCESS:
        raise PeerRefusedError(f"a report of commitment answered with {status:04X}H", "0000H")
