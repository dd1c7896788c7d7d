"""Bits of plain pixel data that no pixel uses: old files draw overlays there, names among them.

Source: DICOM PS3.5 section 8.1.1 (bits allocated, stored and high) and PS3.3 C.9.2 as it stood
before 2004 (overlays embedded in pixel data).
"""

import numpy as np
from pydicom import Dataset

from calcsight.dicom.files import WholeFile
from calcsight.terms.errors import IdentifierLeftError

_WORD_BITS = 16
_BIG_ENDIAN = "1.2.840.10008.1.2.2"
_UNDEFINED = b"\xff\xff\xff\xff"


def refuse_hidden_bits(whole: WholeFile) -> None:
    """Refuse uncompressed 16-bit pixels with something in bits beside the stored ones.

    Copies of the sign of signed pixels are nothing. Compressed pixels are not looked at: their
    codecs take the stored bits alone, but for RLE.

    Raises
    ------
    IdentifierLeftError
    """
    header = whole.header
    allocated, stored, high = (
        _whole(header, one) for one in ("BitsAllocated", "BitsStored", "HighBit")
    )
    if allocated != _WORD_BITS or not 0 < stored < allocated or _UNDEFINED in whole.pixels[:12]:
        return
    order = ">" if whole.transfer_syntax == _BIG_ENDIAN else "<"
    count = _whole(header, "Rows") * _whole(header, "Columns")
    # The value ends the element, whatever the form of its tag and length.
    start = len(whole.pixels) - len(whole.pixels[12:]) // 2 * 2
    words = np.frombuffer(whole.pixels, f"{order}u2", offset=start)[:count]
    shift = high + 1 - stored
    if not 0 <= shift <= allocated - stored:
        return
    used = ((1 << stored) - 1) << shift
    if _whole(header, "PixelRepresentation") == 1:
        above = (((1 << _WORD_BITS) - 1) << (high + 1)) & ((1 << _WORD_BITS) - 1)
        copied = ((words >> high) & 1 == 1) & (words & np.uint16(above) == above)
        words = np.where(copied, words & ~np.uint16(above), words)
    if (words & ~np.uint16(used)).any():
        raise IdentifierLeftError(
            "something in bits that no pixel uses: an overlay drawn there could name the patient",
            "pixel data with nothing but pixels",
            "export the picture without overlays in its pixel data",
        )


def _whole(header: Dataset, keyword: str) -> int:
    try:
        return int(header.get(keyword) or 0)
    except (TypeError, ValueError, OverflowError):
        return 0
