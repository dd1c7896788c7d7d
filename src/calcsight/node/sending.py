"""Results sent to one peer over one association (C-STORE SCU).

Sources: PS3.4 table B.2-1 and PS3.7 9.1.1.1.9 (statuses of C-STORE), PS3.8 9.3.4 (rejections).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydicom import dcmread
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from calcsight.intake import foreign_errors_as
from calcsight.node.calling import association_with
from calcsight.node.configuration import NodeSettings, Peer
from calcsight.node.contexts import VERIFICATION
from calcsight.terms.errors import NetworkError, NotAnImageError, PeerRefusedError

_UNCOMPRESSED = (str(ExplicitVRLittleEndian), str(ImplicitVRLittleEndian))
_NOT_SUPPORTED = 0x0122
# What may be mended by time: processing failures, and (A7xx) no room.
_PASSING = (0x0110, 0x0211)


class Sent(StrEnum):
    """What a peer made of one object."""

    STORED = "stored"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer, with its code: "" or "peer_refused:A900", the status of the answer."""

    sent: Sent
    code: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What a presentation context is asked for: class and transfer syntax of a file, by UID."""

    sop_class_uid: str
    transfer_syntax_uid: str


class PeerLink:
    """One association, from `__init__` to `close`.

    Parameters
    ----------
    settings : NodeSettings
    peer : Peer
    forms : iterable of Form
        Of everything that will be sent.

    Raises
    ------
    NetworkError
        When the peer cannot be reached, or breaks off; `PeerRefusedError` when it rejects the
        association.
    SettingsError
        When the certificates cannot be used.
    """

    def __init__(self, settings: NodeSettings, peer: Peer, forms: Iterable[Form]) -> None:
        self._peer = peer
        self._association = association_with(settings, peer, contexts_for(forms))

    def send(self, path: Path) -> Answer:
        """Send one file.

        Raises
        ------
        NetworkError
            When the peer broke off; the object may have been stored or not.
        NotAnImageError
            When the file is none that can be sent.
        OSError
            When the file cannot be read.
        """
        with foreign_errors_as(NotAnImageError("a result that cannot be read", "a DICOM file")):
            dataset = dcmread(path)
            if not self._fits(dataset):
                return Answer(sent=Sent.REFUSED, code=refusal_code(_NOT_SUPPORTED))
        if not self._association.is_established:
            raise self._lost("broke off")
        try:
            answered = self._association.send_c_store(dataset)
        except (RuntimeError, OSError):
            raise self._lost("broke off") from None
        if "Status" not in answered:
            raise self._lost("gave no answer")
        return answer_of(int(answered.Status))

    def close(self) -> None:
        """Release the association, if it still stands."""
        if self._association.is_established:
            self._association.release()

    def _fits(self, dataset: Any) -> bool:
        """Bring a data set into a form that the peer accepted; False when there is none."""
        accepted = {
            (str(one.abstract_syntax), str(one.transfer_syntax[0]))
            for one in self._association.accepted_contexts
        }
        kind, syntax = str(dataset.SOPClassUID), str(dataset.file_meta.TransferSyntaxUID)
        if (kind, syntax) in accepted:
            return True
        if not any((kind, one) in accepted for one in _UNCOMPRESSED):
            return False
        if syntax not in _UNCOMPRESSED:
            dataset.decompress(generate_instance_uid=False)
        return True

    def _lost(self, how: str) -> NetworkError:
        return NetworkError(f"the peer {self._peer.name} {how}", "an answer to every object")


def contexts_for(forms: Iterable[Form]) -> list[tuple[str, tuple[str, ...]]]:
    """Return what to ask for: each form, and each class without compression in any case.

    Verification comes with them: where it is all that a peer accepts, it is there and takes no
    object of these classes, which is another thing than a peer that breaks off.
    """
    wanted = sorted({(one.sop_class_uid, one.transfer_syntax_uid) for one in forms})
    compressed = [(kind, (syntax,)) for kind, syntax in wanted if syntax not in _UNCOMPRESSED]
    kinds = [VERIFICATION, *sorted({kind for kind, _ in wanted})]
    return compressed + [(kind, _UNCOMPRESSED) for kind in kinds]


def answer_of(status: int) -> Answer:
    """Return what the status of a C-STORE means for the object."""
    if status == 0x0000:
        return Answer(sent=Sent.STORED)
    if status & 0xF000 == 0xB000:
        # Stored, with something changed or left out.
        return Answer(sent=Sent.STORED, code=f"peer_warning:{status:04X}")
    passing = status in _PASSING or status & 0xFF00 == 0xA700
    return Answer(sent=Sent.LATER if passing else Sent.REFUSED, code=refusal_code(status))


def refusal_code(status: int) -> str:
    """Return the code of a refusal with its status, as the queue keeps it."""
    return f"{PeerRefusedError.code}:{status:04X}"
