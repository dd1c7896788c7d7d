"""What linking needs of the particles that a reading lists, as arrays, in mm."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.frames import mm_of
from calcsight.terms.calcification import Calcification
from calcsight.terms.reading import Reading

Numbers = NDArray[np.float64]
# Scores this near 0 or 1 say no more than "surely not" and "surely".
_SURE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Listed:
    """The listed particles of one reading.

    Parameters
    ----------
    places_mm : array (n, 2), float64
        (down, right) from the first pixel's centre, mm, reading frame.
    looks : array (n, 3), float64
        Natural logarithms of the diameter (mm), of the contrast-to-noise ratio and of the
        elongation.
    areas_mm2 : array (n,), float64
    log_odds : array (n,), float64
        Of the score, between about -9 and 9.
    threshold : float
        Score from which a particle counts.
    """

    places_mm: Numbers
    looks: Numbers
    areas_mm2: Numbers
    log_odds: Numbers
    threshold: float

    @classmethod
    def of(cls, reading: Reading) -> "Listed":
        """Take the arrays of a reading.

        Raises
        ------
        SpacingError
            When the pixel spacing of the mammogram is unknown.
        """
        ones = reading.calcifications
        looks = [(one.diameter_mm, one.contrast_to_noise, one.elongation) for one in ones]
        scores = np.clip([one.score for one in ones], _SURE, 1.0 - _SURE)
        return cls(
            places_mm=mm_of(centres(ones), reading.mammogram),
            looks=np.log(np.maximum(np.array(looks, np.float64).reshape(-1, 3), 1e-3)),
            areas_mm2=np.array([one.area_mm2 for one in ones], np.float64),
            log_odds=np.asarray(np.log(scores / (1.0 - scores)), np.float64).reshape(-1),
            threshold=reading.provenance.threshold,
        )

    def __len__(self) -> int:
        """Count them."""
        return len(self.places_mm)

    @property
    def weights(self) -> Numbers:
        """How much each has to say of where its neighbourhood went, 0.05-1, by its score."""
        return np.asarray(np.clip(1.0 / (1.0 + np.exp(-(self.log_odds + 4.0))), 0.05, 1.0))


def centres(ones: Sequence[Calcification]) -> Numbers:
    """Return the centroids, array (n, 2), `row, column`."""
    return np.array([(one.row, one.column) for one in ones], np.float64).reshape(-1, 2)
