"""What the card of one group says, laid out; the template turns it into HTML."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from calcsight.pathway.levels import ROUTINE
from calcsight.reports.clinical_wording import (
    CANNOT_BE_CLASSIFIED,
    cell_name,
    concern_of,
    counts,
    interval,
    place,
    population_title,
    share,
    sure,
    word_name,
)
from calcsight.terms.limitation import Limitation
from calcsight.terms.location import Unplaced

Part = Mapping[str, Any]

_WORDS_CALIBRATED = (
    "The probabilities of shape and distribution are calibrated on simulated views only."
)
_MATCH_CALIBRATED = (
    "The probabilities of the match and of its shape are calibrated on simulated views only."
)
# Words less probable than this are drawn together as one bar.
_LEAST_BAR = 0.03
_MOST_BARS = 5


class Tone(StrEnum):
    """How a card looks: calm for typically benign, open where nothing could be named."""

    CALM = "calm"
    WATCH = "watch"
    CONCERN = "concern"
    OPEN = "open"


_TONES: Mapping[str, Tone] = MappingProxyType(
    {
        "typically_benign": Tone.CALM,
        "benign_unless": Tone.WATCH,
        "suspicious": Tone.CONCERN,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One word with how probable it is.

    Parameters
    ----------
    name : str
    share : float
        0-1.
    text : str
        The share in words.
    given : bool
        Whether this is the word that was given.
    """

    name: str
    share: float
    text: str
    given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One published figure as a row of the evidence table.

    Parameters
    ----------
    population, cell, share, interval, counts, denominator : str
    source, claim : str
        Citation, and the id of its claim.
    value, low, high : float or None
        0-1, for the drawing.
    beside : bool
        Of another population: never part of the number.
    """

    population: str
    cell: str
    share: str
    interval: str
    counts: str
    denominator: str
    source: str
    claim: str
    value: float
    low: float | None
    high: float | None
    beside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCard:
    """One described group.

    Parameters
    ----------
    tone : Tone
    title : str
        Shape and distribution.
    place : tuple of str
    shapes, distributions : tuple of Bar
    members : tuple of (str, int)
        Shapes of the particles with their numbers, most frequent first.
    evidence : tuple of EvidenceRow
    limits : tuple of str
        What makes this description unsure.
    """

    tone: Tone
    title: str
    place: tuple[str, ...]
    shapes: tuple[Bar, ...]
    distributions: tuple[Bar, ...]
    members: tuple[tuple[str, int], ...]
    evidence: tuple[EvidenceRow, ...]
    limits: tuple[str, ...]


def group_card(group: Part, document: Part) -> GroupCard | None:
    """Lay out the card of a group; None when it was not described.

    Parameters
    ----------
    group : mapping
        One group of the document.
    document : mapping
        As `reading_document` gives it.
    """
    described, guidance = group["description"], document["guidance"]
    if described is None:
        return None
    members = members_of(group, document)
    return GroupCard(
        tone=tone_of_weighed(described["morphology"]["label"], group["weighing"], guidance),
        title=title_of(described, guidance),
        place=tuple(place(described["location"])),
        shapes=bars(described["morphology"], guidance),
        distributions=bars(described["distribution"], guidance),
        members=shapes_of(members, guidance),
        evidence=evidence_rows(group["weighing"], document),
        limits=tuple(limits_of(described, members, document)),
    )


def match_card(match: Part, document: Part) -> GroupCard:
    """Lay out the card of one lesion that was seen in two views.

    Parameters
    ----------
    match : mapping
        One match of the document.
    document : mapping
        As `exam_document` gives it.
    """
    guidance, shape = document["guidance"], match["morphology"]
    label = shape["label"]
    return GroupCard(
        tone=tone_of_weighed(label, match["weighing"], guidance),
        title=word_name(label, guidance) if label else f"shape {CANNOT_BE_CLASSIFIED}",
        place=tuple(place(match["location"])),
        shapes=bars(shape, guidance),
        distributions=(),
        members=(),
        evidence=evidence_rows(match["weighing"], document),
        limits=(_MATCH_CALIBRATED, *(one["text"] for one in match["remarks"])),
    )


def title_of(described: Part, guidance: Part | None) -> str:
    """Name shape and distribution in one line."""
    shape, lying = described["morphology"]["label"], described["distribution"]["label"]
    first = word_name(shape, guidance) if shape else f"shape {CANNOT_BE_CLASSIFIED}"
    second = word_name(lying, guidance) if lying else f"distribution {CANNOT_BE_CLASSIFIED}"
    return f"{first}, {second}"


def tone_of(label: str | None, guidance: Part | None) -> Tone:
    """Return the tone of a shape by how the vocabulary files it."""
    return _TONES.get(concern_of(label, guidance) or "", Tone.OPEN)


def tone_of_weighed(label: str | None, weighing: Part | None, guidance: Part | None) -> Tone:
    """Return the tone of a shape: calm only where the suggestion asks for no more, either."""
    tone = tone_of(label, guidance)
    asks_for_more = weighing and weighing["suggestion"]["level"] not in ROUTINE
    return Tone.WATCH if tone is Tone.CALM and asks_for_more else tone


def bars(named: Part, guidance: Part | None) -> tuple[Bar, ...]:
    """Return the likeliest words as bars, and the rest as one."""
    ranked = list(named["probabilities"].items())
    shown = [one for one in ranked[:_MOST_BARS] if one[1] >= _LEAST_BAR]
    rest = 1.0 - sum(value for _, value in shown)
    drawn = [
        Bar(
            name=word_name(code, guidance),
            share=value,
            text=sure(value),
            given=code == named["label"],
        )
        for code, value in shown
    ]
    if len(shown) < len(ranked) and rest > 0.005:
        drawn.append(Bar(name="all others together", share=rest, text=sure(rest), given=False))
    return tuple(drawn)


def shapes_of(members: Sequence[Part], guidance: Part | None) -> tuple[tuple[str, int], ...]:
    """Count the shapes of particles; those that cannot be classified come last."""
    labels = Counter(one["morphology"]["label"] for one in members if one["morphology"])
    ordered = sorted(labels.items(), key=lambda one: (one[0] is None, -one[1], one[0] or ""))
    return tuple((word_name(label, guidance), number) for label, number in ordered)


def evidence_rows(weighing: Part | None, document: Part) -> tuple[EvidenceRow, ...]:
    """Return the figures of the asked population, then those beside it."""
    if weighing is None or weighing["suspicion"] is None:
        return ()
    suspicion = weighing["suspicion"]
    return tuple(
        _evidence_row(one, document, beside)
        for key, beside in (("evidence", False), ("beside", True))
        for one in suspicion[key]
    )


def _evidence_row(figure: Part, document: Part, beside: bool) -> EvidenceRow:
    """Lay out one figure."""
    guidance, claim = document["guidance"], document["claims"][figure["claim"]]
    return EvidenceRow(
        population=population_title(figure["population"], guidance),
        cell=cell_name(figure, guidance),
        share=share(figure["probability"]),
        interval=interval(figure["low"], figure["high"]),
        counts=counts(figure, claim),
        denominator=figure["denominator"],
        source=claim["source"],
        claim=figure["claim"],
        value=figure["probability"],
        low=figure["low"],
        high=figure["high"],
        beside=beside,
    )


def members_of(group: Part, document: Part) -> list[Part]:
    """Return the particles of a group."""
    wanted = set(group["members"])
    return [one for one in document["calcifications"] if one["particle"] in wanted]


def limits_of(described: Part, members: Sequence[Part], document: Part) -> list[str]:
    """Say what makes a description unsure."""
    said = [
        _WORDS_CALIBRATED,
        "One projection: a shape, or a place, that needs two cannot be told from it.",
    ]
    if "magnification" not in document["mammogram"]["modifiers"]:
        said.append("Not a magnification view: small shapes are seen less well than on one.")
    shapes = [one["morphology"] for one in members if one["morphology"]]
    unsure = sum(shape["label"] is None for shape in shapes)
    if unsure:
        said.append(f"{unsure} of {len(members)} members {CANNOT_BE_CLASSIFIED}.")
    small = sum(Limitation.BELOW_RESOLUTION.value in one["limitations"] for one in members)
    if small:
        said.append(f"{small} of {len(members)} members are about as small as the detector's blur.")
    unplaced = described["location"]["unplaced"]
    if unplaced is not None:
        said.append(Unplaced(unplaced).text)
    if described["location"]["nipple_distance_mm"] is not None:
        said.append(
            "The point of the breast farthest from the chest wall stands in for the nipple: "
            "place and angles are estimates."
        )
    return said
