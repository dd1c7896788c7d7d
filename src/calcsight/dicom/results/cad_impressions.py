"""Impressions of a CAD report: the overall one, and one for each lesion (TID 4001, 4002, 4003).

A program writes neither an assessment nor a follow-up: both come from a person's final record,
with who and when beside them in words.
"""

from collections.abc import Iterable, Iterator, Sequence

from pydicom import Dataset
from pydicom.sr.coding import Code

from calcsight.dicom.assessment_codes import assessment_code, follow_up_code
from calcsight.dicom.finding_codes import BREASTS
from calcsight.dicom.results import cad_codes as cad
from calcsight.dicom.results.cad_changes import LesionWriter, change_code
from calcsight.dicom.results.cad_findings import FindingWriter, Shown, algorithm
from calcsight.dicom.results.content import Relation, code, container, day, text, with_items
from calcsight.dicom.results.exam_result import ExamResult, MadeBy, ViewResult
from calcsight.dicom.results.lesions import Lesion
from calcsight.dicom.results.result_wording import (
    exam_sentences,
    final_sentences,
    joined,
    lesion_sentences,
)
from calcsight.dicom.results.view_wording import name_of, outside_groups
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.mammogram import Laterality


def overall_impression(
    exam: ExamResult, lesions: Sequence[Lesion], summary: Code, parts: Iterable[Dataset]
) -> Dataset:
    """Return the overall impression with the individual ones below it.

    Parameters
    ----------
    exam : ExamResult
    lesions : sequence of Lesion
    summary : Code
        Of CID 6047.
    parts : iterable of Dataset
        The individual impressions.
    """
    followed = {one.tracking_uid for lesion in lesions for one in lesion.seen}
    of_the_exam = [one for one in exam.finals if one.tracking_uid is None]
    not_marked = [one for one in exam.finals if one.tracking_uid not in (None, *followed)]
    sentences = list(exam_sentences(exam))
    for final in of_the_exam:
        sentences += final_sentences(final)
    for final in not_marked:
        sentences += ["Of a finding that is not among the marks of this report:"]
        sentences += final_sentences(final)
    item = code(cad.FINDINGS_SUMMARY, summary, Relation.CONTAINS)
    body = _body(exam.made_by, sentences, of_the_exam, None, Relation.HAS_PROPERTIES)
    return with_items(with_items(item, body), parts)


def individual_impressions(
    exam: ExamResult, lesions: Sequence[Lesion], writer: LesionWriter
) -> Iterator[Dataset]:
    """Yield the impression of each lesion, then of what lies alone on each image."""
    for lesion in lesions:
        uids = {one.tracking_uid for one in lesion.seen}
        finals = [one for one in exam.finals if one.tracking_uid in uids]
        sentences = [*lesion_sentences(lesion, exam.suggestion)]
        for final in finals:
            sentences += final_sentences(final)
        body = _body(exam.made_by, sentences, finals, change_code(lesion), Relation.CONTAINS)
        yield with_items(_impression(body), [writer.lesion(lesion)])
    for view in exam.read_views:
        alone = _alone(exam.made_by, view, writer.findings)
        if alone is not None:
            yield alone


def _alone(made: MadeBy, view: ViewResult, findings: FindingWriter) -> Dataset | None:
    """Return the impression of the calcifications of an image that are in no group."""
    if view.reading is None:
        return None
    shown = Shown(
        sop_uid=view.source.sop_uid,
        calcifications=view.reading.calcifications,
        threshold=view.threshold,
    )
    ones = [one for _, one in outside_groups(view)]
    if not ones:
        return None
    sentences = [f"Calcifications of {name_of(view)} that are in no group: {len(ones)}."]
    body = _body(made, sentences, (), None, Relation.CONTAINS)
    return with_items(
        _impression(body),
        (findings.calcification(one, shown, Relation.CONTAINS, cad.REQUIRED) for one in ones),
    )


def _impression(body: Iterable[Dataset]) -> Dataset:
    """Return the container of an individual impression, its findings to come."""
    item = container(cad.INDIVIDUAL_IMPRESSION, Relation.INFERRED_FROM)
    intent = code(cad.RENDERING_INTENT, cad.REQUIRED, Relation.HAS_CONCEPT_MOD)
    return with_items(with_items(item, [intent]), body)


def _body(
    made: MadeBy,
    sentences: Sequence[str],
    finals: Sequence[FinalRecord],
    change: Code | None,
    relation: Relation,
) -> Iterator[Dataset]:
    """Yield the rows of TID 4002 in its order."""
    for final in finals:
        assessed = assessment_code(final.scheme, final.category)
        if assessed is not None:
            yield _of_side(code(cad.ASSESSMENT, assessed, relation), final)
    if change is not None:
        yield code(cad.IMPRESSION, change, relation)
    yield text(cad.IMPRESSION_TEXT, joined(sentences), relation)
    for final in finals:
        follow_up = follow_up_code(final)
        if follow_up is not None:
            yield _of_side(code(cad.FOLLOW_UP, follow_up, relation), final)
    due = [one.due_on for one in finals if one.due_on is not None]
    if due:
        yield day(cad.FOLLOW_UP_DATE, min(due), relation)
    yield from algorithm(made, "impression", relation)


def _of_side(item: Dataset, final: FinalRecord) -> Dataset:
    """Say of which breast a person spoke; nothing where that is unknown."""
    side = cad.BOTH_BREASTS if final.laterality is None else BREASTS.get(final.laterality)
    if final.laterality is Laterality.UNKNOWN or side is None:
        return item
    return with_items(item, [code(cad.LATERALITY, side, Relation.HAS_CONCEPT_MOD)])
