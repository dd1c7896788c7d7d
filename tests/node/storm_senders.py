"""Modalities in a storm: they send until each image was answered with success."""

import copy
import hashlib
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydicom import Dataset, dcmread
from pydicom.uid import ExplicitVRLittleEndian
from pynetdicom import AE, evt
from pynetdicom.dsutils import encode
from tests.dicom.results.exams import GROUP, breast
from tests.node.received import write_view
from tests.node.senders import meta_of

from calcsight.dicom.kinds import FOR_PRESENTATION
from calcsight.dicom.mg_header import hashed_uid
from calcsight.node.calling import CallingEntity
from calcsight.terms.mammogram import Laterality, View

_SIDES = (Laterality.LEFT, Laterality.RIGHT)
_VIEWS = tuple((side, view) for view in (View.CC, View.MLO) for side in _SIDES)
_ROWS = 512
_PAUSE_SECONDS = 0.3


@dataclass
class Sent:
    """What was sent, and what was answered.

    Parameters
    ----------
    digest_of : dict of str to str
        SHA-256 of the data set of each image, by SOP Instance UID.
    study_of : dict of str to str
    accepted : set of str
        Answered with 0x0000.
    strange : list of str
        Answers that no image of a storm should get.
    """

    digest_of: dict[str, str] = field(default_factory=dict)
    study_of: dict[str, str] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    strange: list[str] = field(default_factory=list)
    attempts: int = 0


def exams(folder: Path, images: int, random_one: random.Random) -> list[list[Dataset]]:
    """Return exams of two to four images of 512 pixels each way, so many in all."""
    folder.mkdir(parents=True, exist_ok=True)
    templates = []
    for side, view in _VIEWS:
        path = folder / f"{side}_{view}.dcm"
        pixels = breast(GROUP, shape=(_ROWS, _ROWS))
        write_view(path, path.stem, "template", laterality=side, view=view, pixels=pixels)
        templates.append(dcmread(path))
    made: list[list[Dataset]] = []
    left = images
    while left:
        count = min(left, random_one.randint(2, 4))
        made.append([_image(templates[k], len(made), k) for k in range(count)])
        left -= count
    return made


def _image(template: Dataset, exam: int, number: int) -> Dataset:
    """Return an image of an exam, which shares its pixels with the template."""
    one = copy.deepcopy(template)
    one.StudyInstanceUID = hashed_uid("storm", str(exam))
    one.SeriesInstanceUID = hashed_uid("storm", str(exam), "series")
    one.SOPInstanceUID = hashed_uid("storm", str(exam), str(number))
    one.PatientID = f"STORM-{exam}"
    one.AcquisitionTime = f"1012{number:02d}"
    one.file_meta = meta_of(one)
    return one


class Modalities:
    """Associations that send exams at the same time until all were accepted.

    Parameters
    ----------
    port : int
        Of the node.
    seed : int
    sent : Sent
        Filled in.
    """

    def __init__(self, port: int, seed: int, sent: Sent) -> None:
        self._port, self._seed, self._sent = port, seed, sent
        self._lock = threading.Lock()
        self._left: list[list[Dataset]] = []

    def send(self, all_exams: Sequence[list[Dataset]], associations: int, until: float) -> None:
        """Send everything; give up at `until` (`time.monotonic`)."""
        self._left = list(reversed(all_exams))
        for one in (image for exam in all_exams for image in exam):
            data = encode(one, False, True) or b""
            self._sent.digest_of[one.SOPInstanceUID] = hashlib.sha256(data).hexdigest()
            self._sent.study_of[one.SOPInstanceUID] = one.StudyInstanceUID
        threads = [
            threading.Thread(target=self._work, args=(number, until), daemon=True)
            for number in range(associations)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self, number: int, until: float) -> None:
        """Send one exam after the other."""
        random_one = random.Random(self._seed * 100 + number)
        while time.monotonic() < until:
            with self._lock:
                if not self._left:
                    return
                exam = self._left.pop()
            pending = list(exam)
            while pending and time.monotonic() < until:
                self._try(pending, random_one)
                if pending:
                    time.sleep(_PAUSE_SECONDS)

    def _try(self, pending: list[Dataset], random_one: random.Random) -> None:
        """Send what is left of an exam on one association; what was accepted leaves the list."""
        entity = CallingEntity(ae_title="STORM")
        entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = 20
        entity.connection_timeout = 5
        entity.add_requested_context(FOR_PRESENTATION, ExplicitVRLittleEndian)
        made = entity.associate("127.0.0.1", self._port, ae_title="CALCSIGHT")
        try:
            while pending and made.is_established and self._accepted(made, pending[0]):
                one = pending.pop(0)
                # A modality that lost count sends an image again.
                if random_one.random() < 0.05:
                    self._accepted(made, one)
        finally:
            if made.is_established:
                made.release()

    def _accepted(self, made: Any, one: Dataset) -> bool:
        """Send one image; return whether it was answered with success."""
        with self._lock:
            self._sent.attempts += 1
        try:
            status = made.send_c_store(one).get("Status")
        except (RuntimeError, ValueError, AttributeError):
            # The association ended meanwhile.
            return False
        with self._lock:
            if status == 0x0000:
                self._sent.accepted.add(str(one.SOPInstanceUID))
            elif status is not None and status & 0xFF00 != 0xA700:
                self._sent.strange.append(f"{status:04X}H")
        return bool(status == 0x0000)


class Pacs:
    """Takes results; remembers every content it was sent under a UID."""

    def __init__(self) -> None:
        self.contents: dict[str, set[str]] = {}
        entity = AE(ae_title="PACS")
        for uid in ("1.2.840.10008.5.1.4.1.1.88.50", "1.2.840.10008.5.1.4.1.1.88.34"):
            entity.add_supported_context(uid)
        self._entity = entity
        server: Any = entity.start_server(
            ("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, self._stored)]
        )
        self.port = int(server.server_address[1])

    def close(self) -> None:
        self._entity.shutdown()

    def _stored(self, event: Any) -> int:
        content = hashlib.sha256(event.encoded_dataset(include_meta=False)).hexdigest()
        self.contents.setdefault(str(event.request.AffectedSOPInstanceUID), set()).add(content)
        return 0x0000
