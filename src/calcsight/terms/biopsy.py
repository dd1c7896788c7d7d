"""Tissue: how it was taken, what pathology said of it, and whether the two agree."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from calcsight.terms.errors import FollowUpError
from calcsight.terms.mammogram import Laterality
from calcsight.terms.signed import each_once, refuse_blank, refuse_too_many, refuse_unsigned


class Answer(StrEnum):
    """What was answered to a question; unknown is not no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class BiopsyMethod(StrEnum):
    """How the tissue was taken; `text` is the word shown."""

    CORE_NEEDLE = "core_needle"
    VACUUM_ASSISTED = "vacuum_assisted"
    FINE_NEEDLE = "fine_needle"
    VACUUM_EXCISION = "vacuum_excision"
    SURGICAL_EXCISION = "surgical_excision"
    UNKNOWN = "unknown"

    @property
    def text(self) -> str:
        """The word a reader sees."""
        return _METHODS[self]


class GuidedBy(StrEnum):
    """What showed the way to the place; `text` is the word shown."""

    STEREOTACTIC = "stereotactic"
    TOMOSYNTHESIS = "tomosynthesis"
    ULTRASOUND = "ultrasound"
    MRI = "mri"
    LOCALISATION_WIRE = "localisation_wire"
    LOCALISATION_SEED = "localisation_seed"
    PALPATION = "palpation"
    UNKNOWN = "unknown"

    @property
    def text(self) -> str:
        """The word a reader sees."""
        return _GUIDANCE[self]


class PathologyKind(StrEnum):
    """What pathology says of a specimen."""

    BENIGN = "benign"
    HIGH_RISK = "high_risk"
    MALIGNANT = "malignant"
    NON_DIAGNOSTIC = "non_diagnostic"
    PENDING = "pending"


class MalignantSubtype(StrEnum):
    """Which malignancy; `DCIS` alone means that nothing invasive was seen."""

    DCIS = "dcis"
    INVASIVE = "invasive"
    INVASIVE_WITH_DCIS = "invasive_with_dcis"
    OTHER = "other"


class Specimen(StrEnum):
    """What pathology looked at."""

    NEEDLE = "needle"
    SURGERY = "surgery"


