"""The image library of a CAD report: every image it speaks of, once (TID 4020).

Spacing is that at the front plane of the image receptor, as PS3.16 defines the concepts 111026
and 111066: what the header says of the detector, or of the scanner of a film. Sizes of findings
are those in the breast, and the parameters of the detection name the rule behind them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydicom import Dataset
from pydicom.sr.coding import Code

from calcsight.dicom.codes import MODIFIERS, VIEWS, is_code
from calcsight.dicom.finding_codes import BREASTS
from calcsight.dicom.header import Header, plain_header
from calcsight.dicom.results import cad_codes as cad
from calcsight.dicom.results.content import (
    Relation,
    by_reference,
    code,
    container,
    day,
    image,
    moment,
    number,
    text,
    with_items,
)
from calcsight.dicom.results.exam_result import ExamResult, SourceImage
from calcsight.dicom.results.header import plain_ascii
from calcsight.dicom.views import laterality_of, view_of
from calcsight.terms.mammogram import Laterality, Projection, View

# Where the library stands below the root: after the language.
_PLACE = 2
_CONTEXT = Relation.HAS_ACQ_CONTEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The images of a report, in order: those of the exam, then priors."""

    uids: tuple[str, ...]

    def reference(self, sop_uid: str, relation: Relation) -> Dataset:
        """Return a reference to the entry of an image."""
        return by_reference((1, _PLACE, self.uids.index(sop_uid) + 1), relation)


def library_of(exam: ExamResult) -> Library:
    """Return which images the report of an exam refers to."""
    images = (*exam.images, *exam.prior_images)
    return Library(uids=tuple(dict.fromkeys(one.sop_uid for one in images)))


def library_item(exam: ExamResult) -> Dataset:
    """Return the container of all images, refused ones and priors too."""
    shown = {one.source.sop_uid: one.reading.mammogram for one in exam.views if one.reading}
    shown |= {one.prior_source.sop_uid: one.comparison.prior.mammogram for one in exam.changes}
    images = {one.sop_uid: one for one in (*exam.images, *exam.prior_images)}
    entries = (_entry(one, shown.get(uid)) for uid, one in images.items())
    return with_items(container(cad.IMAGE_LIBRARY, Relation.CONTAINS), entries)


def view_of_source(source: SourceImage) -> tuple[Laterality, View]:
    """Return side and view as the header states them."""
    header = plain_header(source.header, "")
    return (laterality_of(header) or Laterality.UNKNOWN, view_of(header) or View.UNKNOWN)


def _entry(source: SourceImage, read: Projection | None) -> Dataset:
    """Return one image; side and view as they were read, which a user may have stated."""
    header = plain_header(source.header, "")
    side, view = view_of_source(source)
    if read is not None:
        side, view = read.laterality, read.view
    entry = image(source.sop_class_uid, source.sop_uid, Relation.CONTAINS)
    breast = BREASTS.get(side)
    with_items(entry, [code(cad.IMAGE_LATERALITY, breast, _CONTEXT) if breast else None])
    with_items(entry, [_view(view, header)])
    with_items(entry, _orientation(header))
    with_items(entry, _times(source.header))
    return with_items(entry, _spacing(header))


def _view(view: View, header: Header) -> Dataset | None:
    """Return the view with its modifiers (CID 4014, 4015); None where it has no code."""
    if view not in VIEWS:
        return None
    made = code(cad.IMAGE_VIEW, _plain(VIEWS[view].value, VIEWS[view].meaning), _CONTEXT)
    modifiers = dict.fromkeys(_modifiers(header))
    return with_items(
        made, [code(cad.IMAGE_VIEW_MODIFIER, one, Relation.HAS_CONCEPT_MOD) for one in modifiers]
    )


def _modifiers(header: Header) -> Iterator[Code]:
    """Yield the modifiers of the view that have a code, old codes as new ones."""
    known = [one for several in MODIFIERS.values() for one in several]
    for holder in (*header.items("ViewCodeSequence"), header):
        for item in holder.items("ViewModifierCodeSequence"):
            value, scheme = item.text("CodeValue"), item.text("CodingSchemeDesignator")
            yield from (
                _plain(one.value, one.meaning) for one in known if is_code(one, value, scheme)
            )


def _plain(value: str, meaning: str) -> Code:
    return Code(value, "SCT", meaning)


def _orientation(header: Header) -> Iterator[Dataset]:
    """Yield where rows and columns of the file run."""
    values = header.texts.get("PatientOrientation", ())
    if len(values) == 2 and all(values):
        yield text(cad.ORIENTATION_ROW, plain_ascii(values[0]), _CONTEXT)
        yield text(cad.ORIENTATION_COLUMN, plain_ascii(values[1]), _CONTEXT)


def _times(header: Dataset) -> Iterator[Dataset]:
    """Yield when study and image were made; what is no date or time is left out."""
    for event, names in (
        ("Study", (cad.STUDY_DATE, cad.STUDY_TIME)),
        ("Content", (cad.CONTENT_DATE, cad.CONTENT_TIME)),
    ):
        on = _parsed(str(header.get(f"{event}Date") or ""), "%Y%m%d", 8)
        at = _parsed(str(header.get(f"{event}Time") or ""), "%H%M%S", 6)
        if on is not None:
            yield day(names[0], on.date(), _CONTEXT)
        if at is not None:
            yield moment(names[1], at.time(), _CONTEXT)


def _parsed(value: str, form: str, length: int) -> datetime | None:
    try:
        return datetime.strptime(value[:length], form)
    except ValueError:
        return None


def _spacing(header: Header) -> Iterator[Dataset]:
    """Yield the distances between pixels at the receptor; nothing where they are unknown."""
    for keyword in ("ImagerPixelSpacing", "NominalScannedPixelSpacing"):
        values = header.numbers.get(keyword, ())
        if len(values) == 2 and min(values) > 0:
            down, along = (round(1000.0 * one, 3) for one in values)
            yield number(cad.HORIZONTAL_SPACING, along, cad.MICROMETRE, _CONTEXT)
            yield number(cad.VERTICAL_SPACING, down, cad.MICROMETRE, _CONTEXT)
            return
