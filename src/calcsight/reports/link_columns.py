"""The columns of `links.csv`: one row for each particle at both dates, where it is at both."""

from calcsight.reports.columns import Cell, Column, Kind
from calcsight.reports.comparison_entries import LinkEntry, counts
from calcsight.terms.calcification import Calcification
from calcsight.terms.comparison import Frame

_L = Column[LinkEntry]


def _position(e: LinkEntry, frame: Frame) -> int | None:
    """Return the position of the particle in the reading of one date."""
    return e.current if frame is Frame.CURRENT else e.prior


def _particle(e: LinkEntry, frame: Frame) -> Calcification | None:
    """Return the particle at one date."""
    return e.current_particle if frame is Frame.CURRENT else e.prior_particle


def _number(e: LinkEntry, frame: Frame) -> Cell:
    """Return the number of the particle at one date."""
    position = _position(e, frame)
    return None if position is None else position + 1


def _counts(e: LinkEntry, frame: Frame) -> Cell:
    """Tell whether the particle at one date reaches the operating point."""
    held, comparison = _particle(e, frame), e.pair.comparison
    reading = comparison.current if frame is Frame.CURRENT else comparison.prior
    return None if held is None else held.score >= reading.provenance.threshold


def _score_with_prior(e: LinkEntry) -> Cell:
    """Return the score of the current particle when the prior is known."""
    scores = e.pair.comparison.scores_with_prior
    return scores[e.current] if scores and e.current is not None else None


def _newness(e: LinkEntry) -> Cell:
    """Return how surely the current particle is one that the prior does not show."""
    newness = e.pair.comparison.newness
    return newness[e.current] if newness and e.current is not None else None


def _measured(frame: Frame, name: str, unit: str, meaning: str, decimals: int = 4) -> _L:
    """Return the column of one number of the particle at one date; empty where there is none."""

    def value(e: LinkEntry) -> Cell:
        held = _particle(e, frame)
        found: float | None = None if held is None else getattr(held, name)
        return found

    return _L(
        name=f"{frame.value}_{name}",
        kind=Kind.NUMBER,
        unit=unit,
        meaning=meaning,
        value=value,
        decimals=decimals,
    )


def _particle_columns(frame: Frame) -> tuple[_L, ...]:
    """Return the columns of the particle at one date; all are empty where there is none."""
    name = frame.value
    return (
        _L(
            name=f"{name}_image",
            kind=Kind.TEXT,
            unit="",
            meaning=f"Path of the {name} input, relative to the argument that led to it.",
            value=lambda e: e.pair.image(frame),
        ),
        _L(
            name=f"{name}_particle",
            kind=Kind.WHOLE,
            unit="",
            meaning=f"Number of the particle in the {name} reading; empty where there is none.",
            value=lambda e: _number(e, frame),
        ),
        _measured(
            frame,
            "row",
            "px",
            f"Row of its centroid: 0-based pixel centres of the {name} file's own frame.",
            3,
        ),
        _measured(frame, "column", "px", "Column of its centroid, like row.", 3),
        _measured(frame, "diameter_mm", "mm", "Maximum Feret diameter of its outline."),
        _measured(frame, "score", "", f"The judge's score on the {name} mammogram alone, 0 to 1."),
        _L(
            name=f"{name}_at_operating_point",
            kind=Kind.YES_NO,
            unit="",
            meaning="Whether that score reaches the operating point; fainter ones are listed so "
            "that they can be linked.",
            value=lambda e: _counts(e, frame),
        ),
    )


LINK_COLUMNS: tuple[_L, ...] = (
    _L(
        name="pair",
        kind=Kind.WHOLE,
        unit="",
        meaning="Number of the pair of views in comparison.json.",
        value=lambda e: e.pair.number,
    ),
    _L(
        name="link",
        kind=Kind.WHOLE,
        unit="",
        meaning="1, 2, ... within one pair; the parts of a particle that split or merged share it.",
        value=lambda e: e.position + 1,
    ),
    _L(
        name="kind",
        kind=Kind.TEXT,
        unit="",
        meaning="linked, appeared, disappeared, split, merged, or not_shown: the other view does "
        "not show its place.",
        value=lambda e: e.link.kind.value,
    ),
    _L(
        name="probability",
        kind=Kind.NUMBER,
        unit="",
        meaning="That the kind is right, 0 to 1. It says nothing about malignancy.",
        value=lambda e: e.link.probability,
    ),
    _L(
        name="residual_mm",
        kind=Kind.NUMBER,
        unit="mm",
        meaning="How far the prior's particle, carried over, lies from the current one.",
        value=lambda e: e.link.residual_mm,
    ),
    _L(
        name="group",
        kind=Kind.WHOLE,
        unit="",
        meaning="Number of its group in changes.csv; empty when it lies in none.",
        value=lambda e: e.group.number if e.group else None,
    ),
    _L(
        name="tracking_uid",
        kind=Kind.TEXT,
        unit="",
        meaning="Tracking UID of that group; empty without one.",
        value=lambda e: e.group.tracking_uid if e.group else "",
    ),
    _L(
        name="counted",
        kind=Kind.YES_NO,
        unit="",
        meaning="Whether the numbers of its group count it; what is seen at one date alone and is "
        "probably no calcification is left out.",
        value=lambda e: e.group is not None and counts(e.link, e.pair.link_probability),
    ),
    *_particle_columns(Frame.CURRENT),
    _L(
        name="score_with_prior",
        kind=Kind.NUMBER,
        unit="",
        meaning="Score of the current particle when the prior is known, 0 to 1.",
        value=_score_with_prior,
    ),
    _L(
        name="newness",
        kind=Kind.NUMBER,
        unit="",
        meaning="How surely the current particle is one that the prior does not show, 0 to 1; "
        "empty where the prior does not show its place.",
        value=_newness,
    ),
    *_particle_columns(Frame.PRIOR),
)
