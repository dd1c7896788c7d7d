"""The columns of every table: name, unit, kind, meaning and where the value comes from.

The one source of truth: CSV headers, Parquet schemas, the objects in `reading.json` and the
dictionary in `docs/output.md` are all made from the two tuples in `particle_columns` and
`group_columns`.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeAlias, TypeVar

from calcsight.terms.calcification import Calcification
from calcsight.terms.group import Group
from calcsight.terms.reading import Reading
from calcsight.terms.settings import Settings

Cell: TypeAlias = str | int | float | bool | None
Row: TypeAlias = tuple[Cell, ...]
Entry = TypeVar("Entry")

# Between the items of a cell that holds several.
SEPARATOR = ";"


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    YES_NO = "true or false"


# No slots: Python 3.11 cannot call a generic alias of a frozen class that has them.
@dataclass(frozen=True, kw_only=True)
class Column(Generic[Entry]):
    """One column.

    Parameters
    ----------
    name : str
        Header, with its unit as a suffix where there is one.
    kind : Kind
    unit : str
        "" for a pure number or a text.
    meaning : str
        One sentence for the dictionary.
    value : callable
        Takes the entry of a row, gives the cell; None = unknown or does not apply.
    decimals : int
        Numbers are rounded to this many decimals, everywhere alike.
    """

    name: str
    kind: Kind
    unit: str
    meaning: str
    value: Callable[[Entry], Cell]
    decimals: int = 4

    def cell(self, entry: Entry) -> Cell:
        """Return the rounded value; a number that is not finite is unknown (None)."""
        value = self.value(entry)
        if value is None or self.kind is not Kind.NUMBER:
            return value
        number = float(value)
        return round(number, self.decimals) if math.isfinite(number) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticleEntry:
    """What a row of `calcifications.csv` is made from.

    Parameters
    ----------
    image : str
        Path relative to the input argument.
    reading : Reading
    number : int
        1, 2, ... in the order of `reading.calcifications`.
    calcification : Calcification
    group : int or None
        Number of its group by the primary rule.
    settings : Settings
        Those the reading was made with.
    """

    image: str
    reading: Reading
    number: int
    calcification: Calcification
    group: int | None
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEntry:
    """What a row of `groups.csv` is made from: a group and the rule that made it."""

    image: str
    reading: Reading
    group: Group
    rule: str


def particle_entries(reading: Reading, image: str, settings: Settings) -> Iterator[ParticleEntry]:
    """Yield one entry for each calcification, in the reading's order."""
    for position, calcification in enumerate(reading.calcifications):
        yield ParticleEntry(
            image=image,
            reading=reading,
            number=position + 1,
            calcification=calcification,
            group=reading.group_number_of(position),
            settings=settings,
        )


def group_entries(reading: Reading, image: str) -> Iterator[GroupEntry]:
    """Yield one entry for each group by the primary rule."""
    for group in reading.groups:
        yield GroupEntry(
            image=image, reading=reading, group=group, rule=reading.groupings[0].rule.name
        )


def row_of(columns: Sequence[Column[Any]], entry: object) -> Row:
    """Return the cells of one row, in the order of the columns."""
    return tuple(column.cell(entry) for column in columns)
