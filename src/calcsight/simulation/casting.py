"""Who has what in the wide sets: women, detectors, looks and groups of every kind."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from calcsight.simulation.detector import blur_families
from calcsight.simulation.families import Families
from calcsight.simulation.fine_tissue import fine_tissue_families
from calcsight.simulation.kinds import BY_RULE
from calcsight.simulation.lines import log_uniform
from calcsight.simulation.looks import enhanced_looks, film_looks, known_looks
from calcsight.simulation.outlines import outline_families
from calcsight.simulation.spec import GroupPlan, ViewSpec
from calcsight.simulation.tissue import tissue_families
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import Laterality, View

T = TypeVar("T")

WIDE_PITCHES_MM = (0.05, 0.2)
FILM_SHARE = 0.28
# Films are often scanned coarsely or reduced; detectors rarely have such pixels.
COARSE_SHARE = {"film": 0.5, "digital": 0.12}
_COARSEST_SHARE = 0.5
COARSE_PITCH_MM = 0.1
_PLAIN_TISSUE_SHARE = 0.15
_HEIGHT_MM = (100.0, 210.0)
_LEAST_CONTRAST_SD = 2.0
_MOST_CONTRAST_SD = 30.0
_LEAST_CONTRAST_RATIO = 1.3

# Diameters, mm, of what is larger than a suspicious particle.
_LARGE_MM = {
    Kind.COARSE_HETEROGENEOUS: (0.4, 1.5),
    Kind.LARGE_ROD: (0.8, 6.0),
    Kind.RIM: (1.0, 8.0),
    Kind.POPCORN: (2.0, 9.0),
    Kind.VASCULAR: (0.3, 2.0),
    Kind.DYSTROPHIC: (0.8, 6.0),
    Kind.SKIN: (0.5, 1.3),
    Kind.MILK_OF_CALCIUM: (0.4, 1.2),
    Kind.SUTURE: (1.0, 4.0),
}
_FINE_MM = (0.08, 1.0)
_ONLY_GROUPED = (Kind.RIM, Kind.POPCORN, Kind.DYSTROPHIC, Kind.SKIN, Kind.MILK_OF_CALCIUM)
_MOST = {Kind.RIM: 3, Kind.POPCORN: 2, Kind.DYSTROPHIC: 4, Kind.LARGE_ROD: 10, Kind.SUTURE: 10}
_FAINT_TIGHT = (Kind.AMORPHOUS, Kind.PUNCTATE, Kind.FINE_PLEOMORPHIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """From what a wide set is drawn.

    Parameters
    ----------
    name : str
        First word of its women's and views' names.
    families : Families
    seeds_from : int
        First seed of the set.
    kinds : tuple of Kind
        Every kind that is planted, each as often as it is named.
    most_rows : int
        A breast that needs more is drawn smaller.
    """

    name: str
    families: Families
    seeds_from: int
    kinds: tuple[Kind, ...]
    most_rows: int


def cast_woman(cast: Cast, number: int) -> tuple[ViewSpec, ...]:
    """Draw the two views of one woman; every second woman has no calcification.

    Parameters
    ----------
    cast : Cast
    number : int
        From 0 on; the same number gives the same woman.
    """
    rng = np.random.Generator(np.random.PCG64(cast.seeds_from + 7919 * number))
    seed = cast.seeds_from + 1000 * (number + 1)
    film = rng.random() < FILM_SHARE
    pitch_mm = _pitch_mm(rng, COARSE_SHARE["film" if film else "digital"])
    rows = min(int(rng.uniform(*_HEIGHT_MM) / pitch_mm), cast.most_rows)
    look = one_of(rng, film_looks() if film else _digital_looks(rng))
    plain = rng.random() < _PLAIN_TISSUE_SHARE
    tissues = (tissue_families if plain else fine_tissue_families)(cast.families)
    background, blur = one_of(rng, tissues), one_of(rng, blur_families(cast.families))
    ill = number % 2 == 1
    return tuple(
        ViewSpec(
            name=f"{cast.name}-{number:04d}-{side}-{view}",
            woman=f"{cast.name}-{number:04d}",
            families=cast.families,
            woman_seed=seed,
            seed=seed + 1 + at,
            laterality=side,
            view=view,
            pitch_mm=pitch_mm,
            rows=rows,
            look=look,
            background=background,
            outlines=one_of(rng, (*outline_families(cast.families), BY_RULE)),
            blur=blur,
            groups=_groups(rng, cast.kinds, pitch_mm) if ill else (),
            isolated=int(rng.integers(0, 5)) if ill else 0,
        )
        for at, (side, view) in enumerate(draw_pair(rng))
    )


def draw_pair(rng: np.random.Generator) -> list[tuple[Laterality, View]]:
    """Draw CC and MLO of one side, or one view of both sides."""
    sides = (Laterality.LEFT, Laterality.RIGHT)
    if rng.random() < 0.6:
        side = sides[int(rng.integers(2))]
        return [(side, View.CC), (side, View.MLO)]
    view = (View.CC, View.MLO)[int(rng.integers(2))]
    return [(side, view) for side in sides]


def _pitch_mm(rng: np.random.Generator, coarse_share: float) -> float:
    """Draw a pitch: most as of full-field detectors, a share coarser."""
    if rng.random() < coarse_share:
        # 0.2 mm is what film sets are often reduced to.
        if rng.random() < _COARSEST_SHARE:
            return WIDE_PITCHES_MM[1]
        return round(float(rng.uniform(COARSE_PITCH_MM, WIDE_PITCHES_MM[1])), 4)
    return round(float(rng.uniform(WIDE_PITCHES_MM[0], COARSE_PITCH_MM)), 4)


def _digital_looks(rng: np.random.Generator) -> tuple[str, ...]:
    """Draw between looks finished for the eye by drawn strengths, and the plain ones."""
    return enhanced_looks() if rng.random() < 0.65 else tuple(known_looks())


def _groups(
    rng: np.random.Generator, kinds: tuple[Kind, ...], pitch_mm: float
) -> tuple[GroupPlan, ...]:
    """Draw one to four groups; a few are faint and tight, a few are of two to four only."""
    return tuple(_group(rng, kinds, pitch_mm) for _ in range(int(rng.integers(1, 5))))


def _group(rng: np.random.Generator, kinds: tuple[Kind, ...], pitch_mm: float) -> GroupPlan:
    """Draw one group."""
    chance = rng.random()
    if chance < 0.12:
        kind, distribution = one_of(rng, _FAINT_TIGHT), Distribution.GROUPED
        count, contrast_sd = int(rng.integers(8, 31)), (_LEAST_CONTRAST_SD, 6.0)
        diameter_mm, tightness = (0.08, 0.4), float(rng.uniform(0.4, 0.7))
    else:
        kind = one_of(rng, kinds)
        distribution = one_of(rng, tuple(Distribution))
        count = int(rng.integers(2, 5)) if chance < 0.24 else int(rng.integers(5, 26))
        contrast_sd, tightness = _contrasts(rng), float(rng.uniform(0.4, 1.0))
        diameter_mm = _LARGE_MM.get(kind, _FINE_MM)
        count = min(count, _MOST.get(kind, count))
    # What is far smaller than a pixel leaves nothing to find.
    least_mm = max(diameter_mm[0], 0.8 * pitch_mm)
    return GroupPlan(
        kind=kind,
        distribution=Distribution.GROUPED if kind in _ONLY_GROUPED else distribution,
        count=count,
        diameter_mm=(round(least_mm, 4), diameter_mm[1]),
        contrast_sd=contrast_sd,
        tightness=round(tightness, 3),
    )


def _contrasts(rng: np.random.Generator) -> tuple[float, float]:
    """Draw a range of contrast: log-uniform, so that most particles are faint."""
    ends = sorted(log_uniform(rng, _LEAST_CONTRAST_SD, _MOST_CONTRAST_SD) for _ in range(2))
    high = min(max(ends[1], ends[0] * _LEAST_CONTRAST_RATIO), _MOST_CONTRAST_SD)
    return round(ends[0], 2), round(max(high, ends[0]), 2)


def one_of(rng: np.random.Generator, choices: tuple[T, ...]) -> T:
    """Draw one of some choices."""
    return choices[int(rng.integers(len(choices)))]
