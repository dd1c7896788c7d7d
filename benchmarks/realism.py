"""Compare simulated mammograms with real ones by their statistics; write docs/results/realism.md.

python -m benchmarks.realism, with CALCSIGHT_DATA naming the folder of real images. Only numbers
leave the real images.
"""

import argparse
import os
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

import calcsight
from benchmarks.image_statistics import statistics_of
from benchmarks.page import table
from calcsight.simulation.looks import Medium, look_named
from calcsight.simulation.sets import training_set
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.views import simulate_view
from calcsight.terms.mammogram import Intent, Mammogram, View

PAGE = Path(__file__).parents[1] / "docs" / "results" / "realism.md"
FULL_FIELD_MM = 0.07
MIAS_MM = 0.2
MIAS_NORMALS = (
    *("mdb003", "mdb004", "mdb007", "mdb008", "mdb011", "mdb016", "mdb020", "mdb027", "mdb031"),
    *("mdb036", "mdb040", "mdb044", "mdb051", "mdb056", "mdb060", "mdb068", "mdb076"),
    *("mdb084", "mdb096", "mdb035"),
)


@dataclass(frozen=True)
class Kind:
    """One kind of image: what it is called, the pitch of its twins, their height in pixels."""

    title: str
    pitch_mm: float
    rows: int
    film: bool


DIGITAL = Kind("Digital, FOR PRESENTATION", 0.07, 2000, film=False)
FILM = Kind("Digitised film", MIAS_MM, 1000, film=True)


def real_images(kind: Kind, folder: Path) -> Iterator[Mammogram]:
    """Load the real images of one kind."""
    if kind.film:
        for name in MIAS_NORMALS:
            path = folder / "mini-mias" / "images" / f"{name}.png"
            yield calcsight.load(path, spacing_mm=MIAS_MM, view=View.MLO)
        return
    for path in sorted((folder / "full-field").glob("*.png")):
        yield calcsight.load(path, spacing_mm=FULL_FIELD_MM)
    yield calcsight.load(folder / "dicom" / "GH133.dcm")


def simulated_images(kind: Kind, count: int) -> Iterator[Mammogram]:
    """Draw normals of the training set, of this kind's look, at its pitch."""
    # Every second woman has no calcification; one view of each will do.
    for spec in training_set(4 * count)[::4]:
        yield simulate_view(_as(kind, spec)).mammogram()


def _as(kind: Kind, spec: ViewSpec) -> ViewSpec:
    """Return the view at a kind's pitch and with a look of that kind."""
    look = look_named(spec.look)
    if kind.film:
        name = "film-8"
    elif look.intent is Intent.FOR_PRESENTATION and look.medium is not Medium.FILM:
        name = spec.look
    else:
        name = "enhanced-12"
    return replace(spec, pitch_mm=kind.pitch_mm, rows=kind.rows, look=name)


def compared(real: Sequence[dict[str, float]], drawn: Sequence[dict[str, float]]) -> str:
    """Return the table of one kind: median and range of both, and how many real ones lie within."""
    rows: list[tuple[str, ...]] = []
    for name in real[0]:
        true, made = _column(real, name), _column(drawn, name)
        if np.isnan(true).all():
            continue
        inside = int(((true >= np.nanmin(made)) & (true <= np.nanmax(made))).sum())
        low, high = np.nanquantile(made, (0.1, 0.9))
        middle = int(((true >= low) & (true <= high)).sum())
        rows.append(
            (
                name,
                _spread(true),
                _spread(made),
                f"{low:.2f} to {high:.2f}",
                f"{inside} / {middle} of {len(true)}",
            )
        )
    head = (
        "statistic",
        "real: median (range)",
        "simulated: median (range)",
        "simulated: middle 80 %",
        "real within range / within 80 %",
    )
    return table(head, rows)


def _column(found: Sequence[dict[str, float]], name: str) -> NDArray[np.float64]:
    """One statistic of many images."""
    return np.array([one[name] for one in found], dtype=np.float64)


def _spread(values: NDArray[np.float64]) -> str:
    """Write median and range."""
    return f"{np.nanmedian(values):.2f} ({np.nanmin(values):.2f} to {np.nanmax(values):.2f})"


def page(parts: Sequence[tuple[Kind, int, int, str]]) -> str:
    """Return the whole page."""
    words: tuple[str, ...] = (textwrap.dedent(_INTRODUCTION).strip(),)
    for kind, real, drawn, text in parts:
        title = f"## {kind.title}: {real} real, {drawn} simulated at {kind.pitch_mm:g} mm"
        words = (*words, f"{title}\n\n{text}")
    return "\n\n".join(words) + "\n"


_INTRODUCTION = """
    # How real simulated mammograms look, in numbers

    Written by `python -m benchmarks.realism` (with `CALCSIGHT_DATA` naming the folder of real
    images). Real: the seven FOR PRESENTATION views that are at hand and 20 normal films of
    mini-MIAS, a fixed list. Simulated: normal women of `sets.training_set`, one view each, at the
    same pitch. The simulator's ranges were chosen by these statistics, over some of these images,
    and by eye beside crops of them; no network saw one. That real values lie inside says that the
    simulator is wide enough, not that a simulated view passes for a real one. "Within 80 %" counts
    the real images between the simulated 10th and 90th percentile.

    - Slope: exponent b of the radial power spectrum f ** -b in a band of cycles per mm; patches of
      12.8 mm inside the breast, each in units of its own median power.
    - SD in one band over another: how much coarse structure there is for the finer one.
    - Noise: mean size of the finest detail (second differences both ways) where the slow
      background is middling or dense over that where it is fat.
    - Kurtosis and quantiles: answers of a difference of Gaussians (ratio 1.6) of this sigma in
      their own local SD; 3 and about +-3.1 for Gaussian noise.
    - Candidates: what the classical stage lists per cm2 of searched breast, by its answer in SD.
      `GH133` holds true calcifications, so its counts are no false ones.

    Pixels of 0.2 mm carry neither the finest band nor the finest filter.
"""


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--views", type=int, default=60, help="simulated views of each kind")
    chosen = parser.parse_args()
    if "CALCSIGHT_DATA" not in os.environ:
        parser.error("CALCSIGHT_DATA must name the folder of real images")
    cv2.setNumThreads(1)
    folder = Path(os.environ["CALCSIGHT_DATA"])
    parts: list[tuple[Kind, int, int, str]] = []
    for kind in (DIGITAL, FILM):
        real = [statistics_of(one) for one in real_images(kind, folder)]
        drawn = [statistics_of(one) for one in simulated_images(kind, chosen.views)]
        parts.append((kind, len(real), len(drawn), compared(real, drawn)))
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
