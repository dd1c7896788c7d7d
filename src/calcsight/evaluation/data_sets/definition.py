"""Adapter of simulated views by their definition: one ViewSpec a line."""

import json
from pathlib import Path

from calcsight.evaluation.cases import DataSet
from calcsight.evaluation.data_sets.publications import DEFINITION
from calcsight.evaluation.simulated import simulated_set
from calcsight.intake import opened
from calcsight.simulation.sets import from_rows
from calcsight.terms.errors import InputRefused


def open_definition(path: Path) -> DataSet:
    """Simulate the views of a definition; their images are simulated again when asked for.

    Parameters
    ----------
    path : Path
        A .jsonl file, or a folder that holds one.

    Raises
    ------
    UsageError
        When there is none, or a line is no view spec.
    """
    file = path
    if not path.is_file():
        files = sorted(DEFINITION.checked(path).glob("*.jsonl"))
        if len(files) != 1:
            raise DEFINITION.refusal(f"{path} with {len(files)} .jsonl files")
        file = files[0]
    try:
        with opened(file) as stream:
            lines = stream.read().decode("utf-8").splitlines()
        specs = from_rows(json.loads(line) for line in lines if line.strip())
    except InputRefused as refusal:
        raise DEFINITION.refusal(f"{file}: {refusal.found}") from None
    except (ValueError, KeyError, TypeError) as problem:
        raise DEFINITION.refusal(f"{file} ({type(problem).__name__})") from None
    return simulated_set(file.stem, specs)
