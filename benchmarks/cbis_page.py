"""Write docs/results/cbis-ddsm.md."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, groupby
from types import MappingProxyType

from benchmarks.cbis_claims import FEWEST
from benchmarks.page import table
from calcsight.evaluation.cbis_shares import (
    LIE_ORDER,
    LesionSet,
    LesionShares,
    Lie,
    Settling,
)
from calcsight.evaluation.cbis_table import DescribedView, Lesion, LesionTable, Outcome
from calcsight.evaluation.cbis_words import DISTRIBUTIONS, SHAPES, Unsettled
from calcsight.evaluation.shares import Share
from calcsight.terms.morphology import Morphology

Shares = Mapping[tuple[LesionSet, Settling], LesionShares]

INTRODUCTION = """# The calcification tables of CBIS-DDSM

What readers of digitised film wrote of calcifications, and what became of them. Only the two
tables are used, no image. Lee et al., Scientific Data 4 (2017) 170177; The Cancer Imaging Archive,
CC BY 3.0; changed only by counting.

**What these shares are not.** One archive of film (United States; 1988-1999 by second-hand
word), into which cases came because of what was found: it holds far more cancers than screening
does. The shares say how types compare among lesions that readers of that time marked. They are no
prevalence, and no woman's risk.

Written by `python -m benchmarks.cbis_ddsm` with CALCSIGHT_DATA set; the same tables give the same
bytes. The same run writes the claims and the population `cbis-ddsm` that ship.
"""
RULES = """## Rules

- **Unit:** the lesion: rows of one woman, one side and one number. The archive numbers lesions in
  each view. In {exchanged} breasts the words of two lesions change places from one view to the
  other, as if their numbers had: nothing in the tables can prove it, so they stay as they are,
  among those whose views disagree.
- **Malignant** if any of its rows is.
- **Called back** unless every row says benign without callback. By DDSM's overviews of its volumes
  (benign_without_callback_01, benign_03; excerpts seen), those were judged on the screening films
  alone: no further films, no biopsy. Of those called back, the benign ones were mostly proven by
  pathology, some by ultrasound or other accepted means; the tables do not say which.
- **As stated:** the one word that stands in every view that states any. A view of several words
  makes the lesion *{compound}*; views with different words make it
  *{disagree}*. Both are counted apart. Words that are one in our vocabulary
  (round and punctate; lucent centre and eggshell) are one word here.
- **Most suspicious:** among the words of every view, the one of the highest rank: typically benign
  < round or punctate < amorphous < pleomorphic < fine linear; diffuse < regional < grouped <
  linear < segmental (the last two in the order of Liberman 1998 and Oligane 2018). Typically benign
  words are not ordered: *{equals}*.
- **Assessment:** where views differ, the higher category.
- **Intervals:** Wilson's, lesions taken as independent; and the percentile bootstrap by woman, who
  is drawn with all her lesions. None by woman where all or none are malignant.
- **What ships** as claims: as stated, both sets, from {fewest} lesions on. The population holds the
  lesions called back, types that are weighed at all.
"""
BESIDE = """
Beside the published populations, by the numbers in the register of claims
(`python -m benchmarks.cbis_picture` draws it):

![Share of malignant lesions by shape in every shipped population](../images/share-by-type.svg)
"""
_SETS: Mapping[LesionSet, str] = MappingProxyType(
    {
        LesionSet.CALLED_BACK: "Lesions called back",
        LesionSet.ALL: "All lesions, those never called back included",
    }
)


def page_text(lesions: LesionTable, shares: Shares) -> str:
    """Return the page.

    Parameters
    ----------
    lesions : LesionTable
    shares : mapping of (LesionSet, Settling) to LesionShares
        Each combination.
    """
    parts = [INTRODUCTION, _counted(lesions), _rules(lesions), _words(lesions)]
    for which, title in _SETS.items():
        parts.append(f"## {title}")
        parts += [BESIDE] if which is LesionSet.CALLED_BACK else []
        parts += [_part(shares[which, settling]) for settling in Settling]
    return "\n\n".join(part.strip() for part in parts)


def _rules(lesions: LesionTable) -> str:
    return RULES.format(
        exchanged=_exchanged(lesions.lesions),
        compound=Unsettled.COMPOUND,
        disagree=Unsettled.VIEWS_DISAGREE,
        equals=Unsettled.EQUALS,
        fewest=FEWEST,
    )


def _exchanged(lesions: Sequence[Lesion]) -> int:
    """Count breasts in which two lesions have each other's type in the second view."""
    pairs = (
        (
            {view.view: view.type_words for view in one.views},
            {view.view: view.type_words for view in other.views},
        )
        for _, breast in groupby(lesions, key=lambda one: (one.woman, one.side))
        for one, other in combinations(breast, 2)
    )
    return sum(
        len(one) > 1
        and one.keys() == other.keys()
        and len(set(one.values())) > 1
        and list(one.values()) == list(other.values())[::-1]
        for one, other in pairs
    )


