"""What is written for a hospital: one exam, read or refused view by view."""

from dataclasses import dataclass, field
from datetime import datetime

from pydicom import Dataset

from calcsight.terms.comparison import Comparison
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.guidance import Guidance
from calcsight.terms.hospital import ResultKind
from calcsight.terms.reading import ExamSummary, LeanReading


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SourceImage:
    """The header of one image of the exam; see `calcsight.dicom.results.source`.

    Parameters
    ----------
    header : Dataset
        Every public attribute but pixels and overlays, in the character set of the file. It
        names a patient: it goes into results, and never into a message, a log or a file name.
    """

    header: Dataset = field(repr=False)

    @property
    def sop_class_uid(self) -> str:
        """SOP Class UID."""
        return str(self.header.SOPClassUID)

    @property
    def sop_uid(self) -> str:
        """SOP Instance UID."""
        return str(self.header.SOPInstanceUID)

    @property
    def series_uid(self) -> str:
        """Series Instance UID."""
        return str(self.header.SeriesInstanceUID)

    @property
    def study_uid(self) -> str:
        """Study Instance UID."""
        return str(self.header.StudyInstanceUID)

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) of the file's own frame; (0, 0) where the header states none."""
        return (int(self.header.get("Rows") or 0), int(self.header.get("Columns") or 0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ViewResult:
    """One view of the exam.

    Parameters
    ----------
    source : SourceImage
        The image that was read, or refused.
    reading : LeanReading or None
        Places in the file's own frame, with its limitations and provenance; None = refused, or
        an image that the software was not asked to read.
    refused_code : str or None
        Code of the refusal (`calcsight.terms.errors`); None = not refused.
    others : tuple of SourceImage
        Other images of the same exposure that were not read, such as the one FOR PROCESSING:
        results refer to them, too.
    """

    source: SourceImage
    reading: LeanReading | None
    refused_code: str | None = None
    others: tuple[SourceImage, ...] = ()

    @property
    def threshold(self) -> float:
        """Score from which a calcification counts; results hold no others."""
        made = self.reading.provenance if self.reading else None
        return made.threshold if made else 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChangedView:
    """A view against one prior.

    Parameters
    ----------
    comparison : Comparison
        Its `current` is a view of the exam; its `prior` belongs to `prior_source`.
    prior_source : SourceImage
    """

    comparison: Comparison
    prior_source: SourceImage


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBy:
    """What read the exam: the same for all its views, known even when all were refused.

    Parameters
    ----------
    software, judge : str
        Name and version.
    judge_digest, settings_digest : str
        SHA-256, hexadecimal.
    interpreted_by_digest : str
        SHA-256 of describer and guidance together; "" = not interpreted.
    """

    software: str
    judge: str
    judge_digest: str
    settings_digest: str
    interpreted_by_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierResult:
    """An earlier version of a result, as its successor refers to it."""

    sop_class_uid: str
    sop_uid: str
    series_uid: str
    study_uid: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExamResult:
    """One exam (one study) as results are written of it.

    Parameters
    ----------
    views : tuple of ViewResult
        At least one; all of one study, in the order in which they were read.
    made_by : MadeBy
    created_at : datetime
        With its zone; a parameter, so that the same input gives the same bytes.
    summary : ExamSummary or None
        Lesions seen in two projections, and the weighing of the exam; None = not interpreted.
        Positions in it are those of the views that were read, in order.
    guidance : Guidance or None
        What the exam was weighed with.
    changes : tuple of ChangedView
    finals : tuple of FinalRecord
        What a person said of findings of this exam: assessments and follow-up come from here
        alone.
    suggestion : bool
        Write the machine's suggestion as text, named a suggestion.
    predecessors : tuple of EarlierResult
        What was written of this exam before, of any kind: a late image makes a new version.
    """

    views: tuple[ViewResult, ...]
    made_by: MadeBy
    created_at: datetime
    summary: ExamSummary | None = None
    guidance: Guidance | None = None
    changes: tuple[ChangedView, ...] = ()
    finals: tuple[FinalRecord, ...] = ()
    suggestion: bool = False
    predecessors: tuple[EarlierResult, ...] = ()

    @property
    def first(self) -> SourceImage:
        """The image whose patient and study modules are repeated."""
        return self.views[0].source

    @property
    def read_views(self) -> tuple[ViewResult, ...]:
        """The views that were read."""
        return tuple(one for one in self.views if one.reading is not None)

    @property
    def images(self) -> tuple[SourceImage, ...]:
        """Every image of the exam that results refer to, each once."""
        all_of_them = [image for one in self.views for image in (one.source, *one.others)]
        return tuple({image.sop_uid: image for image in all_of_them}.values())

    @property
    def prior_images(self) -> tuple[SourceImage, ...]:
        """Every image that the exam was compared with, each once."""
        priors = [one.prior_source for one in self.changes]
        return tuple({image.sop_uid: image for image in priors}.values())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResultFile:
    """One result, ready to be written or sent.

    Parameters
    ----------
    kind : ResultKind
    name : str
        Of the file, without a folder; it holds no name and no number of a patient.
    data : bytes
        A DICOM file, or JSON for FHIR.
    sop_class_uid, sop_uid : str
        "" for FHIR.
    """

    kind: ResultKind
    name: str
    data: bytes = field(repr=False)
    sop_class_uid: str = ""
    sop_uid: str = ""
