"""Our rules on the words of CBIS-DDSM's readers, beside their categories and the outcome."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from calcsight.evaluation.cases import Numbers
from calcsight.evaluation.category_agreement import (
    Estimate,
    Weights,
    area_under_curve,
    estimated,
    weighted_kappa,
)
from calcsight.evaluation.cbis_shares import Settling
from calcsight.evaluation.cbis_table import Lesion
from calcsight.evaluation.cbis_words import DISTRIBUTION_RANKS, SHAPE_RANKS, Unsettled, every_word
from calcsight.evaluation.shares import Women
from calcsight.pathway.category import suggest
from calcsight.pathway.facts import GroupFacts, stated_distribution, stated_shape
from calcsight.pathway.suspicion import weigh
from calcsight.terms.guidance import Guidance, Level, Suggestion
from calcsight.terms.mammogram import ExamKind
from calcsight.terms.settings import Settings
from calcsight.terms.suspicion import Suspicion

# The archive's categories have no A, B and C.
CATEGORY_OF: Mapping[Level, int] = MappingProxyType(
    {
        Level.BENIGN_FINDING: 2,
        Level.PROBABLY_BENIGN: 3,
        Level.SUSPICIOUS_LOW: 4,
        Level.SUSPICIOUS_MODERATE: 4,
        Level.SUSPICIOUS_HIGH: 4,
        Level.HIGHLY_SUGGESTIVE: 5,
    }
)
CATEGORIES = (2, 3, 4, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A lesion with what our rules say of its words.

    Parameters
    ----------
    lesion : Lesion
    settled : bool
        Its views state one type, the same one.
    suggestion : Suggestion
    suspicion : Suspicion
    """

    lesion: Lesion
    settled: bool
    suggestion: Suggestion
    suspicion: Suspicion

    @property
    def ours(self) -> int | None:
        """Our category, 2-5; None = incomplete, or cannot be classified."""
        return CATEGORY_OF.get(self.suggestion.level)

    @property
    def readers(self) -> int | None:
        """The readers' category, 2-5; None = 0, incomplete."""
        return self.lesion.assessment if self.lesion.assessment in CATEGORIES else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far readers and rules agree on the lesions that both gave a category of 2-5.

    Parameters
    ----------
    table : tuple of tuple of int
        Readers down, ours across, 2 to 5.
    readers_left_out, ours_left_out : int
        Lesions to which the readers, and of the rest our rules, gave none.
    exact, linear, quadratic : Estimate
        Share of equal categories, and Cohen's kappa by both weights.
    """

    table: tuple[tuple[int, ...], ...]
    readers_left_out: int
    ours_left_out: int
    exact: Estimate
    linear: Estimate
    quadratic: Estimate

    @property
    def n(self) -> int:
        """Lesions that were compared."""
        return sum(sum(row) for row in self.table)


def facts_of(lesion: Lesion, alone: bool, magnified: bool) -> GroupFacts:
    """Take a lesion's words for facts: of several, each is as possible, and the worst is weighed.

    Parameters
    ----------
    lesion : Lesion
    alone : bool
        It is the only lesion of its breast in the tables.
    magnified : bool
        Taken as seen on magnification views, which the tables do not tell.
    """
    shapes = sorted(every_word(lesion.shapes), key=lambda one: (-SHAPE_RANKS[one], one.value))
    lies = sorted(every_word(lesion.distributions), key=lambda one: -DISTRIBUTION_RANKS[one])
    return GroupFacts(
        morphology=stated_shape(*shapes),
        worst=shapes[0] if shapes else None,
        distribution=stated_distribution(lies[0] if lies else None),
        exam_kind=ExamKind.DIAGNOSTIC,
        spacing_known=True,
        magnified=magnified,
        alone=alone,
    )


def compared(
    lesions: Sequence[Lesion], guidance: Guidance, settings: Settings, magnified: bool
) -> tuple[Compared, ...]:
    """Weigh every lesion by its words alone; see `facts_of`."""
    in_breast = Counter((one.woman, one.side) for one in lesions)
    found = []
    for one in lesions:
        facts = facts_of(one, in_breast[one.woman, one.side] == 1, magnified)
        found.append(
            Compared(
                lesion=one,
                settled=not isinstance(Settling.AS_STATED.shape(one), Unsettled),
                suggestion=suggest(facts, guidance, settings),
                suspicion=weigh(facts, guidance, settings),
            )
        )
    return tuple(found)


def agreement(found: Sequence[Compared], replicates: int, seed: int) -> Agreement:
    """Compare our categories with the readers', intervals by woman."""
    by_readers = [one for one in found if one.readers is not None]
    by_both = [one for one in by_readers if one.ours is not None]
    size = len(CATEGORIES)
    cells = [
        CATEGORIES.index(one.readers or 0) * size + CATEGORIES.index(one.ours or 0)
        for one in by_both
    ]
    names = [one.lesion.woman for one in by_both]
    women = Women.of(names, replicates, seed)
    counts = women.counts(names, cells, size * size)
    whole = counts.sum(axis=0).reshape(1, size, size)
    drawn = (women.draws @ counts).reshape(-1, size, size)
    return Agreement(
        table=tuple(tuple(int(cell) for cell in row) for row in whole[0]),
        readers_left_out=len(found) - len(by_readers),
        ours_left_out=len(by_readers) - len(by_both),
        exact=estimated(_exact(whole), _exact(drawn)),
        linear=estimated(*(weighted_kappa(one, Weights.LINEAR) for one in (whole, drawn))),
        quadratic=estimated(*(weighted_kappa(one, Weights.QUADRATIC) for one in (whole, drawn))),
    )


def discrimination(
    scores: Sequence[float], lesions: Sequence[Lesion], replicates: int, seed: int
) -> Estimate:
    """Return the area under the ROC curve of scores against the outcome, interval by woman.

    Parameters
    ----------
    scores : sequence of float
        Of each lesion; higher = more suspicious.
    lesions : sequence of Lesion
    """
    names = [one.woman for one in lesions]
    women = Women.of(names, replicates, seed)
    levels, places = np.unique(np.array(scores), return_inverse=True)
    ill, well = (
        women.counts(
            [name for name, one in zip(names, lesions, strict=True) if one.malignant is malignant],
            [int(p) for p, one in zip(places, lesions, strict=True) if one.malignant is malignant],
            len(levels),
        )
        for malignant in (True, False)
    )
    everyone = np.ones((1, len(women.position)))
    return estimated(
        *(area_under_curve(draws @ ill, draws @ well) for draws in (everyone, women.draws))
    )


def _exact(tables: Numbers) -> Numbers:
    """Return the share on the diagonal of each table; nan for an empty one."""
    total = tables.sum(axis=(1, 2))
    same = np.trace(tables, axis1=1, axis2=2)
    return np.where(total > 0, same / np.where(total > 0, total, 1.0), np.nan)
