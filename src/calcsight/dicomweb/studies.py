"""The instances of one study: listed (QIDO-RS), then fetched one by one (WADO-RS)."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calcsight.dicomweb.multipart import DICOM, media_type, only_part
from calcsight.dicomweb.transport import Answer, WebSession
from calcsight.safe_writing import open_for_writing
from calcsight.terms.errors import NetworkError, PeerRefusedError, UsageError

_UID = re.compile(r"[0-9](?:[0-9.]{0,62}[0-9])?")
_SOP_CLASS, _SOP_UID, _MODALITY, _SERIES_UID = "00080016", "00080018", "00080060", "0020000E"
_PAGE = 500
_JSON = "application/dicom+json"
# As it is stored: what is decoded or compressed anew is another image.
_AS_STORED = f'multipart/related; type="{DICOM}"; transfer-syntax=*'
_WAITS_SECONDS = (1.0, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedInstance:
    """One instance as a server lists it.

    Parameters
    ----------
    study_uid, series_uid, sop_uid, sop_class_uid : str
        UIDs, checked to be some; `sop_class_uid` is "" when it was not said.
    modality : str
        Upper case, "" when it was not said, or when what was said is no code of a modality.
    """

    study_uid: str
    series_uid: str
    sop_uid: str
    sop_class_uid: str
    modality: str

    @property
    def file_name(self) -> str:
        """The name of its file: the UID, which names nobody."""
        return f"{self.sop_uid}.dcm"


def checked_study_uid(said: str) -> str:
    """Return a study's UID as typed.

    Raises
    ------
    UsageError
        When it is none; the message does not repeat it, since it may be a number of a patient.
    """
    if not _UID.fullmatch(said):
        raise UsageError(
            "a study that is named by no UID", "its Study Instance UID: digits and dots"
        )
    return said


def instances_of(session: WebSession, study_uid: str) -> tuple[ListedInstance, ...]:
    """Ask which instances a study has (PS3.18 10.6), page by page, in the server's order.

    Parameters
    ----------
    session : WebSession
    study_uid : str

    Raises
    ------
    NetworkError
        When the server cannot be reached.
    PeerRefusedError
        When it refuses, lists no instance of this study, or answers what is no listing.
    """
    listed: dict[str, ListedInstance] = {}
    while True:
        page, more = _page(session, study_uid, len(listed))
        new = {one.sop_uid: one for one in page if one.sop_uid not in listed}
        listed |= new
        if len(listed) > session.target.limits.instances:
            raise PeerRefusedError(
                f"a study of more than {session.target.limits.instances} instances",
                "a study of mammograms",
            )
        # A server that knows no offset gives the same page again.
        if not new:
            break
    if more:
        raise PeerRefusedError(
            f"{session.target.shown} lists a part of study {study_uid}, and the rest not even "
            "when asked for it",
            "a server that lists all instances of a study (limit and offset, PS3.18 8.3.4.4)",
        )
    if not listed:
        raise PeerRefusedError(
            f"{session.target.shown} lists no instance of study {study_uid}",
            "the UID of a study that it holds",
            "check --study, and that these credentials may see it",
        )
    return tuple(listed.values())


def fetch(
    session: WebSession,
    instance: ListedInstance,
    folder: Path,
    wait: Callable[[float], object] = time.sleep,
) -> Path:
    """Fetch one instance as it is stored (PS3.18 10.4) into a file named by its UID.

    Parameters
    ----------
    session : WebSession
    instance : ListedInstance
    folder : Path
        The file appears in it whole or not at all; memory holds one piece of it at a time.
    wait : callable
        Waits for seconds before the request is tried again.

    Returns
    -------
    Path

    Raises
    ------
    NetworkError
        When the server could not be reached, or broke off, every time.
    PeerRefusedError
        When it refuses, or sends more than the limit or what is no DICOM file.
    OutputError
        When the file cannot be written.
    """
    path = folder / instance.file_name
    limits = session.target.limits
    for attempt in range(limits.attempts - 1):
        try:
            _fetch_once(session, instance, path)
        except PeerRefusedError:
            raise
        except NetworkError:
            wait(_WAITS_SECONDS[min(attempt, len(_WAITS_SECONDS) - 1)])
        else:
            return path
    _fetch_once(session, instance, path)
    return path


def _fetch_once(session: WebSession, instance: ListedInstance, path: Path) -> None:
    below = (
        f"studies/{instance.study_uid}/series/{instance.series_uid}/instances/{instance.sop_uid}"
    )
    with (
        session.get(below, _AS_STORED, session.target.limits.instance_bytes) as answer,
        open_for_writing(path) as file,
    ):
        for chunk in _dicom_file(answer):
            file.write(chunk)


def _dicom_file(answer: Answer) -> Iterator[bytes]:
    """Yield the file within an answer; some servers send it bare."""
    kind, boundary = media_type(answer.content_type)
    if kind == DICOM:
        yield from answer.chunks
    elif kind == "multipart/related" and boundary:
        yield from only_part(answer.chunks, boundary)
    else:
        raise PeerRefusedError("an answer that holds no DICOM file", f"{DICOM} in one part")


def _page(
    session: WebSession, study_uid: str, offset: int
) -> tuple[Sequence[ListedInstance], bool]:
    """Ask for the instances from the one at `offset` on; and whether the server keeps some back."""
    wanted = f"limit={_PAGE}&offset={offset}&includefield={_MODALITY}&includefield={_SOP_CLASS}"
    below = f"studies/{study_uid}/instances?{wanted}"
    with session.get(below, _JSON, session.target.limits.listing_bytes) as answer:
        body = answer.whole()
    if answer.status == 204 or not body:
        return (), answer.incomplete
    try:
        return [_listed(study_uid, one) for one in json.loads(body)], answer.incomplete
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise PeerRefusedError(
            f"{session.target.shown} answers a search with what is no listing of instances",
            "DICOM JSON with the UIDs of series and instances (PS3.18 F)",
            "check that the URL is that of DICOMweb",
        ) from None


def _listed(study_uid: str, entry: Mapping[str, Any]) -> ListedInstance:
    """Take what is needed of one entry; a UID that is none is a `ValueError`."""
    series_uid, sop_uid = _value(entry, _SERIES_UID), _value(entry, _SOP_UID)
    sop_class, modality = _value(entry, _SOP_CLASS), _value(entry, _MODALITY).strip().upper()
    if not all(_UID.fullmatch(one) for one in (series_uid, sop_uid)):
        raise ValueError
    return ListedInstance(
        study_uid=study_uid,
        series_uid=series_uid,
        sop_uid=sop_uid,
        sop_class_uid=sop_class if _UID.fullmatch(sop_class) else "",
        modality=modality if re.fullmatch(r"[A-Z0-9]{1,16}", modality) else "",
    )


def _value(entry: Mapping[str, Any], tag: str) -> str:
    """Return the first value of an attribute of DICOM JSON (PS3.18 F.2), "" when absent."""
    values = entry.get(tag, {}).get("Value") or [""]
    return str(values[0])
