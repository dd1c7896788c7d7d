"""The grey values of an image as its own file shows them, for a presentation state.

A presentation state replaces what the image says of its grey values, so it must repeat it.
Sources: DICOM PS3.3 C.11.1 (modality LUT), C.11.8 (softcopy VOI LUT), C.11.6 (softcopy
presentation LUT), C.11.2 (VOI LUT); PS3.4 N.2 (what overrides what).
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom import Sequence as DicomSequence
from pydicom.valuerep import format_number_as_ds

from calcsight.dicom.header import plain_header

_LARGEST_TABLE = 65536  # is written as 0
_FUNCTIONS = frozenset({"LINEAR", "LINEAR_EXACT", "SIGMOID"})


def add_grey(state: Dataset, image: Dataset) -> None:
    """Add modality LUT, VOI and polarity of an image to a presentation state.

    Of several windows or tables the first is taken, and a table before a window. MONOCHROME1
    becomes the inverse presentation LUT, since the state overrides the image's own polarity.

    Parameters
    ----------
    state : Dataset
        Changed.
    image : Dataset
        Header of the image.
    """
    signed = plain_header(image, "").whole("PixelRepresentation", 0) == 1
    _add_modality(state, image, signed)
    shown = _table(image, signed) or _window(image)
    if shown is not None:
        state.SoftcopyVOILUTSequence = DicomSequence([shown])
    dark_is_dense = image.get("PhotometricInterpretation") == "MONOCHROME1"
    state.PresentationLUTShape = "INVERSE" if dark_is_dense else "IDENTITY"


def _add_modality(state: Dataset, image: Dataset, signed: bool) -> None:
    """Repeat the modality LUT, else slope and intercept."""
    for item in image.get("ModalityLUTSequence") or ():
        table = _lut(item, signed)
        if table is not None:
            table.ModalityLUTType = item.get("ModalityLUTType") or "US"
            state.ModalityLUTSequence = DicomSequence([table])
            return
    intercept, slope = (_first(image.get(one)) for one in ("RescaleIntercept", "RescaleSlope"))
    if intercept is not None and slope is not None:
        state.RescaleIntercept, state.RescaleSlope = map(format_number_as_ds, (intercept, slope))
        state.RescaleType = image.get("RescaleType") or "US"


def _table(image: Dataset, signed: bool) -> Dataset | None:
    """Return the first VOI table; None where there is none that can be repeated."""
    for item in image.get("VOILUTSequence") or ():
        table = _lut(item, signed)
        if table is not None:
            made = Dataset()
            made.VOILUTSequence = DicomSequence([table])
            return made
    return None


def _window(image: Dataset) -> Dataset | None:
    """Return the first window with its function; None where there is none that can be used."""
    centre, width = (_first(image.get(keyword)) for keyword in ("WindowCenter", "WindowWidth"))
    if centre is None or width is None or width <= 0:
        return None
    made = Dataset()
    made.WindowCenter, made.WindowWidth = map(format_number_as_ds, (centre, width))
    function = str(image.get("VOILUTFunction") or "").strip()
    if function in _FUNCTIONS:
        made.VOILUTFunction = function
    return made


def _lut(item: Dataset, signed: bool) -> Dataset | None:
    """Return a table with its three numbers and its data as words; None when they disagree."""
    descriptor = [int(one) for one in _values(item.get("LUTDescriptor"))]
    words = _words(item.get("LUTData"))
    if len(descriptor) != 3 or len(words) != (descriptor[0] or _LARGEST_TABLE):
        return None
    made = Dataset()
    made.add_new("LUTDescriptor", "SS" if signed else "US", descriptor)
    made.add_new("LUTData", "OW", words.tobytes())
    return made


def _words(data: Any) -> NDArray[np.uint16]:
    """Return LUT data, bytes or numbers, as words of 16 bits; none where they are neither."""
    if isinstance(data, bytes):
        return np.frombuffer(data[: len(data) // 2 * 2], "<u2")
    return (np.array(_values(data), dtype=np.int64) & 0xFFFF).astype("<u2")


def _values(value: Any) -> Sequence[Any]:
    """Return one value or several as a sequence."""
    if value is None or value == "":
        return ()
    return [value] if isinstance(value, str | int | float) else list(value)


def _first(value: Any) -> float | None:
    """Return the first of one or several numbers; None where it is none."""
    try:
        number = float(_values(value)[0])
    except (IndexError, TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
