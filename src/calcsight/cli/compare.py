"""`calcsight compare`: what changed since the prior mammograms."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcsight.cli.console import complain, progress, tell, tell_line
from calcsight.cli.exit_status import ExitStatus, status_of_run
from calcsight.cli.gathering import Said
from calcsight.cli.hospital_options import (
    CreatedAt,
    DicomOut,
    Finals,
    SrSuggestion,
    result_order,
)
from calcsight.cli.options import (
    AsJson,
    DateWord,
    ExamWord,
    Jobs,
    LateralityWord,
    ModelName,
    Names,
    NamesChoice,
    OutputFolder,
    Overwrite,
    PointChoice,
    PolicyName,
    PopulationName,
    SchemeName,
    Session,
    SettingsFile,
    SpacingMm,
    ViewWord,
    VocabularyName,
    a_path,
    a_word,
)
from calcsight.cli.read import chosen_settings, guided_by, read_with, refusal_line, usual_jobs
from calcsight.terms.comparison import KnownBefore
from calcsight.terms.errors import UsageError
from calcsight.terms.reading import INTENDED_USE

if TYPE_CHECKING:
    from calcsight.batch.comparing_run import ComparisonDone
    from calcsight.batch.finding import Found

CURRENT, PRIOR = "current", "prior"
_LEAST_INPUTS = 2

BothInputs = Annotated[
    list[Path] | None,
    typer.Argument(
        parser=a_path,
        metavar="CURRENT PRIOR...",
        show_default=False,
        help="The current mammogram and one or more earlier ones, in any order: files, or "
        "folders with all the views of an exam.",
    ),
]
RoleTable = Annotated[
    Path | None,
    typer.Option(
        "--inputs",
        parser=a_path,
        metavar="TABLE.csv",
        show_default=False,
        help="Inputs and what is said about each: path, role (current or prior), exam, "
        "laterality, view, spacing_mm, date, exam_uid.",
    ),
]
PriorDate = Annotated[
    str | None,
    typer.Option(
        "--prior-date",
        parser=a_word,
        metavar="YYYY-MM-DD",
        show_default=False,
        help="The day on which the prior was made; --date is that of the current one.",
    ),
]
TimelineFile = Annotated[
    Path | None,
    typer.Option(
        "--timeline",
        parser=a_path,
        metavar="FILE.json",
        show_default=False,
        help="The timeline of this woman: a finding that it follows keeps its tracking UID.",
    ),
]
SamePatient = Annotated[
    bool,
    typer.Option(
        "--same-patient",
        help="Compare although the files carry different patient numbers: you vouch that all "
        "are of one woman.",
    ),
]


def compare(
    context: typer.Context,
    *,
    out: OutputFolder,
    inputs: BothInputs = None,
    laterality: LateralityWord = None,
    view: ViewWord = None,
    exam: ExamWord = None,
    date: DateWord = None,
    prior_date: PriorDate = None,
    spacing_mm: SpacingMm = None,
    table: RoleTable = None,
    timeline: TimelineFile = None,
    same_patient: SamePatient = False,
    operating_point: PointChoice = None,
    settings: SettingsFile = None,
    vocabulary: VocabularyName = None,
    population: PopulationName = None,
    scheme: SchemeName = None,
    policy: PolicyName = None,
    model: ModelName = None,
    jobs: Jobs = None,
    overwrite: Overwrite = False,
    names: NamesChoice = Names.FILE,
    dicom_out: DicomOut = None,
    sr_suggestion: SrSuggestion = False,
    final: Finals = None,
    created_at: CreatedAt = None,
    as_json: AsJson = False,
) -> int:
    """Say what changed since prior mammograms, group by group, with error bands."""
    # Late: help must not wait for OpenCV.
    from calcsight.batch.comparing_run import ComparisonOrder, run_comparison  # noqa: PLC0415

    session: Session = context.obj
    chosen = chosen_settings(settings, operating_point, None)
    chosen = guided_by(chosen, vocabulary, population, scheme, policy)
    said = Said(spacing_mm, laterality, view, exam, date)
    current, priors = _gathered(inputs or [], table, said, prior_date, out)
    total = sum(len(one.inputs) for one in (current, *priors))
    order = ComparisonOrder(
        current=current,
        priors=priors,
        output=out,
        **read_with(chosen, model),
        known=_known(timeline, same_patient),
        jobs=jobs or usual_jobs(total),
        overwrite=overwrite,
        by_uid=names is Names.UID,
        debug=session.debug,
        results=result_order(dicom_out, sr_suggestion, final, created_at),
    )
    with progress(total, "reading", session.request) as advance:
        done = run_comparison(order, advance, session.request.obey)
    _say(done, as_json)
    return _status(done)


def _gathered(
    paths: Sequence[Path],
    table: Path | None,
    said: Said,
    prior_date: str | None,
    output: Path,
) -> "tuple[Found, tuple[Found, ...]]":
    """Find the inputs of the current exam and of each prior argument.

    Raises
    ------
    UsageError
        When there is no current mammogram or no prior, or what is said cannot be.
    """
    from calcsight.batch.finding import Argument, find_inputs  # noqa: PLC0415
    from calcsight.batch.table import inputs_by_role  # noqa: PLC0415
    from calcsight.terms.stating import stated  # noqa: PLC0415 - help must not wait

    now = stated(*said)
    # A day is of one exam alone: that of the current one is never said of a prior.
    before = replace(now, acquired_on=stated(date=prior_date).acquired_on)
    if table is not None:
        if paths:
            raise UsageError("both inputs and a table of inputs", "one of them")
        rows = inputs_by_role(table, {CURRENT: now, PRIOR: before})
        if not rows[CURRENT] or not rows[PRIOR]:
            raise UsageError(
                f"{table} with {len(rows[CURRENT])} current and {len(rows[PRIOR])} prior rows",
                "at least one of each in the column role",
            )
        return find_inputs(rows[CURRENT], output), (find_inputs(rows[PRIOR], output),)
    if len(paths) < _LEAST_INPUTS:
        raise UsageError(
            "no prior" if paths else "no input",
            "CURRENT and at least one PRIOR, or --inputs TABLE.csv",
            "calcsight compare -h shows an example",
        )
    first, *others = paths
    return (
        find_inputs([Argument(path=first, stated=now)], output),
        tuple(find_inputs([Argument(path=one, stated=before)], output) for one in others),
    )


def _known(timeline: Path | None, same_patient: bool) -> KnownBefore:
    """Return what is known of the woman before."""
    if timeline is None:
        return KnownBefore(same_patient=same_patient)
    from calcsight.pathway.tracking import known_groups  # noqa: PLC0415
    from calcsight.reports.timeline_file import timeline_from  # noqa: PLC0415

    tracking = known_groups(timeline_from(timeline).findings)
    return KnownBefore(same_patient=same_patient, tracking=tracking)


def _say(done: "ComparisonDone", as_json: bool) -> None:
    """Print refusals on standard error and what changed on standard output."""
    for one in done.manifest["inputs"]:
        if one["status"] == "refused":
            complain(f"{one['image']} refused: {refusal_line(one)}")
    if as_json:
        from calcsight.reports.json_text import json_text  # noqa: PLC0415

        tell(json_text(dict(done.document)).rstrip())
        return
    for sentence in done.document["statement"]:
        tell_line(sentence)
    tell(INTENDED_USE)
    tell_line(f"Report: {done.page}")


def _status(done: "ComparisonDone") -> ExitStatus:
    """Return the status: refusals weigh most; then that nothing could be compared."""
    refused = [one["code"] for one in done.manifest["inputs"] if one["status"] == "refused"]
    status = status_of_run(int(done.manifest["counts"]["read"]), refused)
    if status is ExitStatus.READ and done.document["not_comparable"]:
        return ExitStatus.NOT_COMPARABLE
    return status
