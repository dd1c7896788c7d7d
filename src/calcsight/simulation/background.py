"""A breast without calcifications: attenuation and the noise that belongs to it."""

from dataclasses import dataclass

import cv2
import numpy as np

from calcsight.simulation.anatomy import (
    Canvas,
    draw_canvas,
    pectoral_muscle,
    thickness_profile,
)
from calcsight.simulation.detector import (
    Kernel,
    blurred,
    noise_grain,
    point_spread,
    quantum_noise_sd,
)
from calcsight.simulation.emulsion import Emulsion
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.strands import draw_lines
from calcsight.simulation.texture import Field, as_field, band_field, enlarged, standardised
from calcsight.simulation.tissue import tissue

COARSE_MM = 0.16
FAT_PER_MM = 0.045


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Background:
    """A breast in log exposure, chest wall left.

    Parameters
    ----------
    clean : array (rows, columns), float32
        Log of exposure lost to the breast, blurred, without noise; 0 = air.
    grain : array of the same shape
        Unit noise.
    noise_sd, reference : float
        Noise where `clean` is `reference`.
    roll_off : array of the same shape
        The part of `clean` that compressed thickness alone makes.
    canvas : Canvas
        Geometry on the coarse grid.
    blur_mm : float
        Width of the detector's point spread.
    emulsion : Emulsion or None
        The film, whose grain adds to the noise; None = a digital detector.
    """

    clean: Field
    grain: Field
    noise_sd: float
    reference: float
    roll_off: Field
    canvas: Canvas
    blur_mm: float
    emulsion: Emulsion | None = None

    def exposed(self, signal: Field | None = None) -> Field:
        """Return log exposure with noise; `signal` is attenuation added before the noise."""
        attenuation = self.clean if signal is None else self.clean + signal
        noise = quantum_noise_sd(attenuation, self.noise_sd, self.reference)
        if self.emulsion is not None:
            noise = np.hypot(noise, self.emulsion.grain_sd(attenuation))
        return attenuation + noise * self.grain

    def kernel(self, spec: ViewSpec, step_mm: float) -> Kernel:
        """Point spread of this view's detector, sampled `step_mm` apart."""
        return point_spread(spec.families, spec.blur, self.blur_mm, step_mm)


def draw_background(spec: ViewSpec) -> Background:
    """Draw the breast of one view, from its seeds alone."""
    woman = np.random.default_rng((spec.woman_seed, 1))
    rng = np.random.default_rng((spec.seed, 2))
    depth_share = woman.uniform(0.5, 0.68)
    density, grain_share = woman.uniform(0.05, 0.5), woman.uniform(0.9, 2.2)
    field_mm = (spec.rows * spec.pitch_mm, spec.rows * spec.pitch_mm * depth_share)
    shape = (spec.rows, round(spec.rows * depth_share))
    canvas = draw_canvas(rng, spec.view, field_mm, COARSE_MM)
    thickness_mm = woman.uniform(35.0, 65.0)
    fat = FAT_PER_MM * thickness_mm
    roll = thickness_profile(canvas.depth, thickness_mm * 0.3)
    gland = _gland(rng, canvas, density)
    noise_sd = float(woman.uniform(0.010, 0.017)) * 0.07 / spec.pitch_mm
    texture = _scaled(_skewed(tissue(spec.families, spec.background)(rng, canvas)), canvas)
    tissue_sd = np.float32(grain_share * noise_sd * min(1.0, spec.pitch_mm / 0.07))
    contrast = np.float32(woman.uniform(0.12, 0.32))
    # The skin is seen edge on: a bright line about a millimetre inside the outline.
    skin = canvas.depth * np.exp(-canvas.depth / np.float32(0.9), dtype=np.float32)
    coarse = (
        (contrast * gland + texture * tissue_sd * (0.5 + np.float32(0.8) * gland)) * roll
        + np.float32(0.3) * pectoral_muscle(rng, canvas) * roll
        + np.float32(0.5) * skin
    )
    step = spec.pitch_mm / COARSE_MM
    depth = np.maximum(enlarged(canvas.depth, shape, step), np.float32(0.0))
    roll_full = thickness_profile(depth, thickness_mm * 0.3)
    clean = enlarged(coarse, shape, step) + np.float32(fat) * roll_full
    line_sd = np.float32(woman.uniform(4.0, 8.0) * noise_sd * min(1.0, spec.pitch_mm / 0.07))
    clean += draw_lines(rng, spec, canvas, shape) * line_sd * roll_full
    blur_mm = float(rng.uniform(0.04, 0.07))
    clean = blurred(clean, point_spread(spec.families, spec.blur, blur_mm, spec.pitch_mm))
    correlation = float(rng.uniform(0.38, 0.54))
    return Background(
        clean=clean,
        grain=noise_grain(rng, shape, correlation),
        noise_sd=noise_sd,
        reference=float(fat + 0.1),
        roll_off=roll_full * np.float32(fat),
        canvas=canvas,
        blur_mm=blur_mm,
    )


def _gland(rng: np.random.Generator, canvas: Canvas, density: float) -> Field:
    """Glandular tissue, 0-1: most of it behind the nipple, ragged towards the fat."""
    rows_mm, columns_mm = np.indices(canvas.shape, dtype=np.float32) * np.float32(canvas.pitch_mm)
    reach = canvas.nipple_mm[1]
    down = (rows_mm - np.float32(canvas.nipple_mm[0])) / np.float32(reach * 0.75)
    right = (columns_mm - np.float32(reach * 0.5)) / np.float32(reach * 0.5)
    ragged = sum(
        np.float32(share) * band_field(rng, canvas.shape, canvas.pitch_mm, size)
        for size, share in ((18.0, 0.4), (8.0, 0.35), (3.5, 0.25), (1.6, 0.12))
    )
    sharpness = np.float32(rng.uniform(2.5, 5.0))
    level = np.float32(2.6 * density - 0.1) - (down**2 + right**2) + ragged
    under_skin = np.clip((canvas.depth - np.float32(3.0)) / np.float32(9.0), 0.0, 1.0)
    return as_field(under_skin / (1.0 + np.exp(-level * sharpness)))


def _skewed(texture: Field) -> Field:
    """Make dense places busier than sparse ones, as projected tissue is."""
    return as_field(np.exp(np.clip(standardised(texture), -4.0, 4.0) * np.float32(0.3)))


def _scaled(texture: Field, canvas: Canvas) -> Field:
    """Scale a texture so that its median SD within 3 mm is 1."""
    side = int(3.0 / canvas.pitch_mm) | 1
    flat = standardised(texture)
    mean = cv2.blur(flat, (side, side))
    spread = np.sqrt(np.maximum(cv2.blur(flat * flat, (side, side)) - mean * mean, 1e-12))
    middle = float(np.median(spread[::5, ::5][canvas.mask[::5, ::5] > 0]))
    return flat * np.float32(1.0 / middle)
