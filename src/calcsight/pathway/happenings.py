"""What happened to a finding, in the order in which it happened, from records in any order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import IntEnum

from calcsight.pathway.outcome import is_pending, outcome_of
from calcsight.terms.biopsy import Biopsy, Concordance, Pathology
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Assessment, End, Ending, Recommendation
from calcsight.terms.finding_state import Event

ASSESSED = {
    Recommendation.ROUTINE: Event.ASSESSED_ROUTINE,
    Recommendation.SHORT_INTERVAL: Event.ASSESSED_SHORT_INTERVAL,
    Recommendation.MORE_VIEWS: Event.ASSESSED_MORE_VIEWS,
    Recommendation.BIOPSY: Event.ASSESSED_BIOPSY,
    Recommendation.CONSULTATION: Event.ASSESSED_CONSULTATION,
    Recommendation.TREATMENT: Event.ASSESSED_TREATMENT,
}
ENDED = {
    End.TREATED: Event.ENDED_TREATED,
    End.CONSULTED: Event.ENDED_CONSULTED,
    End.DECLINED: Event.ENDED_DECLINED,
    End.TRANSFERRED: Event.ENDED_TRANSFERRED,
    End.DIED: Event.ENDED_DIED,
    End.ENTERED_IN_ERROR: Event.ENDED_ENTERED_IN_ERROR,
}


class _Within(IntEnum):
    """What comes first within one day; what has a clock time is ordered by it."""

    SEEN = 0
    TISSUE_WITH_WORD = 1  # a report or a concordance of the same day must follow it
    REPORT = 2
    TIMED = 3
    TISSUE = 4  # advised first, as a rule, and then taken
    AWAITED = 5


class _AtOnce(IntEnum):
    """What comes first at one time."""

    CONCORDANCE = 0
    ASSESSMENT = 1
    ENDING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened to a finding.

    Parameters
    ----------
    on : date
    event : Event
    assessment : Assessment or None
        The one that it is.
    biopsies : tuple of Biopsy
        As far as they are known after it.
    """

    on: date
    event: Event
    assessment: Assessment | None = None
    biopsies: tuple[Biopsy, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """One record with its place in time."""

    on: date
    order: tuple[int, int, str]
    at: datetime | None
    what: date | Assessment | Ending | tuple[Biopsy, Pathology | Concordance | None]

    @property
    def key(self) -> tuple[date, int, float, int, str]:
        """Sorts records; ties are broken by what they say, never by how they came."""
        within, at_once, text = self.order
        clock = self.at.timestamp() if self.at else 0.0
        return (self.on, within, clock, at_once, text)


def happenings(finding: Finding, on: date) -> tuple[Happening, ...]:
    """Return what happened to a finding up to a day, that day included.

    An ending that was taken back by that day is left out. A result is weighed anew with every
    report and every statement of concordance, each with what was known by then; the answers about
    calcification in the specimen count from the first report on.

    Parameters
    ----------
    finding : Finding
    on : date
    """
    records = [*_seen(finding), *_said(finding, on), *_tissue(finding)]
    known: dict[str, Biopsy] = {}
    found = []
    for record in sorted((one for one in records if one.on <= on), key=lambda one: one.key):
        event = _event_of(record, known)
        assessment = record.what if isinstance(record.what, Assessment) else None
        if event is not None:
            found.append(
                Happening(
                    on=record.on,
                    event=event,
                    assessment=assessment,
                    biopsies=tuple(known.values()),
                )
            )
    return tuple(found)


def _event_of(record: _Record, known: dict[str, Biopsy]) -> Event | None:
    """Return what a record is for its finding, and add to the known biopsies what it tells."""
    if isinstance(record.what, Assessment):
        return ASSESSED[record.what.recommendation]
    if isinstance(record.what, Ending):
        return ENDED[record.what.end]
    if isinstance(record.what, date):
        return Event.SEEN
    biopsy, word = record.what
    before = known.get(biopsy.id, replace(biopsy, pathology=(), concordances=()))
    if isinstance(word, Pathology):
        before = replace(before, pathology=(*before.pathology, word))
    elif isinstance(word, Concordance):
        before = replace(before, concordances=(*before.concordances, word))
    known[biopsy.id] = before
    if word is None:
        return Event.TISSUE_TAKEN
    outcome = outcome_of(list(known.values()))
    return outcome.leads_to if outcome else None


def _seen(finding: Finding) -> Iterator[_Record]:
    """Yield each day on which a mammogram shows the place."""
    for day in sorted({one.acquired_on for one in finding.appearances}):
        yield _Record(on=day, order=(_Within.SEEN, 0, ""), at=None, what=day)


def _said(finding: Finding, last: date) -> Iterator[_Record]:
    """Yield the assessments and the endings that hold."""
    for one in finding.assessments:
        order = (_Within.TIMED, _AtOnce.ASSESSMENT, repr(one))
        yield _Record(on=one.at.date(), order=order, at=one.at, what=one)
    for ending in finding.endings:
        if ending.taken_back_on is None or ending.taken_back_on > last:
            order = (_Within.TIMED, _AtOnce.ENDING, repr(ending))
            yield _Record(on=ending.at.date(), order=order, at=ending.at, what=ending)


def _tissue(finding: Finding) -> Iterator[_Record]:
    """Yield every biopsy, every report and every statement of concordance."""
    for biopsy in finding.biopsies:
        days = _days_of_words(biopsy)
        within = _Within.TISSUE_WITH_WORD if biopsy.performed_on in days else _Within.TISSUE
        yield _Record(
            on=biopsy.performed_on, order=(within, 0, biopsy.id), at=None, what=(biopsy, None)
        )
        for report in biopsy.pathology:
            if report.reported_on is not None:
                order = (_Within.REPORT, 0, f"{biopsy.id} {report!r}")
                what = (biopsy, report)
                yield _Record(on=report.reported_on, order=order, at=None, what=what)
        for one in biopsy.concordances:
            order = (_Within.TIMED, _AtOnce.CONCORDANCE, f"{biopsy.id} {one!r}")
            yield _Record(on=one.at.date(), order=order, at=one.at, what=(biopsy, one))
        yield from _awaited(biopsy, max((*days, biopsy.performed_on)))


def _awaited(biopsy: Biopsy, last_word: date) -> Iterator[_Record]:
    """Yield that a second report is awaited: it has no day, so it comes after what has one."""
    reported = any(one.reported_on is not None for one in biopsy.pathology)
    if not reported or not is_pending(biopsy):
        return
    for report in biopsy.pathology:
        if report.reported_on is None:
            order = (_Within.AWAITED, 0, f"{biopsy.id} {report!r}")
            yield _Record(on=last_word, order=order, at=None, what=(biopsy, report))


def _days_of_words(biopsy: Biopsy) -> Sequence[date]:
    """Return the days of its reports and of its statements of concordance."""
    reported = [one.reported_on for one in biopsy.pathology if one.reported_on is not None]
    return [*reported, *(one.at.date() for one in biopsy.concordances)]
