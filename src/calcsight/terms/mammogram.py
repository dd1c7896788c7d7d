"""A mammogram, normalised once by the loader, and an exam of several."""

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from calcsight.terms.errors import BlankImageError, UnsupportedPixelsError
from calcsight.terms.limitation import Limitation
from calcsight.terms.orientation import Orientation
from calcsight.terms.spacing import Spacing


class Laterality(StrEnum):
    """The side of the body."""

    LEFT = "L"
    RIGHT = "R"
    UNKNOWN = "unknown"


class View(StrEnum):
    """The projection, by the field's abbreviations (DICOM CID 4014)."""

    CC = "CC"
    MLO = "MLO"
    ML = "ML"
    LM = "LM"
    LMO = "LMO"
    XCC = "XCC"
    XCCL = "XCCL"
    XCCM = "XCCM"
    FB = "FB"
    SIO = "SIO"
    ISO = "ISO"
    AT = "AT"
    SPECIMEN = "SPECIMEN"
    UNKNOWN = "unknown"


VIEWS_FROM_ABOVE = frozenset({View.CC, View.XCC, View.XCCL, View.XCCM, View.FB})
OBLIQUE_VIEWS = frozenset({View.MLO, View.LMO})
LATERAL_VIEWS = frozenset({View.ML, View.LM})


def view_name(laterality: str, view: str) -> str:
    """Name side and view for a reader: "R CC", "side unknown, MLO"."""
    known_side, known_view = laterality != Laterality.UNKNOWN, view != View.UNKNOWN
    if known_side and known_view:
        return f"{laterality} {view}"
    if known_side:
        return f"{laterality}, view unknown"
    return f"side unknown, {view}" if known_view else "side and view unknown"


class ViewModifier(StrEnum):
    """How a view departs from the plain projection (DICOM CID 4015)."""

    MAGNIFICATION = "magnification"
    SPOT_COMPRESSION = "spot_compression"
    CLEAVAGE = "cleavage"
    AXILLARY_TAIL = "axillary_tail"
    ROLLED = "rolled"
    TANGENTIAL = "tangential"
    NIPPLE_IN_PROFILE = "nipple_in_profile"
    IMPLANT_DISPLACED = "implant_displaced"
    STEREOTACTIC = "stereotactic"
    OTHER = "other"


class Intent(StrEnum):
    """What the pixels were made for."""

    FOR_PRESENTATION = "for_presentation"
    FOR_PROCESSING = "for_processing"
    UNKNOWN = "unknown"


class ExamKind(StrEnum):
    """Why the exam was made."""

    SCREENING = "screening"
    DIAGNOSTIC = "diagnostic"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Projection:
    """What is known of one view of one breast beside its pixels.

    Parameters
    ----------
    uid : str
        SOP Instance UID, or another name that is not a person's.
    spacing : Spacing or None
        In the reading frame; None = unknown: then nothing is measured in millimetres.
    laterality, view, modifiers, intent, exam_kind
        What the header or the user said.
    orientation : Orientation
        How the file's pixels become those of the reading frame; results go back through it.
    acquired_on : datetime.date or None
        Day of acquisition.
    magnification_factor : float or None
        Estimated radiographic magnification factor when stated or derived.
    limitations : tuple of Limitation
        What the loader could not be sure of.
    pixel_digest : str
        SHA-256 of the stored pixels, "" when the array did not come from a file.
    exam_uid : str or None
        Study Instance UID, or another name that is not a person's; views with the same one are
        of one exam. None = unknown.
    patient_key : str or None
        Tells two patients apart and nothing else: a one-way hash that is never written, printed
        or logged. None = unknown.
    """

    uid: str
    spacing: Spacing | None
    laterality: Laterality = Laterality.UNKNOWN
    view: View = View.UNKNOWN
    modifiers: tuple[ViewModifier, ...] = ()
    intent: Intent = Intent.UNKNOWN
    exam_kind: ExamKind = ExamKind.SCREENING
    orientation: Orientation = field(default_factory=Orientation)
    acquired_on: date | None = None
    magnification_factor: float | None = None
    limitations: tuple[Limitation, ...] = ()
    pixel_digest: str = ""
    exam_uid: str | None = None
    patient_key: str | None = field(default=None, repr=False)

    @property
    def file_spacing(self) -> Spacing | None:
        """Spacing along the rows and columns of the file's own frame."""
        if self.spacing is None or not self.orientation.transposed:
            return self.spacing
        return Spacing(
            row_mm=self.spacing.column_mm,
            column_mm=self.spacing.row_mm,
            source=self.spacing.source,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mammogram(Projection):
    """One view of one breast, in the reading frame.

    Parameters
    ----------
    pixels : array (rows, columns), float32
        Reading frame: dense tissue bright, chest wall left. Any monotonic scale; kept as a
        read-only view.
    **others
        As in `Projection`.

    Raises
    ------
    UnsupportedPixelsError
        When `pixels` is not a finite two-dimensional array of numbers.
    BlankImageError
        When `pixels` is constant, or smaller than 16 x 16.
    """

    pixels: NDArray[np.float32]

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", _checked_pixels(self.pixels))

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) in the reading frame."""
        return (int(self.pixels.shape[0]), int(self.pixels.shape[1]))

    @property
    def top_is_known(self) -> bool:
        """The file states what lies on top: outer on a CC and its kin, the head's side else."""
        open_top = {Limitation.ORIENTATION_FROM_PIXELS, Limitation.TOP_NOT_STATED}
        return not open_top & set(self.limitations)

    @property
    def file_shape(self) -> tuple[int, int]:
        """(rows, columns) in the file's own frame."""
        rows, columns = self.shape
        return (columns, rows) if self.orientation.transposed else (rows, columns)

    def without_pixels(self) -> Projection:
        """Return what is known beside the pixels: small, and fit to cross processes."""
        return Projection(**{one.name: getattr(self, one.name) for one in fields(Projection)})


def _checked_pixels(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a contiguous read-only float32 view of the pixels, or refuse them."""
    array = np.asarray(pixels)
    if array.ndim != 2 or array.dtype.kind not in "uif":
        raise UnsupportedPixelsError(
            f"pixels with {array.ndim} dimensions of type {array.dtype}",
            "a two-dimensional array of grey values",
            "give one greyscale view",
        )
    if min(array.shape) < 16:
        raise BlankImageError(
            f"an image of {array.shape[0]} x {array.shape[1]} pixels", "at least 16 x 16"
        )
    checked = np.ascontiguousarray(array, dtype=np.float32)
    lowest, highest = float(checked.min()), float(checked.max())
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        raise UnsupportedPixelsError("pixels that are NaN or infinite", "finite grey values")
    if lowest == highest:
        raise BlankImageError("an image whose pixels all have one value", "a mammogram")
    view = checked.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """The views of one exam of one woman.

    Parameters
    ----------
    uid : str
        Study Instance UID, or another name that is not a person's.
    mammograms : tuple of Mammogram
        In the order in which they are to be read.
    """

    uid: str
    mammograms: tuple[Mammogram, ...]
