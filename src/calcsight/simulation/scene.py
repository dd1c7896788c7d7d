"""A breast with everything that a real one holds, and fine tissue down to the pixel."""

from dataclasses import replace

import numpy as np

from calcsight.simulation.anatomy import thickness_profile
from calcsight.simulation.background import COARSE_MM, Background, draw_background
from calcsight.simulation.detector import blurred, point_spread
from calcsight.simulation.emulsion import draw_emulsion
from calcsight.simulation.fine_tissue import is_fine_tissue
from calcsight.simulation.landmarks import draw_landmarks, draw_skin
from calcsight.simulation.layers import draw_layers, on_film
from calcsight.simulation.lookalikes import draw_lookalikes
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.texture import as_field, enlarged


def draw_breast(spec: ViewSpec) -> Background:
    """Draw the breast of one view, of whichever tissue and detector its spec names."""
    if is_fine_tissue(spec.background):
        return draw_scene(spec)
    plain = draw_background(spec)
    if not on_film(spec):
        return plain
    return replace(plain, emulsion=draw_emulsion(spec, plain.reference))


def draw_scene(spec: ViewSpec) -> Background:
    """Draw the breast of one view of fine tissue, from its seeds alone."""
    layers = draw_layers(spec)
    canvas, noise_sd = layers.canvas, layers.noise_sd
    roll_mm = layers.woman.roll_mm
    roll = thickness_profile(canvas.depth, roll_mm)
    coarse = layers.gland * roll + layers.muscle * roll + layers.skin(canvas.depth)
    shape = (layers.fine.shape[0], layers.fine.shape[1])
    step = spec.pitch_mm / COARSE_MM
    depth = np.maximum(enlarged(canvas.depth, shape, step), np.float32(0.0))
    roll_full = thickness_profile(depth, roll_mm)
    clean = enlarged(as_field(coarse), shape, step)
    clean += layers.fine * roll_full
    clean += np.float32(layers.fat) * roll_full
    clean += layers.lines * roll_full
    draw_lookalikes(np.random.default_rng((spec.seed, 23)), spec, canvas, clean, noise_sd)
    draw_landmarks(np.random.default_rng((spec.seed, 24)), spec, canvas, clean, noise_sd)
    draw_skin(np.random.default_rng((spec.seed, 25)), spec, depth, clean, noise_sd)
    clean = blurred(clean, point_spread(spec.families, spec.blur, layers.blur_mm, spec.pitch_mm))
    reference = float(layers.fat + 0.1)
    return Background(
        clean=clean,
        grain=layers.grain,
        noise_sd=noise_sd,
        reference=reference,
        roll_off=roll_full * np.float32(layers.fat),
        canvas=canvas,
        blur_mm=layers.blur_mm,
        emulsion=draw_emulsion(spec, reference) if on_film(spec) else None,
    )
