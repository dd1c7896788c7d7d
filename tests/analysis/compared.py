"""Readings and registrations made by hand: dots whose places, looks and scores are stated."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.frames import calcification_in_file, grouping_in_file
from calcsight.analysis.grouping import group
from calcsight.terms.calcification import Calcification
from calcsight.terms.mammogram import Laterality, Mammogram, View
from calcsight.terms.morphology import Morphology, Named
from calcsight.terms.orientation import Orientation
from calcsight.terms.reading import Provenance, Reading
from calcsight.terms.registration import Registration, RegistrationQuality
from calcsight.terms.settings import GroupingSettings
from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import Box, Breast

PITCH_MM = 0.1
SHAPE = (900, 600)
GRID_MM = 2.0
THRESHOLD = 0.01

Points = NDArray[np.float64]
Carry = Callable[[Points], Points]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A particle: (down, right) in mm, reading frame."""

    place_mm: tuple[float, float]
    diameter_mm: float = 0.4
    contrast_to_noise: float = 10.0
    score: float = 0.9
    shape: Morphology | None = None


def dots(places_mm: Points, **said: float) -> list[Dot]:
    return [Dot(place_mm=(float(down), float(right)), **said) for down, right in places_mm]  # type: ignore[arg-type]


def reading_of(
    ones: Sequence[Dot], orientation: Orientation | None = None, pitch_mm: float = PITCH_MM
) -> Reading:
    """Return the reading that lists these dots, in the given order, grouped by the usual rules."""
    pixels = _tissue()
    spacing = Spacing(row_mm=pitch_mm, column_mm=pitch_mm)
    mammogram = Mammogram(
        uid="1.2.3",
        pixels=pixels,
        spacing=spacing,
        laterality=Laterality.LEFT,
        view=View.CC,
        orientation=orientation or Orientation(),
    )
    listed = [_calcification(one, pitch_mm) for one in ones]
    sure = [at for at, one in enumerate(listed) if one.score >= THRESHOLD]
    assert sure == list(range(len(sure))), "state what counts first, as a reading lists it"
    groupings = group([listed[at] for at in sure], spacing, _breast(), GroupingSettings())
    return Reading(
        mammogram=mammogram,
        calcifications=tuple(calcification_in_file(one, mammogram) for one in listed),
        groupings=tuple(grouping_in_file(one, mammogram) for one in groupings),
        breast_area_mm2=4000.0,
        limitations=(),
        provenance=Provenance(
            software="calcsight 0",
            judge="by hand",
            judge_digest="",
            settings_digest="",
            input_uid="1.2",
            pixel_digest="",
            operating_point=None,
            threshold=THRESHOLD,
        ),
    )


def registration_of(
    to_prior: Carry = lambda places: places,
    to_current: Carry = lambda places: places,
    shown: NDArray[np.uint8] | None = None,
) -> Registration:
    """Return a registration that carries places by known functions."""
    shape = tuple(int(side * PITCH_MM / GRID_MM) + 1 for side in SHAPE)
    places = np.stack(np.meshgrid(*(np.arange(side) * GRID_MM for side in shape), indexing="ij"), 2)
    fields = [
        np.moveaxis((carry(places.reshape(-1, 2)) - places.reshape(-1, 2)).reshape(*shape, 2), 2, 0)
        for carry in (to_prior, to_current)
    ]
    everywhere = np.ones(shape, np.uint8)
    return Registration(
        grid_mm=GRID_MM,
        to_prior=fields[0].astype(np.float32),
        to_current=fields[1].astype(np.float32),
        shown_in_prior=everywhere if shown is None else shown,
        shown_in_current=everywhere,
        quality=RegistrationQuality(
            likeness=0.8,
            likeness_by_chance=0.1,
            agreement=1.0,
            overlap=0.95,
            outline_mm=0.5,
            folded=0.0,
            inverse_mm=0.1,
        ),
        succeeded=True,
        method="by hand",
    )


def _calcification(one: Dot, pitch_mm: float) -> Calcification:
    """Draw a dot: a polygon of eight corners."""
    row, column = (side / pitch_mm for side in one.place_mm)
    radius = one.diameter_mm / 2.0 / pitch_mm
    angles = np.arange(8) * np.pi / 4.0
    outline = np.stack([row + radius * np.sin(angles), column + radius * np.cos(angles)], 1)
    area_px = float(2.0 * np.sqrt(2.0) * radius**2)
    return Calcification(
        row=row,
        column=column,
        diameter_mm=one.diameter_mm,
        diameter_px=one.diameter_mm / pitch_mm,
        area_mm2=area_px * pitch_mm**2,
        area_px=area_px,
        length_mm=one.diameter_mm,
        width_mm=one.diameter_mm,
        contrast=100.0,
        contrast_to_noise=one.contrast_to_noise,
        elongation=1.1,
        circularity=0.9,
        solidity=0.95,
        lucent_centre=False,
        outline=outline,
        score=one.score,
        morphology=None if one.shape is None else _named(one.shape),
    )


def _named(shape: Morphology) -> Named[Morphology]:
    rest = (1.0 - 0.9) / (len(Morphology) - 1)
    return Named(label=shape, probabilities={**dict.fromkeys(Morphology, rest), shape: 0.9})


@cache
def _tissue() -> NDArray[np.float32]:
    """Return a view that is all breast."""
    return np.random.default_rng(1).normal(1000.0, 30.0, SHAPE).astype(np.float32)


def _breast() -> Breast:
    return Breast(
        box=Box(top=0, left=0, bottom=SHAPE[0], right=SHAPE[1]),
        mask=np.ones(SHAPE, np.uint8),
        area_px=SHAPE[0] * SHAPE[1],
        tip_row=450.0,
        tip_column=599.0,
    )
