"""Which particles, or which views, a figure is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from calcsight.evaluation.cases import Case, Flags, TrueParticles

_DIAMETERS_MM = (0.0, 0.2, 0.4, np.inf)
_CONTRASTS_SD = (0.0, 3.0, 6.0, 12.0, np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticleStratum:
    """Some of the particles; a mark on any other is neither a hit nor false.

    Parameters
    ----------
    name : str
    holds : callable
        Says of each particle whether it belongs; one of unknown size or contrast does not.
    """

    name: str
    holds: Callable[[TrueParticles], Flags]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewStratum:
    """Some of the views: targets and false marks of no other count."""

    name: str
    holds: Callable[[Case], bool]


def every_particle() -> ParticleStratum:
    """Take every particle."""
    return ParticleStratum(name="all", holds=lambda p: np.ones(len(p.diameters_mm), bool))


def diameter_between(low_mm: float, high_mm: float) -> ParticleStratum:
    """Take particles of low <= diameter < high."""
    return ParticleStratum(
        name=_between("true diameter", low_mm, high_mm, "mm"),
        holds=lambda p: (p.diameters_mm >= low_mm) & (p.diameters_mm < high_mm),
    )


def contrast_between(low_sd: float, high_sd: float = np.inf) -> ParticleStratum:
    """Take particles of low <= contrast < high, in SD of the local noise."""
    return ParticleStratum(
        name=_between("contrast", low_sd, high_sd, "SD"),
        holds=lambda p: (p.contrasts_sd >= low_sd) & (p.contrasts_sd < high_sd),
    )


def both(first: ParticleStratum, second: ParticleStratum) -> ParticleStratum:
    """Take particles of both strata."""
    return ParticleStratum(
        name=f"{first.name}, {second.name}", holds=lambda p: first.holds(p) & second.holds(p)
    )


def particle_strata(cases: Sequence[Case]) -> list[ParticleStratum]:
    """Return the strata of size and contrast that hold a particle; all of them first."""
    marked = [c.true.particles for c in cases if c.true.particles is not None]
    bins = [
        *(diameter_between(*one) for one in pairwise(_DIAMETERS_MM)),
        *(contrast_between(*one) for one in pairwise(_CONTRASTS_SD)),
    ]
    held = [one for one in bins if any(one.holds(particles).any() for particles in marked)]
    return [every_particle(), *held]


def view_strata(cases: Sequence[Case]) -> list[ViewStratum]:
    """Return the strata of views that the data set names; what all views share is none."""
    names = sorted({name for case in cases for name in case.true.strata})
    strata: list[ViewStratum] = []
    for name in names:
        values = sorted({_stratum(case, name) for case in cases})
        if len(values) > 1:
            strata += [_view_stratum(name, value) for value in values]
    return strata


def _view_stratum(name: str, value: str) -> ViewStratum:
    """Take the views with one value."""
    return ViewStratum(name=f"{name}: {value}", holds=lambda case: _stratum(case, name) == value)


def _stratum(case: Case, name: str) -> str:
    """Return the value of a view; "unknown" is said."""
    return case.true.strata.get(name) or "unknown"


def _between(what: str, low: float, high: float, unit: str) -> str:
    """Write a range in words."""
    if np.isinf(high):
        return f"{what} at least {low:g} {unit}"
    if low == 0.0:
        return f"{what} under {high:g} {unit}"
    return f"{what} {low:g} to under {high:g} {unit}"
