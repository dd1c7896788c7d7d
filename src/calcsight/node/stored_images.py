"""What the header of a stored image tells of the exposure that it came from."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydicom import Dataset, Sequence

from calcsight.dicom.header import Header, plain_header
from calcsight.dicom.kinds import Kind, intent_of, kind_of
from calcsight.dicom.results.exam_result import SourceImage
from calcsight.dicom.results.source import source_image
from calcsight.dicom.views import laterality_of, modifiers_of, view_of, warnings_of
from calcsight.intake import foreign_errors_as
from calcsight.terms.errors import NotAnImageError, UnsupportedPixelsError
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Intent, Laterality, View, ViewModifier


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StoredImage:
    """One image of a study, by its header alone.

    Parameters
    ----------
    path : Path
    source : SourceImage
    kind : Kind or None
        None = may be a mammogram, of a form that will be refused when it is loaded.
    intent : Intent
    laterality : Laterality or None
    view : View or None
    modifiers : frozenset of ViewModifier
    exposed_at : datetime or None
        When the X-rays were on, by the clock of the machine, to the second (without a zone of
        its own). None = not stated so exactly.
    made_from : frozenset of str
        UIDs of the images that the header names as its sources.
    one_exposure : bool
        Whether the pixels can be those of one plain exposure: an image computed from
        tomosynthesis is not.
    size_px : int
        Number of pixels.
    patient_key : str or None
        As in `calcsight.terms.mammogram.Projection`.
    """

    path: Path
    source: SourceImage
    kind: Kind | None
    intent: Intent
    laterality: Laterality | None
    view: View | None
    modifiers: frozenset[ViewModifier]
    exposed_at: datetime | None
    made_from: frozenset[str]
    one_exposure: bool
    size_px: int = 0
    patient_key: str | None = field(default=None, repr=False)

    @property
    def uid(self) -> str:
        """SOP Instance UID."""
        return self.source.sop_uid


def stored_image(path: Path) -> StoredImage:
    """Read the header of one stored image.

    Parameters
    ----------
    path : Path

    Returns
    -------
    StoredImage

    Raises
    ------
    UnreadableFileError, NotAnImageError, ImageTooLargeError
        As `calcsight.dicom.results.source.source_image`; NotAnImageError also for a header that
        breaks a rule of DICOM so that nothing can be told from it.
    NotAMammogramError
        For another modality or another part of the body: no view of the exam.
    """
    with foreign_errors_as(
        NotAnImageError("a DICOM header that cannot be understood", "the header of an image")
    ):
        return described(path, source_image(path))


def described(path: Path, source: SourceImage) -> StoredImage:
    """Describe an image whose header was read; see `stored_image`."""
    header = plain_header(source.header, "")
    kind = _kind(header)
    synthetic = Limitation.SYNTHETIC in warnings_of(header, kind or Kind.MAMMOGRAM)
    return StoredImage(
        path=path,
        source=source,
        kind=kind,
        intent=intent_of(header),
        laterality=laterality_of(header),
        view=view_of(header),
        modifiers=frozenset(modifiers_of(header)),
        exposed_at=_exposed_at(source.header),
        made_from=_made_from(source.header),
        one_exposure=kind is Kind.MAMMOGRAM
        and not synthetic
        and header.whole("NumberOfFrames", 1) <= 1,
        size_px=source.shape[0] * source.shape[1],
        patient_key=header.patient_key,
    )


def _kind(header: Header) -> Kind | None:
    """Return the kind; None for pixels of a form that is not read, such as tomosynthesis."""
    try:
        return kind_of(header)
    except UnsupportedPixelsError:
        return None


def _exposed_at(header: Dataset) -> datetime | None:
    """Return date and time of acquisition, cut to the second."""
    together = str(header.get("AcquisitionDateTime") or "")
    apart = f"{header.get('AcquisitionDate') or ''}{header.get('AcquisitionTime') or ''}"
    for stated in (apart, together):
        # A time to the hour or minute cannot tell a view from its repetition.
        digits = stated[:14]
        if len(digits) == 14 and digits.isascii() and digits.isdigit():
            try:
                return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
            except ValueError:
                continue
    return None


def _made_from(header: Dataset) -> frozenset[str]:
    """Return the UIDs in the Source Image Sequence (PS3.3 C.7.6.1.1.4)."""
    items = header.get("SourceImageSequence")
    if not isinstance(items, Sequence):
        return frozenset()
    uids = (str(one.get("ReferencedSOPInstanceUID") or "") for one in items)
    return frozenset(uid for uid in uids if uid)
