"""A reading that was written earlier as a noun again, without pixels.

Numbers are those of the document, rounded as it rounds them; what was weighed is left out.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from calcsight.reports.reading_check import refuse_damage
from calcsight.reports.reading_file import reading_from
from calcsight.terms.calcification import Calcification
from calcsight.terms.description import Description
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.limitation import Limitation
from calcsight.terms.location import Depth, Location, Region, Unplaced
from calcsight.terms.mammogram import (
    ExamKind,
    Intent,
    Laterality,
    Projection,
    View,
    ViewModifier,
)
from calcsight.terms.morphology import Morphology, Named
from calcsight.terms.orientation import Orientation
from calcsight.terms.reading import InterpretedBy, LeanReading, Provenance
from calcsight.terms.spacing import Spacing, SpacingSource

Part = Mapping[str, Any]
Word = TypeVar("Word", bound=StrEnum)


def reading_again(path: Path) -> LeanReading:
    """Return the reading that a file holds, with the groups of its first rule.

    Raises
    ------
    UnreadableFileError
        When the file cannot be opened or read.
    NotAReadingError
        When it holds no reading, one of a schema that this version cannot explain, or one that
        was damaged.
    """
    document = reading_from(path)
    refuse_damage(document)
    first = document["groupings"][0]["groups"] if document["groupings"] else []
    limitations = _limitations([one["code"] for one in document["limitations"]])
    return LeanReading(
        mammogram=_projection(document["mammogram"]),
        calcifications=tuple(_calcification(one) for one in document["calcifications"]),
        groups=tuple(_group(one) for one in first),
        limitations=limitations,
        provenance=_provenance(document["provenance"]),
    )


def _projection(part: Part) -> Projection:
    """Return what was read."""
    orientation = Orientation(**part["orientation"])
    spacing = None
    if part["spacing"] is not None:
        row_mm, column_mm = part["spacing"]["row_mm"], part["spacing"]["column_mm"]
        if orientation.transposed:
            row_mm, column_mm = column_mm, row_mm
        source = SpacingSource(part["spacing"]["rule"])
        spacing = Spacing(row_mm=row_mm, column_mm=column_mm, source=source)
    return Projection(
        uid=part["uid"],
        spacing=spacing,
        laterality=Laterality(part["laterality"]),
        view=View(part["view"]),
        modifiers=tuple(ViewModifier(one) for one in part["modifiers"]),
        intent=Intent(part["intent"]),
        exam_kind=ExamKind(part["exam_kind"]),
        orientation=orientation,
        acquired_on=date.fromisoformat(part["acquired_on"]) if part["acquired_on"] else None,
        magnification_factor=part["magnification_factor"],
    )


def _calcification(part: Part) -> Calcification:
    same = (
        "row column diameter_mm diameter_px area_mm2 area_px length_mm width_mm contrast "
        "contrast_to_noise elongation circularity solidity lucent_centre score"
    ).split()
    morphology = part["morphology"]
    return Calcification(
        **{name: part[name] for name in same},
        outline=_points(part["outline"]),
        limitations=_limitations(part["limitations"]),
        morphology=None if morphology is None else _named(morphology, Morphology),
    )


def _group(part: Part) -> Group:
    same = (
        "row column extent_mm density_per_cm2 mean_diameter_mm sd_diameter_mm mean_neighbour_mm "
        "sd_neighbour_mm score"
    ).split()
    description = None if part["description"] is None else _description(part["description"])
    return Group(
        **{name: part[name] for name in same},
        number=part["group"],
        members=tuple(one - 1 for one in part["members"]),
        hull=_points(part["hull"]),
        distribution=_most_probable(part),
        description=description,
    )


def _most_probable(part: Part) -> Distribution:
    """Return how members lie; where no word was given, the most probable one of the description.

    What the rules called it then stands nowhere in the document; the description, which gives
    no word, decides what is told.
    """
    if part["description"] is None:
        return Distribution(part["distribution"])
    chances = part["description"]["distribution"]["probabilities"]
    label = part["description"]["distribution"]["label"]
    return Distribution(label or max(chances, key=lambda one: chances[one]))


def _description(part: Part) -> Description:
    same = (
        "size_variability shape_variability linearity branching nipple_angle_deg duct_alignment"
    ).split()
    place = part["location"]
    hours = place["clock_hours"]
    return Description(
        **{name: part[name] for name in same},
        morphology=_named(part["morphology"], Morphology),
        predominant=_word(part["predominant"], Morphology),
        worst=_word(part["worst"], Morphology),
        distribution=_named(part["distribution"], Distribution),
        location=Location(
            region=_word(place["region"], Region),
            clock_hours=None if hours is None else tuple(hours),
            depth=_word(place["depth"], Depth),
            nipple_distance_mm=place["nipple_distance_mm"],
            skin_distance_mm=place["skin_distance_mm"],
            behind_nipple_mm=place["behind_nipple_mm"],
            beside_nipple_mm=place["beside_nipple_mm"],
            unplaced=_word(place["unplaced"], Unplaced),
        ),
    )


def _provenance(part: Part) -> Provenance:
    told = part["interpreted_by"]
    changed = {
        "operating_point": _word(part["operating_point"], OperatingPoint),
        "interpreted_by": None if told is None else InterpretedBy(**told),
    }
    return Provenance(**{**part, **changed})


def _named(part: Part, words: type[Word]) -> Named[Word]:
    shares = {words(name): share for name, share in part["probabilities"].items()}
    return Named(label=_word(part["label"], words), probabilities=shares)


def _word(value: str | None, words: type[Word]) -> Word | None:
    return None if value is None else words(value)


def _points(rows: list[list[float]]) -> NDArray[np.float64]:
    return np.asarray(rows, dtype=np.float64).reshape(-1, 2)


def _limitations(values: list[str]) -> tuple[Limitation, ...]:
    return tuple(Limitation(one) for one in values)
