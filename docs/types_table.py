"""The tables of docs/simulation.md: every kind and distribution, its numbers and its rule."""

from collections.abc import Iterable

import cv2
import numpy as np

from calcsight.simulation.kinds import KindRule, kind_rules
from calcsight.simulation.outlines import Outline, centroid_and_area
from calcsight.simulation.shapes import shape_by_rule
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import View

SHAPES_DRAWN = 200
_MLO = "milk_of_calcium_mlo"

RULES = {
    Kind.ROUND: "Smooth discs, domed. The lexicon: round under 1 mm [1].",
    Kind.PUNCTATE: "Round dots under 0.5 mm [1].",
    Kind.AMORPHOUS: (
        "Too small or hazy to give a shape [1]: faint cones without an edge, many and close."
    ),
    Kind.COARSE_HETEROGENEOUS: (
        "Irregular and conspicuous, 0.5-1 mm, tending to coalesce [1]: one to three lumps that "
        "have grown together."
    ),
    Kind.FINE_PLEOMORPHIC: (
        "Angular pieces of differing shapes, usually under 0.5 mm [1]: splinters of three to six "
        "corners, differing in density within one group."
    ),
    Kind.FINE_LINEAR: (
        "Thin irregular lines under 0.5 mm calibre, which may be broken [1]: pieces end to end "
        "in a duct."
    ),
    Kind.FINE_LINEAR_BRANCHING: (
        "The same with branches [1]: a trunk with one to three forks at acute angles."
    ),
    Kind.LARGE_ROD: (
        "Smooth rods at least 0.5 mm thick that run in ducts to the nipple [1]; about one in "
        "eight forks, one in three has a lucent centre (choices)."
    ),
    Kind.RIM: (
        "A thin shell, under 1 mm, on a ball [1]: a tenth of the radius, thick on one side and "
        "all but gone on another."
    ),
    Kind.POPCORN: (
        "Coarse, over 2-3 mm, of an involuting fibroadenoma [1]: five to nine lobes with denser "
        "cores and clefts."
    ),
    Kind.VASCULAR: (
        "Parallel tracks along a vessel [1]: broken plaques on both walls of a winding tube of "
        "1.2-2.6 mm (a choice), which is drawn, too, by `insert`."
    ),
    Kind.DYSTROPHIC: (
        "Coarse and irregular, usually over 1 mm (the mm unverified) [1]: notched plaques with "
        "lucent parts."
    ),
    Kind.SKIN: (
        "Lucent centre, near the skin line, in tight groups each under 5 mm [1]: rings, within "
        "9 mm of the skin line (a choice)."
    ),
    Kind.MILK_OF_CALCIUM: (
        "Smudgy and round on CC, a crescent or line on the lateral view [1]: teacups that all lie "
        "level, here on MLO as well. The two views of one woman are drawn apart."
    ),
    Kind.SUTURE: (
        "Lines, tubes and knots at a scar [1]: threads and loops with two ends in a row that "
        "runs any way."
    ),
}
LIES = {
    Distribution.GROUPED: "At least 5 within a circle of 10 mm; circles that share one join [2].",
    Distribution.LINEAR: "In a line towards the nipple, at least 6 mm long (a choice).",
    Distribution.SEGMENTAL: "A fan that narrows towards the nipple [1]; 22-32 mm long (a choice).",
    Distribution.REGIONAL: "A large part of the breast, over 2 cm (unverified), along no duct [1].",
    Distribution.DIFFUSE: "Through all of the breast [1].",
}


def kinds_table() -> str:
    """Return the table of kinds as markdown; shape numbers are measured on drawn outlines."""
    head = (
        "simulated",
        "kind",
        "diameter, mm",
        "contrast, SD",
        "particles",
        "elongation",
        "solidity",
        "distributions",
        "rule",
    )
    return _table(head, (_kind_row(rule) for rule in kind_rules().values()))


def distributions_table() -> str:
    """Return the table of distributions as markdown."""
    rows = (
        (
            f"![{distribution}](images/types/{distribution}.png)",
            distribution.value,
            ", ".join(r.kind for r in kind_rules().values() if distribution in r.distributions),
            LIES[distribution],
        )
        for distribution in Distribution
    )
    return _table(("simulated", "distribution", "kinds", "rule"), rows)


def _kind_row(rule: KindRule) -> tuple[str, ...]:
    kind = rule.kind
    names = (kind.value, _MLO) if kind is Kind.MILK_OF_CALCIUM else (kind.value,)
    shapes = _shape_numbers(rule)
    return (
        " ".join(f"![{name}](images/types/{name}.png)" for name in names),
        kind.value,
        f"{rule.diameter_mm[0]:g}-{rule.diameter_mm[1]:g}",
        f"{rule.contrast_sd[0]:g}-{rule.contrast_sd[1]:g}",
        f"{rule.count[0]}-{rule.count[1]}",
        *shapes,
        ", ".join(rule.distributions),
        RULES[kind],
    )


def _shape_numbers(rule: KindRule) -> tuple[str, str]:
    """Return 5th to 95th percentile of elongation and solidity over drawn outlines."""
    rng = np.random.default_rng(1)
    low, high = rule.diameter_mm
    long, solid = [], []
    for number in range(SHAPES_DRAWN):
        diameter = low * (high / low) ** rng.uniform()
        view = View.MLO if number % 2 else View.CC
        one = elongation_and_solidity(shape_by_rule(rng, rule.kind, diameter, view))
        long.append(one[0])
        solid.append(one[1])
    ranges = [np.percentile(values, (5, 95)) for values in (long, solid)]
    return f"{ranges[0][0]:.1f}-{ranges[0][1]:.1f}", f"{ranges[1][0]:.2f}-{ranges[1][1]:.2f}"


def elongation_and_solidity(outline: Outline) -> tuple[float, float]:
    """Return length over width of the smallest rectangle, and area over that of the hull."""
    points = outline.astype(np.float32)
    box = cv2.boxPoints(cv2.minAreaRect(points)).astype(np.float64)
    sides = sorted((np.hypot(*(box[1] - box[0])), np.hypot(*(box[2] - box[1]))))
    hull = float(cv2.contourArea(cv2.convexHull(points)))
    return float(sides[1] / sides[0]), centroid_and_area(outline)[1] / hull


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
