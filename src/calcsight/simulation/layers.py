"""What a breast of fine tissue is made of, layer by layer, before it is exposed."""

from dataclasses import dataclass

import cv2
import numpy as np

from calcsight.simulation.anatomy import Canvas, draw_canvas, pectoral_muscle
from calcsight.simulation.background import COARSE_MM, FAT_PER_MM
from calcsight.simulation.detector import noise_grain
from calcsight.simulation.fine_tissue import fine_tissue
from calcsight.simulation.lines import log_uniform
from calcsight.simulation.looks import Medium, look_named
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.strands import draw_lines
from calcsight.simulation.texture import Field, as_field, band_field, enlarged, standardised
from calcsight.simulation.tissue import distance_to_walls

# Tissue is scaled against noise by what both have between about 1 and 2.4 cycles per mm.
_NARROW_MM, _WIDE_MM = 0.11, 0.22
_CROP_PX = 700
# Film is exposed with softer rays, in which gland stands out more.
_FILM_GLAND = 1.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Woman:
    """What both views of a woman share.

    Parameters
    ----------
    depth_share : float
        Width of the image over its height.
    density : float
        How much of the breast is gland, 0-1.
    thickness_mm : float
    roll_mm : float
        How far from the skin the breast reaches its thickness.
    noise_sd : float
        Noise in log exposure behind fat, at 0.07 mm.
    tissue_over_noise : float
        SD of tissue over that of noise between 1 and 2.4 cycles per mm.
    gland : float
        Log exposure that gland takes beyond fat.
    lines : float
        Strength of lines in noise SD.
    """

    depth_share: float
    density: float
    thickness_mm: float
    roll_mm: float
    noise_sd: float
    tissue_over_noise: float
    gland: float
    lines: float