def _counted(lesions: LesionTable) -> str:
    """Say what is in the tables."""
    rows, every = lesions.rows, lesions.lesions
    both = Counter(len(lesion.views) for lesion in every)
    lines = [
        ("rows (a lesion in a view)", len(rows)),
        ("lesions", len(every)),
        ("women", len({lesion.woman for lesion in every})),
        ("lesions with one row", both[1]),
        ("rows with a type of several words", sum("-" in row.type_words for row in rows)),
        (
            "of them several words in our vocabulary",
            sum(row.shapes is not None and len(row.shapes) > 1 for row in rows),
        ),
        ("rows without a type", sum(row.shapes == frozenset() for row in rows)),
        ("rows without a distribution", sum(row.distributions == frozenset() for row in rows)),
        (
            "rows with a word that has no counterpart",
            sum(None in (row.shapes, row.distributions) for row in rows),
        ),
    ]
    for outcome in Outcome:
        said = _said(outcome.value.lower())
        lines.append((f"rows: {said}", sum(row.outcome is outcome for row in rows)))
        lines.append((f"lesions: {said}", sum(one.outcome is outcome for one in every)))
    differing: dict[str, Callable[[DescribedView], object]] = {
        "type": lambda view: view.shapes,
        "distribution": lambda view: view.distributions,
        "assessment": lambda view: view.assessment,
        "outcome": lambda view: view.outcome,
    }
    for what, of in differing.items():
        count = sum(len({of(view) for view in one.views}) > 1 for one in every)
        lines.append((f"lesions whose views differ in {what} (or one says nothing)", count))
    return "## What is in them\n\n" + table(
        ("what", "n"), [(what, str(count)) for what, count in lines]
    )


def _words(lesions: LesionTable) -> str:
    """List every word with ours, and how many rows hold it."""
    columns = (
        ("type", SHAPES, [row.type_words for row in lesions.rows]),
        ("distribution", DISTRIBUTIONS, [row.distribution_words for row in lesions.rows]),
    )
    lines = []
    for column, meanings, cells in columns:
        seen = Counter(word for cell in cells for word in set(cell.upper().split("-")))
        lines += [
            (column, word, _said(meaning), str(seen[word])) for word, meaning in meanings.items()
        ]
    never = sorted(set(Morphology) - set(SHAPES.values()))
    return (
        "## Words\n\n"
        + table(("column", "the archive's word", "ours", "rows that hold it"), lines)
        + "\n\nNo word of theirs means "
        + " or ".join(_said(one) for one in never)
        + ". What a reader of today would call coarse heterogeneous stands under another word, "
        "mostly pleomorphic, we think; nothing in the tables tells."
    )


def _part(shares: LesionShares) -> str:
    """Write the tables of one set under one rule."""
    title = f"### {shares.settling.value.capitalize()}"
    head = ("", "malignant", "women", "share, %", "Wilson", "by woman")
    every = [_line("every lesion", shares.total)]
    return "\n\n".join(
        [
            title,
            table(
                ("type", *head[1:]),
                [*(_line(_said(one), share) for one, share in shares.shapes.items()), *every],
            ),
            table(
                ("distribution", *head[1:]),
                [_line(_said(one), share) for one, share in shares.distributions.items()],
            ),
            "Malignant of all, by both; the share and Wilson's interval from 20 lesions on:",
            table(("", *(_said(lie) for lie in _lies(shares))), list(_crossed(shares))),
        ]
    )


def _lies(shares: LesionShares) -> list[Lie]:
    return [lie for lie in LIE_ORDER if lie in shares.distributions]


def _crossed(shares: LesionShares) -> Iterator[tuple[str, ...]]:
    """Yield a line of cells for each type."""
    for shape in shares.shapes:
        cells = [shares.cells.get((shape, lie)) for lie in _lies(shares)]
        yield (_said(shape), *("" if cell is None else _cell(cell) for cell in cells))


def _cell(share: Share) -> str:
    counts = f"{share.malignant}/{share.n}"
    return (
        f"{counts} = {100 * share.value:.0f} % {_interval(share.wilson, 0)}"
        if share.n >= 20
        else counts
    )


def _line(what: str, share: Share) -> tuple[str, ...]:
    return (
        what,
        f"{share.malignant} of {share.n}",
        str(share.women),
        f"{100 * share.value:.1f}",
        _interval(share.wilson),
        _interval(share.by_woman),
    )


def _interval(bounds: tuple[float, float], digits: int = 1) -> str:
    """Write an interval in per cent; nothing where there is none."""
    low, high = (100 * bound for bound in bounds)
    return f"{low:.{digits}f}-{high:.{digits}f}" if math.isfinite(low) else ""


def _said(word: str) -> str:
    return word.replace("_", " ")
