"""Put measured figures into benchmarks/README.md, between the markers of their part."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from calcsight.terms.judge import Describer, Judge

PAGE = Path(__file__).parent / "README.md"


def write_part(name: str, text: str) -> None:
    """Replace what stands between `<!-- name: begin -->` and `<!-- name: end -->`.

    Raises
    ------
    ValueError
        When the page has no such markers.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, found_begin, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    _, found_end, after = rest.partition(end)
    if not found_begin or not found_end:
        raise ValueError(f"{PAGE.name} has no part {name!r}")
    PAGE.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8")


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def named(model: Judge | Describer) -> str:
    """Name a judge or describer, and tell it from others of that name by its digest."""
    return f"{model.name} ({model.digest[:12]})"


def machine() -> str:
    """Describe the machine in a few words that name nobody."""
    system = f"{platform.system()} {platform.machine()}"
    return f"{system}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
