"""How well shapes are named on women that nothing was fitted to."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def macro_f1(shape: NDArray[np.intp], named: NDArray[np.intp], count: int) -> float:
    """Return the mean F1 over the shapes that occur."""
    return float(np.mean([f1 for f1 in per_shape_f1(shape, named, count) if not np.isnan(f1)]))


def per_shape_f1(shape: NDArray[np.intp], named: NDArray[np.intp], count: int) -> list[float]:
    """Return the F1 of each shape; nan for one that does not occur."""
    made = []
    for one in range(count):
        true, said = shape == one, named == one
        total = true.sum() + said.sum()
        made.append(float(2.0 * (true & said).sum() / total) if true.any() else float("nan"))
    return made


def confusion(shape: NDArray[np.intp], named: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Count: rows true, columns named."""
    table = np.zeros((count, count), np.intp)
    np.add.at(table, (shape, named), 1)
    return table


def naming_figures(shape: NDArray[np.intp], probabilities: Numbers) -> dict[str, Any]:
    """Return macro-F1, top-1, top-2, calibration error, and the error at 10 % abstained."""
    order = np.argsort(-probabilities, axis=1)
    right = order[:, 0] == shape
    surest = probabilities.max(axis=1)
    kept = surest >= np.quantile(surest, 0.1)
    return {
        "n": len(shape),
        "macro_f1": round(macro_f1(shape, order[:, 0], probabilities.shape[1]), 4),
        "top_1": round(float(right.mean()), 4),
        "top_2": round(float((order[:, :2] == shape[:, None]).any(axis=1).mean()), 4),
        "calibration_error": round(calibration_error(right, surest), 4),
        "error": round(float(1.0 - right.mean()), 4),
        "error_at_10_percent_abstained": round(float(1.0 - right[kept].mean()), 4),
    }


def calibration_error(right: NDArray[np.bool_], surest: Numbers, bins: int = 10) -> float:
    """Return the mean distance between stated and true share of right names, over ten bins."""
    at = np.clip((surest * bins).astype(int), 0, bins - 1)
    parts = [
        (at == one).mean() * abs(right[at == one].mean() - surest[at == one].mean())
        for one in np.unique(at)
    ]
    return float(sum(parts))
