"""Particles put into any mammogram: what truth says is in the pixels, and nothing else is."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import least_squares
from scipy.stats import median_abs_deviation

from calcsight.simulation.brush import usual_blur_mm
from calcsight.simulation.exams import exam_specs
from calcsight.simulation.families import TEST_SEEDS_FROM, Families
from calcsight.simulation.insertion import Hand, Inserted, insert, plan_insertion
from calcsight.simulation.kinds import usual_plan
from calcsight.simulation.local_noise import excess_variance, noise_sd
from calcsight.simulation.planting import Planned, PlannedParticle
from calcsight.simulation.spec import GroupPlan
from calcsight.simulation.strokes import disc
from calcsight.simulation.truth import Kind
from calcsight.simulation.views import simulate_view
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import NoBreastError, UsageError
from calcsight.terms.mammogram import Laterality, Mammogram, View
from calcsight.terms.orientation import Orientation
from calcsight.terms.spacing import Spacing, SpacingSource

PITCH_MM = 0.07
GROUP = GroupPlan(
    kind=Kind.PUNCTATE, distribution=Distribution.GROUPED, count=6, diameter_mm=(0.2, 0.6)
)


def breast(
    sd: float = 6.0, slope: float = 0.0, right: bool = False, **changes: object
) -> Mammogram:
    """Return a half disc of tissue with white noise, and air; chest wall left."""
    rows, columns = np.indices((900, 620), dtype=np.float64)
    inside = np.hypot(rows - 450, columns) < 420
    noise = np.random.default_rng(1).normal(0.0, sd, inside.shape)
    pixels = np.where(inside, 1000.0 + slope * columns + noise, 20.0 + noise / 20)
    pixels[10:40, 560:600] = 4000.0  # A label, and room above the breast's grey values.
    plain = Mammogram(
        uid="plain",
        pixels=pixels.astype(np.float32),
        spacing=Spacing(row_mm=PITCH_MM, column_mm=PITCH_MM, source=SpacingSource.STATED),
        laterality=Laterality.RIGHT if right else Laterality.LEFT,
        view=View.CC,
        orientation=Orientation(columns_reversed=right),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def one(row: float, column: float, diameter_mm: float = 0.5, contrast_sd: float = 20.0) -> Planned:
    """Plan one round particle at a place in pixels."""
    particle = PlannedParticle(
        place_mm=np.array([row, column]) * PITCH_MM,
        diameter_mm=diameter_mm,
        contrast_sd=contrast_sd,
        kind=Kind.ROUND,
        unit=disc(np.zeros(2), 0.5),
        group=None,
    )
    return Planned(particles=(particle,), groups=())


def added(mammogram: Mammogram, inserted: Inserted) -> np.ndarray:
    return inserted.mammogram.pixels.astype(np.float64) - mammogram.pixels


@pytest.mark.parametrize("slope", [0.0, 0.5])
@pytest.mark.parametrize("contrast_sd", [3.0, 10.0, 25.0])
def test_stated_contrast_is_measured_on_noise_and_on_a_slope(
    slope: float, contrast_sd: float
) -> None:
    mammogram = breast(slope=slope)
    # A noise of nothing in log exposure: no extra noise, so that the signal alone is left.
    quiet = Hand(noise_log_exposure=1e-9)
    inserted = insert(mammogram, one(450.3, 200.6, contrast_sd=contrast_sd), 1, quiet)
    peak = added(mammogram, inserted).max()
    # The slope of 0.5 a pixel is three times the noise across the ring, and is no noise.
    assert peak / 6.0 == pytest.approx(contrast_sd, rel=0.1)
    particle = inserted.truth.particles[0]
    assert particle.contrast_sd * particle.background_sd == pytest.approx(peak, rel=1e-4)
    assert (particle.row, particle.column) == pytest.approx((450.3, 200.6), abs=1e-6)


def test_noise_ignores_a_bright_line_across_the_ring() -> None:
    pixels = breast().pixels.copy()
    plain = noise_sd(pixels, 450, 200, PITCH_MM)
    pixels[440:443] += 200.0
    assert plain == pytest.approx(6.0, rel=0.1)
    assert noise_sd(pixels, 450, 200, PITCH_MM) == pytest.approx(plain, rel=0.25)
    assert pixels[430:470, 180:220].std() > 8 * plain


def test_where_nothing_varies_there_is_no_noise_to_state_contrast_in() -> None:
    pixels = breast().pixels.copy()
    pixels[400:500, 150:250] = 1000.0
    with pytest.raises(UsageError, match="no noise"):
        insert(replace(breast(), pixels=pixels), one(450, 200), 1)


@pytest.mark.parametrize("blur_mm", [0.04, 0.08])
def test_a_point_is_as_wide_as_the_stated_blur(blur_mm: float) -> None:
    mammogram = breast()
    hand = Hand(blur_mm=blur_mm, noise_log_exposure=1e-9)
    signal = added(mammogram, insert(mammogram, one(450, 200, diameter_mm=0.02), 1, hand))
    columns = np.indices(signal.shape)[1]
    weight = signal / signal.sum()
    variance = (weight * (columns - 200) ** 2).sum() * PITCH_MM**2
    # Blur, the pixel's own width, and the small disc: their variances add.
    expected = blur_mm**2 + PITCH_MM**2 / 12 + 0.02**2 / 16
    assert np.sqrt(variance) == pytest.approx(np.sqrt(expected), rel=0.06)


def test_the_usual_blur_follows_pitch_and_magnification() -> None:
    assert usual_blur_mm(0.07) == 0.05
    assert usual_blur_mm(0.2) == pytest.approx(0.1)
    assert usual_blur_mm(0.04, 1.8) == pytest.approx(0.05 / 1.8)


def test_noise_grows_behind_calcium_by_the_photons_that_are_missing() -> None:
    signal = np.array([[0.0, 0.5]], np.float32)
    assert excess_variance(signal, 2.0, 1.0) == pytest.approx(
        np.array([[0.0, 4.0 * (np.exp(0.5) - 1)]]), rel=1e-5
    )
    mammogram = breast()
    plan = one(450, 200, diameter_mm=6.0, contrast_sd=25.0)
    grey = 25 * 6.0 / 0.5
    with_noise = insert(mammogram, plan, 1, Hand(grey_per_log_exposure=grey))
    without = insert(mammogram, plan, 1, Hand(noise_log_exposure=1e-9))
    middle = (slice(435, 466), slice(185, 216))
    extra = (with_noise.mammogram.pixels - without.mammogram.pixels)[middle].std()
    whole = (with_noise.mammogram.pixels - (without.mammogram.pixels - mammogram.pixels))[middle]
    assert extra == pytest.approx(6.0 * np.sqrt(np.exp(0.5) - 1), rel=0.2)
    assert whole.std() == pytest.approx(6.0 * np.exp(0.25), rel=0.12)


def test_nothing_else_changes_and_the_grey_range_is_kept() -> None:
    mammogram = breast()
    kept = mammogram.pixels.copy()
    highest = float(kept[30:870, :380].max())
    inserted = insert(mammogram, one(450, 200, contrast_sd=30.0), 1, Hand(highest_grey=highest))
    assert np.array_equal(mammogram.pixels, kept)
    rows, columns = np.indices(kept.shape)
    far = np.hypot(rows - 450, columns - 200) * PITCH_MM > 0.25 + 0.4
    assert np.array_equal(inserted.mammogram.pixels[far], kept[far])
    assert inserted.mammogram.pixels[~far].max() <= highest
    assert insert(mammogram, one(450, 200), 1).mammogram.pixels.max() <= kept.max()
    assert inserted.mammogram.pixels.dtype == np.float32
    assert inserted.mammogram.pixel_digest == ""
    # The noise reaches about 5 SD: that is what the grey range leaves.
    left = inserted.truth.particles[0].contrast_sd
    assert 3.0 < left < 9.0


def test_whole_grey_values_stay_whole() -> None:
    mammogram = breast()
    whole = replace(mammogram, pixels=np.rint(mammogram.pixels))
    pixels = insert(whole, one(450, 200, contrast_sd=4.0), 1).mammogram.pixels
    assert np.array_equal(pixels, np.rint(pixels))
    assert not np.array_equal(pixels, whole.pixels)


def test_truth_of_a_right_breast_is_in_the_file_frame() -> None:
    mammogram = breast(right=True)
    inserted = insert(mammogram, plan_insertion(mammogram, (GROUP,), 3), 3)
    before = mammogram.orientation.to_file(mammogram.pixels).astype(np.float64)
    after = inserted.mammogram.orientation.to_file(inserted.mammogram.pixels)
    assert len(inserted.truth.particles) == 6
    assert len(inserted.truth.groups) == 1
    for particle in inserted.truth.particles:
        assert particle.column > 620 / 2 - 120
        row, column = round(particle.row), round(particle.column)
        near = (slice(row - 4, row + 5), slice(column - 4, column + 5))
        assert (after - before)[near].max() > 2 * particle.background_sd


def test_same_seed_same_bytes_and_another_seed_another_place() -> None:
    mammogram = breast()
    first, again, other = (
        insert(mammogram, plan_insertion(mammogram, (GROUP,), seed), seed) for seed in (5, 5, 6)
    )
    assert first.mammogram.pixels.tobytes() == again.mammogram.pixels.tobytes()
    assert first.truth.groups[0].row == again.truth.groups[0].row
    assert first.truth.groups[0].row != other.truth.groups[0].row


def test_every_particle_lies_in_the_breast_and_outside_is_refused() -> None:
    mammogram = breast()
    planned = plan_insertion(mammogram, (usual_plan(Kind.FINE_PLEOMORPHIC),), 4, isolated=3)
    assert len(planned.particles) > 8
    for particle in planned.particles:
        row, column = particle.place_mm / PITCH_MM
        assert np.hypot(row - 450, column) < 420
    for row, column in ((450.0, 500.0), (450.0, 5000.0), (-20.0, 100.0)):
        with pytest.raises(UsageError, match="outside the breast"):
            insert(mammogram, one(row, column), 1)


def test_what_cannot_be_done_is_refused() -> None:
    mammogram = breast()
    with pytest.raises(UsageError, match="spacing"):
        plan_insertion(replace(mammogram, spacing=None), (GROUP,), 1)
    with pytest.raises(UsageError, match="seed"):
        plan_insertion(mammogram, (GROUP,), TEST_SEEDS_FROM)
    with pytest.raises(UsageError, match="gaussian"):
        insert(mammogram, one(450, 200), TEST_SEEDS_FROM, Hand(families=Families.TEST))
    dark = replace(mammogram, pixels=mammogram.pixels[:60, 560:].copy())
    with pytest.raises(NoBreastError):
        plan_insertion(dark, (GROUP,), 1)


@pytest.mark.parametrize("look", ["raw-log", "contrasty"])
def test_stated_contrast_is_measured_on_simulated_tissue(look: str) -> None:
    spec = replace(exam_specs(4, rows=1200)[2], groups=(), isolated=0, look=look)
    mammogram = simulate_view(spec).mammogram()
    hand = Hand(noise_log_exposure=1e-9, highest_grey=1e6)
    inserted = insert(mammogram, plan_insertion(mammogram, (GROUP,), 8, hand), 8, hand)
    turn = mammogram.orientation
    before = turn.to_file(mammogram.pixels).astype(np.float64)
    signal = turn.to_file(inserted.mammogram.pixels) - before
    at = np.indices(before.shape, dtype=np.float64)
    rows, columns = at[0], at[1]
    pitch_mm = spec.pitch_mm
    assert len(inserted.truth.particles) == 6
    for particle in inserted.truth.particles:
        distance = np.hypot(rows - particle.row, columns - particle.column) * pitch_mm
        ring = (distance >= 0.6) & (distance <= 1.5)
        # A trend by robust regression, and the spread about it by another program.
        down, right = rows[ring] - particle.row, columns[ring] - particle.column
        trend = least_squares(
            lambda p, a, b, v: p[0] * a + p[1] * b + p[2] - v,
            np.array([0.0, 0.0, float(np.median(before[ring]))]),
            loss="cauchy",
            f_scale=float(median_abs_deviation(before[ring], scale="normal")),
            args=(down, right, before[ring]),
        )
        noise = float(median_abs_deviation(trend.fun, scale="normal"))
        peak = signal[distance <= particle.diameter_mm / 2 + 0.1].max()
        # Stored values are whole numbers, which rounds the peak.
        assert peak / noise == pytest.approx(particle.contrast_sd, rel=0.12, abs=1.5 / noise)


def test_test_families_draw_with_their_own_outlines_and_blur() -> None:
    mammogram = breast()
    hand = Hand(families=Families.TEST, outlines="metaballs", blur="glare")
    seed = TEST_SEEDS_FROM + 1
    inserted = insert(mammogram, plan_insertion(mammogram, (GROUP,), seed, hand), seed, hand)
    assert len(inserted.truth.particles) == 6
    with pytest.raises(UsageError, match="wobbly"):
        plan_insertion(mammogram, (GROUP,), seed, replace(hand, outlines="wobbly"))


@pytest.mark.parametrize("column_mm", [0.05, 0.072, 0.14])
def test_pixels_that_are_not_square_are_refused(column_mm: float) -> None:
    stretched = breast(spacing=Spacing(row_mm=PITCH_MM, column_mm=column_mm))
    with pytest.raises(UsageError, match="square"):
        plan_insertion(stretched, (GROUP,), 1)
    planned = plan_insertion(breast(), (GROUP,), 1)
    with pytest.raises(UsageError, match="square"):
        insert(stretched, planned, 1)
