"""Tables of a page that a program makes: written between `<!-- name -->` and `<!-- end -->`."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def filled_in(page: str, tables: Mapping[str, Callable[[], str]]) -> str:
    """Return a page with every table made anew."""

    def made(match: re.Match[str]) -> str:
        return f"<!-- {match[1]} -->\n\n{tables[match[1]]()}\n\n<!-- end -->"

    return re.sub(r"<!-- (\w+) -->\n.*?<!-- end -->", made, page, flags=re.DOTALL)


def write_tables(page: Path, tables: Mapping[str, Callable[[], str]]) -> None:
    """Write the tables into a page."""
    page.write_text(filled_in(page.read_text(encoding="utf-8"), tables), encoding="utf-8")
