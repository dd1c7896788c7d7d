"""What an exam found, lesion by lesion: groups that are one lesion, with what became of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from calcsight.dicom.results.exam_result import ChangedView, ExamResult, ViewResult
from calcsight.pathway.tracking import tracking_uid
from calcsight.terms.comparison import GroupChange
from calcsight.terms.finding_records import Appearance
from calcsight.terms.group import Group
from calcsight.terms.guidance import Weighing
from calcsight.terms.reading import GroupMatch, LeanReading


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenGroup:
    """One group of one view.

    Parameters
    ----------
    view : ViewResult
        It was read.
    reading : LeanReading
        Of the view.
    group : Group
    tracking_uid : str
        The same under which a timeline follows it.
    compared : ChangedView or None
        The latest comparison of the view; None = it was compared with nothing.
    change : GroupChange or None
        What that comparison says of the group.
    """

    view: ViewResult
    reading: LeanReading
    group: Group
    tracking_uid: str
    compared: ChangedView | None
    change: GroupChange | None

    @property
    def weighing(self) -> Weighing | None:
        """How the rules weigh the group, with its change where that is known."""
        changed = self.change.weighing if self.change else None
        return changed or self.group.weighing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesion:
    """A group, or two groups that are probably one lesion in two projections.

    Parameters
    ----------
    seen : tuple of SeenGroup
        One or two.
    match : GroupMatch or None
        Why two are one.
    """

    seen: tuple[SeenGroup, ...]
    match: GroupMatch | None = None

    @property
    def weighing(self) -> Weighing | None:
        """How the rules weigh the lesion: what two views come to, else the one group."""
        return self.match.weighing if self.match else self.seen[0].weighing


def latest_comparison(exam: ExamResult, view: ViewResult) -> ChangedView | None:
    """Return the comparison of a view with its most recent prior; None = there is none."""
    mine = [
        one for one in exam.changes if one.comparison.current.mammogram.uid == view.source.sop_uid
    ]
    return max(
        mine, key=lambda one: one.comparison.prior.mammogram.acquired_on or date.min, default=None
    )


def lesions_of(exam: ExamResult) -> tuple[Lesion, ...]:
    """Return every lesion of an exam: matched groups first, then the others in view order."""
    groups = {
        (at, one.group.number): one
        for at, view in enumerate(exam.read_views)
        for one in _seen(exam, view)
    }
    found = []
    for match in exam.summary.matches if exam.summary else ():
        keys = list(zip(match.readings, match.groups, strict=True))
        if all(key in groups for key in keys):
            found.append(Lesion(seen=tuple(groups.pop(key) for key in keys), match=match))
    return (*found, *(Lesion(seen=(one,)) for one in groups.values()))


def _seen(exam: ExamResult, view: ViewResult) -> Iterator[SeenGroup]:
    """Yield the groups of one view with their changes."""
    if view.reading is None:
        return
    compared = latest_comparison(exam, view)
    changes = compared.comparison.groups if compared else ()
    for group in view.reading.groups:
        change = next((one for one in changes if group.number in one.current), None)
        yield SeenGroup(
            view=view,
            reading=view.reading,
            group=group,
            tracking_uid=(change.tracking_uid if change else "") or own_uid(view, group),
            compared=compared,
            change=change,
        )


def own_uid(view: ViewResult, group: Group) -> str:
    """Return the UID of a group by this view alone: that of its finding, compared with nothing."""
    # The day is no part of the UID; an exam without one is followed under the same name.
    acquired = view.reading.mammogram.acquired_on if view.reading else None
    first = Appearance(
        mammogram_uid=view.source.sop_uid,
        acquired_on=acquired or date.min,
        group=group.number,
        row=group.row,
        column=group.column,
    )
    return tracking_uid(first)
