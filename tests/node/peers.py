"""A peer on loopback that takes results, and can be told how to answer."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pydicom import Dataset
from pynetdicom import AE, evt
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

from calcsight.node.configuration import Peer

UNCOMPRESSED = ("1.2.840.10008.1.2.1", "1.2.840.10008.1.2")


@dataclass
class TakingPeer:
    """What a peer on loopback took, and how it answers."""

    port: int = 0
    stored: list[Dataset] = field(default_factory=list)
    callers: list[str] = field(default_factory=list)
    answer: Callable[[Dataset], int] = lambda dataset: 0x0000

    @property
    def uids(self) -> list[str]:
        return [str(one.SOPInstanceUID) for one in self.stored]

    def peer(self, **fields: Any) -> Peer:
        values: dict[str, Any] = {
            "name": "pacs",
            "ae_title": "PACS",
            "address": "127.0.0.1",
            "port": self.port,
        }
        return Peer(**(values | fields))


@contextmanager
def listening(
    peer: TakingPeer, classes: Sequence[str], ssl_context: Any = None, known: str = "CALCSIGHT"
) -> Iterator[TakingPeer]:
    """Let a peer listen, on the port that it had before if any."""

    def stored(event: Any) -> int:
        status = peer.answer(event.dataset)
        if status == 0x0000 or status & 0xF000 == 0xB000:
            dataset = event.dataset
            dataset.file_meta = event.file_meta
            peer.stored.append(dataset)
        return status

    def connected(event: Any) -> None:
        peer.callers.append(str(event.assoc.requestor.ae_title))

    entity = AE(ae_title="PACS")
    entity.require_called_aet = True
    entity.require_calling_aet = [known]
    entity.add_supported_context(Verification)
    for one in classes:
        entity.add_supported_context(one, list(UNCOMPRESSED))
    handlers: list[Any] = [(evt.EVT_C_STORE, stored), (evt.EVT_ACCEPTED, connected)]
    server: Any = entity.start_server(
        ("127.0.0.1", peer.port), block=False, evt_handlers=handlers, ssl_context=ssl_context
    )
    peer.port = server.socket.getsockname()[1]
    try:
        yield peer
    finally:
        server.shutdown()
