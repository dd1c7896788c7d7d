"""Write the part of docs/results/cbis-ddsm.md on how well words rank lesions."""

from collections.abc import Iterable, Sequence

from benchmarks.cbis_text import ill, number
from benchmarks.page import table
from calcsight.evaluation.cbis_agreement import Compared, discrimination
from calcsight.evaluation.figures import REPLICATES
from calcsight.terms.suspicion import NoProbability

RANKING = """## How well the words rank lesions

Area under the ROC curve against the outcome, of our probability from `{population}`. Whether one of
its 40 studies used films of this archive is not known. Typically benign and unclassified lesions
have no probability; every second line puts the typically benign below all others. The probability
takes {values} values here, and most lesions share one of them. The readers' category (2-5) ranks
lesions beside it, on those that have one. Ties count half; intervals: percentile bootstrap by
woman.

{lines}

The population `cbis-ddsm` on these very lesions would be the same data twice: not reported. Counted
anew {folds} times, each time without the women it then weighs (folds by woman, probabilities of all
folds pooled, the interval taking them as given), its rows and cells give {crossed} on the same
{crossed_n} lesions called back with a probability: what type and distribution together can do in
this archive, beside {plain} from the review's rows by type alone.

Among the lesions called back the words rank only somewhat better than chance, and the readers'
categories do not rank much better: who called back had already used both. No figure here says how
well the describer finds the words.
"""


def ranking_part(
    found: Sequence[Compared], crossed: Sequence[Compared], folds: int, seed: int
) -> str:
    """Measure how our probability and the readers' category rank lesions.

    Parameters
    ----------
    found : sequence of Compared
        Every lesion, weighed by a population of other women.
    crossed : sequence of Compared
        The same, weighed by the archive's own shares without their fold.
    folds, seed : int
    """
    back, back_crossed = (
        [one for one in some if one.lesion.called_back and one.suspicion.probability is not None]
        for some in (found, crossed)
    )
    lines = [
        _line(f"{name}, {what}", [one for one in found if _belongs(one, called, benign)], seed)
        for name, called in (("all lesions", False), ("called back", True))
        for what, benign in (
            ("with a probability", False),
            ("those and typically benign ones", True),
        )
    ]
    values = {one.suspicion.probability for one in found} - {None}
    head = (
        "lesions",
        "n (malignant)",
        "ours",
        "with the readers' category",
        "ours, on those",
        "readers, on those",
    )
    return RANKING.format(
        population=found[0].suspicion.population,
        values=len(values),
        lines=table(head, lines),
        folds=folds,
        crossed=_area(_probabilities(back_crossed), back_crossed, seed),
        crossed_n=len(back_crossed),
        plain=_area(_probabilities(back), back, seed),
    )


def _belongs(one: Compared, called_back: bool, benign: bool) -> bool:
    """Tell whether a lesion is ranked: with a number, or typically benign where asked for."""
    if called_back and not one.lesion.called_back:
        return False
    return one.suspicion.probability is not None or (
        benign and one.suspicion.missing is NoProbability.TYPICALLY_BENIGN
    )


def _line(name: str, chosen: Sequence[Compared], seed: int) -> tuple[str, ...]:
    """Measure one choice of lesions, and those of them that readers put into 2-5."""
    read = [one for one in chosen if one.readers is not None]
    return (
        name,
        f"{len(chosen)} ({ill(chosen)})",
        _area(_probabilities(chosen), chosen, seed),
        f"{len(read)} ({ill(read)})",
        _area(_probabilities(read), read, seed),
        _area([float(one.readers or 0) for one in read], read, seed),
    )


def _probabilities(found: Iterable[Compared]) -> list[float]:
    """Return our probabilities, 0 where a typically benign lesion has none."""
    return [one.suspicion.probability or 0.0 for one in found]


def _area(scores: Sequence[float], found: Sequence[Compared], seed: int) -> str:
    return number(discrimination(scores, [one.lesion for one in found], REPLICATES, seed))
