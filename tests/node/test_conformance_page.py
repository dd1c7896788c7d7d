"""The conformance statement says what the code does, table by table."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydicom import Dataset
from pydicom.datadict import tag_for_keyword
from pydicom.uid import UID
from tests.dicom.results.exams import exam_results

from calcsight.dicom.header import WANTED_TAGS
from calcsight.dicom.part10 import IMPLEMENTATION_CLASS_UID
from calcsight.dicom.results.breast_report import breast_report
from calcsight.dicom.results.cad_report import cad_report
from calcsight.dicom.results.comprehensive import comprehensive_report
from calcsight.dicom.results.header import _PATIENT, _STUDY
from calcsight.dicom.results.presentation_state import presentation_states
from calcsight.dicom.results.segmentation import segmentations
from calcsight.node.commitments import EventType, FailureReason
from calcsight.node.configuration import NodeSettings
from calcsight.node.connections import MOST_PDU_BYTES
from calcsight.node.contexts import (
    COMMITMENT,
    COMPRESSED,
    TOMOSYNTHESIS,
    UNCOMPRESSED,
    VERIFICATION,
    classes_taken,
)
from calcsight.node.statuses import COMMENTS, StoreStatus
from calcsight.terms.hospital import ResultKind

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"
# Newer than the dictionary of some pydicom.
NAMES = {"1.2.840.10008.5.1.4.1.1.66.7": "Label Map Segmentation Storage"}


def section(heading: str) -> str:
    """Return what stands below one heading, up to the next."""
    text = PAGE.read_text(encoding="utf-8")
    [found] = re.findall(rf"^#+ {heading}\n(.*?)(?=^#+ |\Z)", text, re.M | re.S)
    return str(found)


def rows(heading: str) -> list[list[str]]:
    """Return the cells of every row below a heading whose first cell is a code."""
    lines = [line for line in section(heading).splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.split("|")[1:-1]] for line in lines]


def columns(heading: str, count: int) -> list[tuple[str, ...]]:
    return [tuple(row[:count]) for row in rows(heading)]


def test_classes_that_are_accepted() -> None:
    listed = rows("What the node accepts")
    expected = [VERIFICATION, *classes_taken(tomosynthesis=True), COMMITMENT]
    assert [row[0] for row in listed] == expected
    assert [row[1] for row in listed] == [UID(one).name for one in expected]
    optional = {row[0] for row in listed if "tomosynthesis = true" in row[2]}
    assert optional == {TOMOSYNTHESIS}
    assert TOMOSYNTHESIS not in classes_taken(tomosynthesis=False)


def test_transfer_syntaxes() -> None:
    listed = columns("Transfer syntaxes", 2)
    expected = [*UNCOMPRESSED, *COMPRESSED]
    assert listed == [(one, UID(one).name) for one in expected]
    assert "the first three" in section("Transfer syntaxes")
    assert len(UNCOMPRESSED) == 3


def test_answers_to_c_store() -> None:
    assert columns("Answers to C-STORE", 3) == [
        (f"{status:04X}", status.name.lower(), COMMENTS.get(status, "")) for status in StoreStatus
    ]


def test_storage_commitment() -> None:
    expected = [(f"{reason:04X}", reason.name.lower()) for reason in FailureReason]
    expected += [(str(int(event)), event.name.lower()) for event in EventType]
    assert columns("Storage commitment", 2) == expected


def test_what_is_written() -> None:
    exam = exam_results()["four_views_with_prior"]
    made = {
        ResultKind.SR: [cad_report(exam)],
        ResultKind.TID1500: [comprehensive_report(exam)],
        ResultKind.SEG: segmentations(exam),
        ResultKind.GSPS: presentation_states(exam),
    }
    written = {
        (str(one.SOPClassUID), kind.value, one.Modality, str(one.SeriesNumber))
        for kind, results in made.items()
        for one in results
    }
    listed = rows("What the node sends")
    assert [row[1] for row in listed] == [NAMES.get(row[0]) or UID(row[0]).name for row in listed]
    said = {
        (row[0], row[2], row[3], number)
        for row in listed
        for number in re.findall(r"\d{4}", row[4])
    }
    assert said - written == {(rows("What the node sends")[-1][0], "gsps", "PR", "9007")}
    assert written <= said
    person = breast_report(exam_results()["assessed"])
    assert f"(`{person.SOPClassUID}`, TID 4200, series {person.SeriesNumber})" in section(
        "What the node sends"
    )


def codes_in(made: Sequence[Dataset]) -> set[tuple[str, str, str]]:
    """Return value, scheme and meaning of every code in some objects."""
    found = set()
    for one in made:
        for item in _items(one):
            if "CodingSchemeDesignator" in item and "CodeMeaning" in item:
                value = item.get("CodeValue") or item.get("LongCodeValue")
                found.add((str(value), item.CodingSchemeDesignator, item.CodeMeaning))
    return found


def _items(one: Dataset) -> Iterator[Dataset]:
    yield one
    for element in one:
        if element.VR == "SQ":
            for item in element.value:
                yield from _items(item)


def test_schemes_of_codes() -> None:
    exams = exam_results()
    exam, text = exams["four_views_with_prior"], section("What is in them")
    made = [cad_report(exam), comprehensive_report(exam)]
    made += [*segmentations(exam), *presentation_states(exam)]
    private = {one for one in codes_in(made) if one[1].startswith("99")}
    assert private == {(row[0], row[1].strip("`"), row[2]) for row in rows("What is in them")}
    public = {one[1] for one in codes_in(made) - private}
    [listed] = re.findall(r"Codes are of ([\w, ]+) and (\w+), of BI where a person", text)
    assert public == {*listed[0].split(", "), listed[1]}
    assessed = exams["assessed"]
    assert {one[1] for one in codes_in([cad_report(assessed)])} - public == {"BI"}
    assert {one[1] for one in codes_in([breast_report(assessed)])} - public == {"BI", "LN"}
    assert "in Enhanced SR of LN" in text


def test_layers_and_flags() -> None:
    exam, text = exam_results()["four_views_with_prior"], section("What is in them")
    layers = {
        one.GraphicLayer
        for state in presentation_states(exam)
        for one in state.GraphicLayerSequence
    }
    assert layers == set(
        re.findall(r"\b[A-Z]{6,}\b", text.split("Presentation State")[1].split("|")[1])
    )
    assert {one.CompletionFlag for one in (cad_report(exam),)} == {"COMPLETE"}
    report = comprehensive_report(exam)
    assert (report.VerificationFlag, report.PreliminaryFlag) == ("UNVERIFIED", "PRELIMINARY")


def test_associations() -> None:
    text, usual = section("Associations"), NodeSettings(folder=Path("node"))
    assert f"`ae_title`, `{usual.ae_title}` unless stated" in text
    assert f"`address`, {usual.address} unless stated; `port`, {usual.port} unless stated" in text
    assert f"`limits.associations`, {usual.limits.associations} unless stated" in text
    assert f"| maximum PDU length | {MOST_PDU_BYTES} bytes |" in text
    assert IMPLEMENTATION_CLASS_UID in section("Overview")


def test_attributes_that_are_read() -> None:
    named = re.findall(r"`(\w+)`", section("Attributes that are read"))
    assert len(set(named)) == len(named)
    assert {tag_for_keyword(one) for one in named} == set(WANTED_TAGS)


def test_attributes_that_are_repeated() -> None:
    listed = [
        set(re.findall(r"`(\w+)`", line))
        for line in section("Attributes that are written").splitlines()
        if line.startswith(("| Patient", "| General Study"))
    ]
    assert listed == [set(_PATIENT), set(_STUDY)]
