"""Every known false error is still said of some object; one that nobody says any more must go."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import Dataset
from tests.dicom.results.exams import exam_results
from tests.dicom.results.test_breast_report import cad_of, reported, with_older_codes
from tests.dicom.results.test_cad_valid import later_version
from tests.validators import KNOWN_FALSE, known_false_errors, needs_validators, stale

from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.results.breast_report import breast_report
from calcsight.dicom.results.cad_report import cad_report

# Between them they call forth what all exams do.
_CAD = (
    "assessed",
    "compared_and_not_matched",
    "four_views_with_prior",
    "japanese",
    "refused_beside_read",
)


def objects(folder: Path) -> Iterator[Dataset]:
    """Yield objects of every kind."""
    from calcsight.dicom.results.comprehensive import comprehensive_report
    from calcsight.dicom.results.segmentation import segmentations

    exams = exam_results()
    yield from (cad_report(exams[name]) for name in _CAD)
    yield cad_report(later_version(folder))
    yield comprehensive_report(exams["group"])
    yield from segmentations(exams["group"])
    yield from (with_older_codes(breast_report(one, cad_of(one))) for one in reported().values())


@needs_validators
def test_no_known_false_error_is_stale(tmp_path: Path) -> None:
    pytest.importorskip("highdicom")
    paths = []
    for number, made in enumerate(objects(tmp_path)):
        paths.append(tmp_path / f"{number}.dcm")
        meta = getattr(made, "file_meta", None)
        syntax = [meta.TransferSyntaxUID] if meta and "TransferSyntaxUID" in meta else []
        paths[-1].write_bytes(file_bytes(made, *syntax))
    assert stale(paths) == []


def test_every_known_false_error_has_its_reason_and_names_its_tool() -> None:
    known = known_false_errors(KNOWN_FALSE.read_text(encoding="utf-8"))
    assert known
    assert all(reason for reason in known.values())
    assert {one.split(":")[0] for one in known} <= {"dciodvfy", "dsrdump", "pixelmed"}
