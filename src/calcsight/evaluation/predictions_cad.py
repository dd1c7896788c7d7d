"""Marks of CAD reports as predictions, so that any maker's CAD can be evaluated like ours."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calcsight.evaluation.cases import FoundGroup, FoundView, Numbers, Predictions
from calcsight.evaluation.view_names import found_view
from calcsight.terms.cad_report import CadReport, Task, TaskKind, TaskStatus
from calcsight.terms.errors import PredictionsError
from calcsight.terms.report_mark import MarkKind, ReportMark

# Findings in SNOMED CT, as a report's tasks name them.
_WHAT = {MarkKind.GROUP: "129769006", MarkKind.PARTICLE: "129770007"}
# Measures of a particle that are its diameter, in SNOMED CT: diameter, length, long axis.
_DIAMETERS = ("81827009", "410668003", "103339001")
_MM = {"mm": 1.0, "cm": 10.0, "um": 0.001}
# Why a view counts as not read, as codes.
DETECTION_FAILED = "detection_failed"
NOT_SAID = "not_said_to_be_read"


@dataclass(frozen=True, slots=True, kw_only=True)
class CadPredictions:
    """Predictions out of reports, and what was left out of them.

    Parameters
    ----------
    predictions : Predictions
    left_out : tuple of str
        Sentences.
    """

    predictions: Predictions
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """The marks of one image that are compared: particles alone or in groups, and groups."""

    groups: tuple[ReportMark, ...]
    particles: tuple[ReportMark, ...]


def cad_predictions(reports: Sequence[CadReport], names: Mapping[str, str]) -> CadPredictions:
    """Take from reports what is evaluated: groups, and particles in groups or alone.

    A view is an image that detection was performed on; where a report does not say on which, each
    image of its latest day. An image without a mark is one in which nothing was found; one for
    which detection failed, or that is not said to have been read and has no mark, was not read.

    The score is the certainty of the finding where every mark of its kind states one, else the
    probability of cancer where every one does, else 1 for all: scales are never mixed.

    Parameters
    ----------
    reports : sequence of CadReport
        One at the most for each image.
    names : mapping of str to str
        SOP Instance UID to the name of a view; an image that is not in it is named by its UID.

    Raises
    ------
    PredictionsError
        When no report looked for calcifications, two are of one image, or a mark lies on a frame
        of several.
    """
    looked = [(report, uid) for report in reports for uid in _looked_at(report)]
    _refuse_twice([uid for _, uid in looked])
    found = {uid: _marks(report, uid) for report, uid in looked}
    kinds = {
        MarkKind.GROUP: [mark for one in found.values() for mark in one.groups],
        MarkKind.PARTICLE: [mark for one in found.values() for mark in one.particles],
    }
    searched = {
        kind: bool(marks) or any(_searched(report, kind) for report in reports)
        for kind, marks in kinds.items()
    }
    if not any(searched.values()):
        raise PredictionsError(
            "reports that do not say that calcifications were looked for",
            "at least one detection of calcifications, or one mark of them",
            "leave these reports out",
        )
    scales = {kind: _scale(marks) for kind, marks in kinds.items()}
    views = tuple(
        _view(names.get(uid, uid), found[uid], scales, _why_not_read(report, uid))
        for report, uid in looked
    )
    return CadPredictions(
        predictions=Predictions(
            detector=_detector(reports, scales, searched),
            views=views,
            particles=searched[MarkKind.PARTICLE],
            groups=searched[MarkKind.GROUP],
        ),
        left_out=tuple(_left_out(reports, [uid for _, uid in looked])),
    )


def _looked_at(report: CadReport) -> tuple[str, ...]:
    """Return the images that a report looked for calcifications on."""
    stated = [uid for one in _detections(report) for uid in one.image_uids]
    if stated:
        return tuple(dict.fromkeys(stated))
    days = [one.acquired_on for one in report.images if one.acquired_on is not None]
    last = max(days, default=None)
    return tuple(one.uid for one in report.images if one.acquired_on in (None, last))


def _detections(report: CadReport) -> Iterator[Task]:
    """Yield the detections of calcifications that a report performed."""
    for one in report.tasks:
        if one.kind is TaskKind.DETECTION and one.what.value in _WHAT.values():
            yield one


def _searched(report: CadReport, kind: MarkKind) -> bool:
    """Tell whether a report looked for a kind of finding and did not fail everywhere."""
    return any(
        one.what.value == _WHAT[kind] and one.status is not TaskStatus.FAILED
        for one in _detections(report)
    )


def _why_not_read(report: CadReport, uid: str) -> str:
    """Return a code where an image was not read, or may not have been; "" = it was."""
    status = report.looked_at(uid, frozenset(_WHAT.values()))
    if status in (TaskStatus.FAILED, TaskStatus.NOT_ATTEMPTED):
        return DETECTION_FAILED
    unsaid = status is TaskStatus.NOT_STATED and not report.marks_on(uid)
    return NOT_SAID if unsaid else ""


def _marks(report: CadReport, uid: str) -> _Marks:
    """Return the marks of one image that have a place and may be shown."""
    if _why_not_read(report, uid):
        return _Marks(groups=(), particles=())
    shown = [one for one in report.marks_on(uid) if one.is_to_be_shown and one.row is not None]
    groups = tuple(one for one in shown if one.kind is MarkKind.GROUP)
    alone = [one for one in shown if one.kind is MarkKind.PARTICLE]
    nested = [each for one in groups for each in _members(one)]
    if any((one.frame or 1) > 1 for one in (*groups, *alone)):
        raise PredictionsError(
            f"marks on a frame of several of the image {uid}",
            "marks on two-dimensional images",
            "leave tomosynthesis out",
        )
    return _Marks(groups=groups, particles=(*nested, *alone))


def _members(group: ReportMark) -> tuple[ReportMark, ...]:
    """Return the particles of a group that lie on its image and have a place."""
    return tuple(
        one
        for one in group.particles
        if one.row is not None and one.image_uid in (None, group.image_uid)
    )


def _scale(marks: Sequence[ReportMark]) -> str:
    """Return the field that every mark of a kind has its score in; "" = none has."""
    for name in ("certainty_percent", "probability_percent"):
        if marks and all(getattr(one, name) is not None for one in marks):
            return name
    return ""


def _view(name: str, marks: _Marks, scales: Mapping[MarkKind, str], refused: str) -> FoundView:
    """Make a view of marks."""
    particles = [
        (_place(one), _score(one, scales), _diameter_mm(one), one.outline)
        for one in marks.particles
    ]
    groups, first = [], 0
    for one in marks.groups:
        count = len(_members(one))
        groups.append(
            FoundGroup(
                centre_px=_place(one),
                score=_score(one, scales),
                members=tuple(range(first, first + count)),
                outline_px=one.outline,
            )
        )
        first += count
    return found_view(name, particles, groups, refused=refused)


def _place(mark: ReportMark) -> Numbers:
    """Return row and column."""
    return np.array([mark.row, mark.column], dtype=np.float64)


def _score(mark: ReportMark, scales: Mapping[MarkKind, str]) -> float:
    """Return a score of 0-1."""
    name = scales[mark.kind]
    return float(getattr(mark, name)) / 100.0 if name else 1.0


def _diameter_mm(mark: ReportMark) -> float:
    """Return the diameter; nan = not stated."""
    for value in _DIAMETERS:
        for one in mark.numbers:
            if one.name.value == value and one.unit in _MM and one.value > 0:
                return one.value * _MM[one.unit]
    return float("nan")


def _detector(
    reports: Sequence[CadReport],
    scales: Mapping[MarkKind, str],
    searched: Mapping[MarkKind, bool],
) -> str:
    """Name who made the marks, and what their scores are."""
    makers = dict.fromkeys(one.made_by for one in reports)
    words = {
        "certainty_percent": "certainty",
        "probability_percent": "probability of cancer",
        "": "not stated, 1 for all",
    }
    said = [
        f"scores of {kind.value}s: {words[scales[kind]]}"
        for kind in (MarkKind.PARTICLE, MarkKind.GROUP)
        if searched[kind]
    ]
    return f"CAD reports of {' and '.join(makers)}; {'; '.join(said)}"


def _left_out(reports: Sequence[CadReport], looked: Sequence[str]) -> Iterator[str]:
    """Say what of the reports is in no view."""
    marks = [one for report in reports for one in report.marks]
    calcifications = [one for one in marks if one.kind is not MarkKind.OTHER]
    for count, words in (
        (len(marks) - len(calcifications), "findings of other kinds"),
        (sum(not one.is_to_be_shown for one in calcifications), "marks not for presentation"),
        (sum(one.row is None for one in calcifications), "marks without a place"),
        (
            sum(one.row is not None and one.image_uid not in looked for one in calcifications),
            "marks on other images, such as priors",
        ),
    ):
        if count:
            yield f"{words}: {count}"


def _refuse_twice(uids: Sequence[str]) -> None:
    """Refuse two reports of one image."""
    twice = sorted(uid for uid, count in Counter(uids).items() if count > 1)
    if twice:
        raise PredictionsError(
            f"two reports of the image {twice[0]}", "one", "leave the older version out"
        )
