"""The coded part of a breast imaging report (DICOM PS3.16 TID 4208, 4206, 4204 and 4207).

What a person says of a finding and what the software measured there stand in two sections, each
with its own observer: a number of the machine is never put into a person's mouth. The tracking
UID says that both are of one finding.
"""

from collections.abc import Iterator

import numpy as np
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from calcsight.dicom.finding_codes import (
    BREASTS,
    CALCIFICATION_GROUP,
    DISTRIBUTIONS,
    TYPES,
)
from calcsight.dicom.results.breast_report_assessment import assessment_items
from calcsight.dicom.results.breast_report_codes import (
    ASSOCIATED,
    CALCIFICATIONS,
    FINDINGS_WITH,
    MALIGNANCIES,
    RESULTS,
    STAGES,
)
from calcsight.dicom.results.breast_report_observers import (
    person_items,
    software_items,
    tracking_items,
)
from calcsight.dicom.results.breast_report_procedure import (
    BOTH_BREASTS,
    biopsy_procedure,
    exam_procedure,
)
from calcsight.dicom.results.content import (
    Relation,
    code,
    composite,
    container,
    date_time,
    image,
    number,
    spatial,
    with_items,
)
from calcsight.dicom.results.exam_result import ExamResult, SourceImage
from calcsight.dicom.results.lesions import SeenGroup
from calcsight.dicom.results.measured_groups import (
    change_codes,
    distribution_of,
    seen_of,
    shape_of,
)
from calcsight.terms.biopsy import Biopsy, Pathology, PathologyKind
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.mammogram import Laterality

FINDINGS: Code = codes.cid6052.Findings
_COUNT_UNIT = Code("{calcifications}", "UCUM", "calcifications")
_SPECIMENS = Code("{specimens}", "UCUM", "specimens")
_MM = Code("mm", "UCUM", "millimeter")
_LONG_AXIS = Code("103339001", "SCT", "Long Axis")


def supplementary_data(exam: ExamResult, cad_report: SourceImage | None) -> Dataset:
    """Return the coded findings of every record of an exam.

    Parameters
    ----------
    exam : ExamResult
        With its final records.
    cad_report : SourceImage or None
        The machine's own report, to which its measurements refer.
    """
    items = [exam_procedure(exam, (one.exam_kind for one in exam.finals))]
    several_readers = len({one.reader_id for one in exam.finals}) > 1
    for record in exam.finals:
        if record.finding_id is None:
            items += _of_the_exam(record, several_readers)
            continue
        items.append(_said(exam, record))
        uid = record.tracking_uid or ""
        items += [_measured(exam, record, one, cad_report) for one in seen_of(exam, uid)]
        items += [_tissue(record, one) for one in record.biopsies]
    return with_items(container(codes.DCM.SupplementaryData, Relation.CONTAINS), items)


def _of_the_exam(record: FinalRecord, several_readers: bool) -> Iterator[Dataset]:
    """Yield the assessment of an exam without a finding; none where its scheme has no codes.

    Of one breast alone it is no overall assessment, and goes by the name of an impression.
    """
    whole = record.laterality is None
    side = BOTH_BREASTS if whole else BREASTS.get(record.laterality or Laterality.UNKNOWN)
    made = list(assessment_items(record, side, Relation.CONTAINS))
    if not made:
        return
    name = codes.DCM.OverallAssessment if whole else codes.cid6052.Impressions
    laterality = None if whole else _laterality(side)
    # With one reader it is that of the whole report.
    observer = person_items(record.reader_id) if several_readers else ()
    yield with_items(container(name, Relation.CONTAINS), (laterality, *observer, *made))


def _said(exam: ExamResult, record: FinalRecord) -> Dataset:
    """Return what a person says of a finding."""
    side = BREASTS.get(record.laterality or Laterality.UNKNOWN)
    associated = ASSOCIATED.get(record.associated) if record.associated else None
    what = FINDINGS_WITH.get(record.associated, CALCIFICATIONS)
    finding = with_items(
        code(codes.DCM.Finding, what, Relation.CONTAINS),
        (
            _laterality(side),
            *assessment_items(record, side, Relation.HAS_PROPERTIES),
            None
            if associated is None
            else code(codes.SCT.AssociatedFinding, associated, Relation.HAS_PROPERTIES),
        ),
    )
    return with_items(
        container(FINDINGS, Relation.CONTAINS),
        (
            *person_items(record.reader_id),
            *tracking_items(record),
            exam_procedure(exam, [record.exam_kind]),
            finding,
        ),
    )


