"""Connections as pynetdicom serves them, made safe against peers that are slow, silent or hostile.

pynetdicom shakes hands in the thread that accepts, and holds a data set in memory. Here a PDU is
bounded in size and time (`bounded_socket`), who may not come is cut off before a byte is read,
and a data set goes to a file (`incoming`).
Nothing a peer sends is logged but the kind of what went wrong.
"""

import logging
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from datetime import datetime
from typing import Any

from pynetdicom import evt
from pynetdicom.association import Association
from pynetdicom.dimse import DIMSEServiceProvider
from pynetdicom.dimse_messages import C_STORE_RQ, DIMSEMessage
from pynetdicom.dimse_primitives import N_ACTION, N_EVENT_REPORT
from pynetdicom.transport import (
    AssociationServer,
    RequestHandler,
    ThreadedAssociationServer,
)

from calcsight.node.allowing import Gate
from calcsight.node.bounded_socket import BoundedSocket
from calcsight.node.contexts import agreed_syntax
from calcsight.node.incoming import (
    BoundedBytes,
    Heading,
    IncomingObject,
    TooMuchError,
    file_heading,
)

LOGGER = logging.getLogger(__name__)
# Of what the node agrees to in negotiation, and of a request for an association of 128 contexts.
MOST_PDU_BYTES = 131_072
# DICOM lets one request wait for its answer at a time, unless negotiated otherwise.
_MOST_REQUESTS = 8
_MORE_CONNECTIONS = 16
_GLANCE_SECONDS = 0.2


class _Messages(queue.Queue[Any]):
    """Requests for the association; answers to reports of the node stand apart."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: queue.Queue[Any] = queue.Queue()

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Add a message where it belongs."""
        if isinstance(item[1], N_EVENT_REPORT):
            self.answers.put(item)
        else:
            super().put(item, block, timeout)


class BoundedDimse(DIMSEServiceProvider):
    """Puts messages together; a data set that is stored goes to a file on the way.

    Parameters
    ----------
    assoc : Association
    incoming : callable
        Gives a place for a data set; see `Store.incoming`.
    """

    def __init__(self, assoc: Any, incoming: Callable[[Heading], IncomingObject]) -> None:
        super().__init__(assoc)
        self._messages = _Messages()
        self.msg_queue = self._messages
        self._incoming = incoming
        self._unfinished: IncomingObject | None = None
        self._sending = threading.Lock()
        self.action_answered = threading.Event()

    def receive_primitive(self, primitive: Any) -> None:
        """Take a fragment; whatever is wrong with it ends the association."""
        try:
            if self._messages.qsize() >= _MOST_REQUESTS:
                raise TooMuchError
            if self.message is None:
                self._begin()
            super().receive_primitive(primitive)
            if self.message is None:
                self._unfinished = None
        except Exception as problem:  # noqa: BLE001 - a damaged command raises nearly anything
            LOGGER.info("an association ended: %s in a message", type(problem).__name__)
            self.dul.event_queue.put("Evt19")

    def send_msg(self, primitive: Any, context_id: int) -> None:
        """Send one message whole: reports of the node come from another thread."""
        with self._sending:
            super().send_msg(primitive, context_id)
        if isinstance(primitive, N_ACTION):
            self.action_answered.set()

    def answer_to_report(self, seconds: float) -> Any:
        """Return the answer to an N-EVENT-REPORT of the node; None when none came in time."""
        deadline = time.monotonic() + seconds
        while self.assoc.is_established and time.monotonic() < deadline:
            with suppress(queue.Empty):
                return self._messages.answers.get(timeout=_GLANCE_SECONDS)[1]
        return None

    def abandon(self) -> None:
        """Remove what was coming in when the association ended."""
        waiting = [self._unfinished]
        while not self._messages.empty():
            waiting.append(getattr(self._messages.get()[1], "DataSet", None))
        for one in waiting:
            if isinstance(one, IncomingObject):
                one.discard()

    def _begin(self) -> None:
        """Begin a message."""
        self.message = message = DIMSEMessage()
        message.encoded_command_set = BoundedBytes()
        message.data_set = self._unfinished = self._incoming(lambda: self._heading(message))

    def _heading(self, message: Any) -> bytes | None:
        """Return what stands before the data set of a C-STORE in its file."""
        if not isinstance(message, C_STORE_RQ):
            return None
        command = message.command_set
        return file_heading(
            str(command.AffectedSOPClassUID),
            str(command.AffectedSOPInstanceUID),
            str(agreed_syntax(self.assoc, message.context_id or 0)),
        )


