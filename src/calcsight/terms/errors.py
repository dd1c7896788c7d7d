"""Every error calcsight raises, as one tree.

::

    CalcsightError                      calcsight
    |-- UsageError                      usage
    |   |-- SettingsError               settings
    |   |-- ContradictionError          contradiction
    |   |-- OutputNotEmptyError         output_not_empty
    |   |-- PredictionsError            predictions
    |   |-- NotAReadingError            not_a_reading
    |   |-- NotAReportError             not_a_report
    |   |-- NoDicomSourceError          no_dicom_source
    |   |-- FollowUpError               follow_up
    |   |   |-- IllegalMoveError        illegal_move
    |   |   |-- FinalRecordError        final_record
    |   |   |-- TimelineError           timeline
    |   |   `-- LetterRefused           letter
    |   |-- GuidanceError               guidance
    |   |   `-- VocabularyError         vocabulary
    |   `-- RequestError                request
    |       |-- NoSuchPageError         no_such_page
    |       |-- RequestTooLargeError    request_too_large
    |       `-- WrongHostError          wrong_host
    |-- NoMammogramsError               no_mammograms
    |-- InputRefused                    input_refused
    |   |-- UnreadableFileError         unreadable_file
    |   |-- NotFetchedError             not_fetched
    |   |-- NotAnImageError             not_an_image
    |   |-- NotAMammogramError          not_a_mammogram
    |   |-- UndecodableError            undecodable
    |   |-- TruncatedError              truncated
    |   |-- UnsupportedPixelsError      unsupported_pixels
    |   |-- ImageTooLargeError          image_too_large
    |   |-- BlankImageError             blank_image
    |   |-- NoBreastError               no_breast
    |   |-- BurnedInTextError           burned_in_text
    |   |-- IdentifierLeftError         identifier_left
    |   `-- SpacingError                spacing
    |-- OutputError                     cannot_write
    |   `-- QueueError                  queue
    |-- NetworkError                    network
    |   `-- PeerRefusedError            peer_refused
    `-- ModelError                      model
        |-- ModelMissingError           model_missing
        |-- ModelAlteredError           model_altered
        `-- ModelUnusableError          model_unusable

A message says what was found, what was needed and what to do. It may hold a path the user
gave or a UID; it never holds a name, a patient number or a birth date from a header.
"""


class CalcsightError(Exception):
    """Root of the tree; `code` is stable across releases.

    Parameters
    ----------
    found : str
        What was there.
    needed : str
        What was needed instead.
    advice : str
        What the user can do.
    """

    code = "calcsight"

    def __init__(self, found: str, needed: str = "", advice: str = "") -> None:
        self.found = found
        self.needed = needed
        self.advice = advice
        parts = [found]
        if needed:
            parts.append(f"needed: {needed}")
        if advice:
            parts.append(f"to do: {advice}")
        super().__init__("; ".join(parts))

    def __reduce__(self) -> tuple[type["CalcsightError"], tuple[str, str, str]]:
        """Keep the three parts when an error crosses a process boundary."""
        return (type(self), (self.found, self.needed, self.advice))


class UsageError(CalcsightError):
    """The caller asked for something that cannot be asked."""

    code = "usage"


class SettingsError(UsageError):
    """An unknown setting, or a value outside its range."""

    code = "settings"


class ContradictionError(UsageError):
    """A flag or table row says one thing and the file's header another."""

    code = "contradiction"


class OutputNotEmptyError(UsageError):
    """The output folder holds files and overwriting was not asked for."""

    code = "output_not_empty"


class PredictionsError(UsageError):
    """Predictions that cannot be read, or that do not belong to the data set's views."""

    code = "predictions"


class NotAReadingError(UsageError):
    """A file that holds no reading, or one of a schema that this version cannot explain."""

    code = "not_a_reading"


class NotAReportError(UsageError):
    """A DICOM object that is no structured report of the kind asked for."""

    code = "not_a_report"


class NoDicomSourceError(UsageError):
    """A result in DICOM was asked for of an image that has no DICOM header."""

    code = "no_dicom_source"


class FollowUpError(UsageError):
    """A record of a finding through time that cannot be so."""

    code = "follow_up"


class IllegalMoveError(FollowUpError):
    """Something that cannot happen to a finding in the state in which it is."""

    code = "illegal_move"


