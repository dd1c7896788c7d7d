"""Normal mammograms of a user's own as further training material."""

from pathlib import Path

import numpy as np

from calcsight.analysis.judging import ClassicalJudge
from calcsight.assembly import load
from calcsight.terms.errors import CalcsightError
from calcsight.terms.settings import Settings
from training.samples import Samples, joined, samples_of


def extra_normals(
    folder: Path, spacing_mm: float | None, first: ClassicalJudge, least_first: float
) -> Samples:
    """Sample every mammogram of a folder; none of its candidates is a calcification.

    Whoever names the folder vouches for that: a calcification in it teaches the network to
    overlook calcifications.

    Raises
    ------
    SystemExit
        When nothing in the folder can be read.
    """
    made: list[Samples] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            mammogram = load(path, spacing_mm=spacing_mm)
            samples, _ = samples_of(mammogram, (), first, Settings(), least_first)
        except CalcsightError as refusal:
            print(f"{path.name} left out: {refusal}")
            continue
        made.append(samples)
        print(f"{path.name}: {len(samples)} candidates")
    if not made:
        raise SystemExit(f"{folder} holds no mammogram that can be read")
    every = joined(made)
    names = np.array([f"extra-{name}" for name in every.view])
    return Samples(names, names, *(getattr(every, name) for name in Samples.__slots__[2:]))
