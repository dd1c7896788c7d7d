"""Pairs of visits of simulated series, drawn and read, with what is truly one."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight import reading as main_path
from calcsight.analysis.breast import find_breast
from calcsight.analysis.frames import mm_of
from calcsight.analysis.grouping import group
from calcsight.analysis.listed import centres
from calcsight.analysis.registration import register
from calcsight.assembly import interpreter_for
from calcsight.evaluation.matching import match_one_to_one
from calcsight.evaluation.particle_rules import REACH_MM, within
from calcsight.models import load_judge
from calcsight.simulation.followed import DatedView, FollowedView
from calcsight.simulation.series import simulate_series
from calcsight.simulation.series_spec import SeriesSpec
from calcsight.simulation.truth import TrueParticle
from calcsight.terms.calcification import Calcification
from calcsight.terms.guidance import Change
from calcsight.terms.interpreter import Interpreter
from calcsight.terms.judge import Judge
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.reading import Reading
from calcsight.terms.registration import Registration, RegistrationQuality
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Box, Breast

Points = NDArray[np.float64]
GRID_MM = 2.0
# A group that is found is of the planted one that this share of its true members belong to.
_MOSTLY = 0.5
# Errors of a registration: share of the SD, and how wide they are.
_ERRORS = ((0.94, 14.0), (0.34, 6.0))
_WAVES = 60
_SURE = 0.999


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelledReading:
    """One visit as it was read.

    Parameters
    ----------
    reading : Reading
    identity : array (calcifications,)
        Which particle of the series each listed one is; -1 = none.
    groups : tuple of int
        Which group of the series each group of the primary rule is; -1 = none.
    contrasts_sd : dict of int to float
        For each particle planted at this visit, by its id.
    """

    reading: Reading
    identity: NDArray[np.intp]
    groups: tuple[int, ...]
    contrasts_sd: dict[int, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelledPair:
    """Two visits of one woman.

    Parameters
    ----------
    woman : str
    current, prior : LabelledReading
    fates : dict of int to Change
        What became of each planted group; particles alone are not in it.
    """

    woman: str
    current: LabelledReading
    prior: LabelledReading
    fates: dict[int, Change]


def labelled(
    visit: DatedView, judge: Judge, settings: Settings, interpreter: Interpreter | None
) -> LabelledReading:
    """Read a visit down to the weak score, and say what each mark is."""
    weak = min(settings.comparison.weak_score, judge.operating_points[settings.operating_point])
    reading = main_path.read(visit.mammogram, judge, replace(settings, min_score=weak), interpreter)
    identity = identities(reading, visit)
    of_particle = {
        visit.identity[at]: number
        for one, number in zip(visit.truth.groups, visit.groups, strict=True)
        for at in one.members
    }
    return LabelledReading(
        reading=reading,
        identity=identity,
        groups=tuple(
            _mostly([of_particle.get(int(identity[at]), -1) for at in one.members])
            for one in reading.groups
        ),
        contrasts_sd={
            number: one.contrast_sd
            for number, one in zip(visit.identity, visit.truth.particles, strict=True)
        },
    )


def identities(reading: Reading, visit: DatedView) -> NDArray[np.intp]:
    """Return which particle of the series each listed one is, -1 = none; one to one, 0.35 mm."""
    listed = reading.calcifications
    places = mm_of(centres(listed), reading.mammogram)
    drawn = [(one.row, one.column) for one in visit.truth.particles]
    true = mm_of(np.array(drawn, np.float64).reshape(-1, 2), reading.mammogram)
    scores = np.array([one.score for one in listed], np.float64)
    matched = match_one_to_one(within(places, true, REACH_MM), scores, len(true))
    ids = np.array([*visit.identity, -1], np.intp)
    return np.asarray(ids[matched], np.intp)


def _mostly(ids: list[int]) -> int:
    """Return the planted group that most of the members are of, which at least half must be."""
    best = max(set(ids), key=lambda one: (ids.count(one), one))
    return best if ids.count(best) >= _MOSTLY * len(ids) else -1


def labelled_pair(
    woman: str,
    series: FollowedView,
    reads: tuple[LabelledReading, LabelledReading],
    visits: tuple[int, int] = (1, 0),
) -> LabelledPair:
    """Put two read visits beside each other: the current one first in both tuples."""
    now, before = visits
    fates = {number: series.fate(number, before, now) for number in series.fates}
    return LabelledPair(
        woman=woman,
        current=reads[0],
        prior=reads[1],
        fates={number: fate for number, fate in fates.items() if fate is not None},
    )


def given(visit: DatedView, read: LabelledReading) -> LabelledReading:
    """Return the reading that finds every planted particle, as it was drawn, and nothing else."""
    ones = [_as_drawn(one, read.reading.mammogram) for one in visit.truth.particles]
    spacing = read.reading.mammogram.spacing
    breast = Breast(
        box=Box(top=0, left=0, bottom=1, right=1),
        mask=np.ones((1, 1), np.uint8),
        area_px=1_000_000,
        tip_row=0.0,
        tip_column=0.0,
    )
    groupings = group(ones, spacing, breast, Settings().grouping) if spacing else ()
    of_particle = {
        at: number
        for one, number in zip(visit.truth.groups, visit.groups, strict=True)
        for at in one.members
    }
    return replace(
        read,
        reading=replace(read.reading, calcifications=tuple(ones), groupings=groupings),
        identity=np.array(visit.identity, np.intp),
        groups=tuple(
            _mostly([of_particle.get(at, -1) for at in one.members])
            for one in (groupings[0].groups if groupings else ())
        ),
    )


def _as_drawn(one: TrueParticle, mammogram: Mammogram) -> Calcification:
    """Describe a planted particle as if it had been measured."""
    pitch_mm = mammogram.spacing.mean_mm if mammogram.spacing else 1.0
    _, sides, _ = cv2.minAreaRect(one.outline.astype(np.float32))
    length, width = max(sides), max(min(sides), 0.5)
    return Calcification(
        row=one.row,
        column=one.column,
        diameter_mm=one.diameter_mm,
        diameter_px=one.diameter_mm / pitch_mm,
        area_mm2=one.area_mm2,
        area_px=one.area_mm2 / pitch_mm**2,
        length_mm=length * pitch_mm,
        width_mm=width * pitch_mm,
        contrast=one.contrast_sd,
        contrast_to_noise=one.contrast_sd,
        elongation=max(length / width, 1.0),
        circularity=0.8,
        solidity=0.9,
        lucent_centre=False,
        outline=one.outline,
        score=_SURE,
    )


def drawn_pairs(
    specs: Iterable[SeriesSpec], extra_error_mm: float = 0.0
) -> Iterator[tuple[LabelledPair, Registration]]:
    """Draw, read and register the first two visits of each series, with what ships.

    A pair that cannot be registered is told and left out, as a comparison leaves it out.

    Parameters
    ----------
    specs : iterable of SeriesSpec
    extra_error_mm : float
        Every second pair gets a smooth error of this SD added to its registration: simulated
        tissue is easier to follow than a woman's.
    """
    judge, settings = load_judge(), Settings()
    interpreter = interpreter_for(settings)
    for number, spec in enumerate(specs):
        series = simulate_series(spec)
        before, now = (labelled(visit, judge, settings, interpreter) for visit in series.visits[:2])
        registration = registered((now.reading, before.reading), settings)
        if not registration.succeeded:
            print(f"left out, not registered: {spec.woman}", file=sys.stderr)
            continue
        if number % 2:
            registration = with_error(registration, number, extra_error_mm)
        yield labelled_pair(spec.woman, series, (now, before)), registration


def registered(both: tuple[Reading, Reading], settings: Settings) -> Registration:
    """Lay the prior over the current view."""
    views = tuple(one.mammogram for one in both)
    current, prior = (
        find_breast(one, one.spacing.mean_mm if one.spacing else 0.0, settings.breast)
        for one in views
    )
    return register(views[0], views[1], (current, prior), settings.registration)


def with_error(registration: Registration, seed: int, error_mm: float) -> Registration:
    """Add a smooth error to where the prior's places are carried."""
    rng = np.random.default_rng((seed, 77))
    shape = registration.to_current.shape[1:]
    places = np.moveaxis(np.indices(shape), 0, 2).reshape(-1, 2) * registration.grid_mm
    error = np.zeros(places.shape)
    for share, wide_mm in _ERRORS:
        vectors = rng.normal(size=(_WAVES, 2)) / wide_mm
        waves = np.cos(places @ vectors.T + rng.uniform(0.0, 2.0 * np.pi, _WAVES))
        error += share * np.sqrt(2.0 / _WAVES) * waves @ rng.normal(size=(_WAVES, 2))
    moved = error_mm * np.moveaxis(error.reshape(*shape, 2), 2, 0)
    return replace(registration, to_current=(registration.to_current + moved).astype(np.float32))


