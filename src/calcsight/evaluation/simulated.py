"""Simulated views and their readings, as evaluation takes them."""

from collections.abc import Sequence

import numpy as np

from calcsight.analysis.breast import find_breast
from calcsight.analysis.grouping import group
from calcsight.evaluation.agreement import adjusted_rand_index
from calcsight.evaluation.marks import FoundGroup, FoundMarks, ScoredView, TrueMarks
from calcsight.simulation.outlines import max_feret
from calcsight.simulation.truth import TrueParticle
from calcsight.simulation.views import SimulatedView
from calcsight.terms.calcification import Calcification
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.orientation import Orientation
from calcsight.terms.reading import Reading
from calcsight.terms.settings import Settings


def scored_view(view: SimulatedView, reading: Reading) -> ScoredView:
    """Bring a simulated view and its reading into millimetres of the file's frame."""
    return ScoredView(
        name=view.spec.name,
        woman=view.spec.woman,
        normal=not view.truth.particles,
        true=_true_marks(view),
        found=found_marks(reading, view.spec.pitch_mm),
    )


def _true_marks(view: SimulatedView) -> TrueMarks:
    """Gather the truth of one view."""
    pitch_mm, particles = view.spec.pitch_mm, view.truth.particles
    places = np.array([(p.row, p.column) for p in particles], dtype=np.float64).reshape(-1, 2)
    return TrueMarks(
        places_mm=places * pitch_mm,
        diameters_mm=np.array([p.diameter_mm for p in particles], dtype=np.float64),
        contrasts_sd=np.array([p.contrast_sd for p in particles], dtype=np.float64),
        groups=np.array([p.group or 0 for p in particles], dtype=np.int64),
        hulls_mm={g.number: g.hull * pitch_mm for g in view.truth.groups},
    )


def found_marks(reading: Reading, pitch_mm: float) -> FoundMarks:
    """Gather what a reading found; groups by its primary rule."""
    marks = reading.calcifications
    places = np.array([(c.row, c.column) for c in marks], dtype=np.float64).reshape(-1, 2)
    groups = tuple(
        FoundGroup(
            centre_mm=np.array([g.row, g.column]) * pitch_mm, score=g.score, members=g.members
        )
        for g in reading.groups
    )
    return FoundMarks(
        places_mm=places * pitch_mm,
        diameters_mm=np.array([c.diameter_px * pitch_mm for c in marks], dtype=np.float64),
        scores=np.array([c.score for c in marks], dtype=np.float64),
        groups=groups,
    )


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
