"""The validators hear what is wrong, and a complaint is only ever taken back by its exact words."""

from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from tests.validators import (
    dciodvfy,
    dsrdump,
    known_false_errors,
    needs_validators,
    not_said,
    pixelmed,
)


@needs_validators
def test_a_damaged_report_is_heard_by_each(tmp_path: Path) -> None:
    report = dcmread(str(get_testdata_file("reportsi.dcm")))
    report.SOPClassUID = "1.2.840.10008.5.1.4.1.1.88.50"
    report.file_meta.MediaStorageSOPClassUID = report.SOPClassUID
    del report.StudyInstanceUID
    report.ContentSequence[0].RelationshipType = "CONTAINS"
    path = tmp_path / "damaged.dcm"
    report.save_as(path)
    assert any("StudyInstanceUID" in one for one in dciodvfy([path]))
    assert dsrdump([path])
    assert any("not in template" in one for one in pixelmed([path]))


def test_a_known_false_error_needs_its_reason_and_its_exact_words() -> None:
    known = known_false_errors("# It is right:\n# see the standard.\nA: one\nA: two\n\n# x\nB: y\n")
    assert known == {
        "A: one": "It is right: see the standard.",
        "A: two": "It is right: see the standard.",
        "B: y": "x",
    }
    with pytest.raises(ValueError, match="without its reason"):
        known_false_errors("# A reason\nA: one\n\nA: two\n")
    with pytest.raises(ValueError, match="listed twice"):
        known_false_errors("# A reason\nA: one\n\n# Another\nA: one\n")


def test_a_known_false_error_that_nobody_says_any_more_is_stale() -> None:
    known = known_false_errors("# because\nA: one\nA: two\n")
    assert not_said(known, ["A: one", "B: three"]) == ["A: two"]
    assert not_said(known, ["A: one ", "A: two"]) == ["A: one"]
