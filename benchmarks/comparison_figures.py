"""What is counted of links, changes and bands, woman by woman."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.group_changes import group_changes
from calcsight.analysis.linking import link
from calcsight.evaluation.intervals import draw_patients, percentile_interval, wilson_interval
from calcsight.terms.comparison import GroupChange, Measure, ParticleLink
from calcsight.terms.comparison_settings import ComparisonSettings
from calcsight.terms.guidance import Change
from calcsight.terms.registration import Registration
from training.compared_pairs import LabelledPair

SEED, REPLICATES = 20261122, 2000
CLEAR_SD = 6.0
BINS = (0.5, 0.7, 0.9, 0.97, 1.0)
# Last digits of the women of a series to whom a group of 5 is added.
ADDED_WOMEN = (2, 3)
DECIDING = (Measure.COUNT, Measure.EXTENT_MM, Measure.MEAN_DIAMETER_MM)
UNCERTAIN, NOT_SHOWN, NOT_FOUND = "uncertain", "not_shown", "not found"
# Marks an interval that is not by woman.
BY_COUNTS = "†"

Counts = tuple[float, float]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One woman's pair, and what is told of it.

    Parameters
    ----------
    pair : LabelledPair
    links : tuple of ParticleLink
    changes : tuple of GroupChange
    """

    pair: LabelledPair
    links: tuple[ParticleLink, ...]
    changes: tuple[GroupChange, ...]

    @property
    def unchanged(self) -> bool:
        """No planted group changes; also where there is none."""
        return not set(self.pair.fates.values()) - {Change.STABLE}


def told_of(pair: LabelledPair, registration: Registration) -> Told:
    """Link and tell one pair, with the defaults."""
    settings = ComparisonSettings()
    both = pair.current.reading, pair.prior.reading
    links = link(*both, registration, settings)
    return Told(
        pair=pair,
        links=links,
        changes=group_changes(*both, registration, links, settings),
    )


def link_counts(told: Told) -> tuple[int, int, int]:
    """Count (right links, links made, links to make) of particles over 6 SD at both dates.

    A link is right when both ends are marks of the same particle; one made counts when either end
    is a mark of such a particle.
    """
    pair = told.pair
    ids = pair.current.identity, pair.prior.identity
    sds = pair.current.contrasts_sd, pair.prior.contrasts_sd
    clear = {one for one in sds[0] if min(sds[0][one], sds[1].get(one, 0.0)) > CLEAR_SD}
    right: set[int] = set()
    made = 0
    for one in told.links:
        ends = [(int(ids[0][i]), int(ids[1][j])) for i in one.current for j in one.prior]
        good = {a for a, b in ends if a == b and a in clear}
        bad = not good and any(a in clear or b in clear for a, b in ends)
        made += len(good - right) + bad
        right |= good
    return len(right), made, len(clear)


def outcomes(told: Told) -> list[tuple[Change, str]]:
    """Return (truth, told) of every planted group.

    What is told of a planted group is the change of the groups found that are mostly of it; of
    several, of those with most members.
    """
    found: dict[int, tuple[int, str]] = {}
    for change in told.changes:
        for numbers, read in (
            (change.current, told.pair.current),
            (change.prior, told.pair.prior),
        ):
            for number in numbers:
                planted = read.groups[number - 1]
                count = read.reading.groups[number - 1].count
                if count > found.get(planted, (0, ""))[0]:
                    found[planted] = (count, word(change))
    return [
        (fate, found.get(number, (0, NOT_FOUND))[1]) for number, fate in told.pair.fates.items()
    ]


def word(change: GroupChange) -> str:
    """Say what is told in one word."""
    if change.change is not None:
        return change.change.value
    return change.not_comparable.value if change.not_comparable else UNCERTAIN


def right_counts(told: Told) -> Counts:
    """Count planted groups told rightly, of those found at either date."""
    found = [(truth, said) for truth, said in outcomes(told) if said != NOT_FOUND]
    return sum(truth.value == said for truth, said in found), len(found)


def of_fate(fate: Change) -> Callable[[Told], Counts]:
    """Return what counts planted groups of one fate told rightly, found or not."""

    def counts(told: Told) -> Counts:
        all_of_it = [said for truth, said in outcomes(told) if truth is fate]
        return sum(said == fate.value for said in all_of_it), len(all_of_it)

    return counts


