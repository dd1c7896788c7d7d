"""Fitting the network of the describer, and calibrating what it says."""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from torch import Tensor, nn

from calcsight.analysis.appearance import appearance, centroids
from calcsight.analysis.learned_describer import SHAPES
from calcsight.terms.morphology import Morphology
from training.described_views import FALSE, STEPS, ShownView
from training.shape_network import ShapeNetwork, new_shape_network

# A part of a larger particle teaches less than a particle found whole; a false mark, that nothing
# can be said of it, less still.
_PART_WEIGHT, _FALSE_WEIGHT = 0.3, 0.15
_CLASS_POWER = 0.4
_APART_MM = 1e5


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """One list of calcifications ready for the network.

    Parameters
    ----------
    view, listing : str
    pictures : tuple of array (n, side, side), int8
    features : array (n, k), float32
    places_mm : array (n, 2), float32
    shape : array (n,), intp
        Position in `SHAPES`; FALSE, MILK.
    exact : array (n,), bool
    contrast_sd : array (n,), float32
        Of the true particle; nan for false marks.
    """

    view: str
    listing: str
    pictures: tuple[NDArray[np.int8], ...]
    features: NDArray[np.float32]
    places_mm: NDArray[np.float32]
    shape: NDArray[np.intp]
    exact: NDArray[np.bool_]
    contrast_sd: NDArray[np.float32]


def lessons_of(views: Sequence[ShownView]) -> list[Lesson]:
    """Bring views to what the network takes."""
    made = []
    words = list(Morphology)
    for view in views:
        breast = view.breast
        for name, listing in view.listings.items():
            if not listing.calcifications:
                continue
            known = view.shapes(listing)
            shape = [SHAPES.index(words[k]) if k >= 0 else int(k) for k in known]
            contrast = [
                view.truth.particles[p].contrast_sd if p >= 0 else np.nan for p in listing.particle
            ]
            made.append(
                Lesson(
                    view.name,
                    name,
                    listing.pictures,
                    appearance(breast, listing.calcifications, view.pitch_mm),
                    np.asarray(centroids(listing.calcifications) * view.pitch_mm, np.float32),
                    np.array(shape, dtype=np.intp),
                    listing.exact,
                    np.array(contrast, np.float32),
                )
            )
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeSchedule:
    """How the network is fitted; see `training.learning.Schedule`."""

    epochs: int
    lists_at_once: int = 8
    highest_rate: float = 3e-3
    seed: int = 1


def fit_shapes(lessons: Sequence[Lesson], schedule: ShapeSchedule) -> ShapeNetwork:
    """Fit the network: of each view one list as found and, half the time, the true one."""
    features = np.concatenate([one.features for one in lessons])
    network = new_shape_network(features, len(SHAPES), schedule.seed)
    network.train()
    weights = _class_weights(lessons)
    rng = np.random.default_rng(schedule.seed)
    epochs = [list(_batches(lessons, schedule, rng)) for _ in range(schedule.epochs)]
    steps = sum(map(len, epochs))
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=2e-2)
    rates = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=schedule.highest_rate, total_steps=steps, pct_start=0.2
    )
    started, done = time.monotonic(), 0
    for epoch in epochs:
        total = 0.0
        for batch in epoch:
            done += 1
            inputs = varied_tensors(*as_shape_tensors(batch))
            loss = _loss(network(*inputs), batch, weights)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimizer.step()
            rates.step()
            total += loss.item()
        left = (time.monotonic() - started) / done * (steps - done)
        print(
            f"step {done}/{steps}, loss {total / len(epoch):.4f}, {left:.0f} s left",
            file=sys.stderr,
        )
    network.eval()
    return network


def as_shape_tensors(batch: Sequence[Lesson]) -> tuple[Tensor, ...]:
    """Put some lists together: fine, middle, wide, features, places (each list far from others)."""
    pictures = [
        torch.from_numpy(np.concatenate([one.pictures[at] for one in batch])).float()[:, None]
        / STEPS
        for at in range(len(batch[0].pictures))
    ]
    features = torch.from_numpy(np.concatenate([one.features for one in batch]))
    places = [one.places_mm + at * _APART_MM for at, one in enumerate(batch)]
    return (*pictures, features, torch.from_numpy(np.concatenate(places)).float())


