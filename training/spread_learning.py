"""Fitting what names a distribution, and an honest estimate: layouts that were left out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from torch import nn

from calcsight.analysis.spread_model import CLIP_SD, SpreadModel
from calcsight.terms.distribution import Distribution

Numbers = NDArray[np.float64]

# What was laid by the drawings of shapes (`shapes_set`), as one layout.
OF_SHAPES = "shapes"
_HIDDEN = (48, 24)
_NETWORKS = 4
_AT_ONCE = 256
_SHAKEN_SD = 0.2
_DROPPED = 0.2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Example:
    """One group whose distribution is known.

    Parameters
    ----------
    woman, listing, layout : str
    numbers : array (k,)
        `spread_numbers`.
    word : int
        Position in `Distribution`.
    weight : float
        How much it counts: pieces of one spread share.
    """

    woman: str
    listing: str
    layout: str
    numbers: Numbers
    word: int
    weight: float = 1.0


def fit_spread(
    examples: Sequence[Example], seed: int, epochs: int = 25, networks: int = _NETWORKS
) -> SpreadModel:
    """Fit a few small networks by weighted likelihood, rare words weighed more."""
    numbers = np.array([one.numbers for one in examples])
    centre, scale = numbers.mean(axis=0), numbers.std(axis=0) + 1e-3
    held = torch.from_numpy(np.clip((numbers - centre) / scale, -CLIP_SD, CLIP_SD)).float()
    wanted = torch.tensor([one.word for one in examples])
    weight = torch.tensor([one.weight for one in examples]).float()
    total = torch.zeros(len(Distribution)).index_add_(0, wanted, weight)
    weight = weight * (total.mean() / total.clamp(min=1.0)).sqrt()[wanted]
    fitted = [_fit_one(held, wanted, weight, seed + at, epochs) for at in range(networks)]
    return SpreadModel(centre=centre, scale=scale, networks=tuple(fitted), temperature=1.0)


def _fit_one(
    held: torch.Tensor, wanted: torch.Tensor, weight: torch.Tensor, seed: int, epochs: int
) -> tuple[tuple[Numbers, Numbers], ...]:
    """Fit one network."""
    torch.manual_seed(seed)
    sizes = (held.shape[1], *_HIDDEN, len(Distribution))
    layers = [nn.Linear(one, other) for one, other in pairwise(sizes)]
    parts: list[nn.Module] = []
    for layer in layers[:-1]:
        parts += [layer, nn.ReLU(), nn.Dropout(_DROPPED)]
    network = nn.Sequential(*parts, layers[-1])
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=5e-2)
    steps = epochs * -(-len(held) // _AT_ONCE)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=4e-3, total_steps=steps)
    for _ in range(epochs):
        for at in torch.randperm(len(held)).split(_AT_ONCE):
            shaken = held[at] + torch.randn(len(at), held.shape[1]) * _SHAKEN_SD
            loss = nn.functional.cross_entropy(network(shaken), wanted[at], reduction="none")
            optimizer.zero_grad(set_to_none=True)
            ((loss * weight[at]).sum() / weight[at].sum()).backward()
            optimizer.step()
            rates.step()
    return tuple(
        (
            layer.weight.detach().double().numpy().T.copy(),
            layer.bias.detach().double().numpy().copy(),
        )
        for layer in layers
    )


def left_out(
    examples: Sequence[Example], folds: int, seed: int, epochs: int = 15
) -> list[tuple[Sequence[Example], Numbers]]:
    """Name groups of layouts, and of women, that nothing was fitted to.

    In each fold every word lacks other layouts; those of `shapes_set` are lacking together in the
    last. What is named are the groups of the layouts left out, of every fifth woman, by models of
    the other layouts of the other women.

    Returns
    -------
    list of (examples, array (n, words))
        Evidence of each fold: logarithms of probabilities.
    """
    names = sorted({(one.word, one.layout) for one in examples if one.layout != OF_SHAPES})
    fold_of = {OF_SHAPES: folds - 1}
    for word in {word for word, _ in names}:
        some = [layout for at, layout in names if at == word]
        fold_of |= {layout: at % (folds - 1) for at, layout in enumerate(some)}
    women = {woman: at % 5 for at, woman in enumerate(sorted({one.woman for one in examples}))}
    made: list[tuple[Sequence[Example], Numbers]] = []
    for fold in range(folds):
        known = [e for e in examples if fold_of[e.layout] != fold and women[e.woman] != fold % 5]
        asked = [e for e in examples if fold_of[e.layout] == fold and women[e.woman] == fold % 5]
        if asked:
            model = fit_spread(known, seed, epochs, networks=2)
            made.append((asked, np.log(model(np.array([one.numbers for one in asked])) + 1e-12)))
    return made


def calibrated(
    model: SpreadModel, folds: Sequence[tuple[Sequence[Example], Numbers]]
) -> SpreadModel:
    """Fit the temperature by likelihood on layouts left out."""
    evidence = np.concatenate([one for _, one in folds])
    word = np.array([one.word for some, _ in folds for one in some])
    weight = np.array([one.weight for some, _ in folds for one in some])

    def loss(log_temperature: float) -> float:
        logs = evidence / np.exp(log_temperature)
        logs = logs - np.log(np.exp(logs).sum(axis=1, keepdims=True))
        return float(-(weight * logs[np.arange(len(word)), word]).sum() / weight.sum())

    best = minimize_scalar(loss, bounds=(-1.0, 2.0), method="bounded").x
    return replace(model, temperature=round(float(np.exp(best)), 4))
