"""A final record for every kind of letter, and the order that goes with it."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from tests.reports.final_records import BENIGN, biopsy, final, of_exam

from calcsight.knowledge.guidance import shipped_scheme
from calcsight.patient.letter import letter_for
from calcsight.terms.biopsy import Pathology, PathologyKind, Specimen
from calcsight.terms.facility import ContactLine, Facility
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.knowledge_base import Language
from calcsight.terms.letter import Letter, LetterKind, LetterOrder

Noun = TypeVar("Noun")
ON = date(2026, 12, 2)
TALKED = date(2026, 11, 25)


def later(noun: Noun) -> Noun:
    """Return a record 245 days later, its biopsies too: its exam is of 1 November 2026."""
    if isinstance(noun, date):
        return noun + timedelta(days=245)
    if isinstance(noun, tuple):
        return tuple(map(later, noun))  # type: ignore[return-value]
    if is_dataclass(noun) and not isinstance(noun, type):
        return replace(noun, **{one.name: later(getattr(noun, one.name)) for one in fields(noun)})
    return noun


HIGH_RISK = Pathology(
    kind=PathologyKind.HIGH_RISK,
    specimen=Specimen.NEEDLE,
    reported_on=date(2026, 3, 20),
    record_id="P-79",
)
AFTER_REPORT = datetime(2026, 3, 23, 9, tzinfo=UTC)
ROUTINE, SHORT, VIEWS, BIOPSY, TALK, TREAT = Recommendation
_SPRING: dict[LetterKind, FinalRecord] = {
    LetterKind.NO_FINDING: of_exam(),
    LetterKind.BENIGN: final(category="2", recommendation=ROUTINE),
    LetterKind.PROBABLY_BENIGN: final(),
    LetterKind.INCOMPLETE: final(category="0", recommendation=VIEWS),
    LetterKind.BIOPSY_ADVISED: final(category="4B", recommendation=BIOPSY),
    LetterKind.BIOPSY_BENIGN: final(
        category="4A",
        recommendation=SHORT,
        read_at=AFTER_REPORT,
        biopsies=(biopsy(pathology=(BENIGN,)),),
    ),
    LetterKind.HIGH_RISK: final(
        category="4A", recommendation=TALK, biopsies=(biopsy(pathology=(HIGH_RISK,)),)
    ),
    LetterKind.MALIGNANT: final(category="4C", recommendation=TREAT, biopsies=(biopsy(),)),
    LetterKind.OVERDUE: final(),
}
RECORDS = {kind: later(record) for kind, record in _SPRING.items()}
CLINIC = Facility(
    name="Lakeside Breast Clinic",
    contact=ContactLine(
        name="the breast nurses",
        phone="+1 555 0100",
        hours={Language.ENGLISH: "8 to 4", Language.SPANISH: "de 8 a 16"},
    ),
    density={Language.ENGLISH: "Density, word for word.", Language.SPANISH: "Densidad, tal cual."},
    adopted_by="Dr A. Example",
    adopted_on=date(2026, 11, 30),
)


def order(kind: LetterKind = LetterKind.BENIGN, **changed: Any) -> LetterOrder:
    """Return the order of a letter of a kind."""
    on = date(2027, 7, 1) if kind is LetterKind.OVERDUE else ON
    values: dict[str, Any] = {
        "language": Language.ENGLISH,
        "on": on,
        "conversation_on": TALKED if kind is LetterKind.MALIGNANT else None,
        "final_digest": "ab" * 32,
    }
    return LetterOrder(**{**values, **changed})


def letter_of(
    record: FinalRecord, ordered: LetterOrder, facility: Facility | None = None
) -> Letter:
    """Return the letter of a record, with the scheme that it names."""
    scheme = shipped_scheme(record.scheme, record.scheme_version)
    return letter_for(record, scheme, facility or Facility(), ordered)


def letter(
    kind: LetterKind, language: Language = Language.ENGLISH, facility: Facility | None = None
) -> Letter:
    """Return a letter of a kind."""
    return letter_of(RECORDS[kind], order(kind, language=language), facility)
