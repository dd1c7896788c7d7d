"""Pairs of views whose registration is known: simulated series, and real views laid out anew."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.breast import find_breast
from calcsight.simulation.families import Families
from calcsight.simulation.series import simulate_series
from calcsight.simulation.series_sets import series_set
from calcsight.simulation.texture import band_field
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import BreastSettings
from calcsight.terms.spacing import Spacing, SpacingSource
from calcsight.terms.stages import Breast

Points = NDArray[np.float64]
Pixels = NDArray[np.float32]

MOST_SHIFT_MM, MOST_TURN_DEG, MOST_STRETCH = 10.0, 8.0, 0.15
_GRID_MM = 4.0
_LANDMARKS_MM = 6.0
_UNDER_SKIN_MM, _EDGE_MM = 6.0, 3.0
# Width of what is mirrored beyond the edges of an image.
_RIM_MM = 30.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pair:
    """Two views, and where the same tissue lies in both.

    Parameters
    ----------
    woman : str
    current, prior : Mammogram
    breasts : tuple of Breast
    current_mm, prior_mm : array (n, 2)
        Landmarks (down, right), reading frame.
    """

    woman: str
    current: Mammogram
    prior: Mammogram
    breasts: tuple[Breast, Breast]
    current_mm: Points
    prior_mm: Points


def breast_of(mammogram: Mammogram) -> Breast:
    """Find the breast as `read` does."""
    assert mammogram.spacing is not None
    return find_breast(mammogram, mammogram.spacing.mean_mm, BreastSettings())


def simulated_pairs(families: Families, women: int, start: int = 0) -> Iterator[Pair]:
    """Draw the first two visits of each woman of a series."""
    for spec in series_set(families, women, start=start):
        series = simulate_series(spec)
        prior, current = (visit.mammogram for visit in series.visits[:2])
        yield Pair(
            woman=spec.woman,
            current=current,
            prior=prior,
            breasts=(breast_of(current), breast_of(prior)),
            current_mm=series.landmarks(1),
            prior_mm=series.landmarks(0),
        )


def laid_out_anew(current: Mammogram, woman: str, seed: int) -> Pair:
    """Make a prior of a view: warped, other tissue changes, noise, grey scale and pitch.

    The pixels are smoothed by half a pixel, warped (up to 10 mm and 8 degrees, lengths changed
    by up to 15 % from place to place), slow and middling structure is added that the view does
    not have, noise of the view's own strength is put on anew, and the greys are bent.
    """
    assert current.spacing is not None
    rng = np.random.default_rng(seed)
    pitch_mm = current.spacing.mean_mm
    prior_pitch_mm = float(np.round(pitch_mm * rng.uniform(0.85, 1.25), 4))
    breast = breast_of(current)
    shape = tuple(int(side * pitch_mm / prior_pitch_mm) for side in current.shape)
    tip_mm = (breast.tip_row * pitch_mm, 0.0)
    back = _displacements(rng, (shape[0], shape[1]), prior_pitch_mm, tip_mm)
    pixels = _warped(current, back, prior_pitch_mm)
    pixels = _regraded(rng, _renoised(rng, current, pixels, breast, prior_pitch_mm))
    prior = replace(
        current,
        uid=f"{current.uid}.prior",
        pixels=pixels,
        spacing=Spacing(
            row_mm=prior_pitch_mm, column_mm=prior_pitch_mm, source=SpacingSource.SIMULATED
        ),
    )
    breasts = (breast, breast_of(prior))
    prior_mm, current_mm = _landmarks(current, breast, back, prior_pitch_mm)
    return Pair(
        woman=woman,
        current=current,
        prior=prior,
        breasts=breasts,
        current_mm=current_mm,
        prior_mm=prior_mm,
    )


def _displacements(
    rng: np.random.Generator,
    shape: tuple[int, int],
    pitch_mm: float,
    middle_mm: tuple[float, float],
) -> Pixels:
    """Draw (down, right) in mm from each place of the prior to the current one."""
    sides = (int(shape[0] * pitch_mm / _GRID_MM) + 3, int(shape[1] * pitch_mm / _GRID_MM) + 3)
    wave = np.stack([band_field(rng, sides, _GRID_MM, rng.uniform(25.0, 100.0)) for _ in range(2)])
    steepest = float(np.abs(np.gradient(wave, _GRID_MM, axis=(1, 2))).max())
    wave = wave * np.float32(rng.uniform(0.3, 1.0) * MOST_STRETCH / steepest)
    moved = _rigid(rng, sides, middle_mm) + wave - wave.mean(axis=(1, 2), keepdims=True)
    scale = pitch_mm / _GRID_MM
    turn = np.array([[scale, 0.0, 0.0], [0.0, scale, 0.0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    fine = [cv2.warpAffine(one, turn, shape[::-1], flags=flags) for one in moved]
    return np.asarray(np.stack(fine), np.float32)


def _rigid(
    rng: np.random.Generator, sides: tuple[int, int], middle_mm: tuple[float, float]
) -> Pixels:
    """Draw a turn about a place, and a shift."""
    angle = np.radians(rng.uniform(-MOST_TURN_DEG, MOST_TURN_DEG))
    way, far = rng.uniform(0.0, 2.0 * np.pi), MOST_SHIFT_MM * np.sqrt(rng.uniform())
    down, right = np.indices(sides) * _GRID_MM - np.reshape(middle_mm, (2, 1, 1))
    turned = np.stack(
        [
            (np.cos(angle) - 1.0) * down - np.sin(angle) * right + far * np.sin(way),
            np.sin(angle) * down + (np.cos(angle) - 1.0) * right + far * np.cos(way),
        ]
    )
    return turned.astype(np.float32)


def _warped(current: Mammogram, back: Pixels, prior_pitch_mm: float) -> Pixels:
    """Draw the view as it lay before; beyond its edges it is mirrored."""
    assert current.spacing is not None
    pitch_mm = current.spacing.mean_mm
    rim = int(_RIM_MM / pitch_mm)
    rim = min(rim, min(current.shape) - 1)
    wide = cv2.copyMakeBorder(
        cv2.GaussianBlur(current.pixels, (0, 0), 0.5), rim, rim, rim, 0, cv2.BORDER_REFLECT_101
    )
    rows, columns = np.indices(back.shape[1:], dtype=np.float32) * np.float32(prior_pitch_mm)
    down = (rows + back[0]) / np.float32(pitch_mm) + rim
    right = (columns + back[1]) / np.float32(pitch_mm) + rim
    air = float(np.percentile(current.pixels, 1.0))
    drawn = cv2.remap(
        wide, right, down, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=air
    )
    return np.asarray(drawn, np.float32)


def _renoised(
    rng: np.random.Generator,
    current: Mammogram,
    pixels: Pixels,
    breast: Breast,
    prior_pitch_mm: float,
) -> Pixels:
    """Add structure that the view does not have, and noise as strong as its own."""
    inside = current.pixels[breast.box.slices][breast.mask > 0]
    box = np.ascontiguousarray(current.pixels[breast.box.slices])
    fine = box - cv2.medianBlur(box, 3)
    noise_sd = 1.4826 * float(np.median(np.abs(fine[breast.mask > 0])))
    assert current.spacing is not None
    slow = cv2.GaussianBlur(box, (0, 0), 3.0 / current.spacing.mean_mm)
    tissue_sd = float((box - slow)[breast.mask > 0].std())
    middle = float(np.median(inside))
    air = float(np.percentile(current.pixels, 1.0))
    share = np.clip((pixels - air) / max(middle - air, 1e-6), 0.0, 1.0)
    grid_mm = 0.5
    sides = tuple(int(side * prior_pitch_mm / grid_mm) + 3 for side in pixels.shape)
    change = sum(
        np.float32(tissue_sd * rng.uniform(0.1, 0.5))
        * band_field(rng, (sides[0], sides[1]), grid_mm, size_mm)
        for size_mm in (2.0, 5.0, 15.0)
    )
    scale = prior_pitch_mm / grid_mm
    turn = np.array([[scale, 0.0, 0.0], [0.0, scale, 0.0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    wide = cv2.warpAffine(np.asarray(change, np.float32), turn, pixels.shape[::-1], flags=flags)
    noise = rng.standard_normal(pixels.shape, dtype=np.float32) * np.float32(noise_sd)
    return np.asarray(pixels + share * (np.asarray(wide) + noise), np.float32)


def _regraded(rng: np.random.Generator, pixels: Pixels) -> Pixels:
    """Bend the greys: a power, slow differences evened out, another scale; air stays dark."""
    low, high = np.percentile(pixels, (0.5, 99.9))
    grey = np.clip((pixels - low) / max(high - low, 1e-6), 0.0, 1.2)
    bent = grey ** np.float32(rng.uniform(0.6, 1.6))
    slow = np.asarray(cv2.GaussianBlur(bent, (0, 0), 60.0))
    evened = bent / (slow + np.float32(0.2)) ** np.float32(rng.uniform(0.0, 0.6))
    return np.asarray(1000.0 * evened, np.float32)


def _landmarks(
    current: Mammogram, breast: Breast, back: Pixels, prior_pitch_mm: float
) -> tuple[Points, Points]:
    """Return places of the prior, and the same tissue in the current, inside both."""
    assert current.spacing is not None
    pitch_mm = current.spacing.mean_mm
    step = max(1, round(_LANDMARKS_MM / prior_pitch_mm))
    places = np.indices(back.shape[1:])[:, ::step, ::step].reshape(2, -1).T
    prior_mm = places * np.float64(prior_pitch_mm)
    current_mm = prior_mm + back[:, places[:, 0], places[:, 1]].T
    mask = np.zeros(current.shape, np.uint8)
    mask[breast.box.slices] = breast.mask
    # The chest wall's side, and what an oblique view cuts off, are no skin.
    walled = np.pad(mask, 1, mode="edge")
    deep = np.asarray(cv2.distanceTransform(walled, cv2.DIST_L2, 5))[1:-1, 1:-1] * pitch_mm
    at = np.rint(current_mm / pitch_mm).astype(int)
    last = np.array(current.shape) - 1
    within = ((at > _EDGE_MM / pitch_mm) & (at < last - _EDGE_MM / pitch_mm)).all(axis=1)
    within &= (places > _EDGE_MM / prior_pitch_mm).all(axis=1)
    at = np.clip(at, 0, last)
    kept = within & (deep[at[:, 0], at[:, 1]] > _UNDER_SKIN_MM)
    return prior_mm[kept], current_mm[kept]
