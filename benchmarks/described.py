"""Describe what was planted in simulated views: at its true places, and where it was detected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from benchmarks.worsened import Worsening
from calcsight.analysis.background import flatten
from calcsight.analysis.breast import find_breast
from calcsight.analysis.describing import Seen, Word, describe
from calcsight.analysis.detection import find_candidates
from calcsight.analysis.grouping import group
from calcsight.analysis.measurement import measure
from calcsight.analysis.tracks import find_tracks
from calcsight.evaluation.matching import Pairs, match_one_to_one
from calcsight.simulation.looks import Medium
from calcsight.simulation.truth import Kind, TrueGroup, TrueParticle
from calcsight.simulation.views import SimulatedView
from calcsight.terms.calcification import Calcification, Particle
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group, Grouping, GroupRule
from calcsight.terms.judge import Describer, Judge, OperatingPoint
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.morphology import Morphology, Named
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Breast, Candidates, FlatView

Numbers = NDArray[np.float64]

WITHIN_MM = 0.35
SETTINGS = Settings()
# One circle around everything: the planted members are the group.
_AS_PLANTED = GroupRule(name="as-planted", minimum_count=2, circle_diameter_mm=1000.0)
# A matched filter of this share of a disc's diameter answers it most (1 / sqrt 8).
_SIGMA_SHARE = 0.354
_ROUNDS = 4

SHAPE_OF: Mapping[Kind, Morphology] = MappingProxyType(
    {
        Kind.ROUND: Morphology.ROUND_PUNCTATE,
        Kind.PUNCTATE: Morphology.ROUND_PUNCTATE,
        Kind.FINE_LINEAR: Morphology.FINE_LINEAR_BRANCHING,
        **{
            kind: Morphology(kind.value)
            for kind in Kind
            if kind not in (Kind.ROUND, Kind.PUNCTATE, Kind.FINE_LINEAR)
        },
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Called:
    """One particle or group, with the probability of each word.

    Parameters
    ----------
    planted : int
        Position of the particle in the view's truth, or number of the group.
    shape, distribution : array or None
        Probabilities; None where that is not asked (the distribution of a particle).
    """

    planted: int
    shape: Numbers
    distribution: Numbers | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Described:
    """What one view gave.

    Parameters
    ----------
    woman : str
    film : bool
    particles : tuple of TrueParticle
        As planted.
    groups : tuple of TrueGroup
    at_true, at_detected : tuple of tuple of Called
        Particles and groups, given their true places and as detected.
    """

    woman: str
    film: bool
    particles: tuple[TrueParticle, ...]
    groups: tuple[TrueGroup, ...]
    at_true: tuple[tuple[Called, ...], tuple[Called, ...]]
    at_detected: tuple[tuple[Called, ...], tuple[Called, ...]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    """One mammogram with its first stages, and what was planted in its reading frame."""

    mammogram: Mammogram
    breast: Breast
    view: FlatView
    pitch_mm: float
    places_px: Numbers
    outlines_px: tuple[Numbers, ...]
    groups: tuple[TrueGroup, ...]


def describe_view(
    simulated: SimulatedView, judge: Judge, describer: Describer, worsening: Worsening
) -> Described:
    """Describe one view both ways, its image made worse first."""
    seen = _seen(simulated, worsening)
    truth = simulated.truth
    return Described(
        woman=simulated.spec.woman,
        film=simulated.look.medium is Medium.FILM,
        particles=truth.particles,
        groups=truth.groups,
        at_true=_at_true(seen, truth.particles, describer),
        at_detected=_at_detected(seen, judge, describer),
    )


def _seen(simulated: SimulatedView, worsening: Worsening) -> _Seen:
    """Make the image worse, and take it through the first stages of a reading."""
    mammogram = simulated.mammogram()
    turn, shape = mammogram.orientation, mammogram.pixels.shape
    rows, columns = int(shape[0]), int(shape[1])
    mammogram, scale = worsening.applied(mammogram)

    def here(points: Numbers) -> Numbers:
        # Pixel edges, not centres, stay where they were.
        return (turn.points_to_reading(points, (rows, columns)) + 0.5) * scale - 0.5

    spacing = mammogram.spacing
    assert spacing is not None
    pitch_mm = spacing.mean_mm
    breast = find_breast(mammogram, pitch_mm, SETTINGS.breast)
    particles = simulated.truth.particles
    return _Seen(
        mammogram=mammogram,
        breast=breast,
        view=flatten(mammogram, breast, pitch_mm, SETTINGS),
        pitch_mm=pitch_mm,
        places_px=here(np.array([(p.row, p.column) for p in particles]).reshape(-1, 2)),
        outlines_px=tuple(here(p.outline) for p in particles),
        groups=simulated.truth.groups,
    )


def _at_true(
    seen: _Seen, particles: Sequence[TrueParticle], describer: Describer
) -> tuple[tuple[Called, ...], tuple[Called, ...]]:
    """Measure and describe what was planted, at its true places and in its planted groups."""
    found = measured_at(seen.view, seen.mammogram, particles, seen.outlines_px)
    ones = list(found.values())
    position = {planted: at for at, planted in enumerate(found)}
    groups: dict[int, Group] = {}
    for true in seen.groups:
        members = [position[m] for m in true.members if m in position]
        if len(members) >= 2:
            whole = _grouped([ones[m] for m in members], seen, (_AS_PLANTED,))[0]
            groups[true.number] = replace(whole, members=tuple(members))
    shapes, called = _called(ones, groups, seen, describer)
    return tuple(Called(planted=p, shape=shapes[at]) for p, at in position.items()), called


def _at_detected(
    seen: _Seen, judge: Judge, describer: Describer
) -> tuple[tuple[Called, ...], tuple[Called, ...]]:
    """Read the view at the balanced point, and describe what hits something planted."""
    candidates = find_candidates(seen.view, SETTINGS.detection)
    candidates, particles = measure(
        seen.view, candidates, seen.mammogram.spacing, SETTINGS.measurement
    )
    scores = judge.score(seen.view, candidates, particles)
    least = judge.operating_points[OperatingPoint.BALANCED]
    ones = [_scored(p, float(s)) for p, s in zip(particles, scores, strict=True) if s >= least]
    ones.sort(key=lambda one: (-one.score, one.row, one.column))
    if not ones:
        return (), ()
    hits = _hits(ones, seen)
    best: dict[int, Group] = {}
    of = _planted_group(ones, hits, seen)
    for one in _grouped(ones, seen, SETTINGS.grouping.rules[:1]):
        mine = of[list(one.members)]
        number = int(np.bincount(mine).argmax())
        most = number > 0 and 2 * (mine == number).sum() >= len(mine)
        if most and (number not in best or one.count > best[number].count):
            best[number] = one
    shapes, called = _called(ones, best, seen, describer)
    particles_called = tuple(
        Called(planted=int(hit), shape=shapes[at]) for at, hit in enumerate(hits) if hit >= 0
    )
    return particles_called, called


def measured_at(
    view: FlatView,
    mammogram: Mammogram,
    particles: Sequence[TrueParticle],
    outlines_px: Sequence[Numbers],
) -> dict[int, Calcification]:
    """Measure planted particles where they truly are; what cannot be outlined is left out.

    Each is a candidate at the brightest pixel inside its true outline. A particle that runs into
    a brighter one is tried again without that one.
    """
    places = np.array([_brightest(view, outline) for outline in outlines_px]).reshape(-1, 2)
    wide_mm = np.array([_narrow_mm(p) for p in particles])
    scales = SETTINGS.detection.sigmas_mm
    found: dict[int, Calcification] = {}
    left = np.argsort([-p.contrast_sd for p in particles], kind="stable")
    for _ in range(_ROUNDS):
        if len(left) == 0:
            break
        candidates = Candidates(
            row=places[left, 0],
            column=places[left, 1],
            scale_mm=np.clip(_SIGMA_SHARE * wide_mm[left], scales[0], scales[-1]),
            response=np.array([particles[i].contrast_sd for i in left]),
            # The number of the particle, to know it by afterwards.
            features=left[:, None].astype(np.float64),
            feature_names=("planted",),
        )
        kept, measured = measure(view, candidates, mammogram.spacing, SETTINGS.measurement)
        numbers = kept.features[:, 0].astype(int).tolist()
        found |= {n: _scored(one, 1.0) for n, one in zip(numbers, measured, strict=True)}
        left = np.array([i for i in left if int(i) not in found], dtype=np.intp)
    return dict(sorted(found.items()))


def _brightest(view: FlatView, outline: Numbers) -> tuple[float, float]:
    """Return the brightest pixel inside an outline, reading frame; its middle when it has none."""
    local = outline - (view.box.top, view.box.left)
    low = np.maximum(np.floor(local.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(local.max(axis=0)).astype(int) + 1, view.pixels.shape)
    middle = outline.mean(axis=0)
    if (low >= high).any():
        return float(middle[0]), float(middle[1])
    inside = np.zeros(tuple(high - low), np.uint8)
    cv2.fillPoly(inside, [np.rint((local - low)[:, ::-1]).astype(np.int32)], (1,))
    window = (slice(low[0], high[0]), slice(low[1], high[1]))
    over = cv2.GaussianBlur(view.pixels[window] - view.background[window], (0, 0), 0.7)
    at = np.unravel_index(np.where(inside > 0, over, -np.inf).argmax(), inside.shape)
    return float(at[0] + low[0] + view.box.top), float(at[1] + low[1] + view.box.left)


def _narrow_mm(particle: TrueParticle) -> float:
    """Return the diameter of the disc of equal area: smaller than that of a long particle."""
    return float(2.0 * np.sqrt(particle.area_mm2 / np.pi))


def _scored(particle: Particle, score: float) -> Calcification:
    values = {f.name: getattr(particle, f.name) for f in fields(Particle)}
    return Calcification(score=score, **values)


def _grouped(
    ones: Sequence[Calcification], seen: _Seen, rules: tuple[GroupRule, ...]
) -> tuple[Group, ...]:
    spacing = seen.mammogram.spacing
    assert spacing is not None
    settings = replace(SETTINGS.grouping, rules=rules)
    return group(ones, spacing, seen.breast, settings)[0].groups


def _called(
    ones: Sequence[Calcification], groups: Mapping[int, Group], seen: _Seen, describer: Describer
) -> tuple[Numbers, tuple[Called, ...]]:
    """Describe a view as a reading does: the shapes of all, and the groups by planted number."""
    described, (grouping,) = describe(
        Seen(
            mammogram=seen.mammogram,
            view=seen.view,
            breast=seen.breast,
            threshold=0.0,
            tracks=find_tracks(seen.view, SETTINGS.tracks),
        ),
        ones,
        (Grouping(rule=_AS_PLANTED, groups=tuple(groups.values())),),
        describer,
        SETTINGS,
    )
    shapes = np.array([_row(Morphology, one.morphology) for one in described])
    called = tuple(
        Called(
            planted=number,
            shape=_row(Morphology, one.description.morphology),
            distribution=_row(Distribution, one.description.distribution),
        )
        for number, one in zip(groups, grouping.groups, strict=True)
        if one.description is not None
    )
    return shapes.reshape(-1, len(Morphology)), called


def _row(words: type[Word], named: Named[Word] | None) -> Numbers:
    """Return probabilities in the order of the words."""
    assert named is not None
    return np.array([named.probabilities[word] for word in words])


def _hits(ones: Sequence[Calcification], seen: _Seen) -> NDArray[np.int64]:
    """Return which planted particle each mark hits, one to one within 0.35 mm; -1 = none."""
    places = np.array([(one.row, one.column) for one in ones])
    gaps = cdist(places, seen.places_px) * seen.pitch_mm
    marks, particles = np.nonzero(gaps <= WITHIN_MM)
    pairs = Pairs(marks=marks, particles=particles, gaps=gaps[marks, particles])
    scores = np.array([one.score for one in ones])
    return np.asarray(match_one_to_one(pairs, scores, len(seen.places_px)))


def _planted_group(
    ones: Sequence[Calcification], hits: NDArray[np.int64], seen: _Seen
) -> NDArray[np.int64]:
    """Return the planted group of each mark, 0 = none: by its hit, or by where it lies.

    A mark that hits nothing still is of a group when it lies inside one of its particles.
    """
    number_of = np.zeros(len(seen.places_px), dtype=np.int64)
    for true in seen.groups:
        number_of[list(true.members)] = true.number
    of = np.where(hits >= 0, number_of[hits], 0) if len(number_of) else np.zeros_like(hits)
    for at, one in enumerate(ones):
        if hits[at] >= 0:
            continue
        for outline, number in zip(seen.outlines_px, number_of, strict=True):
            corners = outline[:, ::-1].astype(np.float32)
            if cv2.pointPolygonTest(corners, (one.column, one.row), measureDist=False) >= 0:
                of[at] = number
                break
    return of


WORDS = tuple(Morphology)
WAYS = tuple(Distribution)
