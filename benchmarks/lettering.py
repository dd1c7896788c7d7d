"""How much burned-in lettering is found, and how often something else is taken for it.

`python -m benchmarks.lettering` burns names into simulated views, on the breast and beside it, and
prints the shares found as Markdown; with CALCSIGHT_DATA it also counts what is found on real views.
The tables of docs/deidentification.md come from here. No test depends on it.
"""

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import matplotlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from calcsight.analysis.breast import find_breast
from calcsight.analysis.lettering import Lettering, find_lettering
from calcsight.assembly import load
from calcsight.simulation.exams import exam_specs
from calcsight.simulation.views import simulate_view
from calcsight.terms.errors import InputRefused
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import BreastSettings

Pixels = NDArray[np.float32]
Mask = NDArray[np.uint8]

CAPITALS_PX = (6, 8, 10, 14, 20, 32, 60, 100)
TEXTS = ("MUSTERMANN ERIKA", "Garcia, Ana", "19500131", "DOE^JANE", "ID 4711-0815", "R CC")
_FACES = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
FONTS = {
    "sans": _FACES / "DejaVuSans.ttf",
    "mono": _FACES / "DejaVuSansMono.ttf",
    "serif": _FACES / "DejaVuSerif-Bold.ttf",
    "roman": _FACES / "cmr10.ttf",
    "hershey": None,
}
# Ink: at the end of the range, half of the way there, all black; and turned upwards.
LOOKS = {"white": 1.0, "half": 0.5, "black": -1.0, "turned": 1.0}
_HIT_SHARE = 0.3
_LABEL_MM = 25.0
_USUAL_PITCH_MM = {True: 0.2, False: 0.07}


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exams", type=int, default=1, help="simulated exams of four views each")
    parser.add_argument("--first", type=int, default=1, help="seed of the first exam")
    parser.add_argument("--looks", nargs="*", default=list(LOOKS), choices=list(LOOKS))
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    views = [
        simulate_view(spec).mammogram()
        for seed in range(arguments.first, arguments.first + arguments.exams)
        for spec in exam_specs(seed)
    ]
    for look in arguments.looks:
        print_recall(look, recall(views, look))
    print_alarms("simulated", [alarms(view) for view in views])
    data = os.environ.get("CALCSIGHT_DATA")
    for folder in ("dicom", "full-field", "mini-mias/images") if data else ():
        print_alarms(folder, [alarms(view) for view in real_views(Path(str(data)) / folder)])
    return 0


def recall(views: list[Mammogram], look: str) -> dict[tuple[str, Any], list[int]]:
    """Return (found, tried) by place and size, and by place and font."""
    rng = np.random.default_rng(1)
    tally: dict[tuple[str, Any], list[int]] = defaultdict(lambda: [0, 0])
    for view in views:
        pixels, breast = in_file_frame(view)
        for place in ("beside", "on"):
            free = breast if place == "on" else 1 - breast
            for font in FONTS:
                for capitals in CAPITALS_PX:
                    text = TEXTS[rng.integers(len(TEXTS))]
                    ink = inked(text, font, capitals, look == "turned")
                    at = somewhere(rng, free, ink.shape)
                    if at is None:
                        continue
                    shown, box = burned(pixels, ink, at, LOOKS[look])
                    hit = found_at(find_lettering(shown, breast), box)
                    for key in ((place, capitals), (place, font)):
                        tally[key][0] += hit
                        tally[key][1] += 1
    return tally


def inked(text: str, font: str, capitals_px: int, turned: bool) -> Pixels:
    """Draw a text; 1 = ink, with smooth edges."""
    face = FONTS[font]
    if face is None:
        scale, heavy = capitals_px / 21.0, max(1, round(capitals_px / 12))
        (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, heavy)
        canvas = np.zeros((height + below + 2 * heavy, width + 2 * heavy), np.uint8)
        place = (heavy, height + heavy)
        cv2.putText(canvas, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, heavy, cv2.LINE_AA)
    else:
        typeface = ImageFont.truetype(str(face), round(capitals_px * 1.37))
        left, top, right, bottom = (int(one) for one in typeface.getbbox(text))
        picture = Image.new("L", (right - left + 2, bottom - top + 2))
        ImageDraw.Draw(picture).text((1 - left, 1 - top), text, fill=255, font=typeface)
        canvas = np.asarray(picture)
    ink = np.asarray(canvas, np.float32) / np.float32(255)
    return np.ascontiguousarray(np.rot90(ink)) if turned else ink


