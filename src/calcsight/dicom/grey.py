"""From stored words to grey values with dense tissue bright, by one table.

Every stored word of 8 or 16 bits gets its grey value once: bits that are stored, sign,
modality LUT or rescale, direction, logarithm, padding. The pixels then only look it up.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.orientation import dense_is_bright
from calcsight.dicom.header import Header
from calcsight.terms.errors import UnsupportedPixelsError
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Intent

_LOG_SCALE = 1000.0
_SAMPLED_SIDE_PX = 512
_BLOCK_ROWS = 64

Table = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grey:
    """The table and what had to be assumed for it.

    Parameters
    ----------
    table : array (256 or 65536,), float32
        Grey value of every stored word, dense = bright. For pixels that are linear in the
        X-ray beam: -1000 ln(beam intensity).
    limitations : tuple of Limitation
    """

    table: Table
    limitations: tuple[Limitation, ...] = ()


def grey_of(header: Header, stored: NDArray[Any], intent: Intent) -> Grey:
    """Make the table for these pixels.

    FOR PRESENTATION, and captures: the direction comes from PhotometricInterpretation alone.
    FOR PROCESSING: the logarithm is taken only when PixelIntensityRelationship is LIN, and
    the sign says whether high is dense (-1) or is X-rays (+1). What is absent is decided from
    the air and said.

    Raises
    ------
    UnsupportedPixelsError
        When the bits are described in a way that cannot be.
    """
    words = np.arange(np.iinfo(stored.dtype).max + 1, dtype=np.int64)
    values = _rescaled(header, _samples(header, words, stored.dtype.itemsize * 8))
    padding = _is_padding(header, words, stored.dtype.itemsize * 8)
    sample = sampled(stored)
    if intent is Intent.FOR_PROCESSING:
        values, doubts = _processing(header, values, sample)
    else:
        values, doubts = _presented(header, values, sample)
    table = _with_dark_padding(values, padding, stored)
    return Grey(table=table.astype(np.float32), limitations=doubts)


def looked_up(table: Table, words: NDArray[Any]) -> NDArray[np.float32]:
    """Return the grey value of every word, in C order; a few rows at a time stay in cache."""
    grey = np.empty(words.shape, dtype=np.float32)
    for start in range(0, words.shape[0], _BLOCK_ROWS):
        rows = slice(start, start + _BLOCK_ROWS)
        np.take(table, words[rows], out=grey[rows], mode="clip")
    return grey


def sampled(stored: NDArray[Any]) -> NDArray[Any]:
    """Return every n-th pixel, for a look at the whole picture."""
    step = max(1, max(stored.shape) // _SAMPLED_SIDE_PX)
    return stored[::step, ::step]


def _samples(header: Header, words: NDArray[np.int64], bits: int) -> NDArray[np.float64]:
    """Take the stored bits out of the words, and their sign."""
    stored, shift = _bits(header, bits)
    samples = (words >> shift) & ((1 << stored) - 1)
    if header.whole("PixelRepresentation", 0) == 1:
        samples = np.where(samples >> (stored - 1), samples - (1 << stored), samples)
    return samples.astype(np.float64)


def _bits(header: Header, bits: int) -> tuple[int, int]:
    """Return bits stored, and by how many they are shifted up in a word."""
    stored = min(header.whole("BitsStored", bits), bits)
    shift = header.whole("HighBit", stored - 1) + 1 - stored
    if stored < 2 or not 0 <= shift <= bits - stored:
        raise UnsupportedPixelsError(
            f"{stored} bits stored with the highest at {shift + stored - 1} of {bits}",
            "bits that fit their word",
        )
    return stored, shift


def _rescaled(header: Header, samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Apply the modality LUT, else rescale slope and intercept."""
    for item in header.items("ModalityLUTSequence"):
        descriptor, data = item.numbers.get("LUTDescriptor", ()), item.numbers.get("LUTData", ())
        if len(descriptor) == 3 and data:
            index = np.clip(samples - descriptor[1], 0, len(data) - 1).astype(np.int64)
            return np.asarray(data, dtype=np.float64)[index]
    slope = header.number("RescaleSlope") or 1.0
    return samples * slope + (header.number("RescaleIntercept") or 0.0)


def _presented(
    header: Header, values: NDArray[np.float64], sample: NDArray[Any]
) -> tuple[NDArray[np.float64], tuple[Limitation, ...]]:
    """Apply PhotometricInterpretation."""
    photometric = header.text("PhotometricInterpretation")
    if photometric:
        return (-values if photometric == "MONOCHROME1" else values), ()
    inverted = dense_is_bright(values[sample]) is False
    return (-values if inverted else values), (Limitation.POLARITY_ASSUMED,)


def _processing(
    header: Header, values: NDArray[np.float64], sample: NDArray[Any]
) -> tuple[NDArray[np.float64], tuple[Limitation, ...]]:
    """Apply PixelIntensityRelationship and its sign."""
    relationship = header.text("PixelIntensityRelationship")
    sign = header.number("PixelIntensityRelationshipSign")
    doubts = () if relationship else (Limitation.LINEARITY_ASSUMED,)
    linear = relationship == "LIN"
    if sign in (1.0, -1.0):
        high_is_dense = sign == -1.0
    else:
        doubts = (*doubts, Limitation.POLARITY_ASSUMED)
        seen = dense_is_bright(values[sample])
        # A linear signal grows with the X-rays unless the picture says otherwise.
        high_is_dense = (not linear) if seen is None else seen
    if not linear:
        return (values if high_is_dense else -values), doubts
    beam = values.max() - values if high_is_dense else values
    return -_LOG_SCALE * np.log(np.maximum(beam, 1.0)), doubts


def _is_padding(header: Header, words: NDArray[np.int64], bits: int) -> NDArray[np.bool_]:
    """Tell which words are padding: a value, or all values from it to the range limit."""
    value, limit = header.number("PixelPaddingValue"), header.number("PixelPaddingRangeLimit")
    if value is None:
        return np.zeros(words.shape, dtype=np.bool_)
    samples = _samples(header, words, bits)
    wrapped = [_wrapped(header, v, bits) for v in (value, value if limit is None else limit)]
    return np.asarray((samples >= min(wrapped)) & (samples <= max(wrapped)))


def _wrapped(header: Header, value: float, bits: int) -> float:
    """Bring a padding value, read with or without sign, to the sign of the samples."""
    stored, _ = _bits(header, bits)
    sample = int(value) & ((1 << stored) - 1)
    signed = header.whole("PixelRepresentation", 0) == 1
    return float(sample - (1 << stored) if signed and sample >> (stored - 1) else sample)


def _with_dark_padding(
    values: NDArray[np.float64], padding: NDArray[np.bool_], stored: NDArray[Any]
) -> NDArray[np.float64]:
    """Make padding as dark as the darkest pixel, unless it lies at the dark end anyway."""
    if not padding.any() or padding.all():
        return values
    if values[padding].max() <= values[~padding].min():
        return values
    present = np.zeros(values.shape, dtype=np.bool_)
    present[stored] = True
    real = present & ~padding
    return np.where(padding, values[real].min() if real.any() else values.min(), values)
