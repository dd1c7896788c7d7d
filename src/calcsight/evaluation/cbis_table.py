"""Lesions of CBIS-DDSM's calcification tables: descriptors and outcome, no image."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from calcsight.evaluation.cases import Fault
from calcsight.evaluation.cbis_words import DISTRIBUTIONS, SHAPES, Stated, words_in
from calcsight.evaluation.data_sets.cbis_ddsm import TABLES
from calcsight.evaluation.data_sets.publications import CBIS_DDSM, present
from calcsight.evaluation.data_sets.reading_files import Table, number, read_table
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import UsageError
from calcsight.terms.morphology import Morphology

COLUMNS = (
    "patient_id",
    "left_or_right_breast",
    "image_view",
    "abnormality_id",
    "calc_type",
    "calc_distribution",
    "assessment",
    "pathology",
)
_CATEGORIES = frozenset(range(6))
Row = Mapping[str, str]


class Outcome(StrEnum):
    """What the archive knows of a lesion, in its own order of certainty.

    `BENIGN`: called back, and found benign, mostly by pathology, else by ultrasound or another
    accepted means. `BENIGN_WITHOUT_CALLBACK`: judged on the screening films alone, with no further
    films and no biopsy.
    """

    MALIGNANT = "MALIGNANT"
    BENIGN = "BENIGN"
    BENIGN_WITHOUT_CALLBACK = "BENIGN_WITHOUT_CALLBACK"


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedView:
    """One row: a lesion in one view, as a reader described it.

    Parameters
    ----------
    view : str
        "CC" or "MLO".
    type_words, distribution_words : str
        As they stand in the table.
    shapes : frozenset of Morphology or None
    distributions : frozenset of Distribution or None
        Empty = not stated; None = a word has no counterpart.
    assessment : int
        Category 0-5 as the archive gives it.
    outcome : Outcome
    """

    view: str
    type_words: str
    distribution_words: str
    shapes: Stated[Morphology]
    distributions: Stated[Distribution]
    assessment: int
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion:
    """The rows of one woman, one side and one number.

    The archive numbers lesions in each view, and now and then the other way round in the second
    view; nothing in the tables can put that right, so such rows are views that disagree.

    Parameters
    ----------
    woman, side, number : str
    views : tuple of DescribedView
        At least one.
    """

    woman: str
    side: str
    number: str
    views: tuple[DescribedView, ...]

    @property
    def outcome(self) -> Outcome:
        """Malignant if any row is; without callback only if every row is."""
        return next(one for one in Outcome if any(view.outcome is one for view in self.views))

    @property
    def malignant(self) -> bool:
        """Whether any row says so."""
        return self.outcome is Outcome.MALIGNANT

    @property
    def called_back(self) -> bool:
        """Whether more than the screening films was ever looked at."""
        return self.outcome is not Outcome.BENIGN_WITHOUT_CALLBACK

    @property
    def assessment(self) -> int:
        """The highest category of its views, so 0 only when every view has 0."""
        return max(view.assessment for view in self.views)

    @property
    def shapes(self) -> tuple[Stated[Morphology], ...]:
        """What each view says of the shape."""
        return tuple(view.shapes for view in self.views)

    @property
    def distributions(self) -> tuple[Stated[Distribution], ...]:
        """What each view says of the distribution."""
        return tuple(view.distributions for view in self.views)


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionTable:
    """Every lesion of the tables.

    Parameters
    ----------
    lesions : tuple of Lesion
        By woman, side and number.
    complete : bool
        Whether the tables of both splits were there.
    faults : tuple of Fault
    """

    lesions: tuple[Lesion, ...]
    complete: bool
    faults: tuple[Fault, ...]

    @property
    def rows(self) -> tuple[DescribedView, ...]:
        """Every row, by lesion."""
        return tuple(view for lesion in self.lesions for view in lesion.views)


def read_lesions(folder: Path) -> LesionTable:
    """Read the calcification tables of both splits, or of the one that is there.

    Raises
    ------
    UsageError
        When no table is there, or one lacks a column or holds what cannot be.
    """
    paths = [present(CBIS_DDSM.checked(folder), name) for name in TABLES]
    tables = [read_table(path, COLUMNS) for path in paths if path is not None]
    rows = [(_key(row), _described(table, row)) for table in tables for row in table.rows]
    if not rows:
        raise CBIS_DDSM.refusal(f"{folder} without rows in {' or '.join(TABLES)}")
    rows.sort(key=lambda one: (one[0], one[1].view))
    return LesionTable(
        lesions=tuple(
            _lesion(key, [view for _, view in own])
            for key, own in groupby(rows, key=lambda one: one[0])
        ),
        complete=len(tables) == len(TABLES),
        faults=tuple(fault for table in tables for fault in table.faults),
    )


def _key(row: Row) -> tuple[str, str, str]:
    """Return woman, side and number."""
    return row["patient_id"], row["left_or_right_breast"], row["abnormality_id"]


def _described(table: Table, row: Row) -> DescribedView:
    """Return one row.

    Raises
    ------
    UsageError
        When it names no woman, no category or no known outcome.
    """
    category = number(table, row, "assessment")
    if not all(_key(row)) or category not in _CATEGORIES:
        raise UsageError(
            f"{table.path}: a row with woman, side and number {'/'.join(_key(row))[:60]!r} and "
            f"category {row['assessment'][:20]!r}",
            "each of them, and a category of 0-5",
        )
    if row["pathology"] not in set(Outcome):
        raise UsageError(
            f"{table.path}: {row['pathology'][:60]!r} in the column pathology",
            f"one of {', '.join(Outcome)}",
        )
    return DescribedView(
        view=row["image_view"],
        type_words=row["calc_type"],
        distribution_words=row["calc_distribution"],
        shapes=words_in(row["calc_type"], SHAPES),
        distributions=words_in(row["calc_distribution"], DISTRIBUTIONS),
        assessment=int(category),
        outcome=Outcome(row["pathology"]),
    )


def _lesion(key: tuple[str, str, str], views: Sequence[DescribedView]) -> Lesion:
    woman, side, lesion = key
    return Lesion(woman=woman, side=side, number=lesion, views=tuple(views))
