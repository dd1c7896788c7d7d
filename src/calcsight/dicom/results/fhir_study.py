"""The study and the software of a bundle: ImagingStudy, Device and Provenance (FHIR R4B)."""

from collections.abc import Sequence

from calcsight.dicom.finding_codes import BREASTS
from calcsight.dicom.header import plain_header
from calcsight.dicom.results.breast_report_procedure import day_of
from calcsight.dicom.results.exam_result import ExamResult, SourceImage
from calcsight.dicom.results.fhir_elements import (
    SYSTEMS,
    Element,
    concept,
    hl7_concept,
    instant,
    uid_coding,
    uid_identifier,
)
from calcsight.dicom.results.fhir_exam import FhirExam, image_reference, issuer_of, text_of
from calcsight.dicom.results.header import MANUFACTURER
from calcsight.dicom.results.view_wording import name_of, name_of_image
from calcsight.dicom.views import laterality_of
from calcsight.terms.mammogram import Laterality

_LARGEST = 2**31 - 1


def imaging_study(bundled: FhirExam) -> Element:
    """Return the study with the images that were read or refused."""
    exam = bundled.exam
    day = day_of(exam.first)
    return {
        **bundled.resource("ImagingStudy", "study"),
        "identifier": [uid_identifier(exam.first.study_uid), *_accession(exam.first)],
        "status": "available",
        "subject": bundled.subject,
        **({} if day is None else {"started": day.isoformat()}),
        "modality": _modalities(exam),
        "description": "The images that this result rests on; the study may hold more.",
        "series": _series(exam),
    }


def _accession(image: SourceImage) -> list[Element]:
    """Return the number of the order, by which a report is filed; none where there is none."""
    number = text_of(image.header.get("AccessionNumber")).strip()
    if not number:
        return []
    issuer = issuer_of("", image.header.get("IssuerOfAccessionNumberSequence"))
    return [{"type": hl7_concept("v2-0203", "ACSN", "Accession ID"), "value": number, **issuer}]


def _modality(image: SourceImage) -> Element:
    """Return the modality; one that is no code string is "other"."""
    stated = str(image.header.get("Modality") or "")
    known = stated if stated.isascii() and stated.isalnum() else "OT"
    return {"system": SYSTEMS["DCM"], "code": known}


def _modalities(exam: ExamResult) -> list[Element]:
    found = {one["code"]: one for one in map(_modality, exam.images)}
    return [found[code] for code in sorted(found)]


def _series(exam: ExamResult) -> list[Element]:
    """Return every series with its images."""
    made = []
    for uid in dict.fromkeys(one.series_uid for one in exam.images):
        images = [one for one in exam.images if one.series_uid == uid]
        sides = {
            laterality_of(plain_header(one.header, "")) or Laterality.UNKNOWN for one in images
        }
        side = BREASTS.get(sides.pop()) if len(sides) == 1 else None
        made.append(
            {
                "uid": uid,
                "modality": _modality(images[0]),
                **({} if side is None else {"bodySite": concept(side)["coding"][0]}),
                "instance": [_instance(one) for one in images],
            }
        )
    return made


def _instance(image: SourceImage) -> Element:
    made: Element = {"uid": image.sop_uid, "sopClass": uid_coding(image.sop_class_uid)}
    number = str(image.header.get("InstanceNumber") or "")
    if number.isascii() and number.isdigit() and int(number) <= _LARGEST:
        made["number"] = int(number)
    return made


def device(bundled: FhirExam) -> Element:
    """Return this software, with every digest that a reading can be made again from."""
    made = bundled.exam.made_by
    said = (
        ("software", made.software),
        ("judge", made.judge),
        ("judge SHA-256", made.judge_digest),
        ("settings SHA-256", made.settings_digest),
        ("interpreted by, SHA-256", made.interpreted_by_digest),
    )
    return {
        **bundled.resource("Device", "device"),
        "status": "active",
        "manufacturer": MANUFACTURER,
        "deviceName": [{"name": MANUFACTURER, "type": "model-name"}],
        "type": {"text": "Software"},
        "version": [{"type": {"text": what}, "value": value} for what, value in said if value],
    }


def provenance(bundled: FhirExam, targets: Sequence[str]) -> Element:
    """Return how the machine's resources were made.

    Parameters
    ----------
    bundled : FhirExam
    targets : sequence of str
        Ids of the resources.
    """
    return {
        **bundled.resource("Provenance", "provenance"),
        "target": [{"reference": f"urn:uuid:{one}"} for one in targets],
        "recorded": instant(bundled.exam.created_at),
        "agent": [
            {
                "type": hl7_concept("provenance-participant-type", "performer", "Performer"),
                "who": bundled.reference("device"),
            }
        ],
        "entity": [
            *(_used(one.source.sop_uid, name_of(one)) for one in bundled.exam.views),
            *(
                _used(one.sop_uid, f"prior, {name_of_image(one)}")
                for one in bundled.exam.prior_images
            ),
        ],
    }


def _used(uid: str, display: str) -> Element:
    return {"role": "source", "what": image_reference(uid, display)}