class FinalRecordError(FollowUpError):
    """A person's final record that lacks something, or says what cannot be."""

    code = "final_record"


class TimelineError(FollowUpError):
    """A timeline that cannot be read or changed, or a document that cannot be added to one."""

    code = "timeline"


class LetterRefused(FollowUpError):
    """A final record from which no letter may be made, or none yet."""

    code = "letter"


class GuidanceError(UsageError):
    """A vocabulary, population, scheme, policy or claim that cannot be used."""

    code = "guidance"


class VocabularyError(GuidanceError):
    """A label that the vocabulary does not have, or probabilities that are none."""

    code = "vocabulary"


class RequestError(UsageError):
    """A request to the page of answers that cannot be taken; it never repeats what was asked."""

    code = "request"


class NoSuchPageError(RequestError):
    """The page of answers has nothing at the address that was asked for."""

    code = "no_such_page"


class RequestTooLargeError(RequestError):
    """A request with more bytes than any question has."""

    code = "request_too_large"


class WrongHostError(RequestError):
    """A request to the page of answers by a name that is not its own."""

    code = "wrong_host"


class NoMammogramsError(CalcsightError):
    """The inputs hold nothing that could be a mammogram."""

    code = "no_mammograms"


class InputRefused(CalcsightError):
    """One input cannot be read as a mammogram; the rest of a run goes on."""

    code = "input_refused"


class UnreadableFileError(InputRefused):
    """The operating system would not give the file's bytes."""

    code = "unreadable_file"


class NotFetchedError(InputRefused):
    """Another system lists the image, and did not give it."""

    code = "not_fetched"


class NotAnImageError(InputRefused):
    """The bytes are no image of a known format."""

    code = "not_an_image"


class NotAMammogramError(InputRefused):
    """An image, but of another modality or kind."""

    code = "not_a_mammogram"


class UndecodableError(InputRefused):
    """The compression cannot be decoded here, or the compressed data are damaged."""

    code = "undecodable"


class TruncatedError(InputRefused):
    """Fewer pixel data than the header promises."""

    code = "truncated"


class UnsupportedPixelsError(InputRefused):
    """Colour, 1-bit, NaN, several frames or another pixel form that is no mammogram."""

    code = "unsupported_pixels"


class ImageTooLargeError(InputRefused):
    """More pixels than the stated limit."""

    code = "image_too_large"


class BlankImageError(InputRefused):
    """All pixels (nearly) equal, or too few pixels to hold a breast."""

    code = "blank_image"


class NoBreastError(InputRefused):
    """Pixels vary, yet no breast was found among them."""

    code = "no_breast"


class BurnedInTextError(InputRefused):
    """Lettering in the pixels that nobody has looked at: it may name the patient."""

    code = "burned_in_text"


class IdentifierLeftError(InputRefused):
    """What may name the patient stands where taking the patient out of a file cannot remove it."""

    code = "identifier_left"


class SpacingError(InputRefused):
    """A pixel spacing that no image can have, or millimetres that must be refused."""

    code = "spacing"


class OutputError(CalcsightError):
    """A result could not be written."""

    code = "cannot_write"


class QueueError(OutputError):
    """The queue of the node cannot be opened, or is of a later version than this software."""

    code = "queue"


class NetworkError(CalcsightError):
    """Another system could not be reached, or broke off."""

    code = "network"


class PeerRefusedError(NetworkError):
    """Another system answered, and refused what was asked of it."""

    code = "peer_refused"


class ModelError(CalcsightError):
    """The model asked for cannot be used; no other model takes its place."""

    code = "model"


class ModelMissingError(ModelError):
    """The model file is not there."""

    code = "model_missing"


class ModelAlteredError(ModelError):
    """The SHA-256 of a model's file is not the one that this version, or its card, names."""

    code = "model_altered"


class ModelUnusableError(ModelError):
    """The card or the network of a model in a folder is none that this version can use."""

    code = "model_unusable"


def error_classes() -> tuple[type[CalcsightError], ...]:
    """Return every class of the tree, root first, in a stable order."""
    found: list[type[CalcsightError]] = []
    waiting: list[type[CalcsightError]] = [CalcsightError]
    while waiting:
        error_class = waiting.pop(0)
        found.append(error_class)
        waiting.extend(error_class.__subclasses__())
    return tuple(found)
