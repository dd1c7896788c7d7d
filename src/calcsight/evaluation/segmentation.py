"""Outlines against true outlines, pixel by pixel."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calcsight.evaluation.cases import Case, Flags, Indices, Numbers
from calcsight.evaluation.figures import Figure, Measured, measured_share
from calcsight.evaluation.intervals import BY_PATIENT, percentile_interval, share
from calcsight.evaluation.masks import MASK_WORDS, mask_of
from calcsight.evaluation.particle_rules import particles_of
from calcsight.evaluation.sample import Sample
from calcsight.evaluation.verdicts import in_doubtful

# Rows are put this far apart to give every pixel one number.
_STRIDE = 1 << 21
_DICE = "2 x shared pixels / (pixels found + true pixels)"
_IOU = "shared pixels / pixels found or true"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pixels:
    """The outlined pixels of one view.

    Parameters
    ----------
    scores : array (p,)
        Highest score of the marks that cover each pixel found.
    shared : array (p,), bool
        The pixel is truly one of a particle.
    true : int
        Number of true pixels.
    """

    scores: Numbers
    shared: Flags
    true: int

    def at(self, score: float) -> tuple[int, int, int]:
        """Return pixels shared, found and true at a score."""
        found = self.scores >= score
        return int((found & self.shared).sum()), int(found.sum()), self.true


def pixels_of(case: Case, lowest_score: float) -> Pixels | None:
    """Draw the outlines of a view, doubtful regions left out.

    None when the outlines are not known: of a true particle, or of a mark that is wanted; or
    when the view was not read or its particles were not marked one by one.
    """
    particles = particles_of(case)
    if particles is None or case.found.refused:
        return None
    true = [
        outline
        for outline, left_out in zip(
            particles.outlines_px, in_doubtful(case, particles.places_px), strict=True
        )
        if not left_out
    ]
    wanted = (case.found.scores >= lowest_score) & ~in_doubtful(case, case.found.places_px)
    marks = [case.found.outlines_px[number] for number in np.nonzero(wanted)[0]]
    if any(outline is None for outline in (*true, *marks)):
        return None
    true_at = np.unique(np.concatenate([np.zeros(0, np.int64), *map(_numbers, true)]))
    numbers = [_numbers(outline) for outline in marks]
    scores = np.repeat(case.found.scores[wanted], [len(one) for one in numbers])
    every = np.concatenate([np.zeros(0, np.int64), *numbers])
    order = np.argsort(-scores, kind="stable")
    at, first = np.unique(every[order], return_index=True)
    return Pixels(scores=scores[order][first], shared=np.isin(at, true_at), true=len(true_at))


def _numbers(outline: Numbers | None) -> Indices:
    """Give each pixel of an outline its number."""
    if outline is None:
        return np.zeros(0, np.int64)
    mask = mask_of(outline)
    rows, columns = np.nonzero(mask.inside)
    numbers = (rows + mask.row).astype(np.int64) * _STRIDE + columns + mask.column
    return np.asarray(numbers, dtype=np.int64)


def outline_figures(
    sample: Sample, scores: Sequence[tuple[float, float]], rule_words: str
) -> list[Figure]:
    """Measure Dice and IoU, pooled and per view.

    Parameters
    ----------
    sample : Sample
    scores : sequence of (float, float)
        False marks a view, and the operating score that they lead to.
    rule_words : str
        The rule behind those scores.
    """
    measurable = [(at, score) for at, score in scores if np.isfinite(score)]
    if not measurable:
        return []
    lowest = min(score for _, score in measurable)
    drawn = [pixels_of(case, lowest) for case in sample.cases]
    known = [number for number, pixels in enumerate(drawn) if pixels is not None]
    owners = sample.patient_of[known]
    figures: list[Figure] = []
    for at, score in measurable:
        rows = [one.at(score) for one in drawn if one is not None]
        counts = np.array(rows, dtype=np.float64).reshape(-1, 3)
        said = f"outlines of marks with a score of at least {score:.6g} ({at:g} false a view: "
        figures += [
            _figure(name, measured, words, (f"{said}{rule_words}); {MASK_WORDS}", at, score), n)
            for name, measured, words, n in _measures(counts, owners, sample)
        ]
    return figures


_Row = tuple[str, Measured, str, tuple[int, int]]


def _measures(counts: Numbers, owners: Indices, sample: Sample) -> list[_Row]:
    """Work out the four figures at one score; counts (views, 3) = shared, found, true."""
    patients, draws = len(sample.patients), sample.draws
    shared, found, true = (
        np.bincount(owners, weights=column, minlength=patients).astype(np.float64)
        for column in counts.T
    )
    iou = measured_share(shared, found + true - shared, draws)
    with_true = counts[:, 2] > 0
    some = counts[with_true]
    of_views = {
        "dice": 2 * some[:, 0] / (some[:, 1] + some[:, 2]),
        "iou": some[:, 0] / (some[:, 1] + some[:, 2] - some[:, 0]),
    }
    n_all = (len(counts), len(set(owners.tolist())))
    n_some = (len(some), len(set(owners[with_true].tolist())))
    rows: list[_Row] = [
        ("dice_pooled", measured_share(2 * shared, found + true, draws),
         f"{_DICE}, pixels of all views together", n_all),
        ("iou_pooled", iou, f"{_IOU}, pixels of all views together", n_all),
    ]  # fmt: skip
    for name, values in of_views.items():
        sums = np.bincount(owners[with_true], weights=values, minlength=patients).astype(float)
        views = np.bincount(owners[with_true], minlength=patients).astype(float)
        low, high = percentile_interval(share(sums, views, draws))
        value = float(values.mean()) if len(values) else float("nan")
        words = f"{_DICE if name == 'dice' else _IOU}, mean over views with true outlines"
        rows.append((f"{name}_per_view", Measured(value=value, low=low, high=high), words, n_some))
    return rows


def _figure(
    name: str,
    measured: Measured,
    words: str,
    at: tuple[str, float, float],
    n: tuple[int, int],
) -> Figure:
    """Make one figure; `at` = (rule, false marks a view, score), `n` = (views, patients)."""
    return Figure(
        name=f"outlines: {name.replace('_', ' ')} at {at[1]:g} false a view",
        value=measured.value,
        low=measured.low,
        high=measured.high,
        n=f"{n[0]} views with known outlines, {n[1]} patients",
        rule=at[0],
        denominator=words,
        interval=BY_PATIENT,
        reason="" if np.isfinite(measured.value) else "no view has outlines on both sides",
        measure=name,
        of="particles",
        per="per_view",
        at=at[1],
        score=at[2],
        views=n[0],
        patients=n[1],
    )