def draw_woman(seed: int) -> Woman:
    """Draw what both views share."""
    rng = np.random.default_rng((seed, 21))
    return Woman(
        depth_share=float(rng.uniform(0.45, 0.72)),
        density=float(rng.uniform(0.05, 0.65)),
        thickness_mm=float(rng.uniform(28.0, 75.0)),
        roll_mm=float(rng.uniform(8.0, 26.0)),
        noise_sd=log_uniform(rng, 0.006, 0.022),
        tissue_over_noise=log_uniform(rng, 0.6, 3.0),
        gland=log_uniform(rng, 0.05, 0.4),
        lines=log_uniform(rng, 0.8, 4.5),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layers:
    """A breast of fine tissue taken apart; log exposure where nothing else is said.

    Parameters
    ----------
    woman : Woman
    canvas : Canvas
    grain : array (rows, columns), float32
        Unit noise at full resolution.
    noise_sd : float
        Noise behind fat at this pitch.
    fine, lines : array (rows, columns), float32
        Strands, and vessels, ducts and ligaments, where the breast has its full thickness.
    loudness : array of the canvas's shape, float32
        How much of the weave's own unit is seen at each place.
    gland, muscle : array of the canvas's shape, float32
        Where the breast has its full thickness.
    skin_mm, skin_per_mm : float
        How far the skin's line lies inside the outline, and its strength.
    blur_mm : float
        Width of the detector's point spread.
    """

    woman: Woman
    canvas: Canvas
    grain: Field
    noise_sd: float
    fine: Field
    lines: Field
    loudness: Field
    gland: Field
    muscle: Field
    skin_mm: float
    skin_per_mm: float
    blur_mm: float

    @property
    def fat(self) -> float:
        """Log exposure that the breast's thickness of fat takes."""
        return FAT_PER_MM * self.woman.thickness_mm

    def skin(self, depth: Field) -> Field:
        """Return the skin, seen edge on, for distances (mm) to the skin line."""
        line = depth * np.exp(-depth / np.float32(self.skin_mm), dtype=np.float32)
        return as_field(np.float32(self.skin_per_mm) * line)


def draw_layers(spec: ViewSpec) -> Layers:
    """Draw the layers of one view of fine tissue, from its seeds alone."""
    woman = draw_woman(spec.woman_seed)
    rng = np.random.default_rng((spec.seed, 22))
    canvas = _canvas(rng, spec, woman)
    shape = (spec.rows, round(spec.rows * woman.depth_share))
    noise_sd = woman.noise_sd * 0.07 / spec.pitch_mm
    grain = noise_grain(rng, shape, _correlation_px(rng, spec))
    fine, loudness, broad = _fine(rng, spec, canvas, woman, grain)
    skin_mm = float(rng.uniform(0.6, 1.4))
    gland = np.float32(woman.gland * (_FILM_GLAND if on_film(spec) else 1.0)) * broad
    muscle = np.float32(rng.uniform(0.15, 0.5)) * pectoral_muscle(rng, canvas)
    skin_per_mm = float(rng.uniform(0.2, 0.6))
    line_sd = np.float32(woman.lines * noise_sd * min(1.0, spec.pitch_mm / 0.07))
    lines = draw_lines(rng, spec, canvas, shape) * line_sd
    widths = (0.05, 0.09) if on_film(spec) else (0.035, 0.075)
    return Layers(
        woman=woman,
        canvas=canvas,
        grain=grain,
        noise_sd=noise_sd,
        fine=fine * np.float32(noise_sd),
        lines=lines,
        loudness=loudness * np.float32(noise_sd),
        gland=as_field(gland),
        muscle=as_field(muscle),
        skin_mm=skin_mm,
        skin_per_mm=skin_per_mm,
        blur_mm=float(rng.uniform(*widths)),
    )


def scene_canvas(spec: ViewSpec) -> Canvas:
    """Return the geometry of a view of fine tissue, without drawing its tissue."""
    return _canvas(np.random.default_rng((spec.seed, 22)), spec, draw_woman(spec.woman_seed))


def _canvas(rng: np.random.Generator, spec: ViewSpec, woman: Woman) -> Canvas:
    """Draw the skin line; the first thing drawn from the view's seed."""
    height_mm = spec.rows * spec.pitch_mm
    return draw_canvas(rng, spec.view, (height_mm, height_mm * woman.depth_share), COARSE_MM)


def _fine(
    rng: np.random.Generator, spec: ViewSpec, canvas: Canvas, woman: Woman, grain: Field
) -> tuple[Field, Field, Field]:
    """Return strands at full resolution in noise SD, their loudness, and gland, both coarse."""
    family = fine_tissue(spec.families, spec.background)
    weave = family.weave(np.random.default_rng((spec.woman_seed, 26)))
    fine, broad = family.draw(rng, canvas, (grain.shape[0], grain.shape[1]), spec.pitch_mm, weave)
    walls = _walls(rng, canvas, float(rng.uniform(*family.walls)))
    gland = _gland(rng, canvas, woman.density, standardised(broad) + np.float32(0.6) * walls)
    step = spec.pitch_mm / COARSE_MM
    fine += enlarged(walls, fine.shape, step) * np.float32(0.5 * float(fine.std()))
    busy = rng.uniform(0.25, 0.8)
    loudness = np.float32(busy) + np.float32(1.5 * (1.0 - busy)) * gland
    # Here more, there less: no two places of a breast are alike.
    patchy = band_field(rng, canvas.shape, canvas.pitch_mm, float(rng.uniform(8.0, 25.0)))
    loudness = as_field(loudness * np.exp(np.float32(0.3) * patchy))
    fine *= enlarged(loudness, fine.shape, step)
    # A screen and its film see as much tissue through less noise.
    over = woman.tissue_over_noise * (log_uniform(rng, 1.0, 2.5) if on_film(spec) else 1.0)
    scale = np.float32(over * _band_sd(grain, spec) / _band_sd(fine, spec))
    fine *= scale
    return fine, loudness * scale, gland


def _band_sd(field: Field, spec: ViewSpec) -> float:
    """Median SD of middling detail over the middle of the breast's image."""
    rows, columns = (side // 2 for side in field.shape)
    half = _CROP_PX // 2
    crop = np.ascontiguousarray(
        field[max(0, rows - half) : rows + half, max(0, columns - half) : columns + half]
    )
    # Filters narrower than half a pixel see nothing: coarse pixels are compared where they can.
    narrow = max(_NARROW_MM / spec.pitch_mm, 0.6)
    band = cv2.GaussianBlur(crop, (0, 0), narrow)
    band = band - cv2.GaussianBlur(crop, (0, 0), narrow * _WIDE_MM / _NARROW_MM)
    side = max(9, int(4.0 / spec.pitch_mm))
    local = np.sqrt(np.maximum(cv2.blur(band * band, (side, side)), 1e-18))
    return float(np.median(local[::9, ::9]))


def _walls(rng: np.random.Generator, canvas: Canvas, strength: float) -> Field:
    """Draw the walls between fat lobules of several sizes, bent."""
    total = np.zeros(canvas.shape, np.float32)
    if strength < 0.05:
        return total
    for size_mm in rng.uniform(2.5, 14.0, 3):
        wall_mm = distance_to_walls(rng, canvas, float(size_mm))
        thin = np.float32(rng.uniform(0.15, 0.5))
        total += np.float32(strength * rng.uniform(0.3, 1.0)) * np.exp(-wall_mm / thin)
    shown = np.clip(band_field(rng, canvas.shape, canvas.pitch_mm, 6.0) + 0.5, 0.0, 1.5)
    return as_field(cv2.GaussianBlur(total * as_field(shown), (0, 0), 0.7))


def _gland(rng: np.random.Generator, canvas: Canvas, density: float, strands: Field) -> Field:
    """Glandular tissue, 0-1: behind the nipple, frayed along the strands that hold it."""
    rows_mm, columns_mm = np.indices(canvas.shape, dtype=np.float32) * np.float32(canvas.pitch_mm)
    reach = canvas.nipple_mm[1]
    down = (rows_mm - np.float32(canvas.nipple_mm[0])) / np.float32(reach * rng.uniform(0.6, 0.95))
    right = (columns_mm - np.float32(reach * rng.uniform(0.4, 0.6))) / np.float32(reach * 0.5)
    sizes = ((18.0, 0.55), (8.0, 0.3), (3.5, 0.1))
    ragged = sum(
        np.float32(share) * band_field(rng, canvas.shape, canvas.pitch_mm, size)
        for size, share in sizes
    )
    frayed = np.float32(rng.uniform(0.08, 0.55)) * np.clip(strands, -1.6, 1.6)
    level = np.float32(3.0 * density - 0.3) - (down**2 + right**2) + ragged + frayed
    # Projected gland has no plateau: more of it is brighter, and its edge is where it thins out.
    sharpness = np.float32(log_uniform(rng, 1.0, 3.5))
    amount = np.logaddexp(np.float32(0.0), np.clip(level * sharpness, -30.0, 30.0)) / sharpness
    amount = amount / np.float32(max(float(np.quantile(amount[canvas.mask > 0], 0.95)), 0.6))
    under_skin = np.clip((canvas.depth - np.float32(2.0)) / np.float32(9.0), 0.0, 1.0)
    return as_field(under_skin * np.minimum(amount, np.float32(1.6)))


def _correlation_px(rng: np.random.Generator, spec: ViewSpec) -> float:
    """Width of the noise's own blur, pixels; a film's screen blurs its noise, too."""
    if on_film(spec):
        return float(np.clip(rng.uniform(0.03, 0.07) / spec.pitch_mm, 0.35, 1.3))
    return float(np.clip(rng.uniform(0.026, 0.046) / spec.pitch_mm, 0.3, 0.65))


def on_film(spec: ViewSpec) -> bool:
    """Tell whether the view is stored on film."""
    return look_named(spec.look).medium is Medium.FILM
