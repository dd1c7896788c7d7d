"""Background, noise, plateaus and candidates on images whose truth is known."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from scipy.spatial import cKDTree

from calcsight.analysis.background import flatten
from calcsight.analysis.breast import find_breast
from calcsight.analysis.detection import find_candidates
from calcsight.analysis.filters import enlarged, sampled, shrunk
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Candidates, FlatView

PITCH_MM = 0.07
NOISE = 10.0
SETTINGS = Settings()


def noisy(seed: int = 0, shape: tuple[int, int] = (700, 600)) -> np.ndarray:
    """Return white noise about 1000 with a smooth slope."""
    rng = np.random.default_rng(seed)
    slope = np.linspace(0, 300, shape[1])[None, :]
    return (1000 + slope + rng.normal(size=shape) * NOISE).astype(np.float32)


def blob(pixels: np.ndarray, row: float, column: float, sigma_mm: float, height: float) -> None:
    """Add a Gaussian spot."""
    rows, columns = np.indices(pixels.shape)
    sigma = sigma_mm / PITCH_MM
    pixels += height * np.exp(
        -((rows - row) ** 2 + (columns - column) ** 2) / (2 * sigma**2)
    ).astype(np.float32)


def flat(pixels: np.ndarray) -> FlatView:
    """Flatten an image that is all breast."""
    mammogram = Mammogram(uid="t", pixels=pixels, spacing=None)
    breast = find_breast(mammogram, PITCH_MM, SETTINGS.breast)
    return flatten(mammogram, breast, PITCH_MM, SETTINGS)


def nearest(candidates: Candidates, row: float, column: float) -> tuple[float, int]:
    """Return the distance in pixels to the nearest candidate, and its position."""
    tree = cKDTree(np.stack([candidates.row, candidates.column], axis=1))
    distance, position = tree.query([row, column])
    return float(distance), int(position)


def test_noise_is_in_grey_values() -> None:
    view = flat(noisy())
    inner = view.noise[100:-100, 100:-100]
    assert np.median(inner) == pytest.approx(NOISE, rel=0.05)
    slope = (1000 + np.linspace(0, 300, 600))[None, view.box.left : view.box.right]
    assert np.abs(view.background - slope)[100:-100, 100:-100].max() < 5.0


def test_noise_grows_little_under_a_particle() -> None:
    pixels = noisy()
    blob(pixels, 350, 300, 0.1, 30 * NOISE)
    with_particle, without = flat(pixels), flat(noisy())
    assert with_particle.noise[350, 300] < 1.4 * without.noise[350, 300]


@pytest.mark.parametrize("sigma_mm", [0.06, 0.1, 0.2, 0.4])
def test_a_spot_is_the_strongest_candidate_at_its_place(sigma_mm: float) -> None:
    pixels = noisy(2)
    blob(pixels, 350.3, 300.6, sigma_mm, 12 * NOISE)
    candidates = find_candidates(flat(pixels), SETTINGS.detection)
    distance, position = nearest(candidates, 350.3, 300.6)
    assert position == 0
    assert distance * PITCH_MM < 0.08
    assert sigma_mm / 2 < candidates.scale_mm[0] < 2.5 * sigma_mm


def test_noise_gives_few_candidates_and_none_above_six() -> None:
    candidates = find_candidates(flat(noisy(5)), SETTINGS.detection)
    area_cm2 = 700 * 600 * PITCH_MM**2 / 100
    assert len(candidates.row) / area_cm2 < 20
    assert candidates.response.max() < 6.0


def test_candidates_stay_inside_the_breast() -> None:
    rng = np.random.default_rng(8)
    rows, columns = np.mgrid[0:900, 0:700]
    inside = (rows - 450) ** 2 + columns**2 < 400**2
    texture = cv2.GaussianBlur(rng.normal(size=inside.shape), (0, 0), 10) * 10
    pixels = np.where(inside, 1500 + 100 * texture, 0) + rng.normal(size=inside.shape) * 5
    view = flat(pixels.astype(np.float32))
    candidates = find_candidates(view, SETTINGS.detection)
    reach_px = np.hypot(candidates.row - 450, candidates.column)
    margin_px = SETTINGS.breast.skin_margin_mm / PITCH_MM
    assert reach_px.max() < 400 - margin_px + SETTINGS.breast.working_pitch_mm / PITCH_MM


def half_breast(seed: int = 6) -> np.ndarray:
    """Return noisy tissue with air on the right; the skin is at column 500."""
    pixels = noisy(seed, shape=(900, 700))
    pixels[:, 500:] = 20.0
    return pixels


@pytest.mark.parametrize("column", [120, 440])
def test_a_flat_disc_is_a_ball_near_the_skin_alone(column: int) -> None:
    pixels = half_breast()
    cv2.circle(pixels, (column, 450), 13, 1900.0, -1)
    view = flat(pixels)
    distance, _ = nearest(find_candidates(view, SETTINGS.detection), 450, column)
    from_skin_mm = (500 - column) * PITCH_MM
    assert view.plateau_left_out == (from_skin_mm < 20)
    assert (distance > 13) == (from_skin_mm < 20)


def test_a_flat_cross_is_left_out_and_said() -> None:
    pixels = half_breast()
    pixels[430:470, 195:205] = pixels[445:455, 180:220] = 1900.0
    view = flat(pixels)
    assert view.plateau_left_out
    assert nearest(find_candidates(view, SETTINGS.detection), 450, 200)[0] > 20


def test_a_flat_lump_may_be_calcium() -> None:
    pixels = half_breast()
    cv2.ellipse(pixels, (200, 450), (25, 16), 30, 0, 360, 1900.0, -1)
    view = flat(pixels)
    assert not view.plateau_left_out
    assert nearest(find_candidates(view, SETTINGS.detection), 450, 200)[0] < 16


def test_a_noisy_bright_disc_is_no_marker() -> None:
    pixels = noisy(6)
    cv2.circle(disc := np.zeros_like(pixels), (300, 350), 14, 400.0, -1)
    view = flat(pixels + cv2.GaussianBlur(disc, (0, 0), 1.0))
    assert not view.plateau_left_out


def test_gain_and_offset_change_nothing() -> None:
    pixels = noisy(9)
    blob(pixels, 200, 220, 0.1, 15 * NOISE)
    before = find_candidates(flat(pixels), SETTINGS.detection)
    after = find_candidates(flat(pixels * np.float32(4.0) + np.float32(64.0)), SETTINGS.detection)
    assert len(before.row) == pytest.approx(len(after.row), abs=2)
    assert np.allclose(before.response[:20], after.response[:20], rtol=1e-3)
    assert np.allclose(before.features[0], after.features[0], rtol=1e-2, atol=1e-2)


def test_a_line_is_told_from_a_spot() -> None:
    pixels = noisy(4)
    line = np.zeros_like(pixels)
    cv2.line(line, (100, 100), (500, 500), 10 * NOISE, 2)
    pixels += cv2.GaussianBlur(line, (0, 0), 1.2)
    blob(pixels, 500, 150, 0.12, 12 * NOISE)
    candidates = find_candidates(flat(pixels), SETTINGS.detection)
    names = candidates.feature_names
    on_line = np.abs(candidates.row - candidates.column) < 3
    on_line &= (candidates.row > 120) & (candidates.row < 480) & (candidates.response > 5)
    spot = nearest(candidates, 500, 150)[1]
    line_answer = candidates.features[:, names.index("near_line")]
    assert on_line.any()
    assert line_answer[on_line].min() > 2.0 > line_answer[spot]


def test_where_nothing_stands_out_there_is_no_candidate() -> None:
    settings = Settings().detection
    candidates = find_candidates(flat(noisy()), replace(settings, minimum_response_sd=1e3))
    assert len(candidates.row) == 0
    assert candidates.features.shape == (0, len(candidates.feature_names))


def test_the_limit_on_candidates_is_said() -> None:
    settings = Settings.from_mapping(
        {"detection": {"most_candidates": 5, "minimum_response_sd": 3.5}}
    )
    candidates = find_candidates(flat(noisy(5)), settings.detection)
    assert candidates.cut
    assert len(candidates.row) == 5
    assert (np.diff(candidates.response) <= 0).all()


def test_shrinking_and_enlarging_keep_the_frame() -> None:
    ramp = np.add.outer(np.arange(37.0), 10 * np.arange(53.0)).astype(np.float32)
    back = enlarged(shrunk(ramp, 4), ramp.shape)
    assert np.abs(back - ramp)[6:-6, 6:-6].max() < 1e-3
    points = np.array([[10.5, 20.25], [3.0, 4.0]])
    assert np.allclose(sampled(ramp, points, 1), points[:, 0] + 10 * points[:, 1])
    inner = np.array([[12.0, 24.0]])
    assert np.allclose(sampled(shrunk(ramp, 4), inner, 4), 12.0 + 240.0)


@pytest.mark.parametrize("shape", [(37, 53), (5, 3), (8, 8), (2, 9)])
def test_shrinking_averages_whole_and_left_over_cells(shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(0).random(shape, dtype=np.float32)
    cells = [
        [pixels[row : row + 4, column : column + 4].mean() for column in range(0, shape[1], 4)]
        for row in range(0, shape[0], 4)
    ]
    assert np.allclose(shrunk(pixels, 4), cells, atol=1e-6)


def test_the_skin_is_no_step_to_the_filters() -> None:
    """Wide filters at the rim of the mask answer no more than noise does inside."""
    rng = np.random.default_rng(8)
    rows, columns = np.mgrid[0:900, 0:700]
    inside = (rows - 450) ** 2 + columns**2 < 400**2
    pixels = np.where(inside, 1500, 0) + rng.normal(size=inside.shape) * NOISE
    candidates = find_candidates(flat(pixels.astype(np.float32)), SETTINGS.detection)
    assert candidates.response.max() < 6.5
