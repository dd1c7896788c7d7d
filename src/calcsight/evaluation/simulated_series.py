"""Simulated series as pairs of a current view and its prior, with what is new told apart."""

from dataclasses import replace

import numpy as np

from calcsight.evaluation.cases import (
    Case,
    Flags,
    FoundView,
    Indices,
    TrueParticles,
    TrueView,
)
from calcsight.evaluation.particle_rules import ParticleRule
from calcsight.evaluation.prior_pairs import ViewPair
from calcsight.evaluation.simulated import planted_groups, planted_particles
from calcsight.simulation.series import SimulatedSeries, Visit


def pair_of_visits(series: SimulatedSeries, current: int = 1, prior: int = 0) -> ViewPair:
    """Return two visits of a series as a view and its prior, images at hand.

    Parameters
    ----------
    series : SimulatedSeries
    current, prior : int
        Positions in `series.visits`.
    """
    earlier = _view(series, series.visits[prior])
    return (replace(_view(series, series.visits[current]), prior=earlier.name), earlier)


def new_particles(series: SimulatedSeries, current: int = 1, prior: int = 0) -> Flags:
    """Tell which particles of a visit were not there at an earlier one."""
    before = set(series.visits[prior].identity)
    return np.array([one not in before for one in series.visits[current].identity], dtype=bool)


def of_new_alone(case: Case, new: Flags, rule: ParticleRule, drop_old: bool) -> Case:
    """Take new particles alone for targets.

    Parameters
    ----------
    case : Case
    new : array (n,), bool
        Which particles of its truth are new.
    rule : ParticleRule
        Says which marks lie on old ones.
    drop_old : bool
        Marks on particles that are not new are neither hits nor false; else they are false.
    """
    particles = case.true.particles
    if particles is None:
        return case
    true = replace(case.true, particles=_some(particles, new), regions=None, normal=not new.any())
    verdict = rule.judge(case)
    if not drop_old or verdict is None:
        return Case(true=true, found=case.found)
    old = np.append(~new, False)[verdict.matched]
    return Case(true=true, found=_without(case.found, np.flatnonzero(~old)))


def _some(particles: TrueParticles, kept: Flags) -> TrueParticles:
    """Keep some particles."""
    return TrueParticles(
        places_px=particles.places_px[kept],
        outlines_px=tuple(
            one for one, keep in zip(particles.outlines_px, kept, strict=True) if keep
        ),
        diameters_mm=particles.diameters_mm[kept],
        contrasts_sd=particles.contrasts_sd[kept],
    )


def _without(found: FoundView, kept: Indices) -> FoundView:
    """Keep some marks, and no groups: their members would be others."""
    return replace(
        found,
        places_px=found.places_px[kept],
        scores=found.scores[kept],
        diameters_mm=found.diameters_mm[kept],
        outlines_px=tuple(found.outlines_px[at] for at in kept.tolist()),
        groups=(),
    )


def _view(series: SimulatedSeries, visit: Visit) -> TrueView:
    """Gather the truth of one visit."""
    pitch_mm, mammogram = visit.view.spec.pitch_mm, visit.mammogram
    return TrueView(
        name=visit.view.spec.name,
        patient=series.spec.woman,
        spacing_mm=(pitch_mm, pitch_mm),
        particles=planted_particles(visit.truth),
        regions=planted_groups(visit.truth),
        normal=not visit.truth.particles,
        strata={"look": visit.view.spec.look, "view": visit.view.spec.view.value},
        mammogram=lambda: mammogram,
    )
