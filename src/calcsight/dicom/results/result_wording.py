"""Sentences that stand in results for a hospital; ASCII, since a result has its source's letters.

They say what was looked for, what was not, what could not be done, and whose word something is.
"""

from collections.abc import Iterable, Iterator

from calcsight.dicom.results.exam_result import ChangedView, ExamResult, ViewResult
from calcsight.dicom.results.header import plain_ascii
from calcsight.dicom.results.lesions import Lesion, SeenGroup, latest_comparison
from calcsight.dicom.results.view_wording import counted, name_of
from calcsight.terms.comparison import Frame, GroupChange, Measure, MeasuredChange
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import AssociatedFinding
from calcsight.terms.guidance import Change, Weighing
from calcsight.terms.limitation import Limitation

SUGGESTION = (
    "Suggestion of software by fixed rules, not an assessment: only a person assigns a category."
)
NOTHING_FOUND = (
    "Calcifications were looked for on every image that was read, and none was found at the "
    "operating point. This says nothing of what was not looked for."
)
NOTHING_READ = "No image of this exam could be read: nothing was looked for."
_DECIMALS = {Measure.COUNT: 0, Measure.EXTENT_MM: 1}
_NAMES = {Measure.COUNT: "calcifications", Measure.EXTENT_MM: "mm in extent"}
_VERBS = {
    Change.NEW: "is new",
    Change.INCREASED: "has increased",
    Change.DECREASED: "has decreased",
    Change.STABLE: "shows no change beyond what repetition alone does",
    Change.RESOLVED: "is no longer seen",
}


def joined(sentences: Iterable[str]) -> str:
    """Return sentences as the lines of one text, in ASCII."""
    return "\r\n".join(plain_ascii(one) for one in sentences)


def exam_sentences(exam: ExamResult) -> Iterator[str]:
    """Yield what holds for the exam as a whole; the limitation on masses is always the first."""
    yield Limitation.MASSES_NOT_READ.text
    if not exam.read_views:
        yield NOTHING_READ
    elif not any(counted(one) for one in exam.read_views):
        yield NOTHING_FOUND
    for view in exam.views:
        yield from _view_sentences(view)
    yield from _comparison_sentences(exam)
    if exam.suggestion and exam.summary is not None:
        yield from suggestion_sentences(exam.summary.weighing, "the exam")


def lesion_sentences(lesion: Lesion, suggestion: bool) -> Iterator[str]:
    """Yield what is said of one lesion."""
    places = " and ".join(f"{name_of(one.view)} (group {one.group.number})" for one in lesion.seen)
    if lesion.match is None:
        yield f"Group of calcifications in {places}."
    else:
        share = round(100 * lesion.match.probability)
        yield f"Probably one lesion in two projections, {places}; probability {share} %."
    for one in lesion.seen:
        yield from _change_sentences(one)
    if suggestion and lesion.weighing is not None:
        yield from suggestion_sentences(lesion.weighing, "this finding")


def suggestion_sentences(weighing: Weighing, of: str) -> Iterator[str]:
    """Yield what the rules arrive at, named a suggestion of software."""
    suggested = weighing.suggestion
    category = suggested.category
    named = f"{category.code} {category.name}".strip() if category else suggested.level.value
    scheme = f"{suggested.scheme} {suggested.scheme_version}"
    yield f"{SUGGESTION} For {of}: {named.replace('_', ' ')} ({scheme})."
    usual = "; ".join(one.words.rstrip(".") for one in weighing.steps)
    if usual:
        yield f"What usually follows: {usual}."


def final_sentences(final: FinalRecord) -> Iterator[str]:
    """Yield what a person said, who and when; the reader by the id of the record."""
    at = final.read_at.isoformat(timespec="seconds")
    of = f"finding {final.finding_id}" if final.finding_id else "the exam"
    yield (
        f"Assessment by a person of {of}: category {final.category} by {final.scheme} "
        f"{final.scheme_version}; reader {final.reader_id}, {at}."
    )
    due = f", due on {final.due_on.isoformat()}" if final.due_on else ""
    yield f"Recommended by the reader: {final.recommendation.text}{due}."
    if final.associated not in (None, AssociatedFinding.NONE):
        yield f"Also seen by the reader: {final.associated}."


def _view_sentences(view: ViewResult) -> Iterator[str]:
    """Yield why a view was refused, or what its reading could not do."""
    name = name_of(view)
    if view.reading is None:
        yield f"{name}: this image was not read ({view.refused_code}); nothing was looked for."
        return
    for one in view.reading.limitations:
        if one is not Limitation.MASSES_NOT_READ:
            yield f"{name}: {one.text}"
    if Limitation.UNKNOWN_SPACING in view.reading.limitations:
        yield f"{name}: this report gives places and outlines on it, and no sizes."
    if view.others:
        yield f"{name}: other images of the same exposure are referred to and were not read."


def _comparison_sentences(exam: ExamResult) -> Iterator[str]:
    """Yield with what views were compared, why not, and what is no longer seen."""
    for view in exam.read_views if exam.changes else ():
        compared = latest_comparison(exam, view)
        if compared is None:
            yield f"{name_of(view)}: compared with no prior."
            continue
        why = compared.comparison.not_comparable
        if why is not None:
            yield f"{name_of(view)}: not compared with the prior{_on(compared)}. {why.text}"
            continue
        yield f"{name_of(view)}: compared with the prior{_on(compared)}."
        for one in compared.comparison.groups:
            if one.frame is Frame.PRIOR or not one.current:
                yield f"{name_of(view)}: {_gone(one)}"


def _gone(change: GroupChange) -> str:
    """Say what became of a group of the prior that has no counterpart now."""
    place = f"row {change.row:.0f}, column {change.column:.0f} of the prior image"
    if change.change is None:
        why = change.not_comparable.text if change.not_comparable else ""
        return f"what became of the group at {place} cannot be told. {why}".rstrip()
    return f"the group at {place} {_VERBS[change.change]}."


def _change_sentences(seen: SeenGroup) -> Iterator[str]:
    """Yield what became of a group since the prior."""
    change, compared = seen.change, seen.compared
    if change is None or compared is None:
        return
    name = name_of(seen.view)
    if change.change is None:
        why = change.not_comparable.text if change.not_comparable else ""
        yield f"{name}: what became of it since the prior{_on(compared)} cannot be told. {why}"
        return
    numbers = "; ".join(_numbers(one) for one in change.measures if one.measure in _NAMES)
    told = f": {numbers}" if numbers and change.change is not Change.NEW else ""
    yield f"{name}: since the prior{_on(compared)} it {_VERBS[change.change]}{told}."


def _numbers(one: MeasuredChange) -> str:
    """Write one measure at both dates, with the band of repetition."""
    decimals = _DECIMALS[one.measure]
    then = "unknown" if one.prior is None else f"{one.prior:.{decimals}f}"
    now = "unknown" if one.current is None else f"{one.current:.{decimals}f}"
    said = f"{then} then, {now} now {_NAMES[one.measure]}"
    if one.band is None:
        return said
    return f"{said} (repetition alone changes it by {one.band[0]:+.1f} to {one.band[1]:+.1f})"


def _on(compared: ChangedView) -> str:
    """Say of which day a prior is."""
    day = compared.comparison.prior.mammogram.acquired_on
    return f" of {day.isoformat()}" if day else " of an unknown day"
