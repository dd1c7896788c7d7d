"""The columns of `calcifications.csv`, the ten that every reader of it may count on first.

What was measured comes first, then the words for its shape.
"""

from calcsight.reports.columns import SEPARATOR, Column, Kind, ParticleEntry
from calcsight.reports.shape_columns import PARTICLE_SHAPE_COLUMNS

_P = Column[ParticleEntry]


def _size_class(entry: ParticleEntry, threshold_mm: float) -> str | None:
    """Name the size class, None when the spacing is unknown."""
    size_class = entry.calcification.size_class(threshold_mm)
    return None if size_class is None else size_class.value


PARTICLE_MEASURED_COLUMNS: tuple[_P, ...] = (
    _P(
        name="image",
        kind=Kind.TEXT,
        unit="",
        meaning="Path of the input, relative to the argument that led to it.",
        value=lambda e: e.image,
    ),
    _P(
        name="row",
        kind=Kind.NUMBER,
        unit="px",
        meaning="Row of the centroid: 0-based pixel centres of the file's own frame.",
        value=lambda e: e.calcification.row,
        decimals=3,
    ),
    _P(
        name="column",
        kind=Kind.NUMBER,
        unit="px",
        meaning="Column of the centroid, like row.",
        value=lambda e: e.calcification.column,
        decimals=3,
    ),
    _P(
        name="diameter_mm",
        kind=Kind.NUMBER,
        unit="mm",
        meaning="Maximum Feret diameter of the outline, in the plane of the breast.",
        value=lambda e: e.calcification.diameter_mm,
    ),
    _P(
        name="area_mm2",
        kind=Kind.NUMBER,
        unit="mm2",
        meaning="Area inside the outline; a lucent centre counts as inside.",
        value=lambda e: e.calcification.area_mm2,
        decimals=5,
    ),
    _P(
        name="contrast_to_noise",
        kind=Kind.NUMBER,
        unit="noise SD",
        meaning="Peak over the local background, in standard deviations of the local noise.",
        value=lambda e: e.calcification.contrast_to_noise,
        decimals=3,
    ),
    _P(
        name="elongation",
        kind=Kind.NUMBER,
        unit="",
        meaning="Length over width of the smallest rectangle around the outline, at least 1.",
        value=lambda e: e.calcification.elongation,
    ),
    _P(
        name="circularity",
        kind=Kind.NUMBER,
        unit="",
        meaning="4 pi area / perimeter squared, 0 to 1; 1 is a disc.",
        value=lambda e: e.calcification.circularity,
    ),
    _P(
        name="score",
        kind=Kind.NUMBER,
        unit="",
        meaning="The judge's score, 0 to 1: higher is more surely a calcification. "
        "It says nothing about benign or malignant.",
        value=lambda e: e.calcification.score,
        decimals=6,
    ),
    _P(
        name="group",
        kind=Kind.WHOLE,
        unit="",
        meaning="Number of its group in the same image; empty when it lies in none.",
        value=lambda e: e.group,
    ),
    _P(
        name="particle",
        kind=Kind.WHOLE,
        unit="",
        meaning="1, 2, ... within one image, by falling score.",
        value=lambda e: e.number,
    ),
    _P(
        name="at_operating_point",
        kind=Kind.YES_NO,
        unit="",
        meaning="Whether the score reaches the operating point; "
        "false only for what --min-score lists beside it.",
        value=lambda e: e.calcification.score >= e.reading.provenance.threshold,
    ),
    _P(
        name="diameter_px",
        kind=Kind.NUMBER,
        unit="px",
        meaning="The diameter in pixels.",
        value=lambda e: e.calcification.diameter_px,
    ),
    _P(
        name="area_px",
        kind=Kind.NUMBER,
        unit="px2",
        meaning="The area in pixels.",
        value=lambda e: e.calcification.area_px,
    ),
    _P(
        name="length_mm",
        kind=Kind.NUMBER,
        unit="mm",
        meaning="Longer side of the smallest rectangle around the outline.",
        value=lambda e: e.calcification.length_mm,
    ),
    _P(
        name="width_mm",
        kind=Kind.NUMBER,
        unit="mm",
        meaning="Shorter side of that rectangle.",
        value=lambda e: e.calcification.width_mm,
    ),
    _P(
        name="contrast",
        kind=Kind.NUMBER,
        unit="grey values",
        meaning="Peak over the local background, in grey values of the file.",
        value=lambda e: e.calcification.contrast,
    ),
    _P(
        name="solidity",
        kind=Kind.NUMBER,
        unit="",
        meaning="Area over the area of the convex hull, 0 to 1.",
        value=lambda e: e.calcification.solidity,
    ),
    _P(
        name="lucent_centre",
        kind=Kind.YES_NO,
        unit="",
        meaning="Darker in the middle than on the rim.",
        value=lambda e: e.calcification.lucent_centre,
    ),
    _P(
        name="size_class",
        kind=Kind.TEXT,
        unit="",
        meaning="micro below size_threshold_mm, else macro.",
        value=lambda e: _size_class(e, e.settings.measurement.micro_threshold_mm),
    ),
    _P(
        name="size_threshold_mm",
        kind=Kind.NUMBER,
        unit="mm",
        meaning="The setting measurement.micro_threshold_mm.",
        value=lambda e: e.settings.measurement.micro_threshold_mm,
    ),
    _P(
        name="other_size_class",
        kind=Kind.TEXT,
        unit="",
        meaning="micro below other_size_threshold_mm, else macro: the other convention in use.",
        value=lambda e: _size_class(e, e.settings.measurement.macro_threshold_mm),
    ),
    _P(
        name="other_size_threshold_mm",
        kind=Kind.NUMBER,
        unit="mm",
        meaning="The setting measurement.macro_threshold_mm.",
        value=lambda e: e.settings.measurement.macro_threshold_mm,
    ),
    _P(
        name="limitations",
        kind=Kind.TEXT,
        unit="",
        meaning="Codes of what may be wrong with the measurements, separated by semicolons.",
        value=lambda e: SEPARATOR.join(e.calcification.limitations),
    ),
    _P(
        name="laterality",
        kind=Kind.TEXT,
        unit="",
        meaning="L, R or unknown.",
        value=lambda e: e.reading.mammogram.laterality.value,
    ),
    _P(
        name="view",
        kind=Kind.TEXT,
        unit="",
        meaning="Projection: CC, MLO, ... or unknown.",
        value=lambda e: e.reading.mammogram.view.value,
    ),
    _P(
        name="uid",
        kind=Kind.TEXT,
        unit="",
        meaning="UID of the mammogram.",
        value=lambda e: e.reading.mammogram.uid,
    ),
)

PARTICLE_COLUMNS: tuple[_P, ...] = (*PARTICLE_MEASURED_COLUMNS, *PARTICLE_SHAPE_COLUMNS)