class NodeServer(ThreadedAssociationServer):
    """Accepts connections from allowed addresses, a bounded number at a time.

    Parameters
    ----------
    *said
        Of pynetdicom's server.
    gate : Gate
    incoming : callable
        See `BoundedDimse`.
    **more
        Of pynetdicom's server.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self,
        *said: Any,
        gate: Gate,
        incoming: Callable[[Heading], IncomingObject],
        **more: Any,
    ) -> None:
        self.gate, self.incoming = gate, incoming
        self._connections = threading.BoundedSemaphore(
            said[0].maximum_associations + _MORE_CONNECTIONS
        )
        more["request_handler"] = NodeConnection
        super().__init__(*said, **more)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept one connection; TLS is spoken in a thread of its own."""
        client, address = super(AssociationServer, self).get_request()
        client.settimeout(self.ae.network_timeout)
        if self.ssl_context:
            client = self.ssl_context.wrap_socket(
                client, server_side=True, do_handshake_on_connect=False
            )
        return client, address

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Tell whether a connection is served at all."""
        del request
        if not self.gate.may_connect(client_address[0]):
            LOGGER.warning(
                "rejected a connection from %s: nobody may come from there", client_address[0]
            )
            return False
        if not self._connections.acquire(blocking=False):
            LOGGER.warning("rejected a connection from %s: too many", client_address[0])
            return False
        return True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection and close it."""
        try:
            self.finish_request(request, client_address)
        except Exception as problem:  # noqa: BLE001 - a connection must not take the node along
            LOGGER.info("a connection ended: %s", type(problem).__name__)
        finally:
            self._connections.release()
            self.shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing, as the standard library would."""
        del request, client_address
        LOGGER.info("a connection could not be served")

    def _bind_defaults(self) -> None:
        """Answer what has no handler as pynetdicom does, and log nothing of what comes."""
        for event in evt._INTERVENTION_EVENTS:
            self.bind(event, evt.get_default_handler(event))


class NodeConnection(RequestHandler):
    """One connection: shakes hands, then serves one association to its end."""

    def handle(self) -> None:
        """Serve the association; what it left half-received is removed."""
        if isinstance(self.request, ssl.SSLSocket):
            self.request.settimeout(self.ae.acse_timeout)
            self.request.do_handshake()
            self.request.settimeout(self.ae.network_timeout)
        assoc = self._create_association()
        try:
            assoc.start()
            assoc.join()
        finally:
            assoc.dimse.abandon()

    def _create_association(self) -> Any:
        """Return an association that is bounded; its thread's name is how pynetdicom counts it."""
        server: Any = self.server
        assoc: Any = Association(self.ae, "acceptor")
        assoc._server = server
        assoc.name = f"AcceptorThread@{datetime.now():%Y%m%d%H%M%S}"
        assoc.dimse = BoundedDimse(assoc, server.incoming)
        assoc.set_socket(BoundedSocket(assoc, client_socket=self.request))
        assoc.acceptor.maximum_length = self.ae.maximum_pdu_size
        assoc.acceptor.ae_title = server.ae_title
        assoc.acceptor.address_info = self.local
        assoc.acceptor.implementation_class_uid = self.ae.implementation_class_uid
        assoc.acceptor.implementation_version_name = self.ae.implementation_version_name
        assoc.acceptor.supported_contexts = deepcopy(server.contexts)
        assoc.requestor.address_info = self.remote
        for event, handlers in server._handlers.items():
            if event.is_intervention:
                assoc.bind(event, *handlers)
            else:
                for handler, arguments in handlers:
                    assoc.bind(event, handler, arguments)
        return assoc
