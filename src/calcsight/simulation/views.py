"""A simulated mammogram with its truth: the one way to make one."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.background import Background
from calcsight.simulation.insertion import add_stamp, local_sd
from calcsight.simulation.looks import Look, dense_bright, look_named
from calcsight.simulation.markers import draw_markers
from calcsight.simulation.outlines import Outline, centroid_and_area, max_feret
from calcsight.simulation.particles import oversampling_for, placed, stamp_particle
from calcsight.simulation.planting import Planned, plan_particles
from calcsight.simulation.scene import draw_breast
from calcsight.simulation.spec import GroupPlan, ViewSpec
from calcsight.simulation.storing import store
from calcsight.simulation.texture import Field
from calcsight.simulation.truth import TrueGroup, TrueParticle, Truth
from calcsight.terms.mammogram import Laterality, Mammogram
from calcsight.terms.orientation import Orientation
from calcsight.terms.spacing import Spacing, SpacingSource


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedView:
    """A simulated view in the frame a file would have: a right breast points left.

    Parameters
    ----------
    spec : ViewSpec
    look : Look
        What the stored values mean.
    stored : array (rows, columns), uint16
        As a detector or a vendor stores them.
    exposure : array (rows, columns), float32
        Log of exposure lost, with particles and noise, before storing; 0 = air.
    truth : Truth
        In the same frame as `stored`.
    """

    spec: ViewSpec
    look: Look
    stored: NDArray[np.uint16]
    exposure: Field
    truth: Truth

    @property
    def orientation(self) -> Orientation:
        """How `stored` becomes the reading frame (chest wall left)."""
        return Orientation(columns_reversed=self.spec.laterality is Laterality.RIGHT)

    def mammogram(self) -> Mammogram:
        """Return the view as a loader would hand it to `read`; truth is in its file frame."""
        pixels = self.orientation.to_reading(dense_bright(self.look, self.stored))
        pitch = self.spec.pitch_mm
        return Mammogram(
            uid=self.spec.name,
            pixels=np.ascontiguousarray(pixels),
            spacing=Spacing(row_mm=pitch, column_mm=pitch, source=SpacingSource.SIMULATED),
            laterality=self.spec.laterality,
            view=self.spec.view,
            intent=self.look.intent,
            orientation=self.orientation,
            magnification_factor=1.0,
        )


def simulate_view(spec: ViewSpec) -> SimulatedView:
    """Simulate one view; the same spec gives the same bytes.

    Raises
    ------
    UsageError
        When the spec names a family that its half of the families does not have.
    """
    look = look_named(spec.look)
    background = draw_breast(spec)
    rng = np.random.default_rng((spec.seed, 3))
    planned = plan_particles(rng, spec, background.canvas)
    signal, particles = _drawn_particles(spec, background, planned)
    exposure = background.exposed(signal)
    stored = store(spec, look, background, exposure)
    stored = draw_markers(rng, spec, look, background.canvas, stored)
    turn = Orientation(columns_reversed=spec.laterality is Laterality.RIGHT)
    shape = (int(stored.shape[0]), int(stored.shape[1]))
    return SimulatedView(
        spec=spec,
        look=look,
        stored=np.ascontiguousarray(turn.to_file(stored)),
        exposure=np.ascontiguousarray(turn.to_file(exposure)),
        truth=_truth(particles, planned.groups, turn, shape),
    )


def _drawn_particles(
    spec: ViewSpec, background: Background, planned: Planned
) -> tuple[Field | None, list[TrueParticle]]:
    """Draw all particles into one signal, and say what each truly is (reading frame)."""
    if not planned.particles:
        return None, []
    before = background.exposed()
    signal = np.zeros_like(background.clean)
    particles: list[TrueParticle] = []
    for plan in planned.particles:
        centre = plan.place_mm / spec.pitch_mm
        outline = placed(plan.unit, centre, plan.diameter_mm / spec.pitch_mm)
        fine = oversampling_for(plan.diameter_mm, spec.pitch_mm)
        kernel = background.kernel(spec, spec.pitch_mm / fine)
        middle, area_px = centroid_and_area(outline)
        deviation = local_sd(before, middle[0], middle[1], spec.pitch_mm)
        stamp = stamp_particle(outline, plan.kind, kernel, fine)
        add_stamp(signal, stamp, plan.contrast_sd * deviation)
        particles.append(
            TrueParticle(
                row=float(middle[0]),
                column=float(middle[1]),
                diameter_mm=max_feret(outline) * spec.pitch_mm,
                area_mm2=area_px * spec.pitch_mm**2,
                contrast_sd=plan.contrast_sd,
                background_sd=deviation,
                kind=plan.kind,
                outline=outline,
                group=plan.group,
            )
        )
    return signal, particles


def _truth(
    particles: list[TrueParticle],
    plans: tuple[GroupPlan, ...],
    turn: Orientation,
    shape: tuple[int, int],
) -> Truth:
    """Move particles to the file's frame and gather the groups."""
    moved = tuple(_moved(p, turn, shape) for p in particles)
    groups: list[TrueGroup] = []
    for number, plan in enumerate(plans, start=1):
        members = tuple(i for i, p in enumerate(moved) if p.group == number)
        corners = np.concatenate([moved[i].outline for i in members]).astype(np.float32)
        hull: Outline = cv2.convexHull(corners).reshape(-1, 2).astype(np.float64)
        groups.append(
            TrueGroup(
                number=number,
                members=members,
                row=float(np.mean([moved[i].row for i in members])),
                column=float(np.mean([moved[i].column for i in members])),
                hull=hull,
                kind=plan.kind,
                distribution=plan.distribution,
            )
        )
    return Truth(particles=moved, groups=tuple(groups))


def _moved(particle: TrueParticle, turn: Orientation, shape: tuple[int, int]) -> TrueParticle:
    """Return the same particle in the file's frame."""
    centre = turn.points_to_file(np.array([[particle.row, particle.column]]), shape)[0]
    outline = turn.points_to_file(particle.outline, shape)
    return replace(particle, row=float(centre[0]), column=float(centre[1]), outline=outline)
