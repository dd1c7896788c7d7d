"""The columns that say how a group looks and where it lies."""

from typing import Any

from calcsight.reports.columns import SEPARATOR, Column, GroupEntry, Kind
from calcsight.reports.shape_columns import (
    UNSURE,
    given_word,
    likely_share,
    likely_word,
    vocabulary_name,
)
from calcsight.terms.distribution import Distribution
from calcsight.terms.morphology import Morphology, Named

_G = Column[GroupEntry]


def distribution_word(entry: GroupEntry) -> str | None:
    """Return the distribution: that of the description where there is one."""
    description = entry.group.description
    return given_word(description.distribution) if description else entry.group.distribution.value


def _morphology(entry: GroupEntry) -> Named[Morphology] | None:
    """Return the shape of a group."""
    return entry.group.description.morphology if entry.group.description else None


def _distribution(entry: GroupEntry) -> Named[Distribution] | None:
    """Return the distribution of a group."""
    return entry.group.description.distribution if entry.group.description else None


def _number(entry: GroupEntry, name: str) -> float | None:
    """Return a number of the description, or of its place."""
    value = _field(entry, name)
    return None if value is None else float(value)


def _code(entry: GroupEntry, name: str) -> str | None:
    """Return a word of the description, or of its place."""
    value = _field(entry, name)
    return None if value is None else str(value.value)


def _field(entry: GroupEntry, name: str) -> Any:
    """Return what the description, or its place, holds under a name."""
    description = entry.group.description
    if description is None:
        return None
    return getattr(description if hasattr(description, name) else description.location, name)


def _clock(entry: GroupEntry) -> str | None:
    """Return the hours of the clock face."""
    hours = _field(entry, "clock_hours")
    return None if hours is None else SEPARATOR.join(str(hour) for hour in hours)


GROUP_DESCRIPTION_COLUMNS: tuple[_G, ...] = (
    _G(
        name="morphology",
        kind=Kind.TEXT,
        unit="",
        meaning=f"Shape of the group as a whole, a word of the vocabulary; {UNSURE}",
        value=lambda e: given_word(_morphology(e)),
    ),
    _G(
        name="likeliest_morphology",
        kind=Kind.TEXT,
        unit="",
        meaning="The likeliest shape of the group, whether it is sure enough to be given or not.",
        value=lambda e: likely_word(_morphology(e), 0),
    ),
    _G(
        name="morphology_probability",
        kind=Kind.NUMBER,
        unit="",
        meaning="How probable likeliest_morphology is, 0 to 1. It says nothing about malignancy.",
        value=lambda e: likely_share(_morphology(e), 0),
    ),
    _G(
        name="second_morphology",
        kind=Kind.TEXT,
        unit="",
        meaning="The second likeliest shape of the group.",
        value=lambda e: likely_word(_morphology(e), 1),
    ),
    _G(
        name="second_morphology_probability",
        kind=Kind.NUMBER,
        unit="",
        meaning="How probable second_morphology is, 0 to 1.",
        value=lambda e: likely_share(_morphology(e), 1),
    ),
    _G(
        name="likeliest_distribution",
        kind=Kind.TEXT,
        unit="",
        meaning="The likeliest distribution, whether it is sure enough to be given or not.",
        value=lambda e: likely_word(_distribution(e), 0),
    ),
    _G(
        name="distribution_probability",
        kind=Kind.NUMBER,
        unit="",
        meaning="How probable likeliest_distribution is, 0 to 1.",
        value=lambda e: likely_share(_distribution(e), 0),
    ),
    _G(
        name="predominant",
        kind=Kind.TEXT,
        unit="",
        meaning="The shape most members have; empty when most cannot be classified.",
        value=lambda e: _code(e, "predominant"),
    ),
    _G(
        name="worst",
        kind=Kind.TEXT,
        unit="",
        meaning="The most suspicious shape that enough members have; empty when there is none.",
        value=lambda e: _code(e, "worst"),
    ),
    _G(
        name="size_variability",
        kind=Kind.NUMBER,
        unit="",
        meaning="Standard deviation over mean of the members' diameters (population).",
        value=lambda e: _number(e, "size_variability"),
    ),
    _G(
        name="shape_variability",
        kind=Kind.NUMBER,
        unit="",
        meaning="How much the members differ in shape, from 0 = all alike.",
        value=lambda e: _number(e, "shape_variability"),
    ),
    _G(
        name="linearity",
        kind=Kind.NUMBER,
        unit="",
        meaning="Share of members that are long and thin, 0 to 1.",
        value=lambda e: _number(e, "linearity"),
    ),
    _G(
        name="branching",
        kind=Kind.NUMBER,
        unit="",
        meaning="Share of members whose outline branches, 0 to 1.",
        value=lambda e: _number(e, "branching"),
    ),
    _G(
        name="nipple_angle_deg",
        kind=Kind.NUMBER,
        unit="degrees",
        meaning="Angle between the group's main axis and the line to the nipple, 0 to 90; "
        "empty for a group without an axis.",
        value=lambda e: _number(e, "nipple_angle_deg"),
        decimals=1,
    ),
    _G(
        name="duct_alignment",
        kind=Kind.NUMBER,
        unit="",
        meaning="How far long members point to the nipple: 1 = along that line, 0 = any way, "
        "-1 = across it; empty without long members.",
        value=lambda e: _number(e, "duct_alignment"),
    ),
    _G(
        name="region",
        kind=Kind.TEXT,
        unit="",
        meaning="Quadrant, or what one projection can tell of it; empty: see unplaced.",
        value=lambda e: _code(e, "region"),
    ),
    _G(
        name="unplaced",
        kind=Kind.TEXT,
        unit="",
        meaning="Why there is no region.",
        value=lambda e: _code(e, "unplaced"),
    ),
    _G(
        name="clock_hours",
        kind=Kind.TEXT,
        unit="",
        meaning="Hours on the clock face, seen from the front, that the group may lie at, "
        "separated by semicolons.",
        value=_clock,
    ),
    _G(
        name="depth",
        kind=Kind.TEXT,
        unit="",
        meaning="anterior, middle or posterior third of the breast.",
        value=lambda e: _code(e, "depth"),
    ),
    _G(
        name="nipple_distance_mm",
        kind=Kind.NUMBER,
        unit="mm",
        meaning="From the centre to the point of the breast farthest from the chest wall, which "
        "stands in for the nipple.",
        value=lambda e: _number(e, "nipple_distance_mm"),
        decimals=1,
    ),
    _G(
        name="skin_distance_mm",
        kind=Kind.NUMBER,
        unit="mm",
        meaning="From the centre to the nearest skin in the view.",
        value=lambda e: _number(e, "skin_distance_mm"),
        decimals=1,
    ),
    _G(
        name="vocabulary",
        kind=Kind.TEXT,
        unit="",
        meaning="Name and version of the vocabulary that the words belong to.",
        value=lambda e: vocabulary_name(e.reading),
    ),
)
