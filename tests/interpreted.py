"""Descriptions, weighings and guidance made by hand: every figure in them is made up."""

import math
from collections.abc import Sequence
from dataclasses import replace

from calcsight.terms.claim import Claim, Grade, Verdict
from calcsight.terms.description import Description
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group
from calcsight.terms.guidance import (
    Category,
    FiredRule,
    Guidance,
    Level,
    Policy,
    Scheme,
    Step,
    Suggestion,
    Weighing,
)
from calcsight.terms.location import Depth, Location, Region
from calcsight.terms.morphology import Label, Morphology, Named
from calcsight.terms.reading import InterpretedBy, Reading
from calcsight.terms.suspicion import Cell, Drawn, NoProbability, Population, Suspicion
from calcsight.terms.vocabulary import Concern, Vocabulary, Word

POPULATION, OTHER = "made-up-2000", "made-up-2001"
SCHEME, POLICY, WORDS = "made-up-scheme", "made-up-policy", "made-up-words"

_BENIGN_UNLESS = {Morphology.ROUND_PUNCTATE}
_SUSPICIOUS = {
    Morphology.AMORPHOUS,
    Morphology.COARSE_HETEROGENEOUS,
    Morphology.FINE_PLEOMORPHIC,
    Morphology.FINE_LINEAR_BRANCHING,
}


def named(kinds: type[Label], given: Label | None, likely: dict[Label, float]) -> Named[Label]:
    """Spread what `likely` leaves over the other words."""
    others = [kind for kind in kinds if kind not in likely]
    left = max(0.0, 1.0 - sum(likely.values()))
    rest = dict.fromkeys(others, left / len(others)) if others else {}
    return Named(label=given, probabilities={**likely, **rest})


def shape(given: Morphology | None, sure: float = 0.82) -> Named[Morphology]:
    """Return a shape that is this sure; without a label, two words of nearly equal weight."""
    if given is None:
        return named(Morphology, None, {Morphology.AMORPHOUS: 0.41, Morphology.ROUND_PUNCTATE: 0.4})
    other = (
        Morphology.AMORPHOUS if given is not Morphology.AMORPHOUS else Morphology.FINE_PLEOMORPHIC
    )
    return named(Morphology, given, {given: sure, other: 0.9 * (1.0 - sure)})


def description(
    given: Morphology | None, lying: Distribution | None = Distribution.GROUPED
) -> Description:
    """Describe a group whose members mostly look alike."""
    likely = lying or Distribution.REGIONAL
    sure = 0.45 if lying is None else 0.9
    return Description(
        morphology=shape(given),
        predominant=given,
        worst=given,
        distribution=named(Distribution, lying, {likely: sure}),
        size_variability=0.31,
        shape_variability=0.22,
        linearity=0.1,
        branching=0.0,
        nipple_angle_deg=34.0 if lying is Distribution.LINEAR else None,
        duct_alignment=None,
        location=Location(
            region=Region.OUTER,
            clock_hours=(7, 8, 9, 10, 11),
            depth=Depth.MIDDLE,
            nipple_distance_mm=42.3,
            skin_distance_mm=11.8,
        ),
    )


def claim(name: str, value: float, low: float | None = None, high: float | None = None) -> Claim:
    """Make up a claim; shares are in per cent."""
    share = low is not None
    return Claim(
        id=name,
        statement=f"Made up for tests: {value:g}.",
        value=value,
        low=low,
        high=high,
        unit="%" if share else "months",
        numerator=27 if share else None,
        denominator=100 if share else None,
        n=400 if share else None,
        population="women who were made up",
        stage="recalled and biopsied",
        horizon="not stated",
        source="Nobody & Noone <2000>. Journal of Made-up Figures 1:1-2.",
        address="doi:10.0000/made-up",
        date="2000",
        interval="95 % CI" if share else "none given",
        grade=Grade.ABSTRACT,
        verdict=Verdict.USED,
        conflicts=(),
        note="Made up.",
    )


