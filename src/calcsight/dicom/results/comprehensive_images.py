"""The image library of a measurement report: what is said of each image.

Sources: DICOM PS3.16 TID 1600, 1601 (image library), TID 1602 (descriptors of an image), TID 1603
(of projection radiography), CID 29 (modalities), CID 244 (laterality), CID 4014 and 4015 (views
and their modifiers). highdicom's library refuses images without orientation or pitch, as films
are; this one leaves out what is not known.
"""

from collections.abc import Iterator
from datetime import date

from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from calcsight.dicom.codes import LEFT, MODIFIERS, RIGHT, VIEWS
from calcsight.dicom.codes import Code as OwnCode
from calcsight.dicom.header import Header, plain_header
from calcsight.dicom.results.cad_library import view_of_source
from calcsight.dicom.results.content import (
    Relation,
    code,
    container,
    day,
    image,
    number,
    text,
    with_items,
)
from calcsight.dicom.results.exam_result import ExamResult, SourceImage
from calcsight.dicom.views import modifiers_of
from calcsight.terms.mammogram import Laterality, Projection, View

_SOURCE = Code("260753009", "SCT", "Source")
_PIXELS = Code("{pixels}", "UCUM", "Pixels")
_SIDES = {Laterality.LEFT: LEFT, Laterality.RIGHT: RIGHT}
_CONTEXT = Relation.HAS_ACQ_CONTEXT


def image_library(exam: ExamResult) -> Dataset:
    """Return the library of all images of an exam, those that were refused included."""
    read = {one.source.sop_uid: one.reading.mammogram for one in exam.views if one.reading}
    group = with_items(
        container(codes.DCM.ImageLibraryGroup, Relation.CONTAINS),
        (_entry(one, read.get(one.sop_uid)) for one in exam.images),
    )
    return with_items(container(codes.DCM.ImageLibrary, Relation.CONTAINS), [group])


def _entry(source: SourceImage, read: Projection | None) -> Dataset:
    """Return one image; side and view as they were read, which a user may have stated."""
    side, view = (read.laterality, read.view) if read else view_of_source(source)
    made = image(source.sop_class_uid, source.sop_uid, Relation.CONTAINS, _SOURCE)
    plain = plain_header(source.header, "")
    return with_items(
        made, [_modality(plain), *_seen(side, view, plain), *_when(plain), *_pixels(plain)]
    )


def _modality(plain: Header) -> Dataset:
    """Return the modality; "other" where the header states none of CID 29."""
    stated = plain.text("Modality")
    known = (one for one in codes.cid29.concepts.values() if one.value == stated)
    return code(codes.DCM.Modality, next(known, Code("OT", "DCM", "Other Modality")), _CONTEXT)


def _seen(side: Laterality, view: View, plain: Header) -> Iterator[Dataset]:
    """Yield side, view, its modifiers, and where rows and columns run."""
    if side in _SIDES:
        yield code(codes.DCM.ImageLaterality, _code(_SIDES[side]), _CONTEXT)
    if view in VIEWS:
        modifiers = [
            code(codes.DCM.ImageViewModifier, _code(MODIFIERS[one][0]), Relation.HAS_CONCEPT_MOD)
            for one in modifiers_of(plain)
            if one in MODIFIERS
        ]
        yield with_items(code(codes.DCM.ImageView, _code(VIEWS[view]), _CONTEXT), modifiers)
    orientation = plain.texts.get("PatientOrientation", ())
    if len(orientation) == 2 and all(orientation):
        yield text(codes.DCM.PatientOrientationRow, orientation[0], _CONTEXT)
        yield text(codes.DCM.PatientOrientationColumn, orientation[1], _CONTEXT)


def _when(plain: Header) -> Iterator[Dataset]:
    """Yield the days of study and acquisition, where they are days."""
    for keyword, name in (
        ("StudyDate", codes.DCM.StudyDate),
        ("AcquisitionDate", codes.DCM.AcquisitionDate),
    ):
        try:
            stated = date.fromisoformat(plain.text(keyword))
        except ValueError:
            continue
        yield day(name, stated, _CONTEXT)


def _pixels(plain: Header) -> Iterator[Dataset]:
    """Yield size and pitch at the detector."""
    for keyword, name in (
        ("Rows", codes.DCM.PixelDataRows),
        ("Columns", codes.DCM.PixelDataColumns),
    ):
        size = plain.number(keyword)
        if size:
            yield number(name, size, _PIXELS, _CONTEXT)
    pitch = plain.numbers.get("ImagerPixelSpacing", ())
    if len(pitch) == 2 and min(pitch) > 0:
        yield number(codes.DCM.HorizontalPixelSpacing, pitch[1], codes.UCUM.Millimeter, _CONTEXT)
        yield number(codes.DCM.VerticalPixelSpacing, pitch[0], codes.UCUM.Millimeter, _CONTEXT)


def _code(own: OwnCode) -> Code:
    return Code(own.value, own.scheme, own.meaning)
