"""What truth says is in the pixels, in the frame it says."""

from dataclasses import replace

import numpy as np
import pytest

from calcsight.simulation.families import Families
from calcsight.simulation.looks import known_looks
from calcsight.simulation.spec import GroupPlan, ViewSpec
from calcsight.simulation.truth import Kind
from calcsight.simulation.views import SimulatedView, simulate_view
from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import Intent, Laterality, View

PLAN = GroupPlan(
    kind=Kind.ROUND,
    distribution=Distribution.GROUPED,
    count=6,
    diameter_mm=(0.3, 0.9),
    contrast_sd=(3.0, 5.0),
)


def spec(**changes: object) -> ViewSpec:
    plain = ViewSpec(
        name="one",
        woman="a",
        families=Families.TUNING,
        woman_seed=31,
        seed=32,
        laterality=Laterality.LEFT,
        view=View.CC,
        pitch_mm=0.1,
        rows=800,
        look="raw-log",
        background="webs",
        outlines="wobbly",
        blur="gaussian",
        groups=(PLAN,),
        isolated=2,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def bare(view: SimulatedView) -> SimulatedView:
    return simulate_view(replace(view.spec, groups=(), isolated=0))


def test_the_same_spec_gives_the_same_bytes() -> None:
    first, second = simulate_view(spec()), simulate_view(spec())
    assert first.stored.tobytes() == second.stored.tobytes()
    assert first.exposure.tobytes() == second.exposure.tobytes()
    for one, other in zip(first.truth.particles, second.truth.particles, strict=True):
        assert (one.row, one.column, one.contrast_sd) == (
            other.row,
            other.column,
            other.contrast_sd,
        )


def test_another_seed_gives_another_view_of_the_same_size() -> None:
    first, second = simulate_view(spec()), simulate_view(spec(seed=33))
    assert first.stored.shape == second.stored.shape
    assert not np.array_equal(first.stored, second.stored)


def test_no_plan_gives_no_truth() -> None:
    truth = simulate_view(spec(groups=(), isolated=0)).truth
    assert truth.particles == ()
    assert truth.groups == ()


@pytest.mark.parametrize("laterality", [Laterality.LEFT, Laterality.RIGHT])
def test_stated_contrast_and_place_are_in_the_pixels(laterality: Laterality) -> None:
    view = simulate_view(spec(laterality=laterality))
    before = bare(view).exposure.astype(np.float64)
    added = view.exposure - before
    rows, columns = np.indices(before.shape)
    assert len(view.truth.particles) == 8
    for particle in view.truth.particles:
        distance = np.hypot(rows - particle.row, columns - particle.column) * 0.1
        ring = before[(distance >= 0.6) & (distance <= 1.5)]
        assert particle.background_sd == pytest.approx(ring.std(), rel=1e-4)
        near = distance < particle.diameter_mm / 2 + 0.15
        peak = added[near].max()
        # Noise grows a little under a particle: hence not exactly.
        assert peak / ring.std() == pytest.approx(particle.contrast_sd, rel=0.05)
        weight = np.where(near, np.clip(added, 0.0, None), 0.0)
        assert (weight * rows).sum() / weight.sum() == pytest.approx(particle.row, abs=0.3)
        assert (weight * columns).sum() / weight.sum() == pytest.approx(particle.column, abs=0.3)


def test_nothing_is_added_far_from_any_particle() -> None:
    view = simulate_view(spec())
    added = view.exposure - bare(view).exposure
    rows, columns = np.indices(added.shape)
    far = np.ones(added.shape, bool)
    for p in view.truth.particles:
        far &= np.hypot(rows - p.row, columns - p.column) * 0.1 > p.diameter_mm / 2 + 0.6
    assert np.abs(added[far]).max() == 0.0


def test_truth_is_consistent() -> None:
    view = simulate_view(spec())
    for number, group in enumerate(view.truth.groups, start=1):
        assert group.number == number
        members = [view.truth.particles[i] for i in group.members]
        assert {m.group for m in members} == {number}
        assert group.row == pytest.approx(np.mean([m.row for m in members]))
        low, high = group.hull.min(axis=0), group.hull.max(axis=0)
        assert low[0] <= group.row <= high[0]
        assert low[1] <= group.column <= high[1]
    for particle in view.truth.particles:
        gaps = particle.outline[:, None] - particle.outline[None, :]
        assert np.hypot(*gaps.transpose(2, 0, 1)).max() * 0.1 == pytest.approx(
            particle.diameter_mm, rel=1e-3
        )


def test_a_right_breast_has_its_chest_wall_right_and_reads_left() -> None:
    view = simulate_view(spec(laterality=Laterality.RIGHT))
    middle = view.stored[view.stored.shape[0] // 2].astype(float)
    assert middle[-50:].mean() > 2 * middle[:50].mean()
    read = view.mammogram().pixels[view.stored.shape[0] // 2]
    assert read[:50].mean() > 2 * read[-50:].mean()
    assert view.mammogram().file_shape == view.stored.shape


@pytest.mark.parametrize("name", sorted(known_looks()))
@pytest.mark.parametrize("projection", [View.CC, View.MLO])
def test_every_look_reads_with_dense_tissue_bright(name: str, projection: View) -> None:
    view = simulate_view(spec(look=name, view=projection))
    look = view.look
    assert view.stored.dtype == np.uint16
    assert int(view.stored.max()) <= look.largest
    assert (look.intent is Intent.FOR_PROCESSING) == name.startswith("raw")
    pixels = view.mammogram().pixels
    middle = pixels[300:500, 20:120]
    assert middle.mean() > pixels[-30:, -60:].mean()
    brightest = max(view.truth.particles, key=lambda p: p.contrast_sd * p.background_sd)
    row, column = round(brightest.row), round(brightest.column)
    patch = pixels[row - 15 : row + 16, column - 15 : column + 16]
    assert patch[15, 15] > np.median(patch)


def test_noise_grows_as_the_signal_falls() -> None:
    view = simulate_view(spec(groups=(), isolated=0, seed=44))
    fine = np.diff(np.diff(view.exposure.astype(np.float64), axis=0), axis=1)
    thick = view.exposure[1:, 1:] > np.quantile(view.exposure, 0.95)
    air = view.exposure[1:, 1:] < 0.2
    assert fine[thick].std() > 1.5 * fine[air].std()
