"""Elements of FHIR resources as plain data (HL7 FHIR R4B): codes, identifiers, quantities.

DICOM codes keep their schemes under the names that FHIR has for them (FHIR R4B, 4.3, code
systems); UIDs are written as OIDs under `urn:dicom:uid` (ImagingStudy, section 10.4.4).
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from pydicom.sr.coding import Code

Element = dict[str, Any]

SYSTEMS: Mapping[str, str] = MappingProxyType(
    {
        "SCT": "http://snomed.info/sct",
        "DCM": "http://dicom.nema.org/resources/ontology/DCM",
        "LN": "http://loinc.org",
        "UCUM": "http://unitsofmeasure.org",
    }
)
DICOM_UIDS = "urn:dicom:uid"
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_URIS = "urn:ietf:rfc:3986"


def concept(code: Code | None, text: str = "") -> Element:
    """Return a CodeableConcept; a code of a scheme that FHIR has no name for is text alone."""
    made: Element = {}
    system = SYSTEMS.get(code.scheme_designator) if code else None
    if code is not None and system is not None:
        made["coding"] = [{"system": system, "code": code.value, "display": code.meaning}]
    said = text or (code.meaning if code else "")
    return {**made, "text": said}


def hl7_concept(system: str, code: str, display: str) -> Element:
    """Return a CodeableConcept of one of HL7's own code systems, by its last word."""
    return {"coding": [{"system": f"{_TERMINOLOGY}/{system}", "code": code, "display": display}]}


def quantity(value: float, unit: str, code: str, decimals: int = 3) -> Element:
    """Return a Quantity in UCUM; a whole number is written as one."""
    number: float = round(float(value), decimals)
    whole = int(number) if number == int(number) else number
    return {"value": whole, "unit": unit, "system": SYSTEMS["UCUM"], "code": code}


def uid_identifier(uid: str) -> Element:
    """Return a DICOM UID as Identifier."""
    return {"system": DICOM_UIDS, "value": f"urn:oid:{uid}"}


def uid_coding(uid: str) -> Element:
    """Return a DICOM UID, such as an SOP class, as Coding."""
    return {"system": _URIS, "code": f"urn:oid:{uid}"}


def instant(moment: datetime) -> str:
    """Return a time with its zone, to the second."""
    return moment.isoformat(timespec="seconds")
