"""The truth of published data sets, simulated exams and a user's own, one module an adapter.

Nothing is ever fetched: a user names a folder, and an error says who publishes what is missing.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from calcsight.evaluation.cases import DataSet
from calcsight.evaluation.data_sets.bmcd import open_bmcd
from calcsight.evaluation.data_sets.cbis_ddsm import open_cbis_ddsm
from calcsight.evaluation.data_sets.coco import open_coco
from calcsight.evaluation.data_sets.csv_tables import open_csv_tables
from calcsight.evaluation.data_sets.ddsm import open_ddsm
from calcsight.evaluation.data_sets.definition import open_definition
from calcsight.evaluation.data_sets.inbreast import open_inbreast
from calcsight.evaluation.data_sets.mini_mias import open_mini_mias
from calcsight.evaluation.data_sets.simulated import open_simulated
from calcsight.evaluation.data_sets.vindr_mammo import open_vindr_mammo
from calcsight.terms.errors import UsageError

_OPENERS: Mapping[str, Callable[[Path], DataSet]] = MappingProxyType(
    {
        "simulated": open_simulated,
        "simulated-definition": open_definition,
        "mini-mias": open_mini_mias,
        "inbreast": open_inbreast,
        "cbis-ddsm": open_cbis_ddsm,
        "bmcd": open_bmcd,
        "vindr-mammo": open_vindr_mammo,
        "ddsm": open_ddsm,
        "csv": open_csv_tables,
        "coco": open_coco,
    }
)


def data_set_names() -> tuple[str, ...]:
    """Return the names that `open_data_set` knows."""
    return tuple(_OPENERS)


def open_data_set(name: str, folder: Path) -> DataSet:
    """Read the truth of a data set; its images are opened one by one, later.

    Parameters
    ----------
    name : str
        One of `data_set_names()`.
    folder : Path
        Where the user keeps it, laid out as its publisher does (docs/data-sets.md).

    Raises
    ------
    UsageError
        When no data set has that name, or the folder does not hold its files; says which files
        are expected, who publishes them and under which terms.
    """
    opener = _OPENERS.get(name)
    if opener is None:
        raise UsageError(f"the data set {name!r}", f"one of: {', '.join(_OPENERS)}")
    return opener(folder)
