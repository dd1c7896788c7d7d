"""Groups of simulated pairs of views, each with the lesion it is of."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calcsight.analysis.breast import find_breast
from calcsight.analysis.likeness import ShownGroup
from calcsight.analysis.location import locate
from calcsight.reading import read
from calcsight.simulation.pairs import PairedView, PairSpec, simulate_pair
from calcsight.simulation.truth import Kind
from calcsight.terms.calcification import Calcification
from calcsight.terms.description_settings import DescriptionSettings
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group
from calcsight.terms.interpreter import Interpreter
from calcsight.terms.judge import Judge
from calcsight.terms.mammogram import Mammogram, View
from calcsight.terms.morphology import Morphology, Named
from calcsight.terms.reading import Reading
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Breast

# A member belongs to the lesion of the nearest true particle within this distance.
_REACH_MM = 0.7
# A group is of the lesion that at least this share of its members belongs to.
_LEAST_SHARE = 0.5
# What the stand-in for a describer says of the right word, on average.
_RIGHT = 0.85

WORD_OF = {
    Kind.ROUND: Morphology.ROUND_PUNCTATE,
    Kind.PUNCTATE: Morphology.ROUND_PUNCTATE,
    Kind.AMORPHOUS: Morphology.AMORPHOUS,
    Kind.COARSE_HETEROGENEOUS: Morphology.COARSE_HETEROGENEOUS,
    Kind.FINE_PLEOMORPHIC: Morphology.FINE_PLEOMORPHIC,
    Kind.FINE_LINEAR: Morphology.FINE_LINEAR_BRANCHING,
    Kind.FINE_LINEAR_BRANCHING: Morphology.FINE_LINEAR_BRANCHING,
    Kind.MILK_OF_CALCIUM: Morphology.ROUND_PUNCTATE,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelledGroup:
    """One group that was found, and what it truly is.

    Parameters
    ----------
    shown : ShownGroup
        Without words for shapes when nothing described them.
    lesion : int or None
        Position in `PairSpec.lesions`; None = of no lesion.
    kind : Kind or None
    """

    shown: ShownGroup
    lesion: int | None
    kind: Kind | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelledView:
    """One view of a pair as it was read.

    Parameters
    ----------
    mammogram : Mammogram
    groups : tuple of LabelledGroup
        Of one lesion only the group with the most of its members is of it.
    nipple_error_mm : tuple of float
        Stand-in less true nipple, (down, right).
    """

    mammogram: Mammogram
    groups: tuple[LabelledGroup, ...]
    nipple_error_mm: tuple[float, float]


def read_pair(
    spec: PairSpec, judge: Judge, settings: Settings, interpreter: Interpreter | None = None
) -> tuple[LabelledView, ...]:
    """Draw and read both views of a pair; with an interpreter, groups have its words."""
    views = []
    for view in simulate_pair(spec):
        breast = find_breast(view.mammogram, view.plan.breast.pitch_mm, settings.breast)
        reading = read(view.mammogram, judge, settings, interpreter)
        views.append(labelled(spec, view, reading, breast))
    return tuple(views)


def labelled(spec: PairSpec, view: PairedView, reading: Reading, breast: Breast) -> LabelledView:
    """Tell what each group of a reading is of."""
    mammogram, pitch_mm = view.mammogram, view.plan.breast.pitch_mm
    groups = []
    for group in reading.groups:
        members = tuple(reading.calcifications[i] for i in group.members)
        shown = shown_group(group, members, mammogram, breast)
        groups.append((shown, *_lesion_of(members, view, pitch_mm)))
    return LabelledView(
        mammogram=mammogram,
        groups=_best(spec, groups),
        nipple_error_mm=(
            breast.tip_row * pitch_mm - view.plan.canvas.nipple_mm[0],
            breast.tip_column * pitch_mm - view.plan.canvas.nipple_mm[1],
        ),
    )


def shown_group(
    group: Group, members: tuple[Calcification, ...], mammogram: Mammogram, breast: Breast
) -> ShownGroup:
    """Return a group (the file's own frame) as matching sees it, with its words if it has any."""
    centre = np.array([[group.row, group.column]])
    row, column = mammogram.orientation.points_to_reading(centre, mammogram.shape)[0]
    said = group.description
    return ShownGroup(
        view=mammogram.view,
        group=group,
        members=members,
        location=locate(row, column, breast, mammogram, DescriptionSettings()),
        morphology=None if said is None else said.morphology,
        distribution=_said(group.distribution) if said is None else said.distribution,
    )


def _lesion_of(
    members: Sequence[Calcification], view: PairedView, pitch_mm: float
) -> tuple[int | None, int]:
    """Return the lesion that most members belong to, and how many do."""
    true = np.array([(p.row, p.column) for p in view.truth.particles]).reshape(-1, 2) * pitch_mm
    numbers: list[int] = []
    for one in members:
        away = np.hypot(*(true - np.array([one.row, one.column]) * pitch_mm).T)
        if len(away) and away.min() <= _REACH_MM:
            number = view.truth.particles[int(np.argmin(away))].group
            numbers += [] if number is None else [view.plan.lesions[number - 1]]
    if not numbers:
        return None, 0
    lesion, count = Counter(numbers).most_common(1)[0]
    return (lesion, count) if count >= _LEAST_SHARE * len(members) else (None, 0)


def _best(
    spec: PairSpec, groups: Sequence[tuple[ShownGroup, int | None, int]]
) -> tuple[LabelledGroup, ...]:
    """Keep of each lesion the group that holds most of it; its other pieces are of none."""
    best: dict[int, int] = {}
    for at, (_, lesion, count) in enumerate(groups):
        if lesion is not None and (lesion not in best or count > groups[best[lesion]][2]):
            best[lesion] = at
    return tuple(
        LabelledGroup(
            shown=shown,
            lesion=lesion if lesion is not None and best[lesion] == at else None,
            kind=None if lesion is None else spec.lesions[lesion].plan.kind,
        )
        for at, (shown, lesion, _) in enumerate(groups)
    )


def stand_in_words(one: LabelledGroup, rng: np.random.Generator) -> Named[Morphology]:
    """Say a shape as a describer might that is right in 85 of 100 groups.

    Which word leads is drawn with that chance, and how surely it leads, too; what leads instead
    is any other word that is not milk of calcium, of which one view shows round particles or
    thin ones. Used where no describer is at hand.
    """
    words = sorted(set(Morphology) - {Morphology.MILK_OF_CALCIUM})
    true = words[int(rng.integers(len(words)))] if one.kind is None else WORD_OF[one.kind]
    if one.kind is Kind.MILK_OF_CALCIUM and one.shown.view is not View.CC:
        true = Morphology.FINE_LINEAR_BRANCHING
    leading = true
    if rng.random() > _RIGHT:
        others = [word for word in words if word is not true]
        leading = others[int(rng.integers(len(others)))]
    rest = rng.dirichlet(np.full(len(words), 0.3))
    sure = rng.uniform(0.5, 0.98)
    chances = {word: float((1.0 - sure) * part) for word, part in zip(words, rest, strict=True)}
    chances[leading] += sure
    chances[Morphology.MILK_OF_CALCIUM] = 0.0
    return Named(label=leading, probabilities=chances)


def _said(distribution: Distribution) -> Named[Distribution]:
    """Take the distribution that the rules name as a sure word."""
    chances = dict.fromkeys(Distribution, 0.05)
    return Named(label=distribution, probabilities={**chances, distribution: 0.8})


def same_lesion(first: LabelledGroup, second: LabelledGroup) -> bool:
    """Tell whether two groups are of one lesion."""
    return first.lesion is not None and first.lesion == second.lesion
