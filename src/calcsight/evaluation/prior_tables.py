"""What the prior gains, as tables: sensitivities, the pairs, and benign against suspicious."""

from collections.abc import Sequence

from calcsight.evaluation.benign_or_suspicious import Classified
from calcsight.evaluation.document import known
from calcsight.evaluation.prior_gain import Gain
from calcsight.evaluation.prior_pairs import FoundPair, ViewPair
from calcsight.reports.columns import Row
from calcsight.reports.csv_tables import csv_lines

GAIN_COLUMNS = (
    "rule",
    "per",
    "at",
    *(
        f"{what}{end}"
        for what in ("alone", "with_prior", "difference")
        for end in ("", "_low", "_high")
    ),
    "targets",
    "views",
    "patients",
)
PAIR_COLUMNS = ("view", "prior", "compared", "not_compared")
LABEL_COLUMNS = (
    "features",
    *(f"{what}{end}" for what in ("accuracy", "auc") for end in ("", "_low", "_high")),
    "benign",
    "suspicious",
    "patients",
)


def gain_table(gains: Sequence[Gain]) -> str:
    """Return the gains as CSV; an empty cell could not be measured."""
    rows: list[Row] = [GAIN_COLUMNS]
    for one in gains:
        numbers = [*one.alone, *one.with_prior, *one.difference]
        rows.append(
            (
                one.rule,
                one.per,
                one.at,
                *map(known, numbers),
                one.targets,
                one.views,
                one.patients,
            )
        )
    return csv_lines(rows)


def pair_table(pairs: Sequence[ViewPair], found: Sequence[FoundPair]) -> str:
    """Return the pairs as CSV: which were compared, and why not."""
    rows: list[Row] = [PAIR_COLUMNS]
    for (current, prior), one in zip(pairs, found, strict=True):
        said = "no" if one.not_compared else "yes"
        rows.append((current.name, prior.name, said, one.not_compared or None))
    return csv_lines(rows)


def label_table(told: Sequence[Classified]) -> str:
    """Return benign against suspicious as CSV, a row for each set of features."""
    rows: list[Row] = [LABEL_COLUMNS]
    for one in told:
        measured = (one.accuracy, one.area)
        numbers = [known(v) for m in measured for v in (m.value, m.low, m.high)]
        rows.append((" ".join(one.features), *numbers, one.benign, one.suspicious, one.patients))
    return csv_lines(rows)
