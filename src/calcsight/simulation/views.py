"""A simulated mammogram with its truth: the one way to make one."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.background import Background
from calcsight.simulation.insertion import local_sd
from calcsight.simulation.looks import Look, dense_bright, look_named
from calcsight.simulation.markers import draw_markers
from calcsight.simulation.particles import add_stamp
from calcsight.simulation.planting import Planned, plan_particles
from calcsight.simulation.rendering import add_tube, drawn_particle, truth_in_file
from calcsight.simulation.scene import draw_breast
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.storing import store
from calcsight.simulation.texture import Field
from calcsight.simulation.truth import TrueParticle, Truth
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


Planner = Callable[[np.random.Generator, ViewSpec, Canvas], Planned]


def simulate_view(spec: ViewSpec, plan: Planner = plan_particles) -> SimulatedView:
    """Simulate one view; the same spec and planner give the same bytes.

    Parameters
    ----------
    spec : ViewSpec
    plan : callable
        Plans the particles.

    Raises
    ------
    UsageError
        When the spec names a family that its half of the families does not have.
    """
    background = draw_breast(spec)
    rng = np.random.default_rng((spec.seed, 3))
    return view_of(rng, spec, background, plan(rng, spec, background.canvas))


def view_of(
    rng: np.random.Generator, spec: ViewSpec, background: Background, planned: Planned
) -> SimulatedView:
    """Expose, store and label a breast with its particles; truth keeps their order.

    Parameters
    ----------
    rng : numpy.random.Generator
        Of the labels beside the breast.
    spec : ViewSpec
    background : Background
    planned : Planned
    """
    look = look_named(spec.look)
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
        truth=truth_in_file(particles, planned.groups, turn, shape),
    )


def _drawn_particles(
    spec: ViewSpec, background: Background, planned: Planned
) -> tuple[Field | None, list[TrueParticle]]:
    """Draw all particles into one signal, and say what each truly is (reading frame)."""
    if not planned.particles:
        return None, []
    before = background.exposed()
    signal = np.zeros_like(background.clean)

    def sd_at(row: float, column: float) -> float:
        return local_sd(before, row, column, spec.pitch_mm)

    for tube in planned.tubes:
        add_tube(signal, tube, spec.pitch_mm, sd_at)
    particles: list[TrueParticle] = []
    for plan in planned.particles:
        stamp, true = drawn_particle(
            plan, spec.pitch_mm, lambda step: background.kernel(spec, step), sd_at
        )
        add_stamp(signal, stamp, true.contrast_sd * true.background_sd)
        particles.append(true)
    return signal, particles
