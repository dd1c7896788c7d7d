"""A person's final record of one finding on one exam."""

from dataclasses import dataclass
from datetime import date, datetime

from calcsight.terms.biopsy import Biopsy
from calcsight.terms.errors import FinalRecordError, FollowUpError
from calcsight.terms.finding import Assessment, AssociatedFinding, Recommendation
from calcsight.terms.mammogram import Laterality
from calcsight.terms.signed import refuse_blank, refuse_no_uid, refuse_unsigned


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalRecord:
    """What a person finally says of one finding; never written by a program on its own.

    Parameters
    ----------
    finding_id : str
    tracking_uid : str
        A DICOM UID, the same over all exams.
    laterality : Laterality
    scheme, scheme_version, category : str
        Category as the scheme prints it.
    reader_id : str
    read_at : datetime
        With its offset from UTC.
    recommendation : Recommendation
    due_on : date or None
        A day that the reader named; None = the intervals of the settings.
    associated : AssociatedFinding or None
        None = not stated.
    exam_uid : str
        Exam that was assessed; "" = unknown.
    exam_on : date or None
        Its day; None = unknown.
    biopsies : tuple of Biopsy
        With their pathology and concordance.

    Raises
    ------
    FinalRecordError
        Without a finding, a reader, a time with its zone, a scheme, its version or a category;
        with days that cannot be, or a biopsy of another finding or of the other side.
    """

    finding_id: str
    tracking_uid: str
    laterality: Laterality = Laterality.UNKNOWN
    scheme: str
    scheme_version: str
    category: str
    reader_id: str
    read_at: datetime
    recommendation: Recommendation
    due_on: date | None = None
    associated: AssociatedFinding | None = None
    exam_uid: str = ""
    exam_on: date | None = None
    biopsies: tuple[Biopsy, ...] = ()

    def __post_init__(self) -> None:
        refuse_unsigned(self.reader_id, self.read_at, "a final record", FinalRecordError)
        for name in ("finding_id", "scheme", "scheme_version", "category"):
            refuse_blank(
                getattr(self, name), f"a final record without its {name}", FinalRecordError
            )
        refuse_no_uid(self.tracking_uid, "a final record with the UID", FinalRecordError)
        try:
            _ = self.assessment
        except FollowUpError as problem:
            raise FinalRecordError(problem.found, problem.needed, problem.advice) from problem
        for one in self.biopsies:
            other_side = self.laterality not in {one.laterality, Laterality.UNKNOWN}
            if one.finding_id != self.finding_id or other_side:
                raise FinalRecordError(
                    f"a final record of {self.finding_id}, side {self.laterality}, with the "
                    f"biopsy {one.id} of {one.finding_id}, side {one.laterality}",
                    "biopsies of the same finding",
                )

    @property
    def assessment(self) -> Assessment:
        """The assessment that it holds, as a record of its finding."""
        return Assessment(
            reader_id=self.reader_id,
            at=self.read_at,
            scheme=self.scheme,
            scheme_version=self.scheme_version,
            category=self.category,
            recommendation=self.recommendation,
            exam_uid=self.exam_uid,
            exam_on=self.exam_on,
            due_on=self.due_on,
            associated=self.associated,
        )
