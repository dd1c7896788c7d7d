"""Outlines, textures, blurs and distributions, each against what it promises."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calcsight.simulation.detector import (
    blur_families,
    noise_grain,
    point_spread,
    quantum_noise_sd,
)
from calcsight.simulation.distributions import (
    CENTRES_APART_MM,
    TISSUE_BETWEEN_MM,
    makes_one_group,
    parallel_tracks,
    scatter,
)
from calcsight.simulation.families import Families, pick_family
from calcsight.simulation.outlines import (
    centroid_and_area,
    draw_outline,
    max_feret,
    outline_families,
)
from calcsight.simulation.particles import oversampling_for, placed, stamp_particle
from calcsight.simulation.texture import band_field, power_law_field
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import UsageError

ALL_OUTLINES = [(f, n) for f in Families for n in outline_families(f)]


@pytest.mark.parametrize(("families", "name"), ALL_OUTLINES)
@pytest.mark.parametrize("kind", list(Kind))
def test_outlines_have_unit_feret_and_centroid_zero(
    families: Families, name: str, kind: Kind
) -> None:
    rng = np.random.default_rng(4)
    for _ in range(5):
        outline = draw_outline(rng, families, name, kind, None)
        centre, area = centroid_and_area(outline)
        assert max_feret(outline) == pytest.approx(1.0, abs=1e-6)
        assert centre == pytest.approx([0.0, 0.0], abs=1e-9)
        assert 0.03 < area < np.pi / 4 + 1e-9


def test_long_kinds_run_the_way_they_are_told() -> None:
    rng = np.random.default_rng(5)
    for families, name in ALL_OUTLINES:
        for angle in (0.0, 0.8):
            turned = []
            for _ in range(8):
                outline = draw_outline(rng, families, name, Kind.LARGE_ROD, angle)
                along = outline @ np.array([np.sin(angle), np.cos(angle)])
                across = outline @ np.array([np.cos(angle), -np.sin(angle)])
                turned.append(np.ptp(along) > np.ptp(across))
            assert sum(turned) == 8


@pytest.mark.parametrize("beta", [2.0, 3.0])
def test_power_spectrum_falls_as_told(beta: float) -> None:
    pitch = 0.1
    field = power_law_field(np.random.default_rng(0), (512, 512), pitch, beta)
    power = np.abs(np.fft.fft2(field.astype(np.float64))) ** 2
    frequency = np.fft.fftfreq(512, pitch)
    radius = np.hypot(frequency[:, None], frequency[None, :])
    edges = np.geomspace(0.3, 4.0, 12)
    means = [power[(radius >= a) & (radius < b)].mean() for a, b in pairwise(edges)]
    middles = np.sqrt(edges[:-1] * edges[1:])
    slope = np.polyfit(np.log(middles), np.log(means), 1)[0]
    assert slope == pytest.approx(-beta, abs=0.15)
    assert field.std() == pytest.approx(1.0, abs=0.1)


def test_band_field_is_smooth_at_its_size() -> None:
    field = band_field(np.random.default_rng(1), (400, 300), 0.2, 6.0).astype(np.float64)
    assert field.std() == pytest.approx(1.0, abs=1e-3)
    near = np.corrcoef(field[:-2].ravel(), field[2:].ravel())[0, 1]
    far = np.corrcoef(field[:-60].ravel(), field[60:].ravel())[0, 1]
    assert near > 0.95
    assert abs(far) < 0.4


@pytest.mark.parametrize("families", list(Families))
def test_blurs_keep_the_signal_and_are_symmetric(families: Families) -> None:
    for name in blur_families(families):
        kernel = point_spread(families, name, 0.06, 0.01)
        assert kernel.sum() == pytest.approx(1.0, abs=1e-5)
        assert np.allclose(kernel, kernel[::-1, ::-1])
        assert kernel.max() == kernel[kernel.shape[0] // 2, kernel.shape[1] // 2]


def test_exponential_blur_has_the_stated_mtf() -> None:
    width, step = 0.06, 0.004
    kernel = point_spread(Families.TEST, "exponential", width, step).astype(np.float64)
    line = kernel.sum(axis=0)
    at = (np.arange(len(line)) - len(line) // 2) * step
    for frequency in (1.0, 3.0, 5.0):
        measured = (line * np.cos(2 * np.pi * frequency * at)).sum()
        assert measured == pytest.approx((1 + (np.pi * frequency * width) ** 2) ** -1.5, abs=0.02)


def test_noise_is_unit_and_grows_with_attenuation() -> None:
    grain = noise_grain(np.random.default_rng(2), (400, 400), 0.5)
    assert grain.std() == pytest.approx(1.0, abs=0.01)
    levels = np.array([[1.0, 3.0]], np.float32)
    sd = quantum_noise_sd(levels, 0.01, 1.0)
    assert sd[0, 0] == pytest.approx(0.01)
    assert sd[0, 1] == pytest.approx(0.01 * np.e, rel=1e-5)


@given(
    seed=st.integers(0, 10_000),
    distribution=st.sampled_from(list(Distribution)),
    count=st.integers(2, 25),
)
@settings(max_examples=60, deadline=None)
def test_particles_of_a_group_never_touch(
    seed: int, distribution: Distribution, count: int
) -> None:
    rng = np.random.default_rng(seed)
    diameters = np.exp(rng.uniform(np.log(0.1), 0.0, count))
    places = scatter(rng, distribution, diameters, rng.uniform(0, 6.0))
    if places is None:
        return
    assert places.shape == (count, 2)
    for i in range(count):
        for j in range(i):
            gap = np.hypot(*(places[i] - places[j]))
            assert gap >= CENTRES_APART_MM - 1e-9
            assert gap >= (diameters[i] + diameters[j]) / 2 + TISSUE_BETWEEN_MM - 1e-9


def test_linear_is_long_and_follows_its_heading() -> None:
    rng = np.random.default_rng(8)
    places = scatter(rng, Distribution.LINEAR, np.full(14, 0.2), 0.0)
    assert places is not None
    assert np.ptp(places[:, 1]) > 4 * np.ptp(places[:, 0])


def test_tracks_are_two_parallel_lines() -> None:
    places = parallel_tracks(np.random.default_rng(9), np.full(20, 0.5), 0.0)
    gap = places[1::2, 0].mean() - places[::2, 0].mean()
    assert 0.8 < gap < 1.9
    assert np.ptp(places[:, 1]) > 5.0


def test_one_group_by_the_rule_worked_by_hand() -> None:
    five = np.array([[0.0, 0.0], [0, 2], [2, 0], [0, -2], [-2, 0]])
    assert makes_one_group(five)
    assert not makes_one_group(five[:4])
    assert not makes_one_group(np.vstack([five, [[0.0, 20.0]]]))
    # Two fives that share no particle are two groups.
    assert not makes_one_group(np.vstack([five, five + np.array([0.0, 30.0])]))


def test_a_stamp_has_peak_one_and_its_own_place() -> None:
    rng = np.random.default_rng(3)
    unit = draw_outline(rng, Families.TUNING, "wobbly", Kind.PUNCTATE, None)
    for diameter_mm in (0.1, 0.3, 1.0):
        fine = oversampling_for(diameter_mm, 0.07)
        assert fine >= 4
        kernel = point_spread(Families.TUNING, "gaussian", 0.05, 0.07 / fine)
        centre = np.array([50.31, 60.77])
        stamp = stamp_particle(placed(unit, centre, diameter_mm / 0.07), None, kernel, fine)
        assert stamp.contrast.max() == pytest.approx(1.0)
        rows, columns = np.indices(stamp.contrast.shape)
        total = stamp.contrast.sum()
        assert (rows * stamp.contrast).sum() / total + stamp.top == pytest.approx(
            centre[0], abs=0.06
        )
        assert (columns * stamp.contrast).sum() / total + stamp.left == pytest.approx(
            centre[1], abs=0.06
        )


def test_a_rim_is_darker_in_the_middle() -> None:
    rng = np.random.default_rng(6)
    unit = draw_outline(rng, Families.TUNING, "wobbly", Kind.RIM, None)
    kernel = point_spread(Families.TUNING, "gaussian", 0.05, 0.07 / 4)
    stamp = stamp_particle(placed(unit, np.array([80.0, 80.0]), 50.0), Kind.RIM, kernel, 4)
    middle = stamp.contrast[80 - stamp.top, 80 - stamp.left]
    assert middle < 0.7


def test_a_family_of_the_other_half_is_refused() -> None:
    register = {Families.TUNING: {"a": 1}, Families.TEST: {"b": 2}}
    assert pick_family(register, Families.TUNING, "a") == 1
    with pytest.raises(UsageError, match="'b' among the tuning families"):
        pick_family(register, Families.TUNING, "b")
