"""Time every stage of a reading and write the figures into benchmarks/README.md.

Run by `make bench`, which holds numerical libraries to one thread. No test depends on it.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np

from benchmarks import commands, page, stages
from benchmarks.view import COLUMNS, PITCH_MM, ROWS, write_view
from calcsight.terms.judge import Engine

REFERENCE_SHAPE = (4096, 3328)
# Milliseconds for a 4096 x 3328 view whose breast covers 39 %, one thread, on a machine whose
# single-precision matrix product reaches 115 GFLOP/s. Decoding is serial: its best known is used.
FLOORS_MS = {"decode": 118.0, "find_breast": 3.0, "find_candidates": 9.0, "measure": 5.0}
FLOORS_GFLOPS = 115.0
# What the engine of the network changes.
ENGINE_DECIDES = ("score", "pixels to reading")
FLOORS_BREAST_PX = 0.39 * 4096 * 3328


def reference_ms(runs: int) -> float:
    """Median time of cv2.GaussianBlur, sigma 2, 4096 x 3328 float32, one thread."""
    image = np.random.default_rng(0).normal(8000, 500, REFERENCE_SHAPE).astype(np.float32)
    blurred = np.empty_like(image)
    seconds = [
        stages.seconds_of(lambda: cv2.GaussianBlur(image, (0, 0), 2.0, dst=blurred))
        for _ in range(runs)
    ]
    return 1000.0 * statistics.median(seconds)


def matrix_gflops(runs: int) -> float:
    """Best speed of a single-precision matrix product on one thread, GFLOP/s."""
    size = 2000
    values = np.random.default_rng(0).random((size, size), dtype=np.float32)
    seconds = min(stages.seconds_of(lambda: values @ values) for _ in range(runs))
    return 2.0 * size**3 / seconds / 1e9


def floors_ms(covered: float, gflops: float) -> dict[str, float]:
    """Scale the floors to this view and this machine."""
    pixels = ROWS * COLUMNS
    by_breast = covered * pixels / FLOORS_BREAST_PX
    by_image = pixels / (REFERENCE_SHAPE[0] * REFERENCE_SHAPE[1])
    return {
        name: value * FLOORS_GFLOPS / gflops * (by_image if name == "decode" else by_breast)
        for name, value in FLOORS_MS.items()
    }


def stage_rows(
    seconds: dict[str, float], reference: float, floors: dict[str, float]
) -> list[tuple[str, ...]]:
    """Return one row a stage: ms, multiples of the reference, floor and share of it."""
    rows: list[tuple[str, ...]] = []
    for name, value in seconds.items():
        floor = floors.get(name)
        rows.append(
            (
                name,
                f"{1000 * value:.0f}",
                f"{1000 * value / reference:.2f}",
                "" if floor is None else f"{floor:.1f}",
                "" if floor is None else f"{floor / (1000 * value):.1%}",
            )
        )
    return rows


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs behind each median")
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    folder = Path(tempfile.mkdtemp(prefix="calcsight-speed-"))
    try:
        text = measured(folder, options.runs)
    finally:
        shutil.rmtree(folder)
    print(text)
    if not options.dry:
        page.write_part("speed", text)


def measured(folder: Path, runs: int) -> str:
    """Run everything and return the text of the page's part."""
    print("simulating a view", file=sys.stderr)
    view = folder / "view.dcm"
    covered = write_view(view)
    print("stages", file=sys.stderr)
    reference, gflops = reference_ms(max(runs, 5)), matrix_gflops(max(runs, 5))
    by_stage, found = stages.stage_seconds(view, runs, Engine.PORTABLE)
    if find_spec("openvino"):
        faster, _ = stages.stage_seconds(view, runs, Engine.FASTER)
        by_stage |= {f"{name}, {Engine.FASTER}": faster[name] for name in ENGINE_DECIDES}
    print("commands", file=sys.stderr)
    whole = commands.whole_commands(view, folder, runs)
    again = reference_ms(max(runs, 5))
    return "\n".join(
        [
            f"{page.machine()}. Reference blur: {reference:.0f} ms before, {again:.0f} ms after; "
            f"matrix product: {gflops:.0f} GFLOP/s. "
            f"The breast covers {covered:.0%} of the {ROWS} x {COLUMNS} view ({PITCH_MM} mm); "
            f"{found} calcifications were listed. Medians of {runs} runs.",
            "",
            page.table(
                ("stage", "ms", "in reference blurs", "floor ms", "share of the floor"),
                stage_rows(by_stage, reference, floors_ms(covered, gflops)),
            ),
            "",
            "`pixels to reading` is everything between pixels in memory and a `Reading`; "
            "`file to all outputs, warm` is the third run of `calcsight read` in one process.",
            "",
            page.table(("whole", "measured"), commands.as_rows(whole, reference)),
        ]
    )


if __name__ == "__main__":
    main()
