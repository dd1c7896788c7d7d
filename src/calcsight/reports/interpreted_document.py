"""Words, weighings and the guidance behind them as plain data, in the form of the schema."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from calcsight.terms.description import Description
from calcsight.terms.errors import GuidanceError
from calcsight.terms.guidance import Guidance, Suggestion, Weighing
from calcsight.terms.location import Location
from calcsight.terms.morphology import Label, Named
from calcsight.terms.reading import Reading
from calcsight.terms.suspicion import Drawn, Suspicion
from calcsight.terms.vocabulary import Vocabulary

_DECIMALS = 4


def named_document(named: Named[Label] | None) -> dict[str, Any] | None:
    """Return the word and all probabilities; None = not described, label None = no word."""
    if named is None:
        return None
    return {
        "label": named.label.value if named.label is not None else None,
        "probabilities": {
            label.value: _rounded(share) for label, share in named.probabilities.items()
        },
    }


def description_document(description: Description | None) -> dict[str, Any] | None:
    """Return what a group looks like; None = not described."""
    if description is None:
        return None
    return {
        "morphology": named_document(description.morphology),
        "predominant": description.predominant.value if description.predominant else None,
        "worst": description.worst.value if description.worst else None,
        "distribution": named_document(description.distribution),
        "size_variability": _rounded(description.size_variability),
        "shape_variability": _rounded(description.shape_variability),
        "linearity": _rounded(description.linearity),
        "branching": _rounded(description.branching),
        "nipple_angle_deg": _rounded(description.nipple_angle_deg, 1),
        "duct_alignment": _rounded(description.duct_alignment),
        "location": location_document(description.location),
    }


def location_document(location: Location) -> dict[str, Any]:
    """Return where a group lies."""
    hours = location.clock_hours
    return {
        "region": location.region.value if location.region else None,
        "clock_hours": None if hours is None else list(hours),
        "depth": location.depth.value if location.depth else None,
        "nipple_distance_mm": _rounded(location.nipple_distance_mm, 1),
        "skin_distance_mm": _rounded(location.skin_distance_mm, 1),
        "behind_nipple_mm": _rounded(location.behind_nipple_mm, 1),
        "beside_nipple_mm": _rounded(location.beside_nipple_mm, 1),
        "unplaced": location.unplaced.value if location.unplaced else None,
    }


def weighing_document(weighing: Weighing | None) -> dict[str, Any] | None:
    """Return what the rules say of a group or a view; None = not weighed."""
    if weighing is None:
        return None
    return {
        "suspicion": _suspicion(weighing.suspicion),
        "suggestion": _suggestion(weighing.suggestion),
        "steps": [
            {
                "code": step.code,
                "words": step.words,
                "reason": step.reason,
                "months": list(step.months),
                "claims": list(step.claims),
            }
            for step in weighing.steps
        ],
    }


def guidance_document(weighings: Sequence[Weighing], guidance: Guidance) -> dict[str, Any]:
    """Say what the words mean, and which populations, scheme and policy were used."""
    drawn = {one.population for one in _drawn(weighings)} | {guidance.population.id}
    scheme, policy = guidance.scheme, guidance.policy
    return {
        "vocabulary": _vocabulary(guidance.vocabulary),
        "population": guidance.population.id,
        "populations": {
            one.id: {
                "version": one.version,
                "title": one.title,
                "source": one.source,
                "note": one.note,
            }
            for one in (guidance.population, *guidance.beside)
            if one.id in drawn
        },
        "scheme": {
            "id": scheme.id,
            "version": scheme.version,
            "title": scheme.title,
            "source": scheme.source,
            "note": scheme.note,
        },
        "policy": {"id": policy.id, "version": policy.version, "title": policy.title},
    }


def claims_document(weighings: Sequence[Weighing], guidance: Guidance) -> dict[str, Any]:
    """Return every claim that some weighings rest on, in full, by its id.

    Raises
    ------
    GuidanceError
        When the guidance lacks one.
    """
    wanted = sorted({name for weighing in weighings for name in _claims_of(weighing)})
    missing = [name for name in wanted if name not in guidance.claims]
    if missing:
        raise GuidanceError(f"the claim {missing[0]!r}", "a registered claim", "register it")
    claims = [guidance.claims[name] for name in wanted]
    lists = ("conflicts", "shapes", "distributions")
    return {
        one.id: {**asdict(one), **{key: list(getattr(one, key)) for key in lists}} for one in claims
    }


def weighings_of(reading: Reading) -> list[Weighing]:
    """Return that of the view and those of its groups."""
    groups = (group for grouping in reading.groupings for group in grouping.groups)
    found = (reading.weighing, *(group.weighing for group in groups))
    return [weighing for weighing in found if weighing is not None]


def _drawn(weighings: Sequence[Weighing]) -> Iterator[Drawn]:
    """Yield every figure that was drawn."""
    for weighing in weighings:
        if weighing.suspicion is not None:
            yield from weighing.suspicion.evidence
            yield from weighing.suspicion.beside


def _claims_of(weighing: Weighing) -> Iterator[str]:
    """Yield the ids of the claims behind one weighing."""
    if weighing.suspicion is not None:
        for one in (*weighing.suspicion.evidence, *weighing.suspicion.beside):
            yield one.cell.claim
    if weighing.suggestion.category is not None:
        yield from weighing.suggestion.category.claims
    for step in weighing.steps:
        yield from step.claims


def _suspicion(suspicion: Suspicion | None) -> dict[str, Any] | None:
    """Return the number with its evidence; None for a view."""
    if suspicion is None:
        return None
    return {
        "population": suspicion.population,
        "probability": _rounded(suspicion.probability),
        "low": _rounded(suspicion.low),
        "high": _rounded(suspicion.high),
        "evidence": [_figure(one) for one in suspicion.evidence],
        "beside": [_figure(one) for one in suspicion.beside],
        "missing": suspicion.missing.value if suspicion.missing else None,
        "note": suspicion.note,
    }


def _figure(drawn: Drawn) -> dict[str, Any]:
    """Return one published figure with what it was drawn for."""
    cell = drawn.cell
    return {
        "population": drawn.population,
        "morphology": drawn.morphology.value,
        "distribution": drawn.distribution.value if drawn.distribution else None,
        "claim": cell.claim,
        "probability": _rounded(cell.probability),
        "low": _rounded(cell.low),
        "high": _rounded(cell.high),
        "malignant": cell.malignant,
        "n": cell.n,
        "denominator": cell.denominator,
    }


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    """Return the category with the rules that fired."""
    category = suggestion.category
    return {
        "scheme": suggestion.scheme,
        "version": suggestion.scheme_version,
        "level": suggestion.level.value,
        "category": None
        if category is None
        else {**asdict(category), "claims": list(category.claims)},
        "rules": [{"code": rule.code, "words": rule.words} for rule in suggestion.rules],
    }


def _vocabulary(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return every word with its meaning."""
    return {
        "id": vocabulary.id,
        "version": vocabulary.version,
        "title": vocabulary.title,
        "words": {
            code: {
                "name": word.name,
                "definition": word.definition,
                "sources": list(word.sources),
                "concern": word.concern.value if word.concern else None,
                "suspicion_rank": word.suspicion_rank,
            }
            for code, word in vocabulary.words.items()
        },
    }


def _rounded(value: float | None, decimals: int = _DECIMALS) -> float | None:
    """Round a number; None and numbers that are not finite are unknown."""
    return None if value is None or not math.isfinite(value) else round(float(value), decimals)
