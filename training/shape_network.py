"""The network of the describer: three pictures, measured features, and how the others look."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from calcsight.analysis.learned_describer import FIELDS
from training.network import Standardise

# How far another calcification is heard, mm: its weight is exp(-(distance / reach)^2). The last
# reach holds the whole view.
REACHES_MM = (3.0, 8.0, 20.0, 1000.0)
# A particle with few others around hears them less.
_HALF_HEARD = 0.5


@dataclass(frozen=True)
class Widths:
    """How wide the layers are."""

    branch: int = 48
    state: int = 96
    told: int = 48


def _pictured(side: int, out: int) -> nn.Sequential:
    """Look at one picture: three convolutions that halve it, and one that does not."""
    left = side
    layers: list[nn.Module] = []
    for into, to, wide in ((1, 16, 5), (16, 32, 3), (32, 48, 3)):
        layers += [nn.Conv2d(into, to, wide, 2, wide // 2), nn.BatchNorm2d(to), nn.ReLU()]
        left = -(-left // 2)
    layers += [nn.Conv2d(48, 64, 3, 1, 1), nn.BatchNorm2d(64), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * left**2, out), nn.ReLU())


class Listening(nn.Module):
    """One round in which each particle hears what the others around it look like."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        self.tell = nn.Sequential(nn.Linear(widths.state, widths.told), nn.ReLU())
        heard = len(REACHES_MM) * (widths.told + 1)
        self.change = nn.Sequential(
            nn.Linear(widths.state + heard, widths.state),
            nn.ReLU(),
            nn.Linear(widths.state, widths.state),
        )

    def forward(self, state: Tensor, weights: list[Tensor]) -> Tensor:
        """Return the states (n, s) after hearing; `weights` (n, n) one for each reach."""
        told = self.tell(state)
        heard = [state]
        for weight in weights:
            total = weight.sum(dim=1, keepdim=True)
            heard += [weight @ told / (total + _HALF_HEARD), torch.log1p(total)]
        changed: Tensor = state + self.change(torch.cat(heard, dim=1))
        return changed


class ShapeNetwork(nn.Module):
    """Evidence (logits) for each shape, for all listed calcifications of a view together.

    Parameters
    ----------
    standardise : Standardise
    features, shapes : int
        How many there are.
    """

    def __init__(
        self, standardise: Standardise, features: int, shapes: int, widths: Widths | None = None
    ) -> None:
        super().__init__()
        wide = widths or Widths()
        self.standardise = standardise
        self.measured = nn.Sequential(
            nn.Linear(features, 64), nn.ReLU(), nn.Linear(64, wide.branch), nn.ReLU()
        )
        self.looks = nn.ModuleList(_pictured(field.side_px, wide.branch) for field in FIELDS)
        self.join = nn.Sequential(
            nn.Dropout(0.15), nn.Linear(wide.branch * (1 + len(FIELDS)), wide.state), nn.ReLU()
        )
        self.rounds = nn.ModuleList(Listening(wide) for _ in range(2))
        self.head = nn.Sequential(nn.ReLU(), nn.Dropout(0.15), nn.Linear(wide.state, shapes))

    def forward(
        self, fine: Tensor, middle: Tensor, wide: Tensor, features: Tensor, places_mm: Tensor
    ) -> Tensor:
        """Return the evidence, shape (n, shapes).

        Parameters
        ----------
        fine, middle, wide : tensor (n, 1, side, side)
        features : tensor (n, k)
        places_mm : tensor (n, 2)
            Of different views far apart, more than a metre.
        """
        pictures = (fine, middle, wide)
        seen = [self.measured(self.standardise(features))]
        seen += [look(picture) for look, picture in zip(self.looks, pictures, strict=True)]
        state = self.join(torch.cat(seen, dim=1))
        weights = heard_weights(places_mm)
        for one in self.rounds:
            state = one(state, weights)
        evidence: Tensor = self.head(state)
        return evidence


def heard_weights(places_mm: Tensor) -> list[Tensor]:
    """Return how loud each hears each other, (n, n) for each reach; itself not at all."""
    across = places_mm[:, None, 0] - places_mm[None, :, 0]
    down = places_mm[:, None, 1] - places_mm[None, :, 1]
    squared = across * across + down * down
    count = places_mm.shape[0]
    steps = torch.arange(count, device=places_mm.device)
    other = (steps[:, None] != steps[None, :]).to(places_mm.dtype)
    return [torch.exp(-squared / reach**2) * other for reach in REACHES_MM]


class CalibratedShapes(nn.Module):
    """What is exported: the network, and the temperature that makes its evidence probabilities."""

    def __init__(self, network: ShapeNetwork, temperature: float) -> None:
        super().__init__()
        self.network = network
        self.temperature = temperature

    def forward(
        self, fine: Tensor, middle: Tensor, wide: Tensor, features: Tensor, places_mm: Tensor
    ) -> Tensor:
        """Return probabilities, shape (n, shapes), rows summing to 1."""
        evidence = self.network(fine, middle, wide, features, places_mm)
        return torch.softmax(evidence / self.temperature, dim=1)


def new_shape_network(features: NDArray[np.float32], shapes: int, seed: int) -> ShapeNetwork:
    """Return a network with random weights that knows the spread of the features."""
    torch.manual_seed(seed)
    known = features.astype(np.float64)
    standardise = Standardise(known.mean(axis=0), known.std(axis=0) + 1e-3)
    return ShapeNetwork(standardise, features.shape[1], shapes)
