"""A person's final record: written, published, read again, and refused where it says too little."""

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reports.final_records import BENIGN, DCIS, biopsy, final, of_exam

from calcsight.reports.final_document import final_document
from calcsight.reports.final_file import final_from, final_of
from calcsight.reports.json_text import json_text
from calcsight.reports.schema_fit import KEYWORDS
from calcsight.reports.schemas import FINAL_SCHEMA_VERSION, SchemaName, schema_of
from calcsight.terms.biopsy import (
    Answer,
    Biopsy,
    BiopsyMethod,
    Concordance,
    GuidedBy,
    MalignantSubtype,
    Pathology,
    PathologyKind,
    Specimen,
)
from calcsight.terms.errors import FinalRecordError, UnreadableFileError
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import AssociatedFinding, Recommendation
from calcsight.terms.mammogram import ExamKind, Laterality

Edit = Callable[[dict[str, Any]], object]


def full() -> dict[str, Any]:
    """Return a document with everything in it, as plain data from a file."""
    record = final(biopsies=(biopsy(), biopsy(id="B2", pathology=(), concordances=())))
    document: dict[str, Any] = json.loads(json_text(final_document(record)))
    return document


words = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=20)
# A file keeps the offset of a time, not the rules of its zone.
offsets = st.integers(-48, 56).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
times = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=offsets)


@given(
    record=st.builds(
        final,
        category=words,
        reader_id=words,
        read_at=times,
        recommendation=st.sampled_from(Recommendation),
        associated=st.none() | st.sampled_from(AssociatedFinding),
        exam_uid=st.just("") | words,
        exam_on=st.none(),
        laterality=st.sampled_from([Laterality.RIGHT, Laterality.UNKNOWN]),
        biopsies=st.lists(
            st.builds(
                biopsy,
                id=words,
                performed_on=st.dates(date(1990, 1, 1), date(2026, 3, 1)),
                method=st.sampled_from(BiopsyMethod),
                guided_by=st.sampled_from(GuidedBy),
                cores=st.none() | st.integers(1, 40),
                calcification_in_specimen=st.sampled_from(Answer),
                pathology=st.lists(st.sampled_from([DCIS, BENIGN]), max_size=2).map(tuple),
            ),
            max_size=2,
        ).map(tuple),
    )
)
def test_what_is_written_is_read_again_exactly(record: FinalRecord) -> None:
    text = json_text(final_document(record))
    again = final_of(json.loads(text))
    assert again == record
    assert json_text(final_document(again)) == text


def test_the_schema_holds_what_is_written_and_nothing_unknown_to_the_reader() -> None:
    schema = schema_of(SchemaName.FINAL)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(full())
    assert _keywords(schema) <= KEYWORDS
    assert schema["properties"]["schema_version"]["const"] == FINAL_SCHEMA_VERSION


def _keywords(schema: Any) -> set[str]:
    """Return the words of the language that a schema uses."""
    if not isinstance(schema, dict):
        return set()
    found = set(schema)
    for key, value in schema.items():
        inner = value.values() if key in ("properties", "$defs") else [value]
        for one in inner:
            for part in one if isinstance(one, list) else [one]:
                found |= _keywords(part)
    return found


@pytest.mark.parametrize("name", [SchemaName.FINAL, SchemaName.TIMELINE])
def test_the_schema_has_the_fields_and_the_words_of_the_nouns(name: SchemaName) -> None:
    defined = schema_of(name)["$defs"]
    for noun, part in ((Biopsy, "biopsy"), (Pathology, "pathology"), (Concordance, "concordance")):
        assert set(defined[part]["properties"]) == {one.name for one in fields(noun)}
    vocabulary: list[tuple[type[StrEnum], dict[str, Any]]] = [
        (Answer, defined["answer"]),
        (BiopsyMethod, defined["biopsy"]["properties"]["method"]),
        (GuidedBy, defined["biopsy"]["properties"]["guided_by"]),
        (PathologyKind, defined["pathology"]["properties"]["kind"]),
        (Specimen, defined["pathology"]["properties"]["specimen"]),
        (MalignantSubtype, defined["pathology"]["properties"]["subtype"]["oneOf"][1]),
    ]
    for kind, part_ in vocabulary:
        assert part_["enum"] == [one.value for one in kind]


def test_the_schema_of_the_record_has_its_fields_and_words() -> None:
    schema = schema_of(SchemaName.FINAL)
    about = {"document", "schema_version", "intended_use"}
    assert set(schema["properties"]) - about == {one.name for one in fields(FinalRecord)}
    assert schema["properties"]["recommendation"]["enum"] == list(Recommendation)
    assert schema["properties"]["associated"]["oneOf"][1]["enum"] == list(AssociatedFinding)
    assert schema["properties"]["laterality"]["oneOf"][1]["enum"] == list(Laterality)
    assert schema["properties"]["exam_kind"]["oneOf"][1]["enum"] == list(ExamKind)


