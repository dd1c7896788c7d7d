"""Heavily calcified arteries: nearly continuous, granular, double-walled tubes that branch."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.families import Families
from calcsight.simulation.lines import bent_path, log_uniform
from calcsight.simulation.outlines import centroid_and_area, max_feret
from calcsight.simulation.planting import Planned, PlannedParticle, Wishes, plan_particles
from calcsight.simulation.room import Room
from calcsight.simulation.strokes import Path, ribbon
from calcsight.simulation.texture import Field, as_field
from calcsight.simulation.truth import Kind
from calcsight.simulation.vessels import Tube

LENGTH_MM = (6.0, 30.0)
CALIBRE_MM = (0.7, 2.0)
CONTRAST_SD = (3.5, 18.0)
_SHELL = (0.3, 0.6)  # thickness of the calcified wall over the radius
_PIECE_MM = (3.0, 14.0)
_GAP_MM = (0.4, 2.5)
_BRANCH_SHARE = 0.5
_STEP_MM = 0.1
_TRIES = 60
Random = np.random.Generator


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CalcifiedTube:
    """One unbranched stretch of a calcified artery, as it was planted.

    Parameters
    ----------
    path : array (n, 2)
        (down, right) of its middle line, mm from the first pixel centre, reading frame; the
        gaps are part of it.
    calibre_mm : float
        Its width.
    pieces : tuple of array (k, 2)
        The calcified parts of the path.
    """

    path: Path
    calibre_mm: float
    pieces: tuple[Path, ...]


def plan_with_tubes(
    count: int, laid: list[CalcifiedTube]
) -> Callable[[Random, Wishes, Canvas], Planned]:
    """Return a planner that plants calcified arteries, then what the view's spec asks for.

    Parameters
    ----------
    count : int
        How many arteries, each with or without a branch. One for which there is no room is left
        out.
    laid : list of CalcifiedTube
        What was planted is added to it, each branch by itself.

    Returns
    -------
    callable
        A `views.Planner`.
    """

    def plan(rng: Random, spec: Wishes, canvas: Canvas) -> Planned:
        room = Room.of(canvas)
        particles: list[PlannedParticle] = []
        tubes: list[Tube] = []
        for _ in range(count):
            artery = _artery(rng, spec.families, canvas, room)
            if not artery:
                continue
            peak_sd = log_uniform(rng, *CONTRAST_SD)
            for tube in artery:
                room.take(tube.path[::5])
                tubes.append(
                    Tube(
                        path=tube.path,
                        calibre_mm=tube.calibre_mm,
                        contrast_sd=float(rng.uniform(0.5, 2.5)),
                    )
                )
                particles += [
                    _particle(rng, spec.families, piece, tube.calibre_mm, peak_sd)
                    for piece in tube.pieces
                ]
            laid.extend(artery)
        rest = plan_particles(rng, spec, canvas, room)
        return Planned(
            particles=(*particles, *rest.particles),
            groups=rest.groups,
            tubes=(*tubes, *rest.tubes),
        )

    return plan


def _artery(rng: Random, families: Families, canvas: Canvas, room: Room) -> list[CalcifiedTube]:
    """Draw one artery with its branch where there is room; nothing when there is none."""
    length_mm, calibre_mm = log_uniform(rng, *LENGTH_MM), log_uniform(rng, *CALIBRE_MM)
    for _ in range(_TRIES):
        centre = room.draw(rng)
        if centre is None:
            return []
        path = _course(rng, families, centre, length_mm)
        if not room.holds(path[::5]):
            continue
        artery = [_tube(rng, path, calibre_mm)]
        if rng.random() < _BRANCH_SHARE:
            start = path[int(rng.uniform(0.2, 0.8) * len(path))]
            branch_mm = float(rng.uniform(0.3, 0.7)) * length_mm
            branch = _course(rng, families, start, branch_mm)
            branch = branch - branch[0] + start
            if room.holds(branch[::5]):
                thinner_mm = max(CALIBRE_MM[0], calibre_mm * float(rng.uniform(0.5, 0.9)))
                artery.append(_tube(rng, branch, thinner_mm))
        return artery
    return []


def _course(rng: Random, families: Families, start: NDArray[np.float64], length_mm: float) -> Path:
    """Draw a middle line in steps of 0.1 mm: a sum of waves (TUNING), a drifting walk (TEST)."""
    if families is Families.TEST:
        rough = bent_path(rng, families, start, length_mm)
        travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(rough, axis=0).T))])
        at = np.arange(0.0, travelled[-1], _STEP_MM)
        # The walk turns in corners; an artery does not.
        walk = np.stack([np.interp(at, travelled, rough[:, axis]) for axis in (0, 1)], 1)
        return _smooth(walk, 9)
    along = np.arange(0.0, length_mm, _STEP_MM)
    heading = rng.uniform(0, 2 * np.pi) + rng.normal(0.0, 0.03) * (along - length_mm / 2)
    for wave_mm in (rng.uniform(12.0, 25.0), rng.uniform(4.0, 9.0)):
        heading += rng.uniform(0.05, 0.45) * np.sin(2 * np.pi * (along / wave_mm + rng.uniform()))
    return np.asarray(
        start + np.cumsum(np.stack([np.sin(heading), np.cos(heading)], 1), axis=0) * _STEP_MM
    )


def _smooth(path: Path, width: int) -> Path:
    """Average a path over `width` points; the ends are held."""
    padded = np.pad(path, ((width // 2, width // 2), (0, 0)), mode="edge")
    window = np.ones(width) / width
    return np.stack([np.convolve(padded[:, axis], window, "valid") for axis in (0, 1)], 1)


def _tube(rng: Random, path: Path, calibre_mm: float) -> CalcifiedTube:
    """Break a course into calcified pieces with short gaps between them."""
    pieces, begin = [], 0
    while begin < len(path) - 8:
        end = begin + int(rng.uniform(*_PIECE_MM) / _STEP_MM)
        pieces.append(path[begin : min(end, len(path))])
        begin = end + int(rng.uniform(*_GAP_MM) / _STEP_MM)
    return CalcifiedTube(path=path, calibre_mm=calibre_mm, pieces=tuple(pieces))


def _particle(
    rng: Random, families: Families, piece: Path, calibre_mm: float, peak_sd: float
) -> PlannedParticle:
    """Make one calcified piece a particle; its calcium is drawn by the hand of its families."""
    points = max(8, len(piece) // 4)
    knots = piece[np.linspace(0, len(piece) - 1, points).astype(int)]
    half = calibre_mm / 2 * (1.0 + 0.12 * rng.normal(0.0, 1.0, points))
    outline = ribbon(knots, np.clip(half, 0.3 * calibre_mm, 0.7 * calibre_mm))
    middle = centroid_and_area(outline)[0]
    hand = lumpy_wall if families is Families.TEST else grainy_wall
    shell, seed = float(rng.uniform(*_SHELL)), int(rng.integers(2**31))
    return PlannedParticle(
        place_mm=middle,
        diameter_mm=max_feret(outline),
        contrast_sd=peak_sd * float(rng.uniform(0.8, 1.2)),
        kind=Kind.VASCULAR,
        unit=(outline - middle) / max_feret(outline),
        group=None,
        calcium=partial(_calcium, hand, shell, seed),
    )


Hand = Callable[[Random, Field], Field]


def _calcium(
    hand: Hand, shell: float, seed: int, kind: Kind, inside: NDArray[np.uint8], _: int
) -> Field:
    """Return the thickness (0-1) of a hollow cylinder's wall, granular by a hand."""
    deep = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5).astype(np.float32)
    radius = max(float(np.percentile(deep[deep > 0], 98.0)), 1.0)
    off = np.clip(1.0 - deep / radius, 0.0, 1.0)
    outer = np.sqrt(np.clip(1.0 - off**2, 0.0, 1.0))
    inner = np.sqrt(np.clip((1.0 - shell) ** 2 - off**2, 0.0, 1.0))
    grain = hand(np.random.default_rng(seed), as_field(np.full(inside.shape, radius)))
    thick = (outer - inner) * grain * (inside > 0)
    return as_field(thick / max(float(thick.max()), 1e-6))


def grainy_wall(rng: Random, radius: Field) -> Field:
    """Draw grain by smoothed noise: fine grains on slower patches."""
    size = float(radius.flat[0])
    grain = np.ones_like(radius)
    for sigma, depth in ((0.25 * size, 0.5), (1.5 * size, 0.35)):
        noise = cv2.GaussianBlur(
            rng.normal(0, 1, radius.shape).astype(np.float32), (0, 0), max(sigma, 0.8)
        )
        grain *= np.clip(1.0 + depth * noise / max(float(noise.std()), 1e-6), 0.15, 2.0)
    return as_field(grain)


def lumpy_wall(rng: Random, radius: Field) -> Field:
    """Draw grain by scattered round lumps of many sizes over a thin even layer."""
    size = float(radius.flat[0])
    lumps = np.zeros_like(radius)
    for share in (0.2, 0.35, 0.6):
        spots = (rng.random(radius.shape) < 0.35 / (share * size) ** 2).astype(np.float32)
        blurred = cv2.GaussianBlur(spots, (0, 0), max(0.5 * share * size, 0.8))
        lumps += as_field(blurred / max(float(blurred.max()), 1e-6))
    return as_field(0.35 + lumps)
