"""Draw the pictures and tables of docs/simulation.md: all simulated.

python -m docs.types_pictures
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from docs.types_table import distributions_table, kinds_table
from numpy.typing import NDArray

from calcsight.simulation.families import Families
from calcsight.simulation.insertion import Inserted, insert, plan_insertion
from calcsight.simulation.kinds import usual_plan
from calcsight.simulation.spec import GroupPlan, ViewSpec
from calcsight.simulation.truth import Kind
from calcsight.simulation.views import simulate_view
from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import Laterality, Mammogram, View

FOLDER = Path(__file__).parent / "images" / "types"
DOC = Path(__file__).parent / "simulation.md"
PITCH_MM = 0.05
SIDE_PX = 260
GREYS = 24
SEED = 5
SLOW_MM = 4.0


def breast(view: View, pitch_mm: float = PITCH_MM, rows: int = 2600) -> Mammogram:
    """Simulate a normal left breast, for presentation."""
    spec = ViewSpec(
        name="types",
        woman="types",
        families=Families.TUNING,
        woman_seed=77,
        seed=78 if view is View.CC else 79,
        laterality=Laterality.LEFT,
        view=view,
        pitch_mm=pitch_mm,
        rows=rows,
        look="raw-log",
        background="webs",
        outlines="wobbly",
        blur="gaussian",
    )
    return simulate_view(spec).mammogram()


def with_group(mammogram: Mammogram, plan: GroupPlan, seed: int) -> Inserted:
    """Put one group into a breast."""
    planned = plan_insertion(mammogram, (plan,), seed)
    if not planned.particles:
        raise SystemExit(f"no room for {plan.kind} {plan.distribution}, seed {seed}")
    return insert(mammogram, planned, seed)


def picture(inserted: Inserted, field_mm: float) -> NDArray[np.uint8]:
    """Return a square crop around what was put in, its slow background taken out."""
    places = np.array([(p.row, p.column) for p in inserted.truth.particles])
    pixels = inserted.mammogram.pixels
    side = round(field_mm / PITCH_MM)
    middle = (places.min(axis=0) + places.max(axis=0)) / 2
    top, left = np.clip(np.rint(middle - side / 2), 0, np.array(pixels.shape) - side).astype(int)
    slow = cv2.GaussianBlur(pixels, (0, 0), SLOW_MM / PITCH_MM)
    window = (slice(top, top + side), slice(left, left + side))
    flat = pixels[window] - np.float32(0.85) * slow[window]
    tissue = flat[pixels[window] > 0.6 * np.percentile(pixels[window], 90.0)]
    small = cv2.resize(flat, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    low, high = (float(np.percentile(tissue, share)) for share in (1.0, 99.9))
    return shown(np.asarray(small), low, high)


def map_of(inserted: Inserted) -> NDArray[np.uint8]:
    """Return the whole breast, small, with a white dot for each particle that was put in."""
    pixels = inserted.mammogram.pixels
    share = SIDE_PX / max(pixels.shape)
    small = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    drawn = shown(np.asarray(small), float(small.min()), 1.6 * float(np.percentile(small, 99.0)))
    for particle in inserted.truth.particles:
        cv2.circle(drawn, (round(particle.column * share), round(particle.row * share)), 1, 255, -1)
    return drawn


def shown(pixels: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    """Return grey levels between two values, few enough for a small file."""
    level = np.clip((pixels - low) / (high - low), 0.0, 1.0)
    return np.asarray(np.rint(level * (GREYS - 1)) * (255 / (GREYS - 1)), np.uint8)


# Width of the field shown, mm.
FIELD_MM = {
    Kind.ROUND: 12.0,
    Kind.PUNCTATE: 12.0,
    Kind.AMORPHOUS: 14.0,
    Kind.COARSE_HETEROGENEOUS: 12.0,
    Kind.FINE_PLEOMORPHIC: 12.0,
    Kind.FINE_LINEAR: 26.0,
    Kind.FINE_LINEAR_BRANCHING: 30.0,
    Kind.LARGE_ROD: 44.0,
    Kind.RIM: 22.0,
    Kind.POPCORN: 24.0,
    Kind.VASCULAR: 44.0,
    Kind.DYSTROPHIC: 24.0,
    Kind.SKIN: 24.0,
    Kind.MILK_OF_CALCIUM: 14.0,
    Kind.SUTURE: 30.0,
}


def main(folder: Path = FOLDER, seed: int = SEED) -> None:
    """Write one picture a kind (milk of calcium twice) and one a distribution."""
    folder.mkdir(parents=True, exist_ok=True)
    views = {view: breast(view) for view in (View.CC, View.MLO)}
    for kind, field_mm in FIELD_MM.items():
        inserted = with_group(views[View.CC], usual_plan(kind), seed)
        write(folder / f"{kind}.png", picture(inserted, field_mm))
    inserted = with_group(views[View.MLO], usual_plan(Kind.MILK_OF_CALCIUM), seed)
    write(folder / "milk_of_calcium_mlo.png", picture(inserted, 14.0))
    for distribution in Distribution:
        plan = usual_plan(Kind.PUNCTATE, distribution, 40)
        inserted = with_group(views[View.CC], plan, seed)
        write(folder / f"{distribution}.png", map_of(inserted))


def write_tables() -> None:
    """Put the tables between the markers of the page."""
    text = DOC.read_text(encoding="utf-8")
    for name, rows in (("kinds", kinds_table()), ("distributions", distributions_table())):
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n{rows}\n{end}{rest.partition(end)[2]}"
    DOC.write_text(text, encoding="utf-8")


def write(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write one greyscale PNG."""
    if not cv2.imwrite(str(path), pixels, [cv2.IMWRITE_PNG_COMPRESSION, 9]):
        raise OSError(f"cannot write {path.name}")


if __name__ == "__main__":
    main()
    write_tables()
