"""The numbers a describer weighs: what they are, and what must not change them."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from calcsight.analysis.appearance import FEATURE_NAMES, appearance, long_axes
from calcsight.analysis.arms import arms_of, branches
from calcsight.analysis.skin import edge_distances_mm
from calcsight.terms.calcification import Calcification
from calcsight.terms.stages import Box, Breast

Points = NDArray[np.float64]
PITCH_MM = 0.1


def breast(size: int = 600) -> Breast:
    """Half a disc of 30 mm, chest wall left, square box."""
    rows, columns = np.mgrid[:size, :size]
    mask = (np.hypot(rows - size / 2, columns) < size / 2).astype(np.uint8)
    return Breast(
        box=Box(top=0, left=0, bottom=size, right=size),
        mask=mask,
        area_px=int(mask.sum()),
        tip_row=size / 2,
        tip_column=size / 2,
    )


def one_at(
    row: float, column: float, length_px: float = 4.0, width_px: float = 4.0
) -> Calcification:
    """A rectangle along the columns."""
    half = np.array([width_px, length_px]) / 2
    corners = np.array([(-1, -1), (-1, 1), (1, 1), (1, -1)]) * half + (row, column)
    diameter = float(np.hypot(length_px, width_px))
    return Calcification(
        row=row,
        column=column,
        diameter_mm=diameter * PITCH_MM,
        diameter_px=diameter,
        area_mm2=length_px * width_px * PITCH_MM**2,
        area_px=length_px * width_px,
        length_mm=length_px * PITCH_MM,
        width_mm=width_px * PITCH_MM,
        contrast=50.0,
        contrast_to_noise=10.0,
        elongation=length_px / width_px,
        circularity=0.8,
        solidity=1.0,
        lucent_centre=False,
        outline=corners,
        score=0.9,
    )


def scattered(count: int = 12) -> list[Calcification]:
    rng = np.random.default_rng(4)
    return [
        one_at(rng.uniform(200, 400), rng.uniform(80, 200), length_px=rng.uniform(5, 12))
        for _ in range(count)
    ]


def turned(points: Points, size: int = 600) -> Points:
    """Turn by a quarter about the middle of the box."""
    return np.stack([points[..., 1], size - 1 - points[..., 0]], axis=-1)


def mirrored(points: Points, size: int = 600) -> Points:
    return np.stack([size - 1 - points[..., 0], points[..., 1]], axis=-1)


@pytest.mark.parametrize(
    ("move", "move_mask"), [(turned, lambda m: np.rot90(m, -1).copy()), (mirrored, np.flipud)]
)
def test_turning_or_mirroring_the_whole_view_changes_no_number(
    move: Callable[[Points], Points], move_mask: Callable[[NDArray[np.uint8]], NDArray[np.uint8]]
) -> None:
    ones, whole = scattered(), breast()
    tip = move(np.array([whole.tip_row, whole.tip_column]))
    moved = []
    for one in ones:
        centre = move(np.array([one.row, one.column]))
        moved.append(
            replace(one, row=float(centre[0]), column=float(centre[1]), outline=move(one.outline))
        )
    other = replace(
        whole,
        mask=np.ascontiguousarray(move_mask(whole.mask)),
        tip_row=float(tip[0]),
        tip_column=float(tip[1]),
    )
    before, after = appearance(whole, ones, PITCH_MM), appearance(other, moved, PITCH_MM)
    # The distance to the skin is known on a grid of 0.4 mm, whose origin moves.
    assert after == pytest.approx(before, abs=0.05)
    kept = [at for at, name in enumerate(FEATURE_NAMES) if name != "skin_mm"]
    assert after[:, kept] == pytest.approx(before[:, kept], abs=1e-4)


def test_every_number_is_finite_for_none_for_one_and_for_two_in_one_place() -> None:
    assert appearance(breast(), [], PITCH_MM).shape == (0, len(FEATURE_NAMES))
    alone = one_at(300.0, 100.0)
    for ones in ([alone], [alone, alone], [one_at(300.0, 300.0)]):
        found = appearance(breast(), ones, PITCH_MM)
        assert found.shape == (len(ones), len(FEATURE_NAMES))
        assert np.isfinite(found).all()


def test_a_breast_that_fills_its_box_has_no_skin_in_it() -> None:
    full = replace(breast(), mask=np.ones((600, 600), np.uint8))
    assert np.isinf(edge_distances_mm(full, np.array([[5.0, 5.0]]), PITCH_MM)).all()
    assert np.isfinite(appearance(full, scattered(), PITCH_MM)).all()


def test_the_distance_to_the_skin_is_that_of_a_disc() -> None:
    places = np.array([[300.0, 0.0], [300.0, 200.0], [300.0, 599.0]])
    found = edge_distances_mm(breast(), places, PITCH_MM)
    assert found == pytest.approx([30.0, 10.0, 0.0], abs=0.6)


def test_the_distance_to_the_skin_is_one_for_any_number_of_threads() -> None:
    # So coarse that no row is left out: a picture that OpenCV shares out among its threads.
    coarse_mm = 0.4
    places = np.random.default_rng(0).uniform(0, 600, (2000, 2))
    threads = cv2.getNumThreads()
    try:
        found = []
        for number in (1, 2, 5):
            cv2.setNumThreads(number)
            found.append(edge_distances_mm(breast(), places, coarse_mm))
    finally:
        cv2.setNumThreads(threads)
    assert (found[0] == found[1]).all()
    assert (found[0] == found[2]).all()


def test_a_row_of_particles_is_strung_out_and_they_run_along_it() -> None:
    row = [one_at(300.0, 50.0 + 15.0 * at, length_px=10.0) for at in range(8)]
    found = appearance(breast(), row, PITCH_MM)
    drawn_out = found[:, FEATURE_NAMES.index("drawn_out_12_mm")]
    along = found[:, FEATURE_NAMES.index("along_it_12_mm")]
    assert (drawn_out > 0.6).all()
    assert along == pytest.approx(1.0 - 4.0 / 10.0, abs=1e-3)
    assert np.hypot(*long_axes(row).T) == pytest.approx(0.6)


def stroke(*points: tuple[float, float], width: float = 1.0) -> Points:
    """Outline of straight strokes from the first point to each other, as one star."""
    middle, ends = np.array(points[0]), np.array(points[1:])
    order = np.argsort(np.arctan2(*(ends - middle).T))
    outline = []
    for end in ends[order]:
        way = (end - middle) / np.hypot(*(end - middle))
        side = np.array([way[1], -way[0]]) * width / 2
        outline += [
            middle + way * width - side,
            end - side,
            end + side,
            middle + way * width + side,
        ]
    return np.array(outline)


def test_a_fork_branches_and_a_line_a_bend_and_a_disc_do_not() -> None:
    fork = stroke((0, 0), (0, -20), (12, 14), (-12, 14))
    bend = stroke((0, 0), (-3, -20), (12, 14))
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    disc = np.stack([np.sin(turn), np.cos(turn)], 1) * 10
    assert arms_of(fork)[0] >= 2
    assert branches(fork, solidity=0.3)
    assert not branches(bend, solidity=0.3)
    assert arms_of(disc)[0] == 0
    assert arms_of(disc)[1] == pytest.approx(0.0, abs=0.02)
    assert not branches(disc, solidity=1.0)
