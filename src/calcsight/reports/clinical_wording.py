"""The words in which descriptions, shares and suggestions are shown, the same in every output.

Everything here takes a reading's document, or a part of it, and gives text. No figure stands in
this file: every number comes from the document.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from calcsight.terms.claim import Grade
from calcsight.terms.suspicion import NoProbability

Part = Mapping[str, Any]

CANNOT_BE_CLASSIFIED = "cannot be classified"
A_PERSON_DECIDES = "A suggestion of fixed rules. Only a person assigns a category."
PUBLISHED_SHARES = "Published shares for this shape"
_REGIONS: Mapping[str, str] = MappingProxyType(
    {
        "upper_outer": "upper outer quadrant",
        "upper_inner": "upper inner quadrant",
        "lower_outer": "lower outer quadrant",
        "lower_inner": "lower inner quadrant",
        "upper": "upper half",
        "lower": "lower half",
        "outer": "outer half",
        "inner": "inner half",
        "central": "central",
        "retroareolar": "behind the areola",
    }
)
# Nothing is ever quite sure, or impossible.
_MOST_SURE_PERCENT, _LEAST_SURE_PERCENT = 99, 1


def word_name(code: str | None, guidance: Part | None) -> str:
    """Return the vocabulary's name of a word; None = it cannot be classified."""
    if code is None:
        return CANNOT_BE_CLASSIFIED
    words = guidance["vocabulary"]["words"] if guidance else {}
    return str(words[code]["name"]) if code in words else code.replace("_", " ")


def concern_of(code: str | None, guidance: Part | None) -> str | None:
    """Return how the vocabulary files a shape; None when it cannot be classified."""
    words = guidance["vocabulary"]["words"] if guidance else {}
    return words[code]["concern"] if code in words else None


def sure(probability: float) -> str:
    """Write how probable a word is, in whole per cent; nothing is ever quite sure."""
    whole = round(100 * probability)
    if whole > _MOST_SURE_PERCENT:
        return f"over {_MOST_SURE_PERCENT} %"
    return f"under {_LEAST_SURE_PERCENT} %" if whole < _LEAST_SURE_PERCENT else f"{whole} %"


def share(value: float) -> str:
    """Write a published share as its source gave it: 27 %, 9.1 %, 0.08 %."""
    return f"{_bare(value)} %"


def interval(low: float | None, high: float | None) -> str:
    """Write an interval of shares; one that was not given is said to be absent."""
    if low is None or high is None:
        return "no interval given"
    return f"{_bare(low)} to {_bare(high)} %"


def counts(figure: Part, claim: Part) -> str:
    """Write the counts behind a share, as far as the source gives them."""
    if figure["n"] is None:
        whole = f" ({claim['n']:,} in the whole study)" if claim["n"] is not None else ""
        return f"number not stated{whole}:"
    if figure["malignant"] is None:
        return f"{figure['n']:,}"
    return f"{figure['malignant']:,} of {figure['n']:,}"


def cell_name(figure: Part, guidance: Part | None) -> str:
    """Name the cell of a population: a shape, or a shape in a distribution."""
    name = word_name(figure["morphology"], guidance)
    if figure["distribution"] is None:
        return f"{name}, any distribution"
    return f"{name}, {word_name(figure['distribution'], guidance)}"


def population_title(name: str, guidance: Part | None) -> str:
    """Return the title of a population."""
    populations = guidance["populations"] if guidance else {}
    return str(populations[name]["title"]) if name in populations else name


def drawn_figure(suspicion: Part) -> Part:
    """Return the figure that the probability is: one of the evidence."""
    same = [one for one in suspicion["evidence"] if one["probability"] == suspicion["probability"]]
    return next(iter(same or suspicion["evidence"]))


def probability_words(suspicion: Part, guidance: Part | None) -> str:
    """Say the probability with population, denominator and interval or span, or why it is none."""
    if suspicion["probability"] is None:
        return str(suspicion["note"]) or no_probability(suspicion, guidance)
    title = population_title(suspicion["population"], guidance)
    said = (
        f"{share(suspicion['probability'])} were malignant, of "
        f"{drawn_figure(suspicion)['denominator']}. Population: {title}."
    )
    if suspicion["low"] is None or suspicion["high"] is None:
        return f"{said} Its source gives no interval."
    ends = interval(suspicion["low"], suspicion["high"])
    if any(None in (one["low"], one["high"]) for one in suspicion["evidence"]):
        return (
            f"{said} Over every shape that is possible here: {ends}, a span of published values "
            "without their own uncertainty, and no interval."
        )
    return f"{said} Interval {ends}, over every shape that is possible here."


