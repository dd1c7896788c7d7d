"""Simulated views as a data set, and readings as predictions."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from calcsight.analysis.breast import find_breast
from calcsight.analysis.grouping import group
from calcsight.evaluation.agreement import adjusted_rand_index
from calcsight.evaluation.cases import DataSet, TrueParticles, TrueRegion, TrueView
from calcsight.simulation.outlines import max_feret
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.truth import TrueParticle, Truth
from calcsight.simulation.views import SimulatedView, simulate_view
from calcsight.terms.calcification import Calcification
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.orientation import Orientation
from calcsight.terms.settings import Settings


def simulated_set(name: str, specs: Sequence[ViewSpec]) -> DataSet:
    """Simulate views for their truth; each image is simulated again when it is asked for.

    Takes about half a second a view.

    Raises
    ------
    UsageError
        When a spec names a family that its half of the families does not have.
    """
    return DataSet(name=name, views=tuple(true_view(simulate_view(spec)) for spec in specs))


def true_view(view: SimulatedView) -> TrueView:
    """Gather the truth of one view."""
    spec = view.spec
    return TrueView(
        name=spec.name,
        patient=spec.woman,
        spacing_mm=(spec.pitch_mm, spec.pitch_mm),
        particles=planted_particles(view.truth),
        regions=planted_groups(view.truth),
        normal=not view.truth.particles,
        strata={"look": spec.look, "tissue": spec.background, "view": spec.view.value},
        mammogram=partial(_mammogram, spec),
    )


def planted_particles(truth: Truth) -> TrueParticles:
    """Gather what was planted, one by one."""
    particles = truth.particles
    places = np.array([(p.row, p.column) for p in particles], dtype=np.float64)
    return TrueParticles(
        places_px=places.reshape(-1, 2),
        outlines_px=tuple(p.outline for p in particles),
        diameters_mm=np.array([p.diameter_mm for p in particles], dtype=np.float64),
        contrasts_sd=np.array([p.contrast_sd for p in particles], dtype=np.float64),
    )


def planted_groups(truth: Truth) -> tuple[TrueRegion, ...]:
    """Gather what was planted, by groups."""
    return tuple(TrueRegion(outline_px=one.hull, members=one.members) for one in truth.groups)


def _mammogram(spec: ViewSpec) -> Mammogram:
    """Simulate the image."""
    return simulate_view(spec).mammogram()


def group_agreement(view: SimulatedView, mammogram: Mammogram, settings: Settings) -> float | None:
    """Group the true particles by the primary rule and compare with the planted groups.

    Returns
    -------
    float or None
        Adjusted Rand index; an isolated particle is a group of its own. None when fewer than
        two particles were planted.
    """
    particles = view.truth.particles
    spacing = mammogram.spacing
    if len(particles) < 2 or spacing is None:
        return None
    breast = find_breast(mammogram, spacing.mean_mm, settings.breast)
    marks = _as_calcifications(particles, mammogram, view.spec.pitch_mm)
    found = group(marks, spacing, breast, settings.grouping)[0]
    labels = [-1 - position for position in range(len(particles))]
    for one in found.groups:
        for member in one.members:
            labels[member] = one.number
    planted = [p.group or -1 - position for position, p in enumerate(particles)]
    return adjusted_rand_index(planted, labels)


def _as_calcifications(
    particles: Sequence[TrueParticle], mammogram: Mammogram, pitch_mm: float
) -> list[Calcification]:
    """Present true particles as if they had been found, in the reading frame."""
    turn: Orientation = mammogram.orientation
    marks: list[Calcification] = []
    for particle in particles:
        outline = turn.points_to_reading(particle.outline, mammogram.shape)
        centre = turn.points_to_reading(
            np.array([[particle.row, particle.column]]), mammogram.shape
        )
        diameter_px = max_feret(outline)
        marks.append(
            Calcification(
                row=float(centre[0, 0]),
                column=float(centre[0, 1]),
                diameter_mm=particle.diameter_mm,
                diameter_px=diameter_px,
                area_mm2=particle.area_mm2,
                area_px=particle.area_mm2 / pitch_mm**2,
                length_mm=particle.diameter_mm,
                width_mm=particle.diameter_mm,
                contrast=particle.contrast_sd * particle.background_sd,
                contrast_to_noise=particle.contrast_sd,
                elongation=1.0,
                circularity=1.0,
                solidity=1.0,
                lucent_centre=False,
                outline=outline,
                score=1.0,
            )
        )
    return marks
