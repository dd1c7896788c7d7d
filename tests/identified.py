"""Names, numbers, dates and free text put wherever a header can hold them, and how to find them.

Whatever calcsight writes outside the DICOM files (and the patient of a FHIR bundle) is searched
for them: logs, messages, URLs, manifests, names of files, the queue.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pydicom

SENTINEL = "SENTINELNAME"
# A number of the same length: the sentinel takes its place in the bytes of the file.
NUMBER = "123456789012"
BIRTH_DATE = "19501231"
# Of the sentinel as a number without an issuer: it tells patients apart, and is never written.
PATIENT_KEY = hashlib.sha256(b"\\SENTINELNAME").hexdigest()
_TELLING = (SENTINEL, BIRTH_DATE, "1950-12-31", PATIENT_KEY)
_FORMS = tuple(word.lower().encode(how) for word in _TELLING for how in ("ascii", "utf-16-le"))


def identify(dataset: pydicom.Dataset) -> None:
    """Write the sentinel wherever a name, a number or free text can stand."""
    dataset.PatientName = f"{SENTINEL}^{SENTINEL}"
    dataset.PatientID = SENTINEL
    dataset.OtherPatientNames = SENTINEL
    dataset.PatientBirthDate = BIRTH_DATE
    dataset.PatientAddress = SENTINEL
    dataset.PatientComments = SENTINEL
    dataset.ReferringPhysicianName = SENTINEL
    dataset.OperatorsName = SENTINEL
    dataset.AccessionNumber = SENTINEL
    dataset.InstitutionName = SENTINEL
    dataset.StudyDescription = SENTINEL
    dataset.SeriesDescription = SENTINEL
    dataset.ProtocolName = SENTINEL
    dataset.StationName = SENTINEL
    dataset.StudyID = SENTINEL
    dataset.ImageComments = SENTINEL
    dataset.RequestedProcedureDescription = SENTINEL
    dataset.DerivationDescription = SENTINEL
    # Not valid for their kinds: what a library warns about by printing the value.
    dataset.add_new(0x00101010, "AS", SENTINEL)
    dataset.add_new(0x00101030, "DS", NUMBER)
    dataset.add_new(0x00280301, "CS", SENTINEL)


def write_named(
    original: Path, path: Path, change: Callable[[pydicom.Dataset], object] | None = None
) -> None:
    """Write a file again with the sentinel everywhere, and with another change if any."""
    dataset = pydicom.dcmread(original)
    with pydicom.config.disable_value_validation():
        identify(dataset)
        if change is not None:
            change(dataset)
        dataset.save_as(path)
    path.write_bytes(path.read_bytes().replace(NUMBER.encode(), SENTINEL.encode()))


def telling(data: bytes | str) -> list[bytes]:
    """Return what tells who the patient is in some text or bytes; nothing is as it must be."""
    held = (data.encode(errors="surrogateescape") if isinstance(data, str) else data).lower()
    return [form for form in _FORMS if form in held]


def telling_files(folder: Path, *, without: frozenset[Path] = frozenset()) -> list[str]:
    """Return the files below a folder whose name or content tells who the patient is."""
    found = []
    for path in sorted(folder.rglob("*")):
        if telling(str(path.relative_to(folder))):
            found.append(f"the name of {path}")
        if path.is_file() and path not in without and telling(path.read_bytes()):
            found.append(f"the content of {path}")
    return found