def no_probability(suspicion: Part, guidance: Part | None) -> str:
    """Say why there is no probability."""
    title = population_title(suspicion["population"], guidance)
    reasons = {
        NoProbability.TYPICALLY_BENIGN: "No probability is given: the shape is typically benign.",
        NoProbability.CANNOT_BE_CLASSIFIED: (
            "No probability is given: the shape cannot be classified."
        ),
        NoProbability.NOT_IN_POPULATION: (
            f"No probability is given: {title} has no figure for this shape."
        ),
    }
    return reasons[NoProbability(suspicion["missing"])] if suspicion["missing"] else ""


def place(location: Part) -> list[str]:
    """Say where a group lies, as far as it is known, from the quadrant to the skin."""
    said = [_REGIONS[location["region"]]] if location["region"] else []
    if location["clock_hours"]:
        said.append(clock(location["clock_hours"]))
    if location["depth"]:
        said.append(f"{location['depth']} third")
    for key, what in (("nipple_distance_mm", "nipple"), ("skin_distance_mm", "skin")):
        if location[key] is not None:
            said.append(f"{location[key]:.0f} mm from the {what}")
    return said


def clock(hours: Sequence[int]) -> str:
    """Write hours of the clock face, in any order: "10 o'clock", "7 to 11 o'clock"."""
    if len(hours) < 3:
        return f"{' or '.join(str(hour) for hour in hours)} o'clock"
    for first in range(len(hours)):
        turned = [*hours[first:], *hours[:first]]
        if [hour % 12 + 1 for hour in turned[:-1]] == turned[1:]:
            return f"{turned[0]} to {turned[-1]} o'clock"
    return f"{', '.join(str(hour) for hour in hours[:-1])} or {hours[-1]} o'clock"


def months(numbers: Sequence[int]) -> str:
    """Write when something usually follows: "6, 12 and 24 months after this exam"."""
    if not numbers:
        return ""
    *first, last = [str(number) for number in numbers]
    said = f"{', '.join(first)} and {last}" if first else last
    return f"{said} month{'' if last == '1' else 's'} after this exam"


def suggestion_name(suggestion: Part) -> str:
    """Name what the rules suggest in the scheme's words, else in our own."""
    category = suggestion["category"]
    return str(category["name"] if category else suggestion["level"].replace("_", " "))


def category_line(suggestion: Part, guidance: Part | None) -> str:
    """Name the category and its scheme with version."""
    title = suggestion["scheme"]
    if guidance and guidance["scheme"]["id"] == title:
        title = guidance["scheme"]["title"]
    category = suggestion["category"]
    code = category["code"] if category else ""
    said = f"category {code}" if code else "no category"
    return f"{said}, {title} (version {suggestion['version']})"


def claim_amount(claim: Part) -> str:
    """Write the number of a claim with unit and interval."""
    ends = [_plain(claim[end]) for end in ("low", "high") if claim[end] is not None]
    if claim["value"] is None:
        return f"{' to '.join(ends)} {claim['unit']}".strip()
    said = f"{_plain(claim['value'])} {claim['unit']}".strip()
    return f"{said} ({' to '.join(ends)}; {claim['interval']})" if ends else said


def claim_origin(claim: Part) -> str:
    """Say whom a claim speaks of, where it was found and how sure the project is of it."""
    whom = [claim["population"], claim["stage"], f"horizon: {claim['horizon']}"]
    if claim["denominator"] is not None:
        whom.append(f"{claim['numerator']:,} of {claim['denominator']:,}")
    if claim["n"] is not None:
        whom.append(f"whole study {claim['n']:,}")
    parts = [
        f"{'; '.join(whom)}.",
        f"{claim['source'].rstrip('.')}; {claim['address']}; {claim['date']}.",
        f"Grade {claim['grade']}: {Grade(claim['grade']).words}. Verdict: "
        f"{claim['verdict'].replace('_', ' ')}.",
    ]
    if claim["conflicts"]:
        parts.append(f"Says otherwise: {', '.join(claim['conflicts'])}.")
    return " ".join([*parts, claim["note"]]).strip()


def _plain(number: float) -> str:
    """Write a number with no digits more than it has."""
    return f"{number:,.10g}"


def _bare(value: float) -> str:
    """Write a share in per cent with no digits more than it has."""
    return f"{round(100 * value, 2):g}"
