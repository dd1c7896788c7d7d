"""Whatever is done to a report, it is read or refused by name: no crash, no hang, no identifier."""

import json
import struct
import time
import zlib
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import Dataset, config
from pydicom import Sequence as DicomSequence
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag
from tests.dicom.reports_in import reports
from tests.dicom.reports_in.reports import MAKERS, SENTINEL, SENTINEL_ID, written

from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.reports_in import cad_report_from, cad_report_of
from calcsight.dicom.results.content import Relation
from calcsight.reports.cad_report_document import cad_reports_document
from calcsight.reports.cad_report_wording import report_lines
from calcsight.reports.json_text import json_text
from calcsight.reports.schemas import SchemaName, schema_of
from calcsight.terms.cad_report import CadReport, ReportDoubt
from calcsight.terms.errors import CalcsightError, NotAReportError

LONGEST_S = 10.0
VALIDATOR = jsonschema.Draft202012Validator(schema_of(SchemaName.CAD_REPORTS))
TEXTS = [
    "",
    "NaN",
    "inf",
    "-1",
    "1e400",
    "\\",
    "\x00\x1b[2J",
    "A" * 3000,
    "CODE",
    "SCOORD",
    SENTINEL,
]
KEYWORDS = (
    "ValueType RelationshipType GraphicType GraphicData NumericValue CodeValue Date UID TextValue "
    "CodingSchemeDesignator CodeMeaning ReferencedSOPInstanceUID ReferencedContentItemIdentifier "
    "ReferencedFrameNumber ContentSequence ConceptNameCodeSequence ConceptCodeSequence "
    "MeasuredValueSequence ReferencedSOPSequence SOPClassUID Manufacturer SpecificCharacterSet"
).split()


def items_of(dataset: Dataset) -> list[Dataset]:
    """Return every data set within a report, itself first."""
    found, waiting = [], [dataset]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for element in one.values():
            if not isinstance(element, RawDataElement) and element.VR == "SQ":
                waiting += list(element.value or [])
    return found


def broken(tag: Any, value: bytes, vr: str) -> RawDataElement:
    """Return an element as a file would hold it."""
    return RawDataElement(tag, vr, len(value), value, 0, False, True)


@st.composite
def mutations(draw: st.DrawFn) -> Any:
    """Return a function that changes a report in place."""
    kind = draw(st.sampled_from(["drop", "raw", "double", "swap", "refer", "text", "empty"]))
    which, other = draw(st.integers(0, 400)), draw(st.integers(0, 400))
    keyword = draw(st.sampled_from(KEYWORDS))
    value = draw(st.one_of(st.sampled_from(TEXTS), st.text(max_size=20)))
    data = draw(st.binary(max_size=24))
    vr = draw(st.sampled_from(["CS", "DS", "FL", "UI", "UL", "US", "UT", "SQ", "LO", "SH", "DA"]))
    path = draw(st.lists(st.integers(0, 6), min_size=1, max_size=9))

    def change(dataset: Dataset) -> None:
        every = items_of(dataset)
        one, another = every[which % len(every)], every[other % len(every)]
        tag = Tag(tag_for_keyword(keyword) or 0)
        if kind == "drop":
            names = list(one.keys())
            if names and one is not dataset:
                del one[names[other % len(names)]]
        elif kind == "raw":
            one[tag] = broken(tag, data, vr)
        elif kind == "double" and one is not dataset and "ContentSequence" in another:
            # Copied whole, so that a branch below itself makes no endless tree.
            copied = deepcopy(one)
            another.ContentSequence = DicomSequence([*another.ContentSequence, copied])
        elif kind == "swap" and "ContentSequence" in one:
            one.ContentSequence = DicomSequence(list(one.ContentSequence)[::-1])
        elif kind == "refer" and one is not dataset:
            one.ReferencedContentItemIdentifier = path
        elif kind == "text":
            one[tag] = broken(tag, value.encode("utf-8", "replace"), "LO")
        elif kind == "empty":
            one[tag] = broken(tag, b"", vr)

    return change


def outcome(dataset: Dataset) -> CadReport | None:
    """Read a report; None where it was refused by name."""
    started = time.monotonic()
    try:
        report = cad_report_of(dataset)
    except CalcsightError:
        report = None
    assert time.monotonic() - started < LONGEST_S
    return report


def check_sound(report: CadReport) -> None:
    """Check that what was read is what the schema promises, and finite."""
    document = json.loads(json_text(cad_reports_document([("report.dcm", report)])))
    VALIDATOR.validate(document)
    for mark in report.marks:
        assert (mark.row is None) == (mark.column is None) == (mark.place_from is None)
        places = np.array([mark.row, mark.column], dtype=float)
        assert mark.row is None or np.isfinite(places).all()
        assert mark.outline is None or (len(mark.outline) >= 3 and np.isfinite(mark.outline).all())
    said = "\n".join(report_lines(report))
    last = SENTINEL.partition("^")[0]
    for text in (said, repr(report), json.dumps(document)):
        assert last.casefold() not in text.casefold()
        assert SENTINEL_ID not in text
        assert "\x1b" not in text


