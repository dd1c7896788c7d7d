"""The fixed test set and the tuning sets: who has what, drawn once from a seed.

The test set is one committed definition: `benchmarks/accuracy_test_set.jsonl` lists its views
(one a line, so that it stays the same whatever a later numpy draws), and
`tests/simulation/test_sets.py` pins file and code. Nothing may be tuned on it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from calcsight.simulation.casting import Cast, cast_woman, draw_pair, one_of
from calcsight.simulation.detector import blur_families
from calcsight.simulation.families import TEST_SEEDS_FROM, Families
from calcsight.simulation.looks import known_looks
from calcsight.simulation.outlines import outline_families
from calcsight.simulation.spec import GroupPlan, ViewSpec
from calcsight.simulation.tissue import tissue_families
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Laterality, View

TEST_WOMEN = 100
PITCHES_MM = (0.05, 0.1)
ROWS = (1800, 3000)
HEIGHT_MM = (100.0, 210.0)
GROUP_COUNT = (5, 25)

_KINDS = (
    Kind.ROUND,
    Kind.PUNCTATE,
    Kind.AMORPHOUS,
    Kind.COARSE_HETEROGENEOUS,
    Kind.FINE_PLEOMORPHIC,
    Kind.FINE_LINEAR,
    Kind.FINE_LINEAR_BRANCHING,
)
# Every kind that a wide set plants; suspicious ones twice as often.
WIDE_KINDS = (
    *_KINDS,
    *_KINDS,
    Kind.LARGE_ROD,
    Kind.RIM,
    Kind.POPCORN,
    Kind.VASCULAR,
    Kind.DYSTROPHIC,
    Kind.SKIN,
    Kind.MILK_OF_CALCIUM,
    Kind.SUTURE,
)
WIDE_TEST_WOMEN = 80
_TRAINING_ROWS, _WIDE_TEST_ROWS = 2000, 2600
# Far from the seeds of the sets above and of the demo's exams.
_WIDE_SEEDS_FROM = 1 << 36

_DISTRIBUTIONS = (Distribution.GROUPED, Distribution.GROUPED, Distribution.LINEAR)


def test_set() -> tuple[ViewSpec, ...]:
    """Return the 200 views of 100 women of the fixed test set; TEST families only."""
    return _women(Families.TEST, TEST_WOMEN, TEST_SEEDS_FROM)


def tuning_set(views: int, start: int = 0) -> tuple[ViewSpec, ...]:
    """Return views drawn by the same rules from TUNING families and seeds.

    Parameters
    ----------
    views : int
        Rounded up to whole women (two views each).
    start : int
        Women to skip: sets with other ranges of women share none.
    """
    if views < 1 or start < 0:
        raise UsageError(f"{views} views from woman {start}", "at least 1 view, from 0 on")
    women = -(-views // 2)
    return _women(Families.TUNING, women, 0, start)[:views]


def training_set(views: int, start: int = 0) -> tuple[ViewSpec, ...]:
    """Return views to train on, as varied as real ones; TUNING families and seeds only.

    Pitch 0.05-0.2 mm, a quarter of it coarser than 0.1; a quarter digitised film; fine tissue
    with all that a breast holds, in one woman of seven plain tissue; groups of every kind and
    distribution of 2 to 30 particles in every second woman, 2-30 SD, more faint ones than
    bright ones. See `casting`.

    Parameters
    ----------
    views : int
        Rounded up to whole women (two views each), then cut.
    start : int
        Women to skip: sets with other ranges of women share none.
    """
    if views < 1 or start < 0:
        raise UsageError(f"{views} views from woman {start}", "at least 1 view, from 0 on")
    cast = Cast(
        name="training",
        families=Families.TUNING,
        seeds_from=_WIDE_SEEDS_FROM,
        kinds=WIDE_KINDS,
        most_rows=_TRAINING_ROWS,
    )
    women = range(start, start + -(-views // 2))
    return tuple(spec for number in women for spec in cast_woman(cast, number))[:views]


def wide_test_set() -> tuple[ViewSpec, ...]:
    """Return 160 views of 80 women by the rules of `training_set`, of TEST families and seeds.

    `benchmarks/wide_test_set.jsonl` holds them; nothing may be tuned on it.
    """
    cast = Cast(
        name="wide-test",
        families=Families.TEST,
        seeds_from=TEST_SEEDS_FROM + _WIDE_SEEDS_FROM,
        kinds=WIDE_KINDS,
        most_rows=_WIDE_TEST_ROWS,
    )
    women = range(WIDE_TEST_WOMEN)
    return tuple(spec for number in women for spec in cast_woman(cast, number))


def definition_digest(specs: tuple[ViewSpec, ...]) -> str:
    """SHA-256 of the views' canonical JSON, hexadecimal."""
    text = json.dumps(as_rows(specs), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def as_rows(specs: tuple[ViewSpec, ...]) -> list[dict[str, Any]]:
    """Return the views as plain dicts, for JSON."""
    rows: list[dict[str, Any]] = json.loads(json.dumps([asdict(spec) for spec in specs]))
    for plan in (plan for row in rows for plan in row["groups"]):
        # Younger than the fixed set, whose digest must stay.
        if plan["tightness"] == 1.0:
            del plan["tightness"]
    return rows


def from_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[ViewSpec, ...]:
    """Return the views that `as_rows` wrote."""
    return tuple(_from_row(row) for row in rows)


def _from_row(row: Mapping[str, Any]) -> ViewSpec:
    """Return one view from its plain dict."""
    words = {
        "families": Families(row["families"]),
        "laterality": Laterality(row["laterality"]),
        "view": View(row["view"]),
        "groups": tuple(
            GroupPlan(
                kind=Kind(plan["kind"]),
                distribution=Distribution(plan["distribution"]),
                count=plan["count"],
                diameter_mm=tuple(plan["diameter_mm"]),
                contrast_sd=tuple(plan["contrast_sd"]),
                tightness=plan.get("tightness", 1.0),
            )
            for plan in row["groups"]
        ),
    }
    return ViewSpec(**{**row, **words})


def _women(families: Families, count: int, seeds_from: int, start: int = 0) -> tuple[ViewSpec, ...]:
    """Draw women `start` to `start + count`; every second one has no calcification."""
    specs: list[ViewSpec] = []
    for number in range(start, start + count):
        rng = np.random.Generator(np.random.PCG64(seeds_from + 7919 * number))
        specs.extend(_woman(rng, families, number, seeds_from + 1000 * (number + 1)))
    return tuple(specs)


def _woman(rng: np.random.Generator, families: Families, number: int, seed: int) -> list[ViewSpec]:
    """Draw the two views of one woman: CC and MLO of one side, or one view of both sides."""
    pairs = draw_pair(rng)
    pitch_mm = round(float(rng.uniform(*PITCHES_MM)), 4)
    height_mm = float(rng.uniform(*HEIGHT_MM))
    rows = int(np.clip(height_mm / pitch_mm, *ROWS))
    look = one_of(rng, tuple(known_looks()))
    background = one_of(rng, tissue_families(families))
    blur = one_of(rng, blur_families(families))
    return [
        ViewSpec(
            name=f"{families}-{number:04d}-{side}-{view}",
            woman=f"{families}-{number:04d}",
            families=families,
            woman_seed=seed,
            seed=seed + 1 + at,
            laterality=side,
            view=view,
            pitch_mm=pitch_mm,
            rows=rows,
            look=look,
            background=background,
            outlines=one_of(rng, outline_families(families)),
            blur=blur,
            groups=_groups(rng) if number % 2 == 1 else (),
            isolated=int(rng.integers(0, 5)) if number % 2 == 1 else 0,
        )
        for at, (side, view) in enumerate(pairs)
    ]


def _groups(rng: np.random.Generator) -> tuple[GroupPlan, ...]:
    """Draw one to three groups of 5-25 particles; sizes and contrasts as the set promises."""
    return tuple(
        GroupPlan(
            kind=_KINDS[int(rng.integers(len(_KINDS)))],
            distribution=_DISTRIBUTIONS[int(rng.integers(len(_DISTRIBUTIONS)))],
            count=int(rng.integers(GROUP_COUNT[0], GROUP_COUNT[1] + 1)),
        )
        for _ in range(int(rng.integers(1, 4)))
    )
