"""Shares of malignant lesions, each with its counts and two intervals."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from calcsight.evaluation.cases import Numbers
from calcsight.evaluation.intervals import (
    draw_patients,
    percentile_interval,
    share,
    wilson_interval,
)

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many lesions of a kind were malignant.

    Parameters
    ----------
    malignant, n, women : int
        Lesions, and the women who have them.
    wilson : (float, float)
        95 % score interval, 0-1, lesions taken as independent.
    by_woman : (float, float)
        95 % percentile bootstrap, women drawn with all their lesions; nan when fewer than two
        women have any, or when all of them, or none, are malignant: drawing them again says
        nothing of others.
    """

    malignant: int
    n: int
    women: int
    wilson: tuple[float, float]
    by_woman: tuple[float, float]

    @property
    def value(self) -> float:
        """0-1; nan when there are none."""
        return self.malignant / self.n if self.n else float("nan")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Women:
    """The women that lesions are drawn by; the same draws serve every figure.

    Parameters
    ----------
    position : mapping of str to int
        Place of each woman.
    draws : array (replicates, women)
        How often each was drawn.
    """

    position: Mapping[str, int]
    draws: Numbers

    @classmethod
    def of(cls, names: Iterable[str], replicates: int, seed: int) -> "Women":
        """Draw the women `replicates` times."""
        ordered = sorted(set(names))
        return cls(
            position={name: place for place, name in enumerate(ordered)},
            draws=draw_patients(len(ordered), replicates, seed),
        )

    def counts(self, names: Sequence[str], columns: Sequence[int], width: int) -> Numbers:
        """Count each woman's lesions by column.

        Parameters
        ----------
        names : sequence of str
            Woman of each lesion.
        columns : sequence of int
            Column of each lesion, from 0 and below `width`.

        Returns
        -------
        array (women, width)
        """
        found = np.zeros((len(self.position), width))
        places = [self.position[name] for name in names]
        np.add.at(found, (places, list(columns)), 1.0)
        return found


def share_of(malignant: Sequence[bool], names: Sequence[str], women: Women) -> Share:
    """Count the malignant among lesions.

    Parameters
    ----------
    malignant : sequence of bool
    names : sequence of str
        Woman of each lesion.
    women : Women
    """
    counts = women.counts(names, [int(one) for one in malignant], 2)
    ill, every = counts[:, 1], counts.sum(axis=1)
    count, n, with_any = int(ill.sum()), int(every.sum()), int((every > 0).sum())
    told = with_any > 1 and 0 < count < n
    return Share(
        malignant=count,
        n=n,
        women=with_any,
        wilson=wilson_interval(count, n),
        by_woman=percentile_interval(share(ill, every, women.draws))
        if told
        else (float("nan"), float("nan")),
    )


def shares_by(
    keys: Sequence[Key], malignant: Sequence[bool], names: Sequence[str], women: Women
) -> dict[Key, Share]:
    """Count the malignant for each key that occurs, in order of first appearance."""
    places: dict[Key, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    return {
        key: share_of([malignant[i] for i in own], [names[i] for i in own], women)
        for key, own in places.items()
    }
