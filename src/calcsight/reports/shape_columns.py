"""The columns that say a particle's shape, and how words become cells.

A word that was not sure enough to be given is the text of `CANNOT_BE_CLASSIFIED`; an empty cell
means that nothing was described.
"""

from calcsight.reports.columns import Column, Kind, ParticleEntry
from calcsight.terms.morphology import Label, Named
from calcsight.terms.reading import Reading

CANNOT_BE_CLASSIFIED = "cannot_be_classified"
UNSURE = "cannot_be_classified = no word is sure enough; empty = not described."

_P = Column[ParticleEntry]


def given_word(named: Named[Label] | None) -> str | None:
    """Return the word that was given; None = not described."""
    if named is None:
        return None
    return CANNOT_BE_CLASSIFIED if named.label is None else named.label.value


def likely_word(named: Named[Label] | None, place: int) -> str | None:
    """Return the word at a place by falling probability, 0 = likeliest; None = there is none."""
    words = list(named.probabilities) if named else []
    return words[place].value if place < len(words) else None


def likely_share(named: Named[Label] | None, place: int) -> float | None:
    """Return the probability of that word."""
    shares = list(named.probabilities.values()) if named else []
    return shares[place] if place < len(shares) else None


def vocabulary_name(reading: Reading) -> str | None:
    """Name the vocabulary with its version; None = nothing was described."""
    interpreted_by = reading.provenance.interpreted_by
    return interpreted_by.vocabulary if interpreted_by else None


PARTICLE_SHAPE_COLUMNS: tuple[_P, ...] = (
    _P(
        name="shape",
        kind=Kind.TEXT,
        unit="",
        meaning=f"Its shape, a word of the vocabulary; {UNSURE}",
        value=lambda e: given_word(e.calcification.morphology),
    ),
    _P(
        name="likeliest_shape",
        kind=Kind.TEXT,
        unit="",
        meaning="The likeliest shape, whether it is sure enough to be given or not.",
        value=lambda e: likely_word(e.calcification.morphology, 0),
    ),
    _P(
        name="shape_probability",
        kind=Kind.NUMBER,
        unit="",
        meaning="How probable likeliest_shape is, 0 to 1. It says nothing about malignancy.",
        value=lambda e: likely_share(e.calcification.morphology, 0),
    ),
    _P(
        name="second_shape",
        kind=Kind.TEXT,
        unit="",
        meaning="The second likeliest shape.",
        value=lambda e: likely_word(e.calcification.morphology, 1),
    ),
    _P(
        name="second_shape_probability",
        kind=Kind.NUMBER,
        unit="",
        meaning="How probable second_shape is, 0 to 1.",
        value=lambda e: likely_share(e.calcification.morphology, 1),
    ),
    _P(
        name="vocabulary",
        kind=Kind.TEXT,
        unit="",
        meaning="Name and version of the vocabulary that the words belong to.",
        value=lambda e: vocabulary_name(e.reading),
    ),
)
