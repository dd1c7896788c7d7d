"""One breast as it is seen again: the same anatomy, moved; other fine tissue, other noise."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from calcsight.simulation.anatomy import Canvas, thickness_profile
from calcsight.simulation.background import COARSE_MM, FAT_PER_MM, Background
from calcsight.simulation.detector import blurred, noise_grain, point_spread
from calcsight.simulation.fine_tissue import fine_tissue
from calcsight.simulation.landmarks import draw_landmarks, draw_skin
from calcsight.simulation.layers import Layers, draw_layers
from calcsight.simulation.lookalikes import draw_lookalikes, draw_passing
from calcsight.simulation.skin_line import SkinLine, skin_line_of
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.texture import Field, as_field, band_field, enlarged, read_at
from calcsight.simulation.warps import Warp

# Strands lie over each other otherwise in another compression: detail finer than the first size
# (SD of a Gaussian) is redrawn by the visit's share, that up to the second by half of it, and what
# is coarser persists.
_REDRAWN_MM = (0.8, 2.5)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Anatomy:
    """What of a breast is the same at every visit, in the reference frame.

    Parameters
    ----------
    spec : ViewSpec
        Its own seed, pitch and height; no particles.
    layers : Layers
    extras : array (rows, columns), float32
        Nodes, moles, folds, crossing vessels and weak look-alikes, log exposure.
    skin_line : SkinLine
    """

    spec: ViewSpec
    layers: Layers
    extras: Field
    skin_line: SkinLine

    @property
    def canvas(self) -> Canvas:
        """Geometry of the reference."""
        return self.layers.canvas

    @property
    def field_mm(self) -> tuple[float, float]:
        """Height and width of the reference."""
        rows, columns = self.layers.fine.shape
        return (rows * self.spec.pitch_mm, columns * self.spec.pitch_mm)

    def depth_at(self, down_mm: Field, right_mm: Field) -> Field:
        """Signed distance to the skin line, mm, at places of the reference."""
        return self.skin_line.depth_at(down_mm, right_mm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How one visit sees the breast, beside its position.

    Parameters
    ----------
    redrawn : float
        0-1: share of the energy of the finest tissue that is new; of middling tissue half of it.
    gland : float
        How much gland there is against the reference, 1 = as much.
    patchy : float
        How unevenly it grew or went: SD of the logarithm of a smooth field.
    skin_mm : float
        SD by which the outline departs from the moved skin line.
    exposure : float
        Noise against the usual, 1 = the same.
    thickness : float
        Against the reference.
    """

    redrawn: float
    gland: float = 1.0
    patchy: float = 0.0
    skin_mm: float = 0.5
    exposure: float = 1.0
    thickness: float = 1.0


def draw_anatomy(spec: ViewSpec) -> Anatomy:
    """Draw what persists, from the seeds of the reference alone."""
    layers = draw_layers(spec)
    extras = np.zeros_like(layers.fine)
    canvas, sd = layers.canvas, layers.noise_sd
    depth = np.maximum(enlarged(canvas.depth, _shape(extras), spec.pitch_mm / COARSE_MM), 0.0)
    draw_lookalikes(np.random.default_rng((spec.seed, 23)), spec, canvas, extras, sd)
    draw_landmarks(np.random.default_rng((spec.seed, 24)), spec, canvas, extras, sd)
    draw_skin(np.random.default_rng((spec.seed, 25)), spec, as_field(depth), extras, sd)
    return Anatomy(spec=spec, layers=layers, extras=extras, skin_line=skin_line_of(canvas))