BIOPSY = "biopsies[0]"
PATHOLOGY = "biopsies[0].pathology[0]"


def _pathology(**changed: Any) -> Edit:
    return lambda document: document["biopsies"][0]["pathology"][0].update(changed)


def _without_subtype(document: dict[str, Any]) -> None:
    del document["biopsies"][0]["pathology"][0]["subtype"]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda d: d.update(reader="x"), "reader: is no key"),
        (lambda d: d.pop("reader_id"), "reader_id: is missing"),
        (lambda d: d.update(reader_id=""), "reader_id: needs a text that is not empty"),
        (lambda d: d.update(reader_id="  "), "without the reader's id"),
        (lambda d: d.update(reader_id=None), "reader_id: needs string"),
        (lambda d: d.pop("read_at"), "read_at: is missing"),
        (lambda d: d.update(read_at=None), "read_at: needs string"),
        (lambda d: d.update(read_at="2026-03-02T09:30:00"), "read_at: needs a text like"),
        (lambda d: d.update(read_at="2026-13-02T09:30:00Z"), "read_at: something else"),
        (lambda d: d.update(read_at="2026-02-28T09:30:00Z"), "an exam that is not from after"),
        (lambda d: d.update(exam_on="2026-02-30"), "exam_on: something else"),
        (lambda d: d.update(exam_on="20260228"), "exam_on: needs a text like"),
        (lambda d: d.update(due_on="2020-01-01"), "due on 2020-01-01, before the exam"),
        (lambda d: d.update(category=3), "category: needs string"),
        (lambda d: d.update(category=""), "category: needs"),
        (lambda d: d.pop("scheme_version"), "scheme_version: is missing"),
        (lambda d: d.update(recommendation="watch"), "recommendation: needs one of the words"),
        (lambda d: d.pop("associated"), "associated: is missing"),
        (lambda d: d.update(laterality="left"), "laterality: needs one of the words"),
        (lambda d: d.update(tracking_uid="F1"), "tracking_uid: needs a text like"),
        (lambda d: d.update(tracking_uid="1." + "2" * 70), "a DICOM UID"),
        (lambda d: d.update(finding_id="F9"), "with the biopsy B1 of F1"),
        (lambda d: d.update(biopsies=None), "biopsies: needs array"),
        (lambda d: d["biopsies"][0].update(laterality="unknown"), f"{BIOPSY}.laterality: needs"),
        (lambda d: d["biopsies"][0].update(laterality="L"), "with the biopsy B1 of F1, side L"),
        (lambda d: d["biopsies"][0].update(cores=0), f"{BIOPSY}.cores: needs a number from 1"),
        (lambda d: d["biopsies"][0].update(cores=2.5), f"{BIOPSY}.cores: needs integer"),
        (lambda d: d["biopsies"][0].update(performed_on="2027-01-01"), f"{BIOPSY}: a report or"),
        (lambda d: d["biopsies"][0].pop("concordances"), f"{BIOPSY}.concordances: is missing"),
        (lambda d: d["biopsies"][0]["concordances"][0].update(reader_id=""), "reader_id: needs"),
        (lambda d: d["biopsies"][0]["concordances"][0].update(at="2026-03-23"), "].at: needs"),
        (_without_subtype, f"{PATHOLOGY}.subtype: is missing"),
        (_pathology(subtype=None), f"{PATHOLOGY}.subtype: needs string"),
        (_pathology(subtype="ductal"), f"{PATHOLOGY}.subtype: needs one of the words"),
        (_pathology(kind="benign"), f"{PATHOLOGY}.subtype: needs null"),
        (_pathology(record_id=""), f"{PATHOLOGY}.record_id: needs a text that is not empty"),
        (_pathology(record_id=" "), f"{PATHOLOGY}: a malignant result without its pathology"),
        (_pathology(reported_on=None), f"{PATHOLOGY}.reported_on: needs string"),
        (_pathology(kind="pending"), f"{PATHOLOGY}.subtype: needs null"),
        (_pathology(kind="pending", subtype=None), f"{PATHOLOGY}.reported_on: needs null"),
        (_pathology(stage=1), f"{PATHOLOGY}.stage: needs 0"),
        (_pathology(stage=5), f"{PATHOLOGY}.stage: needs"),
        (_pathology(stage=0, subtype="invasive"), f"{PATHOLOGY}.stage: needs a number from 1"),
        (_pathology(stage="0"), f"{PATHOLOGY}.stage: needs"),
        (_pathology(stage=0, kind="benign", subtype=None), f"{PATHOLOGY}.stage: needs null"),
        (_pathology(grade=2), f"{PATHOLOGY}.grade: is no key"),
        (lambda d: d.update(schema_version="1.1.0"), "schema '1.1.0'"),
        (lambda d: d.pop("schema_version"), "no schema version"),
        (lambda d: d.update(document="calcsight.reading"), "the document 'calcsight.reading'"),
        (lambda d: d.pop("document"), "JSON of another kind"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(edit: Edit, said: str) -> None:
    document = full()
    edit(document)
    with pytest.raises(FinalRecordError) as refused:
        final_of(document)
    assert said in refused.value.found or said in refused.value.needed, refused.value
    assert "calcsight final check" in refused.value.advice


def test_the_schema_alone_knows_what_a_report_needs() -> None:
    valid = jsonschema.Draft202012Validator(schema_of(SchemaName.FINAL))
    pending = full()
    pending["biopsies"][0]["pathology"] = [{"kind": "pending", "specimen": "needle"}]
    assert valid.is_valid(pending)
    assert final_of(pending).biopsies[0].pathology[0].record_id == ""
    for changed in (
        {"record_id": ""},
        {"reported_on": None},
        {"subtype": None},
        {"kind": "benign"},
        {"kind": "pending"},
    ):
        document = full()
        document["biopsies"][0]["pathology"][0].update(changed)
        assert not valid.is_valid(document), changed


def test_what_need_not_be_said_may_be_left_out() -> None:
    document = full()
    for key in ("intended_use", "due_on", "exam_uid", "exam_on"):
        del document[key]
    document["biopsies"] = []
    again = final_of(document)
    assert (again.due_on, again.exam_uid, again.exam_on) == (None, "", None)
    assert again.assessment.assessed_day == date(2026, 3, 2)


def test_an_exam_without_a_finding_has_its_record_too() -> None:
    record = of_exam()
    document = json.loads(json_text(final_document(record)))
    assert (document["finding_id"], document["tracking_uid"], document["laterality"]) == (None,) * 3
    jsonschema.Draft202012Validator(schema_of(SchemaName.FINAL)).validate(document)
    assert final_of(document) == record


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tracking_uid": "2.25.1"}, "tracking_uid: needs null"),
        ({"exam_uid": ""}, "exam_uid: needs a text that is not empty"),
        ({"exam_on": None}, "exam_on: needs string"),
        ({"recommendation": "short_interval"}, "recommendation: needs one of the words"),
        ({"recommendation": "biopsy"}, "recommendation: needs one of the words"),
        ({"recommendation": "treatment"}, "recommendation: needs one of the words"),
        ({"biopsies": full()["biopsies"]}, "biopsies: has 2 items"),
        ({"finding_id": "F1"}, "tracking_uid: needs string"),
        ({"finding_id": "F1", "tracking_uid": "2.25.1"}, "laterality: needs string"),
        ({"finding_id": ""}, "finding_id: needs a text that is not empty"),
    ],
)
def test_an_exam_without_a_finding_has_nothing_to_act_on(
    changed: dict[str, Any], said: str
) -> None:
    document = {**json.loads(json_text(final_document(of_exam()))), **changed}
    assert not jsonschema.Draft202012Validator(schema_of(SchemaName.FINAL)).is_valid(document)
    with pytest.raises(FinalRecordError) as refused:
        final_of(document)
    assert said in refused.value.found, refused.value


