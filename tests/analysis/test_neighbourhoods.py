"""Pictures around candidates: worked by hand, the same at every pitch, whole at the edges."""

import numpy as np
import pytest
from numpy.typing import NDArray

from calcsight.analysis.neighbourhoods import (
    CONTEXT,
    FINE,
    Field,
    contrast_pictures,
    neighbour_pictures,
)
from calcsight.terms.stages import Box, FlatView


def view_of(contrast: NDArray[np.float32], pitch_mm: float) -> FlatView:
    """Return a view whose contrast is given, over a background of 100 and a noise of 4."""
    background = np.full(contrast.shape, 100.0, np.float32)
    return FlatView(
        box=Box(top=0, left=0, bottom=contrast.shape[0], right=contrast.shape[1]),
        pixels=background + 4.0 * contrast,
        background=background,
        noise=np.full(contrast.shape, 4.0, np.float32),
        mask=np.ones(contrast.shape, np.uint8),
        pitch_mm=pitch_mm,
    )


def test_the_fields_are_as_large_as_they_say() -> None:
    for field, wide_mm in ((FINE, 1.55), (CONTEXT, 9.45)):
        assert np.ptp(field.offsets_mm) == pytest.approx(wide_mm)
        assert field.offsets_mm.sum() == pytest.approx(0.0)


def test_contrast_is_in_half_the_noise_and_compressed() -> None:
    field = Field(side_px=3, step_mm=0.1)
    contrast = np.zeros((9, 9), np.float32)
    contrast[4, 4], contrast[4, 5] = 40.0, -3.0
    (picture,) = contrast_pictures(view_of(contrast, 0.1), np.array([[4.0, 4.0]]), field)
    assert picture[1] == pytest.approx([0.0, np.arcsinh(20.0), np.arcsinh(-1.5)])
    assert picture[0] == pytest.approx([0.0, 0.0, 0.0])


@pytest.mark.parametrize("field", [FINE, CONTEXT])
def test_the_same_object_looks_the_same_at_another_pitch(field: Field) -> None:
    pictures = []
    for pitch_mm in (0.05, 0.075, 0.1):
        ticks = (np.arange(round(12.0 / pitch_mm)) + 0.5) * pitch_mm
        away_mm = np.hypot(ticks[:, None] - 6.0, ticks[None, :] - 6.0)
        contrast = (12.0 * np.exp(-0.5 * (away_mm / 0.4) ** 2)).astype(np.float32)
        middle = np.full((1, 2), 6.0 / pitch_mm - 0.5)
        gain = max(1, round(field.step_mm / pitch_mm))
        pictures.append(np.sinh(contrast_pictures(view_of(contrast, pitch_mm), middle, field)))
        # Averaging is answered by the same factor, whatever is averaged.
        pictures[-1] /= gain
    assert pictures[1] == pytest.approx(pictures[0], abs=0.15)
    assert pictures[2] == pytest.approx(pictures[0], abs=0.15)


def test_beyond_the_image_its_edge_goes_on() -> None:
    contrast = np.full((20, 20), 2.0, np.float32)
    corner = contrast_pictures(view_of(contrast, 0.05), np.array([[0.0, 0.0], [19.0, 19.0]]), FINE)
    assert corner == pytest.approx(np.full((2, 32, 32), np.arcsinh(1.0)))


def test_more_points_than_are_sampled_at_once() -> None:
    rng = np.random.default_rng(0)
    view = view_of(rng.normal(size=(200, 200)).astype(np.float32), 0.1)
    points = rng.uniform(0, 199, (600, 2))
    together = contrast_pictures(view, points, FINE)
    alone = np.concatenate(
        [contrast_pictures(view, points[n : n + 1], FINE) for n in (0, 300, 599)]
    )
    assert np.array_equal(together[[0, 300, 599]], alone)


def test_no_point_gives_no_picture() -> None:
    view = view_of(np.zeros((20, 20), np.float32), 0.1)
    nothing = np.zeros((0, 2))
    assert contrast_pictures(view, nothing, FINE).shape == (0, 32, 32)
    assert neighbour_pictures(view, nothing, np.zeros(0), CONTEXT).shape == (0, 64, 64)


def test_neighbours_are_dots_where_they_lie() -> None:
    field = Field(side_px=8, step_mm=0.2)
    view = view_of(np.zeros((40, 40), np.float32), 0.1)
    points = np.array([[20.0, 20.0], [20.0, 24.0], [39.0, 39.0]])
    pictures = neighbour_pictures(view, points, np.array([0.25, 0.75, 1.0]), field)
    first = np.zeros((8, 8), np.float32)
    first[4, 4], first[4, 6] = 0.25, 0.75
    assert np.array_equal(pictures[0], first)
    # The last one is alone, at the corner of the image.
    assert pictures[2].sum() == pictures[2][4, 4] == 1.0


def test_two_neighbours_on_one_sample_leave_the_surer() -> None:
    view = view_of(np.zeros((40, 40), np.float32), 0.05)
    points = np.array([[20.0, 20.0], [20.0, 20.4]])
    pictures = neighbour_pictures(view, points, np.array([0.9, 0.2]), CONTEXT)
    assert pictures.max(axis=(1, 2)) == pytest.approx([0.9, 0.9])
    assert pictures.sum(axis=(1, 2)) == pytest.approx([0.9, 0.9])
