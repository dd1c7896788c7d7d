"""Every error as others see it: the status of a DICOM answer, and the state of an entry.

Sources: PS3.4 table B.2-1 and PS3.7 9.1.1.1.9 (statuses of C-STORE). The standard has no status of
C-STORE for an instance that is there with other content (0111H is of DIMSE-N), so that is of the
range "cannot understand", with the reason as Error Comment (0000,0902).
"""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

from pydicom import Dataset

from calcsight.records.entries import EntryState
from calcsight.terms import errors


class StoreStatus(IntEnum):
    """What a C-STORE is answered with."""

    SUCCESS = 0x0000
    PROCESSING_FAILURE = 0x0110
    OUT_OF_RESOURCES = 0xA700
    TOO_LARGE = 0xA701
    DOES_NOT_MATCH = 0xA900
    CANNOT_UNDERSTAND = 0xC000
    OTHER_CONTENT = 0xC001


# At most 64 characters (LO); never a value of the data set.
COMMENTS: Mapping[StoreStatus, str] = MappingProxyType(
    {
        StoreStatus.PROCESSING_FAILURE: "could not be stored; the node's log says why",
        StoreStatus.OUT_OF_RESOURCES: "no room; send again later",
        StoreStatus.TOO_LARGE: "larger than this node takes; do not send again",
        StoreStatus.DOES_NOT_MATCH: "data set and command name different instances or classes",
        StoreStatus.CANNOT_UNDERSTAND: "the data set cannot be read",
        StoreStatus.OTHER_CONTENT: "stored before under this UID with other content",
    }
)

_REFUSED, _FAILED, _WAITING = EntryState.REFUSED, EntryState.FAILED, EntryState.WAITING
_CANNOT, _NO_ROOM = StoreStatus.CANNOT_UNDERSTAND, StoreStatus.OUT_OF_RESOURCES
_OTHER = StoreStatus.PROCESSING_FAILURE
STANDING_OF: Mapping[type[errors.CalcsightError], tuple[StoreStatus, EntryState]] = (
    MappingProxyType(
        {
            errors.CalcsightError: (_OTHER, _FAILED),
            # What an administrator said cannot be done: nobody else can mend it.
            errors.UsageError: (_OTHER, _FAILED),
            errors.SettingsError: (_OTHER, _FAILED),
            errors.ContradictionError: (_CANNOT, _REFUSED),
            errors.OutputNotEmptyError: (_OTHER, _FAILED),
            errors.PredictionsError: (_OTHER, _FAILED),
            errors.NotAReadingError: (_OTHER, _FAILED),
            errors.NotAReportError: (_CANNOT, _REFUSED),
            errors.NoDicomSourceError: (_OTHER, _FAILED),
            errors.FollowUpError: (_OTHER, _FAILED),
            errors.IllegalMoveError: (_OTHER, _FAILED),
            errors.FinalRecordError: (_OTHER, _FAILED),
            errors.TimelineError: (_OTHER, _FAILED),
            errors.LetterRefused: (_OTHER, _FAILED),
            errors.GuidanceError: (_OTHER, _FAILED),
            errors.VocabularyError: (_OTHER, _FAILED),
            # Of the page of answers, which the node does not serve.
            errors.RequestError: (_OTHER, _FAILED),
            errors.NoSuchPageError: (_OTHER, _FAILED),
            errors.RequestTooLargeError: (_OTHER, _FAILED),
            errors.WrongHostError: (_OTHER, _FAILED),
            # What was sent cannot be read: sending it again does not help.
            errors.NoMammogramsError: (_CANNOT, _REFUSED),
            errors.InputRefused: (_CANNOT, _REFUSED),
            errors.UnreadableFileError: (_OTHER, _REFUSED),
            errors.NotFetchedError: (_OTHER, _REFUSED),
            errors.NotAnImageError: (_CANNOT, _REFUSED),
            errors.NotAMammogramError: (StoreStatus.DOES_NOT_MATCH, _REFUSED),
            errors.UndecodableError: (_CANNOT, _REFUSED),
            errors.TruncatedError: (_CANNOT, _REFUSED),
            errors.UnsupportedPixelsError: (_CANNOT, _REFUSED),
            errors.ImageTooLargeError: (StoreStatus.TOO_LARGE, _REFUSED),
            errors.BlankImageError: (_CANNOT, _REFUSED),
            errors.NoBreastError: (_CANNOT, _REFUSED),
            errors.BurnedInTextError: (_CANNOT, _REFUSED),
            errors.IdentifierLeftError: (_CANNOT, _REFUSED),
            errors.SpacingError: (_CANNOT, _REFUSED),
            # What time, or room, may mend.
            errors.OutputError: (_NO_ROOM, _WAITING),
            errors.QueueError: (_NO_ROOM, _WAITING),
            errors.NetworkError: (_OTHER, _WAITING),
            errors.PeerRefusedError: (_OTHER, _WAITING),
            errors.ModelError: (_OTHER, _FAILED),
            errors.ModelMissingError: (_OTHER, _FAILED),
            errors.ModelAlteredError: (_OTHER, _FAILED),
            errors.ModelUnusableError: (_OTHER, _FAILED),
        }
    )
)


def store_status_of(error: errors.CalcsightError) -> StoreStatus:
    """Return what a C-STORE that met an error is answered with."""
    return STANDING_OF[type(error)][0]


def state_after(error: errors.CalcsightError) -> EntryState:
    """Return the state of an entry that met an error; WAITING = try again."""
    return STANDING_OF[type(error)][1]


def answer(status: StoreStatus) -> Dataset:
    """Return a status with its comment, as pynetdicom takes it."""
    said = Dataset()
    said.Status = int(status)
    if status in COMMENTS:
        said.ErrorComment = COMMENTS[status]
    return said
