"""Tables as Parquet, with the data dictionary in the schema; pyarrow is optional."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

from calcsight.reports.columns import Column, Kind, Row
from calcsight.terms.errors import UsageError

# Rows are gathered until a row group is worth its overhead.
_ROWS_A_GROUP = 50_000


class ParquetRows:
    """Takes rows some at a time and writes them in row groups; see `parquet_writer`."""

    def __init__(self, writer: Any, schema: Any) -> None:
        self._writer = writer
        self._schema = schema
        self._waiting: list[Row] = []

    def add(self, rows: Sequence[Row]) -> None:
        """Append rows in order."""
        self._waiting.extend(rows)
        if len(self._waiting) >= _ROWS_A_GROUP:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting as one row group."""
        import pyarrow as pa  # noqa: PLC0415

        if not self._waiting:
            return
        columns = zip(*self._waiting, strict=True)
        arrays = [
            pa.array(list(cells), type=field.type)
            for cells, field in zip(columns, self._schema, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._waiting.clear()


def require_parquet() -> None:
    """Refuse early when pyarrow is not installed.

    Raises
    ------
    UsageError
    """
    try:
        import pyarrow.parquet  # noqa: F401, PLC0415
    except ModuleNotFoundError:
        raise UsageError(
            "--parquet without the pyarrow package",
            "pyarrow",
            "install calcsight[parquet], or leave --parquet out: the CSV holds the same rows",
        ) from None


@contextmanager
def parquet_writer(file: BinaryIO, columns: Sequence[Column[Any]]) -> Iterator[ParquetRows]:
    """Write one Parquet table to an open file; each field carries its unit and meaning."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = parquet_schema(columns)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        rows = ParquetRows(writer, schema)
        yield rows
        rows.flush()


def parquet_schema(columns: Sequence[Column[Any]]) -> Any:
    """Return the pyarrow schema: names, types, units and meanings of the columns."""
    import pyarrow as pa  # noqa: PLC0415

    types = {
        Kind.TEXT: pa.string(),
        Kind.WHOLE: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.YES_NO: pa.bool_(),
    }
    return pa.schema(
        [
            pa.field(
                column.name,
                types[column.kind],
                metadata={"unit": column.unit, "meaning": column.meaning},
            )
            for column in columns
        ]
    )
