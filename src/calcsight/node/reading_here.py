"""Studies read in this process; and what whatever reads a study is like."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from calcsight.dicom.results.gathered import ReadBy
from calcsight.node.results_of_exam import (
    INTERNAL,
    AskedToEndError,
    ResultWriter,
    StudyOrder,
    StudyRead,
    read_study,
)
from calcsight.terms.errors import CalcsightError, UnreadableFileError


class Fault(StrEnum):
    """Why a reading failed that raised no error of calcsight."""

    INTERNAL = INTERNAL
    ENDED = "reading_ended"
    TIME_LIMIT = "reading_time_limit"
    NO_MEMORY = "reading_no_memory"
    STORE = UnreadableFileError.code


class ReadingFailedError(Exception):
    """A reading that ended without a result, through no error of calcsight's tree.

    Parameters
    ----------
    fault : Fault
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Reader(Protocol):
    """Reads a study, here or in another process."""

    def __call__(self, order: StudyOrder, ending: Callable[[], bool]) -> StudyRead:
        """Read a study.

        Parameters
        ----------
        order : StudyOrder
        ending : callable
            Tells whether the node is to end.

        Raises
        ------
        AskedToEndError
            When the node is to end; nothing came of the reading.
        ReadingFailedError
        CalcsightError
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderHere:
    """Reads in this process, with what is loaded already."""

    read_by: ReadBy
    write: ResultWriter

    def __call__(self, order: StudyOrder, ending: Callable[[], bool]) -> StudyRead:
        """Read a study; see `Reader`."""

        def before_view() -> None:
            if ending():
                raise AskedToEndError

        try:
            return read_study(order, self.read_by, self.write, before_view)
        except UnreadableFileError:
            # The disk, not the image: there may be a better time.
            raise ReadingFailedError(Fault.STORE) from None
        except (AskedToEndError, CalcsightError):
            raise
        except MemoryError:
            raise ReadingFailedError(Fault.NO_MEMORY) from None
        except Exception:  # noqa: BLE001
            # Its message may repeat what stands in a header.
            raise ReadingFailedError(Fault.INTERNAL) from None
