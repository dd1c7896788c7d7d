"""From arguments and flags to inputs."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from calcsight.terms.errors import UsageError

if TYPE_CHECKING:
    from calcsight.batch.finding import Found


class Said(NamedTuple):
    """What the flags say about every input, as typed."""

    spacing_mm: float | None
    laterality: str | None
    view: str | None
    exam: str | None
    date: str | None
    exam_uid: str | None = None


def gather(paths: Sequence[Path], table: Path | None, said: Said, output: Path | None) -> "Found":
    """Find the inputs under the arguments and in the table.

    Raises
    ------
    UsageError
        When nothing was given, or a flag or the table says what cannot be said.
    """
    from calcsight.batch.finding import Argument, find_inputs  # noqa: PLC0415
    from calcsight.batch.table import inputs_of_table  # noqa: PLC0415
    from calcsight.terms.stating import stated  # noqa: PLC0415 - help must not wait

    if not paths and table is None:
        raise UsageError(
            "no input", "files, folders or --inputs TABLE.csv", "calcsight -h shows an example"
        )
    flags = stated(*said)
    arguments = [Argument(path=path, stated=flags) for path in paths]
    if table is not None:
        arguments += inputs_of_table(table, flags)
    return find_inputs(arguments, output)
