"""A folder of a node as it is after images came in, and a stand-in that writes small results."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.dicom.results.exams import GROUP, breast

from calcsight.dicom.directions import usual_orientation
from calcsight.dicom.mg_writing import Compression, MgHeader, hashed_uid, write_mg
from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.results.exam_result import ExamResult, ResultFile
from calcsight.dicom.results.header import ResultSeries, result_header
from calcsight.node.configuration import INSTANCES, NodeSettings
from calcsight.records.entries import Entry, EntryKind, Noted
from calcsight.records.queue import Queue
from calcsight.terms.hospital import ResultKind
from calcsight.terms.mammogram import Intent, Laterality, View

BASIC_TEXT_SR = "1.2.840.10008.5.1.4.1.1.88.11"
START = datetime(2024, 2, 29, 12, 0, tzinfo=UTC)


@dataclass
class SetClock:
    """A clock that stands where it was set."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Folder:
    """The folder of a node with what it received."""

    settings: NodeSettings
    clock: SetClock = field(default_factory=SetClock)

    def __post_init__(self) -> None:
        self.settings.folder.mkdir(parents=True, exist_ok=True)

    def queue(self) -> Queue:
        return Queue(self.settings.queue_file, self.clock)

    def receive(self, queue: Queue, path: Path, study: str, sop_uid: str) -> Entry:
        """Store a file as the receiver does, and note it."""
        study_uid = hashed_uid(study)
        name = f"{INSTANCES}/{study_uid}/{sop_uid}.dcm"
        to = self.settings.folder / name
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)
        entry = Entry(
            kind=EntryKind.INSTANCE,
            uid=sop_uid,
            study_uid=study_uid,
            sop_class_uid="1.2.840.10008.5.1.4.1.1.1.2",
            file=name,
            digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        assert queue.note(entry) is Noted.NEW
        noted = queue.entry(EntryKind.INSTANCE, sop_uid)
        assert noted is not None
        return noted

    def receive_view(self, queue: Queue, name: str, study: str = "study", **fields: Any) -> Entry:
        """Receive a drawn view; `fields` as in `MgHeader`."""
        path = self.settings.folder.parent / "sent" / f"{hashed_uid(name)}.dcm"
        path.parent.mkdir(exist_ok=True)
        write_view(path, name, study, **fields)
        return self.receive(queue, path, study, hashed_uid(name))

    def results(self, study: str = "study") -> dict[str, bytes]:
        """Return the files of results by version and name."""
        folder = self.settings.folder / "results" / hashed_uid(study)
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


@cache
def drawn() -> NDArray[np.uint16]:
    """A breast with a group of seven, chest wall left."""
    return breast(GROUP, shape=(512, 400))


def write_view(path: Path, name: str, study: str, **fields: Any) -> None:
    """Write a drawn view as a DICOM file."""
    side, view = fields.get("laterality", Laterality.LEFT), fields.get("view", View.CC)
    raw = fields.get("intent") is Intent.FOR_PROCESSING
    pixels = fields.pop("pixels", drawn())
    turned = pixels[:, ::-1] if side is Laterality.RIGHT else pixels
    header: dict[str, Any] = {
        "study_uid": hashed_uid(study),
        "series_uid": hashed_uid(study, "raw" if raw else "shown"),
        "sop_uid": hashed_uid(name),
        "laterality": side,
        "view": view,
        "patient_orientation": usual_orientation(side, view),
        "imager_spacing_mm": (0.1, 0.1),
        "acquired_on": date(2024, 2, 28),
        "acquired_at": time(10, 11, 12),
    }
    whole = MgHeader(**(header | fields))
    write_mg(path, np.ascontiguousarray(turned), whole, Compression.NONE)


def small_results(exam: ExamResult, kinds: frozenset[ResultKind]) -> tuple[ResultFile, ...]:
    """Write one report for each kind that names what was read and refused, and nothing else."""
    made = []
    for kind in sorted(kinds):
        series = ResultSeries(
            kind=kind, sop_class_uid=BASIC_TEXT_SR, modality="SR", description="test", number=1
        )
        header = result_header(exam, series)
        header.ValueType, header.ContinuityOfContent = "CONTAINER", "SEPARATE"
        header.TrackingID = " ".join(one.sop_uid for one in exam.predecessors)
        header.TextValue = "\n".join(told(exam))
        made.append(
            ResultFile(
                kind=kind,
                name=f"{kind}.dcm",
                data=file_bytes(header),
                sop_class_uid=BASIC_TEXT_SR,
                sop_uid=header.SOPInstanceUID,
            )
        )
    return tuple(made)


def told(exam: ExamResult) -> Sequence[str]:
    """Name each view by its UID: refused with its code, or how much was found, and its others."""
    return [
        f"{one.source.sop_uid} "
        f"{one.refused_code or len(one.reading.groups if one.reading else ())} "
        f"{' '.join(other.sop_uid for other in one.others)}".strip()
        for one in exam.views
    ]
