"""Storage commitment: takes requests, and reports on each until the caller has heard it.

A request is written and entered before it is answered, so a report is sent after `kill -9`, too.
The report goes to the peer that the settings name for the caller, on an association of its own;
where they name none, on the association of the request while that is open. PS3.4 J.3.3 allows both.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
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
from calcsight.node.results_of_exam import INTERNAL
from calcsight.node.retrying import next_attempt_at
from calcsight.records.entries import Entry, EntryKind, EntryState, Noted
from calcsight.records.queue import Queue
from calcsight.terms.errors import (
    CalcsightError,
    InputRefused,
    NetworkError,
    PeerRefusedError,
    QueueError,
)

LOGGER = logging.getLogger(__name__)
_PAUSE_SECONDS, _TROUBLE_SECONDS = 0.5, 5.0
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
        self._left_open = False
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
            asked.write(self._settings.folder, caller)
            noted = self._noted(asked.entry(caller), event)
        except InputRefused:
            return _INVALID_ARGUMENT, None
        except CalcsightError as error:
            LOGGER.warning("a request for commitment was not taken: %s", error.code)
            return _PROCESSING_FAILURE, None
        if noted is Noted.CONFLICTING:
            return _INVALID_ARGUMENT, None
        self._news.set()
        return _SUCCESS, None

    def _noted(self, entry: Entry, event: Any) -> Noted:
        """Note a request; its report finds the association, however quick it is."""
        event.assoc.dimse.action_answered.clear()
        key = (entry.peer, entry.uid)
        before = self._open.get(key)
        self._open[key] = (event.assoc, event.context.context_id)
        noted = None
        try:
            noted = self._queue.note(entry)
        finally:
            if noted in (None, Noted.CONFLICTING):
                # Not taken: who asked before, if anyone did, still waits for the report.
                self._open.pop(key)
                if before is not None:
                    self._open[key] = before
        if noted is Noted.SAME:
            self._once_more(entry)
        return noted

    def _once_more(self, entry: Entry) -> None:
        """Report again to who asked again."""
        before = self._queue.entry(EntryKind.COMMITMENT, entry.uid, entry.peer)
        if before is not None and before.state in (EntryState.DONE, EntryState.FAILED):
            self._queue.again(before, self._clock())

    def _run(self) -> None:
        """Report until asked to end; no trouble ends it before."""
        while not self._ending.is_set():
            pause = 0.0
            try:
                if not self.report_due():
                    pause = _PAUSE_SECONDS
            except Exception as problem:  # noqa: BLE001 - a message may repeat what came in
                code = getattr(problem, "code", type(problem).__name__)
                LOGGER.warning("commitments wait: %s", code)
                pause = _TROUBLE_SECONDS
            if pause:
                self._news.wait(pause)
                self._news.clear()

    def report_due(self) -> bool:
        """Send one report that is due; return whether there was one.

        Raises
        ------
        QueueError
            When the queue cannot be used.
        """
        if self._left_open:
            self._take_back()
        entry = self._queue.claim(EntryKind.COMMITMENT, self._clock())
        if entry is None:
            return False
        self._left_open = True
        try:
            self._report(entry)
        except NetworkError as error:
            self._later(entry, error.code)
        except QueueError:
            raise
        except CalcsightError as error:
            # A request that is damaged, certificates that cannot be used: no time mends it.
            self._close(entry, EntryState.FAILED, error.code)
        except Exception:  # noqa: BLE001 - one report must not keep the others from being sent
            self._later(entry, INTERNAL)
        else:
            self._close(entry, EntryState.DONE)
        self._left_open = False
        return True

    def _report(self, entry: Entry) -> None:
        """Look at what is stored, and send the report on it."""
        folder = self._settings.folder
        report = report_on(
            asked_before(folder, entry),
            folder,
            lambda uid: self._queue.entry(EntryKind.INSTANCE, uid),
        )
        self._send(entry, *report)

    def _take_back(self) -> None:
        """Let reports wait that could not be closed since the queue could not be used."""
        for one in self._queue.entries(EntryKind.COMMITMENT, state=EntryState.WORKING):
            self._queue.again(one, self._clock(), QueueError.code)
        self._left_open = False

    def _close(self, entry: Entry, state: EntryState, code: str = "") -> None:
        """End a report, and forget the association of its request."""
        self._queue.finish(entry, state, code)
        self._open.pop((entry.peer, entry.uid), None)

    def _later(self, entry: Entry, code: str) -> None:
        """Let a report wait for another attempt, or give it up."""
        now = self._clock()
        next_at = next_attempt_at(self._settings.retry, entry.attempts + 1, now)
        if next_at is None or self._peer(entry) is None:
            self._close(entry, EntryState.FAILED, code)
        else:
            self._queue.again(entry, next_at, code)

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
