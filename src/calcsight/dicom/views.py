"""Which breast, seen from where, when and why; and what the header warns of."""

from datetime import date, datetime

from calcsight.dicom.codes import FINDINGS, MODIFIERS, REASONS, VIEWS, Code, is_code
from calcsight.dicom.decoding import is_lossy
from calcsight.dicom.header import Header
from calcsight.dicom.kinds import Kind
from calcsight.dicom.tomosynthesis import is_synthesised
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import ExamKind, Laterality, View, ViewModifier

_SIDES = {"L": Laterality.LEFT, "R": Laterality.RIGHT}
_DATES = ("AcquisitionDate", "ContentDate", "StudyDate")
_YES = ("YES", "Y")


def laterality_of(header: Header) -> Laterality | None:
    """Return the side by ImageLaterality, else by Laterality; None when not stated."""
    image, series = header.text("ImageLaterality"), header.text("Laterality")
    return _SIDES.get(image or series)


def view_of(header: Header) -> View | None:
    """Return the view by its code (CID 4014, new or old), else by ViewPosition; else None."""
    for item in header.items("ViewCodeSequence"):
        for view, code in VIEWS.items():
            if _carries(item, code):
                return view
    position = header.text("ViewPosition")
    return next((view for view in View if view is not View.UNKNOWN and view == position), None)


def modifiers_of(header: Header) -> tuple[ViewModifier, ...]:
    """Return how the view departs from the plain projection (CID 4015, new or old)."""
    items = [
        modifier
        for holder in (*header.items("ViewCodeSequence"), header)
        for modifier in holder.items("ViewModifierCodeSequence")
    ]
    found = [_modifier(item) for item in items]
    if _image_type_starts(header, "STEREO"):
        found.append(ViewModifier.STEREOTACTIC)
    return tuple(dict.fromkeys(found))


def exam_kind_of(header: Header) -> ExamKind | None:
    """Return why the exam was asked for, by code alone (CIDs 6051, 6055); None when unstated."""
    reasons = [
        reason
        for holder in (*header.items("RequestAttributesSequence"), header)
        for reason in holder.items("ReasonForRequestedProcedureCodeSequence")
    ]
    diagnostic = (*REASONS[ExamKind.DIAGNOSTIC], *FINDINGS)
    if any(_carries(reason, code) for reason in reasons for code in diagnostic):
        return ExamKind.DIAGNOSTIC
    screening = REASONS[ExamKind.SCREENING]
    if any(_carries(reason, code) for reason in reasons for code in screening):
        return ExamKind.SCREENING
    return None


def dates_of(header: Header) -> tuple[date, ...]:
    """Return the valid dates of acquisition, content and study, in this order."""
    found = (_date(header.text(keyword)) for keyword in _DATES)
    return tuple(day for day in found if day is not None)


def warnings_of(header: Header, kind: Kind) -> tuple[Limitation, ...]:
    """Return what the header itself says against the picture."""
    modifiers = modifiers_of(header)
    film = kind is Kind.FILM or header.text("ConversionType") == "DF"
    said = {
        Limitation.LOSSY: is_lossy(header),
        Limitation.IMPLANT: header.text("BreastImplantPresent") in _YES
        or ViewModifier.IMPLANT_DISPLACED in modifiers,
        Limitation.PARTIAL_VIEW: header.text("PartialView") in _YES,
        Limitation.BURNED_IN: header.text("BurnedInAnnotation") in _YES,
        Limitation.STEREOTACTIC: ViewModifier.STEREOTACTIC in modifiers,
        Limitation.SYNTHETIC: is_synthesised(header),
        Limitation.DIGITISED_FILM: film or header.text("DetectorType") == "FILM",
    }
    return tuple(limitation for limitation, present in said.items() if present)


def _modifier(item: Header) -> ViewModifier:
    for modifier, codes in MODIFIERS.items():
        if any(_carries(item, code) for code in codes):
            return modifier
    return ViewModifier.OTHER


def _carries(item: Header, code: Code) -> bool:
    return is_code(code, item.text("CodeValue"), item.text("CodingSchemeDesignator"))


def _image_type_starts(header: Header, word: str) -> bool:
    return any(value.startswith(word) for value in header.texts.get("ImageType", ())[2:])


def _date(text: str) -> date | None:
    """Read YYYYMMDD (or the YYYY.MM.DD of ACR-NEMA files)."""
    try:
        return datetime.strptime(text.replace(".", "")[:8], "%Y%m%d").date()
    except ValueError:
        return None
