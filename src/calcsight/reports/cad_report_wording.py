"""A report of a computer as short lines: who made it, what was looked for, what is marked."""

from collections.abc import Iterator, Sequence

from calcsight.terms.cad_report import (
    CadReport,
    ReportKind,
    Statement,
    Task,
    TaskKind,
    TaskStatus,
    unmarked_words,
)
from calcsight.terms.mammogram import view_name
from calcsight.terms.report_mark import (
    Algorithm,
    CompositeFeature,
    MarkKind,
    Rendering,
    ReportCode,
    ReportMark,
    ReportNumber,
)

_KINDS = {
    ReportKind.MAMMOGRAPHY_CAD: "Mammography CAD report",
    ReportKind.MEASUREMENTS: "report of measurements on images",
}
_HIDDEN = {
    Rendering.OPTIONAL: "shown at the viewer's choice",
    Rendering.NOT_FOR_PRESENTATION: "not for presentation",
}
# What a reader of a mammogram asks about first: its words, and the codes that say it (SNOMED CT).
_ASKED = (
    ("groups of calcifications", ("129769006",)),
    ("single calcifications", ("129770007",)),
    ("masses and densities", ("129788004", "129793001")),
)


def report_lines(report: CadReport) -> Iterator[str]:
    """Yield a report as lines, indented by what belongs to what; words are the report's own."""
    yield f"{_KINDS[report.kind]}, UID {report.uid or 'not stated'}"
    yield f"  made by {report.made_by}"
    if report.algorithms:
        yield f"  algorithms: {_algorithms(report.algorithms)}"
    if report.summary is not None:
        yield f"  its summary: {_quoted(report.summary)}"
    yield from _tasks(report)
    for image in report.images:
        day = f", {image.acquired_on}" if image.acquired_on else ""
        yield f"  {view_name(image.laterality, image.view)}{day}, image {image.uid}"
        on_it = report.marks_on(image.uid)
        yield from (f"    {one}" for one in map(mark_words, on_it))
        if not on_it:
            yield f"    {unmarked_words(report.looked_at(image.uid))}"
    for one in report.marks:
        if one.image_uid is None:
            yield f"  on no named image: {mark_words(one)}"
    yield from (f"  {_together(one)}" for one in report.composites)
    yield from (f"  {_statement(one)}" for one in report.statements)
    yield from (f"  note: {one.text}" for one in report.doubts)


def mark_words(mark: ReportMark) -> str:
    """Say in one line what a report says of a mark."""
    said = [
        f"{mark_name(mark)} at {_place(mark)}",
        *_counted(mark),
        *(f'type "{one.words}"' for one in mark.types),
        *(f'distribution "{one.words}"' for one in mark.distributions),
        *(f'change "{one.words}"' for one in mark.changes),
        *(f'{one.name.words} "{one.value.words}"' for one in mark.properties),
        *map(_number, mark.numbers),
        *_sureness(mark.certainty_percent, mark.probability_percent),
        *([_HIDDEN[mark.rendering]] if mark.rendering in _HIDDEN else []),
        *([f"tracking UID {mark.tracking_uid}"] if mark.tracking_uid else []),
    ]
    return ", ".join(said)


def mark_name(mark: ReportMark) -> str:
    """Name a mark: "group 1", "particle 4", "Mammographic breast mass 2"."""
    kind = mark.what.words if mark.kind is MarkKind.OTHER else mark.kind.value
    return f"{kind} {mark.number}"


def _algorithms(algorithms: Sequence[Algorithm]) -> str:
    """Name algorithms with their versions."""
    return "; ".join(f"{one.name or 'not named'} {one.version}".rstrip() for one in algorithms)


