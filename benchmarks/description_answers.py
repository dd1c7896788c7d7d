"""From described views to rows of answers: which truth, which probabilities, which stratum."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import numpy as np

from benchmarks.described import SHAPE_OF, WAYS, WORDS, Called, Described
from benchmarks.description_metrics import Answers
from calcsight.simulation.truth import Kind, TrueGroup, TrueParticle

Arm = Literal["at_true", "at_detected"]
ARMS: tuple[tuple[Arm, str], ...] = (("at_true", "true places"), ("at_detected", "detected"))
# Fewer planted particles than this lie in no way that has a name.
LEAST_SPREAD = 5
MILK = Kind.MILK_OF_CALCIUM


def particle_shapes(views: Iterable[Described], arm: Arm) -> Answers:
    """Return the shapes of particles, milk of calcium left out."""
    rows = (
        (view, one, view.particles[one.planted])
        for view in views
        for one in getattr(view, arm)[0]
        if view.particles[one.planted].kind is not MILK
    )
    return _answers([_particle_row(view, one, true) for view, one, true in rows], len(WORDS))


def group_shapes(views: Iterable[Described], arm: Arm) -> Answers:
    """Return the shapes of groups, milk of calcium left out."""
    rows = (row for row in _groups(views, arm) if row[2].kind is not MILK)
    return _answers(
        [_group_row(*row, WORDS.index(SHAPE_OF[row[2].kind]), row[1].shape) for row in rows],
        len(WORDS),
    )


def group_distributions(views: Iterable[Described], arm: Arm) -> Answers:
    """Return the distributions of groups of at least five planted particles."""
    rows = []
    for view, one, true in _groups(views, arm):
        if len(true.members) >= LEAST_SPREAD and one.distribution is not None:
            at = WAYS.index(true.distribution)
            rows.append(_group_row(view, one, true, at, one.distribution))
    return _answers(rows, len(WAYS))


def milk_called(views: Iterable[Described], arm: Arm) -> tuple[Counter[str], Counter[str]]:
    """Count what particles and groups of milk of calcium are called."""
    particles: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    for view in views:
        for one in getattr(view, arm)[0]:
            if view.particles[one.planted].kind is MILK:
                particles[WORDS[int(one.shape.argmax())].value] += 1
    for _, one, true in _groups(views, arm):
        if true.kind is MILK:
            groups[WORDS[int(one.shape.argmax())].value] += 1
    return particles, groups


def planted_and_found(
    views: Sequence[Described], arm: Arm, chosen: Callable[[Kind], bool]
) -> tuple[int, int, int, int]:
    """Count planted particles, those found, planted groups, those found, of some kinds."""
    particles = [p for view in views for p in view.particles if chosen(p.kind)]
    groups = [g for view in views for g in view.groups if chosen(g.kind)]
    hit = sum(
        chosen(view.particles[one.planted].kind) for view in views for one in getattr(view, arm)[0]
    )
    held = sum(chosen(true.kind) for _, _, true in _groups(views, arm))
    return len(particles), hit, len(groups), held


def _groups(views: Iterable[Described], arm: Arm) -> Iterable[tuple[Described, Called, TrueGroup]]:
    for view in views:
        by_number = {true.number: true for true in view.groups}
        for one in getattr(view, arm)[1]:
            yield view, one, by_number[one.planted]


_Row = tuple[str, int, object, float, float, int, bool]


def _particle_row(view: Described, one: Called, true: TrueParticle) -> _Row:
    at = WORDS.index(SHAPE_OF[true.kind])
    return (view.woman, at, one.shape, true.contrast_sd, true.diameter_mm, 1, view.film)


def _group_row(
    view: Described, one: Called, true: TrueGroup, at: int, probabilities: object
) -> _Row:
    members = [view.particles[m] for m in true.members]
    return (
        view.woman,
        at,
        probabilities,
        float(np.mean([m.contrast_sd for m in members])),
        float(np.mean([m.diameter_mm for m in members])),
        len(members),
        view.film,
    )


def _answers(rows: Sequence[_Row], words: int) -> Answers:
    """Put rows into columns."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * 7
    return Answers(
        women=np.array(columns[0], dtype=np.str_),
        truth=np.array(columns[1], dtype=np.intp),
        probabilities=np.array(columns[2], dtype=np.float64).reshape(-1, words),
        contrast_sd=np.array(columns[3], dtype=np.float64),
        diameter_mm=np.array(columns[4], dtype=np.float64),
        count=np.array(columns[5], dtype=np.intp),
        film=np.array(columns[6], dtype=np.bool_),
    )
