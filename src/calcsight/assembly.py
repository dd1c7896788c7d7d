"""The one place that says which judge, settings and loaders production uses."""

from collections.abc import Sequence
from datetime import date as Date  # noqa: N812 - `date` is the name of a parameter
from functools import cache
from pathlib import Path
from typing import Any, overload

from calcsight import reading as main_path
from calcsight.dicom.sniffing import looks_like_dicom
from calcsight.intake import toml_in
from calcsight.knowledge.guidance import load_guidance
from calcsight.models import load_describer, load_judge
from calcsight.patient.answering import Answerer
from calcsight.patient.knowledge_files import load_knowledge_base
from calcsight.patient.likeness_file import load_likeness
from calcsight.pictures.loading import load_picture, looks_like_picture
from calcsight.terms.comparison import Comparison, ExamComparison, KnownBefore, Series
from calcsight.terms.errors import UsageError
from calcsight.terms.interpreter import Interpreter
from calcsight.terms.judge import Judge
from calcsight.terms.mammogram import Exam, Mammogram
from calcsight.terms.reading import ExamReading, Reading
from calcsight.terms.settings import Settings
from calcsight.terms.stated import Stated
from calcsight.terms.stating import stated

# A file with one of these names is an input even when its content says nothing.
IMAGE_SUFFIXES = frozenset({".dcm", ".dicom", ".dic", ".ima", ".png", ".tif", ".tiff"})


def load(
    path: str | Path,
    *,
    spacing_mm: float | None = None,
    laterality: str | None = None,
    view: str | None = None,
    exam: str | None = None,
    date: str | Date | None = None,
) -> Mammogram:
    """Load one mammogram from a DICOM, PNG or TIFF file.

    Parameters
    ----------
    path : str or Path
    spacing_mm : float, optional
        Distance between pixel centres in the plane of the breast, mm: needed for PNG, TIFF and
        digitised film; without it sizes are in pixels.
    laterality : str, optional
        "L" or "R".
    view : str, optional
        "CC", "MLO", ... as in `View`.
    exam : str, optional
        "screening" or "diagnostic".
    date : str or datetime.date, optional
        Day of acquisition, YYYY-MM-DD.

    Returns
    -------
    Mammogram
        In the reading frame: dense = bright, chest wall left.

    Raises
    ------
    InputRefused
        One of its kinds, when the file is no mammogram that can be read.
    UsageError
        When something stated is no such word or number; `ContradictionError` when it
        contradicts the header.
    """
    return load_stated(Path(path), stated(spacing_mm, laterality, view, exam, date))


def load_stated(path: Path, said: Stated) -> Mammogram:
    """Load one mammogram; see `load`."""
    if looks_like_dicom(path):
        from calcsight.dicom.loading import load_dicom  # noqa: PLC0415 - pydicom takes 0.1 s

        return load_dicom(path, said)
    return load_picture(path, said)


def could_be_image(path: Path) -> bool:
    """Tell whether a file could be DICOM, PNG or TIFF, by its content or its suffix.

    Raises
    ------
    UnreadableFileError
    """
    if path.suffix.lower() in IMAGE_SUFFIXES:
        return True
    return looks_like_picture(path) or looks_like_dicom(path)


def interpreter_for(settings: Settings) -> Interpreter:
    """Return the describer that ships, with the guidance that the settings name.

    Raises
    ------
    GuidanceError
        When a file of the guidance cannot be used.
    ModelError
        When the describer is missing or altered.
    """
    return Interpreter(describer=load_describer(), guidance=load_guidance(settings.guidance))


def read(
    mammogram: Mammogram,
    judge: Judge | None = None,
    settings: Settings | None = None,
    interpreter: Interpreter | None = None,
) -> Reading:
    """Find, measure, judge, group, describe and weigh the calcifications of one mammogram.

    Parameters
    ----------
    mammogram : Mammogram
    judge : Judge, optional
        The one shipped with this version when left out; the provenance names it.
    settings : Settings, optional
        The defaults when left out.
    interpreter : Interpreter, optional
        The describer that ships and the guidance of the settings when left out.

    Returns
    -------
    Reading
        Positions in the input file's own frame.

    Raises
    ------
    NoBreastError
        When there is no breast in the image.
    ModelError
        When the shipped judge is missing or altered.
    UsageError
        When it is given no mammogram, but a path, say.
    """
    _refuse_unless(mammogram, Mammogram, "calcsight.load(path)")
    return main_path.read(mammogram, *_chosen(judge, settings, interpreter))


