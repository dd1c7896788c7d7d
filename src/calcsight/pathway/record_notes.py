"""What a person should see again in a final record that is complete: said, never refused."""

from collections.abc import Iterator
from datetime import date

from calcsight.pathway.following import recorded, standing
from calcsight.pathway.outcome import outcome_of
from calcsight.terms.errors import FollowUpError
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.guidance import Level, Scheme

_ASKS_FOR_MORE = frozenset(
    {
        Level.INDETERMINATE,
        Level.SUSPICIOUS_LOW,
        Level.SUSPICIOUS_MODERATE,
        Level.SUSPICIOUS_HIGH,
        Level.HIGHLY_SUGGESTIVE,
    }
)
_WAITS = frozenset({Recommendation.ROUTINE, Recommendation.SHORT_INTERVAL})


def notes_on(record: FinalRecord, scheme: Scheme | None) -> tuple[str, ...]:
    """Return plain sentences on what does not go together, or needs a look, in one record.

    Parameters
    ----------
    record : FinalRecord
    scheme : Scheme or None
        The one that the record names; None = it is not known here.

    Returns
    -------
    tuple of str
        Empty = nothing. A record is judged alone: earlier ones may explain it.
    """
    return (*_on_category(record, scheme), *_on_course(record))


def _on_category(record: FinalRecord, scheme: Scheme | None) -> Iterator[str]:
    """Yield that a category which asks for work-up or tissue goes with waiting."""
    categories = scheme.categories if scheme else {}
    found = [(level, one.name) for level, one in categories.items() if one.code == record.category]
    asks = bool(found) and all(level in _ASKS_FOR_MORE for level, _ in found)
    if asks and record.recommendation in _WAITS and not record.biopsies:
        yield (
            f"Category {record.category} of {record.scheme} is: {found[0][1]}. The record "
            f"recommends {record.recommendation.text}, and no tissue is recorded."
        )


def _on_course(record: FinalRecord) -> Iterator[str]:
    """Yield what its tissue leaves open, what is advised, and that it cannot stand alone."""
    if record.finding_id is None or record.tracking_uid is None or record.laterality is None:
        return
    bare = Finding(
        id=record.finding_id, tracking_uid=record.tracking_uid, laterality=record.laterality
    )
    outcome = outcome_of(record.biopsies)
    for review in outcome.review if outcome else ():
        yield review.text
    for waited in outcome.pending if outcome else ():
        yield f"A report of the biopsy {waited} is awaited."
    try:
        where = standing(recorded(bare, record), max(_days(record)))
    except FollowUpError as problem:
        yield f"It cannot follow from this record alone: {problem.found}."
        return
    for one in where.advisories:
        yield one.text


def _days(record: FinalRecord) -> list[date]:
    """Return every day on which something of a record was said or done."""
    days = [record.read_at.date()]
    for one in record.biopsies:
        days += [one.performed_on, *(said.at.date() for said in one.concordances)]
        days += [told.reported_on for told in one.pathology if told.reported_on is not None]
    return days