@pytest.mark.parametrize(
    "changed",
    [
        {"tracking_uid": "2.25.1"},
        {"exam_uid": ""},
        {"exam_uid": "a\nb"},
        {"exam_on": None},
        {"recommendation": Recommendation.SHORT_INTERVAL},
        {"recommendation": Recommendation.BIOPSY},
        {"recommendation": Recommendation.TREATMENT},
        {"biopsies": (biopsy(),)},
        {"finding_id": "F1"},
        {"finding_id": "F1", "tracking_uid": "2.25.1"},
        {"reader_id": ""},
    ],
)
def test_the_noun_refuses_what_the_schema_does(changed: dict[str, Any]) -> None:
    with pytest.raises(FinalRecordError):
        of_exam(**changed)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "no JSON"),
        (b"[]", "no object"),
        (b"\xff\xfe", "no JSON"),
        (b'{"a": NaN}', "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"reader_id": "a", "reader_id": "b"}', "the key 'reader_id' twice"),
        (b" " * 1_000_001, "larger than any"),
    ],
)
def test_a_file_that_holds_no_record_is_refused(text: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "final.json"
    path.write_bytes(text)
    with pytest.raises(FinalRecordError, match=said):
        final_from(path)


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError):
        final_from(tmp_path / "final.json")


def test_a_record_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "final.json"
    record = final(read_at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    path.write_text(json_text(final_document(record)).replace("+00:00", "Z"), encoding="utf-8")
    assert final_from(path) == record