def read_exam(
    exam: Exam,
    judge: Judge | None = None,
    settings: Settings | None = None,
    interpreter: Interpreter | None = None,
) -> ExamReading:
    """Read each view of an exam, match its views and weigh the whole; see `read`.

    Raises
    ------
    UsageError
        When it is given no exam, or one without a mammogram.
    """
    _refuse_unless_exam(exam)
    return main_path.read_exam(exam, *_chosen(judge, settings, interpreter))


@overload
def compare(
    current: Mammogram,
    prior: Mammogram,
    judge: Judge | None = ...,
    settings: Settings | None = ...,
    interpreter: Interpreter | None = ...,
    known: KnownBefore | None = ...,
) -> Comparison: ...
@overload
def compare(
    current: Mammogram,
    prior: Sequence[Mammogram],
    judge: Judge | None = ...,
    settings: Settings | None = ...,
    interpreter: Interpreter | None = ...,
    known: KnownBefore | None = ...,
) -> Series: ...
@overload
def compare(
    current: Exam,
    prior: Exam | Sequence[Exam],
    judge: Judge | None = ...,
    settings: Settings | None = ...,
    interpreter: Interpreter | None = ...,
    known: KnownBefore | None = ...,
) -> ExamComparison: ...
def compare(
    current: Mammogram | Exam,
    prior: Mammogram | Exam | Sequence[Mammogram] | Sequence[Exam],
    judge: Judge | None = None,
    settings: Settings | None = None,
    interpreter: Interpreter | None = None,
    known: KnownBefore | None = None,
) -> Comparison | Series | ExamComparison:
    """Read a mammogram or an exam and its priors, and say what changed, with error bands.

    Parameters
    ----------
    current : Mammogram or Exam
    prior : Mammogram, Exam, or a sequence of them
        Of the same kind as `current`; several mammograms in any order, several exams oldest
        first.
    judge : Judge, optional
    settings : Settings, optional
    interpreter : Interpreter, optional
        As `read` takes them.
    known : KnownBefore, optional
        Findings that are followed already, and whether a person vouches that all are of one woman
        whatever the files' patient numbers say.

    Returns
    -------
    Comparison, Series or ExamComparison
        Of two mammograms; of a mammogram and several priors; of exams. `not_comparable` says why
        nothing is said of change, where that is so.

    Raises
    ------
    NoBreastError
        When there is no breast in one of the images.
    UsageError
        When something is neither, there is no prior, or an exam is without a mammogram.
    """
    from calcsight import comparing as main_change  # noqa: PLC0415 - reading does not need it

    several = isinstance(prior, Sequence)
    priors: list[Any] = list(prior) if isinstance(prior, Sequence) else [prior]
    if not priors:
        raise UsageError("no prior", "at least one", "give the earlier mammogram or exam")
    chosen = (*_chosen(judge, settings, interpreter), known or KnownBefore())
    if isinstance(current, Exam):
        for one in (current, *priors):
            _refuse_unless_exam(one)
        return main_change.compare_exams(current, priors, *chosen)
    for one in (current, *priors):
        _refuse_unless(one, Mammogram, "calcsight.load(path)")
    if several:
        return main_change.compare_series(current, priors, *chosen)
    return main_change.compare(current, priors[0], *chosen)


def _refuse_unless_exam(given: object) -> None:
    """Refuse what is no exam of at least one mammogram."""
    _refuse_unless(given, Exam, "calcsight.Exam(uid=..., mammograms=(...))")
    mammograms = given.mammograms if isinstance(given, Exam) else ()
    if not mammograms:
        raise UsageError("an exam without a mammogram", "at least one", "load its views first")
    for one in mammograms:
        _refuse_unless(one, Mammogram, "calcsight.load(path)")


def _refuse_unless(given: object, kind: type, maker: str) -> None:
    """Refuse what is another thing than asked for; only its type is named."""
    if not isinstance(given, kind):
        raise UsageError(
            f"a value of the type {type(given).__name__}", kind.__name__, f"give {maker}"
        )


def _chosen(
    judge: Judge | None, settings: Settings | None, interpreter: Interpreter | None
) -> tuple[Judge, Settings, Interpreter]:
    """Let what ships, and the defaults, stand for what was left out."""
    settings = settings or Settings()
    return (
        judge or load_judge(engine=settings.engine),
        settings,
        interpreter or interpreter_for(settings),
    )


def settings_from(path: Path) -> Settings:
    """Read settings from a TOML file.

    Raises
    ------
    SettingsError
        When the file cannot be read, is no TOML, or holds an unknown key or a bad value.
    """
    return Settings.from_mapping(toml_in(path, "a TOML file of settings"))


@cache
def answerer() -> Answerer:
    """Return what answers questions of women, from the knowledge base that ships."""
    return Answerer(load_knowledge_base(), load_likeness())
