"""Documents as what they add to a timeline."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import Any

from calcsight.pathway.joining import matched
from calcsight.pathway.recorded_finals import with_final
from calcsight.pathway.sightings import with_exam, with_sightings
from calcsight.reports.comparison_document import COMPARISON_NAME
from calcsight.reports.document_file import DocumentForm, bytes_of, checked, json_of, named
from calcsight.reports.exam_document import EXAM_NAME
from calcsight.reports.final_document import FINAL_NAME
from calcsight.reports.final_file import final_of
from calcsight.reports.reading_check import refuse_damage
from calcsight.reports.reading_file import READING_NAME, refuse_other_schemas
from calcsight.reports.schemas import COMPARISON_SCHEMA_VERSION, EXAM_SCHEMA_VERSION, SchemaName
from calcsight.reports.sightings import (
    matches_of_exam,
    sightings_of_comparison,
    sightings_of_reading,
)
from calcsight.terms.errors import TimelineError
from calcsight.terms.finding import Finding
from calcsight.terms.timeline import Timeline

_ADVICE = "give what calcsight read or compare wrote, or a person's final record"
# A comparison of two exams with every link stays below.
_MOST_BYTES = 200_000_000
_ANY_FORM = DocumentForm(
    name="",
    words="the JSON of a reading, a comparison, an exam or a final record",
    schema=SchemaName.TIMELINE,
    version="",
    most_bytes=_MOST_BYTES,
    refusal=TimelineError,
    advice=_ADVICE,
)
_EXAM_FORM = replace(
    _ANY_FORM,
    name=EXAM_NAME,
    words="what the views of an exam come to",
    schema=SchemaName.EXAM,
    version=EXAM_SCHEMA_VERSION,
)
_COMPARISON_FORM = replace(
    _ANY_FORM,
    name=COMPARISON_NAME,
    words="a comparison",
    schema=SchemaName.COMPARISON,
    version=COMPARISON_SCHEMA_VERSION,
)


class Kind(IntEnum):
    """What can be added, in the order in which it is: courses, groups of one date, two views."""

    COMPARISON = 1
    READING = 2
    EXAM = 3
    FINAL = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """One document, and what it does to a timeline.

    Parameters
    ----------
    path : Path
        Its file, as it was given.
    kind : Kind
    apply : callable
        Takes a timeline and gives it with what the document says.
    """

    path: Path
    kind: Kind
    apply: Callable[[Timeline], Timeline]


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What one document did.

    Parameters
    ----------
    name : str
    what : tuple of str
        Plain words; empty = nothing that was not there.
    """

    name: str
    what: tuple[str, ...]


def additions_from(paths: Sequence[Path], *, may_be_new: bool) -> list[Addition]:
    """Read documents, in the order in which they have to be added.

    Parameters
    ----------
    paths : sequence of Path
    may_be_new : bool
        Take a final record of an unknown finding as one that a person found.

    Raises
    ------
    CalcsightError
        With the name of the file: it cannot be read, is none of these documents, or says what
        cannot be.
    """
    found = []
    for path in paths:
        with named(path):
            found.append(_addition(path, may_be_new))
    return sorted(found, key=lambda one: one.kind)


def with_additions(
    timeline: Timeline, additions: Sequence[Addition]
) -> tuple[Timeline, list[Added]]:
    """Return a timeline with everything, and what each document did.

    Raises
    ------
    CalcsightError
        With the name of the file: of a FollowUpError or a TimelineError.
    """
    told = []
    for one in additions:
        with named(one.path):
            grown = one.apply(timeline)
        told.append(Added(name=str(one.path), what=tuple(what_differs(timeline, grown))))
        timeline = grown
    return timeline, told


def _addition(path: Path, may_be_new: bool) -> Addition:
    """Read one document."""
    document = json_of(bytes_of(path, _ANY_FORM), _ANY_FORM)
    name = document.get("document")
    if name == READING_NAME:
        refuse_other_schemas(document.get("schema_version"))
        refuse_damage(document)
        apply = partial(_with_sightings, sightings_of_reading(document))
        return Addition(path=path, kind=Kind.READING, apply=apply)
    if name == COMPARISON_NAME:
        checked(document, _COMPARISON_FORM)
        apply = partial(_with_sightings, sightings_of_comparison(document))
        return Addition(path=path, kind=Kind.COMPARISON, apply=apply)
    if name == EXAM_NAME:
        checked(document, _EXAM_FORM)
        return Addition(path=path, kind=Kind.EXAM, apply=partial(_with_matches, document))
    if name == FINAL_NAME:
        record = final_of(document)
        apply = partial(with_final, record=record, may_be_new=may_be_new)
        return Addition(path=path, kind=Kind.FINAL, apply=apply)
    found = f"the document {name[:60]!r}" if isinstance(name, str) else "JSON of another kind"
    raise _ANY_FORM.refuse(found)


def _with_sightings(sightings: list[Any], timeline: Timeline) -> Timeline:
    """Add the groups of a reading or of a comparison."""
    return with_sightings(timeline, sightings)


def _with_matches(document: dict[str, Any], timeline: Timeline) -> Timeline:
    """Add which groups of two views are one lesion, and of which exam the views are."""
    for groups in matches_of_exam(document):
        timeline = matched(timeline, groups)
    return with_exam(timeline, document["uid"], [one["uid"] for one in document["views"]])


def what_differs(old: Timeline, new: Timeline) -> Iterator[str]:
    """Say in plain words what was added."""
    before = {one.id: one for one in old.findings}
    for one in new.findings:
        known = before.get(one.id)
        parts = list(_grown(known, one))
        if known is None:
            yield f"new finding {one.id} ({_side(one)}): {', '.join(parts) or 'no record yet'}"
        elif parts:
            yield f"{one.id}: {', '.join(parts)}"
    for one in old.findings:
        into = new.finding(one.id)
        if into is not None and into.id != one.id:
            yield f"{one.id} is one lesion with {into.id} and goes on under that id"
    told = len(set(new.changes) - set(old.changes))
    if told:
        yield f"changes told: {told}"
    names = {one.name for one in new.names} - {one.name for one in old.names}
    if names and len(new.findings) == len(old.findings):
        yield f"further names of findings: {len(names)}"


def _grown(known: Finding | None, one: Finding) -> Iterator[str]:
    """Say which records of a finding are there that were not."""
    for name in ("appearances", "assessments", "biopsies", "endings"):
        earlier = set(getattr(known, name)) if known else set()
        now = set(getattr(one, name))
        if now != earlier:
            more = len(now) - len(earlier)
            yield f"{name} {len(now)} ({f'{more} more' if more > 0 else 'told anew'})"


def _side(one: Finding) -> str:
    """Name the breast."""
    return {"L": "left breast", "R": "right breast"}.get(one.laterality.value, "side unknown")
