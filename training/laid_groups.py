"""Layouts in numbers alone: calcifications as listed elsewhere, laid anew in many ways.

To see ten thousand ways to lie, not every one need be drawn as a picture. A group of a drawn view
lends what its particles were taken for: shapes, scores, sizes, and which were missed. A layout says
where they lie, and another view lends the false marks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis import lying
from calcsight.analysis.circles import joined_circles
from calcsight.analysis.spread import Marks, numbers_of
from calcsight.simulation.casting import one_of
from calcsight.simulation.casting_shapes import LAID_COUNTS, LAID_WORDS, SMALL
from calcsight.simulation.grounds import Ground
from calcsight.simulation.kinds import kind_rules
from calcsight.simulation.layers import scene_canvas
from calcsight.simulation.lines import log_uniform
from calcsight.simulation.room import Room
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.truth import Kind
from calcsight.simulation.varied_layouts import layouts
from calcsight.terms.distribution import Distribution
from calcsight.terms.settings import BI_RADS_RULE
from training.described_groups import HALF, OF_ONE, Shown
from training.spread_learning import Example

Numbers = NDArray[np.float64]

_LISTS = ("balanced", "balanced", "true", "sensitive")
_TRIES = 12
_FEWEST = 4
_FEWEST_LENT = 2
_AS_USUAL = 0.5
_LARGER = 2.0
_LEAST = 5
_COMPANIONS = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class Lent:
    """What the particles of one planted group were taken for, in one list.

    Parameters
    ----------
    found : array (n,), bool
        Which of the true particles are listed; of those that are not, the rest is 0.
    marks : Marks
        One for each true particle; axes are (along, across) the line to the nipple.
    """

    found: NDArray[np.bool_]
    marks: Marks


@dataclass(frozen=True, slots=True, eq=False)
class Lender:
    """One drawn view as it lends: groups by kind and list, false marks, and its ground.

    Parameters
    ----------
    spec : ViewSpec
    shown : dict of str to Shown
        By list.
    groups : dict of (str, Kind) to list of Lent
    """

    spec: ViewSpec
    shown: dict[str, Shown]
    groups: dict[tuple[str, Kind], list[Lent]]


def lender_of(spec: ViewSpec, lists: Sequence[Shown]) -> Lender:
    """Take apart what one view lends."""
    groups: dict[tuple[str, Kind], list[Lent]] = {}
    for one in lists:
        exact = np.flatnonzero(one.listing.exact)
        at = {int(one.listing.particle[k]): int(k) for k in exact}
        for group in one.view.truth.groups:
            mine = np.array([at.get(member, -1) for member in group.members])
            if (mine >= 0).sum() < _FEWEST_LENT:
                continue
            lent = Lent(mine >= 0, _taken(one.marks, np.maximum(mine, 0), one.ground.tip_mm))
            groups.setdefault((one.listing_name, group.kind), []).append(lent)
    return Lender(spec, {one.listing_name: one for one in lists}, groups)


def _taken(marks: Marks, at: NDArray[np.intp], tip_mm: Numbers) -> Marks:
    """Take some marks, their axes turned to (along, across) the line to the nipple."""
    ahead = tip_mm - marks.places_mm[at]
    ahead = ahead / np.maximum(np.hypot(*ahead.T), 1e-9)[:, None]
    along = (marks.axes[at] * ahead).sum(axis=1)
    across = marks.axes[at, 0] * ahead[:, 1] - marks.axes[at, 1] * ahead[:, 0]
    return Marks(
        places_mm=marks.places_mm[at],
        axes=np.stack([along, across], 1),
        diameters_mm=marks.diameters_mm[at],
        scores=marks.scores[at],
        probabilities=marks.probabilities[at],
    )


def laid_examples(lenders: Sequence[Lender], times: int, seed: int) -> Iterator[Example]:
    """Lay groups anew, so many times on the ground of each view.

    Parameters
    ----------
    lenders : sequence of Lender
    times : int
    seed : int
    """
    rng = np.random.default_rng(seed)
    for lender in lenders:
        canvas = scene_canvas(lender.spec)
        ground = Ground.of(canvas, Room.of(canvas))
        for _ in range(times):
            yield from _laid(rng, lender, lenders, ground)


def _laid(
    rng: np.random.Generator, lender: Lender, lenders: Sequence[Lender], ground: Ground
) -> Iterator[Example]:
    """Lay one group, and sometimes others, among false marks; name what would be found."""
    name, word = one_of(rng, _LISTS), one_of(rng, LAID_WORDS)
    layout = one_of(rng, tuple(key for key, one in layouts().items() if one[0] is word))
    home = lender.shown.get(name)
    if home is None:
        return
    placed = [_placed(rng, layout, name, lenders, ground)]
    if placed[0] is None:
        return
    while rng.random() < _COMPANIONS:
        placed.append(_placed(rng, "round", name, lenders, ground))
    groups = [one for one in placed if one is not None]
    owner = np.concatenate([np.full(len(one.scores), at + 1) for at, one in enumerate(groups)])
    false = _false_marks(lenders[int(rng.integers(len(lenders)))], name, home.ground)
    if false is not None:
        groups, owner = [*groups, false], np.append(owner, np.zeros(len(false.scores), int))
    marks = _together(groups)
    found = [np.asarray(one) for one in joined_circles(marks.places_mm, BI_RADS_RULE)]
    whole = np.flatnonzero(owner == 1)
    found += [whole] if name == "true" and len(whole) >= _FEWEST else []
    mine = [one for one in found if _is_of_the_first(owner[one])]
    for members in mine:
        yield Example(
            woman=lender.spec.woman,
            listing=name,
            layout=layout,
            numbers=numbers_of(members.tolist(), marks, home.ground),
            word=list(Distribution).index(word),
            weight=len(mine) ** -0.5,
        )


def _is_of_the_first(owner: NDArray[np.intp]) -> bool:
    """Tell whether most members belong to the first group laid."""
    count = np.bincount(owner, minlength=2)
    return bool(count[1] >= HALF * len(owner) and count[1] >= OF_ONE * count[1:].sum())


def _placed(
    rng: np.random.Generator,
    layout: str,
    name: str,
    lenders: Sequence[Lender],
    ground: Ground,
) -> Marks | None:
    """Lay what some group lends; None when nothing fits, or too few are listed."""
    word, draw = layouts()[layout]
    some = tuple(kind for kind, rule in kind_rules().items() if word in rule.distributions)
    # What lies in vessels lies where they run.
    some = tuple(kind for kind in some if kind is not Kind.VASCULAR)
    kind = one_of(rng, (*SMALL, *some))
    lent = _some_lent(rng, lenders, name, kind)
    if lent is None:
        return None
    count = _count(rng, kind, word)
    at = rng.integers(len(lent.found), size=count)
    for _ in range(_TRIES):
        density = draw(rng, ground)
        places = None
        if density is not None:
            places = ground.scatter(rng, density, lent.marks.diameters_mm[at])
        if places is not None:
            break
    else:
        return None
    listed = lent.found[at[: len(places)]]
    if listed.sum() < 2:
        return None
    at, places = at[: len(places)][listed], places[listed]
    ahead = ground.nipple_mm - places
    ahead = ahead / np.maximum(np.hypot(*ahead.T), 1e-9)[:, None]
    along, across = lent.marks.axes[at].T
    return Marks(
        places_mm=places,
        axes=along[:, None] * ahead + across[:, None] * np.stack([ahead[:, 1], -ahead[:, 0]], 1),
        diameters_mm=lent.marks.diameters_mm[at],
        scores=lent.marks.scores[at],
        probabilities=lent.marks.probabilities[at],
    )


def _count(rng: np.random.Generator, kind: Kind, word: Distribution) -> int:
    """Draw how many: as the kind has it, or, of small ones, few or many."""
    if kind in SMALL and rng.random() > _AS_USUAL:
        return round(log_uniform(rng, *LAID_COUNTS[word]))
    few, many = kind_rules()[kind].count
    more = 1.0 if word in (Distribution.GROUPED, Distribution.LINEAR) else _LARGER
    more = 2.0 * more if word is Distribution.DIFFUSE else more
    return max(_LEAST, round(float(rng.uniform(few, many)) * float(rng.uniform(1.0, more))))


def _some_lent(
    rng: np.random.Generator, lenders: Sequence[Lender], name: str, kind: Kind
) -> Lent | None:
    """Draw a group of a kind from any view that lends one."""
    for _ in range(200):
        some = lenders[int(rng.integers(len(lenders)))].groups.get((name, kind))
        if some:
            return some[int(rng.integers(len(some)))]
    return None


def _false_marks(lender: Lender, name: str, ground: lying.Ground) -> Marks | None:
    """Bring the false marks of a view to another breast, at the same shares of its size."""
    shown = lender.shown.get(name)
    if shown is None:
        return None
    marks, at = shown.marks, np.flatnonzero(shown.listing.particle < 0)
    size = np.array([ground.height_mm, ground.depth_mm])
    old = np.array([shown.ground.height_mm, shown.ground.depth_mm])
    places = (marks.places_mm[at] - shown.ground.tip_mm) / old * size + ground.tip_mm
    return Marks(
        places_mm=places,
        axes=marks.axes[at],
        diameters_mm=marks.diameters_mm[at],
        scores=marks.scores[at],
        probabilities=marks.probabilities[at],
    )


def _together(some: Sequence[Marks]) -> Marks:
    """Put marks into one list."""
    return Marks(
        places_mm=np.concatenate([one.places_mm for one in some]),
        axes=np.concatenate([one.axes for one in some]),
        diameters_mm=np.concatenate([one.diameters_mm for one in some]),
        scores=np.concatenate([one.scores for one in some]),
        probabilities=np.concatenate([one.probabilities for one in some]),
    )
