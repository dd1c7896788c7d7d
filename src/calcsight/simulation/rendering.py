"""From planned particles to a picture of what they add, and what each truly is."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np

from calcsight.simulation.detector import Kernel
from calcsight.simulation.outlines import Outline, centroid_and_area, max_feret
from calcsight.simulation.particles import Stamp, oversampling_for, placed, stamp_particle
from calcsight.simulation.planting import PlannedParticle
from calcsight.simulation.spec import GroupPlan
from calcsight.simulation.texture import Field
from calcsight.simulation.truth import TrueGroup, TrueParticle, Truth
from calcsight.simulation.vessels import Tube
from calcsight.terms.orientation import Orientation

KernelAt = Callable[[float], Kernel]
SdAt = Callable[[float, float], float]


def drawn_particle(
    plan: PlannedParticle, pitch_mm: float, kernel_at: KernelAt, sd_at: SdAt
) -> tuple[Stamp, TrueParticle]:
    """Draw one particle.

    Parameters
    ----------
    plan : PlannedParticle
    pitch_mm : float
    kernel_at : callable
        Point spread for a step in mm.
    sd_at : callable
        Local noise SD at (row, column).

    Returns
    -------
    Stamp
        Peak 1.
    TrueParticle
        In the frame of the plan (the reading frame).
    """
    outline = placed(plan.unit, plan.place_mm / pitch_mm, plan.diameter_mm / pitch_mm)
    fine = oversampling_for(plan.diameter_mm, pitch_mm)
    middle, area_px = centroid_and_area(outline)
    stamp = stamp_particle(outline, plan.kind, kernel_at(pitch_mm / fine), fine, plan.calcium)
    particle = TrueParticle(
        row=float(middle[0]),
        column=float(middle[1]),
        diameter_mm=max_feret(outline) * pitch_mm,
        area_mm2=area_px * pitch_mm**2,
        contrast_sd=plan.contrast_sd,
        background_sd=sd_at(float(middle[0]), float(middle[1])),
        kind=plan.kind,
        outline=outline,
        group=plan.group,
    )
    return stamp, particle


def add_tube(signal: Field, tube: Tube, pitch_mm: float, sd_at: SdAt) -> None:
    """Add a vessel to `signal` in place: path length through a cylinder, fading at its ends."""
    path = tube.path / pitch_mm
    radius = tube.calibre_mm / 2 / pitch_mm
    margin = int(np.ceil(radius)) + 2
    low = np.maximum(np.floor(path.min(axis=0)).astype(int) - margin, 0)
    high = np.minimum(np.ceil(path.max(axis=0)).astype(int) + margin + 1, signal.shape)
    if (low >= high).any():
        return
    off = np.ones(high - low, np.uint8)
    corners = np.rint((path - low)[:, ::-1] * 256).astype(np.int32)
    cv2.polylines(off, [corners], isClosed=False, color=0, thickness=1, shift=8)
    distance = cv2.distanceTransform(off, cv2.DIST_L2, 5).astype(np.float32) / np.float32(radius)
    chord = np.sqrt(np.clip(1.0 - distance**2, 0.0, 1.0)).astype(np.float32)
    rows, columns = np.indices(chord.shape, dtype=np.float32)
    fade = np.full(chord.shape, 1.0, np.float32)
    for end in (path[0] - low, path[-1] - low):
        away = np.hypot(rows - end[0], columns - end[1]) * pitch_mm / (2 * tube.calibre_mm)
        fade *= np.clip(away, 0.0, 1.0)
    middle = path[len(path) // 2]
    peak = np.float32(tube.contrast_sd * sd_at(float(middle[0]), float(middle[1])))
    signal[low[0] : high[0], low[1] : high[1]] += chord * fade * peak


def truth_in_file(
    particles: Sequence[TrueParticle],
    plans: Sequence[GroupPlan],
    turn: Orientation,
    shape: tuple[int, int],
) -> Truth:
    """Move particles from the reading frame to the file's, and gather their groups.

    Parameters
    ----------
    particles : sequence of TrueParticle
    plans : sequence of GroupPlan
        `plans[n - 1]` is the plan of group number n.
    turn : Orientation
    shape : tuple of int
        (rows, columns) in the reading frame.
    """
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
