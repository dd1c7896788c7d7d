"""Who says what of which finding in a breast imaging report.

Sources: DICOM PS3.16 TID 1002 to 1004 (observers), TID 1005 (procedure), TID 4108 (tracking).
"""

from collections.abc import Iterator

from pydicom import Dataset
from pydicom.sr.codedict import codes

from calcsight.dicom.mg_header import hashed_uid
from calcsight.dicom.results.content import Relation, code, person_name, text, uid_reference
from calcsight.dicom.results.exam_result import MadeBy
from calcsight.dicom.results.header import MANUFACTURER, MODEL_NAME, plain_ascii
from calcsight.terms.final_record import FinalRecord

_OBSERVED = Relation.HAS_OBS_CONTEXT


def person_items(reader_id: str) -> Iterator[Dataset]:
    """Yield a person as observer, under the id that the record gives; it is no name."""
    yield code(codes.DCM.ObserverType, codes.cid270.Person, _OBSERVED)
    yield person_name(codes.DCM.PersonObserverName, reader_name(reader_id), _OBSERVED)


def software_items(made_by: MadeBy) -> Iterator[Dataset]:
    """Yield this software as observer."""
    yield code(codes.DCM.ObserverType, codes.cid270.Device, _OBSERVED)
    uid = hashed_uid("device", made_by.software, made_by.judge_digest)
    yield uid_reference(codes.DCM.DeviceObserverUID, uid, _OBSERVED)
    named = plain_ascii(f"{made_by.software}, {made_by.judge}")
    yield text(codes.DCM.DeviceObserverName, named, _OBSERVED)
    yield text(codes.DCM.DeviceObserverManufacturer, MANUFACTURER, _OBSERVED)
    yield text(codes.DCM.DeviceObserverModelName, MODEL_NAME, _OBSERVED)


def tracking_items(record: FinalRecord) -> Iterator[Dataset]:
    """Yield the names by which a finding is known at every date."""
    if record.finding_id is None or record.tracking_uid is None:
        return
    yield text(codes.DCM.TrackingIdentifier, plain_ascii(record.finding_id), _OBSERVED)
    yield uid_reference(codes.DCM.TrackingUniqueIdentifier, record.tracking_uid, _OBSERVED)


def reader_name(reader_id: str) -> str:
    """Return a reader's id in the form of a name: one component, signs with a meaning taken out.

    In a name `^` and `=` part components, and a backslash parts values; 64 signs are the most that
    a component group holds (PS3.5 6.2). The id is the first component, whole.
    """
    plain = plain_ascii(reader_id).translate(str.maketrans("^=\\", "___"))
    return f"{plain[:63]}^"
