"""What is told of a finding, date by date: the lines of the table and of the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calcsight.reports.comparison_wording import band_text
from calcsight.terms.biopsy import Answer, Biopsy, MalignantSubtype, Pathology
from calcsight.terms.comparison import Measure
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Appearance, Assessment, Ending
from calcsight.terms.finding_standing import FindingStanding, Outcome
from calcsight.terms.follow_up import DueStanding, DueStep
from calcsight.terms.mammogram import view_name
from calcsight.terms.timeline import SeenChange

_STAGES = ("0", "I", "II", "III", "IV")
_SIDES = {"L": "left breast", "R": "right breast"}


class RowKind(StrEnum):
    """What a line is about; the value is the word shown."""

    MAMMOGRAM = "mammogram"
    ASSESSMENT = "assessment"
    DUE = "due"
    BIOPSY = "biopsy"
    PATHOLOGY = "pathology"
    CONCORDANCE = "concordance"
    ENDING = "ending"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """One thing that happened, or is due.

    Parameters
    ----------
    on : date
    kind : RowKind
    words : str
    standing : DueStanding or None
        Of a step that is due; None for all else.
    change : str
        Of a mammogram; "" = not compared.
    """

    on: date
    kind: RowKind
    words: str
    standing: DueStanding | None = None
    change: str = ""


def side_words(laterality: str) -> str:
    """Name the breast."""
    return _SIDES.get(laterality, "side unknown")


def rows_of(
    finding: Finding, standing: FindingStanding, changes: Sequence[SeenChange]
) -> list[TimelineRow]:
    """Return every line of a finding by day, up to the day that is asked about, and what is due.

    Parameters
    ----------
    finding : Finding
    standing : FindingStanding
    changes : sequence of SeenChange
        Those of other findings are left out.
    """
    own = [one for one in changes if one.finding_id == finding.id]
    rows = [
        *(_appearance(one, own) for one in finding.appearances),
        *(_assessment(one) for one in finding.assessments),
        *(row for one in finding.biopsies for row in _biopsy(one)),
        *(row for one in finding.endings for row in _ending(one)),
    ]
    known = [one for one in rows if one.on <= standing.on]
    known += [_step(one) for one in standing.steps]
    order = list(RowKind)
    return sorted(known, key=lambda one: (one.on, order.index(one.kind), one.words))


def state_words(standing: FindingStanding) -> str:
    """Say where a finding stands; before its first record nothing is known of it."""
    if not standing.moves:
        return "Nothing of it was recorded by this day."
    return standing.state.text


def outcome_words(outcome: Outcome | None) -> str:
    """Say what the tissue came to; "" = none was taken."""
    if outcome is None:
        return ""
    said = outcome.kind.value.replace("_", " ")
    if outcome.subtype is not None:
        said += f": {_subtype(outcome.subtype)}"
    if outcome.stage is not None:
        said += f", {stage_words(outcome.stage)}"
    if outcome.deciding is not None and outcome.deciding.reported_on is not None:
        said += f" (report {outcome.deciding.record_id} of {outcome.deciding.reported_on})"
    if outcome.pending:
        said += f"; a report is awaited of {', '.join(outcome.pending)}"
    for one in outcome.upgrades:
        said += f"; upgraded from {report_words(one.earlier)} to {report_words(one.later)}"
    return said


def _subtype(subtype: MalignantSubtype) -> str:
    """Name a malignancy."""
    return subtype.value.replace("_", " ").replace("dcis", "DCIS")


def stage_words(stage: int) -> str:
    """Name a stage as it is usually written."""
    return f"stage {_STAGES[stage]}"


def report_words(report: Pathology) -> str:
    """Say what one report of pathology says."""
    said = report.kind.value.replace("_", " ")
    if report.subtype is not None:
        said += f", {_subtype(report.subtype)}"
    if report.stage is not None:
        said += f", {stage_words(report.stage)}"
    day = f" on {report.reported_on}" if report.reported_on else ""
    return f"{said} ({report.specimen.value}){day}"


def step_words(step: DueStep) -> str:
    """Say of one step when it is due and where it stands."""
    months = f"{step.months} months after" if step.months is not None else "named by the reader,"
    said = f"{step.standing.text}; {months} {step.counted_from}"
    if step.kept_on is not None:
        return f"{said}; kept on {step.kept_on}"
    return (
        f"{said}; not due before {step.opens_on}, overdue from {step.overdue_from}, "
        f"lost from {step.lost_from}"
    )


def appearance_words(one: Appearance) -> str:
    """Say what one mammogram shows."""
    if one.count is None:
        said = "not counted"
    elif one.count == 0:
        said = "no calcification found there"
    else:
        said = f"{one.count} calcification{'' if one.count == 1 else 's'}"
    if one.extent_mm is not None:
        said += f", {one.extent_mm:.1f} mm"
    group = "" if one.group is None else f", group {one.group}"
    return f"{view_name(one.laterality, one.view)}{group}: {said}"


def assessment_words(one: Assessment) -> str:
    """Say what a person made of it, and who."""
    said = f"category {one.category} ({one.scheme} {one.scheme_version}): {one.recommendation.text}"
    if one.associated is not None:
        said += f"; associated finding: {one.associated.value}"
    return f"{said}; by {one.reader_id} at {one.at.isoformat(' ', 'minutes')}"


def _appearance(one: Appearance, changes: Sequence[SeenChange]) -> TimelineRow:
    """Return the line of a mammogram, with every change that was told of it."""
    said = appearance_words(one)
    told = [change for change in changes if change.mammogram_uid == one.mammogram_uid]
    told.sort(key=lambda change: (change.prior_on or date.min, change.prior_uid), reverse=True)
    for change in told:
        since = f"since {change.prior_on or 'an unknown day'}"
        word = change.change.value if change.change else "change cannot be told"
        said += f"; {word} {since}{_numbers(change)}"
    if one.change is not None and not told:
        said += f"; {one.change.value}"
    word = one.change.value if one.change else ""
    return TimelineRow(on=one.acquired_on, kind=RowKind.MAMMOGRAM, words=said, change=word)


def _numbers(change: SeenChange) -> str:
    """Write both counts of the comparison, and the band of repetition of their difference."""
    if change.count is None or change.prior_count is None:
        return ""
    said = f" (compared: {change.prior_count} to {change.count}"
    if change.count_band is not None:
        said += f"; band of repetition {band_text(Measure.COUNT, change.count_band)}"
    return f"{said})"


def _assessment(one: Assessment) -> TimelineRow:
    """Return the line of an assessment, on the day on which it was made."""
    return TimelineRow(on=one.at.date(), kind=RowKind.ASSESSMENT, words=assessment_words(one))


def _step(step: DueStep) -> TimelineRow:
    """Return the line of what is, or was, due."""
    return TimelineRow(
        on=step.due_on, kind=RowKind.DUE, words=step_words(step), standing=step.standing
    )


def _biopsy(one: Biopsy) -> Iterator[TimelineRow]:
    """Yield the lines of a biopsy: taking it, every report, every statement of concordance."""
    cores = "cores not stated" if one.cores is None else f"{one.cores} cores"
    said = (
        f"{one.id}: {one.method.text}, guided by {one.guided_by.text}, {cores}; calcification in "
        f"the specimen: {one.calcification_in_specimen.value}, under the microscope: "
        f"{one.calcification_under_microscope.value}"
    )
    yield TimelineRow(on=one.performed_on, kind=RowKind.BIOPSY, words=said)
    for report in one.pathology:
        if report.reported_on is None:
            continue
        words = f"{one.id}: {report_words(report)}, report {report.record_id}"
        yield TimelineRow(on=report.reported_on, kind=RowKind.PATHOLOGY, words=words)
    for told in one.concordances:
        answer = {Answer.YES: "concordant", Answer.NO: "discordant"}.get(
            told.concordant, "concordance unknown"
        )
        words = f"{one.id}: {answer}, says {told.reader_id}"
        yield TimelineRow(on=told.at.date(), kind=RowKind.CONCORDANCE, words=words)


def _ending(one: Ending) -> Iterator[TimelineRow]:
    """Yield that it is followed no longer, and that this was taken back."""
    words = f"{one.end.text} By {one.reader_id}"
    yield TimelineRow(on=one.at.date(), kind=RowKind.ENDING, words=words)
    if one.taken_back_on is not None:
        words = f"taken back: {one.end.value.replace('_', ' ')}"
        yield TimelineRow(on=one.taken_back_on, kind=RowKind.ENDING, words=words)
