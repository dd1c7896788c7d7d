"""Results stored on a DICOMweb server (STOW-RS)."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from calcsight.dicomweb.multipart import body_of
from calcsight.dicomweb.target import WebTarget
from calcsight.dicomweb.transport import WebSession
from calcsight.terms.errors import PeerRefusedError

_FAILED, _REASON, _REFERRED, _UID_OF = "00081198", "00081197", "00081199", "00081155"
# The very instance is there already (PS3.4 table CC.2.3-2 uses the same number): our UIDs are
# made from the content, so what is there is what was sent, and an answer lost on its way is no
# failure when the store is tried again.
_DUPLICATE = 0x0111
_UID = re.compile(r"[0-9.]{1,64}")


def stow(target: WebTarget, data: Sequence[bytes]) -> None:
    """Store DICOM files on a server, all in one request (PS3.18 10.5).

    Parameters
    ----------
    target : WebTarget
    data : sequence of bytes
        DICOM files; nothing is sent when there is none.

    Raises
    ------
    NetworkError
        When the server could not be reached, or broke off: some may be stored, and storing all
        of them again is right.
    PeerRefusedError
        When it refused all or some of them; those are named by UID and reason, and storing them
        again by itself will not help.
    """
    if not data:
        return
    content_type, body = body_of(data)
    limit = target.limits.listing_bytes
    with (
        WebSession(target) as session,
        session.post("studies", body, content_type, limit) as answer,
    ):
        said = _said(answer.whole())
        status = answer.status
    if said is None:
        if status != 200:
            raise PeerRefusedError(
                f"{target.shown} stored not all of {len(data)} objects (HTTP status {status}) "
                "and does not say which"
            )
        return
    if refused := _refused(said):
        raise PeerRefusedError(
            f"{target.shown} did not store {len(refused)} of {len(data)} objects: "
            f"{', '.join(refused[:10])}",
            "a server that takes these classes from this caller",
            "ask who runs the server what the reasons mean there (PS3.18 table I.2-2)",
        )
    accounted = len(_items(said, _FAILED)) + len(_items(said, _REFERRED))
    if status != 200 and accounted < len(data):
        raise PeerRefusedError(f"{target.shown} answers for {accounted} of {len(data)} objects")


def _said(body: bytes) -> Mapping[str, Any] | None:
    """Return what became of each object, in DICOM JSON; None when it cannot be read."""
    try:
        said = json.loads(body)
        if isinstance(said, list):
            [said] = said
        return said if isinstance(said, dict) and (_FAILED in said or _REFERRED in said) else None
    except (ValueError, RecursionError):
        return None


def _refused(said: Mapping[str, Any]) -> list[str]:
    """Name each object that was not stored, by UID and reason in hexadecimal."""
    found = []
    for item in _items(said, _FAILED):
        reason = _first(item, _REASON)
        number = int(reason) if str(reason).isdecimal() else 0
        if number != _DUPLICATE:
            found.append(f"{_uid(item)} ({number:04X})")
    return found


def _uid(item: Mapping[str, Any]) -> str:
    """Return the UID of an item: nothing else that a server writes there gets into a message."""
    uid = _first(item, _UID_OF)
    return uid if isinstance(uid, str) and _UID.fullmatch(uid) else "one without a UID"


def _items(said: Mapping[str, Any], tag: str) -> list[Mapping[str, Any]]:
    values = said.get(tag)
    items = values.get("Value") if isinstance(values, dict) else None
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def _first(item: Mapping[str, Any], tag: str) -> Any:
    values = item.get(tag)
    inner = values.get("Value") if isinstance(values, dict) else None
    return inner[0] if isinstance(inner, list) and inner else None
