"""One study read: each exposure loaded and read once, and the results of the exam as bytes.

Nothing is written here, and nothing is known of the queue, so that the same order gives the same
bytes however often it is carried out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from calcsight.assembly import load_stated
from calcsight.dicom.results.exam_result import EarlierResult, ExamResult, ResultFile, ViewResult
from calcsight.dicom.results.gathered import ReadBy, exam_results
from calcsight.node.exposures import Exposure, StudyImages, sorted_out
from calcsight.node.stored_images import StoredImage, stored_image
from calcsight.reading import read
from calcsight.terms.errors import (
    CalcsightError,
    ContradictionError,
    InputRefused,
    NoMammogramsError,
    NotAMammogramError,
    UnreadableFileError,
)
from calcsight.terms.hospital import ResultKind, ResultOrder
from calcsight.terms.mammogram import Intent
from calcsight.terms.stated import Stated

# Code of what is no refusal but a fault of calcsight itself.
INTERNAL = "internal"

ResultWriter = Callable[[ExamResult, frozenset[ResultKind]], tuple[ResultFile, ...]]


class AskedToEndError(Exception):
    """The node is to end; raised between two views, so that nothing is half-done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyOrder:
    """What is to be read.

    Parameters
    ----------
    study_uid : str
    images : mapping of str to Path
        Stored images by SOP Instance UID.
    read_intent : Intent
        Which image of an exposure is read when there are both.
    results : ResultOrder
    predecessors : tuple of EarlierResult
        What the version before this one consists of.
    """

    study_uid: str
    images: Mapping[str, Path]
    read_intent: Intent
    results: ResultOrder
    predecessors: tuple[EarlierResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRead:
    """What came of it.

    Parameters
    ----------
    files : tuple of ResultFile
        Empty when the study holds no view at all.
    refused : mapping of str to str
        Codes by SOP Instance UID: views that could not be read (the results say so, too), and
        what is no view. All of them when they name different patients.
    """

    files: tuple[ResultFile, ...]
    refused: Mapping[str, str] = field(default_factory=dict)


def read_study(
    order: StudyOrder, read_by: ReadBy, write: ResultWriter, before_view: Callable[[], None]
) -> StudyRead:
    """Read every exposure of a study and make its results.

    Parameters
    ----------
    order : StudyOrder
    read_by : ReadBy
    write : callable
        `calcsight.dicom.results.objects.result_files`.
    before_view : callable
        Called before each view; may raise `AskedToEndError`.

    Returns
    -------
    StudyRead

    Raises
    ------
    CalcsightError
        What is wrong with more than one image: a model, a setting, a disk that cannot be read.
    """
    study, refused = _images(order)
    if _of_several_patients(study):
        return StudyRead(files=(), refused=dict.fromkeys(order.images, ContradictionError.code))
    views = []
    for exposure in study.exposures:
        before_view()
        view = _view(exposure, read_by)
        views.append(view)
        if view.refused_code is not None:
            refused[view.source.sop_uid] = view.refused_code
    if not views:
        return StudyRead(files=(), refused=refused)
    exam = next(exam_results(views, read_by, order.results))
    exam = replace(exam, predecessors=order.predecessors)
    return StudyRead(files=write(exam, order.results.kinds), refused=refused)


def no_view_code(read: StudyRead) -> str:
    """Return the code of a study without a view: the one that all its images share, if they do."""
    codes = set(read.refused.values())
    return codes.pop() if len(codes) == 1 else NoMammogramsError.code


def _images(order: StudyOrder) -> tuple[StudyImages, dict[str, str]]:
    """Read all headers; what is no mammogram is refused by name and is no view of the exam."""
    images: list[StoredImage] = []
    refused: dict[str, str] = {}
    for uid, path in sorted(order.images.items()):
        try:
            images.append(stored_image(path))
        except UnreadableFileError:
            raise
        except InputRefused as problem:
            refused[uid] = problem.code
    study = sorted_out(images, order.read_intent)
    refused |= {one.uid: NotAMammogramError.code for one in study.left_out}
    return study, refused


def _of_several_patients(study: StudyImages) -> bool:
    """Tell whether the images name different patients: no result could be filed under one."""
    images = [one for of in study.exposures for one in (of.image, *of.others)]
    return len({one.patient_key for one in images} - {None}) > 1


def _view(exposure: Exposure, read_by: ReadBy) -> ViewResult:
    """Read one exposure; a refusal is a result, too."""
    image = exposure.image
    others = tuple(one.source for one in exposure.others)
    try:
        mammogram = load_stated(image.path, Stated())
        reading = read(mammogram, read_by.judge, read_by.settings, read_by.interpreter)
        return ViewResult(source=image.source, reading=reading.without_pixels(), others=others)
    except UnreadableFileError:
        # The disk failed, not the image: the study is read again.
        raise
    except InputRefused as problem:
        code = problem.code
    except (CalcsightError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - one image that breaks a step must not hide the others
        code = INTERNAL
    return ViewResult(source=image.source, reading=None, refused_code=code, others=others)
