"""The inputs of a comparison as exams: the current one, and each prior, oldest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from calcsight.assembly import load_stated
from calcsight.batch.clock import Stopwatch
from calcsight.batch.finding import Found, FoundInput
from calcsight.batch.naming import distinct_images
from calcsight.batch.refusal import as_refused
from calcsight.batch.view import Orders
from calcsight.reading import read
from calcsight.reports.manifest import RefusedInput
from calcsight.terms.comparison import Frame
from calcsight.terms.reading import ExamReading, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedInput:
    """One input of a comparison.

    Parameters
    ----------
    found : FoundInput
    frame : Frame
        Whether it was given as current or as prior.
    argument : int
        Which argument led to it: what one argument holds is of one exam unless the files say
        otherwise.
    """

    found: FoundInput
    frame: Frame
    argument: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadForComparison:
    """One input that was read.

    Parameters
    ----------
    source : ComparedInput
    reading : Reading
        With faint candidates listed.
    watch : Stopwatch
    """

    source: ComparedInput
    reading: Reading
    watch: Stopwatch

    @property
    def image(self) -> str:
        """Path relative to the input argument."""
        return self.source.found.image


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedForComparison:
    """One input that could not be read, and why."""

    source: ComparedInput
    refusal: RefusedInput
    watch: Stopwatch

    @property
    def image(self) -> str:
        """Path relative to the input argument."""
        return self.source.found.image


Answer = ReadForComparison | RefusedForComparison


def sources_of(found: Sequence[Found]) -> list[ComparedInput]:
    """Return all inputs: those of the first as current, of all others as prior.

    Where inputs of several would share a name, folders stand in front.
    """
    inputs = [(number, one) for number, each in enumerate(found) for one in each.inputs]
    # A file that is given on both sides has one name, which no folder could tell apart.
    paths = dict.fromkeys((one.path, one.image) for _, one in inputs)
    images = dict(zip(paths, distinct_images(list(paths)), strict=True))
    return [
        ComparedInput(
            found=replace(one, image=images[one.path, one.image]),
            frame=Frame.PRIOR if number else Frame.CURRENT,
            argument=number,
        )
        for number, one in inputs
    ]


def read_for_comparison(source: ComparedInput, orders: Orders) -> Answer:
    """Load and read one input; a refusal is a result, too.

    Parameters
    ----------
    source : ComparedInput
    orders : Orders
        With settings that list faint candidates.

    Raises
    ------
    CalcsightError
        Anything that is wrong with more than this input: a model, a setting.
    """
    watch, found = Stopwatch(orders.clock), source.found
    try:
        if found.refusal is not None:
            raise found.refusal
        with watch.stage("load"):
            mammogram = load_stated(found.path, found.stated)
        with watch.stage("read"):
            reading = read(mammogram, orders.judge, orders.settings, orders.interpreter)
    except Exception as problem:  # noqa: BLE001 - sorted in one place: `as_refused`
        refusal = as_refused(found.image, problem, orders.debug)
        return RefusedForComparison(source=source, refusal=refusal, watch=watch)
    return ReadForComparison(source=source, reading=reading, watch=watch)


def exams_of_inputs(answers: Sequence[Answer]) -> tuple[ExamReading, tuple[ExamReading, ...]]:
    """Gather what was read into the current exam and the prior ones, oldest first.

    Priors belong to one exam when they name the same one; else when they were made on the same
    day; else when one argument led to them. An exam of unknown date comes first.
    """
    current: list[Reading] = []
    exams: dict[object, list[Reading]] = {}
    for one in answers:
        if not isinstance(one, ReadForComparison):
            continue
        if one.source.frame is Frame.CURRENT:
            current.append(one.reading)
            continue
        mammogram = one.reading.mammogram
        key = mammogram.exam_uid or mammogram.acquired_on or one.source.argument
        exams.setdefault(key, []).append(one.reading)
    in_order = sorted(exams.values(), key=_day)
    return _exam(current), tuple(_exam(one) for one in in_order)


def _day(readings: Iterable[Reading]) -> date:
    """Return the first day of an exam; the first of all days when none is known."""
    days = [one.mammogram.acquired_on for one in readings]
    return min((day for day in days if day is not None), default=date.min)


def _exam(readings: Sequence[Reading]) -> ExamReading:
    """Put readings together under the name of their exam, as far as it is known."""
    names = [one.mammogram.exam_uid for one in readings if one.mammogram.exam_uid]
    return ExamReading(uid=names[0] if names else "", readings=tuple(readings))
