"""Every CAD report is clean in all three validators."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.dicom.results.exams import exam_results
from tests.validators import dciodvfy, dsrdump, needs_validators, pixelmed

from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.results.cad_report import cad_report

pytestmark = needs_validators


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Every exam's report as a file."""
    folder = tmp_path_factory.mktemp("reports")
    written = {}
    for name, exam in exam_results().items():
        written[name] = folder / f"{name}.dcm"
        written[name].write_bytes(file_bytes(cad_report(exam)))
    return written


@pytest.mark.parametrize("name", exam_results())
def test_attributes_are_valid(files: Mapping[str, Path], name: str) -> None:
    assert dciodvfy([files[name]]) == []


@pytest.mark.parametrize("name", exam_results())
def test_relationships_and_references_are_valid(files: Mapping[str, Path], name: str) -> None:
    assert dsrdump([files[name]]) == []


@pytest.mark.parametrize("name", exam_results())
def test_templates_are_kept(files: Mapping[str, Path], name: str) -> None:
    assert pixelmed([files[name]]) == []
