"""The side of the node that calls others: associations to peers, with and without TLS."""

import queue
import time
from collections.abc import Iterable
from contextlib import suppress
from ssl import SSLContext
from typing import Any

from pynetdicom import AE
from pynetdicom.dimse import DIMSEServiceProvider
from pynetdicom.transport import AddressInformation

from calcsight.dicom.part10 import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from calcsight.node.bounded_socket import BoundedSocket
from calcsight.node.configuration import NodeSettings, Peer
from calcsight.node.tls_contexts import client_context
from calcsight.terms.errors import NetworkError, PeerRefusedError

# One that is not there must not hold up what goes to others.
_CONNECT_SECONDS = 10.0


class PatientDimse(DIMSEServiceProvider):
    """Waits for an answer from when the request was sent: on a slow way that takes its time."""

    def get_msg(self, block: bool = False) -> Any:
        """Return the next message, (None, None) when none comes in time."""
        if not block or self.dimse_timeout is None:
            return super().get_msg(block)
        asked_at = time.monotonic()
        while True:
            sent_at = getattr(self.assoc.dul.socket, "sent_at", 0.0)
            left = max(asked_at, sent_at) + self.dimse_timeout - time.monotonic()
            if left <= 0.0:
                return None, None
            with suppress(queue.Empty):
                return self.msg_queue.get(timeout=left)


class CallingEntity(AE):
    """An application entity that waits for no peer without end."""

    def _create_socket(
        self, assoc: Any, address: AddressInformation, tls_args: tuple[SSLContext, str] | None
    ) -> BoundedSocket:
        """Return the socket of an association that is to be opened, and give it its patience."""
        made = BoundedSocket(assoc, address=address)
        made.tls_args = tls_args
        assoc.dimse = PatientDimse(assoc)
        return made


def association_with(
    settings: NodeSettings,
    peer: Peer,
    contexts: Iterable[tuple[str, Iterable[str]]],
    roles: Iterable[Any] = (),
) -> Any:
    """Open an association with a peer; the caller releases it.

    Parameters
    ----------
    settings : NodeSettings
    peer : Peer
    contexts : iterable of (str, iterable of str)
        Abstract syntaxes to ask for, each with its transfer syntaxes.
    roles : iterable
        Roles to negotiate (`pynetdicom.build_role`).

    Returns
    -------
    Association
        Established.

    Raises
    ------
    NetworkError
        When the peer cannot be reached; `PeerRefusedError` when it rejects the association.
    SettingsError
        When the certificates cannot be used.
    """
    entity = _entity(settings)
    for abstract_syntax, transfer_syntaxes in contexts:
        entity.add_requested_context(abstract_syntax, list(transfer_syntaxes))
    tls_args = (client_context(settings.tls), peer.address) if peer.tls else None
    try:
        made = entity.associate(
            peer.address, peer.port, ae_title=peer.ae_title, ext_neg=list(roles), tls_args=tls_args
        )
    except (OSError, UnicodeError):
        # A name that is not known may be known tomorrow: that server, too, is at times away.
        raise NetworkError(
            f"the address of the peer {peer.name} could not be found",
            "an address, or a name that this machine can look up",
            "see whether the name server answers; check the spelling",
        ) from None
    if made.is_rejected:
        raise PeerRefusedError(
            f"the peer {peer.name} rejected the association",
            "a peer that accepts this node",
            "let it know AE title and address of this node; check its own AE title here",
        )
    if not made.is_established:
        raise NetworkError(
            f"the peer {peer.name} could not be reached, or takes nothing of what is sent",
            "a peer that listens at its address and port",
            "see whether it runs, and whether both speak TLS or neither",
        )
    return made


def _entity(settings: NodeSettings) -> CallingEntity:
    """Return this node as one who calls, and waits no longer than its limits say."""
    entity = CallingEntity(ae_title=settings.ae_title)
    entity.implementation_class_uid = IMPLEMENTATION_CLASS_UID
    entity.implementation_version_name = IMPLEMENTATION_VERSION_NAME
    entity.connection_timeout = min(_CONNECT_SECONDS, settings.limits.idle_seconds)
    entity.acse_timeout = settings.limits.idle_seconds
    entity.dimse_timeout = entity.network_timeout = settings.limits.idle_seconds
    return entity
