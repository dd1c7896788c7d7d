"""What a record, a clinic and an order give to a letter: fields to fill, and what holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from calcsight.pathway.outcome import outcome_of
from calcsight.patient.days import day_in_words
from calcsight.patient.letter_category import levels_of
from calcsight.patient.letter_due import due_on
from calcsight.patient.letter_items import Field, When
from calcsight.terms.biopsy import Biopsy, MalignantSubtype, PathologyKind, Specimen
from calcsight.terms.facility import Facility
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import AssociatedFinding, Recommendation
from calcsight.terms.finding_standing import Outcome
from calcsight.terms.guidance import Level, Scheme
from calcsight.terms.knowledge_base import Language
from calcsight.terms.letter import LetterOrder
from calcsight.terms.mammogram import Laterality

BLANK = "_" * 24
# Where what fills a field is written down.
ORIGINS: Mapping[Field, str] = MappingProxyType(
    {
        Field.EXAM_ON: "final.exam_on",
        Field.DUE_ON: "final.due_on",
        Field.BIOPSY_ON: "final.biopsies.performed_on",
        Field.CONVERSATION_ON: "order.conversation_on",
        Field.BREAST: "final.laterality",
        Field.CONTACT: "facility.contact.name",
        Field.PHONE: "facility.contact.phone",
        Field.HOURS: "facility.contact.hours",
        Field.FACILITY: "facility.name",
        Field.ADOPTED_BY: "facility.adopted.by",
        Field.ADOPTED_ON: "facility.adopted.on",
        Field.WRITTEN_ON: "texts.written_on",
        Field.BLANK: "blank",
    }
)
RULE = "settings.follow_up.months"
_BREASTS: Mapping[Language, Mapping[Laterality | None, str]] = MappingProxyType(
    {
        Language.ENGLISH: MappingProxyType(
            {Laterality.LEFT: "your left breast", Laterality.RIGHT: "your right breast"}
        ),
        Language.SPANISH: MappingProxyType(
            {Laterality.LEFT: "su seno izquierdo", Laterality.RIGHT: "su seno derecho"}
        ),
    }
)
_A_BREAST: Mapping[Language, str] = MappingProxyType(
    {Language.ENGLISH: "your breast", Language.SPANISH: "su seno"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """What one letter can say.

    Parameters
    ----------
    values : mapping from Field to str
        What is known, in the words of the language.
    holds : frozenset of When
    due_from : tuple of str
        Where what is due was taken from.
    """

    values: Mapping[Field, str]
    holds: frozenset[When]
    due_from: tuple[str, ...]

    def allows(self, when: tuple[str, ...]) -> bool:
        """Tell whether every condition of a sentence holds."""
        return all(
            (one in self.holds) if one in tuple(When) else one.removeprefix("no_") not in self.holds
            for one in when
        )

    def origins(self, fields: tuple[Field, ...]) -> tuple[str, ...]:
        """Return where what fills these fields is written down."""
        found: list[str] = []
        for one in fields:
            found += self.due_from if one is Field.DUE_ON else [ORIGINS[one]]
        return tuple(dict.fromkeys(found))


def facts_of(
    record: FinalRecord,
    scheme: Scheme | None,
    facility: Facility,
    order: LetterOrder,
    written_on: date,
) -> LetterFacts:
    """Gather what a letter can say.

    Parameters
    ----------
    record, scheme, facility, order
        As in `letter.letter_for`.
    written_on : date
        Day on which the texts of the letter were last written.
    """
    days: dict[Field, date | None] = {
        Field.EXAM_ON: record.exam_on,
        Field.DUE_ON: due_on(record, order),
        Field.BIOPSY_ON: _biopsy_day(record),
        Field.CONVERSATION_ON: order.conversation_on,
        Field.ADOPTED_ON: facility.adopted_on,
        Field.WRITTEN_ON: written_on,
    }
    values = {
        one: day_in_words(day, order.language) for one, day in days.items() if day is not None
    }
    side = _BREASTS[order.language].get(record.laterality, _A_BREAST[order.language])
    said = {Field.BREAST: side, Field.FACILITY: facility.name, Field.BLANK: BLANK}
    said[Field.ADOPTED_BY] = facility.adopted_by
    if facility.contact is not None:
        said[Field.CONTACT] = facility.contact.name
        said[Field.PHONE] = facility.contact.phone
        said[Field.HOURS] = facility.contact.hours.get(order.language, "")
    values |= {one: text for one, text in said.items() if text}
    return LetterFacts(
        values=MappingProxyType(values),
        holds=frozenset(
            {
                *_of_record(record, scheme),
                *_of_days(days[Field.DUE_ON], order.on),
                *_of_facility(facility, order.language, written_on),
            }
        ),
        due_from=_due_from(record),
    )


def _due_from(record: FinalRecord) -> tuple[str, ...]:
    """Return which fields say when something is due; see `letter_due.due_on`."""
    if record.due_on is not None:
        return (ORIGINS[Field.DUE_ON],)
    tissue = (ORIGINS[Field.BIOPSY_ON],) if record.biopsies else ()
    return (ORIGINS[Field.EXAM_ON], *tissue, RULE)


def _of_record(record: FinalRecord, scheme: Scheme | None) -> Iterator[When]:
    """Yield what holds of the record."""
    if record.finding_id is not None:
        yield When.FINDING
    elif record.laterality is not None:
        yield When.ONE_BREAST
    if record.recommendation is Recommendation.ROUTINE:
        yield When.ROUTINE
    if record.recommendation is Recommendation.SHORT_INTERVAL:
        yield When.SHORT_INTERVAL
    levels = levels_of(record, scheme)
    if levels and levels <= {Level.BENIGN_FINDING, Level.TYPICALLY_BENIGN_ONLY}:
        yield When.CALLED_BENIGN
    if levels and levels <= {Level.PROBABLY_BENIGN}:
        yield When.CALLED_PROBABLY_BENIGN
    if record.associated not in {None, AssociatedFinding.NONE}:
        yield When.ASSOCIATED
    if record.biopsies:
        yield When.BIOPSIED
        yield from _of_tissue(outcome_of(record.biopsies))


def _of_tissue(outcome: Outcome | None) -> Iterator[When]:
    """Yield what holds of the report that decided."""
    deciding = outcome.deciding if outcome else None
    # The day of surgery is not that of the needle before it, under which it may be recorded.
    if deciding is not None and deciding.specimen is Specimen.SURGERY:
        yield When.SURGERY
    if deciding is not None and deciding.subtype is MalignantSubtype.DCIS:
        yield When.DCIS


def _of_days(due: date | None, on: date) -> Iterator[When]:
    """Yield whether something is due, and whether that lies ahead."""
    if due is not None:
        yield When.DUE_AHEAD if due >= on else When.DUE_PAST


def _of_facility(facility: Facility, language: Language, written_on: date) -> Iterator[When]:
    """Yield what holds of the clinic; nobody has adopted texts that were written later."""
    adopted_on = facility.adopted_on or date.min
    if facility.has_adopted and adopted_on >= written_on:
        yield When.ADOPTED
    if facility.contact is not None:
        yield When.CONTACT
        if facility.contact.hours.get(language):
            yield When.HOURS


def _biopsy_day(record: FinalRecord) -> date | None:
    """Return the day of the biopsy that decided; of a benign result the last."""
    outcome = outcome_of(record.biopsies)
    if outcome is None:
        return None
    settled = outcome.kind is PathologyKind.BENIGN

    def last_of_the_deciding(one: Biopsy) -> tuple[bool, date]:
        return (settled or outcome.deciding in one.pathology, one.performed_on)

    return max(record.biopsies, key=last_of_the_deciding).performed_on
