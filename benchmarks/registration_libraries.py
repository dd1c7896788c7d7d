"""Choose what bends the prior onto the current view: libraries beside each other, TUNING pairs.

    python -m benchmarks.registration_libraries --packages FOLDER

writes docs/results/registration-libraries.md. Needs SimpleITK, itk-elastix and scikit-image, none
of which the package needs; FOLDER is where they are installed, for their size on disk.
"""

import argparse
import importlib.metadata
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.page import machine, table
from benchmarks.registration_pairs import Pair, Points, breast_of, laid_out_anew, simulated_pairs
from calcsight.analysis import registration as steps
from calcsight.analysis.bent_lay import Lay, drawn
from calcsight.analysis.filters import gaussian_mean
from calcsight.analysis.tissue_picture import TissuePicture, small_view
from calcsight.simulation.families import Families
from calcsight.simulation.sets import training_set
from calcsight.simulation.views import simulate_view
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Breast
from calcsight.terms.version import SOFTWARE

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "results" / "registration-libraries.md"
SERIES_START, HARD_START = 2000, 700
SETTINGS = Settings().registration
FINE = steps.fine_band(SETTINGS.working_pitch_mm)
SMOOTHED_MM = 8.0

Field = NDArray[np.float32]
# From the current's picture and the prior's, laid over it, to (down, right) in points.
Bender = Callable[[Field, Field], Field]


def nothing(current: Field, prior: Field) -> Field:
    """Bend nothing."""
    return np.zeros((2, *current.shape), np.float32)


