"""What a request is answered with in HTTP: one table for every error."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from calcsight.terms import errors

HTTP_STATUS_OF: Mapping[type[errors.CalcsightError], HTTPStatus] = MappingProxyType(
    {
        errors.CalcsightError: HTTPStatus.INTERNAL_SERVER_ERROR,
        errors.UsageError: HTTPStatus.UNPROCESSABLE_ENTITY,
        # A fault of what the server was set up with, none of who asks.
        errors.SettingsError: HTTPStatus.INTERNAL_SERVER_ERROR,
        errors.ContradictionError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.OutputNotEmptyError: HTTPStatus.INTERNAL_SERVER_ERROR,
        errors.PredictionsError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.NotAReadingError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.NotAReportError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.NoDicomSourceError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.FollowUpError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.IllegalMoveError: HTTPStatus.CONFLICT,
        errors.FinalRecordError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.LetterRefused: HTTPStatus.CONFLICT,
        errors.TimelineError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.GuidanceError: HTTPStatus.INTERNAL_SERVER_ERROR,
        errors.VocabularyError: HTTPStatus.INTERNAL_SERVER_ERROR,
        errors.RequestError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.NoSuchPageError: HTTPStatus.NOT_FOUND,
        errors.RequestTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        errors.WrongHostError: HTTPStatus.MISDIRECTED_REQUEST,
        errors.NoMammogramsError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.InputRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.UnreadableFileError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.NotFetchedError: HTTPStatus.BAD_GATEWAY,
        errors.NotAnImageError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.NotAMammogramError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.UndecodableError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.TruncatedError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.UnsupportedPixelsError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.ImageTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        errors.BlankImageError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.NoBreastError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.BurnedInTextError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.IdentifierLeftError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.SpacingError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.OutputError: HTTPStatus.INSUFFICIENT_STORAGE,
        errors.QueueError: HTTPStatus.SERVICE_UNAVAILABLE,
        errors.NetworkError: HTTPStatus.BAD_GATEWAY,
        errors.PeerRefusedError: HTTPStatus.BAD_GATEWAY,
        errors.ModelError: HTTPStatus.INTERNAL_SERVER_ERROR,
        errors.ModelMissingError: HTTPStatus.INTERNAL_SERVER_ERROR,
        errors.ModelAlteredError: HTTPStatus.INTERNAL_SERVER_ERROR,
        errors.ModelUnusableError: HTTPStatus.INTERNAL_SERVER_ERROR,
    }
)


def http_status_of(error: errors.CalcsightError) -> HTTPStatus:
    """Return the status of an error."""
    return HTTP_STATUS_OF[type(error)]