def varied_tensors(*inputs: Tensor) -> tuple[Tensor, ...]:
    """Turn and mirror a batch's pictures, and vary contrast and noise particle by particle."""
    *pictures, features, places = inputs
    turns, mirrored = int(torch.randint(4, ())), bool(torch.randint(2, ()))
    count = len(features)
    gain = torch.empty(count, 1, 1, 1).uniform_(0.88, 1.14)
    made = []
    for picture in pictures:
        grain = torch.empty(count, 1, 1, 1).uniform_(0.0, 0.12)
        one = torch.rot90(picture * gain + torch.randn_like(picture) * grain, turns, (2, 3))
        made.append((torch.flip(one, (3,)) if mirrored else one).contiguous())
    shaken = features + torch.randn_like(features) * features.std(dim=0) * 0.05
    return (*made, shaken, places)


def evidence_for(network: ShapeNetwork, lessons: Sequence[Lesson]) -> list[NDArray[np.float64]]:
    """Return the network's evidence, one array (n, shapes) for each list."""
    network.eval()
    with torch.inference_mode():
        return [network(*as_shape_tensors([one])).double().numpy() for one in lessons]


def temperature_of(evidence: NDArray[np.float64], shape: NDArray[np.intp]) -> float:
    """Fit the one number by which evidence is divided, by likelihood [1]_.

    References
    ----------
    .. [1] C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On calibration of modern neural
       networks", ICML (2017).
    """

    def loss(log_temperature: float) -> float:
        scaled = evidence / np.exp(log_temperature)
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        chosen = scaled[np.arange(len(shape)), shape]
        return float((np.log(np.exp(scaled).sum(axis=1)) - chosen).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded").x))


def _class_weights(lessons: Sequence[Lesson]) -> Tensor:
    """Weigh rare shapes more, their mean over particles kept at 1."""
    shape = np.concatenate([one.shape[one.exact] for one in lessons])
    count = np.bincount(shape[shape >= 0], minlength=len(SHAPES)).astype(float)
    weight = (count.mean() / np.maximum(count, 1.0)) ** _CLASS_POWER
    return torch.tensor(weight * count.sum() / (weight * count).sum(), dtype=torch.float32)


def _loss(evidence: Tensor, batch: Sequence[Lesson], weights: Tensor) -> Tensor:
    """Cross-entropy over particles; false marks are asked for no opinion."""
    shape = torch.from_numpy(np.concatenate([one.shape for one in batch]))
    exact = torch.from_numpy(np.concatenate([one.exact for one in batch]))
    logs = torch.log_softmax(evidence, dim=1)
    known = shape >= 0
    chosen = logs.gather(1, shape.clamp(min=0)[:, None])[:, 0]
    weight = torch.where(exact, 1.0, _PART_WEIGHT) * weights[shape.clamp(min=0)] * known
    false = (shape == FALSE).float() * _FALSE_WEIGHT
    total = -(chosen * weight).sum() - (logs.mean(dim=1) * false).sum()
    return total / (weight.sum() + false.sum()).clamp(min=1.0)


def _batches(
    lessons: Sequence[Lesson], schedule: ShapeSchedule, rng: np.random.Generator
) -> Iterator[list[Lesson]]:
    """Draw the lists of one epoch and shuffle them."""
    by_view: dict[str, dict[str, Lesson]] = {}
    for one in lessons:
        by_view.setdefault(one.view, {})[one.listing] = one
    drawn = []
    for lists in by_view.values():
        found = [lists[name] for name in ("sensitive", "balanced") if name in lists]
        if found:
            drawn.append(found[int(rng.integers(len(found)))])
        if "true" in lists and rng.random() < 0.6:
            drawn.append(lists["true"])
    order = rng.permutation(len(drawn))
    for start in range(0, len(order), schedule.lists_at_once):
        yield [drawn[i] for i in order[start : start + schedule.lists_at_once]]