def true_registration(series: FollowedView, now: int, before: int) -> Registration:
    """Return the registration that the simulation knows, from one visit to another."""
    mammograms = series.visits[now].mammogram, series.visits[before].mammogram
    to_prior, shown_in_prior = _field(series, (now, before), mammograms)
    to_current, shown_in_current = _field(series, (before, now), mammograms[::-1])
    return Registration(
        grid_mm=GRID_MM,
        to_prior=to_prior.astype(np.float32),
        to_current=to_current.astype(np.float32),
        shown_in_prior=shown_in_prior,
        shown_in_current=shown_in_current,
        quality=RegistrationQuality(
            likeness=1.0,
            likeness_by_chance=0.0,
            agreement=1.0,
            overlap=1.0,
            outline_mm=0.0,
            folded=0.0,
            inverse_mm=0.0,
        ),
        succeeded=True,
        method="known from the simulation",
    )


def _field(
    series: FollowedView, way: tuple[int, int], mammograms: tuple[Mammogram, Mammogram]
) -> tuple[Points, NDArray[np.uint8]]:
    """Return the displacement on the grid, and where it ends within the other picture."""
    sides = [_size_mm(one) for one in mammograms]
    shape = tuple(int(np.ceil(side / GRID_MM)) + 1 for side in sides[0])
    places = (np.moveaxis(np.indices(shape), 0, 2).reshape(-1, 2) * GRID_MM).astype(np.float64)
    there = series.carry(places, *way)
    inside = np.all((there >= 0.0) & (there <= sides[1]), axis=1)
    field = np.moveaxis((there - places).reshape(*shape, 2), 2, 0)
    return field, inside.reshape(shape).astype(np.uint8)


def _size_mm(mammogram: Mammogram) -> Points:
    """Return height and width of a picture."""
    spacing = mammogram.spacing
    pitch_mm = (0.0, 0.0) if spacing is None else (spacing.row_mm, spacing.column_mm)
    return np.asarray((np.array(mammogram.shape) - 1) * np.array(pitch_mm))
