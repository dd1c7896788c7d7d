"""Statistics of a mammogram's texture, by which simulated and real ones are compared."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.background import flatten, local_noise
from calcsight.analysis.breast import find_breast
from calcsight.analysis.detection import find_candidates
from calcsight.analysis.filters import enlarged, gaussian_mean
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import Settings
from calcsight.terms.stages import FlatView

PATCH_MM = 12.8
BANDS_PER_MM = ((0.2, 1.0), (1.0, 2.4), (2.4, 5.0))
RESPONSES_SD = (4.3, 6.0, 8.0, 12.0)
FILTERS_MM = (0.12, 0.3)
_MOST_PATCHES = 120
# Patches whose 0.1 mm2 are flat hold saturated film or a label, no tissue.
_LEAST_DISTINCT = 8


def statistics_of(mammogram: Mammogram) -> dict[str, float]:
    """Measure one mammogram; nan where its pixels are too coarse for a statistic.

    Everything is relative, so that no grey scale matters: power spectra by their slopes and by
    ratios between bands, noise by grey level as a ratio, filter answers in local SD.
    """
    if mammogram.spacing is None:
        raise ValueError(f"{mammogram.uid} has no spacing")
    pitch_mm, settings = mammogram.spacing.mean_mm, Settings()
    breast = find_breast(mammogram, pitch_mm, settings.breast)
    view = flatten(mammogram, breast, pitch_mm, settings)
    found: dict[str, float] = {}
    found |= _spectrum(view)
    found |= _noise_by_grey(view)
    found |= _tails(view)
    response = find_candidates(view, settings.detection).response
    area_cm2 = float(view.mask.sum()) * pitch_mm**2 / 100.0
    for least in RESPONSES_SD:
        found[f"candidates per cm2, >= {least:g} SD"] = float((response >= least).sum()) / area_cm2
    return found


def _patches(view: FlatView) -> list[NDArray[np.float64]]:
    """Cut square patches that lie inside the breast, their plane taken out."""
    side = round(PATCH_MM / view.pitch_mm)
    step = max(8, side // 2)
    rows, columns = np.indices((side, side)) / side
    base = np.stack([np.ones(side * side), rows.ravel(), columns.ravel()], 1)
    patches: list[NDArray[np.float64]] = []
    for top in range(0, view.mask.shape[0] - side, step):
        for left in range(0, view.mask.shape[1] - side, step):
            part = (slice(top, top + side), slice(left, left + side))
            if not view.mask[part].all():
                continue
            patch = view.pixels[part].astype(np.float64).ravel()
            if len(np.unique(patch[::7])) < _LEAST_DISTINCT:
                continue
            plane = base @ np.linalg.lstsq(base, patch, rcond=None)[0]
            patches.append((patch - plane).reshape(side, side))
    every = max(1, -(-len(patches) // _MOST_PATCHES))
    return patches[::every]


def _spectrum(view: FlatView) -> dict[str, float]:
    """Slopes of the radial power spectrum, and the SD in each band over that of the next."""
    patches = _patches(view)
    side = round(PATCH_MM / view.pitch_mm)
    window = np.outer(np.hanning(side), np.hanning(side))
    power = np.zeros((side, side))
    for patch in patches:
        # The median scale of a patch is its own: loud patches must not speak for all.
        spectrum = np.abs(np.fft.fft2(patch * window)) ** 2
        power += spectrum / max(float(np.median(spectrum)), 1e-12)
    ticks = np.fft.fftfreq(side, view.pitch_mm)
    radius = np.hypot(ticks[:, None], ticks[None, :])
    nyquist = 0.5 / view.pitch_mm
    found: dict[str, float] = {}
    energy: list[float] = []
    for low, high in BANDS_PER_MM:
        name = f"{low:g}-{high:g} per mm"
        inside = (radius >= low) & (radius < high)
        usable = bool(patches) and high <= nyquist
        found[f"slope, {name}"] = _slope(radius[inside], power[inside]) if usable else np.nan
        energy.append(float(power[inside].sum()) if usable else np.nan)
    for at in range(len(BANDS_PER_MM) - 1):
        (low, high), (_, higher) = BANDS_PER_MM[at], BANDS_PER_MM[at + 1]
        ratio = float(np.sqrt(energy[at] / energy[at + 1])) if patches else np.nan
        found[f"SD in {low:g}-{high:g} over {high:g}-{higher:g} per mm"] = ratio
    return found


def _slope(frequency: NDArray[np.float64], power: NDArray[np.float64]) -> float:
    """Exponent b of power ~ frequency ** -b, by least squares over ten log-spaced rings."""
    edges = np.geomspace(frequency.min(), frequency.max() * 1.0001, 11)
    ring = np.digitize(frequency, edges) - 1
    points = [
        (np.log(frequency[ring == n].mean()), np.log(power[ring == n].mean()))
        for n in range(10)
        if (ring == n).any()
    ]
    x, y = np.array(points).T
    return float(-np.polyfit(x, y, 1)[0])


def _noise_by_grey(view: FlatView) -> dict[str, float]:
    """Noise of the finest detail in dense and in middling tissue over that in fat."""
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6.0
    fine = np.abs(cv2.filter2D(view.pixels, cv2.CV_32F, kernel))
    inside = cv2.erode(view.mask, np.ones((5, 5), np.uint8)) > 0
    grey, size = view.background[inside], fine[inside]
    edges = np.quantile(grey[::11], (0.1, 0.3, 0.4, 0.6, 0.8, 0.95))
    fat, middle, dense = (
        float(size[(grey >= low) & (grey < high)].mean())
        for low, high in zip(edges[::2], edges[1::2], strict=True)
    )
    return {"noise, middle over fat": middle / fat, "noise, dense over fat": dense / fat}


def _tails(view: FlatView) -> dict[str, float]:
    """Kurtosis and tails of two difference filters' answers in their own local SD."""
    found: dict[str, float] = {}
    for sigma_mm in FILTERS_MM:
        sigma = sigma_mm / view.pitch_mm
        names = [f"{what}, filter {sigma_mm:g} mm" for what in ("kurtosis", "99.9 %", "0.1 %")]
        if sigma < 0.8:
            found |= dict.fromkeys(names, np.nan)
            continue
        answer = gaussian_mean(view.pixels, sigma) - gaussian_mean(view.pixels, 1.6 * sigma)
        window = max(6.0, 24.0 * sigma_mm) / view.pitch_mm
        step = max(1, round(window / 12.0))
        noise = local_noise(answer, view.mask.astype(np.float32), step, window)
        noise = enlarged(noise, answer.shape)
        size = (answer / noise)[view.mask > 0].astype(np.float64)
        fourth = float(np.mean(np.clip(size, -15, 15) ** 4) / np.mean(size**2) ** 2)
        low, high = np.quantile(size, (0.001, 0.999))
        found |= dict(zip(names, (fourth, float(high), float(low)), strict=True))
    return found
