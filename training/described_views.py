"""From seeds to what a describer learns from: calcifications as found, and as they truly lie."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from itertools import islice

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from calcsight.analysis.appearance import centroids
from calcsight.analysis.background import flatten
from calcsight.analysis.breast import find_breast
from calcsight.analysis.detection import find_candidates
from calcsight.analysis.learned_describer import FIELDS
from calcsight.analysis.measurement import measure
from calcsight.analysis.neighbourhoods import contrast_pictures
from calcsight.models import load_judge
from calcsight.simulation.casting_shapes import plan_shapes
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.truth import Kind, TrueParticle, Truth
from calcsight.simulation.views import simulate_view
from calcsight.terms.calcification import Calcification, Particle
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Breast, Candidates, FlatView

HIT_MM = 0.35
# Pictures are kept as bytes: this many steps to one unit of compressed contrast.
STEPS = 24.0
FALSE, MILK = -1, -2
_DISC_TO_SIGMA = 3.5

MORPHOLOGY_OF = {
    Kind.ROUND: Morphology.ROUND_PUNCTATE,
    Kind.PUNCTATE: Morphology.ROUND_PUNCTATE,
    Kind.FINE_LINEAR: Morphology.FINE_LINEAR_BRANCHING,
    Kind.FINE_LINEAR_BRANCHING: Morphology.FINE_LINEAR_BRANCHING,
} | {
    kind: Morphology(kind.value)
    for kind in Kind
    if kind.value in {one.value for one in Morphology} and kind is not Kind.FINE_LINEAR_BRANCHING
}


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """One list of calcifications of one view, as a describer is given it.

    Parameters
    ----------
    calcifications : tuple of Calcification
        Reading frame, by falling score.
    particle : array (n,), intp
        Position of the true particle in `ShownView.truth`; FALSE = none.
    exact : array (n,), bool
        Matched one to one within 0.35 mm; else a part of a larger true particle.
    pictures : tuple of array (n, side, side), int8
        `contrast_pictures` of each field x STEPS.
    """

    calcifications: tuple[Calcification, ...]
    particle: NDArray[np.intp]
    exact: NDArray[np.bool_]
    pictures: tuple[NDArray[np.int8], ...]


@dataclass(frozen=True, slots=True, eq=False)
class ShownView:
    """One simulated view: its lists by how they were made, its breast and its truth.

    Parameters
    ----------
    name : str
    pitch_mm : float
    breast_mask : bytes
        Packed and compressed; see `breast`.
    frame : Breast
        With an empty mask.
    listings : dict of str to Listing
        "sensitive", "balanced", "true".
    truth : Truth
        Reading frame.
    """

    name: str
    pitch_mm: float
    breast_mask: bytes
    frame: Breast
    listings: dict[str, Listing]
    truth: Truth

    @property
    def breast(self) -> Breast:
        """The breast with its mask."""
        frame = self.frame
        shape = (frame.box.bottom - frame.box.top, frame.box.right - frame.box.left)
        packed = np.frombuffer(zlib.decompress(self.breast_mask), np.uint8)
        mask = np.unpackbits(packed, count=shape[0] * shape[1]).reshape(shape)
        return Breast(
            box=frame.box,
            mask=mask,
            area_px=frame.area_px,
            tip_row=frame.tip_row,
            tip_column=frame.tip_column,
        )

    def shapes(self, listing: Listing) -> NDArray[np.intp]:
        """Return the true shape of each calcification, position in `Morphology`; or FALSE, MILK."""
        words = list(Morphology)
        kinds = [words.index(MORPHOLOGY_OF[one.kind]) for one in self.truth.particles]
        kinds = [MILK if words[k] is Morphology.MILK_OF_CALCIUM else k for k in kinds]
        return np.array([kinds[p] if p >= 0 else FALSE for p in listing.particle], dtype=np.intp)


def show(spec: ViewSpec) -> ShownView:
    """Simulate one view and list its calcifications in three ways."""
    cv2.setNumThreads(1)
    simulated = simulate_view(spec, plan_shapes)
    mammogram = simulated.mammogram()
    assert mammogram.spacing is not None
    settings, judge = Settings(), load_judge()
    breast = find_breast(mammogram, spec.pitch_mm, settings.breast)
    view = flatten(mammogram, breast, spec.pitch_mm, settings)
    candidates = find_candidates(view, settings.detection)
    candidates, particles = measure(view, candidates, mammogram.spacing, settings.measurement)
    scores = judge.score(view, candidates, particles)
    truth = in_reading_frame(simulated.truth, mammogram)
    order = np.argsort(-scores, kind="stable")
    found = [calcification(particles[i], float(scores[i])) for i in order]
    points = judge.operating_points
    listings = {
        str(point): listing(view, [one for one in found if one.score >= points[point]], truth)
        for point in (OperatingPoint.SENSITIVE, OperatingPoint.BALANCED)
    }
    listings["true"] = listing(view, measured_at(view, mammogram, truth.particles), truth)
    empty = np.zeros((0, 0), np.uint8)
    frame = Breast(
        box=breast.box,
        mask=empty,
        area_px=breast.area_px,
        tip_row=breast.tip_row,
        tip_column=breast.tip_column,
    )
    packed = zlib.compress(np.packbits(breast.mask > 0).tobytes())
    return ShownView(spec.name, spec.pitch_mm, packed, frame, listings, truth)


def calcification(particle: Particle, score: float) -> Calcification:
    """Give a measured particle a score."""
    return Calcification(
        score=score, **{one.name: getattr(particle, one.name) for one in fields(Particle)}
    )


def measured_at(
    view: FlatView, mammogram: Mammogram, truth: Sequence[TrueParticle]
) -> list[Calcification]:
    """Measure where particles truly lie, largest and brightest first; each scores 1.

    Parameters
    ----------
    view : FlatView
    mammogram : Mammogram
    truth : sequence of TrueParticle
        Reading frame.
    """
    ordered = sorted(truth, key=lambda one: -one.contrast_sd * one.diameter_mm)
    places = np.array([(one.row, one.column) for one in ordered]).reshape(-1, 2)
    inside = view.box.slices
    low = np.array([inside[0].start, inside[1].start])
    high = np.array([inside[0].stop, inside[1].stop]) - 1
    kept = np.all((places >= low) & (places <= high), axis=1)
    sigmas = np.array([one.area_mm2 for one in ordered])
    sigmas = np.clip(np.sqrt(sigmas * 4 / np.pi) / _DISC_TO_SIGMA, 0.06, 1.6)
    count = int(kept.sum())
    candidates = Candidates(
        row=places[kept, 0],
        column=places[kept, 1],
        scale_mm=sigmas[kept],
        response=np.arange(count, 0, -1, dtype=np.float64),
        features=np.zeros((count, 0)),
        feature_names=(),
    )
    _, particles = measure(view, candidates, mammogram.spacing, Settings().measurement)
    return [calcification(one, 1.0) for one in particles]


def listing(view: FlatView, ones: Sequence[Calcification], truth: Truth) -> Listing:
    """Say what each calcification truly is, and picture it."""
    points = centroids(ones) - (view.box.top, view.box.left)
    particle, exact = matched(ones, truth.particles, view.pitch_mm)
    pictures = tuple(
        np.asarray(
            np.clip(np.rint(contrast_pictures(view, points, field) * STEPS), -127, 127), np.int8
        )
        for field in FIELDS
    )
    return Listing(tuple(ones), particle, exact, pictures)


def matched(
    ones: Sequence[Calcification], truth: Sequence[TrueParticle], pitch_mm: float
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Match one to one within 0.35 mm, brightest first; then what lies on a larger one.

    Returns
    -------
    particle : array (n,), intp
    exact : array (n,), bool
    """
    particle = np.full(len(ones), FALSE, dtype=np.intp)
    exact = np.zeros(len(ones), dtype=bool)
    if not ones or not truth:
        return particle, exact
    places = centroids(ones) * pitch_mm
    tree = cKDTree(places)
    order = sorted(range(len(truth)), key=lambda at: -truth[at].contrast_sd)
    for at in order:
        place = np.array([truth[at].row, truth[at].column]) * pitch_mm
        near = [i for i in sorted(tree.query_ball_point(place, HIT_MM)) if not exact[i]]
        if near:
            best = min(near, key=lambda i: float(np.hypot(*(places[i] - place))))
            particle[best], exact[best] = at, True
    for at in order:
        outline = truth[at].outline.astype(np.float32)
        place = np.array([truth[at].row, truth[at].column]) * pitch_mm
        reach = truth[at].diameter_mm / 2 + HIT_MM
        for i in tree.query_ball_point(place, reach):
            centre = (float(ones[i].row), float(ones[i].column))
            deep = cv2.pointPolygonTest(outline, centre, True) * pitch_mm
            if particle[i] == FALSE and deep >= -HIT_MM / 2:
                particle[i] = at
    return particle, exact


def in_reading_frame(truth: Truth, mammogram: Mammogram) -> Truth:
    """Move truth from the file's frame to the reading frame."""
    turn, shape = mammogram.orientation, mammogram.shape

    def moved(one: TrueParticle) -> TrueParticle:
        (row, column), *_ = turn.points_to_reading(np.array([[one.row, one.column]]), shape)
        outline = turn.points_to_reading(one.outline, shape)
        return replace(one, row=float(row), column=float(column), outline=outline)

    return Truth(particles=tuple(moved(one) for one in truth.particles), groups=truth.groups)


def show_all(specs: Iterable[ViewSpec], jobs: int) -> Iterator[ShownView]:
    """Show views in `jobs` processes, in order, a few ahead."""
    waiting = iter(specs)
    with ProcessPoolExecutor(jobs) as pool:
        ahead = [pool.submit(show, spec) for spec in islice(waiting, 4 * jobs)]
        while ahead:
            yield ahead.pop(0).result()
            ahead += [pool.submit(show, spec) for spec in islice(waiting, 1)]
