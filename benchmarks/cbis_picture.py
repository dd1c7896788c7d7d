"""Draw docs/images/share-by-type.svg: what every shipped population says of each shape.

    python -m benchmarks.cbis_picture

All numbers come from the register of claims; no table and no image is read.
"""

from pathlib import Path
from xml.sax.saxutils import escape

from calcsight.knowledge.claims import load_claims
from calcsight.knowledge.files import Kind, read_document, shipped_ids
from calcsight.knowledge.populations import parse_population
from calcsight.terms.morphology import Morphology
from calcsight.terms.suspicion import Cell, Population

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "share-by-type.svg"
# Least to most suspicious, as the archive and the reviews order them.
SHAPES = (
    Morphology.ROUND_PUNCTATE,
    Morphology.AMORPHOUS,
    Morphology.COARSE_HETEROGENEOUS,
    Morphology.FINE_PLEOMORPHIC,
    Morphology.FINE_LINEAR_BRANCHING,
)
OWN = "cbis-ddsm"
LEFT, RIGHT, TOP, LINE, GAP = 360.0, 740.0, 26.0, 20.0, 30.0
WIDTH = 800.0
# The colours of Okabe and Ito; the archive counted here is also the only filled square.
OTHERS, COUNTED = "#0072b2", "#d55e00"
FOOT = (
    "Bar: 95 % interval, where the source gives one or the counts for it. Populations differ in",
    "who was in them: film enriched with cancers (CBIS-DDSM), biopsied or followed lesions, a",
    "single category. None is screening. Kim 2018 has one number for pleomorphic and linear.",
)


def populations() -> tuple[Population, ...]:
    """Return every population that ships, the one counted here last."""
    claims, _ = load_claims()
    names = sorted(shipped_ids(Kind.POPULATION), key=lambda name: (name == OWN, name))
    return tuple(
        parse_population(read_document(Kind.POPULATION, name)[0], claims)[0] for name in names
    )


def picture_text(shown: tuple[Population, ...]) -> str:
    """Return the drawing as SVG.

    Parameters
    ----------
    shown : tuple of Population
        In the order of their lines under each shape.
    """
    parts: list[str] = []
    y = TOP
    for shape in SHAPES:
        rows = [(one, one.rows[shape]) for one in shown if shape in one.rows]
        y += GAP
        parts.append(_text(10, y, shape.value.replace("_", " "), bold=True))
        for population, cell in rows:
            y += LINE
            parts += _line(population, cell, y)
    bottom = y + LINE
    axis = [_axis(share, bottom) for share in range(0, 101, 20)]
    foot = [_text(10, bottom + 44 + 17 * number, one) for number, one in enumerate(FOOT)]
    height = bottom + 44 + 17 * len(FOOT)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" '
            f'width="{WIDTH:g}" height="{height:g}" font-family="sans-serif" font-size="13">',
            f'<rect width="{WIDTH:g}" height="{height:g}" fill="white"/>',
            _text(10, 20, "Share of malignant lesions by shape, %", bold=True),
            *axis,
            *parts,
            *foot,
            "</svg>",
            "",
        ]
    )


def _line(population: Population, cell: Cell, y: float) -> list[str]:
    """Draw one population: its interval, its value and the two in words."""
    own = population.id == OWN
    colour = COUNTED if own else OTHERS
    counts = "" if cell.malignant is None else f" ({cell.malignant} of {cell.n})"
    parts = [_text(22, y, population.title + counts)]
    if cell.low is not None and cell.high is not None:
        low, high = _x(cell.low), _x(cell.high)
        parts.append(
            f'<line x1="{low:.1f}" y1="{y - 4:g}" x2="{high:.1f}" y2="{y - 4:g}" '
            f'stroke="{colour}" stroke-width="2"/>'
        )
    at = _x(cell.probability)
    fill = colour if own else "white"
    parts.append(
        f'<rect x="{at - 4:.1f}" y="{y - 8:g}" width="8" height="8" fill="{fill}" '
        f'stroke="{colour}" stroke-width="2"/>'
    )
    parts.append(_text(RIGHT + 14, y, f"{100 * cell.probability:g}"))
    return parts


def _axis(share: int, bottom: float) -> str:
    """Draw one grid line with its number."""
    x = _x(share / 100)
    return (
        f'<line x1="{x:.1f}" y1="{TOP:g}" x2="{x:.1f}" y2="{bottom:g}" stroke="#d0d0d0"/>'
        f'<text x="{x:.1f}" y="{bottom + 17:g}" text-anchor="middle">{share}</text>'
    )


def _x(share: float) -> float:
    return LEFT + share * (RIGHT - LEFT)


def _text(x: float, y: float, words: str, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}"{weight}>{escape(words)}</text>'


def main() -> None:
    """Run from the command line."""
    PICTURE.write_text(picture_text(populations()), encoding="utf-8")
    print(PICTURE.name)


if __name__ == "__main__":
    main()
