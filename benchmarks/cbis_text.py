"""What both comparisons of docs/results/cbis-ddsm.md write alike."""

import textwrap
from collections.abc import Iterable, Iterator

from calcsight.evaluation.category_agreement import Estimate
from calcsight.evaluation.cbis_agreement import Compared


def wrapped(page: str) -> str:
    """Break lines anew, but for tables and pictures: numbers differ in length from their names."""
    blocks = [block for block in page.strip().split("\n\n") if block.strip()]
    return "\n\n".join(
        block if block.startswith(("|", "#", "!")) else "\n".join(_filled(block))
        for block in blocks
    )


def _filled(block: str) -> Iterator[str]:
    """Yield the lines of a paragraph, or of a list."""
    marked = block.startswith("- ")
    for item in block.removeprefix("- ").split("\n- ") if marked else [block]:
        yield textwrap.fill(
            " ".join(item.split()),
            width=100,
            initial_indent="- " if marked else "",
            subsequent_indent="  " if marked else "",
            break_long_words=False,
            break_on_hyphens=False,
        )


def ill(found: Iterable[Compared]) -> int:
    """Count the malignant."""
    return sum(one.lesion.malignant for one in found)


def number(one: Estimate) -> str:
    """Write a figure with its interval, two digits."""
    # Adding 0 keeps a minus away from what rounds to 0.
    value, low, high = (round(bound, 2) + 0.0 for bound in (one.value, one.low, one.high))
    return f"{value:.2f} ({low:.2f} to {high:.2f})"


def share(one: Estimate) -> str:
    """Write a share with its interval, per cent."""
    return f"{100 * one.value:.0f} ({100 * one.low:.0f}-{100 * one.high:.0f})"
