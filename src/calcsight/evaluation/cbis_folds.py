"""CBIS-DDSM's own shares as a population, tried on women who did not make them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from calcsight.evaluation.cbis_agreement import Compared, compared
from calcsight.evaluation.cbis_shares import Settling
from calcsight.evaluation.cbis_table import Lesion
from calcsight.evaluation.cbis_words import SHAPE_RANKS
from calcsight.evaluation.intervals import wilson_interval
from calcsight.terms.distribution import Distribution
from calcsight.terms.guidance import Guidance
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import Settings
from calcsight.terms.suspicion import Cell, Population

_ID = "cbis-ddsm-fold"


def population_of(lesions: Iterable[Lesion]) -> Population:
    """Count lesions called back, words as stated, as the population that ships is counted.

    Parameters
    ----------
    lesions : iterable of Lesion
        Those never called back are passed over.
    """
    shapes: list[tuple[Morphology, bool]] = []
    both: list[tuple[tuple[Morphology, Distribution], bool]] = []
    for lesion in lesions:
        shape, lie = Settling.AS_STATED.shape(lesion), Settling.AS_STATED.distribution(lesion)
        if not lesion.called_back or not isinstance(shape, Morphology) or not SHAPE_RANKS[shape]:
            continue
        shapes.append((shape, lesion.malignant))
        if isinstance(lie, Distribution):
            both.append(((shape, lie), lesion.malignant))
    n, ill = Counter(shape for shape, _ in shapes), Counter(shape for shape, bad in shapes if bad)
    cells_n, cells_ill = Counter(key for key, _ in both), Counter(key for key, bad in both if bad)
    return Population(
        id=_ID,
        version="1",
        title="CBIS-DDSM without the women that are weighed",
        source="counted for cross-validation",
        note="",
        rows={shape: _cell(ill[shape], n[shape]) for shape in n},
        cells={key: _cell(cells_ill[key], cells_n[key]) for key in cells_n},
    )


def cross_weighed(
    lesions: Sequence[Lesion], guidance: Guidance, settings: Settings, folds: int, seed: int
) -> tuple[Compared, ...]:
    """Weigh each woman's lesions by a population counted without her fold of women.

    Parameters
    ----------
    lesions : sequence of Lesion
    guidance : Guidance
        Its population is replaced.
    settings : Settings
    folds : int
        Women are dealt into so many, at random.
    seed : int

    Returns
    -------
    tuple of Compared
        Every lesion once, fold by fold.
    """
    women = sorted({lesion.woman for lesion in lesions})
    order = np.random.default_rng(seed).permutation(len(women))
    fold_of = {women[place]: number % folds for number, place in enumerate(order)}
    found: list[Compared] = []
    for fold in range(folds):
        others = population_of(one for one in lesions if fold_of[one.woman] != fold)
        own = [one for one in lesions if fold_of[one.woman] == fold]
        found += compared(own, replace(guidance, population=others), settings, magnified=False)
    return tuple(found)


def _cell(malignant: int, n: int) -> Cell:
    low, high = wilson_interval(malignant, n)
    return Cell(
        claim=_ID,
        probability=malignant / n,
        low=low,
        high=high,
        malignant=malignant,
        n=n,
        denominator="lesions called back, other women",
    )
