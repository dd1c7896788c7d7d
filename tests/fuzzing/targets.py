"""What damaged files go through; each answers "read" or the code of a typed refusal."""

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import numpy as np
from tests.conftest import FixedJudge

from calcsight.analysis.lettering import find_lettering
from calcsight.dicom.deidentifying import deidentified
from calcsight.dicom.deidentifying_key import DeidentifyingKey
from calcsight.dicom.loading import load_dicom
from calcsight.dicom.mg_header import hashed_uid
from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.reports_in import cad_report_from
from calcsight.dicom.results.header import copied_patient_and_study
from calcsight.dicom.results.source import source_image
from calcsight.dicom.sniffing import looks_like_dicom
from calcsight.reading import read
from calcsight.reports.cad_report_wording import report_lines
from calcsight.terms.errors import CalcsightError, NotAnImageError
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import Settings
from calcsight.terms.stated import Stated

DIGITAL_MAMMOGRAM = "1.2.840.10008.5.1.4.1.1.1.2"
_PLAIN = "1.2.840.10008.1.2.1"
_FRAGMENT = 16_384
_KEY = DeidentifyingKey(bytes(32))


def loaded(path: Path) -> Mammogram:
    """Load as `assembly` does."""
    if not looks_like_dicom(path):
        raise NotAnImageError("no DICOM file")
    mammogram = load_dicom(path, Stated())
    assert np.isfinite(mammogram.pixels).all()
    return mammogram


def was_read(path: Path) -> None:
    """Load, and read with a judge that is fixed."""
    reading = read(loaded(path), FixedJudge(), Settings())
    assert reading.limitations


def results_header(path: Path) -> None:
    """Take the header of a source image, and write what results repeat of it."""
    source = source_image(path)
    copied = copied_patient_and_study(source.header)
    copied.SOPClassUID, copied.SOPInstanceUID = source.sop_class_uid, source.sop_uid
    assert source.shape
    assert file_bytes(copied)


def without_patient(path: Path) -> None:
    """Take the patient out as `calcsight deidentify` does, and look for lettering."""
    mammogram = loaded(path)
    made = deidentified(path, _KEY)
    assert b"SENTINELNAME" not in made.data
    assert b"SENTINELNUMBER" not in made.data
    if mammogram.pixels.size < 1_000_000:
        find_lettering(mammogram.pixels)
    copy = path.with_suffix(".result")
    copy.write_bytes(made.data)
    np.testing.assert_array_equal(load_dicom(copy, Stated()).pixels, mammogram.pixels)


def report(path: Path) -> None:
    """Read a report of a computer, and say what it says."""
    assert list(report_lines(cad_report_from(path)))


def stored(path: Path) -> None:
    """Take a data set in as the node does, and describe it as an image of an exam."""
    from calcsight.node.stored_files import data_set_digest, identity_of
    from calcsight.node.stored_images import stored_image

    found = identity_of(path)
    assert found.sop_uid
    assert data_set_digest(path)
    assert stored_image(path).uid


def kept(path: Path) -> None:
    """Send a data set to the node's storing: whole and in the queue, or nothing left of it."""
    from calcsight.node.configuration import NodeSettings
    from calcsight.node.incoming import file_heading
    from calcsight.node.statuses import StoreStatus
    from calcsight.node.storing import Store
    from calcsight.records.queue import Queue

    data, folder = path.read_bytes(), path.parent / "node"
    folder.mkdir()
    named = (DIGITAL_MAMMOGRAM, hashed_uid("image"))
    heading = file_heading(*named, _PLAIN)
    with Queue(folder / "queue.sqlite") as queue:
        store = Store(NodeSettings(folder=folder), queue)
        incoming = store.incoming(lambda: heading)
        for start in range(0, len(data), _FRAGMENT):
            incoming.write(data[start : start + _FRAGMENT])
        status = store.keep(incoming, *named)
        rows, files = queue.entries(), [one for one in folder.rglob("*") if one.is_file()]
    left = [one for one in files if one.suffix in (".dcm", ".part")]
    assert len(rows) == len(left) == (status is StoreStatus.SUCCESS)
    if status is not StoreStatus.SUCCESS:
        raise NotAnImageError(status.name)


TARGETS: Mapping[str, Callable[[Path], object]] = MappingProxyType(
    {
        "load": loaded,
        "read": was_read,
        "header": results_header,
        "deidentify": without_patient,
        "report": report,
        "store": stored,
        "node": kept,
    }
)


def answer(target: str, data: bytes) -> str:
    """Send a file through one target; anything but a typed refusal is raised."""
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "damaged.dcm"
        path.write_bytes(data)
        try:
            TARGETS[target](path)
        except CalcsightError as refusal:
            said = refusal
        else:
            return "read"
    assert said.found
    assert "SENTINEL" not in str(said)
    return said.code
