"""What the node takes: classes of instances, and the transfer syntaxes that the loader reads."""

from typing import Any

from pydicom.uid import UID

from calcsight.dicom.kinds import FOR_PRESENTATION, FOR_PROCESSING

VERIFICATION = "1.2.840.10008.1.1"
COMMITMENT = "1.2.840.10008.1.20.1"
COMMITMENT_INSTANCE = "1.2.840.10008.1.20.1.1"
TOMOSYNTHESIS = "1.2.840.10008.5.1.4.1.1.13.1.3"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
# Multi-frame secondary capture of 8 and 16 bits, as some film digitisers write.
GREY_CAPTURES = ("1.2.840.10008.5.1.4.1.1.7.2", "1.2.840.10008.5.1.4.1.1.7.3")
MAMMOGRAMS = (FOR_PRESENTATION, FOR_PROCESSING)

_ROOT = "1.2.840.10008.1.2"
UNCOMPRESSED = (f"{_ROOT}.1", _ROOT, f"{_ROOT}.2")
# RLE; JPEG baseline, extended, lossless (57, 70); JPEG-LS; JPEG 2000; HTJ2K.
COMPRESSED = tuple(
    f"{_ROOT}.{end}"
    for end in "5 4.50 4.51 4.57 4.70 4.80 4.81 4.90 4.91 4.201 4.202 4.203".split()
)


def classes_taken(tomosynthesis: bool) -> tuple[str, ...]:
    """Return the SOP classes of instances that are stored."""
    more = (TOMOSYNTHESIS,) if tomosynthesis else ()
    return (*MAMMOGRAMS, SECONDARY_CAPTURE, *GREY_CAPTURES, *more)


def agreed_syntax(assoc: Any, context_id: int) -> UID:
    """Return the transfer syntax that an association agreed on for one of its contexts.

    Raises
    ------
    KeyError
        When it agreed on no such context.
    """
    agreed = {one.context_id: one.transfer_syntax[0] for one in assoc.accepted_contexts}
    return UID(agreed[context_id])
