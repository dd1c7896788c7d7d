"""What is asked of the results that go to a hospital's systems."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from calcsight.terms.errors import UsageError
from calcsight.terms.final_record import FinalRecord


class ResultKind(StrEnum):
    """Forms of a result, as `--dicom-out` names them."""

    SR = "sr"
    TID1500 = "tid1500"
    SEG = "seg"
    GSPS = "gsps"
    FHIR = "fhir"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultOrder:
    """Which results are written, and what they say beside what was read.

    Parameters
    ----------
    kinds : frozenset of ResultKind
    created_at : datetime
        With its zone; a parameter, so that the same input gives the same bytes.
    suggestion : bool
        Write the machine's suggestion as text, named a suggestion.
    finals : tuple of FinalRecord
        A person's final records: each is written with the exam that it names, and one that
        names none with the exam of its day that shows its finding.

    Raises
    ------
    UsageError
        When the time of creation has no zone.
    """

    kinds: frozenset[ResultKind]
    created_at: datetime
    suggestion: bool = False
    finals: tuple[FinalRecord, ...] = ()

    def __post_init__(self) -> None:
        if self.created_at.tzinfo is None:
            raise UsageError("a time of creation without its zone", "one with an offset from UTC")
