"""What the command line exits with: one table for every error, one rule for a run."""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from types import MappingProxyType

from calcsight.terms import errors


class ExitStatus(IntEnum):
    """Exit statuses, the same for every command; documented in `docs/errors.md`."""

    READ = 0
    INTERNAL = 1
    USAGE = 2
    NO_MAMMOGRAMS = 3
    SOME_REFUSED = 4
    NONE_READABLE = 5
    CANNOT_WRITE = 6
    MODEL = 7
    NOT_COMPARABLE = 8
    NETWORK = 9
    INTERRUPTED = 130


STATUS_OF: Mapping[type[errors.CalcsightError], ExitStatus] = MappingProxyType(
    {
        errors.CalcsightError: ExitStatus.INTERNAL,
        errors.UsageError: ExitStatus.USAGE,
        errors.SettingsError: ExitStatus.USAGE,
        errors.ContradictionError: ExitStatus.USAGE,
        errors.OutputNotEmptyError: ExitStatus.USAGE,
        errors.PredictionsError: ExitStatus.USAGE,
        errors.NotAReadingError: ExitStatus.USAGE,
        errors.NotAReportError: ExitStatus.USAGE,
        errors.NoDicomSourceError: ExitStatus.USAGE,
        errors.FollowUpError: ExitStatus.USAGE,
        errors.IllegalMoveError: ExitStatus.USAGE,
        errors.FinalRecordError: ExitStatus.USAGE,
        errors.TimelineError: ExitStatus.USAGE,
        errors.LetterRefused: ExitStatus.USAGE,
        errors.GuidanceError: ExitStatus.USAGE,
        errors.VocabularyError: ExitStatus.USAGE,
        errors.RequestError: ExitStatus.USAGE,
        errors.NoSuchPageError: ExitStatus.USAGE,
        errors.RequestTooLargeError: ExitStatus.USAGE,
        errors.WrongHostError: ExitStatus.USAGE,
        errors.NoMammogramsError: ExitStatus.NO_MAMMOGRAMS,
        errors.InputRefused: ExitStatus.NONE_READABLE,
        errors.UnreadableFileError: ExitStatus.NONE_READABLE,
        errors.NotFetchedError: ExitStatus.NONE_READABLE,
        errors.NotAnImageError: ExitStatus.NONE_READABLE,
        errors.NotAMammogramError: ExitStatus.NONE_READABLE,
        errors.UndecodableError: ExitStatus.NONE_READABLE,
        errors.TruncatedError: ExitStatus.NONE_READABLE,
        errors.UnsupportedPixelsError: ExitStatus.NONE_READABLE,
        errors.ImageTooLargeError: ExitStatus.NONE_READABLE,
        errors.BlankImageError: ExitStatus.NONE_READABLE,
        errors.NoBreastError: ExitStatus.NONE_READABLE,
        errors.BurnedInTextError: ExitStatus.NONE_READABLE,
        errors.IdentifierLeftError: ExitStatus.NONE_READABLE,
        errors.SpacingError: ExitStatus.NONE_READABLE,
        errors.OutputError: ExitStatus.CANNOT_WRITE,
        errors.QueueError: ExitStatus.CANNOT_WRITE,
        errors.NetworkError: ExitStatus.NETWORK,
        errors.PeerRefusedError: ExitStatus.NETWORK,
        errors.ModelError: ExitStatus.MODEL,
        errors.ModelMissingError: ExitStatus.MODEL,
        errors.ModelAlteredError: ExitStatus.MODEL,
        errors.ModelUnusableError: ExitStatus.MODEL,
    }
)


def status_of_run(read_count: int, refused_codes: Sequence[str]) -> ExitStatus:
    """Return the status of a run over several inputs.

    Parameters
    ----------
    read_count : int
        Inputs that were read.
    refused_codes : sequence of str
        Code of each refusal. A fault of calcsight itself weighs most, then a flag that
        contradicts a header, then how many inputs were read.
    """
    if "internal" in refused_codes:
        return ExitStatus.INTERNAL
    if errors.ContradictionError.code in refused_codes:
        return ExitStatus.USAGE
    if not refused_codes:
        return ExitStatus.READ
    return ExitStatus.SOME_REFUSED if read_count else ExitStatus.NONE_READABLE
