"""A report of a computer, taken from its file: Mammography CAD of any maker, and measurements.

Sources: DICOM PS3.3 A.35.5 (Mammography CAD SR), PS3.16 TID 4000 and TID 1500.
"""

import io
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from pydicom import Dataset, config
from pydicom.filereader import read_partial

from calcsight.dicom.files import bounded
from calcsight.dicom.header import is_uid
from calcsight.dicom.reports_in import report_codes as concepts
from calcsight.dicom.reports_in.content_tree import ContentItem, ContentTree, tree_from
from calcsight.dicom.reports_in.marks import algorithms_in, marks_and_composites
from calcsight.dicom.reports_in.report_parts import (
    images_in,
    overall_status,
    statements_in,
    summary_in,
    tasks_in,
)
from calcsight.dicom.reports_in.values import Values, identifiers_of
from calcsight.intake import foreign_errors_as, opened
from calcsight.terms.cad_report import CadReport, ReportDoubt, ReportKind
from calcsight.terms.errors import NotAnImageError, NotAReportError

MAMMOGRAPHY_CAD = "1.2.840.10008.5.1.4.1.1.88.50"
_TEMPLATED = frozenset(f"1.2.840.10008.5.1.4.1.1.88.{n}" for n in (22, 33, 34))
_REPORTS = "1.2.840.10008.5.1.4.1.1.88."
_OTHER_REPORTS: Mapping[str, str] = MappingProxyType(
    {
        "111400": "a Breast Imaging Report, which is a person's",
        "112000": "a Chest CAD report",
        "112220": "a Colon CAD report",
    }
)
_MOST_BYTES = 32_000_000


def cad_report_from(path: Path) -> CadReport:
    """Read one report.

    Parameters
    ----------
    path : Path
        A Mammography CAD SR (TID 4000) of any maker, or a report of measurements (TID 1500).

    Returns
    -------
    CadReport
        Places in the frame of each image's own file, 0-based pixel centres. What is damaged or
        leads nowhere is left out, and named among its doubts.

    Raises
    ------
    UnreadableFileError
        When the operating system does not give the bytes.
    NotAnImageError
        When they cannot be read as DICOM.
    NotAReportError
        When it is no such report, or one deeper or larger than any of one exam.
    ImageTooLargeError
        When a deflated file grows without end.
    """
    unreadable = NotAnImageError(
        "a file whose DICOM content cannot be read", "a DICOM file", "export it again"
    )
    with opened(path) as raw, foreign_errors_as(unreadable):
        file = bounded(raw)
        if file.seek(0, io.SEEK_END) > _MOST_BYTES:
            raise _refused("a file larger than any report")
        file.seek(0)
        return cad_report_of(read_partial(file, force=True))


def cad_report_of(dataset: Dataset) -> CadReport:
    """Read a report that is a data set in memory; see `cad_report_from`.

    Raises
    ------
    NotAReportError
        When it is no such report.
    """
    # What a file holds against its value representation is judged here, value by value.
    with config.disable_value_validation():
        return _report(dataset)


def _report(dataset: Dataset) -> CadReport:
    """Gather everything that a report says."""
    values = Values(identifiers=identifiers_of(dataset))
    _refuse_other_classes(values.word(dataset, "SOPClassUID"))
    tree = tree_from(dataset, values)
    kind = _kind(tree)
    marks, composites, numbers = marks_and_composites(tree)
    if any(_is_free_text(one) for one in tree.everything()):
        tree.doubts.add(ReportDoubt.FREE_TEXT_NOT_READ)
    return CadReport(
        uid=values.uid(dataset, "SOPInstanceUID") or "",
        study_uid=values.uid(dataset, "StudyInstanceUID"),
        kind=kind,
        manufacturer=values.words(dataset, "Manufacturer"),
        model=values.words(dataset, "ManufacturerModelName"),
        software_version=values.words(dataset, "SoftwareVersions"),
        summary=summary_in(tree),
        detections=overall_status(tree, concepts.DETECTIONS_SUMMARY),
        analyses=overall_status(tree, concepts.ANALYSES_SUMMARY),
        tasks=tasks_in(tree),
        images=images_in(tree),
        marks=marks,
        composites=composites,
        statements=statements_in(tree, numbers),
        algorithms=algorithms_in(tree.everything()),
        doubts=tuple(one for one in ReportDoubt if one in tree.doubts),
    )


def _refuse_other_classes(sop_class_uid: str) -> None:
    """Refuse by its class what holds no such report."""
    if sop_class_uid in _TEMPLATED or sop_class_uid == MAMMOGRAPHY_CAD:
        return
    if sop_class_uid.startswith(_REPORTS):
        raise _refused(f"a structured report of class {sop_class_uid}")
    if is_uid(sop_class_uid):
        raise _refused(f"a DICOM object of class {sop_class_uid}")
    raise _refused("a file that is no DICOM object")


def _kind(tree: ContentTree) -> ReportKind:
    """Tell by the name of its root what a report is."""
    root = tree.root
    if root.named(concepts.CAD_REPORT):
        return ReportKind.MAMMOGRAPHY_CAD
    if root.named(concepts.MEASUREMENT_REPORT):
        return ReportKind.MEASUREMENTS
    if root.name is None:
        raise _refused("a structured report whose root has no name")
    raise _refused(_OTHER_REPORTS.get(root.name.value, "a structured report of another kind"))


def _is_free_text(item: ContentItem) -> bool:
    """Tell whether an item holds words of a person, or words that may be."""
    return item.value_type == "TEXT" and not item.named(*concepts.TECHNICAL_TEXTS)


def _refused(found: str) -> NotAReportError:
    return NotAReportError(
        found,
        "a Mammography CAD report, or a report of measurements on images",
        "give another file",
    )