@given(maker=st.sampled_from(sorted(MAKERS)), changes=st.lists(mutations(), min_size=1, max_size=6))
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_changed_trees_are_read_or_refused(maker: str, changes: list[Any]) -> None:
    with config.disable_value_validation():
        report = MAKERS[maker]()
        for change in changes:
            change(report)
        read = outcome(report)
    if read is not None:
        check_sound(read)


@given(
    maker=st.sampled_from(sorted(MAKERS)),
    places=st.lists(st.tuples(st.floats(0.0, 1.0), st.integers(0, 255)), min_size=1, max_size=8),
    keep=st.floats(0.2, 1.0),
)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_changed_bytes_are_read_or_refused(
    maker: str, places: list[tuple[float, int]], keep: float, tmp_path_factory: Any
) -> None:
    data = bytearray(file_bytes(MAKERS[maker]()))
    for share, value in places:
        data[int(share * (len(data) - 1))] = value
    path = tmp_path_factory.mktemp("bytes", numbered=True) / "report.dcm"
    path.write_bytes(bytes(data[: int(keep * len(data))]))
    started = time.monotonic()
    try:
        read = cad_report_from(path)
    except CalcsightError as refusal:
        document = cad_reports_document([("report.dcm", refusal)])
    else:
        document = cad_reports_document([("report.dcm", read)])
    assert time.monotonic() - started < LONGEST_S
    VALIDATOR.validate(json.loads(json_text(document)))
    assert SENTINEL.partition("^")[0].casefold() not in json_text(document).casefold()


def sequence(tag: bytes, inner: bytes, undefined: bool) -> bytes:
    """Return a sequence of one item in implicit little endian."""
    if undefined:
        start, end = struct.pack("<I", 0xFFFFFFFF), b"\xfe\xff\x0d\xe0\0\0\0\0"
        stop = b"\xfe\xff\xdd\xe0\0\0\0\0"
        return tag + start + b"\xfe\xff\x00\xe0" + start + inner + end + stop
    item = b"\xfe\xff\x00\xe0" + struct.pack("<I", len(inner)) + inner
    return tag + struct.pack("<I", len(item)) + item


@pytest.mark.parametrize("undefined", [False, True])
@pytest.mark.parametrize("levels", [40, 3000])
def test_a_file_of_sequences_within_sequences_is_refused(
    tmp_path: Path, levels: int, undefined: bool
) -> None:
    report = reports.without_findings()
    del report.ContentSequence
    whole = file_bytes(report, "1.2.840.10008.1.2")
    inner = b"\x40\x00\x40\xa0\x04\x00\x00\x00CODE"
    for _ in range(levels):
        inner = sequence(b"\x40\x00\x30\xa7", inner, undefined)
    path = tmp_path / "deep.dcm"
    path.write_bytes(whole + inner)
    started = time.monotonic()
    with pytest.raises(CalcsightError):
        cad_report_from(path)
    assert time.monotonic() - started < LONGEST_S


def test_a_deflated_report_is_read_and_a_bomb_is_not(tmp_path: Path) -> None:
    plain = file_bytes(reports.with_rings(), "1.2.840.10008.1.2.1")
    start = 144 + struct.unpack("<I", plain[140:144])[0]
    meta = plain[:start].replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.1.99")
    grown = bytearray(meta)
    at = grown.index(b"1.2.840.10008.1.2.1.99")
    grown[at - 2 : at] = struct.pack("<H", 22)
    grown[140:144] = struct.pack("<I", len(grown) - 144)
    deflating = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    path = tmp_path / "deflated.dcm"
    path.write_bytes(bytes(grown) + deflating.compress(plain[start:]) + deflating.flush())
    assert len(cad_report_from(path).marks) == 3
    deflating = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    path.write_bytes(bytes(grown) + deflating.compress(bytes(60_000_000)) + deflating.flush())
    with pytest.raises(NotAReportError, match="larger than any report"):
        cad_report_from(path)


def test_many_particles_are_read_in_time(tmp_path: Path) -> None:
    on = reports.by_value(reports.RIGHT_CC)
    particles = [
        reports.finding(
            reports.PARTICLE,
            reports.centre(float(n % 3000), float(n // 3), on),
            reports.number(reports.dcm("111012"), 50.0, reports.PERCENT),
            relation=Relation.INFERRED_FROM,
        )
        for n in range(600)
    ]
    path = written(
        tmp_path,
        reports.root(reports.summary("111242", reports.finding(reports.CLUSTER, *particles))),
    )
    started = time.monotonic()
    report = cad_report_from(path)
    assert time.monotonic() - started < LONGEST_S
    assert len(report.marks[0].particles) == 600
    assert report.doubts == (ReportDoubt.MARK_WITHOUT_IMAGE, ReportDoubt.MARK_WITHOUT_PLACE)
