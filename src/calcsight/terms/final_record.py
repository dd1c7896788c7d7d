"""A person's final record: of one finding on one exam, or of an exam without a finding."""

from dataclasses import dataclass
from datetime import date, datetime

from calcsight.terms.biopsy import Biopsy
from calcsight.terms.errors import FinalRecordError, FollowUpError
from calcsight.terms.finding_records import Assessment, AssociatedFinding, Recommendation
from calcsight.terms.mammogram import ExamKind, Laterality
from calcsight.terms.signed import refuse_blank, refuse_no_uid, refuse_unsigned

_OF_A_FINDING = frozenset(
    {Recommendation.SHORT_INTERVAL, Recommendation.BIOPSY, Recommendation.TREATMENT}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalRecord:
    """What a person finally says of one finding, or of an exam in which none needs following.

    It is never written by a program on its own.

    Parameters
    ----------
    finding_id : str or None
        None = there is no finding to follow: the record is of the exam as a whole.
    tracking_uid : str or None
        A DICOM UID, the same over all exams; None with no finding, and only then.
    laterality : Laterality or None
        None = of both breasts, with no finding alone.
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
        Exam that was assessed; "" = unknown, of a finding alone.
    exam_on : date or None
        Its day; None = unknown, of a finding alone.
    exam_kind : ExamKind or None
        None = not stated. Screens are counted apart from diagnostic exams.
    biopsies : tuple of Biopsy
        With their pathology and concordance.

    Raises
    ------
    FinalRecordError
        Without a reader, a time with its zone, a scheme, its version or a category;
        with days that cannot be, or a biopsy of another finding or of the other side; with no
        finding, also without its exam, or with what only a finding can have: tissue, a short
        interval, a biopsy or treatment that is advised.
    """

    finding_id: str | None
    tracking_uid: str | None
    laterality: Laterality | None = Laterality.UNKNOWN
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
    exam_kind: ExamKind | None = None
    biopsies: tuple[Biopsy, ...] = ()

    def __post_init__(self) -> None:
        refuse_unsigned(self.reader_id, self.read_at, "a final record", FinalRecordError)
        for name in ("scheme", "scheme_version", "category"):
            refuse_blank(
                getattr(self, name), f"a final record without its {name}", FinalRecordError
            )
        if self.finding_id is None:
            self._refuse_what_needs_a_finding()
        else:
            self._refuse_half_a_finding(self.finding_id)
        try:
            _ = self.assessment
        except FollowUpError as problem:
            raise FinalRecordError(problem.found, problem.needed, problem.advice) from problem

    def _refuse_half_a_finding(self, finding_id: str) -> None:
        """Refuse a finding that lacks one of its names, or with tissue of another one."""
        refuse_blank(finding_id, "a final record without its finding_id", FinalRecordError)
        refuse_no_uid(self.tracking_uid or "", "a final record with the UID", FinalRecordError)
        if self.laterality is None:
            raise FinalRecordError(
                f"a final record of {finding_id} in both breasts", "left, right or unknown"
            )
        for one in self.biopsies:
            other_side = self.laterality not in {one.laterality, Laterality.UNKNOWN}
            if one.finding_id != finding_id or other_side:
                raise FinalRecordError(
                    f"a final record of {finding_id}, side {self.laterality}, with the "
                    f"biopsy {one.id} of {one.finding_id}, side {one.laterality}",
                    "biopsies of the same finding",
                )

    def _refuse_what_needs_a_finding(self) -> None:
        """Refuse tissue, or an act upon a finding, in a record that has no finding."""
        if self.tracking_uid is not None:
            raise FinalRecordError("a tracking UID with no finding_id", "both, or neither")
        if self.biopsies or self.recommendation in _OF_A_FINDING:
            found = "biopsies" if self.biopsies else f"{self.recommendation.value} recommended"
            raise FinalRecordError(
                f"{found}, with no finding",
                "the finding that it is of, by its id and tracking UID",
                "what is watched, biopsied or treated is a finding: name it",
            )
        if not self.exam_uid or self.exam_on is None:
            raise FinalRecordError(
                "a final record with neither a finding nor an exam with its day",
                "exam_uid and exam_on",
            )
        refuse_blank(self.exam_uid, "a final record of the exam", FinalRecordError)

    @property
    def assessment(self) -> Assessment:
        """The assessment that it holds, as a record of its finding or exam."""
        return Assessment(
            reader_id=self.reader_id,
            at=self.read_at,
            scheme=self.scheme,
            scheme_version=self.scheme_version,
            category=self.category,
            recommendation=self.recommendation,
            exam_uid=self.exam_uid,
            exam_on=self.exam_on,
            exam_kind=self.exam_kind,
            due_on=self.due_on,
            associated=self.associated,
        )
