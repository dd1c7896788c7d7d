"""The views that figures are measured on, and the draws of patients that all of them share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calcsight.evaluation.cases import Case, Indices, Numbers
from calcsight.evaluation.intervals import draw_patients


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Views and resampled patients.

    Parameters
    ----------
    cases : tuple of Case
    patients : tuple of str
        Sorted.
    patient_of : array (cases,), int
        Position of each view's patient.
    draws : array (replicates, patients)
        How often each patient was drawn.
    """

    cases: tuple[Case, ...]
    patients: tuple[str, ...]
    patient_of: Indices
    draws: Numbers

    @property
    def everyone(self) -> Numbers:
        """Each patient once, (1, patients)."""
        return np.ones((1, len(self.patients)))


def sample_of(cases: Sequence[Case], replicates: int, seed: int) -> Sample:
    """Gather views and draw their patients `replicates` times."""
    patients = tuple(sorted({case.true.patient for case in cases}))
    position = {patient: number for number, patient in enumerate(patients)}
    return Sample(
        cases=tuple(cases),
        patients=patients,
        patient_of=np.array([position[case.true.patient] for case in cases], dtype=np.int64),
        draws=draw_patients(len(patients), replicates, seed),
    )
