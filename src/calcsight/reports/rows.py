"""Rows as plain dicts: for a table library, or for none."""

from calcsight.reports.columns import Cell, group_entries, particle_entries, row_of
from calcsight.reports.group_columns import GROUP_COLUMNS
from calcsight.reports.particle_columns import PARTICLE_COLUMNS
from calcsight.terms.reading import Reading
from calcsight.terms.settings import Settings


def calcification_rows(
    reading: Reading, image: str | None = None, settings: Settings | None = None
) -> list[dict[str, Cell]]:
    """Return one dict for each calcification, keyed as the columns of `calcifications.csv`.

    Parameters
    ----------
    reading : Reading
    image : str, optional
        What the column `image` says; the mammogram's UID when left out.
    settings : Settings, optional
        Those the reading was made with, for the size classes; the defaults when left out.

    Returns
    -------
    list of dict
        None = unknown. `pandas.DataFrame(calcification_rows(reading))` makes a table.
    """
    names = [column.name for column in PARTICLE_COLUMNS]
    named = reading.mammogram.uid if image is None else image
    entries = particle_entries(reading, named, settings or Settings())
    return [dict(zip(names, row_of(PARTICLE_COLUMNS, one), strict=True)) for one in entries]


def group_rows(reading: Reading, image: str | None = None) -> list[dict[str, Cell]]:
    """Return one dict for each group by the primary rule, keyed as `groups.csv`; see above."""
    names = [column.name for column in GROUP_COLUMNS]
    entries = group_entries(reading, reading.mammogram.uid if image is None else image)
    return [dict(zip(names, row_of(GROUP_COLUMNS, one), strict=True)) for one in entries]
