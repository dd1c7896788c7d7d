"""The FHIR bundle of an exam: valid, the same every time, and no assessment by the machine."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from pydicom import Dataset
from pydicom import Sequence as DicomSequence
from pydicom.config import disable_value_validation
from tests.dicom.results.exams import exam_results, final_of, final_of_the_exam
from tests.dicom.results.reported_exams import other_scheme_exam, tissue_exam

from calcsight.dicom.results.exam_result import ExamResult, SourceImage
from calcsight.dicom.results.fhir_bundle import fhir_bundle
from calcsight.dicom.results.fhir_exam import subject_of
from calcsight.dicom.results.source import source_from
from calcsight.terms.errors import (
    ContradictionError,
    FinalRecordError,
    OutputError,
    UsageError,
)

NAMES = sorted(exam_results())


@cache
def bundle_of(name: str) -> dict[str, Any]:
    return parsed(exam_results()[name])


def parsed(exam: ExamResult) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(fhir_bundle(exam))
    return made


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found = [one["resource"] for one in bundle["entry"]]
    return [one for one in found if one["resourceType"] == kind]


def texts(value: Any) -> Iterator[str]:
    """Yield every text of a document."""
    if isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value


def with_header(exam: ExamResult, **changed: Any) -> ExamResult:
    """Return an exam of one view whose header says something else."""
    with disable_value_validation():
        header = deepcopy(exam.first.header)
        for keyword, value in changed.items():
            header.pop(keyword, None)
            setattr(header, keyword, value)
        return replace(exam, views=(replace(exam.views[0], source=source_from(header)),))


@pytest.mark.parametrize("name", NAMES)
def test_every_exam_is_a_valid_bundle_whose_references_lead_somewhere(name: str) -> None:
    bundle = bundle_of(name)
    assert Bundle.model_validate(bundle).entry is not None
    known = {one["fullUrl"] for one in bundle["entry"]}
    assert len(known) == len(bundle["entry"])
    referred = {one for one in texts(bundle) if one.startswith("urn:uuid:")}
    assert referred == known
    for one in bundle["entry"]:
        assert one["fullUrl"] == f"urn:uuid:{one['resource']['id']}"


@pytest.mark.parametrize("name", NAMES)
def test_the_machine_assesses_nothing_and_clears_nobody(name: str) -> None:
    bundle = bundle_of(name)
    report = resources(bundle, "DiagnosticReport")[0]
    assert report["status"] == "preliminary"
    assert {"performer", "resultsInterpreter", "conclusionCode"}.isdisjoint(report)
    assert (
        "Masses, asymmetries and architectural distortion were not looked for"
        in (report["conclusion"])
    )
    of_machine = [one for one in resources(bundle, "Observation") if "device" in one]
    assert {one["status"] for one in of_machine} == {"preliminary"}
    assert "111005" not in json.dumps([report, *of_machine])
    said = " ".join([*texts(report), *texts(of_machine)]).lower()
    assert not re.search(r"\b(negative|normal)\b", said)


@pytest.mark.parametrize("name", ["many", "four_views_with_prior", "japanese", "assessed"])
def test_the_same_exam_gives_the_same_bytes(name: str) -> None:
    exam = exam_results()[name]
    assert fhir_bundle(exam) == fhir_bundle(replace(exam))
    later = replace(exam, created_at=exam.created_at.replace(year=2025))
    assert bundle_of(name)["id"] != parsed(later)["id"]


def test_nothing_found_is_a_number_and_a_refused_image_is_none() -> None:
    (view,) = resources(bundle_of("plain"), "Observation")
    assert view["valueQuantity"]["value"] == 0
    assert view["valueQuantity"]["code"] == "{calcifications}"
    (refused,) = resources(bundle_of("all_refused"), "Observation")
    assert "valueQuantity" not in refused
    assert refused["dataAbsentReason"]["coding"][0]["code"] == "not-performed"
    assert "was not looked at" in refused["note"][0]["text"]
    said = resources(bundle_of("all_refused"), "DiagnosticReport")[0]["conclusion"]
    assert "the image was refused (blank_image) and was not looked at" in said
    said = resources(bundle_of("plain"), "DiagnosticReport")[0]["conclusion"]
    assert "calcifications were looked for and none was found" in said


def test_a_group_has_its_codes_numbers_place_and_finding() -> None:
    exam = exam_results()["group"]
    reading = exam.views[0].reading
    assert reading is not None
    (group,) = (
        one
        for one in resources(bundle_of("group"), "Observation")
        if one["code"].get("coding", [{}])[0].get("code") == "129769006"
    )
    parts = {
        one["code"]["coding"][0]["code"]: one
        for one in group["component"]
        if "coding" in one["code"]
    }
    assert parts["111038"]["valueQuantity"]["value"] == 7
    extent = parts["103339001"]["valueQuantity"]
    assert extent["value"] == pytest.approx(reading.groups[0].extent_mm, abs=0.001)
    assert (extent["system"], extent["code"]) == ("http://unitsofmeasure.org", "mm")
    assert parts["111009"]["valueCodeableConcept"]["coding"][0]["code"] == "129756007"
    description = reading.groups[0].description
    assert description is not None
    assert description.distribution.label is None  # no word was given, so none is written
    assert "111008" not in parts
    assert group["bodySite"]["coding"][0]["code"] == "80248007"
    share = parts["111047"]
    assert "in one published population" in share["code"]["text"]
    assert "not an assessment" in share["code"]["text"]
    assert 0 < share["valueQuantity"]["value"] < 100
    study = resources(bundle_of("group"), "ImagingStudy")[0]
    assert group["derivedFrom"] == [{"reference": f"urn:uuid:{study['id']}"}]
    record = final_of(exam)
    assert parts["112040"]["valueString"] == record.tracking_uid


def test_how_groups_lie_has_the_word_of_their_description() -> None:
    exam = exam_results()["many"]
    reading = exam.views[0].reading
    assert reading is not None
    words = {one.number: one.description for one in reading.groups}
    given = [one.distribution.label for one in words.values() if one is not None]
    written = [
        part
        for one in resources(bundle_of("many"), "Observation")
        for part in one.get("component", ())
        if part["code"].get("coding", [{}])[0].get("code") == "111008"
    ]
    assert len(written) == sum(one is not None for one in given) > 0


def test_a_film_without_spacing_has_a_number_and_no_millimetre() -> None:
    observations = resources(bundle_of("film"), "Observation")
    assert [one["valueQuantity"]["value"] for one in observations] == [8]
    assert '"mm"' not in json.dumps(observations)
    assert "The pixel spacing is unknown" in observations[0]["note"][0]["text"]


def test_a_change_since_the_prior_is_told() -> None:
    bundle = bundle_of("four_views_with_prior")
    notes = " ".join(texts([one.get("note") for one in resources(bundle, "Observation")]))
    assert "since the prior of 2022-02-28 it has increased" in notes
    assert "5 then, 13 now calcifications" in notes
    changes = {
        part["valueCodeableConcept"]["coding"][0]["code"]
        for one in resources(bundle, "Observation")
        for part in one.get("component", ())
        if part["code"].get("coding", [{}])[0].get("code") == "129720009"
    }
    assert {"129726003", "15454001"} <= changes  # more of them, over a larger extent


def test_the_study_lists_every_image_and_the_device_every_digest() -> None:
    exam = exam_results()["two_intents"]
    (study,) = resources(bundle_of("two_intents"), "ImagingStudy")
    listed = {one["uid"] for series in study["series"] for one in series["instance"]}
    assert listed == {one.sop_uid for one in exam.images}
    assert len(exam.images) == 2
    assert study["identifier"][0]["value"] == f"urn:oid:{exam.first.study_uid}"
    (device,) = resources(bundle_of("two_intents"), "Device")
    versions = {one["type"]["text"]: one["value"] for one in device["version"]}
    assert versions["judge SHA-256"] == exam.made_by.judge_digest
    assert versions["settings SHA-256"] == exam.made_by.settings_digest


def test_what_was_read_and_compared_is_where_it_comes_from() -> None:
    exam = exam_results()["four_views_with_prior"]
    (provenance,) = resources(bundle_of("four_views_with_prior"), "Provenance")
    used = {one["what"]["identifier"]["value"] for one in provenance["entity"]}
    images = {one.source.sop_uid for one in exam.views} | {
        one.prior_source.sop_uid for one in exam.changes
    }
    assert used == {f"urn:oid:{one}" for one in images}
    report = resources(bundle_of("four_views_with_prior"), "DiagnosticReport")[0]
    assert {"reference": f"urn:uuid:{report['id']}"} in provenance["target"]


def test_the_woman_is_her_number_and_its_issuer_alone() -> None:
    exam = with_header(
        exam_results()["latin_1"],
        PatientID="S-4711 a",
        IssuerOfPatientID="Clinic A",
        PatientBirthDate="19600102",
        AccessionNumber="ACC-9",
    )
    name = str(exam.first.header.PatientName)
    assert "ü" in name
    bundle = parsed(exam)
    for kind in ("DiagnosticReport", "Observation", "ImagingStudy"):
        for one in resources(bundle, kind):
            assert one["subject"]["identifier"]["value"] == "S-4711 a"
            assert one["subject"]["identifier"]["assigner"] == {"display": "Clinic A"}
    whole = " ".join(texts(bundle))
    assert "ller" not in whole
    assert "1960" not in whole
    (study,) = resources(bundle, "ImagingStudy")
    assert study["identifier"][1]["value"] == "ACC-9"


def test_an_issuer_with_a_universal_name_is_the_system_of_the_number() -> None:
    qualifier = Dataset()
    qualifier.UniversalEntityID, qualifier.UniversalEntityIDType = "1.2.3.4", "ISO"
    header = Dataset()
    header.PatientID = "7"
    header.IssuerOfPatientIDQualifiersSequence = DicomSequence([qualifier])
    assert subject_of(header)["identifier"]["system"] == "urn:oid:1.2.3.4"
    assert "identifier" not in subject_of(Dataset())


@pytest.mark.parametrize(
    ("changed", "written"),
    [
        ({"PatientID": ["A", "B"]}, "A\\B"),
        ({"Modality": "M G"}, "OT"),
        ({"StudyDate": "20241399"}, "SIMULATED-1"),
        ({"InstanceNumber": "99999999999"}, "SIMULATED-1"),
    ],
)
def test_odd_headers_make_valid_bundles(changed: dict[str, Any], written: str) -> None:
    assert written in set(texts(parsed(with_header(exam_results()["plain"], **changed))))


def test_a_number_that_fhir_has_no_form_for_is_refused_and_not_told() -> None:
    exam = with_header(exam_results()["plain"], PatientID="SENTINEL-4711\x07")
    with pytest.raises(OutputError, match="cannot be printed") as problem:
        fhir_bundle(exam)
    assert "SENTINEL" not in str(problem.value)


def test_what_is_no_fhir_is_told_by_its_place_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calcsight.dicom.results.fhir_bundle.instant", lambda _: "SENTINEL")
    with pytest.raises(OutputError, match="timestamp") as problem:
        fhir_bundle(exam_results()["plain"])
    assert "SENTINEL" not in str(problem.value)
    assert problem.value.__suppress_context__


def test_a_person_makes_a_final_report_of_her_own() -> None:
    bundle = bundle_of("assessed")
    software, person = resources(bundle, "DiagnosticReport")
    assert (software["status"], person["status"]) == ("preliminary", "final")
    assert person["resultsInterpreter"] == [
        {"type": "Practitioner", "identifier": {"value": "reader-7"}}
    ]
    (said,) = (one for one in resources(bundle, "Observation") if one["status"] == "final")
    assert said["performer"] == person["resultsInterpreter"]
    assert said["valueCodeableConcept"]["text"] == "4B (bi-rads-2013-like 1)"
    (group,) = (
        one
        for one in resources(bundle, "Observation")
        if "component" in one and one["status"] == "preliminary"
    )
    assert said["focus"] == [{"reference": f"urn:uuid:{group['id']}"}]
    tracked = [
        next(part["valueString"] for part in one["component"] if "valueString" in part)
        for one in (said, group)
    ]
    assert tracked == [final_of(exam_results()["group"]).tracking_uid] * 2
    assert person["result"] == [{"reference": f"urn:uuid:{said['id']}"}]
    assert said["id"] not in json.dumps(software)


def test_tissue_other_schemes_and_two_readers_are_valid() -> None:
    tissue = parsed(tissue_exam())
    person = resources(tissue, "DiagnosticReport")[1]
    assert "explains the images (concordant), by reader-2" in person["conclusion"]
    assert len(person["resultsInterpreter"]) == 2
    other = parsed(other_scheme_exam())
    values = [
        one["valueCodeableConcept"]
        for one in resources(other, "Observation")
        if one["status"] == "final"
    ]
    assert values[0] == {"text": "3 (five-tier 1)"}
    assert values[1]["coding"][0]["code"] == "397140005"


def test_a_record_of_another_exam_is_refused() -> None:
    exam = exam_results()["group"]
    record = final_of(exam)
    with pytest.raises(ContradictionError):
        fhir_bundle(replace(exam, finals=(replace(record, exam_uid="1.2.3"),)))
    with pytest.raises(FinalRecordError):
        fhir_bundle(replace(exam, finals=(record, replace(record, category="2"))))
    whole = final_of_the_exam(exam)
    corrected = (
        replace(exam, finals=(whole,)),
        replace(exam, finals=(replace(whole, category="2"),)),
    )
    assert parsed(corrected[0])["id"] != parsed(corrected[1])["id"]


def test_a_record_that_names_no_exam_goes_where_its_finding_is_seen() -> None:
    exam = exam_results()["group"]
    record = replace(final_of(exam), exam_uid="")
    assert len(resources(parsed(replace(exam, finals=(record,))), "DiagnosticReport")) == 2
    with pytest.raises(FinalRecordError):
        fhir_bundle(replace(exam_results()["film"], finals=(record,)))


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "fhir.resources.R4B", None)
    with pytest.raises(UsageError, match=r"calcsight\[hospital\]"):
        fhir_bundle(exam_results()["plain"])


def test_a_bundle_that_differs_anywhere_has_another_identifier() -> None:
    exam = exam_results()["group"]
    header = deepcopy(exam.first.header)
    header.PatientID = "corrected"
    view = replace(exam.views[0], source=SourceImage(header=header))
    one, other = (json.loads(fhir_bundle(each)) for each in (exam, replace(exam, views=(view,))))
    assert one["identifier"] != other["identifier"]
    assert not {one["fullUrl"] for one in one["entry"]} & {one["fullUrl"] for one in other["entry"]}