def draw_again(
    anatomy: Anatomy, spec: ViewSpec, warp: Warp, shape: tuple[int, int], seen: Seen
) -> Background:
    """Draw the breast at one visit.

    Parameters
    ----------
    anatomy : Anatomy
    spec : ViewSpec
        Of the visit: its seed, pitch and detector.
    warp : Warp
    shape : tuple of int
        (rows, columns) of the visit's picture.
    seen : Seen
    """
    layers, pitch = anatomy.layers, spec.pitch_mm
    rng = np.random.default_rng((spec.seed, 42))
    down, right = warp.map_for(shape, pitch)
    depth = _depth(rng, anatomy, warp, (shape, pitch), seen.skin_mm)
    roll = thickness_profile(depth, layers.woman.roll_mm)
    gland = layers.gland * np.float32(seen.gland)
    if seen.patchy > 0.0:
        patches = band_field(rng, layers.canvas.shape, COARSE_MM, 25.0)
        gland = gland * np.exp(np.float32(seen.patchy) * patches)
    fine = _fine_again(rng, anatomy, seen.redrawn)
    thin = np.float32(seen.thickness)
    clean = read_at(as_field(gland + layers.muscle), down, right, COARSE_MM)
    clean += read_at(fine + layers.lines, down, right, anatomy.spec.pitch_mm)
    fat = FAT_PER_MM * layers.woman.thickness_mm * seen.thickness
    clean = (clean + np.float32(fat)) * roll + thin * layers.skin(depth)
    clean += read_at(anatomy.extras, down, right, anatomy.spec.pitch_mm) * (depth > 0)
    canvas = _canvas(anatomy, warp, depth, pitch)
    draw_passing(np.random.default_rng((spec.seed, 45)), spec, canvas, clean, layers.noise_sd)
    blur_mm = float(rng.uniform(0.035, 0.075))
    clean = blurred(as_field(clean), point_spread(spec.families, spec.blur, blur_mm, pitch))
    correlation = float(np.clip(rng.uniform(0.026, 0.046) / pitch, 0.3, 0.65))
    return Background(
        clean=clean,
        grain=noise_grain(rng, shape, correlation),
        noise_sd=layers.woman.noise_sd * 0.07 / pitch * seen.exposure,
        reference=float(fat + 0.1),
        roll_off=roll * np.float32(fat),
        canvas=canvas,
        blur_mm=blur_mm,
    )


def _fine_again(rng: np.random.Generator, anatomy: Anatomy, redrawn: float) -> Field:
    """Return fine tissue of which a share is new, with the energy of the old one."""
    spec, layers = anatomy.spec, anatomy.layers
    family = fine_tissue(spec.families, spec.background)
    weave = family.weave(np.random.default_rng((spec.woman_seed, 26)))
    shape = _shape(layers.fine)
    new, _ = family.draw(rng, layers.canvas, shape, spec.pitch_mm, weave)
    new *= enlarged(layers.loudness, shape, spec.pitch_mm / COARSE_MM)
    old, mixed = layers.fine, np.zeros(shape, np.float32)
    for size_mm, share in zip(_REDRAWN_MM, (redrawn, redrawn / 2), strict=True):
        sigma = size_mm / spec.pitch_mm
        broad_old, broad_new = _smooth(old, sigma), _smooth(new, sigma)
        mixed += _blend(old - broad_old, new - broad_new, share)
        old, new = broad_old, broad_new
    return mixed + old


def _blend(old: Field, new: Field, share: float) -> Field:
    """Mix two unlike textures; `share` of the energy is the new one's, the sum stays."""
    louder = float(old.std()) / max(float(new.std()), 1e-9)
    return as_field(np.float32((1.0 - share) ** 0.5) * old + np.float32(louder * share**0.5) * new)


def _smooth(field: Field, sigma_px: float) -> Field:
    """Blur widely, on a smaller picture."""
    factor = max(1, int(sigma_px / 2))
    rows, columns = field.shape
    small = cv2.resize(field, (columns // factor, rows // factor), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma_px / factor)
    return as_field(cv2.resize(small, (columns, rows), interpolation=cv2.INTER_CUBIC))


def _depth(
    rng: np.random.Generator,
    anatomy: Anatomy,
    warp: Warp,
    size: tuple[tuple[int, int], float],
    skin_mm: float,
) -> Field:
    """Return the distance to the visit's own skin line, mm, 0 outside, at full resolution."""
    shape, pitch = size
    step = pitch / COARSE_MM
    small = (int(np.ceil(shape[0] * step)) + 2, int(np.ceil(shape[1] * step)) + 2)
    down, right = warp.map_for(small, COARSE_MM)
    depth = anatomy.depth_at(down, right)
    # The silhouette is not the same skin at every visit.
    depth += np.float32(skin_mm) * band_field(rng, small, COARSE_MM, 30.0)
    return as_field(np.maximum(enlarged(depth, shape, step), np.float32(0.0)))


def _canvas(anatomy: Anatomy, warp: Warp, depth: Field, pitch_mm: float) -> Canvas:
    """Return the geometry of the visit on its own coarse grid."""
    rows, columns = (int(np.ceil(side * pitch_mm / COARSE_MM)) for side in depth.shape)
    coarse = enlarged(depth, (rows, columns), COARSE_MM / pitch_mm)
    canvas = anatomy.layers.canvas
    nipple = warp.to_visit(np.array([canvas.nipple_mm]))[0]
    return replace(
        canvas,
        shape=(rows, columns),
        depth=coarse,
        mask=(coarse > 0).astype(np.uint8),
        nipple_mm=(float(nipple[0]), float(nipple[1])),
    )


def _shape(field: Field) -> tuple[int, int]:
    return (int(field.shape[0]), int(field.shape[1]))
