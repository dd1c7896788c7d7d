"""From described calcifications to groups with known shape and distribution, and what fits them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from calcsight.analysis.circles import joined_circles
from calcsight.analysis.group_shape import OpinionPool
from calcsight.analysis.learned_describer import SHAPES
from calcsight.analysis.lying import Ground
from calcsight.analysis.spread import Marks, numbers_of
from calcsight.terms.distribution import Distribution
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import BI_RADS_RULE
from training.described_views import MORPHOLOGY_OF, Listing, ShownView

Numbers = NDArray[np.float64]

# A group is of one shape, or of one planted group, when so many of its members are.
OF_ONE = 0.7
HALF = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class KnownGroup:
    """One group of one list.

    Parameters
    ----------
    view, listing : str
        `listing` is that of the view, or "planted": all particles of one planted group.
    probabilities : array (n, len(Morphology))
        Of the members.
    spread : array (k,)
        `spread_numbers`.
    shape : int or None
        Position in `Morphology`; None = mixed, or milk of calcium.
    distribution : int or None
        Position in `Distribution`; None = of several planted groups.
    planted : int
        Number of the planted group that most members belong to; 0 = none.
    """

    view: str
    listing: str
    probabilities: Numbers
    spread: Numbers
    shape: int | None
    distribution: int | None
    planted: int


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One list of a view with the shapes that were named.

    Parameters
    ----------
    view : ShownView
    listing_name : str
    probabilities : array (n, len(Morphology))
        Of its calcifications.
    marks : Marks
    ground : Ground
    """

    view: ShownView
    listing_name: str
    probabilities: Numbers
    marks: Marks
    ground: Ground

    @classmethod
    def of(cls, view: ShownView, name: str, probabilities: Numbers) -> "Shown":
        """Measure what lies where."""
        marks = Marks.of(view.listings[name].calcifications, probabilities, view.pitch_mm)
        return cls(view, name, probabilities, marks, Ground.of(view.breast, view.pitch_mm))

    @property
    def listing(self) -> Listing:
        """The list."""
        return self.view.listings[self.listing_name]


def known_groups(shown: Shown) -> list[KnownGroup]:
    """Group one list of a view by the primary rule, and say what each group truly is."""
    view, name, listing = shown.view, shown.listing_name, shown.listing
    probabilities, places = shown.probabilities, shown.marks.places_mm
    found = [(name, members) for members in joined_circles(places, BI_RADS_RULE)]
    if name == "true":
        owner = _owners(view, listing)
        planted = [np.flatnonzero(owner == number) for number in np.unique(owner[owner > 0])]
        found += [("planted", members) for members in planted if len(members) > 1]
    made = []
    for kind, members in found:
        spread = numbers_of(members.tolist(), shown.marks, shown.ground)
        made.append(
            KnownGroup(
                view.name,
                kind,
                probabilities[members],
                spread,
                _shape(view, listing, members),
                *_planted(view, listing, members),
            )
        )
    return made


def _owners(view: ShownView, listing: Listing) -> NDArray[np.intp]:
    """Return the number of the planted group each belongs to; 0 = none."""
    groups = [one.group or 0 for one in view.truth.particles]
    return np.array([groups[p] if p >= 0 else 0 for p in listing.particle], dtype=np.intp)


def _shape(view: ShownView, listing: Listing, members: NDArray[np.intp]) -> int | None:
    """Return the shape that most members truly have."""
    words = list(Morphology)
    particles = [listing.particle[at] for at in members if listing.particle[at] >= 0]
    if len(particles) < HALF * len(members):
        return None
    kinds = [words.index(MORPHOLOGY_OF[view.truth.particles[p].kind]) for p in particles]
    count = np.bincount(kinds, minlength=len(words))
    top = int(count.argmax())
    single = count[top] >= OF_ONE * len(particles)
    return top if single and words[top] is not Morphology.MILK_OF_CALCIUM else None


def _planted(
    view: ShownView, listing: Listing, members: NDArray[np.intp]
) -> tuple[int | None, int]:
    """Return distribution and number of the planted group that most members belong to."""
    owner = _owners(view, listing)[members]
    count = np.bincount(owner[owner > 0]) if (owner > 0).any() else np.zeros(1)
    if count.max() < HALF * len(members) or count.max() < OF_ONE * (owner > 0).sum():
        return None, 0
    number = int(count.argmax())
    if len(view.truth.groups[number - 1].members) < BI_RADS_RULE.minimum_count:
        # A few coarse ones, in many marks: they lie in no way that has a name.
        return None, number
    return list(Distribution).index(view.truth.groups[number - 1].distribution), number


def fit_pool(groups: Sequence[KnownGroup]) -> OpinionPool:
    """Fit weight and doubt of the pool by likelihood; the prior is even over what can be shown."""
    even = np.array([float(Morphology(one) in SHAPES) for one in Morphology])
    even /= even.sum()
    known = [one for one in groups if one.shape is not None]

    def loss(at: Numbers) -> float:
        weight, doubt = (1.0 / (1.0 + np.exp(-at))).tolist()
        pool = OpinionPool(weight=max(weight, 1e-3), doubt=min(doubt, 0.5), prior=even)
        return float(-np.mean([np.log(pool(one.probabilities)[one.shape]) for one in known]))

    best = minimize(loss, np.array([-1.0, -3.0]), method="Nelder-Mead").x
    weight, doubt = (1.0 / (1.0 + np.exp(-best))).tolist()
    return OpinionPool(weight=round(weight, 4), doubt=round(min(doubt, 0.5), 4), prior=even)
