"""The network of the learned judge: a fine picture, a context picture, measured features."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from calcsight.analysis.neighbourhoods import CONTEXT, FINE

# Standardised features are held within this many SD: nothing far out decides alone.
_CLIP_SD = 4.0


@dataclass(frozen=True)
class Parts:
    """Which parts a network has; all of them but for the ablation."""

    fine: bool = True
    context: bool = True


class Standardise(nn.Module):
    """Features in units of their spread over the training samples."""

    def __init__(self, centre: NDArray[np.float64], scale: NDArray[np.float64]) -> None:
        super().__init__()
        self.register_buffer("centre", torch.tensor(centre, dtype=torch.float32))
        self.register_buffer("scale", torch.tensor(scale, dtype=torch.float32))

    def forward(self, features: Tensor) -> Tensor:
        """Standardise and clip."""
        return torch.clamp((features - self.centre) / self.scale, -_CLIP_SD, _CLIP_SD)


def _block(into: int, out: int) -> list[nn.Module]:
    """Two convolutions, then half the size."""
    return [
        nn.Conv2d(into, out, 3, padding=1),
        nn.BatchNorm2d(out),
        nn.ReLU(),
        nn.Conv2d(out, out, 3, padding=1),
        nn.BatchNorm2d(out),
        nn.ReLU(),
        nn.MaxPool2d(2),
    ]


class CandidateNetwork(nn.Module):
    """Evidence (logit) that a candidate is a calcification.

    Parameters
    ----------
    standardise : Standardise
    features : int
        How many there are.
    parts : Parts
    """

    def __init__(self, standardise: Standardise, features: int, parts: Parts) -> None:
        super().__init__()
        self.standardise = standardise
        width = 64
        self.measured = nn.Sequential(nn.Linear(features, width), nn.ReLU())
        self.fine = (
            nn.Sequential(
                *_block(1, 16),
                *_block(16, 32),
                *_block(32, 64),
                nn.Flatten(),
                nn.Linear(64 * (FINE.side_px // 8) ** 2, width),
                nn.ReLU(),
            )
            if parts.fine
            else None
        )
        self.context = (
            nn.Sequential(
                nn.Conv2d(2, 16, 5, stride=2, padding=2),
                nn.BatchNorm2d(16),
                nn.ReLU(),
                *_block(16, 32),
                *_block(32, 48),
                *_block(48, 64),
                nn.Flatten(),
                nn.Linear(64 * (CONTEXT.side_px // 16) ** 2, width),
                nn.ReLU(),
            )
            if parts.context
            else None
        )
        branches = 1 + parts.fine + parts.context
        self.head = nn.Sequential(
            nn.Dropout(0.1), nn.Linear(width * branches, width), nn.ReLU(), nn.Linear(width, 1)
        )

    def forward(self, fine: Tensor, context: Tensor, features: Tensor) -> Tensor:
        """Return the evidence, shape (n,).

        Parameters
        ----------
        fine : tensor (n, 1, 32, 32)
        context : tensor (n, 2, 64, 64)
            Contrast and neighbours.
        features : tensor (n, k)
        """
        seen = [self.measured(self.standardise(features))]
        if self.fine is not None:
            seen.append(self.fine(fine))
        if self.context is not None:
            seen.append(self.context(context))
        evidence: Tensor = self.head(torch.cat(seen, dim=1)).squeeze(1)
        return evidence


class CalibratedScore(nn.Module):
    """What is exported: the network, and the calibration that makes its evidence a probability."""

    def __init__(self, network: CandidateNetwork, slope: float, offset: float) -> None:
        super().__init__()
        self.network = network
        self.slope = slope
        self.offset = offset

    def forward(self, fine: Tensor, context: Tensor, features: Tensor) -> Tensor:
        """Return scores in 0-1, shape (n,)."""
        evidence = self.network(fine, context, features)
        return torch.sigmoid(evidence * self.slope + self.offset)
