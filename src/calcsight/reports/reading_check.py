"""Whether a document is a reading of ours: its form first, then what a form cannot say."""

from collections.abc import Iterator, Mapping
from typing import Any

from calcsight.pathway.levels import OF_SCREENING
from calcsight.reports.schema_fit import SchemaFit
from calcsight.reports.schemas import READING_SCHEMA_VERSION, SchemaName, schema_of
from calcsight.terms.errors import NotAReadingError
from calcsight.terms.guidance import says_that_nothing_is_wrong

Part = Mapping[str, Any]


def refuse_damage(document: Part) -> None:
    """Refuse a document that no reading is written as: nothing of it may be shown.

    Raises
    ------
    NotAReadingError
        Naming the first place that is no reading's; no value of it is quoted.
    """
    later = document.get("schema_version") != READING_SCHEMA_VERSION
    fit = SchemaFit(schema=schema_of(SchemaName.READING), unknown_keys=later)
    # Whether a later version can be explained was asked before.
    found = next(fit.misfits({**document, "schema_version": READING_SCHEMA_VERSION}), None)
    found = found or next(_contradictions(document), None)
    if found is not None:
        raise NotAReadingError(
            f"a damaged reading: {found}",
            "one in the form of its schema",
            "read the image again; calcsight schema reading prints the form",
        )


def _contradictions(document: Part) -> Iterator[str]:
    """Yield what does not hold between the parts of a document in the right form."""
    yield from _repeated(document["calcifications"], "particle", "calcifications")
    listed = {one["particle"] for one in document["calcifications"]}
    for number, grouping in enumerate(document["groupings"]):
        place = f"groupings[{number}].groups"
        yield from _repeated(grouping["groups"], "group", place)
        for position, group in enumerate(grouping["groups"]):
            yield from _of_group(group, listed, document, f"{place}[{position}]")
    if document["weighing"]:
        yield from _of_weighing(document["weighing"], document["claims"], "weighing")
    for name, claim in document["claims"].items():
        yield from _of_claim(name, claim)


def _repeated(entries: list[Part], key: str, place: str) -> Iterator[str]:
    """Yield a number that two entries have."""
    if len({one[key] for one in entries}) < len(entries):
        yield f"{place}: two have one number"


def _of_group(group: Part, listed: set[int], document: Part, place: str) -> Iterator[str]:
    """Yield what does not hold in one group."""
    members = group["members"]
    if not listed.issuperset(members):
        yield f"{place}.members: one of them is not listed"
    if len(set(members)) != group["count"]:
        yield f"{place}.count: is not the number of its members"
    if group["weighing"]:
        yield from _of_weighing(group["weighing"], document["claims"], f"{place}.weighing")


def _of_weighing(weighing: Part, claims: Part, place: str) -> Iterator[str]:
    """Yield what does not hold in one weighing."""
    suspicion, suggestion = weighing["suspicion"], weighing["suggestion"]
    if suspicion is not None:
        yield from _of_suspicion(suspicion, claims, f"{place}.suspicion")
    category = suggestion["category"]
    if category is not None:
        inner = f"{place}.suggestion.category"
        yield from _turned(category, inner)
        yield from _unregistered(category["claims"], claims, inner)
        if says_that_nothing_is_wrong(category["name"]):
            yield f"{inner}.name: no category may clear anybody"
        if suggestion["level"] in OF_SCREENING and category["code"] not in {"", "0"}:
            yield f"{inner}.code: is none for that level"
    for position, step in enumerate(weighing["steps"]):
        yield from _unregistered(step["claims"], claims, f"{place}.steps[{position}]")


def _of_suspicion(suspicion: Part, claims: Part, place: str) -> Iterator[str]:
    """Yield what does not hold in a probability and the figures behind it."""
    yield from _turned(suspicion, place)
    probability, evidence = suspicion["probability"], suspicion["evidence"]
    if probability is not None and probability not in [one["probability"] for one in evidence]:
        yield f"{place}.probability: is none of its evidence"
    for key in ("evidence", "beside"):
        for position, figure in enumerate(suspicion[key]):
            inner = f"{place}.{key}[{position}]"
            yield from _turned(figure, inner)
            yield from _unregistered([figure["claim"]], claims, inner)
            counted, whole = figure["malignant"], figure["n"]
            if None not in (counted, whole) and counted > whole:
                yield f"{inner}.malignant: is more than n"


def _of_claim(name: str, claim: Part) -> Iterator[str]:
    """Yield what does not hold in a claim."""
    place = f"claims.{name[:60]}"
    if claim["id"] != name:
        yield f"{place}.id: is another claim's"
    yield from _turned(claim, place)
    if claim["denominator"] is not None and claim["numerator"] is None:
        yield f"{place}.numerator: is missing"


def _turned(part: Part, place: str) -> Iterator[str]:
    """Yield an interval that ends before it begins."""
    low, high = part["low"], part["high"]
    if low is not None and high is not None and low > high:
        yield f"{place}.low: is higher than high"


def _unregistered(names: list[str], claims: Part, place: str) -> Iterator[str]:
    """Yield that a figure has no source here."""
    if any(name not in claims for name in names):
        yield f"{place}: a claim of it is not among the claims"
