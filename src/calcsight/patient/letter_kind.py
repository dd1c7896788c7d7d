"""Which letter a final record calls for, worked out from the record alone; or why none may be."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from calcsight.pathway.outcome import outcome_of
from calcsight.patient.letter_category import (
    refuse_contradiction,
    refuse_nothing_seen,
    refuse_proven,
    refuse_unknown_category,
)
from calcsight.patient.letter_due import is_overdue
from calcsight.terms.biopsy import Biopsy
from calcsight.terms.errors import LetterRefused
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.finding_standing import Outcome
from calcsight.terms.finding_state import Event
from calcsight.terms.guidance import Scheme
from calcsight.terms.letter import LetterKind, LetterOrder
from calcsight.terms.mammogram import Laterality

_BY_RECOMMENDATION: Mapping[Recommendation, LetterKind] = MappingProxyType(
    {
        Recommendation.ROUTINE: LetterKind.BENIGN,
        Recommendation.SHORT_INTERVAL: LetterKind.PROBABLY_BENIGN,
        Recommendation.MORE_VIEWS: LetterKind.INCOMPLETE,
        Recommendation.BIOPSY: LetterKind.BIOPSY_ADVISED,
    }
)
_AFTER_CANCER = frozenset({Recommendation.TREATMENT, Recommendation.CONSULTATION})
_AFTER_BENIGN = frozenset({Recommendation.ROUTINE, Recommendation.SHORT_INTERVAL})
_NEW_WORK_UP = frozenset({Recommendation.MORE_VIEWS, Recommendation.BIOPSY})


def letter_kind(record: FinalRecord, scheme: Scheme | None, order: LetterOrder) -> LetterKind:
    """Return the one letter that a record calls for.

    Tissue speaks first, then the recommendation; the category has to agree with both.

    Parameters
    ----------
    record : FinalRecord
    scheme : Scheme or None
        The one that the record names; None = not known here: the recommendation decides, unless
        the category contradicts it in every scheme that ships.
    order : LetterOrder

    Raises
    ------
    LetterRefused
        Saying what is missing, or what contradicts what.
    """
    _refuse_days(record, order.on)
    refuse_unknown_category(record, scheme)
    outcome = outcome_of(record.biopsies)
    if outcome is None:
        kind = _without_tissue(record, scheme)
    else:
        kind = _with_tissue(record, scheme, outcome, order)
    waits = record.recommendation is Recommendation.SHORT_INTERVAL
    if waits and is_overdue(record, order):
        return LetterKind.OVERDUE
    return kind


def _refuse_days(record: FinalRecord, on: date) -> None:
    """Refuse a letter about no day or no side, or from before something that it would tell."""
    if record.exam_on is None:
        raise LetterRefused(
            "a final record that does not say when the mammogram was made",
            "exam_on: the letter names its day",
        )
    if record.finding_id is None and record.laterality is Laterality.UNKNOWN:
        raise LetterRefused(
            "a final record with no finding, of a breast that it does not name",
            "laterality: left, right, or null for both",
        )
    days = [record.read_at.date()]
    for one in record.biopsies:
        days += [one.performed_on, *(said.at.date() for said in one.concordances)]
        days += [told.reported_on for told in one.pathology if told.reported_on is not None]
    if max(days) > on:
        raise LetterRefused(
            f"a letter of {on} from a record with something of {max(days)}",
            "a day that is not before it",
            "check --on and the days of the record",
        )


def _without_tissue(record: FinalRecord, scheme: Scheme | None) -> LetterKind:
    """Return the letter of a record with no biopsy."""
    kind = _BY_RECOMMENDATION.get(record.recommendation)
    if kind is None:
        raise LetterRefused(
            f"{record.recommendation.value} recommended, and no tissue is recorded",
            "the biopsy with its pathology: no picture alone leads there",
            "complete the record, or tell her in person",
        )
    refuse_contradiction(record, scheme)
    if record.finding_id is None:
        return LetterKind.NO_FINDING if kind is LetterKind.BENIGN else kind
    refuse_nothing_seen(record, scheme)
    return kind


def _with_tissue(
    record: FinalRecord, scheme: Scheme | None, outcome: Outcome, order: LetterOrder
) -> LetterKind:
    """Return the letter of a record whose finding was biopsied."""
    if outcome.leads_to is Event.RESULT_MALIGNANT:
        _refuse_unfitting(record, "malignant", _AFTER_CANCER)
        _refuse_no_conversation(outcome, order)
        return LetterKind.MALIGNANT
    if outcome.leads_to is Event.RESULT_PENDING:
        raise LetterRefused(
            "a biopsy whose report is awaited",
            "the report of pathology, and whether it explains the images",
        )
    if outcome.leads_to is Event.RESULT_HIGH_RISK:
        refuse_proven(record, "high-risk")
        _refuse_unfitting(record, "high-risk", frozenset({Recommendation.CONSULTATION}))
        return LetterKind.HIGH_RISK
    if outcome.leads_to is not Event.RESULT_BENIGN_CONCORDANT:
        raise LetterRefused(
            " ".join(one.text for one in outcome.review),
            "a result that is benign, and that a person has called concordant",
            "review pathology and images together, and tell her in person",
        )
    refuse_proven(record, "benign")
    again = _saw_it_again(record)
    if again and record.recommendation in _NEW_WORK_UP:
        return _without_tissue(record, scheme)
    _refuse_unfitting(record, "benign", _AFTER_BENIGN)
    _refuse_read_before(record)
    _refuse_concordant_before(record.biopsies)
    if again:  # Otherwise it is from before the tissue, which has settled it.
        refuse_contradiction(record, scheme, after_tissue=True)
    return LetterKind.BIOPSY_BENIGN


def _saw_it_again(record: FinalRecord) -> bool:
    """Tell whether the exam came after all tissue: its category is a new word on the finding."""
    return record.exam_on is not None and all(
        one.performed_on < record.exam_on for one in record.biopsies
    )


def _refuse_read_before(record: FinalRecord) -> None:
    """Refuse what was recommended before the reports that it would have to rest on."""
    days = [
        told.reported_on
        for one in record.biopsies
        for told in one.pathology
        if told.reported_on is not None
    ]
    if max(days) > record.read_at.date():
        raise LetterRefused(
            f"{record.recommendation.value} recommended on {record.read_at.date()}, before the "
            f"report of {max(days)}",
            "a final record made after the report: what happens next rests on it",
            "have a person record what is recommended now",
        )


def _refuse_concordant_before(biopsies: Sequence[Biopsy]) -> None:
    """Refuse a concordance from before the report that it would have to speak of."""
    for one in biopsies:
        reported = [told.reported_on for told in one.pathology if told.reported_on is not None]
        said = [told.at.date() for told in one.concordances]
        if reported and said and max(said) < max(reported):
            raise LetterRefused(
                f"tissue called concordant on {max(said)}, before its report of {max(reported)}",
                "a concordance that speaks of the last report",
                "have a person compare that report with the images",
            )


def _refuse_unfitting(record: FinalRecord, result: str, fitting: frozenset[Recommendation]) -> None:
    """Refuse a recommendation that does not follow from the result."""
    if record.recommendation not in fitting:
        needed = " or ".join(one.value for one in Recommendation if one in fitting)
        raise LetterRefused(
            f"a {result} result with {record.recommendation.value} recommended",
            f"{needed} recommended",
            "correct the record, or tell her in person",
        )


def _refuse_no_conversation(outcome: Outcome, order: LetterOrder) -> None:
    """Refuse to tell by letter what nobody has told her."""
    told = order.conversation_on
    reported = outcome.deciding.reported_on if outcome.deciding else None
    if told is None:
        raise LetterRefused(
            "a malignant result, and nobody said that it was talked over with her",
            "the day of that conversation",
            "talk with her first; then say --conversation-on YYYY-MM-DD",
        )
    if told > order.on or (reported is not None and told < reported):
        raise LetterRefused(
            f"a conversation on {told}, with a report of {reported} and a letter of {order.on}",
            "a conversation after the report and not after the letter",
        )
