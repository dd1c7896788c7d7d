"""Which letter a final record calls for, worked out from the record alone; or why none may be."""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from calcsight.pathway.outcome import outcome_of
from calcsight.patient.letter_due import is_overdue
from calcsight.terms.errors import LetterRefused
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.finding_standing import Outcome
from calcsight.terms.finding_state import Event
from calcsight.terms.guidance import Level, Scheme
from calcsight.terms.letter import LetterKind, LetterOrder

_TO_TISSUE = frozenset(
    {
        Level.INDETERMINATE,
        Level.SUSPICIOUS_LOW,
        Level.SUSPICIOUS_MODERATE,
        Level.SUSPICIOUS_HIGH,
        Level.HIGHLY_SUGGESTIVE,
    }
)
# What each recommendation goes with: any other level contradicts it.
_FITTING: Mapping[Recommendation, frozenset[Level]] = MappingProxyType(
    {
        Recommendation.ROUTINE: frozenset(
            {
                Level.NO_CALCIFICATION_FINDING,
                Level.TYPICALLY_BENIGN_ONLY,
                Level.BENIGN_FINDING,
            }
        ),
        Recommendation.SHORT_INTERVAL: frozenset({Level.PROBABLY_BENIGN}),
        Recommendation.MORE_VIEWS: frozenset(
            {Level.INCOMPLETE, Level.INDETERMINATE, Level.CANNOT_BE_CLASSIFIED}
        ),
        Recommendation.BIOPSY: _TO_TISSUE,
    }
)
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
# "BI-RADS 4B", "category 3"; in five-tier schemes "M3", "R3".
_BEFORE_THE_DIGIT = re.compile(r"^(?:birads|category|cat|grade)*[a-z]?(?=[0-9])")
_NEW_WORK_UP = frozenset({Recommendation.MORE_VIEWS, Recommendation.BIOPSY})


def letter_kind(record: FinalRecord, scheme: Scheme | None, order: LetterOrder) -> LetterKind:
    """Return the one letter that a record calls for.

    Tissue speaks first, then the recommendation; the category has to agree with both where the
    scheme tells what it means.

    Parameters
    ----------
    record : FinalRecord
    scheme : Scheme or None
        The one that the record names; None = not known here: by the recommendation alone.
    order : LetterOrder

    Raises
    ------
    LetterRefused
        Saying what is missing, or what contradicts what.
    """
    _refuse_days(record, order.on)
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
    """Refuse a letter about no day, or one from before something that it would tell of."""
    if record.exam_on is None:
        raise LetterRefused(
            "a final record that does not say when the mammogram was made",
            "exam_on: the letter names its day",
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
    _refuse_contradiction(record, scheme)
    if record.finding_id is None and kind is LetterKind.BENIGN:
        return LetterKind.NO_FINDING
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
        _refuse_unfitting(record, "high-risk", frozenset({Recommendation.CONSULTATION}))
        return LetterKind.HIGH_RISK
    if outcome.leads_to is not Event.RESULT_BENIGN_CONCORDANT:
        raise LetterRefused(
            " ".join(one.text for one in outcome.review),
            "a result that is benign, and that a person has called concordant",
            "review pathology and images together, and tell her in person",
        )
    again = _saw_it_again(record)
    if again and record.recommendation in _NEW_WORK_UP:
        return _without_tissue(record, scheme)
    _refuse_unfitting(record, "benign", _AFTER_BENIGN)
    if again:
        _refuse_contradiction(record, scheme, after_tissue=True)
    return LetterKind.BIOPSY_BENIGN


def _saw_it_again(record: FinalRecord) -> bool:
    """Tell whether the exam came after all tissue: its category is a new word on the finding."""
    return record.exam_on is not None and all(
        one.performed_on < record.exam_on for one in record.biopsies
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


def _refuse_contradiction(
    record: FinalRecord, scheme: Scheme | None, *, after_tissue: bool = False
) -> None:
    """Refuse a category that asks for something else than is recommended."""
    levels = levels_of(record, scheme)
    fitting = set(_FITTING[record.recommendation])
    if after_tissue:
        fitting |= {Level.BENIGN_FINDING, Level.PROBABLY_BENIGN}
    if record.recommendation is Recommendation.MORE_VIEWS and not _names_incomplete(scheme):
        # Where no category asks for views, whoever is recalled has a grade already.
        fitting |= _TO_TISSUE
    if levels and levels.isdisjoint(fitting):
        raise LetterRefused(
            f"category {record.category} of {record.scheme} with {record.recommendation.value} "
            "recommended: one contradicts the other",
            "a category and a recommendation that go together",
            "correct the record; calcsight final check shows what it says",
        )


def levels_of(record: FinalRecord, scheme: Scheme | None) -> frozenset[Level]:
    """Return what the record's category means; empty = the scheme does not tell, or is unknown.

    However it is written: what a person typed as "4b" or "BI-RADS 4B" is category 4B.
    """
    categories = scheme.categories if scheme else {}
    said = _bare(record.category)
    return frozenset(
        level for level, one in categories.items() if one.code and _bare(one.code) == said
    )


def _bare(category: str) -> str:
    """Return a category without the words and letters that may stand before its digit."""
    return _BEFORE_THE_DIGIT.sub("", re.sub(r"[^a-z0-9]", "", category.casefold()))


def _names_incomplete(scheme: Scheme | None) -> bool:
    """Tell whether a scheme has a category that asks for more views."""
    found = scheme.categories.get(Level.INCOMPLETE) if scheme else None
    return found is not None and bool(found.code)