_INVASIVE_STAGES = range(1, 5)
_STAGES: Mapping[MalignantSubtype | None, Container[int]] = MappingProxyType(
    {
        MalignantSubtype.DCIS: (0,),
        MalignantSubtype.INVASIVE: _INVASIVE_STAGES,
        MalignantSubtype.INVASIVE_WITH_DCIS: _INVASIVE_STAGES,
        MalignantSubtype.OTHER: _INVASIVE_STAGES,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathology:
    """One report of pathology, or that one is awaited.

    Parameters
    ----------
    kind : PathologyKind
    specimen : Specimen
    subtype : MalignantSubtype or None
        Of a malignant result, and of no other.
    stage : int or None
        Of a malignant result, as people state it: 0 of DCIS with nothing invasive, 1-4 of any
        other; None = not stated.
    reported_on : date or None
        Day of the report; None = pending, and only then.
    record_id : str
        Number or UID by which the report is found again; "" = pending, and only then.

    Raises
    ------
    FollowUpError
        When a result has no report, a malignant one no subtype, a pending one has either, or the
        stage is not one that the result can have.
    """

    kind: PathologyKind
    specimen: Specimen
    subtype: MalignantSubtype | None = None
    stage: int | None = None
    reported_on: date | None = None
    record_id: str = ""

    def __post_init__(self) -> None:
        if (self.kind is PathologyKind.MALIGNANT) != (self.subtype is not None):
            raise FollowUpError(
                f"a {self.kind.value} result with the subtype {self.subtype}",
                "a subtype with every malignant result and with no other",
            )
        if self.stage is not None and self.stage not in _STAGES.get(self.subtype, ()):
            raise FollowUpError(
                f"stage {self.stage} of a {self.kind.value} result, subtype {self.subtype}",
                "0 of DCIS with nothing invasive, 1 to 4 of any other malignant result",
            )
        if self.kind is PathologyKind.PENDING:
            if self.reported_on is not None or self.record_id:
                raise FollowUpError(
                    "a pending result with a report", "neither a day nor a record id"
                )
            return
        if self.reported_on is None:
            raise FollowUpError(f"a {self.kind.value} result with no day", "the day of its report")
        refuse_blank(self.record_id, f"a {self.kind.value} result without its pathology record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Concordance:
    """Whether a person finds that pathology explains what the images show.

    Parameters
    ----------
    concordant : Answer
    reader_id : str
        Who said so.
    at : datetime
        With its offset from UTC.

    Raises
    ------
    FollowUpError
        Without a reader, or with a time that has no zone.
    """

    concordant: Answer
    reader_id: str
    at: datetime

    def __post_init__(self) -> None:
        refuse_unsigned(self.reader_id, self.at, "a concordance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Biopsy:
    """Tissue taken once from one finding.

    Parameters
    ----------
    id : str
    finding_id : str
    laterality : Laterality
        Left or right; unknown is refused.
    performed_on : date
    method : BiopsyMethod
    guided_by : GuidedBy
    cores : int or None
        How many were taken, >= 1; None = unknown, or none by this method.
    calcification_in_specimen : Answer
        Seen in the radiograph of the specimen.
    calcification_under_microscope : Answer
    pathology : tuple of Pathology
        Every report, earlier ones kept; sorted by day. Empty = pending.
    concordances : tuple of Concordance
        Every statement, earlier ones kept; sorted by time. Empty = nobody said so.

    Raises
    ------
    FollowUpError
        Without an id or a side, with less than one core, with more than 20 reports or
        statements, or with a report or a concordance from before the day.
    """

    id: str
    finding_id: str
    laterality: Laterality
    performed_on: date
    method: BiopsyMethod
    guided_by: GuidedBy = GuidedBy.UNKNOWN
    cores: int | None = None
    calcification_in_specimen: Answer = Answer.UNKNOWN
    calcification_under_microscope: Answer = Answer.UNKNOWN
    pathology: tuple[Pathology, ...] = ()
    concordances: tuple[Concordance, ...] = ()

    def __post_init__(self) -> None:
        refuse_blank(self.id, "a biopsy without an id")
        refuse_blank(self.finding_id, "a biopsy without the id of its finding")
        if self.laterality is Laterality.UNKNOWN:
            raise FollowUpError("a biopsy of an unknown side", "left or right breast")
        if self.cores is not None and self.cores < 1:
            raise FollowUpError(f"a biopsy with {self.cores} cores", "at least 1, or unknown")
        refuse_too_many(self.pathology, "reports of one biopsy")
        refuse_too_many(self.concordances, "statements on one biopsy")
        days = [one.reported_on for one in self.pathology if one.reported_on is not None]
        days += [one.at.date() for one in self.concordances]
        if days and min(days) < self.performed_on:
            raise FollowUpError(
                f"a report or a concordance of {min(days)} on a biopsy of {self.performed_on}",
                "nothing from before the biopsy",
            )
        object.__setattr__(self, "pathology", each_once(self.pathology, _by_report))
        object.__setattr__(self, "concordances", each_once(self.concordances, _by_statement))

    @property
    def concordant(self) -> Answer:
        """The last statement; of several at one time the least sure; unknown without any."""
        if not self.concordances:
            return Answer.UNKNOWN
        last = max(one.at for one in self.concordances)
        said = {one.concordant for one in self.concordances if one.at == last}
        return next(one for one in (Answer.NO, Answer.UNKNOWN, Answer.YES) if one in said)


def _by_report(one: Pathology) -> tuple[date, str, str, str, str]:
    """Order reports by day; what is pending comes last."""
    day = one.reported_on or date.max
    return (day, one.record_id, one.kind.value, one.specimen.value, one.subtype or "")


def _by_statement(one: Concordance) -> tuple[datetime, str, str, str]:
    """Order statements by time."""
    return (one.at, one.reader_id, one.concordant.value, one.at.isoformat())


_METHODS: Mapping[BiopsyMethod, str] = MappingProxyType(
    {
        BiopsyMethod.CORE_NEEDLE: "core needle biopsy",
        BiopsyMethod.VACUUM_ASSISTED: "vacuum-assisted core biopsy",
        BiopsyMethod.FINE_NEEDLE: "fine-needle aspiration",
        BiopsyMethod.VACUUM_EXCISION: "vacuum-assisted excision",
        BiopsyMethod.SURGICAL_EXCISION: "surgical excision",
        BiopsyMethod.UNKNOWN: "biopsy, method not stated",
    }
)
_GUIDANCE: Mapping[GuidedBy, str] = MappingProxyType(
    {
        GuidedBy.STEREOTACTIC: "stereotaxis",
        GuidedBy.TOMOSYNTHESIS: "tomosynthesis",
        GuidedBy.ULTRASOUND: "ultrasound",
        GuidedBy.MRI: "MRI",
        GuidedBy.LOCALISATION_WIRE: "a localisation wire",
        GuidedBy.LOCALISATION_SEED: "a localisation seed",
        GuidedBy.PALPATION: "palpation",
        GuidedBy.UNKNOWN: "guidance not stated",
    }
)
