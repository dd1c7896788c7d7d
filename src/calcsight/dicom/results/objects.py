"""Every result of one exam, in the forms asked for. Import this module late: it brings pydicom."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec

from pydicom import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.results.exam_result import ExamResult, ResultFile
from calcsight.terms.errors import UsageError
from calcsight.terms.hospital import ResultKind

# What a kind needs beyond pydicom; both come with the extra `hospital`.
_NEEDS = {
    ResultKind.TID1500: "highdicom",
    ResultKind.SEG: "highdicom",
    ResultKind.GSPS: "highdicom",
    ResultKind.FHIR: "fhir",
}


def require_writers(kinds: frozenset[ResultKind]) -> None:
    """Refuse kinds whose library is not installed.

    Raises
    ------
    UsageError
    """
    lacking = sorted(one for one in kinds if one in _NEEDS and find_spec(_NEEDS[one]) is None)
    if lacking:
        raise UsageError(
            f"{', '.join(lacking)} asked for, and a library for it is not installed",
            "the extra `hospital`",
            'pip install "calcsight[hospital]"',
        )


def result_files(exam: ExamResult, kinds: frozenset[ResultKind]) -> tuple[ResultFile, ...]:
    """Write one exam in every form asked for, in memory.

    Parameters
    ----------
    exam : ExamResult
    kinds : frozenset of ResultKind

    Returns
    -------
    tuple of ResultFile
        The CAD SR first; names are "sr.dcm", "view1.seg.dcm" and so on.

    Raises
    ------
    UsageError
        When a library that a kind needs is not installed.
    """
    require_writers(kinds)
    writers = _writers()
    return tuple(one for kind in ResultKind if kind in kinds for one in writers[kind](exam))


def _writers() -> dict[ResultKind, Callable[[ExamResult], Iterator[ResultFile]]]:
    """Return what writes each kind."""
    return {
        ResultKind.SR: _cad_report,
        ResultKind.TID1500: _comprehensive,
        ResultKind.SEG: _segmentations,
        ResultKind.GSPS: _presentation_states,
        ResultKind.FHIR: _fhir,
    }


def _cad_report(exam: ExamResult) -> Iterator[ResultFile]:
    from calcsight.dicom.results.cad_report import cad_report  # noqa: PLC0415

    yield _file(ResultKind.SR, "sr", cad_report(exam))


def _fhir(exam: ExamResult) -> Iterator[ResultFile]:
    from calcsight.dicom.results.fhir_bundle import fhir_bundle  # noqa: PLC0415

    yield ResultFile(kind=ResultKind.FHIR, name="fhir.json", data=fhir_bundle(exam))


def _comprehensive(exam: ExamResult) -> Iterator[ResultFile]:
    from calcsight.dicom.results.comprehensive import comprehensive_report  # noqa: PLC0415

    yield _file(ResultKind.TID1500, "tid1500", comprehensive_report(exam))


def _segmentations(exam: ExamResult) -> Iterator[ResultFile]:
    """Name each by its view; the one of one bit a pixel beside the label map."""
    from calcsight.dicom.results.segmentation import segmentations  # noqa: PLC0415

    for one in segmentations(exam):
        form = "seg-binary" if one.SegmentationType == "BINARY" else "seg"
        yield _file(ResultKind.SEG, f"view{_view_number(exam, one)}.{form}", one)


def _presentation_states(exam: ExamResult) -> Iterator[ResultFile]:
    from calcsight.dicom.results.presentation_state import (  # noqa: PLC0415
        presentation_states,
    )

    for one in presentation_states(exam):
        yield _file(ResultKind.GSPS, f"view{_view_number(exam, one)}.gsps", one)


def _view_number(exam: ExamResult, made: Dataset) -> int:
    """Return which view of the exam, from 1, an object refers to."""
    series = made.ReferencedSeriesSequence[0]
    listed = series.get("ReferencedInstanceSequence") or series.get("ReferencedImageSequence")
    numbers = {one.source.sop_uid: number for number, one in enumerate(exam.views, start=1)}
    return numbers[str(listed[0].ReferencedSOPInstanceUID)]


def _file(kind: ResultKind, name: str, made: Dataset) -> ResultFile:
    """Return a data set as a file, in the transfer syntax that its pixels are in."""
    meta = getattr(made, "file_meta", None)
    syntax = meta.get("TransferSyntaxUID") if meta else None
    return ResultFile(
        kind=kind,
        name=f"{name}.dcm",
        data=file_bytes(made, syntax or ExplicitVRLittleEndian),
        sop_class_uid=str(made.SOPClassUID),
        sop_uid=str(made.SOPInstanceUID),
    )
