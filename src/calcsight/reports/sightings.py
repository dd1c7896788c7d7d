"""What documents of readings, comparisons and exams say of findings, as nouns."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from calcsight.reports.noun_json import exact_day
from calcsight.terms.errors import TimelineError
from calcsight.terms.finding_records import Appearance
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import ExamKind, Laterality, View
from calcsight.terms.timeline import SeenChange, Sighting

Document = Mapping[str, Any]

# Of a change whose finding is not known yet.
NOT_LINKED = "not linked"
_ADVICE = "make it again with the day of each mammogram: --date, and --prior-date of a comparison"


def sightings_of_reading(document: Document) -> list[Sighting]:
    """Return one sighting for each group by the primary rule of a reading.

    Raises
    ------
    TimelineError
        When the day of the mammogram is unknown.
    """
    mammogram = document["mammogram"]
    groups = document["groupings"][0]["groups"] if document["groupings"] else []
    return [
        Sighting(
            tracking_uid="",
            appearances=(
                _appearance(
                    mammogram,
                    group=one["group"],
                    row=one["row"],
                    column=one["column"],
                    count=one["count"],
                    extent_mm=one["extent_mm"],
                ),
            ),
        )
        for one in groups
    ]


def sightings_of_comparison(document: Document) -> list[Sighting]:
    """Return one sighting for each group of a comparison, with its change.

    Views that could not be compared have no groups, so nothing comes of them.

    Raises
    ------
    TimelineError
        When nothing in it could be compared, or the day of a mammogram is unknown.
    """
    pairs = {one["pair"]: one for one in document["pairs"]}
    compared = [one for one in pairs.values() if one["not_comparable"] is None]
    if not compared:
        reasons = [one["not_comparable"]["text"] for one in pairs.values()]
        reasons += [one["text"] for one in document["unpaired"]]
        raise TimelineError(
            f"a comparison in which no views could be compared. {' '.join(dict.fromkeys(reasons))}",
            "views that say something of a change",
            "add the readings of the current exam instead: STEM.reading.json",
        )
    points = {
        (course["tracking_uid"], point["uid"]): point
        for course in document["courses"]
        for point in course["points"]
    }
    found = [_compared(one, pairs[one["pair"]], points) for one in document["groups"]]
    return [one for one in found if one.appearances]


def matches_of_exam(document: Document) -> list[tuple[tuple[str, int], ...]]:
    """Return the groups of an exam that were taken for one lesion, by mammogram UID and number."""
    uids = {one["image"]: one["uid"] for one in document["views"]}
    return [
        tuple(
            (uids[image], group) for image, group in zip(one["images"], one["groups"], strict=True)
        )
        for one in document["matches"]
    ]


def _compared(group: Document, pair: Document, points: Mapping[Any, Document]) -> Sighting:
    """Return what a comparison says of one group.

    A mammogram is an appearance where it has a group there, and the current one wherever a change
    is told: its place was looked at, though no group may be there now.
    """
    current, prior = pair["current"], pair["prior"]
    counts, extents = (group["measures"].get(name, {}) for name in ("count", "extent_mm"))
    here = {"row": group["row"], "column": group["column"]}
    shown: list[Appearance] = []
    for side, frame in ((current, "current"), (prior, "prior")):
        count, extent = counts.get(frame), extents.get(frame)
        point = points.get((group["tracking_uid"], side["uid"]), {})
        numbers = group[f"{frame}_groups"]
        looked_at = frame == "current" and group["change"] is not None
        gone = looked_at and group["change"] == Change.RESOLVED
        if not numbers and not looked_at:
            continue
        place = here if group["frame"] == frame and numbers else point
        left = _whole(count, point.get("count"), 0 if gone else None)
        shown += _appearances(side, numbers, place, left, extent if numbers else None)
    return Sighting(
        tracking_uid=group["tracking_uid"],
        appearances=tuple(shown),
        changes=(
            SeenChange(
                finding_id=NOT_LINKED,
                mammogram_uid=current["uid"],
                prior_uid=prior["uid"],
                group=group["group"],
                acquired_on=_day(current),
                prior_on=_day(prior),
                change=Change(group["change"]) if group["change"] else None,
                count=_whole(counts.get("current")),
                prior_count=_whole(counts.get("prior")),
                count_band=_band(counts),
                extent_mm=extents.get("current"),
                prior_extent_mm=extents.get("prior"),
                extent_band_mm=_band(extents),
            ),
        ),
    )


def _appearances(
    side: Document, numbers: list[int], place: Document, count: int | None, extent: float | None
) -> Iterator[Appearance]:
    """Yield what one mammogram shows; of groups that it split into, the sum is no one's own."""
    if len(numbers) > 1:
        yield from (_appearance(side, group=number) for number in numbers)
        return
    yield _appearance(
        side,
        group=numbers[0] if numbers else None,
        row=place.get("row"),
        column=place.get("column"),
        count=count,
        extent_mm=extent,
    )


def _appearance(side: Document, **seen: Any) -> Appearance:
    """Return what one mammogram shows of a finding; documents round places differently."""
    day = _day(side)
    for name in ("row", "column", "extent_mm"):
        if seen.get(name) is not None:
            seen[name] = round(seen[name], 2)
    if day is None:
        raise TimelineError(
            f"the mammogram {side['uid'][:64]} without its day", "a day for every date", _ADVICE
        )
    return Appearance(
        mammogram_uid=side["uid"],
        exam_uid=side.get("exam_uid") or "",
        acquired_on=day,
        laterality=Laterality(side["laterality"]),
        view=View(side["view"]),
        exam_kind=ExamKind(side.get("exam_kind") or ExamKind.SCREENING),
        **seen,
    )


def _day(side: Document) -> date | None:
    """Return the day of a mammogram; None = unknown."""
    said = side["acquired_on"]
    day = exact_day(said)
    if said is not None and day is None:
        raise TimelineError(
            f"the day {said[:20]!r} of the mammogram {side['uid'][:64]}", "YYYY-MM-DD", _ADVICE
        )
    return day


def _whole(*numbers: float | None) -> int | None:
    """Return the first number that is known, as a whole one."""
    return next((round(one) for one in numbers if one is not None), None)


def _band(measure: Document) -> tuple[float, float] | None:
    """Return what repetition alone gives; None = not measured."""
    low, high = measure.get("band") or (None, None)
    return None if low is None or high is None else (float(low), float(high))
