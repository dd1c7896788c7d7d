"""From a simulated view to words: the shipped judge and describer, on shapes drawn by rule."""

import numpy as np
import pytest

from calcsight.analysis.background import flatten
from calcsight.analysis.breast import find_breast
from calcsight.analysis.describing import Seen, describe
from calcsight.analysis.detection import find_candidates
from calcsight.analysis.grouping import group
from calcsight.analysis.measurement import measure
from calcsight.models import load_judge
from calcsight.models.describing import load_describer
from calcsight.simulation.families import Families
from calcsight.simulation.kinds import BY_RULE, usual_plan
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.truth import Kind
from calcsight.simulation.views import simulate_view
from calcsight.terms.calcification import Calcification, Particle
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import Settings

SETTINGS = Settings()
HIT_MM = 0.35


def read(
    kind: Kind, distribution: Distribution, seed: int
) -> tuple[list[Calcification], list[Group]]:
    """Simulate one group of a kind; return what is found of it, described, and its groups."""
    spec = ViewSpec(
        name="view",
        woman="woman",
        families=Families.TUNING,
        woman_seed=seed,
        seed=seed + 1,
        laterality=Laterality.LEFT,
        view=View.CC,
        pitch_mm=0.08,
        rows=1600,
        look="soft",
        background="felt",
        outlines=BY_RULE,
        blur="gaussian",
        groups=(usual_plan(kind, distribution),),
    )
    simulated = simulate_view(spec)
    mammogram = simulated.mammogram()
    spacing = mammogram.spacing
    assert spacing is not None
    judge = load_judge()
    breast = find_breast(mammogram, spacing.mean_mm, SETTINGS.breast)
    view = flatten(mammogram, breast, spacing.mean_mm, SETTINGS)
    candidates, particles = measure(
        view, find_candidates(view, SETTINGS.detection), spacing, SETTINGS.measurement
    )
    threshold = judge.operating_points[OperatingPoint.BALANCED]
    names = Particle.__dataclass_fields__
    scores = judge.score(view, candidates, particles)
    found = [
        Calcification(score=float(score), **{name: getattr(one, name) for name in names})
        for one, score in zip(particles, scores, strict=True)
        if score >= threshold
    ]
    found.sort(key=lambda one: (-one.score, one.row, one.column))
    groupings = group(found, spacing, breast, SETTINGS.grouping)
    seen = Seen(mammogram=mammogram, view=view, breast=breast, threshold=threshold)
    shaped, described = describe(seen, found, groupings, load_describer(), SETTINGS)
    again, _ = describe(seen, found, groupings, load_describer(), SETTINGS)
    assert [one.morphology for one in again] == [one.morphology for one in shaped]
    planted = np.array([(one.row, one.column) for one in simulated.truth.particles])
    return [
        one
        for one in shaped
        if np.hypot(*(planted - (one.row, one.column)).T).min() * spacing.mean_mm < HIT_MM
    ], list(described[0].groups)


@pytest.mark.parametrize(
    ("kind", "distribution", "shape"),
    [
        (Kind.VASCULAR, Distribution.LINEAR, Morphology.VASCULAR),
        (Kind.LARGE_ROD, Distribution.SEGMENTAL, Morphology.LARGE_ROD),
        (Kind.FINE_LINEAR_BRANCHING, Distribution.SEGMENTAL, Morphology.FINE_LINEAR_BRANCHING),
        (Kind.PUNCTATE, Distribution.GROUPED, Morphology.ROUND_PUNCTATE),
        (Kind.FINE_PLEOMORPHIC, Distribution.GROUPED, Morphology.FINE_PLEOMORPHIC),
    ],
)
def test_a_group_drawn_by_the_rule_of_its_kind_is_called_by_its_name(
    kind: Kind, distribution: Distribution, shape: Morphology
) -> None:
    called: list[Morphology] = []
    of_groups: list[Morphology] = []
    for seed in (3_000, 5_000, 7_000):
        shaped, groups = read(kind, distribution, seed)
        assert all(one.morphology is not None for one in shaped)
        called += [one.morphology.likeliest for one in shaped if one.morphology]
        of_groups += [one.description.morphology.likeliest for one in groups if one.description]
    assert len(called) > 10
    assert np.mean([one is shape for one in called]) > 0.8
    if kind is not Kind.LARGE_ROD:  # few and far apart: they make no group by count
        assert np.mean([one is shape for one in of_groups]) > 0.6
