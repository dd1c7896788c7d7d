"""The columns of `groups.csv`, the ten that every reader of it may count on first.

What was measured comes first, then the words, then what they were weighed to.
"""

from calcsight.reports.columns import SEPARATOR, Column, GroupEntry, Kind
from calcsight.reports.description_columns import GROUP_DESCRIPTION_COLUMNS, distribution_word
from calcsight.reports.weighing_columns import GROUP_WEIGHING_COLUMNS

_G = Column[GroupEntry]

GROUP_MEASURED_COLUMNS: tuple[_G, ...] = (
    _G(
        name="image",
        kind=Kind.TEXT,
        unit="",
        meaning="Path of the input, relative to the argument that led to it.",
        value=lambda e: e.image,
    ),
    _G(
        name="group",
        kind=Kind.WHOLE,
        unit="",
        meaning="1, 2, ... within one image, by falling score.",
        value=lambda e: e.group.number,
    ),
    _G(
        name="row",
        kind=Kind.NUMBER,
        unit="px",
        meaning="Row of the mean of the members' centroids: 0-based pixel centres of the file's "
        "own frame.",
        value=lambda e: e.group.row,
        decimals=3,
    ),
    _G(
        name="column",
        kind=Kind.NUMBER,
        unit="px",
        meaning="Column of that mean, like row.",
        value=lambda e: e.group.column,
        decimals=3,
    ),
    _G(
        name="count",
        kind=Kind.WHOLE,
        unit="",
        meaning="Number of members.",
        value=lambda e: e.group.count,
    ),
    _G(
        name="extent_mm",
        kind=Kind.NUMBER,
        unit="mm",
        meaning="Maximum Feret diameter over the outlines of all members.",
        value=lambda e: e.group.extent_mm,
    ),
    _G(
        name="density_per_cm2",
        kind=Kind.NUMBER,
        unit="1/cm2",
        meaning="Members over the area of their hull grown by grouping.hull_margin_mm.",
        value=lambda e: e.group.density_per_cm2,
    ),
    _G(
        name="distribution",
        kind=Kind.TEXT,
        unit="",
        meaning="grouped, linear, segmental, regional or diffuse: how the members lie, "
        "no opinion on what they are; cannot_be_classified = described, but no word is sure "
        "enough.",
        value=distribution_word,
    ),
    _G(
        name="mean_diameter_mm",
        kind=Kind.NUMBER,
        unit="mm",
        meaning="Mean of the members' diameters.",
        value=lambda e: e.group.mean_diameter_mm,
    ),
    _G(
        name="score",
        kind=Kind.NUMBER,
        unit="",
        meaning="0 to 1: higher is more surely a group of calcifications. "
        "It says nothing about benign or malignant.",
        value=lambda e: e.group.score,
        decimals=6,
    ),
    _G(
        name="sd_diameter_mm",
        kind=Kind.NUMBER,
        unit="mm",
        meaning="Standard deviation of the members' diameters (population).",
        value=lambda e: e.group.sd_diameter_mm,
    ),
    _G(
        name="mean_neighbour_mm",
        kind=Kind.NUMBER,
        unit="mm",
        meaning="Mean distance from a member to its nearest member, centroid to centroid.",
        value=lambda e: e.group.mean_neighbour_mm,
    ),
    _G(
        name="sd_neighbour_mm",
        kind=Kind.NUMBER,
        unit="mm",
        meaning="Standard deviation of those distances (population).",
        value=lambda e: e.group.sd_neighbour_mm,
    ),
    _G(
        name="rule",
        kind=Kind.TEXT,
        unit="",
        meaning="Name of the rule that made the group: the first in the settings. "
        "Groups by the other rules stand in reading.json.",
        value=lambda e: e.rule,
    ),
    _G(
        name="members",
        kind=Kind.TEXT,
        unit="",
        meaning="Numbers of its particles, separated by semicolons.",
        value=lambda e: SEPARATOR.join(str(member + 1) for member in e.group.members),
    ),
    _G(
        name="laterality",
        kind=Kind.TEXT,
        unit="",
        meaning="L, R or unknown.",
        value=lambda e: e.reading.mammogram.laterality.value,
    ),
    _G(
        name="view",
        kind=Kind.TEXT,
        unit="",
        meaning="Projection: CC, MLO, ... or unknown.",
        value=lambda e: e.reading.mammogram.view.value,
    ),
    _G(
        name="uid",
        kind=Kind.TEXT,
        unit="",
        meaning="UID of the mammogram.",
        value=lambda e: e.reading.mammogram.uid,
    ),
)

GROUP_COLUMNS: tuple[_G, ...] = (
    *GROUP_MEASURED_COLUMNS,
    *GROUP_DESCRIPTION_COLUMNS,
    *GROUP_WEIGHING_COLUMNS,
)