def somewhere(
    rng: np.random.Generator, free: Mask, shape: tuple[int, ...]
) -> tuple[int, int] | None:
    """Return a random corner where a text fits; None when there is none."""
    rows, columns = shape
    if rows >= free.shape[0] or columns >= free.shape[1]:
        return None
    sums = cv2.integral(free)
    inside = sums[rows:, columns:] - sums[:-rows, columns:]
    inside = inside - sums[rows:, :-columns] + sums[:-rows, :-columns]
    places = np.argwhere(inside >= 0.97 * rows * columns)
    if not len(places):
        return None
    row, column = places[rng.integers(len(places))]
    return int(row), int(column)


def burned(
    pixels: Pixels, ink: Pixels, at: tuple[int, int], strength: float
) -> tuple[Pixels, tuple[int, int, int, int]]:
    """Write ink over a picture: towards the highest grey, or (negative) the lowest."""
    rows, columns = ink.shape
    box = (at[0], at[1], at[0] + rows, at[1] + columns)
    shown = pixels.copy()
    part = shown[box[0] : box[2], box[1] : box[3]]
    goal = pixels.max() if strength > 0 else pixels.min()
    if strength < 0:
        # A label as films carry it: black letters on a white plate.
        part[...] = pixels.max()
    part += abs(strength) * ink * (goal - part)
    return shown, box


def found_at(found: tuple[Lettering, ...], box: tuple[int, int, int, int]) -> bool:
    """Tell whether any find covers a fair share of a box."""
    whole = (box[2] - box[0]) * (box[3] - box[1])
    for one in found:
        height = min(one.box.bottom, box[2]) - max(one.box.top, box[0])
        width = min(one.box.right, box[3]) - max(one.box.left, box[1])
        if height > 0 and width > 0 and height * width >= _HIT_SHARE * whole:
            return True
    return False


def in_file_frame(view: Mammogram) -> tuple[Pixels, Mask]:
    """Return picture and breast as the file holds them."""
    mask = np.zeros(view.shape, np.uint8)
    pitch_mm = view.spacing.mean_mm if view.spacing else _USUAL_PITCH_MM[max(view.shape) < 1100]
    breast = find_breast(view, pitch_mm, BreastSettings())
    mask[breast.box.slices] = breast.mask
    turn = view.orientation
    return np.ascontiguousarray(turn.to_file(view.pixels)), np.ascontiguousarray(turn.to_file(mask))


def alarms(view: Mammogram) -> tuple[int, int, int]:
    """Return finds on the breast, beside it, and beside it where labels usually are."""
    pixels, breast = in_file_frame(view)
    found = find_lettering(pixels, breast)
    pitch_mm = view.spacing.mean_mm if view.spacing else _USUAL_PITCH_MM[max(view.shape) < 1100]
    label = sum(not one.inside_breast and one.box.top * pitch_mm < _LABEL_MM for one in found)
    inside = sum(one.inside_breast for one in found)
    return inside, len(found) - inside - label, label


def real_views(folder: Path) -> Iterator[Mammogram]:
    """Yield the views of a folder that hold a breast."""
    for path in sorted(folder.iterdir()):
        try:
            view = load(path)
            in_file_frame(view)
        except InputRefused:
            continue
        yield view


def print_recall(look: str, tally: dict[tuple[str, Any], list[int]]) -> None:
    """Print one table of shares found."""
    for kind, keys in (("capitals, px", CAPITALS_PX), ("font", tuple(FONTS))):
        print(f"\n{look}\n\n| {kind} | " + " | ".join(map(str, keys)) + " |")
        print("|---|" + "---|" * len(keys))
        for place in ("beside", "on"):
            cells = ["{}/{}".format(*tally[place, key]) for key in keys]
            print(f"| {place} the breast | " + " | ".join(cells) + " |")
    sys.stdout.flush()


def print_alarms(name: str, counts: list[tuple[int, int, int]]) -> None:
    """Print how many finds there are on views without burned names."""
    table = np.array(counts).reshape(-1, 3)
    print(
        f"\n{name}: {len(table)} views; on the breast {table[:, 0].sum()} finds on "
        f"{(table[:, 0] > 0).sum()} views; beside it {table[:, 1].sum()} on "
        f"{(table[:, 1] > 0).sum()}; where labels are {table[:, 2].sum()} on "
        f"{(table[:, 2] > 0).sum()}; views without any {(table.sum(axis=1) == 0).sum()}"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
