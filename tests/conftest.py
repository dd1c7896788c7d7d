"""Fixtures that many tests share: one reading made by hand, and a judge that is fixed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.interpreted import interpreted

from calcsight.pictures.writing import write_png16
from calcsight.terms.calcification import Calcification, Particle
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group, Grouping
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Laterality, Mammogram, View
from calcsight.terms.orientation import Orientation
from calcsight.terms.reading import Provenance, Reading
from calcsight.terms.settings import Settings
from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import Candidates, FlatView

PITCH_MM = 0.1
ROWS, COLUMNS = 420, 360
# Centres (row, column) of bright specks in `breast_pixels`, reading frame.
SPECKS = ((200, 100), (200, 130), (215, 112), (185, 118), (208, 145), (330, 60))


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedJudge:
    """Gives candidates the same score wherever they are."""

    score_of_all: float = 0.9
    name: str = "fixed-1"
    digest: str = "0" * 64
    operating_points: Mapping[OperatingPoint, float] = field(
        default_factory=lambda: dict.fromkeys(OperatingPoint, 0.5)
    )

    def score(
        self, view: FlatView, candidates: Candidates, particles: Sequence[Particle]
    ) -> NDArray[np.float64]:
        return np.full(len(particles), self.score_of_all)


def breast_pixels(specks: Sequence[tuple[int, int]] = SPECKS) -> NDArray[np.float32]:
    """Draw half an ellipse of tissue, chest wall left, noise of SD 4 and bright specks."""
    rows, columns = np.mgrid[:ROWS, :COLUMNS].astype(np.float32)
    inside = ((rows - ROWS / 2) / 190) ** 2 + (columns / 300) ** 2 < 1
    noise = np.random.default_rng(5).normal(0.0, 4.0, (ROWS, COLUMNS))
    # Uneven, so that no part is as bright as a plate.
    tissue = 1000.0 + 150.0 * np.sin(rows / 25.0) * np.cos(columns / 20.0) + noise
    pixels = np.where(inside, tissue, 20.0 + 0.1 * noise)
    for row, column in specks:
        distance2 = (rows - row) ** 2 + (columns - column) ** 2
        pixels += 400.0 * np.exp(-distance2 / (2 * 1.6**2))
    return pixels.astype(np.float32)


def square(row: float, column: float, half: float = 2.0) -> NDArray[np.float64]:
    """Return the corners of a square around a point."""
    return np.array(
        [
            (row - half, column - half),
            (row - half, column + half),
            (row + half, column + half),
            (row + half, column - half),
        ]
    )


def calcification(row: float, column: float, score: float, half: float = 2.0) -> Calcification:
    """Measure a square by hand."""
    side = 2 * half
    diameter_px = side * 2**0.5
    return Calcification(
        row=row,
        column=column,
        diameter_mm=diameter_px * PITCH_MM,
        diameter_px=diameter_px,
        area_mm2=side**2 * PITCH_MM**2,
        area_px=side**2,
        length_mm=side * PITCH_MM,
        width_mm=side * PITCH_MM,
        contrast=400.0,
        contrast_to_noise=100.0,
        elongation=1.0,
        circularity=np.pi / 4,
        solidity=1.0,
        lucent_centre=False,
        outline=square(row, column, half),
        score=score,
    )


def hand_made_mammogram() -> Mammogram:
    """Return a right breast whose file holds the chest wall on the right."""
    return Mammogram(
        uid="1.2.3.4.5",
        pixels=breast_pixels(),
        spacing=Spacing(row_mm=PITCH_MM, column_mm=PITCH_MM),
        laterality=Laterality.RIGHT,
        view=View.CC,
        orientation=Orientation(columns_reversed=True),
        acquired_on=date(2024, 2, 29),
        magnification_factor=1.0,
        limitations=(Limitation.POLARITY_ASSUMED,),
        pixel_digest="ab" * 32,
    )


def hand_made_reading() -> Reading:
    """Return five particles in one group and a single one, positions in the file's frame."""
    mammogram = hand_made_mammogram()
    places = [(row, COLUMNS - 1 - column) for row, column in SPECKS]
    scores = (0.99, 0.98, 0.97, 0.96, 0.95, 0.94)
    ones = tuple(calcification(*place, score) for place, score in zip(places, scores, strict=True))
    corners = np.concatenate([one.outline for one in ones[:5]])
    low, high = corners.min(axis=0), corners.max(axis=0)
    hull = np.array([low, (low[0], high[1]), high, (high[0], low[1])])
    group = Group(
        number=1,
        members=(0, 1, 2, 3, 4),
        row=float(np.mean([one.row for one in ones[:5]])),
        column=float(np.mean([one.column for one in ones[:5]])),
        extent_mm=5.2,
        hull=hull,
        density_per_cm2=25.0,
        mean_diameter_mm=0.5657,
        sd_diameter_mm=0.0,
        mean_neighbour_mm=1.9,
        sd_neighbour_mm=0.3,
        distribution=Distribution.GROUPED,
        score=0.95,
    )
    settings = Settings()
    primary, other = settings.grouping.rules
    return Reading(
        mammogram=mammogram,
        calcifications=ones,
        groupings=(
            Grouping(rule=primary, groups=(group,)),
            Grouping(rule=other, groups=()),
        ),
        breast_area_mm2=900.0,
        limitations=(Limitation.MASSES_NOT_READ, Limitation.POLARITY_ASSUMED),
        provenance=Provenance(
            software="calcsight 0.0.0",
            judge="fixed-1",
            judge_digest="0" * 64,
            settings_digest=settings.digest,
            input_uid=mammogram.uid,
            pixel_digest=mammogram.pixel_digest,
            operating_point=settings.operating_point,
            threshold=0.5,
        ),
    )


@pytest.fixture
def judge() -> FixedJudge:
    return FixedJudge()


@pytest.fixture
def reading() -> Reading:
    """One group of five and a single particle on a right CC view."""
    return hand_made_reading()


@pytest.fixture
def empty_reading() -> Reading:
    """Looked for and found none."""
    full = hand_made_reading()
    return replace(
        full,
        calcifications=(),
        groupings=tuple(Grouping(rule=one.rule, groups=()) for one in full.groupings),
    )


@pytest.fixture
def pixel_reading() -> Reading:
    """Spacing unknown: pixels alone, no grouping at all."""
    full = hand_made_reading()
    nothing = {
        "diameter_mm": None,
        "area_mm2": None,
        "length_mm": None,
        "width_mm": None,
    }
    return replace(
        full,
        mammogram=replace(full.mammogram, spacing=None),
        calcifications=tuple(replace(one, **nothing) for one in full.calcifications),  # type: ignore[arg-type]
        groupings=(),
        breast_area_mm2=None,
        limitations=(Limitation.MASSES_NOT_READ, Limitation.UNKNOWN_SPACING),
    )


@pytest.fixture
def write_view(tmp_path: Path) -> Callable[[str], Path]:
    """Write a small PNG mammogram, chest wall left, under a name in `tmp_path`."""

    def write(name: str, specks: Sequence[tuple[int, int]] = SPECKS) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_png16(path, np.clip(breast_pixels(specks) * 10, 0, 65535).astype(np.uint16))
        return path

    return write


@pytest.fixture
def interpreted_reading(reading: Reading) -> Reading:
    """Return the reading above with made-up words for its shapes and made-up guidance."""
    return interpreted(reading)
