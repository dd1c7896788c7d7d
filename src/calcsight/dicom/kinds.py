"""Which DICOM files are mammograms, which are films of one, and which are refused."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from calcsight.dicom.codes import BREAST, is_code
from calcsight.dicom.header import Header
from calcsight.dicom.tomosynthesis import PROJECTIONS, SLICES, is_slices, refuse_tomosynthesis
from calcsight.intake import refuse_too_large
from calcsight.terms.errors import NotAMammogramError, NotAnImageError, UnsupportedPixelsError
from calcsight.terms.mammogram import Intent

FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.2"
FOR_PROCESSING = "1.2.840.10008.5.1.4.1.1.1.2.1"
_CAPTURES = frozenset(f"1.2.840.10008.5.1.4.1.1.7{n}" for n in ("", ".1", ".2", ".3", ".4"))
_MAMMOGRAPHY = {SLICES, *PROJECTIONS, FOR_PRESENTATION, FOR_PROCESSING}
# Presentation states, segmentations and their kin, structured reports (PS3.4 B.5).
_NO_IMAGES = tuple(f"1.2.840.10008.5.1.4.1.1.{n}." for n in (11, 66, 88))
_FILM_MODALITIES = frozenset({"MG", "RG", "OT", "CR", "DX", "SC", ""})
_PROJECTION_MODALITIES = frozenset({"CR", "DX"})
_OTHER_MODALITIES: Mapping[str, str] = MappingProxyType(
    {
        "CR": "computed radiography of another or an unstated part of the body",
        "CT": "computed tomography",
        "DX": "a radiograph of another or an unstated part of the body",
        "ES": "endoscopy",
        "MR": "magnetic resonance",
        "NM": "nuclear medicine",
        "OT": "an unstated modality",
        "PR": "a presentation state",
        "PT": "positron emission tomography",
        "RF": "fluoroscopy",
        "RG": "a film of another part of the body",
        "SEG": "a segmentation",
        "SM": "a microscope slide",
        "SR": "a structured report",
        "US": "ultrasound",
        "XA": "angiography",
        "XC": "a photograph",
    }
)


class Kind(StrEnum):
    """What was taken in."""

    MAMMOGRAM = "mammogram"
    FILM = "film"


def kind_of(header: Header) -> Kind:
    """Tell a digital mammogram from a film or capture of one.

    Raises
    ------
    NotAnImageError
        For a DICOM object without rows and columns (a report, a directory ...).
    NotAMammogramError
        For another modality, or another part of the body.
    UnsupportedPixelsError
        For slices and projections of tomosynthesis; see `calcsight.dicom.tomosynthesis`.
    """
    sop_class, modality = header.text("SOPClassUID"), header.text("Modality")
    if header.whole("Rows", 0) < 1 or header.whole("Columns", 0) < 1:
        raise NotAnImageError(
            f"a DICOM object without an image ({_named(modality)})", "a DICOM mammogram"
        )
    refuse_tomosynthesis(header)
    if is_slices(header):
        return Kind.MAMMOGRAM
    captured = sop_class in _CAPTURES or modality == "RG"
    if sop_class in (FOR_PRESENTATION, FOR_PROCESSING) and modality in ("MG", ""):
        return Kind.MAMMOGRAM
    if modality == "MG" and not captured:
        return Kind.MAMMOGRAM
    if captured and modality in _FILM_MODALITIES and _breast(header) is not False:
        return Kind.FILM
    if modality in _PROJECTION_MODALITIES and _breast(header) and not captured:
        return Kind.MAMMOGRAM
    raise NotAMammogramError(
        f"an image that is no mammogram ({_named(modality)})",
        "modality MG, or a film or capture of a breast",
        "leave the file out",
    )


def intent_of(header: Header) -> Intent:
    """Tell from class or attribute what the pixels were made for."""
    sop_class, stated = header.text("SOPClassUID"), header.text("PresentationIntentType")
    if sop_class == FOR_PROCESSING or (
        stated == "FOR PROCESSING" and sop_class != FOR_PRESENTATION
    ):
        return Intent.FOR_PROCESSING
    if sop_class == FOR_PRESENTATION or stated == "FOR PRESENTATION":
        return Intent.FOR_PRESENTATION
    return Intent.UNKNOWN


def refuse_other_pixels(header: Header) -> None:
    """Refuse by the header pixels that are not one grey frame of 8 or 16 bits.

    Raises
    ------
    UnsupportedPixelsError
    ImageTooLargeError
    """
    frames = header.whole("NumberOfFrames", 1)
    if frames > 1:
        raise UnsupportedPixelsError(
            f"{frames} frames in one file",
            "one frame (slices of tomosynthesis and cine are not read)",
            "give each two-dimensional view as a file of its own",
        )
    samples, photometric = (
        header.whole("SamplesPerPixel", 1),
        header.text("PhotometricInterpretation"),
    )
    if samples != 1 or photometric not in ("", "MONOCHROME1", "MONOCHROME2"):
        raise UnsupportedPixelsError(
            f"colour pixels ({samples} samples each)", "grey pixels", "give the original image"
        )
    allocated = header.whole("BitsAllocated", 0)
    stored = header.whole("BitsStored", allocated)
    if allocated not in (8, 16) or not 2 <= stored <= allocated:
        raise UnsupportedPixelsError(
            f"{stored} bits stored in {allocated}", "2 to 16 bits stored in 8 or 16"
        )
    refuse_too_large(header.whole("Rows", 0), header.whole("Columns", 0))


def could_be_mammogram(sop_class_uid: str, modality: str) -> bool:
    """Tell from what another system lists whether an image is worth fetching.

    Parameters
    ----------
    sop_class_uid, modality : str
        "" when it was not said; then the other decides, and of nothing at all it is.
    """
    if sop_class_uid in _MAMMOGRAPHY | _CAPTURES:
        return True
    if modality == "MG" or not modality:
        return not sop_class_uid.startswith(_NO_IMAGES)
    return modality in _PROJECTION_MODALITIES | {"RG"} and not sop_class_uid.startswith(_NO_IMAGES)


def _breast(header: Header) -> bool | None:
    """Tell whether the part of the body is a breast; None when nothing is said."""
    part, regions = header.text("BodyPartExamined"), header.items("AnatomicRegionSequence")
    codes = [(r.text("CodeValue"), r.text("CodingSchemeDesignator")) for r in regions]
    if "BREAST" in part or any(is_code(BREAST, *code) for code in codes):
        return True
    return None if not part and not codes else False


def _named(modality: str) -> str:
    """Name a modality for a message without repeating free text."""
    if modality in _OTHER_MODALITIES:
        return f"modality {modality}, {_OTHER_MODALITIES[modality]}"
    return "modality MG" if modality == "MG" else "an unknown modality"
