"""Write what was counted in CBIS-DDSM as registered claims and as a population."""

import json
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from calcsight.evaluation.cbis_shares import LesionSet, LesionShares, Lie, Shape
from calcsight.evaluation.cbis_words import SHAPE_RANKS, Unsettled
from calcsight.evaluation.shares import Share
from calcsight.terms.distribution import Distribution
from calcsight.terms.morphology import Morphology

ID = "cbis-ddsm"
VERSION = "1"
# Fewer lesions than this are on the page, and are no evidence.
FEWEST = 5
SOURCE = (
    "Lee et al., Scientific Data 4 (2017) 170177: CBIS-DDSM (The Cancer Imaging Archive), "
    "calcification tables, CC BY 3.0; counted by calcsight, changed only by counting"
)
_MADE = "# Written by `python -m benchmarks.cbis_ddsm` from the tables themselves: do not edit.\n"
_STAGES: Mapping[LesionSet, str] = MappingProxyType(
    {
        LesionSet.CALLED_BACK: "film, archive enriched with cancers; lesions called back, of which "
        "the benign ones were mostly but not always proven by pathology",
        LesionSet.ALL: "film, archive enriched with cancers; lesions called back, and those judged "
        "benign on the screening films alone (never biopsied)",
    }
)
_COMMON: Mapping[str, str] = MappingProxyType(
    {
        "unit": "%",
        "population": "women of one archive of digitised film, United States, 1988-1999 by "
        "second-hand word, chosen for what was found: never the prevalence of screening",
        "horizon": "not stated: outcome as the archive gives it",
        "source": SOURCE,
        "address": "The Cancer Imaging Archive, collection CBIS-DDSM",
        "date": "2017",
        "interval": "Wilson, computed here",
        "grade": "C",
        "verdict": "used",
        "note": "unit: the lesion, malignant if any of its rows is; lesions with several words or "
        "with views that disagree are left out; intervals take lesions as independent",
    }
)
_NOTE = (
    "Digitised film of one archive enriched with cancers (1988-1999 by second-hand word), lesions "
    "that were called back, types as one word in every view: the shares are those of an archive, "
    "far above any "
    "screening, and say how types compare rather than how probable cancer is. Its pleomorphic is "
    "older than the word coarse heterogeneous and may hold it."
)
# Rows of other populations whose numbers lie outside the interval here; what was counted within
# one category of a reader (Kim 2018) contradicts nobody.
_CONFLICTS: Mapping[Morphology, tuple[str, ...]] = MappingProxyType(
    {
        Morphology.ROUND_PUNCTATE: ("rominger-2012.round-punctate",),
        Morphology.AMORPHOUS: (
            "choi-2021.first.amorphous",
            "choi-2021.second.amorphous",
            "oligane-2018.amorphous",
        ),
        Morphology.FINE_PLEOMORPHIC: (
            "choi-2021.first.fine-pleomorphic",
            "choi-2021.second.fine-pleomorphic",
        ),
    }
)
Words = Morphology | Distribution
Counted = tuple[tuple[Words, ...], Share]


def claim_id(which: LesionSet, words: Sequence[Words]) -> str:
    """Return the id of a claim; no word = every lesion of the set."""
    parts = [word.value.replace("_", "-") for word in words]
    return ".".join([ID, which.value, *(parts or ["any"])])


def counted(shares: LesionShares) -> Iterator[Counted]:
    """Yield the shares that become claims: all lesions, each type, each distribution, both."""
    found: list[tuple[tuple[Shape | Lie, ...], Share]] = [((), shares.total)]
    found += [((shape,), share) for shape, share in shares.shapes.items()]
    found += [((lie,), share) for lie, share in shares.distributions.items()]
    found += list(shares.cells.items())
    for said, share in found:
        words = tuple(word for word in said if not isinstance(word, Unsettled))
        if len(words) == len(said) and share.n >= FEWEST:
            yield words, share


def claims_text(sets: Sequence[LesionShares]) -> str:
    """Return claims/cbis_ddsm.toml.

    Parameters
    ----------
    sets : sequence of LesionShares
        As stated, one for each set.
    """
    parts = [_MADE, "[common]", *(_line(key, text) for key, text in _COMMON.items())]
    for shares in sets:
        for words, share in counted(shares):
            low, high = share.wilson
            parts += [
                "\n[[claim]]",
                _line("id", claim_id(shares.which, words)),
                _line("statement", _statement(shares.which, words)),
                *_what(words),
                _line("stage", _STAGES[shares.which]),
                f"value = {_per_cent(share.value)}",
                f"low = {_per_cent(low)}",
                f"high = {_per_cent(high)}",
                f"numerator = {share.malignant}",
                f"denominator = {share.n}",
                f"n = {shares.total.n}",
            ]
            if conflicts := _conflicts(shares.which, words):
                parts.append(f"conflicts = {json.dumps(conflicts)}")
    return "\n".join(parts) + "\n"


def population_text(shares: LesionShares) -> str:
    """Return populations/cbis-ddsm.toml, of the lesions called back.

    Typically benign types are never weighed, so they have no row.
    """
    weighed = [
        words
        for words, _ in counted(shares)
        if words and isinstance(words[0], Morphology) and SHAPE_RANKS[words[0]] > 0
    ]
    rows = [words for words in weighed if len(words) == 1]
    head = {
        "id": ID,
        "version": VERSION,
        "title": "CBIS-DDSM, calcifications called back",
        "source": SOURCE,
        "note": _NOTE,
        "denominator": "lesions called back, on film, in an archive enriched with cancers",
    }
    parts = [_MADE, *(_line(key, text) for key, text in head.items()), "\n[rows]"]
    parts += [_line(words[0].value, claim_id(shares.which, words)) for words in rows]
    for (shape,) in rows:
        own = [words for words in weighed if len(words) == 2 and words[0] is shape]
        if own:
            parts.append(f"\n[cells.{shape.value}]")
            parts += [_line(words[1].value, claim_id(shares.which, words)) for words in own]
    return "\n".join(parts) + "\n"


def _statement(which: LesionSet, words: Sequence[Words]) -> str:
    said = ", ".join(word.value.replace("_", " ") for word in words)
    if which is LesionSet.ALL:
        return f"Malignant share of all {said} lesions of CBIS-DDSM.".replace("  ", " ")
    return f"Malignant share of the {said} lesions of CBIS-DDSM called back.".replace("  ", " ")


def _what(words: Sequence[Words]) -> Iterator[str]:
    """Yield the lines that say of what a claim is the share."""
    for key, kind in (("shapes", Morphology), ("distributions", Distribution)):
        own = [word.value for word in words if isinstance(word, kind)]
        if own:
            yield f"{key} = {json.dumps(own)}"


def _conflicts(which: LesionSet, words: Sequence[Words]) -> tuple[str, ...]:
    """Return the claims that say otherwise of a shape; only the population's rows are compared."""
    if which is LesionSet.CALLED_BACK and len(words) == 1 and isinstance(words[0], Morphology):
        return _CONFLICTS.get(words[0], ())
    return ()


def _line(key: str, text: str) -> str:
    """Write a TOML key with a basic string, whose escapes are those of JSON."""
    return f"{key} = {json.dumps(text, ensure_ascii=False)}"


def _per_cent(fraction: float) -> str:
    return f"{100.0 * fraction:.1f}"
