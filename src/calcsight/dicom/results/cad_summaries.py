"""Which algorithms ran on which images, and how that went (TID 4015 to 4018, CID 6042, 6047).

What was not attempted is not mentioned in these lists, as TID 4000 demands: masses, distortion and
asymmetries never, groups on an image without millimetres. The impression says so in words.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydicom import Dataset
from pydicom.sr.coding import Code

from calcsight.dicom.finding_codes import CALCIFICATION_GROUP, SINGLE_CALCIFICATION
from calcsight.dicom.results import cad_codes as cad
from calcsight.dicom.results.cad_findings import algorithm
from calcsight.dicom.results.cad_library import Library
from calcsight.dicom.results.content import Relation, code, container, with_items
from calcsight.dicom.results.exam_result import ExamResult, MadeBy, ViewResult
from calcsight.terms.comparison import NotComparable
from calcsight.terms.reading import LeanReading

_HAS, _BELOW = Relation.HAS_PROPERTIES, Relation.INFERRED_FROM


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """One algorithm and the images it ran on.

    Parameters
    ----------
    what : Code
        Of CID 6014 or 6043.
    task : str
        Names the algorithm.
    parameters : tuple of str
    images : tuple of str
        SOP Instance UIDs.
    succeeded : bool
    """

    what: Code
    task: str
    parameters: tuple[str, ...]
    images: tuple[str, ...]
    succeeded: bool


def detections_of(exam: ExamResult) -> tuple[Performed, ...]:
    """Return the detections: images that were read alike stand together."""
    made: dict[tuple[Code, tuple[str, ...], bool], list[str]] = {}
    for view in exam.views:
        for what, parameters in _looked_for(exam.made_by, view):
            key = (what, parameters, view.reading is not None)
            made.setdefault(key, []).append(view.source.sop_uid)
    return tuple(
        Performed(
            what=what,
            task="calcification detection",
            parameters=parameters,
            images=tuple(dict.fromkeys(images)),
            succeeded=succeeded,
        )
        for (what, parameters, succeeded), images in made.items()
    )


def analyses_of(exam: ExamResult) -> tuple[Performed, ...]:
    """Return the analyses: projections matched, views compared with their priors."""
    return (*_matching(exam), *_comparisons(exam))


def findings_summary(performed: Iterable[Performed], found: bool) -> Code:
    """Return the code that says at once what succeeded and whether anything was found."""
    went = [one.succeeded for one in performed]
    if not any(went):
        return cad.NONE_SUCCEEDED
    if all(went):
        return cad.ALL_WITH_FINDINGS if found else cad.ALL_WITHOUT_FINDINGS
    return cad.NOT_ALL_WITH_FINDINGS if found else cad.NOT_ALL_WITHOUT_FINDINGS


def summary_of_detections(
    made: MadeBy, performed: Sequence[Performed], library: Library
) -> Dataset:
    """Return the sub-tree of detections."""
    names = (cad.SUCCESSFUL_DETECTIONS, cad.FAILED_DETECTIONS, cad.DETECTION_PERFORMED)
    return _summary(cad.SUMMARY_OF_DETECTIONS, names, made, performed, library)


def summary_of_analyses(made: MadeBy, performed: Sequence[Performed], library: Library) -> Dataset:
    """Return the sub-tree of analyses."""
    names = (cad.SUCCESSFUL_ANALYSES, cad.FAILED_ANALYSES, cad.ANALYSIS_PERFORMED)
    return _summary(cad.SUMMARY_OF_ANALYSES, names, made, performed, library)


def _summary(
    name: Code,
    lists: tuple[Code, Code, Code],
    made: MadeBy,
    performed: Sequence[Performed],
    library: Library,
) -> Dataset:
    """Return a summary with what succeeded, then what failed."""
    item = code(name, _status(performed), Relation.CONTAINS)
    for listed, succeeded in ((lists[0], True), (lists[1], False)):
        mine = [one for one in performed if one.succeeded is succeeded]
        if mine:
            entries = (_entry(lists[2], one, made, library) for one in mine)
            with_items(item, [with_items(container(listed, _BELOW), entries)])
    return item


def _status(performed: Sequence[Performed]) -> Code:
    """Return CID 6042."""
    went = {one.succeeded for one in performed}
    if not went:
        return cad.NOT_ATTEMPTED
    if went == {True, False}:
        return cad.PARTIALLY_SUCCEEDED
    return cad.SUCCEEDED if True in went else cad.FAILED


def _entry(name: Code, one: Performed, made: MadeBy, library: Library) -> Dataset:
    """Return one algorithm with its images."""
    item = code(name, one.what, Relation.CONTAINS)
    with_items(item, algorithm(made, one.task, _HAS, one.parameters))
    return with_items(item, [library.reference(uid, _HAS) for uid in one.images])


def _looked_for(made: MadeBy, view: ViewResult) -> Iterator[tuple[Code, tuple[str, ...]]]:
    """Yield what was looked for on an image; groups only where there are millimetres."""
    if view.reading is None:
        refused = (f"The image could not be read: {view.refused_code}.", *_digests(made))
        yield SINGLE_CALCIFICATION, refused
        yield CALCIFICATION_GROUP, refused
        return
    parameters = (*_settings(view.reading), *_digests(made))
    yield SINGLE_CALCIFICATION, parameters
    if view.reading.mammogram.spacing is not None:
        yield CALCIFICATION_GROUP, parameters


def _settings(reading: LeanReading) -> Iterator[str]:
    """Yield the operating point and where millimetres come from."""
    made, spacing = reading.provenance, reading.mammogram.file_spacing
    if made is not None:
        point = f" ({made.operating_point.value})" if made.operating_point else ""
        yield f"Score from which a calcification counts: {made.threshold:g}{point}."
    if spacing is not None:
        yield (
            f"Pixel spacing in the plane of the breast: {spacing.row_mm:g} mm between rows, "
            f"{spacing.column_mm:g} mm between columns; rule: {spacing.source.value}."
        )


def _digests(made: MadeBy) -> Iterator[str]:
    """Yield what made the reading, by digest."""
    yield f"Judge {made.judge}, SHA-256 {made.judge_digest}."
    yield f"Settings, SHA-256 {made.settings_digest}."
    if made.interpreted_by_digest:
        yield f"Describer and guidance, SHA-256 {made.interpreted_by_digest}."


def _matching(exam: ExamResult) -> Iterator[Performed]:
    """Yield the matching of projections, with the views that had a partner."""
    if exam.summary is None:
        return
    apart = {at for at, _ in exam.summary.left_out}
    views = [one for at, one in enumerate(exam.read_views) if at not in apart]
    if len(views) > 1:
        yield Performed(
            what=cad.SPATIAL_COLLOCATION,
            task="matching of projections",
            parameters=(),
            images=tuple(one.source.sop_uid for one in views),
            succeeded=True,
        )


def _comparisons(exam: ExamResult) -> Iterator[Performed]:
    """Yield each comparison that was attempted; it fails where the two cannot be laid over."""
    for one in exam.changes:
        why = one.comparison.not_comparable
        if why is None or why is NotComparable.REGISTRATION_FAILED:
            yield Performed(
                what=cad.TEMPORAL_CORRELATION,
                task="comparison",
                parameters=(why.text,) if why else (),
                images=(one.comparison.current.mammogram.uid, one.prior_source.sop_uid),
                succeeded=why is None,
            )
