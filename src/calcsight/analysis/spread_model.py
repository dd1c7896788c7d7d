"""From the numbers of a spread to the probability of each distribution."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Layer = tuple[Numbers, Numbers]

# Standardised numbers are held within this many SD: nothing far out decides alone.
CLIP_SD = 3.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpreadModel:
    """A few small networks whose evidence is averaged.

    Parameters
    ----------
    centre, scale : arrays (k,)
        Mean and SD of the numbers over the groups it was fitted to.
    networks : tuple of tuple of (array (inputs, outputs), array (outputs,))
        Weights and constants of the layers of each; what leaves a layer but the last is held at
        0 or above. The first takes k numbers, the last gives one for each distribution.
    temperature : float
        What evidence is divided by, so that probabilities are calibrated.
    """

    centre: Numbers
    scale: Numbers
    networks: tuple[tuple[Layer, ...], ...]
    temperature: float

    def __call__(self, numbers: Numbers) -> Numbers:
        """Return the probability of each distribution, shape (..., len(Distribution))."""
        held = np.clip((numbers - self.centre) / self.scale, -CLIP_SD, CLIP_SD)
        evidence = np.mean([_through(layers, held) for layers in self.networks], axis=0)
        evidence = evidence / self.temperature
        grown = np.exp(evidence - evidence.max(axis=-1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=-1, keepdims=True))


def _through(layers: tuple[Layer, ...], numbers: Numbers) -> Numbers:
    """Run one network."""
    for weights, constants in layers[:-1]:
        numbers = np.maximum(numbers @ weights + constants, 0.0)
    weights, constants = layers[-1]
    return np.asarray(numbers @ weights + constants)
