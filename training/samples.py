"""From seeds to training samples: simulate a view, find its candidates, label and picture them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from calcsight.analysis.background import flatten
from calcsight.analysis.breast import find_breast
from calcsight.analysis.detection import find_candidates
from calcsight.analysis.judging import ClassicalJudge, judged_features
from calcsight.analysis.measurement import measure
from calcsight.analysis.neighbourhoods import (
    CONTEXT,
    FINE,
    contrast_pictures,
    neighbour_pictures,
)
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.truth import TrueParticle
from calcsight.simulation.views import simulate_view
from calcsight.terms.calcification import Particle
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Candidates, FlatView

Labels = NDArray[np.int8]

HIT_MM = 0.35
# Pictures are kept as bytes: this many steps to one unit of compressed contrast.
STEPS = 24.0


@dataclass(frozen=True, slots=True)
class Samples:
    """Candidates of one or more views.

    Parameters
    ----------
    woman, view : arrays (n,)
        Names.
    labels : array (n,), int8
        1 = particle, 0 = none, -1 = a second candidate of one particle, left out.
    contrast_sd : array (n,)
        Of the particle hit; 0 for others.
    places_mm : array (n, 2)
        In the file's frame.
    features : array (n, k)
        As the classical judge weighs them.
    first : array (n,)
        Score of the first stage.
    fine, context, neighbours : arrays (n, side, side), int8, int8, uint8
        `contrast_pictures` x STEPS and `neighbour_pictures` x 255.
    """

    woman: NDArray[np.str_]
    view: NDArray[np.str_]
    labels: Labels
    contrast_sd: NDArray[np.float32]
    places_mm: NDArray[np.float32]
    features: NDArray[np.float32]
    first: NDArray[np.float32]
    fine: NDArray[np.int8]
    context: NDArray[np.int8]
    neighbours: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.labels)

    def at(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "Samples":
        """Return the chosen ones."""
        return Samples(*(getattr(self, name)[chosen] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Simulated:
    """What one view gave: its samples, and the particles that no candidate hit."""

    spec: ViewSpec
    samples: Samples
    planted_sd: NDArray[np.float32]
    cut_sd: NDArray[np.float32]


def joined(parts: Sequence[Samples]) -> Samples:
    """Put samples of many views together."""
    return Samples(
        *(np.concatenate([getattr(one, name) for one in parts]) for name in Samples.__slots__)
    )


def samples_of(
    mammogram: Mammogram,
    truth: Sequence[TrueParticle],
    first: ClassicalJudge,
    settings: Settings,
    least_first: float,
) -> tuple[Samples, NDArray[np.float32]]:
    """Find, label and picture the candidates of one mammogram.

    Parameters
    ----------
    mammogram : Mammogram
    truth : sequence of TrueParticle
        In the file's frame.
    first : ClassicalJudge
    settings : Settings
    least_first : float
        Candidates that the first stage scores lower go no further.

    Returns
    -------
    samples : Samples
    cut_sd : array
        Contrasts of the particles that were candidates and scored lower.
    """
    view, candidates, particles = look_at(mammogram, settings)
    scores = first.score(view, candidates, particles)
    labels, contrast, places = labelled(mammogram, particles, truth)
    kept = scores >= least_first
    points = np.stack([candidates.row - view.box.top, candidates.column - view.box.left], axis=1)
    pictured = np.flatnonzero(kept)
    neighbours = neighbour_pictures(view, points, scores, CONTEXT)[pictured]
    features = judged_features(view, candidates, particles)
    made = Samples(
        woman=np.full(len(pictured), ""),
        view=np.full(len(pictured), mammogram.uid),
        labels=labels[kept],
        contrast_sd=contrast[kept].astype(np.float32),
        places_mm=places[kept].astype(np.float32),
        features=features[kept].astype(np.float32),
        first=scores[kept].astype(np.float32),
        fine=_as_bytes(contrast_pictures(view, points[pictured], FINE)),
        context=_as_bytes(contrast_pictures(view, points[pictured], CONTEXT)),
        neighbours=np.rint(neighbours * 255.0).astype(np.uint8),
    )
    return made, contrast[(labels == 1) & ~kept].astype(np.float32)


def simulated_samples(
    spec: ViewSpec, first: ClassicalJudge, settings: Settings, least_first: float
) -> Simulated:
    """Simulate one view and sample it."""
    cv2.setNumThreads(1)
    simulated = simulate_view(spec)
    truth = simulated.truth.particles
    made, cut = samples_of(simulated.mammogram(), truth, first, settings, least_first)
    made = Samples(
        np.full(len(made), spec.woman),
        *(getattr(made, name) for name in Samples.__slots__ if name != "woman"),
    )
    return Simulated(spec, made, np.array([p.contrast_sd for p in truth], np.float32), cut)


def sample_all(
    specs: Iterable[ViewSpec], sample: Callable[[ViewSpec], Simulated], jobs: int
) -> Iterator[Simulated]:
    """Sample views in `jobs` processes, in order, a few ahead."""
    waiting = iter(specs)
    with ProcessPoolExecutor(jobs) as pool:
        ahead = [pool.submit(sample, spec) for spec in islice(waiting, 4 * jobs)]
        while ahead:
            yield ahead.pop(0).result()
            ahead += [pool.submit(sample, spec) for spec in islice(waiting, 1)]


def look_at(
    mammogram: Mammogram, settings: Settings
) -> tuple[FlatView, Candidates, tuple[Particle, ...]]:
    """Take the steps of a reading up to what a judge is given."""
    assert mammogram.spacing is not None
    pitch_mm = mammogram.spacing.mean_mm
    breast = find_breast(mammogram, pitch_mm, settings.breast)
    view = flatten(mammogram, breast, pitch_mm, settings)
    candidates = find_candidates(view, settings.detection)
    candidates, particles = measure(view, candidates, mammogram.spacing, settings.measurement)
    return view, candidates, particles


def labelled(
    mammogram: Mammogram, particles: Sequence[Particle], truth: Sequence[TrueParticle]
) -> tuple[Labels, NDArray[np.float64], NDArray[np.float64]]:
    """Give each true particle its nearest candidate, strongest particle first.

    Parameters
    ----------
    mammogram : Mammogram
    particles : sequence of Particle
        One for each candidate, reading frame.
    truth : sequence of TrueParticle
        File frame.

    Returns
    -------
    labels : array (n,), int8
        As in `Samples`.
    contrast_sd : array (n,)
    places_mm : array (n, 2)
        Of the candidates, in the file's frame.
    """
    assert mammogram.spacing is not None
    pitch_mm = mammogram.spacing.mean_mm
    centres = np.array([(p.row, p.column) for p in particles]).reshape(-1, 2)
    places = mammogram.orientation.points_to_file(centres, mammogram.shape) * pitch_mm
    labels, contrast = np.zeros(len(places), dtype=np.int8), np.zeros(len(places))
    if not len(places):
        return labels, contrast, places
    tree = cKDTree(places)
    for one in sorted(truth, key=lambda particle: -particle.contrast_sd):
        at = np.array([one.row, one.column]) * pitch_mm
        reach = max(HIT_MM, one.diameter_mm / 2)
        near = [i for i in sorted(tree.query_ball_point(at, reach)) if labels[i] != 1]
        if near:
            nearest = min(near, key=lambda i: float(np.hypot(*(places[i] - at))))
            labels[near] = -1
            labels[nearest] = 1
            contrast[nearest] = one.contrast_sd
    return labels, contrast, places


def _as_bytes(pictures: NDArray[np.float32]) -> NDArray[np.int8]:
    """Keep compressed contrast as bytes."""
    return np.asarray(np.clip(np.rint(pictures * STEPS), -127, 127), np.int8)
