"""The socket of an association: whatever the other side does or leaves, nobody waits without end.

pynetdicom believes the length a PDU states, waits for its bytes without end, and sends without
end to a peer that takes nothing.
"""

import socket
import time
from typing import Any

from pynetdicom.transport import AssociationSocket

_MOST_READ_BYTES = 1 << 20
# What the system takes over ahead of the peer: small, so that `sent_at` tells how the peer fares.
_MOST_ON_ITS_WAY_BYTES = 1 << 18


class BoundedSocket(AssociationSocket):
    """Reads a PDU of bounded length in a bounded time, sends while the other side takes it.

    It is closed at its end, too: pynetdicom leaves one open that was never connected.

    Parameters
    ----------
    *said, **more
        Of pynetdicom's socket.
    """

    def __init__(self, *said: Any, **more: Any) -> None:
        super().__init__(*said, **more)
        # Seconds of `time.monotonic` at which the last PDU was taken over by the system.
        self.sent_at = 0.0

    def connect(self, primitive: Any) -> None:
        """Connect; what is sent later must be taken within the time that a peer may be silent."""
        if self.socket is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MOST_ON_ITS_WAY_BYTES)
        super().connect(primitive)
        if self.socket is not None:
            self.socket.settimeout(self.assoc.network_timeout)

    def send(self, bytestream: bytes) -> None:
        """Send a PDU, and keep in mind when."""
        super().send(bytestream)
        self.sent_at = time.monotonic()

    def recv(self, nr_bytes: int) -> bytearray:
        """Return so many bytes, fewer when the peer closed the connection.

        Raises
        ------
        OSError
            When more are stated than a PDU may have, or they do not come in time.
        """
        if nr_bytes > _MOST_READ_BYTES:
            raise OSError("a PDU longer than was agreed")
        connection = self.socket
        if connection is None:
            raise OSError("a connection that is closed")
        # Who was not let in yet gets less patience.
        assoc = self.assoc
        patience = (assoc.network_timeout if assoc.is_established else assoc.acse_timeout) or 0.0
        connection.settimeout(patience)
        deadline = time.monotonic() + patience
        taken = bytearray(nr_bytes)
        count = 0
        while count < nr_bytes:
            if time.monotonic() > deadline:
                raise TimeoutError
            more = connection.recv_into(memoryview(taken)[count:])
            if not more:
                break
            count += more
        return taken[:count]

    def _shutdown_socket(self) -> None:
        """Shut the socket down and close it, whatever it answers."""
        ending = self.socket
        super()._shutdown_socket()
        if ending is not None:
            ending.close()
