"""What a modality does, on this machine: small instances, associations, a node to send them to."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian
from pynetdicom import AE

from calcsight.dicom.kinds import FOR_PRESENTATION
from calcsight.dicom.mg_header import hashed_uid
from calcsight.node.calling import CallingEntity
from calcsight.node.configuration import NodeSettings
from calcsight.node.contexts import VERIFICATION
from calcsight.node.only_node import only_node
from calcsight.node.receiving import Receiver
from calcsight.records.queue import Queue

SENTINEL = "SENTINEL^Anna"


def instance(name: str = "a", study: str = "study", size: int = 64, **fields: Any) -> Dataset:
    """Return a small mammogram of a patient whose name must not be repeated."""
    made = Dataset()
    made.SOPClassUID = FOR_PRESENTATION
    made.SOPInstanceUID = hashed_uid("instance", name)
    made.StudyInstanceUID = hashed_uid(study)
    made.SeriesInstanceUID = hashed_uid(study, "series")
    made.PatientName, made.PatientID, made.PatientBirthDate = SENTINEL, "SENTINEL-4711", "19500102"
    made.AccessionNumber, made.Modality = "SENTINEL-A", "MG"
    made.Rows, made.Columns = size, size
    made.BitsAllocated = made.BitsStored = 16
    made.PixelData = bytes(size * size * 2)
    for keyword, value in fields.items():
        setattr(made, keyword, value)
    return made


@contextmanager
def node(settings: NodeSettings) -> Iterator[tuple[Receiver, Queue]]:
    """Run what receives."""
    with only_node(settings.folder), Queue(settings.queue_file) as queue:
        queue.recover()
        with Receiver(settings, queue) as receiver:
            yield receiver, queue


def caller(title: str = "MODALITY", sop_class: str = FOR_PRESENTATION) -> AE:
    """Return an application entity that asks for storage and verification."""
    entity = CallingEntity(ae_title=title)
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = 30
    entity.add_requested_context(sop_class, ExplicitVRLittleEndian)
    entity.add_requested_context(VERIFICATION, ExplicitVRLittleEndian)
    return entity


@contextmanager
def association(
    port: int, title: str = "MODALITY", to: str = "CALCSIGHT", **said: Any
) -> Iterator[Any]:
    """Open an association, and release it when it was given."""
    entity = said.pop("entity", None) or caller(title)
    made = entity.associate("127.0.0.1", port, ae_title=to, **said)
    try:
        yield made
    finally:
        if made.is_established:
            made.release()
        if made.ident is not None:
            made.join(30)


def store(port: int, instances: Sequence[Dataset]) -> list[int]:
    """Send instances on one association; return their statuses."""
    with association(port) as made:
        assert made.is_established
        return [status_of(made, one) for one in instances]


def status_of(made: Any, one: Dataset) -> int:
    """Send one instance; return its status."""
    one.file_meta = meta_of(one)
    return int(made.send_c_store(one).Status)


def meta_of(one: Dataset) -> Any:
    """Return file meta of an instance."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = one.SOPClassUID
    meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID
    return meta


def files_below(folder: Path) -> list[str]:
    """Return the names of all files of the store, sorted."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.*") if p.is_file())
