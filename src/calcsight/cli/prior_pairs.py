"""`calcsight evaluate --with-prior`: views read alone and with their prior, and the gain."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from calcsight.cli.console import complain, progress
from calcsight.cli.options import Session
from calcsight.cli.read import usual_jobs

if TYPE_CHECKING:
    from calcsight.evaluation.cases import DataSet, Predictions
    from calcsight.evaluation.prior_pairs import FoundPair, ViewPair
    from calcsight.terms.judge import Judge
    from calcsight.terms.settings import Settings

WithPrior = Annotated[
    bool,
    typer.Option(
        "--with-prior",
        help="Take the views that have a prior in the set, read each alone and with it, and say "
        "what the prior gains.",
    ),
]
GAIN_FILE, PAIR_FILE = "prior-gain.csv", "prior-pairs.csv"
LABEL_FILE = "benign-or-suspicious.csv"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairsRead:
    """The later view of every pair, and what was found in it both ways.

    Parameters
    ----------
    truth : DataSet
        The later views alone.
    alone, with_prior : Predictions
    pairs : tuple of ViewPair
    found : tuple of FoundPair
    """

    truth: "DataSet"
    alone: "Predictions"
    with_prior: "Predictions"
    pairs: "tuple[ViewPair, ...]"
    found: "tuple[FoundPair, ...]"


def read_pairs(
    truth: "DataSet",
    reader: "tuple[Judge, Settings]",
    session: Session,
    jobs: int | None,
    ready: Callable[[], None],
) -> PairsRead:
    """Read every view that has a prior, alone and with it.

    Parameters
    ----------
    truth : DataSet
    reader : tuple of Judge and Settings
    session : Session
    jobs : int or None
    ready : callable
        Called once the set is known to hold pairs.

    Raises
    ------
    UsageError
        When no view has a prior.
    """
    from calcsight.batch.pool import each_in_order  # noqa: PLC0415
    from calcsight.evaluation.prior_pairs import (  # noqa: PLC0415
        currents_of,
        find_in_pair,
        pairs_of,
        predictions_of,
    )

    pairs = pairs_of(truth)
    ready()
    judge, settings = reader
    work = partial(find_in_pair, judge=judge, settings=settings)
    found: list[FoundPair] = []
    with progress(len(pairs), "reading", session.request) as advance:
        for one in each_in_order(work, pairs, min(jobs or usual_jobs(len(pairs)), len(pairs))):
            found.append(one)
            advance()
    currents = currents_of(truth, pairs)
    alone, with_prior = predictions_of(currents, found, judge, settings)
    return PairsRead(
        truth=currents, alone=alone, with_prior=with_prior, pairs=pairs, found=tuple(found)
    )


def prior_tables(read: PairsRead, draws: tuple[int, int]) -> dict[str, str]:
    """Return what is written beside the evaluation, by file name; name what was not compared.

    Parameters
    ----------
    read : PairsRead
    draws : tuple of int
        Replicates and seed of the bootstrap.
    """
    from calcsight.evaluation.benign_or_suspicious import told_both_ways  # noqa: PLC0415
    from calcsight.evaluation.prior_gain import every_gain  # noqa: PLC0415
    from calcsight.evaluation.prior_tables import (  # noqa: PLC0415
        gain_table,
        label_table,
        pair_table,
    )

    for one in read.found:
        # Whoever refuses the view itself is named with the refusals.
        if one.not_compared and not one.alone.refused:
            complain(f"{one.alone.name} not compared: {one.not_compared}")
    gains = every_gain(read.truth, read.alone, read.with_prior, draws)
    told = told_both_ways(read.truth, read.found, draws)
    tables = {GAIN_FILE: gain_table(gains), PAIR_FILE: pair_table(read.pairs, read.found)}
    return tables | ({LABEL_FILE: label_table(told)} if told else {})
