"""What evaluation compares: a data set's truth on one side, somebody's findings on the other.

Every adapter of a data set gives `TrueView`s, every detector, ours or another, `FoundView`s. Both
are in pixels of the image file's own frame: `row, column`, 0-based, integer = pixel centre.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from calcsight.terms.mammogram import Mammogram

Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]
Outlines = tuple[Numbers | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrueParticles:
    """Calcifications marked one by one.

    Parameters
    ----------
    places_px : array (n, 2)
        Centroids.
    outlines_px : tuple of n arrays (k, 2) or None
        None where a data set gives a point and no outline.
    diameters_mm, contrasts_sd : arrays (n,)
        Maximum Feret diameter and contrast in local noise SD; nan = unknown.
    """

    places_px: Numbers
    outlines_px: Outlines
    diameters_mm: Numbers
    contrasts_sd: Numbers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrueRegion:
    """A region that holds a group of calcifications.

    Parameters
    ----------
    outline_px : array (k, 2)
        Polygon: a reader's, a mask's, or the convex hull of the members' outlines.
    members : tuple of int
        Positions among the view's particles; empty when they were not marked one by one.
    allowance_mm : float
        A mark's centre this far outside the outline still counts as inside.
    particle_hits : bool
        A single particle inside is enough: the region is too small to hold a group.
    doubtful : bool
        Neither a target nor a place of false marks.
    """

    outline_px: Numbers
    members: tuple[int, ...] = ()
    allowance_mm: float = 0.0
    particle_hits: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One known fault of a data set's truth, as it was met.

    Parameters
    ----------
    code : str
        Stable, snake_case: `mask_size`, `single_point`, `flipped_rows`, `inverted_film` ...
    what : str
        What was found and what was done about it.
    """

    code: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrueView:
    """The truth of one view.

    Parameters
    ----------
    name : str
        Unique within its data set; predictions are joined by it.
    patient : str
        Intervals resample patients, never views.
    spacing_mm : tuple of float or None
        Distance between rows, between columns; None = unknown, and every mm rule is off.
    particles : TrueParticles or None
        None: the data set does not mark particles one by one, so no particle rule applies.
    regions : tuple of TrueRegion or None
        None: the data set does not mark groups.
    normal : bool
        Known to hold no calcification.
    breast_area_mm2 : float or None
        None = not measured.
    strata : mapping of str to str
        What to report apart: density, vendor, kind of view ...
    faults : tuple of Fault
    mammogram : callable or None
        Opens the image; raises `InputRefused` as any loader. None: truth without images.
    prior : str
        Name of the view of the same set that shows the same breast in the same projection at an
        earlier date; "" = there is none.
    """

    name: str
    patient: str
    spacing_mm: tuple[float, float] | None
    particles: TrueParticles | None
    regions: tuple[TrueRegion, ...] | None
    normal: bool
    breast_area_mm2: float | None = None
    strata: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    mammogram: Callable[[], Mammogram] | None = None
    prior: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DataSet:
    """The truth of a whole set.

    Parameters
    ----------
    name : str
    views : tuple of TrueView
    faults : tuple of Fault
        Those that concern the set and no single view.
    """

    name: str
    views: tuple[TrueView, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundGroup:
    """One group that was found.

    Parameters
    ----------
    centre_px : array (2,)
    score : float
    members : tuple of int
        Positions among the particles of the same `FoundView`; empty when a detector gives groups
        alone.
    outline_px : array (k, 2) or None
        None: a centre and no outline; overlap rules do not apply.
    """

    centre_px: Numbers
    score: float
    members: tuple[int, ...] = ()
    outline_px: Numbers | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundView:
    """What a detector found in one view.

    Parameters
    ----------
    name : str
        As in `TrueView`.
    places_px : array (m, 2)
    scores : array (m,)
        Any scale; higher = surer.
    diameters_mm : array (m,)
        nan = not measured.
    outlines_px : tuple of m arrays (k, 2) or None
    groups : tuple of FoundGroup
    refused : str
        Why the detector would not read this view; "" = it was read. A refused view has no marks:
        its targets count as missed, and it is no view without false marks either.
    breast_area_mm2 : float or None
        As the detector measured it: taken where the data set states none.
    """

    name: str
    places_px: Numbers
    scores: Numbers
    diameters_mm: Numbers
    outlines_px: Outlines
    groups: tuple[FoundGroup, ...] = ()
    refused: str = ""
    breast_area_mm2: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Predictions:
    """What a detector found in a whole set.

    Parameters
    ----------
    detector : str
        Its name, in words.
    views : tuple of FoundView
    particles, groups : bool
        Whether this detector marks particles, and groups, at all: one that marks no groups is
        not one that found none.
    """

    detector: str
    views: tuple[FoundView, ...]
    particles: bool
    groups: bool


class Case(NamedTuple):
    """One view: the truth and the findings."""

    true: TrueView
    found: FoundView
