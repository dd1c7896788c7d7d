"""A group whose particles grow more unlike step by step: for features that should rise with it."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from calcsight.simulation.carved_calcium import carved_calcium
from calcsight.simulation.carved_places import carved_places
from calcsight.simulation.kinds import usual_plan
from calcsight.simulation.outlines import Outline, unit_outline
from calcsight.simulation.planting import Planned, PlannedParticle
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import UsageError

GRADED_COUNT = 20
_DIAMETER_MM = 0.5
_CONTRAST_SD = 15.0
# SD of the logarithm of the diameters at the last step.
_MOST_LOG_SD = 0.6
_MOST_LOBES, _MOST_STRETCH = 0.28, 1.8


class Graded(StrEnum):
    """What grows from step to step."""

    SIZE = "size"
    SHAPE = "shape"


def graded_series(
    grows: Graded, middle_mm: tuple[float, float], seed: int, steps: int = 7
) -> tuple[Planned, ...]:
    """Plan the same 20 particles at the same places, alike in the first step, unlike in the last.

    Parameters
    ----------
    grows : Graded
        SIZE: diameters spread about 0.5 mm, log-normal, SD of the logarithm from 0 to 0.6.
        SHAPE: discs of 0.5 mm turn into forms of their own, each lobed and stretched.
    middle_mm : tuple of float
        Where the group lies: (down, right) from the first pixel's centre, for `insert`.
    seed : int
        Of places and forms.
    steps : int
        At least 2, the first and the last included.

    Raises
    ------
    UsageError
        When there are fewer than two steps.
    """
    if steps < 2:
        raise UsageError(f"a graded series of {steps} steps", "at least 2")
    rng = np.random.default_rng((seed, 31))
    spread = rng.permutation(norm.ppf((np.arange(GRADED_COUNT) + 0.5) / GRADED_COUNT))
    forms = [_form(rng) for _ in range(GRADED_COUNT)]
    largest = _DIAMETER_MM * np.exp(_MOST_LOG_SD * np.abs(spread))
    places = None
    while places is None:
        places = carved_places(rng, Distribution.GROUPED, largest, 0.0, 1.2)
    plan = usual_plan(Kind.COARSE_HETEROGENEOUS, Distribution.GROUPED, GRADED_COUNT)
    return tuple(
        Planned(
            particles=tuple(
                PlannedParticle(
                    place_mm=place + np.array(middle_mm),
                    diameter_mm=float(
                        _DIAMETER_MM * np.exp(share * _MOST_LOG_SD * far * (grows is Graded.SIZE))
                    ),
                    contrast_sd=_CONTRAST_SD,
                    kind=Kind.COARSE_HETEROGENEOUS,
                    unit=_grown(form, share if grows is Graded.SHAPE else 0.0),
                    group=1,
                    calcium=carved_calcium,
                )
                for place, far, form in zip(places, spread, forms, strict=True)
            ),
            groups=(plan,),
        )
        for share in np.linspace(0.0, 1.0, steps).tolist()
    )


def _form(rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw a form: lobes around a circle (radius less 1), then its stretch and its angle."""
    turn = np.linspace(0.0, 2 * np.pi, 72, endpoint=False)
    strength = rng.uniform(0.0, _MOST_LOBES)
    lobes = strength * np.cos(int(rng.integers(2, 6)) * turn + rng.uniform(0.0, 2 * np.pi))
    return np.concatenate([lobes, [rng.uniform(0.0, _MOST_STRETCH), rng.uniform(0.0, np.pi)]])


def _grown(form: NDArray[np.float64], share: float) -> Outline:
    """Return a disc that has grown a share of the way to its form, maximum Feret 1."""
    lobes, stretch, angle = form[:-2], float(form[-2]), float(form[-1])
    turn = np.linspace(0.0, 2 * np.pi, len(lobes), endpoint=False)
    radius = 1.0 + share * lobes
    points = np.stack([radius * np.sin(turn), radius * (1.0 + share * stretch) * np.cos(turn)], 1)
    return unit_outline(points, angle)
