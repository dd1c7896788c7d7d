"""What a PACS administrator does by hand: store, find and move, with pynetdicom alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pydicom
from pydicom import Dataset
from pynetdicom import AE, ALL_TRANSFER_SYNTAXES, AllStoragePresentationContexts, evt

# PS3.4 C.6.2 (study root query/retrieve) and A.4.
_FIND, _MOVE = "1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.5.1.4.1.2.2.2"
_VERIFICATION = "1.2.840.10008.1.1"
_COMMITMENT, _COMMITMENT_INSTANCE = "1.2.840.10008.1.20.1", "1.2.840.10008.1.20.1.1"
_PENDING = (0xFF00, 0xFF01)


def echo(title: str, called: str, port: int) -> int:
    """Return the status of a C-ECHO."""
    caller = AE(ae_title=title)
    caller.add_requested_context(_VERIFICATION)
    association = caller.associate("127.0.0.1", port, ae_title=called)
    assert association.is_established
    try:
        return int(association.send_c_echo().Status)
    finally:
        association.release()


def store(paths: Sequence[Path], title: str, called: str, port: int) -> list[int]:
    """Return the status of a C-STORE of each file, as it is stored."""
    sent = [pydicom.dcmread(path) for path in paths]
    caller = AE(ae_title=title)
    for one in sent:
        caller.add_requested_context(one.SOPClassUID, one.file_meta.TransferSyntaxUID)
    association = caller.associate("127.0.0.1", port, ae_title=called)
    assert association.is_established
    try:
        return [int(association.send_c_store(one).Status) for one in sent]
    finally:
        association.release()


def find_images(study_uid: str, title: str, called: str, port: int) -> list[str]:
    """Return the SOP Instance UIDs that a C-FIND at the level of images names."""
    caller = AE(ae_title=title)
    caller.add_requested_context(_FIND)
    association = caller.associate("127.0.0.1", port, ae_title=called)
    assert association.is_established
    query = Dataset()
    query.QueryRetrieveLevel = "IMAGE"
    query.StudyInstanceUID = study_uid
    query.SOPInstanceUID = ""
    try:
        answers = association.send_c_find(query, _FIND)
        return [
            str(found.SOPInstanceUID)
            for status, found in answers
            if status.Status in _PENDING and found is not None
        ]
    finally:
        association.release()


def move_study(study_uid: str, to: str, title: str, called: str, port: int) -> tuple[int, int]:
    """Return the last status of a C-MOVE, and how many images failed to move."""
    caller = AE(ae_title=title)
    caller.add_requested_context(_MOVE)
    association = caller.associate("127.0.0.1", port, ae_title=called)
    assert association.is_established
    query = Dataset()
    query.QueryRetrieveLevel = "STUDY"
    query.StudyInstanceUID = study_uid
    try:
        answers = association.send_c_move(query, to, _MOVE)
        statuses = [status for status, _ in answers]
        return int(statuses[-1].Status), int(statuses[-1].get("NumberOfFailedSuboperations", 0))
    finally:
        association.release()


class ReceivingPeer:
    """A PACS of a test: takes everything by C-STORE, and hears reports of commitment.

    Parameters
    ----------
    title : str
    port : int
        0 = any that is free.
    refused : Dataset or None
        What presentation states are answered with; None = they are taken.
    """

    def __init__(self, title: str, port: int = 0, refused: Dataset | None = None) -> None:
        self.title = title
        self.refused = refused
        self.refusals = 0
        self.stored: list[Dataset] = []
        self.reports: list[Dataset] = []
        self._asked_port = port

    @property
    def port(self) -> int:
        """Port it listens on."""
        return int(self._server.server_address[1])

    def __enter__(self) -> "ReceivingPeer":
        entity = AE(ae_title=self.title)
        for context in AllStoragePresentationContexts:
            entity.add_supported_context(str(context.abstract_syntax), ALL_TRANSFER_SYNTAXES)
        entity.add_supported_context(_VERIFICATION)
        entity.add_supported_context(_COMMITMENT, scu_role=False, scp_role=True)
        handlers: list[Any] = [
            (evt.EVT_C_STORE, self._store),
            (evt.EVT_N_EVENT_REPORT, self._report),
        ]
        self._server: Any = entity.start_server(
            ("127.0.0.1", self._asked_port), block=False, evt_handlers=handlers
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()

    def _store(self, event: Any) -> int | Dataset:
        stored = event.dataset
        if self.refused is not None and stored.Modality == "PR":
            self.refusals += 1
            return self.refused
        stored.file_meta = event.file_meta
        self.stored.append(stored)
        return 0x0000

    def _report(self, event: Any) -> tuple[int, None]:
        self.reports.append(event.event_information)
        return 0x0000, None


def ask_to_commit(
    uids: Sequence[tuple[str, str]], transaction_uid: str, title: str, called: str, port: int
) -> int:
    """Return the status of an N-ACTION that asks to commit to (class, instance)."""
    caller = AE(ae_title=title)
    caller.add_requested_context(_COMMITMENT)
    association = caller.associate("127.0.0.1", port, ae_title=called)
    assert association.is_established
    asked = Dataset()
    asked.TransactionUID = transaction_uid
    asked.ReferencedSOPSequence = []
    for kind, uid in uids:
        one = Dataset()
        one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID = kind, uid
        asked.ReferencedSOPSequence.append(one)
    try:
        status, _ = association.send_n_action(asked, 1, _COMMITMENT, _COMMITMENT_INSTANCE)
        return int(status.Status)
    finally:
        association.release()
