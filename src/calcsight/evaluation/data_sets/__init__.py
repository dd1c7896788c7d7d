"""The truth of data sets, by name."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from calcsight.evaluation.cases import DataSet
from calcsight.evaluation.data_sets.definition import open_definition
from calcsight.terms.errors import UsageError

_OPENERS: Mapping[str, Callable[[Path], DataSet]] = MappingProxyType(
    {
        "simulated-definition": open_definition,
    }
)


def data_set_names() -> tuple[str, ...]:
    """Return the names that `open_data_set` knows."""
    return tuple(_OPENERS)


def open_data_set(name: str, folder: Path) -> DataSet:
    """Read the truth of a data set; its images are opened one by one, later.

    Raises
    ------
    UsageError
        When no data set has that name, or the folder does not hold its files.
    """
    opener = _OPENERS.get(name)
    if opener is None:
        raise UsageError(f"the data set {name!r}", f"one of: {', '.join(_OPENERS)}")
    return opener(folder)
