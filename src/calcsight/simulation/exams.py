"""A whole simulated exam: both breasts, both views, calcifications of many kinds."""

from calcsight.simulation.families import Families
from calcsight.simulation.spec import GroupPlan, ViewSpec
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import Laterality, View

_EXAM_SEEDS_FROM = 1 << 32


def _plan(
    kind: Kind,
    count: int,
    diameter_mm: tuple[float, float],
    contrast_sd: tuple[float, float],
    distribution: Distribution = Distribution.GROUPED,
) -> GroupPlan:
    """Shorten a plan to one line."""
    return GroupPlan(
        kind=kind,
        distribution=distribution,
        count=count,
        diameter_mm=diameter_mm,
        contrast_sd=contrast_sd,
    )


def exam_specs(seed: int, pitch_mm: float = 0.085, rows: int = 2100) -> tuple[ViewSpec, ...]:
    """Return the four views of one woman: L CC, L MLO, R CC, R MLO.

    The left breast has a pleomorphic group, a punctate group and a rim; the right one a
    vascular track, rods and a popcorn. Both views of a breast hold the same kinds, but not at
    places that belong together. TUNING families only.

    Parameters
    ----------
    seed : int
        0 to 2**31 - 1.
    pitch_mm : float
        Distance between pixel centres.
    rows : int
        Height of each image, pixels.
    """
    base = _EXAM_SEEDS_FROM + 16 * seed
    left = (
        _plan(Kind.FINE_PLEOMORPHIC, 14, (0.15, 0.6), (8.0, 25.0)),
        _plan(Kind.PUNCTATE, 8, (0.2, 0.45), (8.0, 22.0)),
        _plan(Kind.RIM, 1, (3.0, 5.0), (8.0, 12.0)),
    )
    right = (
        _plan(Kind.VASCULAR, 26, (0.3, 1.4), (7.0, 18.0), Distribution.LINEAR),
        _plan(Kind.LARGE_ROD, 4, (2.0, 4.5), (12.0, 22.0), Distribution.LINEAR),
        _plan(Kind.POPCORN, 1, (4.0, 7.0), (16.0, 24.0)),
    )
    return tuple(
        ViewSpec(
            name=f"exam-{seed}-{side}-{view}",
            woman=f"exam-{seed}",
            families=Families.TUNING,
            woman_seed=base,
            seed=base + 1 + number,
            laterality=side,
            view=view,
            pitch_mm=pitch_mm,
            rows=rows,
            look="contrasty",
            background="webs",
            outlines="wobbly",
            blur="gaussian",
            groups=left if side is Laterality.LEFT else right,
            isolated=1,
        )
        for number, (side, view) in enumerate(
            (side, view)
            for side in (Laterality.LEFT, Laterality.RIGHT)
            for view in (View.CC, View.MLO)
        )
    )
