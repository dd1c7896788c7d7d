"""A real mammogram at several dates that it was never made at: moved, noise and grain anew."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.detector import noise_grain
from calcsight.simulation.followed import DatedView, FollowedView
from calcsight.simulation.insertion import Hand, insert
from calcsight.simulation.real_canvas import canvas_of, known_pitch_mm
from calcsight.simulation.series_particles import Planting, at_visit, plan_histories
from calcsight.simulation.series_places import Whereabouts, field_of, seen_everywhere
from calcsight.simulation.series_spec import SeriesSpec, VisitSpec
from calcsight.simulation.skin_line import SkinLine, skin_line_of
from calcsight.simulation.texture import (
    Field,
    as_field,
    band_field,
    enlarged,
    read_at,
    standardised,
)
from calcsight.simulation.warps import Warp
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.spacing import Spacing, SpacingSource

# What is finer than the first size (SD of a Gaussian) is taken for noise and made anew, what lies
# between both is redrawn in part, what is coarser persists.
_NOISE_MM, _FINE_MM = 0.15, 1.0
# Whatever stands out from its surroundings by more is no noise and persists whole.
_STANDS_OUT_SD = 4.0
_AROUND_MM, _SKIN_MM = 2.0, 1.5
_GRAIN_PX = 0.45
_MOST_BENT = 0.25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RealBreast:
    """A real view taken apart, reading frame; grey values.

    Parameters
    ----------
    mammogram : Mammogram
    canvas : Canvas
    skin_line : SkinLine
    field_mm : tuple of float
        Height and width.
    coarse, fine, noise : arrays (rows, columns), float32
        They add up to the view.
    fine_sd, noise_sd : arrays of the same shape
        Local SD of both.
    stands_out : array of the same shape
        0-1: 1 where all detail persists: what stands out, the skin, and what is no breast.
    """

    mammogram: Mammogram
    canvas: Canvas
    skin_line: SkinLine
    field_mm: tuple[float, float]
    coarse: Field
    fine: Field
    noise: Field
    fine_sd: Field
    noise_sd: Field
    stands_out: Field

    def depth_at(self, down_mm: Field, right_mm: Field) -> Field:
        """Signed distance to the skin line, mm, at places of the view."""
        return self.skin_line.depth_at(down_mm, right_mm)


def real_series(mammogram: Mammogram, spec: SeriesSpec) -> FollowedView:
    """Make several visits of one real view; the same arguments give the same bytes.

    Every visit, the first too, is a warp of the view (`warps`), so that none is nearer to it.
    What is finer than 0.15 mm is taken for noise and drawn anew with the same local strength,
    tissue up to 1 mm is redrawn in part (`Seen.redrawn`, half of it, with the local strength that
    it had), and greys are bent by a power. What stands out by more than 4 SD, as calcifications
    of the view's own do, persists. Then the particles of the histories are put in.

    Coarse tissue is the same at every visit, so that registration is easier than in truth, and
    truth lists only what was put in.

    Parameters
    ----------
    mammogram : Mammogram
        Of known spacing.
    spec : SeriesSpec
        Positions, pitches, dates and histories; tissue, looks, gland and exposure are the view's
        own. See `series_sets.real_spec`.

    Raises
    ------
    UsageError
        When the spacing is unknown, pixels are not square, or a particle would lie outside the
        breast that is found.
    NoBreastError
        When there is no breast.
    """
    breast = _taken_apart(mammogram)
    whereabouts = seen_everywhere(breast, spec)
    planting = plan_histories(breast, spec, whereabouts)
    return FollowedView(
        visits=tuple(
            _visit(breast, spec, whereabouts, planting, number)
            for number in range(len(spec.visits))
        ),
        whereabouts=whereabouts,
        histories=planting.histories,
    )


def _taken_apart(mammogram: Mammogram) -> RealBreast:
    """Split a view by size of detail, and find what stands out."""
    pitch = known_pitch_mm(mammogram)
    pixels = as_field(mammogram.pixels)
    smooth = as_field(cv2.GaussianBlur(pixels, (0, 0), _NOISE_MM / pitch))
    coarse = as_field(cv2.GaussianBlur(pixels, (0, 0), _FINE_MM / pitch))
    noise, fine = pixels - smooth, smooth - coarse
    canvas = canvas_of(mammogram)
    deep = as_field(enlarged(canvas.depth, mammogram.shape, pitch / canvas.pitch_mm) > _SKIN_MM)
    noise_sd, fine_sd = (_local_sd(one, deep, pitch) for one in (noise, fine))
    # Skin, and what is no breast, persists whole, too.
    out = (np.abs(noise) > _STANDS_OUT_SD * noise_sd) | (np.abs(fine) > _STANDS_OUT_SD * fine_sd)
    wide = 2 * max(1, round(_NOISE_MM / pitch)) + 1
    kept = cv2.dilate((out | (deep == 0)).astype(np.uint8), np.ones((wide, wide), np.uint8))
    return RealBreast(
        mammogram=mammogram,
        canvas=canvas,
        skin_line=skin_line_of(canvas),
        field_mm=(mammogram.shape[0] * pitch, mammogram.shape[1] * pitch),
        coarse=coarse,
        fine=fine,
        noise=noise,
        fine_sd=fine_sd,
        noise_sd=noise_sd,
        stands_out=as_field(cv2.GaussianBlur(as_field(kept), (0, 0), 0.5 * wide)),
    )


def _local_sd(field: Field, deep: Field, pitch_mm: float) -> Field:
    """Return the SD within some 2 mm, of what lies deep in the breast and does not stand out."""
    sigma = _AROUND_MM / pitch_mm
    share = np.maximum(_widely_blurred(deep, sigma), np.float32(0.02))
    first = np.sqrt(_widely_blurred(field * field * deep, sigma) / share) + np.float32(1e-6)
    # Once more without what stands out, which a clipped SD of 3 all but leaves as it was.
    tame = np.clip(field, -3.0 * first, 3.0 * first)
    again = np.sqrt(_widely_blurred(tame * tame * deep, sigma) / share)
    return as_field(again + np.float32(1e-6))


def _widely_blurred(field: Field, sigma_px: float) -> Field:
    """Blur on a smaller picture."""
    step = max(1, int(sigma_px / 3))
    size = (max(1, field.shape[1] // step), max(1, field.shape[0] // step))
    small = cv2.resize(field, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma_px / step)
    wide = cv2.resize(small, (field.shape[1], field.shape[0]), interpolation=cv2.INTER_LINEAR)
    return as_field(np.maximum(wide, 0.0))


def _visit(
    breast: RealBreast, spec: SeriesSpec, where: Whereabouts, planting: Planting, number: int
) -> DatedView:
    """Make one visit."""
    visit, warp, on = spec.visits[number], where.warps[number], spec.dates[number]
    bare = replace(
        breast.mammogram,
        uid=f"{spec.reference.name}-{on.isoformat()}",
        exam_uid=f"{spec.woman}-{on.isoformat()}",
        patient_key=spec.woman,
        acquired_on=on,
        pixel_digest="",
        pixels=_again(breast, visit, warp, field_of(breast, visit)),
        spacing=Spacing(
            row_mm=visit.pitch_mm, column_mm=visit.pitch_mm, source=SpacingSource.SIMULATED
        ),
    )
    shown = at_visit(planting, warp, visit.seed, number)
    hand = Hand(families=spec.families, outlines=spec.reference.outlines, blur=spec.reference.blur)
    inserted = insert(bare, shown.planned, visit.seed, hand)
    return DatedView(
        acquired_on=on,
        mammogram=inserted.mammogram,
        truth=inserted.truth,
        identity=shown.identity,
        groups=shown.groups,
    )


def _again(breast: RealBreast, visit: VisitSpec, warp: Warp, shape: tuple[int, int]) -> Field:
    """Return the pixels of a visit before anything is put in."""
    rng = np.random.default_rng((visit.seed, 47))
    pitch = known_pitch_mm(breast.mammogram)
    down, right = warp.map_for(shape, visit.pitch_mm)

    def read(field: Field) -> Field:
        return read_at(field, down, right, pitch)

    kept = np.clip(read(breast.stands_out), 0.0, 1.0)
    grain = _between(noise_grain(rng, shape, _GRAIN_PX), visit.pitch_mm, 0.0, _NOISE_MM)
    noise = kept * read(breast.noise) + (1.0 - kept) * grain * read(breast.noise_sd)
    share = visit.seen.redrawn / 2
    strands = band_field(rng, shape, visit.pitch_mm, 2.0 * _FINE_MM)
    strands += np.float32(0.5) * band_field(rng, shape, visit.pitch_mm, _FINE_MM)
    strands = _between(strands, visit.pitch_mm, _NOISE_MM, _FINE_MM)
    old = read(breast.fine)
    mixed = np.float32((1.0 - share) ** 0.5) * old
    mixed += np.float32(share**0.5) * strands * read(breast.fine_sd)
    fine = kept * old + (1.0 - kept) * mixed
    return _bent(rng, breast, as_field(read(breast.coarse) + fine + noise))


def _between(field: Field, pitch_mm: float, least_mm: float, most_mm: float) -> Field:
    """Return the detail between two sizes, SD 1."""
    if least_mm > 0.0:
        field = as_field(cv2.GaussianBlur(field, (0, 0), least_mm / pitch_mm))
    return standardised(field - as_field(cv2.GaussianBlur(field, (0, 0), most_mm / pitch_mm)))


def _bent(rng: np.random.Generator, breast: RealBreast, pixels: Field) -> Field:
    """Draw the greys in another way: a power of the view's range; whole numbers stay whole."""
    view = breast.mammogram.pixels
    low, high = np.float32(view.min()), np.float32(view.max())
    power = np.float32(np.exp(rng.uniform(-_MOST_BENT, _MOST_BENT)))
    bent = low + (high - low) * np.clip((pixels - low) / (high - low), 0.0, 1.0) ** power
    if np.array_equal(view, np.rint(view)):
        bent = np.rint(bent)
    return as_field(bent)