CLAIMS = {
    one.id: one
    for one in (
        claim("made-up-2000.amorphous", 27.0, 21.0, 33.0),
        claim("made-up-2000.amorphous-grouped", 24.0, 17.5, 32.1),
        claim("made-up-2000.fine-pleomorphic", 50.0, 43.0, 58.0),
        claim("made-up-2001.amorphous", 9.1, 6.2, 13.0),
        claim("made-up-scheme.incomplete", 0.0),
        claim("made-up-policy.months", 6.0),
        claim("made-up-never-used", 99.0),
    )
}


def cell(name: str, malignant: int | None = 27, n: int | None = 100) -> Cell:
    """Return the cell of a claim."""
    one = CLAIMS[name]
    return Cell(
        claim=name,
        probability=(one.value or math.nan) / 100,
        low=(one.low or math.nan) / 100,
        high=(one.high or math.nan) / 100,
        malignant=malignant,
        n=n,
        denominator="groups recalled and biopsied",
    )


def guidance() -> Guidance:
    """Return guidance in which every figure is made up."""
    words: dict[str, Word] = {}
    for kind in Morphology:
        concern, rank = Concern.TYPICALLY_BENIGN, 0
        if kind in _BENIGN_UNLESS:
            concern, rank = Concern.BENIGN_UNLESS, 1
        if kind in _SUSPICIOUS:
            concern, rank = Concern.SUSPICIOUS, 2
        words[kind.value] = Word(
            code=kind.value,
            name=kind.value.replace("_", " "),
            definition="Made up for tests.",
            sources=("Nobody & Noone 2000",),
            concern=concern,
            suspicion_rank=rank,
        )
    for lying in Distribution:
        words[lying.value] = Word(
            code=lying.value, name=lying.value, definition="Made up.", sources=()
        )
    amorphous = Morphology.AMORPHOUS
    populations = [
        Population(
            id=identity,
            version="1",
            title=f"Made-up population of {identity[-4:]}",
            source="Nobody & Noone",
            note="None of its women exist.",
            rows={amorphous: cell(f"{identity}.amorphous")},
            cells={},
        )
        for identity in (POPULATION, OTHER)
    ]
    categories = {
        level: Category(code="", name=level.value.replace("_", " "), low=None, high=None, claims=())
        for level in (Level.TYPICALLY_BENIGN_ONLY, Level.CANNOT_BE_CLASSIFIED)
    }
    categories[Level.INCOMPLETE] = INCOMPLETE
    return Guidance(
        vocabulary=Vocabulary(id=WORDS, version="1", title="Made-up words", words=words),
        population=populations[0],
        beside=(populations[1],),
        scheme=Scheme(
            id=SCHEME,
            version="1",
            title="Made-up scheme",
            source="Nobody & Noone",
            categories=categories,
            note="No scheme at all.",
        ),
        policy=Policy(id=POLICY, version="1", title="Made-up policy", steps={}),
        claims=CLAIMS,
        digest="cd" * 32,
    )


INCOMPLETE = Category(
    code="0",
    name="incomplete: more views",
    low=None,
    high=None,
    claims=("made-up-scheme.incomplete",),
)
MORE_VIEWS = Step(
    code="magnification_views",
    words="Readers usually ask for magnified views in CC and 90-degree lateral.",
    reason="Shape is judged better on them.",
    months=(),
    claims=(),
)
LATER = Step(
    code="follow_up",
    words="Where those show nothing worse, readers often look again.",
    reason="A change over time would weigh more.",
    months=(6, 12, 24),
    claims=("made-up-policy.months",),
)
ROUTINE = Step(
    code="routine",
    words="Readers usually leave these alone.",
    reason="The shape is typically benign.",
    months=(),
    claims=(),
)


