"""Small sets built by hand."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from calcsight.evaluation.cases import (
    Case,
    DataSet,
    FoundGroup,
    FoundView,
    Predictions,
    TrueParticles,
    TrueRegion,
    TrueView,
)

Place = tuple[float, float]
Outline = np.ndarray | None


def particles(
    places: Sequence[Place],
    outlines: Sequence[Outline] | None = None,
    diameters: Sequence[float] | None = None,
    contrasts: Sequence[float] | None = None,
) -> TrueParticles:
    n = len(places)
    return TrueParticles(
        places_px=np.array(places, dtype=np.float64).reshape(-1, 2),
        outlines_px=tuple(outlines or [None] * n),
        diameters_mm=np.array(diameters or [np.nan] * n, dtype=np.float64),
        contrasts_sd=np.array(contrasts or [np.nan] * n, dtype=np.float64),
    )


def true_view(
    name: str = "v",
    patient: str = "p",
    *,
    marked: TrueParticles | None = None,
    regions: tuple[TrueRegion, ...] | None = None,
    spacing_mm: tuple[float, float] | None = (0.1, 0.1),
    normal: bool = False,
    strata: dict[str, str] | None = None,
    area_mm2: float | None = None,
) -> TrueView:
    return TrueView(
        name=name,
        patient=patient,
        spacing_mm=spacing_mm,
        particles=marked,
        regions=regions,
        normal=normal,
        strata=strata or {},
        breast_area_mm2=area_mm2,
    )


def found_view(
    name: str = "v",
    marks: Sequence[tuple[float, float, float]] = (),
    *,
    outlines: Sequence[Outline] | None = None,
    groups: tuple[FoundGroup, ...] = (),
    diameters: Sequence[float] | None = None,
    refused: str = "",
) -> FoundView:
    table = np.array(marks, dtype=np.float64).reshape(-1, 3)
    return FoundView(
        name=name,
        places_px=table[:, :2],
        scores=table[:, 2],
        diameters_mm=np.array(diameters or [np.nan] * len(table), dtype=np.float64),
        outlines_px=tuple(outlines or [None] * len(table)),
        groups=groups,
        refused=refused,
    )


def found_group(
    centre: Place, score: float, members: tuple[int, ...] = (), outline: Outline = None
) -> FoundGroup:
    return FoundGroup(
        centre_px=np.array(centre, dtype=np.float64),
        score=score,
        members=members,
        outline_px=outline,
    )


def square(row: float, column: float, side: float) -> np.ndarray:
    """A square with its top left corner on the centre of a pixel."""
    return np.array(
        [[row, column], [row, column + side], [row + side, column + side], [row + side, column]]
    )


def set_of(cases: Sequence[Case], groups: bool = True) -> tuple[DataSet, Predictions]:
    return (
        DataSet(name="made by hand", views=tuple(case.true for case in cases)),
        Predictions(
            detector="by hand",
            views=tuple(case.found for case in cases),
            particles=True,
            groups=groups,
        ),
    )


@pytest.fixture
def random_cases() -> Callable[[int], list[Case]]:
    """Return a maker of sets with ties, refusals, normals and uneven patients."""

    def make(seed: int) -> list[Case]:
        rng = np.random.default_rng(seed)
        cases = []
        for number in range(int(rng.integers(6, 14))):
            normal = number % 3 == 0
            places = [] if normal else [tuple(p) for p in rng.uniform(0, 300, (4, 2))]
            near = [(p[0] + rng.normal(0, 2), p[1] + rng.normal(0, 2)) for p in places]
            off = [tuple(p) for p in rng.uniform(0, 300, (int(rng.integers(0, 6)), 2))]
            scores = rng.choice([0.1, 0.3, 0.5, 0.7, 0.9], len(near) + len(off))
            marks = [(r, c, s) for (r, c), s in zip([*near, *off], scores, strict=True)]
            cases.append(
                Case(
                    true=true_view(
                        name=f"v{number}",
                        patient=f"p{int(rng.integers(0, 5))}",
                        marked=particles(places),
                        regions=(),
                        normal=normal,
                        area_mm2=float(rng.uniform(5000, 20000)),
                    ),
                    found=found_view(f"v{number}", marks),
                )
            )
        return cases

    return make
