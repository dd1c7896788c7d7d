"""A run of comparisons: exams in, one folder with what changed, one manifest."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from calcsight.analysis.subtraction import subtracted
from calcsight.batch.clock import Clock, Stopwatch
from calcsight.batch.compared_inputs import (
    Answer,
    ReadForComparison,
    read_for_comparison,
    sources_of,
)
from calcsight.batch.compared_series import compared_of
from calcsight.batch.drawn_pair import draw_pair
from calcsight.batch.finding import Found
from calcsight.batch.folder import MANIFEST_FILE, prepare_folder
from calcsight.batch.hospital_results import HospitalResults
from calcsight.batch.naming import TakenNames, distinct_stems, uid_stem
from calcsight.batch.pool import each_in_order
from calcsight.batch.run import refuse_what_cannot_be_run
from calcsight.batch.view import Orders
from calcsight.comparing import listing_weak
from calcsight.reports.change_columns import CHANGE_COLUMNS
from calcsight.reports.columns import row_of
from calcsight.reports.comparison_document import comparison_document
from calcsight.reports.comparison_entries import (
    Compared,
    ComparedPair,
    change_entries,
    link_entries,
)
from calcsight.reports.comparison_page import comparison_page
from calcsight.reports.comparison_pictures import PairPictures
from calcsight.reports.csv_tables import csv_header, csv_lines
from calcsight.reports.json_text import json_text
from calcsight.reports.link_columns import LINK_COLUMNS
from calcsight.reports.manifest import (
    InputTiming,
    ReadInput,
    RefusedInput,
    Timings,
    manifest_document,
)
from calcsight.reports.reading_document import reading_document
from calcsight.reports.wording import counted_calcifications
from calcsight.safe_writing import write_bytes, write_text
from calcsight.terms.comparison import Comparison, Frame, KnownBefore
from calcsight.terms.hospital import ResultOrder
from calcsight.terms.interpreter import Interpreter
from calcsight.terms.judge import Judge
from calcsight.terms.settings import Settings

COMPARISON, PAGE = "comparison.json", "comparison.html"
LINKS, CHANGES = "links.csv", "changes.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonOrder:
    """What to compare, how, and where to.

    Parameters
    ----------
    current : Found
    priors : tuple of Found
        One for each argument that named a prior.
    output : Path
        Folder of the results.
    judge : Judge
    settings : Settings
    interpreter : Interpreter
    clock : Clock
    known : KnownBefore
    jobs : int
        Processes that read, at least 1; the results do not depend on it.
    overwrite, by_uid, debug : bool
        See `prepare_folder`, `RunOrder` and `Orders`.
    results : ResultOrder or None
        What is written of the current exam for a hospital's systems, too.
    """

    current: Found
    priors: tuple[Found, ...]
    output: Path
    judge: Judge
    settings: Settings
    interpreter: Interpreter
    clock: Clock
    known: KnownBefore
    jobs: int = 1
    overwrite: bool = False
    by_uid: bool = False
    debug: bool = False
    results: ResultOrder | None = None

    @property
    def found(self) -> tuple[Found, ...]:
        """The current exam, then the priors."""
        return (self.current, *self.priors)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonDone:
    """What a run of comparisons gave.

    Parameters
    ----------
    document : mapping
        As `comparison.json` holds it.
    manifest : mapping
    page : Path
    """

    document: Mapping[str, Any]
    manifest: Mapping[str, Any]
    page: Path


def run_comparison(
    order: ComparisonOrder, watch: Callable[[], None], obey: Callable[[], None] = lambda: None
) -> ComparisonDone:
    """Read all inputs, compare each view with its priors, and write all results.

    Parameters
    ----------
    order : ComparisonOrder
    watch : callable
        Called once for each input that was read, in order.
    obey : callable
        Called where nothing is half-done after that, once for each pair: it may end the run.

    Raises
    ------
    NoMammogramsError
        When nothing that could be a mammogram was found on one side; nothing is written then.
    UsageError
        When the results would lie among the inputs, or `OutputNotEmptyError`.
    OutputError
        When something cannot be written; files already complete stay.
    """
    started_at, started = order.clock.now(), order.clock.seconds()
    for found in order.found:
        refuse_what_cannot_be_run(found, order.output)
    sources = sources_of(order.found)
    hospital = HospitalResults(order.results, [one.found for one in sources])
    prepare_folder(order.output, order.overwrite)
    orders = Orders(
        judge=order.judge,
        settings=listing_weak(order.settings, order.judge),
        interpreter=order.interpreter,
        clock=order.clock,
        debug=order.debug,
    )
    jobs = max(1, min(order.jobs, len(sources)))
    given = each_in_order(partial(read_for_comparison, orders=orders), sources, jobs)
    answers = list(_watched(given, watch))
    whole, guidance = Stopwatch(order.clock), order.interpreter.guidance
    with whole.stage("compare"):
        compared = compared_of(answers, order.settings, guidance, order.known)
        document = comparison_document(compared, order.settings, guidance)
    inputs = _write_readings(answers, order, orders.settings)
    with whole.stage("draw"):
        pictures = dict(_pictures(compared.pairs, order.settings, obey))
    _write_tables(compared, document, order.output)
    timed = [InputTiming(image=one.image, stages=one.watch.stages) for one in answers]
    timed.append(InputTiming(image=COMPARISON, stages=whole.stages))
    files = _write_hospital(hospital, answers, compared, order)
    timings = Timings(started_at, order.clock.seconds() - started, jobs, timed)
    manifest = _manifest(order, inputs, files, timings)
    write_text(order.output / PAGE, comparison_page(document, pictures, manifest))
    # Last of all, so that a manifest says that the run came to its end.
    write_text(order.output / MANIFEST_FILE, json_text(manifest))
    return ComparisonDone(document=document, manifest=manifest, page=order.output / PAGE)


def _manifest(
    order: ComparisonOrder,
    inputs: Sequence[ReadInput | RefusedInput],
    files: Sequence[str],
    timings: Timings,
) -> dict[str, Any]:
    """Say what went in and came out, and how long it took."""
    ignored = [one for found in order.found for one in found.ignored]
    every = [COMPARISON, CHANGES, LINKS, PAGE, *files]
    return manifest_document(order.judge, order.settings, inputs, ignored, every, timings)


def _write_hospital(
    hospital: HospitalResults,
    answers: Sequence[Answer],
    compared: Compared,
    order: ComparisonOrder,
) -> list[str]:
    """Write the results of the current exam; return the names of the files."""
    for one in answers:
        if one.source.frame is not Frame.CURRENT:
            continue
        if isinstance(one, ReadForComparison):
            hospital.note(one.image, one.reading.without_pixels(), None)
        else:
            hospital.note(one.image, None, one.refusal.code)
    changes = [(one.comparison, one.prior_image) for one in compared.pairs]
    names = []
    for file in hospital.files(order.judge, order.settings, order.interpreter, changes):
        write_bytes(order.output / file.name, file.data)
        names.append(file.name)
    return names


def _watched(answers: Iterator[Answer], watch: Callable[[], None]) -> Iterator[Answer]:
    """Tell of every answer when it is there."""
    for one in answers:
        yield one
        watch()


def _pictures(
    pairs: Sequence[ComparedPair], settings: Settings, obey: Callable[[], None]
) -> Iterator[tuple[int, PairPictures]]:
    """Draw the pairs, each with its number; between two of them the run may be ended."""
    for one in pairs:
        obey()
        yield one.number, _drawn(one.comparison, settings)


def _drawn(comparison: Comparison, settings: Settings) -> PairPictures:
    """Draw one pair, with the subtraction where one lies over the other."""
    subtraction = None
    if comparison.not_comparable is None and comparison.registration is not None:
        views = (comparison.current.mammogram, comparison.prior.mammogram)
        subtraction = subtracted(*views, comparison.registration)
    return draw_pair(comparison, settings, subtraction)


def _write_tables(compared: Compared, document: dict[str, Any], folder: Path) -> None:
    """Write the document and both tables."""
    write_text(folder / COMPARISON, json_text(document))
    changes = [row_of(CHANGE_COLUMNS, e) for one in compared.pairs for e in change_entries(one)]
    write_text(folder / CHANGES, csv_header(CHANGE_COLUMNS) + csv_lines(changes))
    links = [row_of(LINK_COLUMNS, e) for one in compared.pairs for e in link_entries(one)]
    write_text(folder / LINKS, csv_header(LINK_COLUMNS) + csv_lines(links))


def _write_readings(
    answers: Sequence[Answer], order: ComparisonOrder, settings: Settings
) -> list[ReadInput | RefusedInput]:
    """Write each reading, and return the lines of the manifest in the order of the inputs."""
    stems = _stems(answers, by_uid=order.by_uid)
    entries: list[ReadInput | RefusedInput] = []
    for one, stem in zip(answers, stems, strict=True):
        if not isinstance(one, ReadForComparison):
            entries.append(one.refusal)
            continue
        reading, name = one.reading, f"{stem}.reading.json"
        document = reading_document(reading, one.image, settings, order.interpreter.guidance)
        write_text(order.output / name, json_text(document))
        entries.append(
            ReadInput(
                image=one.image,
                uid=reading.mammogram.uid,
                statement=document["statement"],
                calcifications=counted_calcifications(reading),
                listed=len(reading.calcifications),
                groups=len(reading.groups),
                limitations=reading.limitations,
                files=(name,),
            )
        )
    return entries


def _stems(answers: Sequence[Answer], *, by_uid: bool) -> Iterator[str]:
    """Name the files of each input by its own name, or by the UID of its mammogram."""
    taken = TakenNames()
    for one, stem in zip(answers, distinct_stems([one.image for one in answers]), strict=True):
        if by_uid and isinstance(one, ReadForComparison):
            yield taken.free(uid_stem(one.reading.mammogram.uid))
        else:
            yield taken.free(stem)
