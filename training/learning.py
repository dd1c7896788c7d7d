"""Fitting one network to samples, and calibrating what it says."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch import Tensor, nn

from training.network import CandidateNetwork, Parts, Standardise
from training.samples import STEPS, Samples

Tensors = tuple[Tensor, Tensor, Tensor]

# Fainter particles than this are half a label: many of them cannot be told from noise.
_FAINT_SD = 3.0
_FAINT_WEIGHT = 0.5
_AT_ONCE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How a network is fitted.

    Parameters
    ----------
    epochs : int
    batch : int
    highest_rate : float
        Learning rate at its highest; it rises, then falls to nothing (one cycle).
    seed : int
    device : str
        "cpu" or "cuda".
    """

    epochs: int
    batch: int = 256
    highest_rate: float = 2e-3
    seed: int = 1
    device: str = "cpu"


def as_tensors(samples: Samples, device: str = "cpu") -> Tensors:
    """Bring samples to what the network takes: fine, context, features."""
    fine = torch.from_numpy(samples.fine).to(device, torch.float32)[:, None] / STEPS
    seen = torch.from_numpy(samples.context).to(device, torch.float32) / STEPS
    dots = torch.from_numpy(samples.neighbours).to(device, torch.float32) / 255.0
    features = torch.from_numpy(samples.features).to(device)
    return fine, torch.stack([seen, dots], dim=1), features


def new_network(samples: Samples, parts: Parts, seed: int) -> CandidateNetwork:
    """Return a network with random weights that knows the spread of the features."""
    torch.manual_seed(seed)
    features = samples.features.astype(np.float64)
    standardise = Standardise(features.mean(axis=0), features.std(axis=0) + 1e-6)
    return CandidateNetwork(standardise, features.shape[1], parts)


def fit(network: CandidateNetwork, samples: Samples, schedule: Schedule) -> CandidateNetwork:
    """Fit the network; second candidates of one particle are left out."""
    torch.manual_seed(schedule.seed)
    network.to(schedule.device, memory_format=torch.channels_last).train()
    used = np.flatnonzero(samples.labels >= 0)
    steps = -(-len(used) // schedule.batch) * schedule.epochs
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=1e-3)
    rates = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=schedule.highest_rate, total_steps=steps, pct_start=0.15
    )
    loss_of = nn.BCEWithLogitsLoss(reduction="none")
    started = time.monotonic()
    for done, rows in enumerate(_batches(used, schedule), 1):
        some = samples.at(rows)
        wanted = torch.from_numpy(some.labels).to(schedule.device, torch.float32)
        faint = (some.labels == 1) & (some.contrast_sd < _FAINT_SD)
        weight = torch.from_numpy(np.where(faint, _FAINT_WEIGHT, 1.0)).to(
            schedule.device, torch.float32
        )
        inputs = _varied(as_tensors(some, schedule.device))
        with torch.autocast(schedule.device, dtype=torch.bfloat16):
            evidence = network(*inputs)
        loss = (loss_of(evidence.float(), wanted) * weight).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        rates.step()
        if done % 100 == 0 or done == steps:
            left = (time.monotonic() - started) / done * (steps - done)
            print(
                f"\rstep {done}/{steps}, loss {loss.item():.4f}, {left:.0f} s left   ",
                end="",
                file=sys.stderr,
            )
    print(file=sys.stderr)
    network.eval()
    return network


def evidence_of(network: CandidateNetwork, samples: Samples) -> NDArray[np.float64]:
    """Return the network's evidence (logit) for each sample."""
    network = network.eval().cpu()
    found = [np.zeros(0)]
    with torch.inference_mode():
        for start in range(0, len(samples), _AT_ONCE):
            rows = np.arange(start, min(start + _AT_ONCE, len(samples)))
            found.append(network(*as_tensors(samples.at(rows))).double().numpy())
    return np.concatenate(found)


def calibrated(evidence: NDArray[np.float64], labels: NDArray[np.int8]) -> tuple[float, float]:
    """Fit slope and offset of a logistic curve over the evidence [1]_.

    References
    ----------
    .. [1] J. Platt, "Probabilistic outputs for support vector machines", Advances in Large Margin
       Classifiers (1999) 61-74.
    """
    clear = labels >= 0
    x, y = evidence[clear], (labels[clear] == 1).astype(float)

    def loss(at: NDArray[np.float64]) -> float:
        z = at[0] * x + at[1]
        return float(np.logaddexp(0.0, np.where(y > 0, -z, z)).mean())

    slope, offset = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(slope), float(offset)


def _batches(used: NDArray[np.intp], schedule: Schedule) -> Iterator[NDArray[np.intp]]:
    """Shuffle anew for every epoch."""
    rng = np.random.default_rng(schedule.seed)
    for _ in range(schedule.epochs):
        order = rng.permutation(used)
        for start in range(0, len(order), schedule.batch):
            # Sorted rows read faster from memory; the batch is the same.
            yield np.sort(order[start : start + schedule.batch])


def _varied(inputs: Tensors) -> Tensors:
    """Turn and mirror a batch, and vary contrast and noise sample by sample."""
    fine, context, features = inputs
    turns, mirrored = int(torch.randint(4, ())), bool(torch.randint(2, ()))
    count = len(fine)
    gain = torch.empty(count, 1, 1, 1, device=fine.device).uniform_(0.85, 1.18)
    grain = torch.empty(count, 1, 1, 1, device=fine.device).uniform_(0.0, 0.12)
    fine = fine * gain + torch.randn_like(fine) * grain
    context = torch.cat([context[:, :1] * gain, context[:, 1:]], dim=1)
    pictures = []
    for picture in (fine, context):
        turned = torch.rot90(picture, turns, (2, 3))
        flipped = torch.flip(turned, (3,)) if mirrored else turned
        pictures.append(flipped.contiguous(memory_format=torch.channels_last))
    return pictures[0], pictures[1], features