def weighing(given: Morphology | None) -> Weighing:
    """Weigh a shape: amorphous and pleomorphic have figures, all others none."""
    if given in _SUSPICIOUS:
        rule = FiredRule(code="suspicious_shape", words="The shape is filed as suspicious.")
        return _weighed(_suspicion(given), Level.INCOMPLETE, INCOMPLETE, rule, MORE_VIEWS, LATER)
    if given is None:
        rule = FiredRule(code="unclassified", words="No shape was sure enough to be named.")
        none = _no_suspicion(NoProbability.CANNOT_BE_CLASSIFIED)
        return _weighed(none, Level.CANNOT_BE_CLASSIFIED, None, rule, MORE_VIEWS)
    rule = FiredRule(code="typically_benign", words="The shape is filed as typically benign.")
    none = _no_suspicion(NoProbability.TYPICALLY_BENIGN)
    return _weighed(none, Level.TYPICALLY_BENIGN_ONLY, None, rule, ROUTINE)


def _weighed(
    suspicion: Suspicion | None,
    level: Level,
    category: Category | None,
    rule: FiredRule,
    *steps: Step,
) -> Weighing:
    """Put a weighing together."""
    return Weighing(
        suspicion=suspicion,
        suggestion=Suggestion(
            scheme=SCHEME,
            scheme_version="1",
            found=level,
            level=level,
            category=category,
            rules=(
                rule,
                FiredRule(code="screening_guard", words="Screening views decide no category."),
            ),
        ),
        steps=steps,
    )


def _suspicion(given: Morphology) -> Suspicion:
    """Return the made-up figures of a suspicious shape."""
    other = Morphology.FINE_PLEOMORPHIC
    return Suspicion(
        population=POPULATION,
        probability=0.24,
        low=0.175,
        high=0.58,
        evidence=(
            Drawn(
                population=POPULATION,
                morphology=given,
                distribution=Distribution.GROUPED,
                cell=cell("made-up-2000.amorphous-grouped"),
            ),
            Drawn(
                population=POPULATION,
                morphology=other,
                distribution=None,
                cell=cell("made-up-2000.fine-pleomorphic", malignant=None, n=None),
            ),
        ),
        beside=(
            Drawn(
                population=OTHER,
                morphology=given,
                distribution=None,
                cell=cell("made-up-2001.amorphous", malignant=None, n=556),
            ),
        ),
        missing=None,
        note="The cell of shape and distribution holds enough groups, so it was taken.",
    )


def _no_suspicion(missing: NoProbability) -> Suspicion:
    """Return a suspicion without a number."""
    return Suspicion(
        population=POPULATION,
        probability=None,
        low=None,
        high=None,
        evidence=(),
        beside=(),
        missing=missing,
        note="",
    )


def interpreted(
    reading: Reading, kinds: Sequence[Morphology | None] = (Morphology.AMORPHOUS,)
) -> Reading:
    """Describe and weigh the primary groups of a reading with made-up words, in turn.

    The first member of each group cannot be classified, and neither can what lies in no group.
    """
    ones = [replace(one, morphology=shape(None)) for one in reading.calcifications]
    groups: list[Group] = []
    for number, group in enumerate(reading.groups):
        kind = kinds[number % len(kinds)]
        for member in group.members[1:]:
            ones[member] = replace(ones[member], morphology=shape(kind))
        groups.append(replace(group, description=description(kind), weighing=weighing(kind)))
    primary = [replace(one, groups=tuple(groups)) for one in reading.groupings[:1]]
    made = guidance()
    return replace(
        reading,
        calcifications=tuple(ones),
        groupings=(*primary, *reading.groupings[1:]),
        provenance=replace(
            reading.provenance,
            interpreted_by=InterpretedBy(
                describer="made-up-describer 1",
                describer_digest="ef" * 32,
                vocabulary=f"{WORDS} 1",
                population=f"{POPULATION} 1",
                scheme=f"{SCHEME} 1",
                policy=f"{POLICY} 1",
                guidance_digest=made.digest,
            ),
        ),
        weighing=replace(weighing(kinds[0] if groups else None), suspicion=None),
    )
