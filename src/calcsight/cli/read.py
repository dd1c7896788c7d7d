"""`calcsight read`: mammograms in, a folder of results out."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from calcsight.cli.console import complain, progress, tell, tell_line
from calcsight.cli.exit_status import status_of_run
from calcsight.cli.fetching import found_inputs
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
    ExamUid,
    ExamWord,
    Inputs,
    Jobs,
    LateralityWord,
    MinScore,
    ModelName,
    Names,
    NamesChoice,
    OutputFolder,
    Overwrite,
    Parquet,
    PointChoice,
    PolicyName,
    PopulationName,
    SchemeName,
    Session,
    SettingsFile,
    SpacingMm,
    Table,
    ViewWord,
    VocabularyName,
)
from calcsight.cli.stowing import checked, stow_results
from calcsight.cli.web_options import CaFile, LoginFile, Remote, Stow, StudyUid, TokenFile, WebUrl
from calcsight.terms.description_settings import GuidanceSettings
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.settings import Settings

if TYPE_CHECKING:
    from typing import Any

    from calcsight.batch.run import RunDone, RunOrder


def read(
    context: typer.Context,
    *,
    out: OutputFolder,
    inputs: Inputs = None,
    laterality: LateralityWord = None,
    view: ViewWord = None,
    exam: ExamWord = None,
    date: DateWord = None,
    exam_uid: ExamUid = None,
    spacing_mm: SpacingMm = None,
    table: Table = None,
    operating_point: PointChoice = None,
    min_score: MinScore = None,
    settings: SettingsFile = None,
    vocabulary: VocabularyName = None,
    population: PopulationName = None,
    scheme: SchemeName = None,
    policy: PolicyName = None,
    model: ModelName = None,
    jobs: Jobs = None,
    overwrite: Overwrite = False,
    names: NamesChoice = Names.FILE,
    parquet: Parquet = False,
    dicom_out: DicomOut = None,
    sr_suggestion: SrSuggestion = False,
    final: Finals = None,
    created_at: CreatedAt = None,
    as_json: AsJson = False,
    dicomweb: WebUrl = None,
    study: StudyUid = None,
    token_file: TokenFile = None,
    login_file: LoginFile = None,
    ca_file: CaFile = None,
    stow: Stow = False,
) -> int:
    """Find, measure and group calcifications; write tables, pictures and a report."""
    from calcsight.batch.run import RunOrder  # noqa: PLC0415 - help must not wait for OpenCV

    session: Session = context.obj
    chosen = chosen_settings(settings, operating_point, min_score)
    chosen = guided_by(chosen, vocabulary, population, scheme, policy)
    said = Said(spacing_mm, laterality, view, exam, date, exam_uid)
    results = result_order(dicom_out, sr_suggestion, final, created_at)
    remote = checked(Remote(dicomweb, study, token_file, login_file, ca_file, stow), results)
    found = context.with_resource(
        found_inputs(inputs or [], table, said, out, remote, session.request)
    )
    order = RunOrder(
        found=found,
        output=out,
        **read_with(chosen, model),
        jobs=jobs or usual_jobs(len(found.inputs)),
        overwrite=overwrite,
        by_uid=names is Names.UID,
        parquet=parquet,
        debug=session.debug,
        results=results,
    )
    return _carried_out(order, session, as_json, remote)


def _carried_out(order: "RunOrder", session: Session, as_json: bool, remote: Remote) -> int:
    """Run an order, say what came of it, and store the results where that was asked for."""
    from calcsight.batch.run import run  # noqa: PLC0415

    with progress(len(order.found.inputs), "reading", session.request) as advance:
        done = run(order, lambda _: advance())
    _say(done, as_json)
    if remote.stow:
        stow_results(remote, order.output, done.manifest["files"], silent=as_json)
    return status_of_run(done.read_count, done.refused_codes)


def _say(done: "RunDone", as_json: bool) -> None:
    """Print refusals on standard error and results on standard output."""
    for one in done.manifest["inputs"]:
        if one["status"] == "refused":
            complain(f"{one['image']} refused: {refusal_line(one)}")
        elif not as_json:
            tell_line(f"{one['image']}: {one['statement']}")
    if as_json:
        from calcsight.reports.json_text import json_text  # noqa: PLC0415

        tell(json_text(dict(done.manifest)).rstrip())
    else:
        tell(INTENDED_USE)
        tell_line(f"Report: {done.report}")


def chosen_settings(
    file: Path | None, operating_point: OperatingPoint | None, min_score: float | None
) -> Settings:
    """Take the settings of a file, and let flags win over it.

    Raises
    ------
    SettingsError
    """
    from calcsight.assembly import settings_from  # noqa: PLC0415

    settings = settings_from(file) if file else Settings()
    if operating_point is not None:
        settings = replace(settings, operating_point=operating_point)
    if min_score is not None:
        settings = replace(settings, min_score=min_score)
    return settings


def guided_by(
    settings: Settings,
    vocabulary: str | None,
    population: str | None,
    scheme: str | None,
    policy: str | None,
) -> Settings:
    """Let what the flags name win over the settings' guidance."""
    usual = settings.guidance
    return replace(
        settings,
        guidance=GuidanceSettings(
            vocabulary=usual.vocabulary if vocabulary is None else vocabulary,
            population=usual.population if population is None else population,
            scheme=usual.scheme if scheme is None else scheme,
            policy=usual.policy if policy is None else policy,
        ),
    )


def read_with(settings: Settings, model: str | None) -> "dict[str, Any]":
    """Return judge, settings, interpreter and clock, as an order of a run takes them."""
    from calcsight.assembly import interpreter_for  # noqa: PLC0415
    from calcsight.batch.clock import Clock  # noqa: PLC0415
    from calcsight.models import DEFAULT_MODEL, load_judge  # noqa: PLC0415

    return {
        "judge": load_judge(model or DEFAULT_MODEL, settings.engine),
        "settings": settings,
        "interpreter": interpreter_for(settings),
        "clock": Clock(),
    }


def usual_jobs(inputs: int) -> int:
    """Return how many processes are worth starting for some inputs."""
    usable = getattr(os, "sched_getaffinity", None)
    cores = len(usable(0)) if usable else os.cpu_count() or 1
    return max(1, min(cores, inputs // 2))


def refusal_line(refused: dict[str, str]) -> str:
    """Write the parts of a refusal in one line, as the error itself does."""
    parts = [f"{refused['code']}: {refused['found']}"]
    parts += [f"needed: {refused['needed']}"] if refused["needed"] else []
    parts += [f"to do: {refused['to_do']}"] if refused["to_do"] else []
    return "; ".join(parts)
