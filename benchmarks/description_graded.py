"""Measure the features of variability on groups that grow more unlike step by step."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import spearmanr

from benchmarks.described import SETTINGS, measured_at
from benchmarks.description_metrics import Numbers
from calcsight.analysis.background import flatten
from calcsight.analysis.breast import find_breast
from calcsight.analysis.describing import shape_variability
from calcsight.simulation.families import TEST_SEEDS_FROM, Families
from calcsight.simulation.graded import Graded, graded_series
from calcsight.simulation.insertion import Hand, insert
from calcsight.simulation.kinds import CARVED
from calcsight.simulation.planting import Planned
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.views import simulate_view
from calcsight.terms.calcification import Calcification
from calcsight.terms.mammogram import Laterality, Mammogram, View

REPEATS = 8
STEPS = 7
_PITCH_MM = 0.07
_ROWS, _MIDDLE_SHARE = 1100, (0.5, 0.35)
_SEED = TEST_SEEDS_FROM + (1 << 38)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """What one series gave.

    Parameters
    ----------
    size, shape : array (steps, repeats)
        Size and shape variability of the measured particles.
    """

    size: Numbers
    shape: Numbers

    def rises(self, grows: Graded) -> tuple[float, float]:
        """Return the mean and the least rank correlation of the feature that should rise."""
        values = self.size if grows is Graded.SIZE else self.shape
        ranks = [float(spearmanr(np.arange(len(values)), one).statistic) for one in values.T]
        return float(np.mean(ranks)), min(ranks)


def graded_features() -> dict[Graded, Series]:
    """Measure both series in eight breasts each, at the true places."""
    series: dict[Graded, Series] = {}
    breasts = [_bare(number) for number in range(REPEATS)]
    for grows in Graded:
        size, shape = np.zeros((STEPS, REPEATS)), np.zeros((STEPS, REPEATS))
        for number, breast in enumerate(breasts):
            middle = _middle_mm(breast)
            for step, planned in enumerate(graded_series(grows, middle, _SEED + number, STEPS)):
                size[step, number], shape[step, number] = _features(breast, planned, number)
        series[grows] = Series(size=size, shape=shape)
    return series


def _bare(number: int) -> Mammogram:
    """Simulate a breast without calcifications."""
    spec = ViewSpec(
        name=f"graded-{number}",
        woman=f"graded-{number}",
        families=Families.TEST,
        woman_seed=_SEED + 100 * number + 50,
        seed=_SEED + 100 * number + 51,
        laterality=Laterality.LEFT,
        view=View.CC,
        pitch_mm=_PITCH_MM,
        rows=_ROWS,
        look="raw-log",
        background="wefts",
        outlines=CARVED,
        blur="glare",
    )
    return simulate_view(spec).mammogram()


def _middle_mm(mammogram: Mammogram) -> tuple[float, float]:
    rows, columns = (
        share * side * _PITCH_MM
        for share, side in zip(_MIDDLE_SHARE, mammogram.pixels.shape, strict=True)
    )
    return rows, columns


def _features(mammogram: Mammogram, planned: Planned, number: int) -> tuple[float, float]:
    """Insert one step's particles, measure them, and return both features."""
    hand = Hand(families=Families.TEST, outlines=CARVED, blur="glare")
    inserted = insert(mammogram, planned, _SEED + number, hand)
    breast = find_breast(inserted.mammogram, _PITCH_MM, SETTINGS.breast)
    view = flatten(inserted.mammogram, breast, _PITCH_MM, SETTINGS)
    particles = inserted.truth.particles
    found = measured_at(view, inserted.mammogram, particles, [p.outline for p in particles])
    members: list[Calcification] = list(found.values())
    diameters = np.array([one.diameter_mm for one in members], dtype=np.float64)
    return float(diameters.std() / diameters.mean()), shape_variability(members)
