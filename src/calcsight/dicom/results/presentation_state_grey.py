"""The grey values of an image as its own file shows them, for a presentation state.

A presentation state replaces what the image says of its grey values, so it must repeat it.
Sources: DICOM PS3.3 C.11.1 (modality LUT), C.11.8 (softcopy VOI LUT), C.11.6 (softcopy
presentation LUT), C.11.2 (VOI LUT); PS3.4 N.2 (what overrides what).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydicom import Dataset
from pydicom import Sequence as DicomSequence

from calcsight.dicom.header import plain_header

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
    plain = plain_header(image, "")
    if None not in (plain.number("RescaleIntercept"), plain.number("RescaleSlope")):
        state.RescaleIntercept = _values(image.RescaleIntercept)[0]
        state.RescaleSlope = _values(image.RescaleSlope)[0]
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
    centre, width = (_values(image.get(keyword)) for keyword in ("WindowCenter", "WindowWidth"))
    if not centre or not width or float(width[0]) <= 0:
        return None
    made = Dataset()
    made.WindowCenter, made.WindowWidth = centre[0], width[0]
    function = str(image.get("VOILUTFunction") or "").strip()
    if function in _FUNCTIONS:
        made.VOILUTFunction = function
    return made


def _lut(item: Dataset, signed: bool) -> Dataset | None:
    """Return a table with its three numbers and its data as words; None when they disagree."""
    descriptor = [int(one) for one in _values(item.get("LUTDescriptor"))]
    data = item.get("LUTData")
    if len(descriptor) != 3 or data is None:
        return None
    words = np.frombuffer(data, "<u2") if isinstance(data, bytes) else np.asarray(data, np.int64)
    if len(words) != (descriptor[0] or 65536):
        return None
    made = Dataset()
    made.add_new("LUTDescriptor", "SS" if signed else "US", descriptor)
    made.add_new("LUTData", "OW", (words & 0xFFFF).astype("<u2").tobytes())
    return made


def _values(value: Any) -> Sequence[Any]:
    """Return one value or several as a sequence."""
    if value is None or value == "":
        return ()
    return [value] if isinstance(value, str | int | float) else list(value)
