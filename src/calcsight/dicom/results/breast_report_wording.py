"""What a person's record says, in plain sentences for the text of a report."""

from collections.abc import Iterator

from calcsight.dicom.assessment_codes import assessment_code
from calcsight.dicom.finding_codes import TYPES
from calcsight.dicom.results.breast_report_assessment import whole_months
from calcsight.dicom.results.breast_report_codes import LATER_WORDS
from calcsight.dicom.results.lesions import SeenGroup
from calcsight.dicom.results.measured_groups import distribution_of, shape_of
from calcsight.terms.biopsy import Answer, Biopsy, Pathology, PathologyKind
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import AssociatedFinding
from calcsight.terms.mammogram import Laterality, view_name

_SIDES = {Laterality.LEFT: "left breast", Laterality.RIGHT: "right breast", None: "both breasts"}
_NO_SIDE = "side not stated"


def subject_words(record: FinalRecord) -> str:
    """Name what a record is of: a finding, or the exam."""
    side = _SIDES.get(record.laterality, _NO_SIDE)
    if record.finding_id is None:
        return f"The exam, {side}"
    return f"Finding {record.finding_id}, {side}"


def finding_words(record: FinalRecord) -> str:
    """Say what a person saw."""
    if record.finding_id is None:
        return f"{subject_words(record)}: no finding to follow was recorded."
    beside = {
        None: "whether anything else was seen with them is not stated",
        AssociatedFinding.NONE: "nothing else was seen with them",
        AssociatedFinding.MASS: "a mass was seen with them",
        AssociatedFinding.ASYMMETRY: "an asymmetry was seen with them",
        AssociatedFinding.DISTORTION: "architectural distortion was seen with them",
    }[record.associated]
    return f"{subject_words(record)}: calcifications; {beside}."


def assessment_words(record: FinalRecord) -> str:
    """Say the category as its scheme prints it, and what its code means."""
    said = (
        f"{subject_words(record)}: category {record.category} of {record.scheme} "
        f"{record.scheme_version}, by {record.reader_id} at {record.read_at.isoformat()}."
    )
    code = assessment_code(record.scheme, record.category)
    if code is None:
        return f"{said} This scheme has no codes in DICOM, so no category is coded."
    later = LATER_WORDS.get(record.category.upper())
    if later is None:
        return said
    return (
        f"{said} In the words of the 5th edition that is {later}; its code in DICOM keeps those of "
        f'the 4th: "{code.meaning}".'
    )


def recommendation_words(record: FinalRecord) -> str:
    """Say what is recommended, and when it is due if a day was named."""
    said = f"{subject_words(record)}: {record.recommendation.text}"
    if record.due_on is None:
        return f"{said}."
    months = whole_months(record.exam_on, record.due_on) if record.exam_on else None
    after = "" if months is None else f", {months} months after the exam"
    return f"{said}, due on {record.due_on.isoformat()}{after}."


def tissue_words(record: FinalRecord) -> Iterator[str]:
    """Yield a sentence or more on each biopsy."""
    for one in record.biopsies:
        told = [_pathology_words(each) for each in one.pathology] or ["its result is awaited"]
        yield (
            f"{subject_words(record)}: {one.method.text} on {one.performed_on.isoformat()}, "
            f"{_guidance(one)}{_cores(one)}: {'; '.join(told)}. "
            f"Calcification in the specimen: {one.calcification_in_specimen.value}; "
            f"under the microscope: {one.calcification_under_microscope.value}. "
            f"{_concordance_words(one)}"
        )


def _guidance(biopsy: Biopsy) -> str:
    known = biopsy.guided_by.text
    return known if known.endswith("not stated") else f"guided by {known}"


def _cores(biopsy: Biopsy) -> str:
    return "" if biopsy.cores is None else f", cores: {biopsy.cores}"


def _pathology_words(report: Pathology) -> str:
    """Say one report of pathology."""
    specimen = f"{report.specimen.value} specimen"
    if report.kind is PathologyKind.PENDING:
        return f"a report of the {specimen} is awaited"
    said = report.kind.value.replace("_", " ")
    if report.subtype is not None:
        said = f"{said} ({report.subtype.value.replace('_', ' ').replace('dcis', 'DCIS')})"
    stage = "" if report.stage is None else f", stage {report.stage}"
    day = "" if report.reported_on is None else f", reported on {report.reported_on.isoformat()}"
    return f"{said}{stage}, {specimen}{day}"


def _concordance_words(biopsy: Biopsy) -> str:
    """Say whether anybody finds that pathology explains what the images show."""
    if not biopsy.concordances:
        return "Nobody has said whether the result explains the images."
    words = {
        Answer.YES: "explains the images (concordant)",
        Answer.NO: "does not explain the images (discordant)",
        Answer.UNKNOWN: "may or may not explain the images",
    }[biopsy.concordant]
    last = max(biopsy.concordances, key=lambda one: one.at)
    return f"The result {words}, by {last.reader_id} at {last.at.isoformat()}."


def measured_words(record: FinalRecord, found: SeenGroup) -> str:
    """Say what the software measured at a finding in one view, as measured by software."""
    mammogram = found.reading.mammogram
    view = view_name(mammogram.laterality, mammogram.view)
    group = found.group
    shape, distribution = shape_of(group), distribution_of(group)
    typed = "cannot be told" if shape is None else TYPES[shape].meaning.lower()
    lying = "cannot be told" if distribution is None else distribution.value
    return (
        f"Measured by software, not by a person, at finding {record.finding_id}, {view}: "
        f"{group.count} calcifications over {group.extent_mm:.1f} mm, distribution: {lying}, "
        f"type: {typed}."
    )
