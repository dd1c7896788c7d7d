"""Tomosynthesis: which objects of it are a two-dimensional view, and why the others are refused.

Sources: DICOM PS3.3 A.55 (Breast Tomosynthesis Image), A.74 (Breast Projection X-Ray Image),
C.8.11.7.1.4 and C.8.21.6.1.1 (Image Type and Frame Type), C.7.6.16.2 (functional groups).
"""

from collections.abc import Iterator
from dataclasses import replace

from calcsight.dicom.header import Header, is_synthesised_name
from calcsight.terms.errors import UnsupportedPixelsError

SLICES = "1.2.840.10008.5.1.4.1.1.13.1.3"
PROJECTIONS = frozenset(f"1.2.840.10008.5.1.4.1.1.13.1.{n}" for n in (4, 5))
_PROJECTION = "TOMO_PROJ"
# Value 3 of a mammogram without value 4: a reconstruction, and what is reconstructed is computed.
_COMPUTED = ("TOMO", "TOMOSYNTHESIS")
_MACROS = {
    "PixelMeasuresSequence": ("PixelSpacing",),
    "FrameAnatomySequence": ("FrameLaterality",),
    "PixelValueTransformationSequence": ("RescaleSlope", "RescaleIntercept"),
    "XRay3DFrameTypeSequence": ("FrameType",),
}
_PLAIN = {"FrameLaterality": "ImageLaterality"}
_INSTEAD = (
    "a two-dimensional view of the same breast: the mammogram itself, or the view that the maker "
    "computed (one frame, ImageType GENERATED_2D)"
)
_ADVICE = "give the two-dimensional views of the exam; the others stay for the reader's eye"


def is_synthesised(header: Header) -> bool:
    """Tell whether a two-dimensional image was computed from tomosynthesis.

    By ImageType or FrameType from its third value on, by the number of projections it was
    computed from, or by a maker's name for such a view in a description.
    """
    values = [value for kind in ("ImageType", "FrameType") for value in _later(header, kind)]
    return (
        any(is_synthesised_name(value) for value in values)
        or (not is_slices(header) and any(value in _COMPUTED for value in values))
        or header.whole("NumberOfTomosynthesisSourceImages", 0) > 1
        or header.called_synthesised
    )


def is_slices(header: Header) -> bool:
    """Tell whether the object is of the class that holds reconstructed slices."""
    return header.text("SOPClassUID") == SLICES


def refuse_tomosynthesis(header: Header) -> None:
    """Refuse slices and projections by name; a computed view in one frame passes.

    Particles of one group lie in several slices, each slice has its own noise and blur, and a
    projection has a fraction of the dose: the judges have seen neither, and nobody has measured
    how they read them.

    Raises
    ------
    UnsupportedPixelsError
    """
    frames = header.whole("NumberOfFrames", 1)
    if header.text("SOPClassUID") in PROJECTIONS:
        raise _refusal(f"a Breast Projection X-Ray Image ({_counted(frames, 'projection')})")
    if _PROJECTION in _later(header, "ImageType"):
        raise _refusal("one projection of a tomosynthesis (ImageType TOMO_PROJ)")
    if is_slices(header) and (frames != 1 or not _says_two_dimensional(header)):
        raise _refusal(f"a Breast Tomosynthesis Image ({_counted(frames, 'slice')})")


def with_functional_groups(header: Header) -> Header:
    """Put what the functional groups say of a single frame where a plain image says it.

    The pixel spacing of these groups lies in the plane of the computed image, in the breast: it
    counts as calibrated and is not divided by a factor. Other headers come back as they are.
    """
    if not is_slices(header) or header.whole("NumberOfFrames", 1) != 1:
        return header
    texts, numbers = dict(header.texts), dict(header.numbers)
    for macro, item in _macros(header):
        for keyword in _MACROS[macro]:
            if keyword in item.texts:
                texts.setdefault(_PLAIN.get(keyword, keyword), item.texts[keyword])
            if keyword in item.numbers:
                numbers.setdefault(keyword, item.numbers[keyword])
        if macro == "PixelMeasuresSequence":
            texts.setdefault("PixelSpacingCalibrationType", ("GEOMETRY",))
    return replace(header, texts=texts, numbers=numbers)


def _macros(header: Header) -> Iterator[tuple[str, Header]]:
    """Yield the functional groups that are read, those of the frame before the shared ones."""
    for holder in ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence"):
        for group in header.items(holder)[:1]:
            for macro in _MACROS:
                for item in group.items(macro)[:1]:
                    yield macro, item


def _says_two_dimensional(header: Header) -> bool:
    """Tell whether an object of slices says that it holds a computed two-dimensional view."""
    values = [value for kind in ("ImageType", "FrameType") for value in _later(header, kind)]
    return header.called_synthesised or any(is_synthesised_name(value) for value in values)


def _later(header: Header, keyword: str) -> tuple[str, ...]:
    """Return the values that say what an image is, from the third on."""
    return header.texts.get(keyword, ())[2:]


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _refusal(found: str) -> UnsupportedPixelsError:
    return UnsupportedPixelsError(
        f"{found}: the judges were made for whole views and never saw one", _INSTEAD, _ADVICE
    )