def added_counts(told: Told) -> Counts:
    """Count the group of 5 that two women of ten have more, and whether it is told as new.

    These women are otherwise unchanged (`series_sets.series_set`).
    """
    fates = sorted(told.pair.fates.values())
    added = fates.count(Change.NEW) == 1 and set(fates) <= {Change.NEW, Change.STABLE}
    if not added or int(told.pair.woman[-1]) not in ADDED_WOMEN:
        return 0, 0
    return of_fate(Change.NEW)(told)


def false_pair(told: Told) -> Counts:
    """Count one unchanged woman, and whether any change is told of her, planted group or not."""
    if not told.unchanged:
        return 0, 0
    return any(one.change not in (None, Change.STABLE) for one in told.changes), 1


def false_groups(told: Told) -> Counts:
    """Count all groups told of unchanged women, and those of them told as changed."""
    if not told.unchanged:
        return 0, 0
    changed = [one.change not in (None, Change.STABLE) for one in told.changes]
    return sum(changed), len(changed)


def within_bands(*measures: Measure) -> Callable[[Told], Counts]:
    """Return what counts women of whom every group lies within these bands."""

    def counts(told: Told) -> Counts:
        banded = [
            one
            for change in told.changes
            for one in change.measures
            if one.measure in measures and one.band is not None
        ]
        return (0, 0) if not banded else (not any(one.beyond for one in banded), 1)

    return counts


def share(women: Sequence[Told], count: Callable[[Told], Counts]) -> str:
    """Write a share as k/n with the 95 % interval: a bootstrap over women.

    Wilson's on the counts, and marked as such, where all women agree.
    """
    counts = np.array([count(one) for one in women], np.float64).reshape(-1, 2)
    total = counts.sum(axis=0)
    if not total[1]:
        return "none"
    if total[0] in (0, total[1]):
        low, high = wilson_interval(int(total[0]), int(total[1]))
        return f"{_worded(total, low, high)} {BY_COUNTS}"
    drawn = draw_patients(len(counts), REPLICATES, SEED) @ counts
    low, high = percentile_interval(drawn[:, 0] / np.where(drawn[:, 1] > 0, drawn[:, 1], np.nan))
    return _worded(total, low, high)


def _worded(total: Numbers, low: float, high: float) -> str:
    return (
        f"{total[0]:.0f}/{total[1]:.0f} = {100 * total[0] / total[1]:.1f} % "
        f"({100 * low:.1f}-{100 * high:.1f})"
    )


def f1_of(women: Sequence[Told]) -> tuple[str, str, str]:
    """Return precision, recall and F1 of links over 6 SD, F1 with its interval by woman."""
    counts = np.array([link_counts(one) for one in women], np.float64).reshape(-1, 3)
    right, made, wanted = counts.sum(axis=0)
    drawn = draw_patients(len(counts), REPLICATES, SEED) @ counts
    low, high = percentile_interval(2.0 * drawn[:, 0] / np.maximum(drawn[:, 1] + drawn[:, 2], 1.0))
    f1 = 2.0 * right / max(made + wanted, 1.0)
    return (
        f"{right:.0f}/{made:.0f} = {right / max(made, 1.0):.3f}",
        f"{right:.0f}/{wanted:.0f} = {right / max(wanted, 1.0):.3f}",
        f"{f1:.3f} ({low:.3f}-{high:.3f})",
    )


def confusion(women: Sequence[Told]) -> list[tuple[str, ...]]:
    """Return truth against told, counts of planted groups."""
    table = Counter(one for told in women for one in outcomes(told))
    said = [*(one.value for one in Change), UNCERTAIN, NOT_SHOWN, NOT_FOUND]
    return [(truth.value, *(str(table[truth, one]) for one in said)) for truth in Change]


def calibration(women: Sequence[Told]) -> list[tuple[str, ...]]:
    """Return the stated probability of links against the share of them that are right."""
    stated, right = [], []
    for told in women:
        ids = told.pair.current.identity, told.pair.prior.identity
        for one in told.links:
            if not one.current or not one.prior:
                continue
            ends = {int(ids[0][i]) for i in one.current}, {int(ids[1][j]) for j in one.prior}
            if max(*ends[0], *ends[1]) >= 0:
                stated.append(one.probability)
                right.append(bool((ends[0] & ends[1]) - {-1}))
    said, true = np.array(stated), np.array(right)
    rows: list[tuple[str, ...]] = []
    for low, high in pairwise(BINS):
        held = (said >= low) & ((said < high) | (high == 1.0))
        if held.any():
            means = f"{said[held].mean():.3f}", f"{true[held].mean():.3f}"
            rows.append((f"{low:g}-{high:g}", str(int(held.sum())), *means))
    return rows
