"""Marks of a report of a computer: findings on one image, as any maker's CAD reports them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from calcsight.terms.distribution import Distribution
from calcsight.terms.morphology import Morphology


class MarkKind(StrEnum):
    """What a mark is of."""

    GROUP = "group"
    PARTICLE = "particle"
    OTHER = "other"


class Rendering(StrEnum):
    """Whether the maker wants a mark shown (DICOM CID 6034)."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NOT_FOR_PRESENTATION = "not_for_presentation"


class PlaceFrom(StrEnum):
    """Where the row and column of a mark come from."""

    CENTRE = "centre"
    OUTLINE = "outline"
    POINTS = "points"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCode:
    """One coded concept.

    Parameters
    ----------
    value, scheme : str
        In SNOMED CT where the file carries an older code that the standard maps.
    words : str
        The meaning: that of the standard where the code is known, else the file's.
    """

    value: str
    scheme: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Algorithm:
    """A program that made something of a report.

    Parameters
    ----------
    name, version : str
        "" = not stated.
    """

    name: str
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNumber:
    """A number that a report gives.

    Parameters
    ----------
    name : ReportCode
    value : float
        Finite.
    unit : str
        As UCUM writes it; "" = not stated.
    """

    name: ReportCode
    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportProperty:
    """Something coded that a report says of a mark, such as the margin of a mass.

    Parameters
    ----------
    name, value : ReportCode
    """

    name: ReportCode
    value: ReportCode


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReportMark:
    """One finding that a report marks on one image.

    Parameters
    ----------
    kind : MarkKind
    what : ReportCode
        The finding in the report's own code.
    number : int
        1-based, in the order of the report; a nested particle is numbered within its group.
    image_uid : str or None
        SOP Instance UID; None = the report names none.
    frame : int or None
        1-based, of an image with several.
    row, column : float or None
        0-based, whole numbers at pixel centres, the image file's own frame.
    place_from : PlaceFrom or None
        None exactly when there is no place.
    outline : array (n, 2) or None
        Closed polygon, `row, column`, the first point not repeated.
    points : array (n, 2)
        Places that the report marks without saying what each is.
    count : int or None
        Calcifications in a group, as the report states; None = not stated.
    certainty_percent, probability_percent : float or None
        Certainty of the finding, probability of cancer: 0-100, each maker's own scale.
    types, distributions : tuple of ReportCode
        Type and distribution of calcifications.
    morphology, distribution
        The first of them that calcsight has a word for; None = none.
    changes : tuple of ReportCode
        Changes against a prior.
    properties : tuple of ReportProperty
    numbers : tuple of ReportNumber
        Sizes, distances and whatever else is measured.
    algorithms : tuple of Algorithm
    tracking_uid : str or None
    rendering : Rendering or None
        None = not stated.
    particles : tuple of ReportMark
        Of a group: the calcifications that the report nests in it, or infers it from.
    """

    kind: MarkKind
    what: ReportCode
    number: int
    image_uid: str | None
    frame: int | None
    row: float | None
    column: float | None
    place_from: PlaceFrom | None
    outline: NDArray[np.float64] | None
    points: NDArray[np.float64]
    count: int | None
    certainty_percent: float | None
    probability_percent: float | None
    types: tuple[ReportCode, ...]
    distributions: tuple[ReportCode, ...]
    morphology: Morphology | None
    distribution: Distribution | None
    changes: tuple[ReportCode, ...]
    properties: tuple[ReportProperty, ...]
    numbers: tuple[ReportNumber, ...]
    algorithms: tuple[Algorithm, ...]
    tracking_uid: str | None
    rendering: Rendering | None
    particles: tuple["ReportMark", ...] = ()

    @property
    def is_to_be_shown(self) -> bool:
        """Tell whether the maker lets a viewer show the mark."""
        return self.rendering is not Rendering.NOT_FOR_PRESENTATION


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositeFeature:
    """Marks that a report takes together: one lesion in two views, or at two dates.

    Parameters
    ----------
    what : ReportCode
    marks : tuple of int
        Numbers of the marks.
    properties : tuple of ReportProperty
        How they belong together, and what else is coded of them.
    changes : tuple of ReportCode
        Changes against a prior.
    numbers : tuple of ReportNumber
    certainty_percent, probability_percent : float or None
    tracking_uid : str or None
    rendering : Rendering or None
    """

    what: ReportCode
    marks: tuple[int, ...]
    properties: tuple[ReportProperty, ...]
    changes: tuple[ReportCode, ...]
    numbers: tuple[ReportNumber, ...]
    certainty_percent: float | None
    probability_percent: float | None
    tracking_uid: str | None
    rendering: Rendering | None
