"""Every object of every exam is clean in all validators, and no known false error is stale.

This is the one place where objects are validated, so that each file is looked at once: PixelMed
takes far longer than all else.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.dicom.results.exams import EXAM_NAMES, exam_results
from tests.dicom.results.reported_exams import (
    REPORTED_NAMES,
    cad_of,
    reported,
    with_older_codes,
)
from tests.dicom.results.test_cad_later_version import later_version
from tests.validators import dciodvfy, dsrdump, is_report, needs_validators, pixelmed, stale

from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.results.breast_report import breast_report
from calcsight.dicom.results.cad_report import cad_report
from calcsight.dicom.results.objects import result_files
from calcsight.terms.hospital import ResultKind

pytest.importorskip("highdicom")
pytestmark = needs_validators

_REPORTED = tuple(f"final, {one}" for one in REPORTED_NAMES)
_LATER = "a later version"
_ALL = [*EXAM_NAMES, *_REPORTED, _LATER]
Written = Mapping[str, Sequence[Path]]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Every object as a file, by exam; what is written of final records by theirs."""
    folder = tmp_path_factory.mktemp("objects")
    kinds = frozenset(ResultKind) - {ResultKind.FHIR}
    made: dict[str, list[Path]] = {}
    for name, exam in exam_results().items():
        for one in result_files(exam, kinds):
            made.setdefault(name, []).append(folder / f"{name}.{one.name}")
            made[name][-1].write_bytes(one.data)
    for name, exam in reported().items():
        report = breast_report(exam, cad_of(exam))
        # As it is, and under codes that let PixelMed look into the sections.
        paths = [folder / f"{name}.{one}.dcm".replace(" ", "-") for one in ("breast", "older")]
        paths[0].write_bytes(file_bytes(report))
        paths[1].write_bytes(file_bytes(with_older_codes(report)))
        # The CAD report of the same exam, with what the person said in it.
        paths.append(folder / f"{name}.with-finals.dcm".replace(" ", "-"))
        paths[2].write_bytes(file_bytes(cad_report(exam)))
        made[f"final, {name}"] = paths
    later = folder / "later.dcm"
    later.write_bytes(file_bytes(cad_report(later_version(folder))))
    made[_LATER] = [later]
    return made


def test_every_kind_of_every_exam_is_there(written: Written) -> None:
    assert set(written) == set(_ALL)
    kinds = {name: {one.name.split(".", 1)[1] for one in written[name]} for name in EXAM_NAMES}
    reports = {"sr.dcm", "tid1500.dcm"}
    assert kinds["all_refused"] == reports
    assert kinds["plain"] == {*reports, "view1.gsps.dcm"}
    of_one_view = {f"view1.{one}.dcm" for one in ("gsps", "seg", "seg-binary")}
    for name in ("group", "many", "film"):
        assert kinds[name] == {*reports, *of_one_view}
    assert {f"view{n}.gsps.dcm" for n in (1, 2, 3, 4)} < kinds["four_views_with_prior"]


@pytest.mark.parametrize("name", _ALL)
def test_attributes_are_valid(written: Written, name: str) -> None:
    assert dciodvfy(written[name]) == []


@pytest.mark.parametrize("name", _ALL)
def test_trees_and_templates_of_reports_are_valid(written: Written, name: str) -> None:
    reports = [one for one in written[name] if is_report(one)]
    assert reports
    assert [*dsrdump(reports), *pixelmed(reports)] == []


def test_each_known_false_error_is_still_said(written: Written) -> None:
    assert stale(path for paths in written.values() for path in paths) == []
