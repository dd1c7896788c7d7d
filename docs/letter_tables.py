"""The tables of docs/letters.md, made from the rules themselves.

`python -m docs.letter_tables` writes them into the page; a test fails when they differ.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from docs.made_tables import table, write_tables

from calcsight.knowledge.guidance import shipped_scheme
from calcsight.patient.letter_kind import letter_kind
from calcsight.patient.letter_texts import load_letter_texts
from calcsight.terms.biopsy import (
    Answer,
    Biopsy,
    BiopsyMethod,
    Concordance,
    MalignantSubtype,
    Pathology,
    PathologyKind,
    Specimen,
)
from calcsight.terms.errors import LetterRefused
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.knowledge_base import Language
from calcsight.terms.letter import LetterKind, LetterOrder
from calcsight.terms.mammogram import Laterality

PAGE = Path(__file__).parent / "letters.md"
EXAM = date(2026, 3, 2)
READ = datetime.fromisoformat("2026-03-20T09:00:00+00:00")
ON = date(2026, 4, 1)
Case = tuple[str, dict[str, Any], dict[str, Any]]
"""What the record is, what it holds, what was ordered."""
_UNKNOWN = {
    "0": "0",
    "1": "1",
    "2": "2",
    "3": "3",
    "4B": "4, 4A to 4C, 5; a word of suspicion",
    "6": "6",
    "A": "any other",
}
SHOWN: dict[LetterKind, str] = {
    LetterKind.NO_FINDING: "no finding, routine screening",
    LetterKind.BENIGN: "a finding, no tissue, routine screening",
    LetterKind.PROBABLY_BENIGN: "a finding, no tissue, a short interval",
    LetterKind.INCOMPLETE: "more views, with a finding or without",
    LetterKind.BIOPSY_ADVISED: "a biopsy recommended",
    LetterKind.BIOPSY_BENIGN: "tissue benign and called concordant; routine or a short interval",
    LetterKind.HIGH_RISK: "tissue high-risk, no report awaited; consultation",
    LetterKind.MALIGNANT: "tissue malignant, talked over with her; treatment or consultation",
    LetterKind.OVERDUE: "a short interval whose day and grace have passed on the letter's day",
}


def report(kind: str, **changed: Any) -> Pathology:
    """Return a report of a needle biopsy."""
    subtype = MalignantSubtype.DCIS if kind == "malignant" else None
    values = {"reported_on": date(2026, 3, 12), "record_id": "P-1", **changed}
    return Pathology(kind=PathologyKind(kind), specimen=Specimen.NEEDLE, subtype=subtype, **values)


def tissue(*reports: Pathology, concordant: str = "yes", **changed: Any) -> dict[str, Any]:
    """Return the biopsies of a record."""
    said = Concordance(concordant=Answer(concordant), reader_id="reader-1", at=READ)
    values: dict[str, Any] = {
        "calcification_in_specimen": Answer.YES,
        "calcification_under_microscope": Answer.YES,
        "concordances": (said,),
        **changed,
    }
    one = Biopsy(
        id="B1",
        finding_id="F1",
        laterality=Laterality.LEFT,
        performed_on=date(2026, 3, 9),
        method=BiopsyMethod.VACUUM_ASSISTED,
        pathology=reports,
        **values,
    )
    return {"biopsies": (one,)}


def record(**changed: Any) -> FinalRecord:
    """Return a record of one finding."""
    values: dict[str, Any] = {
        "finding_id": "F1",
        "tracking_uid": "2.25.1",
        "laterality": Laterality.LEFT,
        "scheme": "bi-rads-2013-like",
        "scheme_version": "1",
        "category": "4B",
        "reader_id": "reader-1",
        "read_at": READ,
        "recommendation": Recommendation.BIOPSY,
        "exam_uid": "1.2.3",
        "exam_on": EXAM,
    }
    return FinalRecord(**{**values, **changed})


def order(**changed: Any) -> LetterOrder:
    """Return an order of a letter in English."""
    return LetterOrder(**{"language": Language.ENGLISH, "on": ON, **changed})


def told(made: FinalRecord, ordered: LetterOrder) -> str:
    """Return the kind of the letter of a record, or "refused"."""
    scheme = shipped_scheme(made.scheme, made.scheme_version)
    try:
        return f"`{letter_kind(made, scheme, ordered)}`"
    except LetterRefused:
        return "refused"


BENIGN, MALIGNANT = report("benign"), report("malignant")
ROUTINE = {"recommendation": Recommendation.ROUTINE}
TREATED = {"recommendation": Recommendation.TREATMENT}
REFUSED: tuple[Case, ...] = (
    ("no day of the exam", {"exam_on": None}, {}),
    ("the letter bears a day before the reading, a biopsy or a report", {}, {"on": EXAM}),
    (
        "no finding, and a breast that is not named",
        {"finding_id": None, "tracking_uid": None, "laterality": Laterality.UNKNOWN} | ROUTINE,
        {},
    ),
    ("treatment, no tissue", TREATED, {}),
    (
        "consultation, no tissue",
        {"recommendation": Recommendation.CONSULTATION},
        {},
    ),
    ("a suspicious category, routine screening", ROUTINE, {}),
    ("proven cancer, routine screening", {"category": "6"} | ROUTINE, {}),
    ("a category that its scheme does not have", {"category": "7"} | ROUTINE, {}),
    ("nothing seen, of a finding", {"category": "1"} | ROUTINE, {}),
    (
        "an unknown scheme, a code that no known one has with it",
        {"scheme": "site", "category": "5"} | ROUTINE,
        {},
    ),
    ("a benign category, a biopsy", {"category": "2"}, {}),
    ("a report is awaited", ROUTINE | tissue(concordances=()), {}),
    ("the specimen allowed no diagnosis", ROUTINE | tissue(report("non_diagnostic")), {}),
    ("benign, called discordant", ROUTINE | tissue(BENIGN, concordant="no"), {}),
    ("benign, concordance unknown", ROUTINE | tissue(BENIGN, concordant="unknown"), {}),
    ("benign, nobody said whether concordant", ROUTINE | tissue(BENIGN, concordances=()), {}),
    (
        "benign, no calcification in the film of the specimen",
        ROUTINE | tissue(BENIGN, calcification_in_specimen=Answer.NO),
        {},
    ),
    (
        "benign, not said whether the film of the specimen shows calcification",
        ROUTINE | tissue(BENIGN, calcification_in_specimen=Answer.UNKNOWN),
        {},
    ),
    (
        "benign, no calcification under the microscope",
        ROUTINE | tissue(BENIGN, calcification_under_microscope=Answer.NO),
        {},
    ),
    (
        "benign, called concordant before the report",
        ROUTINE
        | {"read_at": datetime.fromisoformat("2026-03-21T09:00:00+00:00")}
        | tissue(report("benign", reported_on=date(2026, 3, 21))),
        {},
    ),
    (
        "benign, recommended before the report",
        ROUTINE | {"read_at": datetime.fromisoformat("2026-03-11T09:00:00+00:00")} | tissue(BENIGN),
        {},
    ),
    (
        "benign, but the category says proven cancer",
        {"category": "6"} | ROUTINE | tissue(BENIGN),
        {},
    ),
    ("benign, treatment", TREATED | tissue(BENIGN), {}),
    ("high-risk, routine screening", ROUTINE | tissue(report("high_risk")), {}),
    (
        "malignant, routine screening",
        ROUTINE | tissue(MALIGNANT),
        {"conversation_on": ON},
    ),
    ("malignant, no `--conversation-on`", TREATED | tissue(MALIGNANT), {}),
    (
        "malignant, a conversation before the report",
        TREATED | tissue(MALIGNANT),
        {"conversation_on": date(2026, 3, 11)},
    ),
    (
        "malignant, a conversation after the letter",
        TREATED | tissue(MALIGNANT),
        {"conversation_on": ON + timedelta(days=1)},
    ),
)


def kinds() -> str:
    """Return every kind with its title and the records that call for it."""
    library = load_letter_texts()
    rows = []
    for kind in LetterKind:
        titles = [library.texts[kind].titles[one] for one in Language]
        shown = [one.replace("{conversation_on}", "(day)") for one in titles]
        rows.append((f"`{kind}`", SHOWN[kind], *shown))
    return table(("letter", "the record", "English title", "Spanish title"), rows)


def by_recommendation() -> str:
    """Return what each category of the shipped schemes and each recommendation come to."""
    advised = [
        Recommendation.ROUTINE,
        Recommendation.SHORT_INTERVAL,
        Recommendation.MORE_VIEWS,
        Recommendation.BIOPSY,
    ]
    rows = []
    for scheme in ("bi-rads-2013-like", "five-tier"):
        found = shipped_scheme(scheme, "1")
        codes = {one.code for one in found.categories.values() if one.code} if found else set()
        codes |= {"1", "6"}
        rows += [
            (scheme, code, *(_cell(scheme, code, one) for one in advised)) for code in sorted(codes)
        ]
    rows += [
        ("unknown", shown, *(_cell("site", code, one) for one in advised))
        for code, shown in _UNKNOWN.items()
    ]
    heads = ("scheme", "category, no tissue", *(one.value.replace("_", " ") for one in advised))
    return table(heads, rows)


def _cell(scheme: str, code: str, advised: Recommendation) -> str:
    """Return the letter of one finding without tissue."""
    return told(record(scheme=scheme, category=code, recommendation=advised), order())


def refusals() -> str:
    """Return every refusal with what it says."""
    rows = []
    for words, changed, ordered in REFUSED:
        try:
            made = record(**changed)
            letter_kind(made, shipped_scheme(made.scheme, "1"), order(**ordered))
        except LetterRefused as refusal:
            rows.append((words, refusal.found, refusal.needed))
            continue
        raise ValueError(f"not refused: {words}")
    return table(("the record", "what is said", "what is needed"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "kinds": kinds,
    "by_recommendation": by_recommendation,
    "refusals": refusals,
}


def main() -> None:
    """Write the tables into the page."""
    write_tables(PAGE, TABLES)


if __name__ == "__main__":
    main()
