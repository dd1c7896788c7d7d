"""`calcsight schema`: the published JSON Schemas."""

from typing import Annotated

import typer

from calcsight.cli.console import tell
from calcsight.reports.schemas import SchemaName, schema_text


def schema(
    name: Annotated[
        SchemaName, typer.Argument(help="The document whose schema is printed.")
    ] = SchemaName.READING,
) -> int:
    """Print the JSON Schema (2020-12) of a document that calcsight writes."""
    tell(schema_text(name).rstrip())
    return 0
