"""`calcsight evaluate`: a detector's findings against a data set's truth, under every rule."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from calcsight.cli.console import complain, progress, tell, tell_line
from calcsight.cli.exit_status import ExitStatus
from calcsight.cli.options import (
    AsJson,
    Jobs,
    ModelName,
    OutputFolder,
    Overwrite,
    Session,
    SettingsFile,
    a_path,
)
from calcsight.cli.prior_pairs import GAIN_FILE, WithPrior, prior_tables, read_pairs
from calcsight.cli.read import chosen_settings, usual_jobs
from calcsight.terms.errors import UsageError
from calcsight.terms.reading import INTENDED_USE

if TYPE_CHECKING:
    from calcsight.evaluation.cases import DataSet, Predictions
    from calcsight.evaluation.evaluating import Evaluation
    from calcsight.terms.judge import Judge
    from calcsight.terms.settings import Settings

PredictionsPath = Annotated[
    Path | None,
    typer.Option(
        "--predictions",
        parser=a_path,
        metavar="PATH",
        show_default=False,
        help="A detector's findings: CSV, JSON, COCO or a results folder of calcsight read. "
        "Without it the images are read here, with everything listed.",
    ),
]
_PAGE = "evaluation.html"
_FIGURES = "figures.csv"
_CURVES = "curves.csv"
_PREDICTIONS = "predictions.json"


def evaluate(
    context: typer.Context,
    *,
    data_set: Annotated[str, typer.Argument(metavar="DATA_SET", help="Name of the data set.")],
    folder: Annotated[
        Path,
        typer.Argument(parser=a_path, metavar="FOLDER", help="Where you keep the data set."),
    ],
    out: OutputFolder,
    predictions: PredictionsPath = None,
    with_prior: WithPrior = False,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Of the bootstrap.")] = 1,
    replicates: Annotated[
        int, typer.Option(min=100, max=100_000, help="Draws of patients for the intervals.")
    ] = 1000,
    model: ModelName = None,
    settings: SettingsFile = None,
    jobs: Jobs = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> int:
    """Measure a detector under every common hit rule, with intervals by patient."""
    from calcsight.batch.folder import prepare_folder  # noqa: PLC0415 - help must not wait
    from calcsight.evaluation.data_sets import open_data_set  # noqa: PLC0415
    from calcsight.evaluation.evaluating import evaluate as measure  # noqa: PLC0415
    from calcsight.evaluation.evaluating import every_rule  # noqa: PLC0415
    from calcsight.evaluation.predictions import read_predictions  # noqa: PLC0415

    session: Session = context.obj
    truth, tables = open_data_set(data_set, folder), dict[str, str]()
    ready = partial(prepare_folder, out, overwrite)
    # Whatever can be refused is refused before the results of an earlier run are removed.
    if predictions is not None:
        said = {"--model": model, "--settings": settings, "--jobs": jobs}
        _refuse_beside_predictions(said | {"--with-prior": with_prior or None})
        found = read_predictions(predictions, [view.name for view in truth.views])
        ready()
    elif with_prior:
        reader = _judge_and_settings(truth, settings, model)
        both = read_pairs(truth, reader, session, jobs, ready)
        truth, found = both.truth, both.with_prior
        tables = prior_tables(both, (replicates, seed))
    else:
        reader = _judge_and_settings(truth, settings, model)
        ready()
        found = _read_all(truth, reader, session, jobs)
    with progress(len(every_rule()), "measuring", session.request) as advance:
        evaluation = measure(
            truth, found, seed=seed, replicates=replicates, watch=lambda _: advance()
        )
    document = _write(out, evaluation, tables, own=predictions is None)
    return _say(document, out, as_json)


def _say(document: dict[str, Any], out: Path, as_json: bool) -> int:
    """Print refusals on standard error and the figures on standard output."""
    from calcsight.cli.evaluation_table import summary  # noqa: PLC0415
    from calcsight.reports.json_text import json_text  # noqa: PLC0415

    for one in document["predictions"]["refused"]:
        complain(f"{one['view']} refused: {one['code']}")
    if as_json:
        tell(json_text(document).rstrip())
    else:
        tell(summary(document))
        if GAIN_FILE in document["files"]:
            tell_line(f"Alone and with the prior: {out / GAIN_FILE}")
        tell(INTENDED_USE)
        tell_line(f"Page: {out / _PAGE}")
    return ExitStatus.SOME_REFUSED if document["predictions"]["refused"] else ExitStatus.READ


def _refuse_beside_predictions(flags: Mapping[str, object]) -> None:
    """Refuse flags of a reading where nothing is read.

    Raises
    ------
    UsageError
    """
    said = [flag for flag, value in flags.items() if value is not None]
    if said:
        raise UsageError(
            f"{', '.join(said)} beside --predictions", "one of them: predictions are not read again"
        )


def _judge_and_settings(
    truth: "DataSet", settings: Path | None, model: str | None
) -> "tuple[Judge, Settings]":
    """Load what reads the views; each must have an image.

    Raises
    ------
    UsageError, ModelError
    """
    from calcsight.evaluation.reading_views import listing, refuse_without_images  # noqa: PLC0415
    from calcsight.models import DEFAULT_MODEL, load_judge  # noqa: PLC0415

    refuse_without_images(truth)
    chosen = listing(chosen_settings(settings, None, None))
    return load_judge(model or DEFAULT_MODEL, chosen.engine), chosen


def _read_all(
    truth: "DataSet", reader: "tuple[Judge, Settings]", session: Session, jobs: int | None
) -> "Predictions":
    """Read every image with everything listed."""
    from calcsight.batch.pool import each_in_order  # noqa: PLC0415
    from calcsight.evaluation.reading_views import find_in, our_predictions  # noqa: PLC0415

    judge, settings = reader
    work = partial(find_in, judge=judge, settings=settings)
    count = min(jobs or usual_jobs(len(truth.views)), max(len(truth.views), 1))
    views = []
    with progress(len(truth.views), "reading", session.request) as advance:
        for view in each_in_order(work, truth.views, count):
            views.append(view)
            advance()
    return our_predictions(truth, views, judge, settings)


def _write(
    out: Path, evaluation: "Evaluation", tables: Mapping[str, str], own: bool
) -> dict[str, Any]:
    """Write all files; the document, which names them, last."""
    from calcsight.batch.folder import EVALUATION_FILE  # noqa: PLC0415
    from calcsight.evaluation.document import (  # noqa: PLC0415
        curves_table,
        evaluation_document,
        figures_table,
    )
    from calcsight.evaluation.predictions_json import predictions_document  # noqa: PLC0415
    from calcsight.reports.evaluation_page import evaluation_page  # noqa: PLC0415
    from calcsight.reports.json_text import json_text  # noqa: PLC0415
    from calcsight.safe_writing import write_text  # noqa: PLC0415

    files = [_PAGE, _FIGURES, _CURVES, *([_PREDICTIONS] if own else []), *tables]
    document = evaluation_document(evaluation, files)
    if own:
        text = json_text(predictions_document(evaluation.predictions))
        write_text(out / _PREDICTIONS, text)
    for name, table in tables.items():
        write_text(out / name, table)
    write_text(out / _FIGURES, figures_table(evaluation))
    write_text(out / _CURVES, curves_table(evaluation))
    write_text(out / _PAGE, evaluation_page(document))
    write_text(out / EVALUATION_FILE, json_text(document))
    return document