def _measured(
    exam: ExamResult, record: FinalRecord, found: SeenGroup, cad_report: SourceImage | None
) -> Dataset:
    """Return what the software measured at a finding in one view."""
    finding = with_items(
        code(codes.DCM.Finding, CALCIFICATION_GROUP, Relation.CONTAINS),
        (
            _laterality(BREASTS.get(record.laterality or Laterality.UNKNOWN)),
            *_described(found),
            *_seen_in(found, cad_report),
        ),
    )
    return with_items(
        container(FINDINGS, Relation.CONTAINS),
        (
            *software_items(exam.made_by),
            *tracking_items(record),
            exam_procedure(exam, [record.exam_kind]),
            finding,
        ),
    )


def _seen_in(found: SeenGroup, cad_report: SourceImage | None) -> Iterator[Dataset]:
    """Yield the outline of a group on its image, and the machine's own report."""
    source, hull = found.view.source, found.group.hull
    outline = spatial(
        codes.cid7003.SourceOfMeasurement,
        "POLYLINE",
        np.concatenate([hull, hull[:1]]),
        Relation.INFERRED_FROM,
    )
    pictured = image(source.sop_class_uid, source.sop_uid, Relation.SELECTED_FROM)
    yield with_items(outline, [pictured])
    if cad_report is not None:
        yield composite(
            codes.DCM.CurrentProcedureEvidence,
            cad_report.sop_class_uid,
            cad_report.sop_uid,
            Relation.INFERRED_FROM,
        )


def _described(found: SeenGroup) -> Iterator[Dataset]:
    """Yield type, distribution, number, size and change of a group."""
    group, relation = found.group, Relation.HAS_PROPERTIES
    shape, distribution = shape_of(group), distribution_of(group)
    if shape is not None:
        yield code(codes.DCM.CalcificationType, TYPES[shape], relation)
    if distribution is not None:
        yield code(codes.DCM.CalcificationDistribution, DISTRIBUTIONS[distribution], relation)
    yield number(codes.DCM.NumberOfCalcifications, group.count, _COUNT_UNIT, relation)
    for one in change_codes(found.change):
        yield code(codes.SCT.FindingOfChangeSincePreviousMammogram, one, relation)
    yield number(_LONG_AXIS, round(group.extent_mm, 3), _MM, relation)


def _tissue(record: FinalRecord, biopsy: Biopsy) -> Dataset:
    """Return one biopsy of a finding and what pathology said of it."""
    cores = (
        None
        if biopsy.cores is None
        else number(codes.DCM.NumberOfSpecimens, biopsy.cores, _SPECIMENS, Relation.CONTAINS)
    )
    results = [
        _pathology(biopsy, one) for one in biopsy.pathology if one.kind is not PathologyKind.PENDING
    ]
    specimen = container(codes.DCM.Specimen, Relation.CONTAINS)
    return with_items(
        container(codes.DCM.SupplementaryDataForIntervention, Relation.CONTAINS),
        (
            *tracking_items(record),
            biopsy_procedure(biopsy),
            cores,
            with_items(specimen, results) if results else None,
        ),
    )


def _pathology(biopsy: Biopsy, report: Pathology) -> Dataset:
    """Return one report of pathology."""
    kind = MALIGNANCIES.get(report.subtype) if report.subtype else None
    stage = STAGES.get(report.stage) if report.stage is not None else None
    malignancy = None if kind is None else code(codes.DCM.Pathology, kind, Relation.CONTAINS)
    if malignancy is not None and stage is not None:
        with_items(malignancy, [code(codes.SCT.TumorStageFinding, stage, Relation.HAS_PROPERTIES)])
    return with_items(
        container(codes.DCM.PathologyResults, Relation.CONTAINS),
        (
            date_time(
                codes.DCM.SamplingDatetime,
                biopsy.performed_on.strftime("%Y%m%d"),
                Relation.CONTAINS,
            ),
            code(codes.DCM.ProcedureResult, RESULTS[report.kind], Relation.CONTAINS),
            malignancy,
        ),
    )


def _laterality(side: Code | None) -> Dataset | None:
    return None if side is None else code(codes.SCT.Laterality, side, Relation.HAS_CONCEPT_MOD)
