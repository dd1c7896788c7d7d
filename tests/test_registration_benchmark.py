"""What the benchmark of registration measures with: pairs whose truth holds, counts, quantiles."""

import cv2
import numpy as np
import pytest

from benchmarks.registration import Refused, pooled, refusals, upside_down, without_tissue
from benchmarks.registration_pairs import laid_out_anew
from calcsight.simulation.texture import band_field
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.spacing import Spacing, SpacingSource

PITCH_MM = 0.2


@pytest.fixture(scope="module")
def view() -> Mammogram:
    rng = np.random.default_rng(11)
    rows, columns = np.indices((500, 350), dtype=np.float32) * np.float32(PITCH_MM)
    inside = (rows - 50.0) ** 2 / 45.0**2 + columns**2 / 58.0**2 < 1.0
    tissue = sum(np.float32(0.2) * band_field(rng, (500, 350), PITCH_MM, s) for s in (2.0, 5.0))
    grey = np.where(inside, np.float32(2.0) + tissue, np.float32(0.0))
    noise = rng.normal(0.0, 0.02, grey.shape)
    return Mammogram(
        uid="1.2.9",
        pixels=(grey + noise).astype(np.float32),
        spacing=Spacing(row_mm=PITCH_MM, column_mm=PITCH_MM, source=SpacingSource.SIMULATED),
    )


def local(mammogram: Mammogram, places_mm: np.ndarray) -> np.ndarray:
    """Return the greys at places of a smoothed view, the slow part taken away."""
    assert mammogram.spacing is not None
    pitch = mammogram.spacing.mean_mm
    wide = cv2.GaussianBlur(mammogram.pixels, (0, 0), 12.0 / pitch)
    detail = np.asarray(cv2.GaussianBlur(mammogram.pixels, (0, 0), 0.8 / pitch) - wide)
    rows, columns = np.rint(places_mm / pitch).astype(int).T
    return np.asarray(detail[rows, columns])


def test_landmarks_of_a_view_laid_out_anew_show_the_same_tissue(view: Mammogram) -> None:
    for seed in (1, 2, 3):
        pair = laid_out_anew(view, "w", seed)
        assert len(pair.prior_mm) > 60
        ours, theirs = local(pair.current, pair.current_mm), local(pair.prior, pair.prior_mm)
        same = np.corrcoef(ours, theirs)[0, 1]
        off = np.corrcoef(ours, local(pair.prior, pair.prior_mm + 3.0))[0, 1]
        assert same > 0.7
        assert same > off + 0.2


def test_a_view_laid_out_anew_shares_no_noise_and_repeats_by_its_seed(view: Mammogram) -> None:
    pair, again = laid_out_anew(view, "w", 1), laid_out_anew(view, "w", 1)
    other = laid_out_anew(view, "w", 2)
    assert pair.prior.pixels.tobytes() == again.prior.pixels.tobytes()
    assert pair.prior.pixels.shape != other.prior.pixels.shape or not np.array_equal(
        pair.prior.pixels, other.prior.pixels
    )
    moved = np.linalg.norm(pair.current_mm - pair.prior_mm, axis=1)
    assert np.median(moved) > 1.0


def test_upside_down_twice_is_the_view_and_without_tissue_keeps_its_shape(view: Mammogram) -> None:
    assert np.array_equal(upside_down(upside_down(view)).pixels, view.pixels)
    even = without_tissue(view, 3)
    assert np.array_equal(even.pixels[:, 310:], view.pixels[:, 310:])
    band = (slice(200, 300), slice(50, 150))
    smooth = [np.asarray(cv2.GaussianBlur(one.pixels[band], (0, 0), 5.0)) for one in (even, view)]
    assert smooth[0].std() < 0.2 * smooth[1].std()


def test_a_quantile_is_over_landmarks_and_its_interval_over_women() -> None:
    one = [(f"w{k}", np.full(10, float(k))) for k in range(11)]
    assert pooled(one, 0.5).startswith("5.00 (")
    assert pooled(one[:2], 0.5) == "0.50"


def test_refusals_are_counted_with_their_interval() -> None:
    text = refusals([Refused(kind="left", refused=8, pairs=40, highest_agreement=0.7)])
    assert "8/40 (10.5-34.8 %)" in text
    assert "0.70" in text
