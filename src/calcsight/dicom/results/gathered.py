"""Views that were read or refused, gathered into the exams that results are written of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from calcsight.dicom.results.breast_report_refusals import (
    belongs,
    refuse_mixed,
    refuse_of_no_exam,
    refuse_other_records,
)
from calcsight.dicom.results.exam_result import (
    ChangedView,
    ExamResult,
    MadeBy,
    ViewResult,
)
from calcsight.reading import summarise
from calcsight.terms.hospital import ResultOrder
from calcsight.terms.interpreter import Interpreter
from calcsight.terms.judge import Judge
from calcsight.terms.settings import Settings
from calcsight.terms.version import SOFTWARE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadBy:
    """What all views were read with.

    Parameters
    ----------
    judge : Judge
    settings : Settings
    interpreter : Interpreter or None
    """

    judge: Judge
    settings: Settings
    interpreter: Interpreter | None = None

    @property
    def made_by(self) -> MadeBy:
        """Name it by digests."""
        told = self.interpreter.named if self.interpreter else None
        return MadeBy(
            software=SOFTWARE,
            judge=self.judge.name,
            judge_digest=self.judge.digest,
            settings_digest=self.settings.digest,
            interpreted_by_digest=f"{told.describer_digest} {told.guidance_digest}" if told else "",
        )


def exam_results(
    views: Sequence[ViewResult],
    read_by: ReadBy,
    order: ResultOrder,
    changes: Sequence[ChangedView] = (),
) -> Iterator[ExamResult]:
    """Yield one exam for each study, each image once.

    In the order of the first views that were read; then studies of which none was.

    Parameters
    ----------
    views : sequence of ViewResult
    read_by : ReadBy
    order : ResultOrder
    changes : sequence of ChangedView
        Each goes with the exam that holds its current view.

    Raises
    ------
    ContradictionError, FinalRecordError
        When a final record is of none of the exams, or contradicts the images of its own; when the
        images of one study name several patients.
    """
    read_first = sorted(views, key=lambda one: one.reading is None)
    studies: dict[str, dict[str, ViewResult]] = {one.source.study_uid: {} for one in read_first}
    for one in views:
        images = studies[one.source.study_uid]
        known = images.get(one.source.sop_uid)
        # Of two copies the one that could be read stands where the first one came.
        if known is None or (known.reading is None and one.reading is not None):
            images[one.source.sop_uid] = one
    exams = [_exam(tuple(images.values()), read_by, order, changes) for images in studies.values()]
    refuse_of_no_exam(exams, order.finals)
    yield from exams


def _exam(
    views: tuple[ViewResult, ...],
    read_by: ReadBy,
    order: ResultOrder,
    changes: Sequence[ChangedView],
) -> ExamResult:
    """Weigh the views of one study together."""
    readings = [one.reading for one in views if one.reading is not None]
    guidance = read_by.interpreter.guidance if read_by.interpreter else None
    unread = len(readings) < len(views)
    summary = summarise(readings, guidance, read_by.settings, unread) if guidance else None
    uids = {one.source.sop_uid for one in views}
    made = ExamResult(
        views=views,
        made_by=read_by.made_by,
        created_at=order.created_at,
        summary=summary if readings else None,
        guidance=guidance,
        changes=tuple(one for one in changes if one.comparison.current.mammogram.uid in uids),
        suggestion=order.suggestion,
    )
    refuse_mixed(made.images)
    made = replace(made, finals=tuple(one for one in order.finals if belongs(made, one)))
    if made.finals:
        refuse_other_records(made)
    return made
