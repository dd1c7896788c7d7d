"""Putting particles into a mammogram with a stated contrast."""

from dataclasses import dataclass, replace

import numpy as np

from calcsight.simulation.brush import Brush, Hand
from calcsight.simulation.detector import noise_grain
from calcsight.simulation.families import Families, check_seed
from calcsight.simulation.local_noise import ring_around
from calcsight.simulation.particles import add_stamp
from calcsight.simulation.planting import Planned, plan_particles
from calcsight.simulation.real_canvas import canvas_of
from calcsight.simulation.rendering import add_tube, truth_in_file
from calcsight.simulation.spec import GroupPlan
from calcsight.simulation.texture import Field
from calcsight.simulation.truth import Truth
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Mammogram

__all__ = ["Hand", "Inserted", "add_stamp", "insert", "local_sd", "plan_insertion"]

# Neighbouring pixels of a detector are a little alike.
_GRAIN_PX = 0.45


def local_sd(background: Field, row: float, column: float, pitch_mm: float) -> float:
    """Return the standard deviation of the pixels in a ring around a place.

    The ring runs from 0.6 mm to 1.5 mm from the place (3 mm across); nothing is smoothed and
    no trend is taken out.

    Parameters
    ----------
    background : array (rows, columns), float32
        Log exposure with noise, before any particle is put in.
    row, column : float
        0-based pixel centres.
    pitch_mm : float
    """
    return float(ring_around(background, row, column, pitch_mm)[2].std())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inserted:
    """A mammogram into which particles were put.

    Parameters
    ----------
    mammogram : Mammogram
        Its `pixel_digest` is empty: these pixels are in no file.
    truth : Truth
        What was put in, in the file's own frame. What was there before is not in it.
    """

    mammogram: Mammogram
    truth: Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """The wishes of `plan_insertion`, as `planting.plan_particles` takes them."""

    families: Families
    outlines: str
    groups: tuple[GroupPlan, ...]
    isolated: int


def plan_insertion(
    mammogram: Mammogram,
    groups: tuple[GroupPlan, ...],
    seed: int,
    hand: Hand | None = None,
    isolated: int = 0,
) -> Planned:
    """Find places for groups in any mammogram's breast.

    A group for which there is no room is left out: `Planned.groups` says which were placed.

    Parameters
    ----------
    mammogram : Mammogram
        Real or simulated, of known spacing.
    groups : tuple of GroupPlan
    seed : int
        The same seed gives the same plan. TEST seeds (2**40 and up) go with TEST families.
    hand : Hand or None
    isolated : int
        Number of particles outside any group.

    Raises
    ------
    UsageError
        When the spacing is unknown, pixels are not square, or the seed or a family belongs to
        the other half.
    NoBreastError
        When there is no breast.
    """
    hand = hand or Hand()
    check_seed(seed, hand.families)
    wanted = _Wanted(
        families=hand.families, outlines=hand.outlines, groups=groups, isolated=isolated
    )
    return plan_particles(np.random.default_rng((seed, 21)), wanted, canvas_of(mammogram))


def insert(
    mammogram: Mammogram, particles: Planned, seed: int, hand: Hand | None = None
) -> Inserted:
    """Put particles into any mammogram, real or simulated.

    Each is drawn finely, blurred by the detector's point spread, averaged over the pixels and
    added with a peak of `contrast_sd` times `noise_sd` around it. On a logarithmic scale that
    is the calcium's own attenuation; on an unknown one it is what the eye would see there.
    Behind calcium fewer photons arrive: exp(-s) of them where it adds s to the log exposure,
    so the noise's variance grows by exp(s), and the part exp(s) - 1 that the image does not
    have yet is added. Values stay within the grey range of the image; a particle that this
    cuts has the contrast that was left as its truth.

    Parameters
    ----------
    mammogram : Mammogram
        Of known spacing; it is not changed.
    particles : Planned
        From `plan_insertion`, or made by hand: places in mm from the first pixel's centre,
        reading frame.
    seed : int
        Of the added noise.
    hand : Hand or None

    Returns
    -------
    Inserted
        Pixels in the reading frame, truth in the file's own frame.

    Raises
    ------
    UsageError
        When the spacing is unknown, pixels are not square, a particle lies outside the breast or
        where there is no noise at all, or a family belongs to the other half.
    NoBreastError
        When there is no breast.
    """
    hand = hand or Hand()
    check_seed(seed, hand.families)
    _refuse_outside(mammogram, particles)
    before = mammogram.pixels
    work = Brush.on(mammogram, hand)
    for tube in particles.tubes:
        add_tube(work.signal, tube, work.pitch_mm, work.sd_at)
    drawn = [work.add(plan) for plan in particles.particles]
    grain = noise_grain(np.random.default_rng((seed, 22)), mammogram.shape, _GRAIN_PX)
    pixels = before + work.signal + np.sqrt(work.excess) * grain
    if np.array_equal(before, np.rint(before)):
        pixels = np.rint(pixels)
    pixels = np.where(work.signal > 0, np.clip(pixels, before.min(), work.highest), before)
    return Inserted(
        mammogram=replace(mammogram, pixels=np.asarray(pixels, np.float32), pixel_digest=""),
        truth=truth_in_file(drawn, particles.groups, mammogram.orientation, mammogram.shape),
    )


def _refuse_outside(mammogram: Mammogram, particles: Planned) -> None:
    """Refuse particles whose centre lies outside the breast."""
    canvas = canvas_of(mammogram)
    for particle in particles.particles:
        row, column = np.rint(particle.place_mm / canvas.pitch_mm).astype(int)
        inside = 0 <= row < canvas.shape[0] and 0 <= column < canvas.shape[1]
        if not inside or not canvas.mask[row, column]:
            down, right = particle.place_mm
            raise UsageError(
                f"a particle at {down:.1f} mm down, {right:.1f} mm right, outside the breast",
                "a place inside the breast, mm from the first pixel, chest wall left",
                "plan with plan_insertion",
            )