def dis(preset: int, patch: int) -> Bender:
    """Return OpenCV's dense inverse search."""

    def bend(current: Field, prior: Field) -> Field:
        flow = cv2.DISOpticalFlow.create(preset)
        flow.setPatchSize(patch)
        flow.setPatchStride(patch // 2)
        start = np.zeros((*current.shape, 2), np.float32)
        found = np.asarray(flow.calc(_bytes(current), _bytes(prior), start))
        return np.asarray(found[..., ::-1].transpose(2, 0, 1), np.float32)

    return bend


def farneback(width: int) -> Bender:
    """Return OpenCV's polynomial expansion."""

    def bend(current: Field, prior: Field) -> Field:
        start = np.zeros((*current.shape, 2), np.float32)
        flags = cv2.OPTFLOW_FARNEBACK_GAUSSIAN
        found = cv2.calcOpticalFlowFarneback(
            _bytes(current), _bytes(prior), start, 0.5, 3, width, 3, 7, 1.5, flags
        )
        return np.asarray(np.asarray(found)[..., ::-1].transpose(2, 0, 1), np.float32)

    return bend


def ilk(current: Field, prior: Field) -> Field:
    """Bend by scikit-image's iterative Lucas-Kanade."""
    flow = import_module("skimage.registration")
    return np.asarray(flow.optical_flow_ilk(current, prior, radius=15), np.float32)


def tvl1(current: Field, prior: Field) -> Field:
    """Bend by scikit-image's TV-L1."""
    flow = import_module("skimage.registration")
    return np.asarray(flow.optical_flow_tvl1(current, prior, attachment=5), np.float32)


def b_spline(current: Field, prior: Field) -> Field:
    """Bend by SimpleITK's B-spline, correlation, nodes 16 mm apart."""
    sitk = import_module("SimpleITK")
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    fixed, moving = sitk.GetImageFromArray(current), sitk.GetImageFromArray(prior)
    nodes = [max(4, round(n * FINE.pitch_mm / 16.0)) for n in fixed.GetSize()]
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsCorrelation()
    method.SetInterpolator(sitk.sitkLinear)
    method.SetInitialTransform(sitk.BSplineTransformInitializer(fixed, nodes, 3), True)
    method.SetOptimizerAsLBFGSB(numberOfIterations=30)
    method.SetShrinkFactorsPerLevel([4, 2])
    method.SetSmoothingSigmasPerLevel([2.0, 1.0])
    found = method.Execute(fixed, moving)
    return _itk_field(
        sitk.TransformToDisplacementField(
            found, sitk.sitkVectorFloat64, fixed.GetSize(), (0.0, 0.0), (1.0, 1.0)
        )
    )


def demons(current: Field, prior: Field) -> Field:
    """Bend by SimpleITK's symmetric demons, three sizes."""
    sitk = import_module("SimpleITK")
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    field: Any = None
    for shrink in (4, 2, 1):
        size = (current.shape[1] // shrink, current.shape[0] // shrink)
        fixed, moving = (
            _spaced(
                sitk.GetImageFromArray(cv2.resize(one, size, interpolation=cv2.INTER_AREA)), shrink
            )
            for one in (current, prior)
        )
        demon = sitk.FastSymmetricForcesDemonsRegistrationFilter()
        demon.SetNumberOfIterations(40)
        demon.SetSmoothDisplacementField(True)
        demon.SetStandardDeviations(6.0 / shrink / FINE.pitch_mm)
        start = None if field is None else sitk.Resample(field, fixed)
        field = (
            demon.Execute(fixed, moving) if start is None else demon.Execute(fixed, moving, start)
        )
    return _itk_field(field)


def elastix(current: Field, prior: Field) -> Field:
    """Bend by elastix' own B-spline parameter map with normalised correlation, 16 mm apart."""
    itk = import_module("itk")
    itk.MultiThreaderBase.SetGlobalDefaultNumberOfThreads(1)
    fixed, moving = itk.image_from_array(current), itk.image_from_array(prior)
    parameters = itk.ParameterObject.New()
    said = parameters.GetDefaultParameterMap("bspline", 3, 16.0 / FINE.pitch_mm)
    said["Metric"] = ["AdvancedNormalizedCorrelation", "TransformBendingEnergyPenalty"]
    parameters.AddParameterMap(said)
    _, found = itk.elastix_registration_method(
        fixed, moving, parameter_object=parameters, log_to_console=False
    )
    field = itk.transformix_deformation_field(moving, found)
    moved = np.asarray(itk.array_from_image(field), np.float32)
    return np.ascontiguousarray(moved[..., ::-1].transpose(2, 0, 1))


BENDERS: dict[str, tuple[str, Bender]] = {
    "affine alone": ("", nothing),
    "DIS, medium, patches of 16": ("opencv", dis(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM, 16)),
    "DIS, fast, patches of 16": ("opencv", dis(cv2.DISOPTICAL_FLOW_PRESET_FAST, 16)),
    "Farneback, window 41": ("opencv", farneback(41)),
    "ILK, radius 15": ("scikit-image", ilk),
    "TV-L1": ("scikit-image", tvl1),
    "B-spline": ("SimpleITK", b_spline),
    "demons": ("SimpleITK", demons),
    "elastix B-spline": ("itk-elastix", elastix),
}
CHOSEN = "patches by matchTemplate (chosen)"
# Folders of a package below its site, and those it brings along beside numpy and scipy.
FOLDERS = {
    "opencv": ("cv2", "opencv_python_headless.libs"),
    "scikit-image": ("skimage", "networkx", "imageio", "tifffile"),
    "SimpleITK": ("SimpleITK",),
    "itk-elastix": ("itk",),
}


def _bytes(picture: Field) -> NDArray[np.uint8]:
    return np.asarray(np.clip(picture * 40.0 + 128.0, 0.0, 255.0), np.uint8)


def _spaced(image: Any, shrink: int) -> Any:
    """Keep places in points of the full picture."""
    image.SetSpacing((float(shrink), float(shrink)))
    image.SetOrigin(((shrink - 1) / 2.0, (shrink - 1) / 2.0))
    return image


def _itk_field(field: Any) -> Field:
    sitk = import_module("SimpleITK")
    moved = np.asarray(sitk.GetArrayFromImage(field), np.float32)
    return np.ascontiguousarray(moved[..., ::-1].transpose(2, 0, 1))


def smoothed(field: Field, shared: NDArray[np.bool_]) -> Field:
    """Smooth a field over where both views show tissue."""
    sigma = SMOOTHED_MM / FINE.pitch_mm
    weight = shared.astype(np.float32)
    share = gaussian_mean(weight, sigma) + np.float32(1e-3)
    return np.stack([gaussian_mean(one * weight, sigma) / share for one in field])


def hard_pairs(count: int) -> list[Pair]:
    """Lay views of every look and detector, film too, out anew: TUNING families."""
    specs = training_set(2 * count, start=HARD_START)[::2]
    return [
        laid_out_anew(simulate_view(spec).mammogram(), spec.woman, at)
        for at, spec in enumerate(specs)
    ]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Small:
    """A pair reduced to what is laid over each other: little beside what a library takes."""

    views: steps.Views
    current_mm: Points
    prior_mm: Points


def reduced(pair: Pair) -> Small:
    """Reduce a pair."""
    return Small(
        views=(
            small_view(pair.current, pair.breasts[0], FINE.pitch_mm),
            small_view(pair.prior, pair.breasts[1], FINE.pitch_mm),
        ),
        current_mm=pair.current_mm,
        prior_mm=pair.prior_mm,
    )


def measured(name: str, pairs: Sequence[Small]) -> dict[str, list[float]]:
    """Return errors, raw and smoothed, and seconds of one way of bending."""
    found: dict[str, list[float]] = {"raw": [], "smoothed": [], "seconds": []}
    for pair in pairs:
        views = pair.views
        middle = steps.tissue_pictures(views, steps.MIDDLE)
        lay = steps.whole_lay(views, middle, SETTINGS)
        start = time.thread_time()
        if name == CHOSEN:
            bent = steps.bent(steps.tissue_pictures(views, FINE), lay, SETTINGS)
            found["seconds"].append(time.thread_time() - start)
            errors = np.linalg.norm(bent.in_prior(pair.current_mm) - pair.prior_mm, axis=1)
            found["raw"] += errors.tolist()
            continue
        current, prior = steps.tissue_pictures(views, FINE)
        over = drawn(prior.values, lay, FINE.pitch_mm, current.values.shape)
        field = BENDERS[name][1](current.values, over)
        found["seconds"].append(time.thread_time() - start)
        shared = (current.tissue > 0) & (
            drawn(prior.tissue.astype(np.float32), lay, FINE.pitch_mm, over.shape) > 0.5
        )
        for kind, one in (("raw", field), ("smoothed", smoothed(field, shared))):
            found[kind] += _errors(pair, current, lay, one).tolist()
    return found


def _errors(pair: Small, current: TissuePicture, lay: Lay, field: Field) -> NDArray[np.float64]:
    """Return how far off the landmarks are."""
    bend = np.ascontiguousarray(field * np.float32(FINE.pitch_mm))
    dense = Lay(affine=lay.affine, bend=bend, grid_mm=current.pitch_mm)
    return np.asarray(np.linalg.norm(dense.in_prior(pair.current_mm) - pair.prior_mm, axis=1))


def size_mb(package: str, site: Path) -> str:
    """Return the size of an installed package in MB."""
    if not package:
        return ""
    files = [
        path.stat().st_size
        for folder in FOLDERS[package]
        for path in (site / folder).rglob("*")
        if path.is_file()
    ]
    return f"{sum(files) / 1e6:.0f}"


def run_one(name: str, drawn_pairs: Path) -> None:
    """Measure one way in this process, and print its figures."""
    cv2.setNumThreads(1)
    with drawn_pairs.open("rb") as file:
        pairs: dict[str, list[Small]] = pickle.load(file)
    before = most_memory_mb()
    found = {key: measured(name, own) for key, own in pairs.items()}
    print(json.dumps({**found, "memory_mb": most_memory_mb() - before}))


def most_memory_mb() -> float:
    """Return the most memory that this process held at once (Linux), MB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return float(line.split()[1]) / 1024.0


def row(name: str, site: Path, drawn_pairs: Path) -> tuple[str, ...]:
    """Measure one way in a process of its own, for its memory."""
    command = [sys.executable, "-m", "benchmarks.registration_libraries", "--only", name]
    # elastix writes files where it runs.
    said_paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = (str(ROOT), str(ROOT / "src"), *filter(None, said_paths))
    done = subprocess.run(
        [*command, "--pairs", str(drawn_pairs)],
        capture_output=True,
        text=True,
        check=False,
        cwd=drawn_pairs.parent,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )
    if done.returncode:
        sys.stderr.write(f"{name}: {done.stderr[-400:]}\n")
        return (name, *(6 * ("failed",)))
    said = json.loads(done.stdout.strip().splitlines()[-1])
    cells = [name]
    for key in ("series", "hard"):
        one = said[key]
        kinds = [kind for kind in ("raw", "smoothed") if one[kind]]
        best = min(kinds, key=lambda kind: float(np.quantile(one[kind], 0.95)))
        median, high, worst = np.quantile(one[best], (0.5, 0.95, 0.99))
        cells.append(f"{median:.2f} / {high:.2f} / {worst:.2f}{' s' if best == 'smoothed' else ''}")
    seconds = said["series"]["seconds"] + said["hard"]["seconds"]
    package = "opencv" if name == CHOSEN else BENDERS[name][0]
    return (
        *cells,
        f"{np.median(seconds):.3f}",
        f"{said['memory_mb']:.0f}",
        package,
        size_mb(package, site),
    )


def agreements(pairs: Sequence[Pair]) -> tuple[list[float], list[float]]:
    """Return the agreement of right pairs, and of wrong ones: another woman's, and upside down."""
    right, wrong = [], []
    for at, pair in enumerate(pairs):
        right.append(_agreement(pair, pair.prior, pair.breasts[1]))
        others = (*pairs[at + 1 :], *pairs[:at])
        other = next((two for two in others if two.current.view == pair.current.view), None)
        if other is not None:
            wrong.append(_agreement(pair, other.prior, other.breasts[1]))
        over = replace(pair.prior, pixels=np.ascontiguousarray(pair.prior.pixels[::-1]))
        wrong.append(_agreement(pair, over, breast_of(over)))
    return right, wrong


def _agreement(pair: Pair, prior: Mammogram, breast: Breast) -> float:
    found = steps.register(pair.current, prior, (pair.breasts[0], breast), SETTINGS)
    return found.quality.agreement


def limits(pairs: dict[str, list[Pair]]) -> str:
    """Write what the limit of agreement was chosen by."""
    rows = []
    for name, own in pairs.items():
        right, wrong = agreements(own)
        for kind, values in (("right", right), ("wrong", wrong)):
            low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
            spread = (min(values), low, middle, high, max(values))
            cells = (f"{NAMES[name]}, {kind}", str(len(values)), *(f"{v:.2f}" for v in spread))
            rows.append(cells)
    head = ("pairs", "n", "lowest", "5th percentile", "median", "95th percentile", "highest")
    return table(head, rows)


NAMES = {"series": "series", "hard": "views laid out anew"}
HEAD = (
    "how the prior is bent",
    "series: median / 95th / 99th percentile, mm",
    "views laid out anew: the same, mm",
    "median time, s",
    "more memory, MB",
    "package",
    "on disk, MB",
)

TEXT = """# What bends the prior: libraries beside each other

- command: `python -m benchmarks.registration_libraries --women {women} --packages FOLDER`
- {women} women of each kind, **TUNING** families and seeds; {software}; {machine}; {versions}
- Each starts from the same turn, shift and affine lay, and is given the same pictures of tissue
  (0.4 mm). Landmark errors in mm; *s* = the field smoothed over {smooth:g} mm, where that is the
  better of the two. Time is one thread's; memory is what the process takes more at its peak,
  libraries loaded included. Windows and smoothing of DIS and Farneback were tried on other
  TUNING pairs, as those of the patches were; the other libraries have settings near their own
  defaults and might do better with care.
- *Series* are visits of `simulation.series_sets`; *views laid out anew* are views of every look,
  detectors and film, warped, with tissue and noise that the other does not have.

{table}

Chosen: patches found by normalised correlation (OpenCV's `matchTemplate`), heard together. Smoothed
Farneback flow is about as exact here; everything else has larger errors where the views are hard.
Between the two, each patch brings a correlation of its own, which tells where nothing can be
recognised: the same witnesses give the affine lay before and judge the outcome after, so there is
one method and not two, and nothing is installed that is not there anyway. Flow that is not smoothed
follows noise where there is little tissue. SimpleITK, elastix and scikit-image take six to forty
times as long, and the first two hundreds of megabytes.

## The limit of agreement

`registration.least_agreement` ({least:g}) lies between right and wrong pairs of TUNING women.
Wrong: the prior of another woman in the same view, and the right prior upside down.

{limits}
"""


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--packages", type=Path, help="site-packages of the libraries")
    parser.add_argument("--women", type=int, default=15, help="default %(default)s")
    parser.add_argument("--only", help="measure one way on --pairs, and print its figures")
    parser.add_argument("--pairs", type=Path, help="pairs as this program stored them")
    parser.add_argument("--page", type=Path, default=PAGE, help="where to write")
    wanted = parser.parse_args()
    if wanted.only:
        run_one(wanted.only, wanted.pairs)
        return
    if wanted.packages is None:
        parser.error("--packages is needed")
    cv2.setNumThreads(1)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        stored = Path(folder) / "pairs"
        series = list(simulated_pairs(Families.TUNING, wanted.women, start=SERIES_START))
        pairs = {"series": series, "hard": hard_pairs(wanted.women)}
        stored.write_bytes(
            pickle.dumps({key: [reduced(one) for one in own] for key, own in pairs.items()})
        )
        for name in (*BENDERS, CHOSEN):
            rows.append(row(name, wanted.packages, stored))
            sys.stderr.write(f"{rows[-1]}\n")
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}"
        for name in ("opencv-python-headless", "scikit-image", "SimpleITK", "itk-elastix")
    )
    text = TEXT.format(
        women=wanted.women,
        software=SOFTWARE,
        machine=machine(),
        versions=versions,
        smooth=SMOOTHED_MM,
        table=table(HEAD, rows),
        least=SETTINGS.least_agreement,
        limits=limits(pairs),
    )
    wanted.page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
