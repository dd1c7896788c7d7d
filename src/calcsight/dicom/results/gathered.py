"""Views that were read or refused, gathered into the exams that results are written of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    """
    read_first = sorted(views, key=lambda one: one.reading is None)
    studies: dict[str, dict[str, ViewResult]] = {one.source.study_uid: {} for one in read_first}
    for one in views:
        studies[one.source.study_uid].setdefault(one.source.sop_uid, one)
    for study_uid, images in studies.items():
        yield _exam(study_uid, tuple(images.values()), read_by, order, changes)


def _exam(
    study_uid: str,
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
    return ExamResult(
        views=views,
        made_by=read_by.made_by,
        created_at=order.created_at,
        summary=summary if readings else None,
        guidance=guidance,
        changes=tuple(one for one in changes if one.comparison.current.mammogram.uid in uids),
        finals=tuple(one for one in order.finals if one.exam_uid in {"", study_uid}),
        suggestion=order.suggestion,
    )
