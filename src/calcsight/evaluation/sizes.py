"""Measured diameters against true ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from calcsight.evaluation.cases import Numbers
from calcsight.evaluation.figures import REPLICATES, Figure, mean_by_patient
from calcsight.evaluation.intervals import BY_PATIENT
from calcsight.evaluation.particle_rules import particles_of
from calcsight.evaluation.ruled import Ruled

USUAL_EDGES_MM = (0.0, 0.2, 0.3, 0.5, np.inf)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchedDiameters:
    """Diameters of particles that were hit, each known on both sides.

    Parameters
    ----------
    true_mm, measured_mm : arrays (n,)
    patients : tuple of n str
    """

    true_mm: Numbers
    measured_mm: Numbers
    patients: tuple[str, ...]


def matched_diameters(ruled: Ruled, lowest_score: float) -> MatchedDiameters:
    """Gather the diameters of targets hit by marks of at least `lowest_score`."""
    true_mm: list[Numbers] = [np.zeros(0)]
    measured_mm: list[Numbers] = [np.zeros(0)]
    patients: list[str] = []
    for case, verdict in zip(ruled.cases, ruled.verdicts, strict=True):
        particles, found = particles_of(case), case.found
        if particles is None:
            continue
        marks = np.nonzero((verdict.matched >= 0) & (found.scores >= lowest_score))[0]
        marks = marks[verdict.targets[verdict.matched[marks]]]
        truly, measured = particles.diameters_mm[verdict.matched[marks]], found.diameters_mm[marks]
        known = np.isfinite(truly) & np.isfinite(measured)
        true_mm.append(truly[known])
        measured_mm.append(measured[known])
        patients += [case.true.patient] * int(known.sum())
    return MatchedDiameters(
        true_mm=np.concatenate(true_mm),
        measured_mm=np.concatenate(measured_mm),
        patients=tuple(patients),
    )


def diameter_figures(
    ruled: Ruled,
    lowest_score: float,
    edges_mm: Sequence[float] = USUAL_EDGES_MM,
    seed: int = 0,
    replicates: int = REPLICATES,
) -> list[Figure]:
    """Measure diameter errors (measured minus true, mm) of particles hit, by true size."""
    matched = matched_diameters(ruled, lowest_score)
    errors = matched.measured_mm - matched.true_mm
    figures: list[Figure] = []
    for low_mm, high_mm in pairwise(edges_mm):
        inside = (matched.true_mm >= low_mm) & (matched.true_mm < high_mm)
        names = [p for p, kept in zip(matched.patients, inside, strict=True) if kept]
        size = f"true {_range(low_mm, high_mm)} mm"
        for what, values in (("mean", errors), ("mean absolute", np.abs(errors))):
            measured = mean_by_patient(values[inside], names, seed, replicates)
            figures.append(
                Figure(
                    name=f"{what} diameter error, {size} (mm)",
                    value=measured.value,
                    low=measured.low,
                    high=measured.high,
                    n=f"{int(inside.sum())} matched particles",
                    rule=f"{ruled.rule.words}; score >= {lowest_score:.4f}",
                    denominator="matched particles with both diameters known; measured minus "
                    "true, true = maximum Feret of the drawn outline",
                    interval=BY_PATIENT,
                    reason="" if inside.any() else "no particle of this size was hit and measured",
                    measure=f"{what.replace(' ', '_')}_diameter_error_mm",
                    of="particles",
                    rule_code=ruled.rule.code,
                    stratum=size,
                    score=lowest_score,
                    targets=int(inside.sum()),
                    patients=len(set(names)),
                )
            )
    return figures


def _range(low: float, high: float) -> str:
    """Write a range of sizes."""
    return f"at least {low:g}" if np.isinf(high) else f"{low:g}-{high:.2g}"
