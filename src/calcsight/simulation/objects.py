"""Discs and rods of known size at known places: for tests of measurements, not of detection."""

from dataclasses import dataclass

import numpy as np

from calcsight.simulation.anatomy import draw_canvas, thickness_profile
from calcsight.simulation.detector import blurred, gaussian_kernel, noise_grain
from calcsight.simulation.insertion import add_stamp, local_sd
from calcsight.simulation.outlines import Outline, centroid_and_area, max_feret
from calcsight.simulation.particles import oversampling_for, stamp_particle
from calcsight.simulation.texture import Field, as_field, enlarged, power_law_field
from calcsight.simulation.truth import Kind, TrueParticle
from calcsight.terms.mammogram import Laterality, Mammogram, View, ViewModifier
from calcsight.terms.spacing import Spacing, SpacingSource

_FIELD_MM = (90.0, 60.0)
_COARSE_MM = 0.2
_NOISE_SD = 0.014
_TISSUE_SD = 0.02
_DETECTOR_BLUR_MM = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectPlan:
    """One disc or rod.

    Parameters
    ----------
    down_mm, right_mm : float
        Its centre, mm from the centre of the first pixel.
    length_mm : float
        Diameter of a disc, full length of a rod.
    width_mm : float
        Equal to the length for a disc; a rod has round ends.
    angle : float
        Which way a rod runs, radians from the column axis.
    contrast_sd : float
        Peak after blur in local SD.
    """

    down_mm: float
    right_mm: float
    length_mm: float
    width_mm: float
    angle: float = 0.0
    contrast_sd: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Phantom:
    """A mammogram with known objects; `particles` in the order of the plans."""

    mammogram: Mammogram
    particles: tuple[TrueParticle, ...]


def object_grid(seed: int) -> tuple[ObjectPlan, ...]:
    """Return 18 discs and rods of 0.3 to 2 mm, 8 mm apart, at random sub-pixel places."""
    rng = np.random.default_rng((seed, 11))
    sizes = np.geomspace(0.3, 2.0, 9)
    plans: list[ObjectPlan] = []
    for number, size in enumerate(np.concatenate([sizes, sizes])):
        row, column = divmod(number, 3)
        shift = rng.uniform(-0.5, 0.5, 2)
        rod = number >= len(sizes)
        plans.append(
            ObjectPlan(
                down_mm=float(24.0 + 8.0 * row + shift[0]),
                right_mm=float(9.0 + 8.0 * column + shift[1]),
                length_mm=float(size),
                width_mm=float(max(0.15, size / 4)) if rod else float(size),
                angle=float(rng.uniform(0, np.pi)) if rod else 0.0,
            )
        )
    return tuple(plans)


def simulate_objects(
    plans: tuple[ObjectPlan, ...],
    seed: int,
    detector_pitch_mm: float = 0.07,
    magnification: float = 1.0,
    on_tissue: bool = False,
) -> Phantom:
    """Simulate objects in a plain breast.

    Parameters
    ----------
    plans : tuple of ObjectPlan
        Sizes and places in the plane of the breast.
    seed : int
        Of the noise (and tissue).
    detector_pitch_mm : float
        Distance between pixels at the detector; in the breast it is that over
        `magnification`, and so is the detector's blur.
    magnification : float
        Geometric magnification factor, >= 1.
    on_tissue : bool
        Add power-law tissue to the noise.
    """
    rng = np.random.default_rng((seed, 12))
    pitch_mm = detector_pitch_mm / magnification
    clean = _plain_breast(rng, pitch_mm, on_tissue)
    kernel_mm = _DETECTOR_BLUR_MM / magnification
    grain = noise_grain(rng, (clean.shape[0], clean.shape[1]), 0.45)
    before = clean + grain * np.float32(_NOISE_SD)
    signal = np.zeros_like(clean)
    particles: list[TrueParticle] = []
    for plan in plans:
        outline = capsule(plan) / pitch_mm
        middle, area_px = centroid_and_area(outline)
        fine = oversampling_for(plan.width_mm, pitch_mm)
        stamp = stamp_particle(outline, None, gaussian_kernel(kernel_mm, pitch_mm / fine), fine)
        deviation = local_sd(before, middle[0], middle[1], pitch_mm)
        add_stamp(signal, stamp, plan.contrast_sd * deviation)
        particles.append(
            TrueParticle(
                row=float(middle[0]),
                column=float(middle[1]),
                diameter_mm=max_feret(outline) * pitch_mm,
                area_mm2=area_px * pitch_mm**2,
                contrast_sd=plan.contrast_sd,
                background_sd=deviation,
                kind=Kind.ROUND if plan.length_mm == plan.width_mm else Kind.LARGE_ROD,
                outline=outline,
                group=None,
            )
        )
    mammogram = _as_mammogram(before + signal, pitch_mm, magnification)
    return Phantom(mammogram=mammogram, particles=tuple(particles))


def capsule(plan: ObjectPlan) -> Outline:
    """Return the outline (n, 2) of a disc, or of a rod with round ends, in mm."""
    turn = np.linspace(0.0, 2 * np.pi, 256, endpoint=False)
    across, along = np.sin(turn) * plan.width_mm / 2, np.cos(turn) * plan.width_mm / 2
    along = along + np.sign(np.cos(turn)) * (plan.length_mm - plan.width_mm) / 2
    down = along * np.sin(plan.angle) + across * np.cos(plan.angle)
    right = along * np.cos(plan.angle) - across * np.sin(plan.angle)
    return np.stack([down + plan.down_mm, right + plan.right_mm], axis=1)


def _plain_breast(rng: np.random.Generator, pitch_mm: float, on_tissue: bool) -> Field:
    """Draw a breast of fat, with or without tissue, at full resolution and blurred."""
    canvas = draw_canvas(rng, View.CC, _FIELD_MM, _COARSE_MM)
    roll = thickness_profile(canvas.depth, 12.0)
    coarse = np.float32(2.0) * roll
    if on_tissue:
        texture = power_law_field(rng, canvas.shape, canvas.pitch_mm, 3.0)
        coarse = coarse + np.float32(_TISSUE_SD) * texture * roll
    shape = (round(_FIELD_MM[0] / pitch_mm), round(_FIELD_MM[1] / pitch_mm))
    step = pitch_mm / canvas.pitch_mm
    return blurred(enlarged(as_field(coarse), shape, step), gaussian_kernel(0.06, pitch_mm))


def _as_mammogram(exposure: Field, pitch_mm: float, magnification: float) -> Mammogram:
    """Wrap log exposure as a left CC, dense tissue bright."""
    modifiers = (ViewModifier.MAGNIFICATION,) if magnification > 1.0 else ()
    return Mammogram(
        uid="phantom",
        pixels=exposure,
        spacing=Spacing(row_mm=pitch_mm, column_mm=pitch_mm, source=SpacingSource.SIMULATED),
        laterality=Laterality.LEFT,
        view=View.CC,
        modifiers=modifiers,
        magnification_factor=magnification,
    )
