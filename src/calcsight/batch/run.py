"""A run: many inputs, one folder of results, one manifest that leaves nothing out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calcsight.batch.clock import Clock, Stopwatch
from calcsight.batch.exams import ExamsSeen
from calcsight.batch.finding import Found
from calcsight.batch.folder import MANIFEST_FILE, prepare_folder
from calcsight.batch.hospital_results import HospitalResults
from calcsight.batch.pool import read_all
from calcsight.batch.results import REPORT, ResultsFolder
from calcsight.batch.view import Orders, ViewRead, ViewRefused
from calcsight.reports.json_text import json_text
from calcsight.reports.manifest import (
    InputTiming,
    ReadInput,
    RefusedInput,
    Timings,
    manifest_document,
)
from calcsight.reports.parquet_tables import require_parquet
from calcsight.safe_writing import write_text
from calcsight.terms.errors import NoMammogramsError, UsageError
from calcsight.terms.hospital import ResultOrder
from calcsight.terms.interpreter import Interpreter
from calcsight.terms.judge import Judge
from calcsight.terms.reading import LeanReading
from calcsight.terms.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOrder:
    """What to read, how, and where to.

    Parameters
    ----------
    found : Found
    output : Path
        Folder of the results.
    judge : Judge
    settings : Settings
    interpreter : Interpreter or None
        None = nothing is described.
    jobs : int
        Processes, at least 1; the results do not depend on it.
    overwrite, by_uid, parquet, debug : bool
        See `ResultsFolder`, `prepare_folder` and `Orders`.
    clock : Clock
    results : ResultOrder or None
        What is written for a hospital's systems, too.
    """

    found: Found
    output: Path
    judge: Judge
    settings: Settings
    clock: Clock
    interpreter: Interpreter | None = None
    jobs: int = 1
    overwrite: bool = False
    by_uid: bool = False
    parquet: bool = False
    debug: bool = False
    results: ResultOrder | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDone:
    """What a run gave: its manifest and where the report is."""

    manifest: Mapping[str, Any]
    report: Path

    @property
    def refused_codes(self) -> list[str]:
        """Codes of all refusals, in order."""
        return [one["code"] for one in self.manifest["inputs"] if one["status"] == "refused"]

    @property
    def read_count(self) -> int:
        """Number of inputs that were read."""
        return int(self.manifest["counts"]["read"])


Watcher = Callable[[ReadInput | RefusedInput], None]


def run(order: RunOrder, watch: Watcher) -> RunDone:
    """Read all inputs and write all results.

    Parameters
    ----------
    order : RunOrder
    watch : callable
        Told of each input when it is done, in order.

    Returns
    -------
    RunDone

    Raises
    ------
    NoMammogramsError
        When nothing that could be a mammogram was found; nothing is written then.
    UsageError
        When the results would lie among the inputs, or `OutputNotEmptyError`; when results are
        asked for that cannot be written (`HospitalResults`).
    OutputError
        When something cannot be written; files already complete stay.
    """
    started_at, started = order.clock.now(), order.clock.seconds()
    refuse_what_cannot_be_run(order.found, order.output)
    found = order.found.inputs
    hospital = HospitalResults(order.results, found)
    if order.parquet:
        require_parquet()
    prepare_folder(order.output, order.overwrite)
    jobs = max(1, min(order.jobs, len(found)))
    inputs: list[ReadInput | RefusedInput] = []
    timed: list[InputTiming] = []
    images = [one.image for one in found]
    with ResultsFolder(order.output, images, parquet=order.parquet, by_uid=order.by_uid) as results:
        exams = ExamsSeen()
        for view in read_all(found, _orders(order), jobs):
            watch_write = Stopwatch(order.clock)
            with watch_write.stage("write"):
                inputs.append(_entry(view, results))
            timed.append(_timing(view, watch_write))
            exams.note(view)
            hospital.note(view.image, *_answer(view))
            watch(inputs[-1])
        _write_exams(order, results, exams, hospital)
        manifest = manifest_document(
            order.judge,
            order.settings,
            inputs,
            order.found.ignored,
            results.planned_files(),
            Timings(started_at, order.clock.seconds() - started, jobs, timed),
        )
        results.finish(manifest)
    # Last of all, so that a manifest says that the run came to its end.
    write_text(order.output / MANIFEST_FILE, json_text(manifest))
    return RunDone(manifest=manifest, report=order.output / REPORT)


def _timing(view: ViewRead | ViewRefused, writing: Stopwatch) -> InputTiming:
    """Say how long one input took, its writing with it."""
    return InputTiming(image=view.image, stages={**view.stages, **writing.stages})


def _write_exams(
    order: RunOrder, results: ResultsFolder, exams: ExamsSeen, hospital: HospitalResults
) -> None:
    """Write what is about whole exams."""
    for exam in exams.documents(order.interpreter, order.settings):
        results.add_exam(exam)
    for one in hospital.files(order.judge, order.settings, order.interpreter):
        results.add_file(one.name, one.data)


def _answer(view: ViewRead | ViewRefused) -> tuple[LeanReading | None, str | None]:
    """Return what was read, or the code of its refusal."""
    return (None, view.refusal.code) if isinstance(view, ViewRefused) else (view.reading, None)


def _orders(order: RunOrder) -> Orders:
    """Take what every process needs."""
    return Orders(
        judge=order.judge,
        settings=order.settings,
        interpreter=order.interpreter,
        clock=order.clock,
        debug=order.debug,
    )


def refuse_what_cannot_be_run(found: Found, output: Path) -> None:
    """Refuse what could only go wrong later.

    Raises
    ------
    NoMammogramsError
        When nothing that could be a mammogram was found.
    UsageError
        When the results would lie among the inputs.
    """
    if not found.inputs:
        others = len(found.ignored)
        raise NoMammogramsError(
            f"no file that could be a mammogram ({others} other file{'' if others == 1 else 's'})",
            "DICOM, PNG or TIFF files, or folders that hold some",
            "check the paths; calcsight check says what each file is",
        )
    folder = output.resolve()
    if any(one.path.parent.resolve() == folder for one in found.inputs):
        raise UsageError(
            f"the folder of the results, {output}, holds inputs",
            "a folder of its own for the results",
            "choose another folder with --out",
        )


def _entry(view: ViewRead | ViewRefused, results: ResultsFolder) -> ReadInput | RefusedInput:
    """Write one result and return its line of the manifest."""
    if isinstance(view, ViewRefused):
        return view.refusal
    calcifications = view.document["calcifications"]
    return ReadInput(
        image=view.image,
        uid=view.uid,
        statement=view.document["statement"],
        calcifications=sum(one["at_operating_point"] for one in calcifications),
        listed=len(calcifications),
        groups=len(view.group_rows),
        limitations=view.limitations,
        files=results.add(view),
    )
