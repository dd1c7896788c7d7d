"""What a PACS administrator does by hand: store, find and move, with pynetdicom alone."""

from collections.abc import Sequence
from pathlib import Path

import pydicom
from pydicom import Dataset
from pynetdicom import AE

# PS3.4 C.6.2 (study root query/retrieve) and A.4.
_FIND, _MOVE = "1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.5.1.4.1.2.2.2"
_VERIFICATION = "1.2.840.10008.1.1"
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
