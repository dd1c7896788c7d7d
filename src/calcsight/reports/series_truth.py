"""The truth of a simulated series as plain data: what is the same thing at which date."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from calcsight.terms.version import SOFTWARE

if TYPE_CHECKING:
    from calcsight.simulation.series import SimulatedSeries, Visit

SERIES_NAME = "calcsight.series"
_SERIES_VERSION = "1.0.0"


def series_document(
    series: "Sequence[SimulatedSeries]", images: Sequence[Sequence[str]], seed: int
) -> dict[str, Any]:
    """Return what links the exams of one woman; numbers are those of each exam's own truth.

    Parameters
    ----------
    series : sequence of SimulatedSeries
        One for each view, all of the same dates.
    images : sequence of sequence of str
        `images[n][k]` is the file of view n at date k, below the folder of the series.
    seed : int
    """
    dates = series[0].spec.dates
    return {
        "document": SERIES_NAME,
        "schema_version": _SERIES_VERSION,
        "software": SOFTWARE,
        "seed": seed,
        "files": [],
        "folders": [day.isoformat() for day in dates],
        "exams": [
            {
                "folder": day.isoformat(),
                "acquired_on": day.isoformat(),
                "days_since_first": (day - dates[0]).days,
            }
            for day in dates
        ],
        "views": [_view(one, names) for one, names in zip(series, images, strict=True)],
    }


def _view(series: "SimulatedSeries", images: Sequence[str]) -> dict[str, Any]:
    """Return groups, particles and landmarks of one view over all dates."""
    reference = series.spec.reference
    ids = sorted({one for visit in series.visits for one in visit.identity})
    return {
        "laterality": reference.laterality.value,
        "view": reference.view.value,
        "images": list(images),
        "groups": [
            {
                "id": number,
                "kind": series.histories[number].plan.kind.value,
                "groups": [_place_in(visit.groups, number) for visit in series.visits],
                "counts": list(series.histories[number].counts),
                "sizes": [round(size, 4) for size in series.histories[number].sizes],
                "fates": [None if fate is None else fate.value for fate in fates],
            }
            for number, fates in series.fates.items()
        ],
        "particles": [
            {
                "id": one,
                "particles": [_place_in(visit.identity, one) for visit in series.visits],
            }
            for one in ids
        ],
        "landmarks": [_landmarks(series, at, visit) for at, visit in enumerate(series.visits)],
    }


def _place_in(listed: tuple[int, ...], wanted: int) -> int | None:
    """Return the number, from 1 on, of something in one exam's truth; None = not there."""
    return listed.index(wanted) + 1 if wanted in listed else None


def _landmarks(series: "SimulatedSeries", at: int, visit: "Visit") -> list[list[float]]:
    """Return the same places of the breast as row, column of the file's own frame."""
    pixels = series.landmarks(at) / series.spec.visits[at].pitch_mm
    in_file = visit.view.orientation.points_to_file(pixels, visit.mammogram.shape)
    listed: list[list[float]] = np.round(in_file, 3).tolist()
    return listed
