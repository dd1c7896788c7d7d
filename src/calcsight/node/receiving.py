"""The side of the node that others call: C-ECHO, C-STORE and storage commitment."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Any

from pydicom import Dataset
from pynetdicom import AE, evt

from calcsight.dicom.part10 import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from calcsight.node.allowing import Gate
from calcsight.node.committing import Committer
from calcsight.node.configuration import NodeSettings
from calcsight.node.connections import MOST_PDU_BYTES, NodeServer
from calcsight.node.contexts import (
    COMMITMENT,
    COMPRESSED,
    UNCOMPRESSED,
    VERIFICATION,
    classes_taken,
)
from calcsight.node.statuses import StoreStatus, answer
from calcsight.node.storing import Store
from calcsight.node.tls_contexts import server_context
from calcsight.records.entries import utc_now
from calcsight.records.queue import Queue
from calcsight.terms.errors import NetworkError

LOGGER = logging.getLogger(__name__)
# PS3.8 9.3.4: rejected for good by the service user, calling AE title not recognised.
_CALLER_NOT_KNOWN = (0x01, 0x01, 0x03)
_PATIENCE_SECONDS = 10.0
_COURTESY_SECONDS = 2.0


class Receiver:
    """Listens from `__enter__` to `__exit__`; the caller holds `only_node`.

    Parameters
    ----------
    settings : NodeSettings
        Its folder is there.
    queue : Queue
    clock : callable, optional
        Gives the time, with its zone.
    """

    def __init__(
        self, settings: NodeSettings, queue: Queue, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._settings, self._queue, self._clock = settings, queue, clock
        self._gate = Gate(settings.callers)
        self._server: Any = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """Port it listens on, also where the settings say any."""
        return int(self._server.server_address[1])

    def __enter__(self) -> "Receiver":
        """Enter what a kill left without a row, then listen.

        Raises
        ------
        NetworkError
            When the address or the port cannot be had.
        SettingsError
            When the certificates cannot be used.
        QueueError
        """
        self._store = Store(self._settings, self._queue)
        self._store.adopt()
        self._committer = Committer(self._settings, self._queue, self._clock)
        self._server = self._listening()
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="calcsight-node", daemon=True
        )
        self._thread.start()
        self._committer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Abort what is open and stop listening; what was answered stays."""
        _abort(self._server.active_associations)
        self._committer.stop()
        self._server.shutdown()

    def _listening(self) -> Any:
        """Return the server with its handlers, bound to its port."""
        settings = self._settings
        entity = _entity(settings)
        try:
            server = entity.make_server(
                (settings.address, settings.port),
                ssl_context=server_context(settings.tls),
                evt_handlers=[
                    (evt.EVT_REQUESTED, self._requested),
                    (evt.EVT_REJECTED, self._rejected),
                    (evt.EVT_C_ECHO, _echoed),
                    (evt.EVT_C_STORE, self._stored),
                    (evt.EVT_N_ACTION, self._committer.asked),
                ],
                server_class=NodeServer,
                gate=self._gate,
                incoming=self._store.incoming,
            )
        except OSError as problem:
            raise NetworkError(
                f"{settings.address} port {settings.port} could not be listened on "
                f"({problem.strerror or type(problem).__name__})",
                "an address of this machine and a free port",
                "end what uses it, or state another",
            ) from None
        # Where its own shutdown looks for it; `make_server` leaves that to the caller.
        entity._servers.append(server)
        return server

    def _requested(self, event: Any) -> None:
        """Reject a caller that is not on the list, or not from there."""
        assoc = event.assoc
        title = str(assoc.requestor.primitive.calling_ae_title)
        if not self._gate.admits(title, assoc.requestor.address):
            LOGGER.warning(
                "rejected %s: its title is not on the list, or not from there", _at(assoc)
            )
            assoc.acse.send_reject(*_CALLER_NOT_KNOWN)
            assoc.kill()

    def _rejected(self, event: Any) -> None:
        """Say why a caller that may connect was rejected all the same."""
        assoc = event.assoc
        called = str(assoc.requestor.primitive.called_ae_title)
        other = called != self._settings.ae_title
        why = "it calls another title" if other else "too many associations"
        LOGGER.warning("rejected %s: %s", _at(assoc), why)

    def _stored(self, event: Any) -> Dataset:
        """Answer a C-STORE."""
        status = self._kept(event)
        if status is not StoreStatus.SUCCESS:
            LOGGER.warning("a C-STORE of %s answered with %04XH", _at(event.assoc), status)
        return answer(status)

    def _kept(self, event: Any) -> StoreStatus:
        """Store what came with a C-STORE."""
        request = event.request
        sop_class = str(request.AffectedSOPClassUID)
        if sop_class != str(event.context.abstract_syntax):
            # Negotiated for something else, so that it may be anything.
            request.DataSet.discard()
            return StoreStatus.DOES_NOT_MATCH
        sop_uid = str(request.AffectedSOPInstanceUID)
        return self._store.keep(request.DataSet, sop_class, sop_uid)


def _at(assoc: Any) -> str:
    """Return where a caller is; titles are what others say, and are not repeated."""
    return f"a caller at {assoc.requestor.address}"


def _abort(associations: Sequence[Any]) -> None:
    """Abort associations; one that waits in the middle of a PDU is cut off."""
    ending = [threading.Thread(target=one.abort, daemon=True) for one in associations]
    for thread in ending:
        thread.start()
    until = time.monotonic() + _COURTESY_SECONDS
    for thread in ending:
        thread.join(max(0.0, until - time.monotonic()))
    for one in associations:
        connection = getattr(one.dul.socket, "socket", None)
        if one.is_alive() and connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
    for one in associations:
        one.join(_PATIENCE_SECONDS)


def _entity(settings: NodeSettings) -> AE:
    """Return the application entity of the settings, with what it takes."""
    entity = AE(ae_title=settings.ae_title)
    entity.implementation_class_uid = IMPLEMENTATION_CLASS_UID
    entity.implementation_version_name = IMPLEMENTATION_VERSION_NAME
    entity.require_called_aet = True
    entity.maximum_associations = settings.limits.associations
    entity.maximum_pdu_size = MOST_PDU_BYTES
    entity.acse_timeout = settings.limits.greeting_seconds
    entity.network_timeout = settings.limits.idle_seconds
    entity.dimse_timeout = settings.limits.idle_seconds
    for one in (VERIFICATION, COMMITMENT):
        entity.add_supported_context(one, list(UNCOMPRESSED))
    for one in classes_taken(settings.tomosynthesis):
        entity.add_supported_context(one, [*UNCOMPRESSED, *COMPRESSED])
    return entity


def _echoed(event: Any) -> int:
    """Answer a C-ECHO."""
    del event
    return 0x0000