def _tasks(report: CadReport) -> Iterator[str]:
    """Yield what was looked for, and what is not said to have been."""
    looked = [one for one in report.tasks if one.kind is TaskKind.DETECTION]
    for status, words in (
        (TaskStatus.SUCCEEDED, "looked for"),
        (TaskStatus.NOT_STATED, "looked for, outcome not stated"),
        (TaskStatus.FAILED, "could not be looked for"),
    ):
        found = list(
            dict.fromkeys(
                one.what.words + _on(report, one) for one in looked if one.status is status
            )
        )
        if found:
            yield f"  {words}: {'; '.join(found)}"
    if report.detections not in (None, TaskStatus.SUCCEEDED):
        yield f"  all detections together: {_status(report.detections)}"
    silent = [words for words, values in _ASKED if not _named(looked, report, values)]
    if silent:
        yield f"  not said to have been looked for: {'; '.join(silent)}"
    analysed = [
        f"{one.what.words} ({_status(one.status)})"
        for one in report.tasks
        if one.kind is TaskKind.ANALYSIS
    ]
    if analysed:
        yield f"  analysed: {'; '.join(dict.fromkeys(analysed))}"


def _on(report: CadReport, task: Task) -> str:
    """Name the images of a task, where it has its own."""
    images = [report.image(uid) for uid in task.image_uids]
    names = [view_name(one.laterality, one.view) for one in images if one is not None]
    return f" on {', '.join(names)}" if names else ""


def _named(looked: Sequence[Task], report: CadReport, values: Sequence[str]) -> bool:
    """Tell whether something was looked for, or marked."""
    marked = [mark.what for one in report.marks for mark in (one, *one.particles)]
    return any(what.value in values for what in (*(one.what for one in looked), *marked))


def _status(status: TaskStatus | None) -> str:
    """Write how something went."""
    return (status or TaskStatus.NOT_STATED).value.replace("_", " ")


def _place(mark: ReportMark) -> str:
    """Write where a mark lies."""
    if mark.row is None or mark.column is None:
        return "a place that is not stated"
    frame = f" of frame {mark.frame}" if mark.frame and mark.frame > 1 else ""
    return f"row {mark.row:.1f}, column {mark.column:.1f}{frame}"


def _counted(mark: ReportMark) -> list[str]:
    """Write how many calcifications a group has, and how many are marked."""
    if mark.kind is not MarkKind.GROUP:
        return []
    stated = "number not stated" if mark.count is None else _calcifications(mark.count)
    marked = len(mark.particles) or len(mark.points)
    return [stated, f"{marked} of them marked" if marked else "none of them marked one by one"]


def _calcifications(count: int) -> str:
    """Write a number of calcifications."""
    return f"{count} calcification{'' if count == 1 else 's'}"


def _sureness(certainty: float | None, probability: float | None) -> list[str]:
    """Write both scales; each is its maker's own."""
    said = []
    if certainty is not None:
        said.append(f"certainty {certainty:.3g} %")
    if probability is not None:
        said.append(f"probability of cancer {probability:.3g} %, as its maker counts it")
    return said


def _together(one: CompositeFeature) -> str:
    """Write what is taken together."""
    marks = ", ".join(map(str, one.marks)) or "none that could be read"
    said = [
        f"taken together, {one.what.words}: marks {marks}",
        *(f'{each.name.words} "{each.value.words}"' for each in one.properties),
        *(f'change "{each.words}"' for each in one.changes),
        *map(_number, one.numbers),
        *_sureness(one.certainty_percent, one.probability_percent),
    ]
    return ", ".join(said)


def _statement(one: Statement) -> str:
    """Write what is stated, as a quotation: it is not calcsight's word."""
    said = [one.about.words]
    said += [_quoted(one.words)] if one.words else []
    said += [_amount(one.value)] if one.value else []
    said += [one.on.isoformat()] if one.on else []
    of = f" of marks {', '.join(map(str, one.marks))}" if one.marks else ""
    return f"the report itself says{of}: {' '.join(said)}"


def _number(one: ReportNumber) -> str:
    """Write a number with its name."""
    return f"{one.name.words} {_amount(one)}"


def _amount(one: ReportNumber) -> str:
    """Write a number with its unit."""
    unit = "" if one.unit == "1" else one.unit
    return f"{one.value:.4g} {unit}".rstrip()


def _quoted(code: ReportCode) -> str:
    """Quote words of a report."""
    return f'"{code.words}"'
