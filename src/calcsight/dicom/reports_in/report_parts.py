"""What a report says beside its marks: images, tasks, statements.

Source: DICOM PS3.16, TIDs 4001-4003 (summary and impressions), 4015-4018 (what was done) and 4020
(image library).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from pydicom.sr.coding import Code

from calcsight.dicom.reports_in import report_codes as concepts
from calcsight.dicom.reports_in.content_tree import ContentItem, ContentTree, Path
from calcsight.dicom.reports_in.marks import algorithms_in
from calcsight.terms.cad_report import ReportImage, Statement, Task, TaskKind, TaskStatus
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.report_mark import ReportCode, ReportNumber

_KINDS: Mapping[Code, TaskKind] = MappingProxyType(
    {concepts.DETECTION: TaskKind.DETECTION, concepts.ANALYSIS: TaskKind.ANALYSIS}
)


def images_in(tree: ContentTree) -> tuple[ReportImage, ...]:
    """Return every image that a report refers to, each once, with what is said of it anywhere."""
    found: dict[str, ReportImage] = {}
    for item in tree.everything():
        if item.value_type == "IMAGE" and item.uid:
            one = _image(tree, item, item.uid)
            found[item.uid] = _joined(found[item.uid], one) if item.uid in found else one
    return tuple(found.values())


def summary_in(tree: ContentTree) -> ReportCode | None:
    """Return what a report says of its whole."""
    return next(map(concepts.words_of, _values(tree, concepts.SUMMARY)), None)


def overall_status(tree: ContentTree, name: Code) -> TaskStatus | None:
    """Return how all detections, or all analyses, went."""
    return next(filter(None, map(concepts.status_of, _values(tree, name))), None)


def tasks_in(tree: ContentTree) -> tuple[Task, ...]:
    """Return what was looked for and analysed, and how it went."""
    found: list[Task] = []
    for item in tree.everything():
        kind = next((task for name, task in _KINDS.items() if item.named(name)), None)
        if kind is None or item.code is None:
            continue
        below = tuple(tree.below(item))
        images = [one.uid for one in below if one.value_type == "IMAGE" and one.uid]
        found.append(
            Task(
                kind=kind,
                what=concepts.words_of(item.code),
                status=_status(tree, item),
                algorithms=algorithms_in(below),
                image_uids=tuple(dict.fromkeys(images)),
            )
        )
    return tuple(found)


def statements_in(tree: ContentTree, numbers: Mapping[Path, int]) -> tuple[Statement, ...]:
    """Return assessments, impressions and follow-up that stand in a report.

    Parameters
    ----------
    tree : ContentTree
    numbers : mapping of tuple to int
        Numbers of the marks, by the paths of their findings.
    """
    found: list[Statement] = []
    for item in tree.everything():
        if item.name is None or not item.named(*concepts.STATEMENTS):
            continue
        about = concepts.words_of(item.name)
        words = concepts.words_of(item.code) if item.code else None
        unit = item.unit.value if item.unit else ""
        measured = item.number is not None
        value = ReportNumber(name=about, value=item.number or 0.0, unit=unit) if measured else None
        if words or value or item.day:
            marks = _marks_beside(tree, item.path, numbers)
            found.append(Statement(about=about, words=words, value=value, on=item.day, marks=marks))
    return tuple(found)


def _marks_beside(tree: ContentTree, path: Path, numbers: Mapping[Path, int]) -> tuple[int, ...]:
    """Return the marks of the individual impression that an item stands in."""
    for length in range(len(path) - 1, 0, -1):
        if tree.by_path[path[:length]].named(concepts.IMPRESSION):
            return tuple(number for one, number in numbers.items() if one[:length] == path[:length])
    return ()


def _values(tree: ContentTree, name: Code) -> Iterator[Code]:
    """Yield every coded value of a concept."""
    return (one.code for one in tree.everything() if one.code is not None and one.named(name))


def _status(tree: ContentTree, item: ContentItem) -> TaskStatus:
    """Tell from the container that a task stands in whether it succeeded."""
    for length in range(len(item.path) - 1, 0, -1):
        above = tree.by_path[item.path[:length]]
        if above.named(*concepts.FAILED):
            return TaskStatus.FAILED
        if above.named(*concepts.SUCCESSFUL):
            return TaskStatus.SUCCEEDED
    return TaskStatus.NOT_STATED


def _image(tree: ContentTree, item: ContentItem, uid: str) -> ReportImage:
    """Gather what is said of an image below its item."""
    below = tuple(tree.below(item))
    side = next((one.code for one in below if one.code and one.named(concepts.LATERALITY)), None)
    view = next((one.code for one in below if one.code and one.named(concepts.VIEW)), None)
    days = [one.day for name in concepts.DAYS for one in below if one.named(name) and one.day]
    return ReportImage(
        uid=uid,
        sop_class_uid=item.sop_class_uid,
        laterality=concepts.laterality_of(side) if side else Laterality.UNKNOWN,
        view=concepts.view_of(view) if view else View.UNKNOWN,
        acquired_on=days[0] if days else None,
    )


def _joined(one: ReportImage, other: ReportImage) -> ReportImage:
    """Join what two items say of one image; the first word stands."""
    return ReportImage(
        uid=one.uid,
        sop_class_uid=one.sop_class_uid or other.sop_class_uid,
        laterality=other.laterality if one.laterality is Laterality.UNKNOWN else one.laterality,
        view=other.view if one.view is View.UNKNOWN else one.view,
        acquired_on=one.acquired_on or other.acquired_on,
    )
