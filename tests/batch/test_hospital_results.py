"""Results for a hospital's systems in a folder: the same bytes, of the images and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread
from tests.dicom.results.exams import (
    CREATED_AT,
    GROUP,
    PeakJudge,
    Shot,
    breast,
    exam_results,
    final_of,
    interpreter,
)

from calcsight.batch.clock import Clock
from calcsight.batch.finding import Argument, find_inputs
from calcsight.batch.run import RunOrder, run
from calcsight.terms.errors import ContradictionError, NoDicomSourceError
from calcsight.terms.hospital import ResultKind, ResultOrder
from calcsight.terms.settings import Settings
from calcsight.terms.stated import Stated

pytest.importorskip("highdicom")


@pytest.fixture
def order(tmp_path: Path) -> RunOrder:
    """Two studies in one folder, one image of them twice."""
    (tmp_path / "in").mkdir()
    for name in ("one", "two"):
        Shot(name=name, pixels=breast(GROUP), study=name).write(tmp_path / "in")
    (tmp_path / "in" / "one-again.dcm").write_bytes((tmp_path / "in" / "one.dcm").read_bytes())
    return ordered(tmp_path)


def ordered(folder: Path) -> RunOrder:
    return RunOrder(
        found=find_inputs([Argument(path=folder / "in", stated=Stated())]),
        output=folder / "out",
        judge=PeakJudge(),
        settings=Settings(),
        clock=Clock(),
        interpreter=interpreter(),
        overwrite=True,
        results=ResultOrder(kinds=frozenset(ResultKind), created_at=CREATED_AT),
    )


def written(order: RunOrder) -> dict[str, bytes]:
    """Run an order and return what is written for a hospital; the manifest lists it."""
    done = run(order, lambda _: None)
    paths = [*order.output.glob("exam*.dcm"), *order.output.glob("exam*.fhir.json")]
    assert {one.name for one in paths} <= set(done.manifest["files"])
    return {one.name: one.read_bytes() for one in sorted(paths)}


def images_of(report: bytes) -> Iterator[str]:
    """Yield the class of each image of the library of a CAD report."""
    library = dcmread(BytesIO(report)).ContentSequence[1]
    assert library.ConceptNameCodeSequence[0].CodeValue == "111028"
    for one in library.ContentSequence:
        yield str(one.ReferencedSOPSequence[0].ReferencedSOPClassUID)


def test_the_same_files_whatever_the_processes_and_however_often(order: RunOrder) -> None:
    first = written(order)
    kinds = ("sr.dcm", "tid1500.dcm", "view1.seg.dcm", "view1.seg-binary.dcm", "view1.gsps.dcm")
    assert set(first) == {f"exam{n}.{one}" for n in (1, 2) for one in (*kinds, "fhir.json")}
    assert written(order) == first
    assert written(replace(order, jobs=2)) == first
    assert set(written(replace(order, by_uid=True))) == set(first)


def test_results_of_an_earlier_run_among_the_inputs_change_nothing(
    order: RunOrder, tmp_path: Path
) -> None:
    first = written(order)
    for name, data in first.items():
        (tmp_path / "in" / name).write_bytes(data)
    assert written(ordered(tmp_path)) == first
    assert list(images_of(first["exam1.sr.dcm"])) == ["1.2.840.10008.5.1.4.1.1.1.2"]


def test_a_record_of_another_exam_ends_the_run_and_a_picture_does_before_it(
    order: RunOrder, tmp_path: Path
) -> None:
    assert order.results is not None
    record = replace(final_of(exam_results()["group"]), exam_on=date(2001, 1, 1))
    with pytest.raises(ContradictionError, match="of no exam that was read"):
        run(replace(order, results=replace(order.results, finals=(record,))), lambda _: None)
    assert not (order.output / "manifest.json").exists()
    (tmp_path / "in" / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    with pytest.raises(NoDicomSourceError):
        run(ordered(tmp_path), lambda _: pytest.fail("something was read"))
