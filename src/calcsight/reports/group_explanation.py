"""The links between the particles of one group and what is suggested for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from calcsight.reports.clinical_wording import (
    A_PERSON_DECIDES,
    CANNOT_BE_CLASSIFIED,
    PUBLISHED_SHARES,
    category_line,
    cell_name,
    counts,
    interval,
    months,
    place,
    population_title,
    probability_words,
    share,
    suggestion_name,
    sure,
    word_name,
)
from calcsight.reports.group_cards import bars, limits_of, members_of, shapes_of

Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link of a chain.

    Parameters
    ----------
    code : str
        Stable.
    title : str
    says : tuple of str
        Sentences.
    claims : tuple of str
        Ids of the registered claims that the sentences rest on.
    """

    code: str
    title: str
    says: tuple[str, ...]
    claims: tuple[str, ...] = ()


def group_links(group: Part, document: Part) -> tuple[Link, ...]:
    """Return the chain of one group by the primary rule."""
    links = [_members(group, document)]
    described, weighing = group["description"], group["weighing"]
    if described is None:
        said = "No shape was named: this reading was found and measured alone."
        return (*links, Link(code="shape", title="Shape of the group", says=(said,)))
    guidance, needed = document["guidance"], document["settings"]["description"]
    least = needed["least_probability"]
    links += [
        _particles(group, document),
        _named("shape", "Shape of the group", described["morphology"], guidance, least),
        Link(
            code="features", title="How its particles differ", says=_features(described, guidance)
        ),
        _named("distribution", "Distribution", described["distribution"], guidance, least),
        Link(
            code="place",
            title="Place",
            says=(", ".join(place(described["location"])) or "cannot be said",),
        ),
    ]
    if weighing is not None:
        if weighing["suspicion"] is not None:
            links.append(_figure(weighing["suspicion"], document))
        links += weighing_links(weighing, guidance)
    limits = limits_of(described, members_of(group, document), document)
    return (*links, Link(code="limits", title="Limits", says=tuple(limits)))


def weighing_links(weighing: Part, guidance: Part | None) -> list[Link]:
    """Return the suggestion with the rules that fired, and what usually follows."""
    suggestion = weighing["suggestion"]
    category = suggestion["category"]
    named = f"{suggestion_name(suggestion)} ({category_line(suggestion, guidance)})."
    rules = [f"{number}. {one['words']}" for number, one in enumerate(suggestion["rules"], 1)]
    steps = [" ".join(_step(step)) for step in weighing["steps"]]
    return [
        Link(
            code="suggestion",
            title="Suggestion",
            says=(named, *rules, A_PERSON_DECIDES),
            claims=tuple(category["claims"]) if category else (),
        ),
        Link(
            code="steps",
            title="What usually follows",
            says=tuple(steps) or ("The policy names nothing for this suggestion.",),
            claims=_once(claim for step in weighing["steps"] for claim in step["claims"]),
        ),
    ]


def _step(step: Part) -> list[str]:
    """Say one step, when, and why."""
    when = months(step["months"])
    return [step["words"], *([f"When: {when}."] if when else []), f"Why: {step['reason']}"]


def _members(group: Part, document: Part) -> Link:
    """Say which particles, by which rule, and how surely."""
    rule = document["groupings"][0]["rule"]
    scores = [one["score"] for one in members_of(group, document)]
    numbers = ", ".join(str(member) for member in group["members"])
    circle = f"at least {rule['minimum_count']} in a circle of {rule['circle_diameter_mm']:g} mm"
    return Link(
        code="members",
        title="Members",
        says=(
            f"{group['count']} particles by the rule {rule['name']} ({circle}): {numbers}.",
            f"Their scores are {min(scores):.3f} to {max(scores):.3f}, that of the group is "
            f"{group['score']:.3f}: how surely they are calcifications, nothing else.",
            f"Extent {group['extent_mm']:.1f} mm, {group['density_per_cm2']:.1f} per cm², "
            f"diameters {group['mean_diameter_mm']:.2f} ± {group['sd_diameter_mm']:.2f} mm.",
        ),
    )


def _particles(group: Part, document: Part) -> Link:
    """Count the shapes of the particles."""
    members = members_of(group, document)
    shapes = ", ".join(
        f"{number} {name}" for name, number in shapes_of(members, document["guidance"])
    )
    return Link(code="particles", title="Shapes of its particles", says=(f"{shapes}.",))


def _named(code: str, title: str, named: Part, guidance: Part | None, least: float) -> Link:
    """Say a word with how probable it is, or why none is given."""
    ranked = ", ".join(f"{bar.name} {bar.text}" for bar in bars(named, guidance))
    given = word_name(named["label"], guidance)
    says = [f"{given[0].upper()}{given[1:]}. Probabilities: {ranked}."]
    if named["label"] is None:
        says.append(f"A word is given from {sure(least)} on (description.least_probability).")
    return Link(code=code, title=title, says=tuple(says))


def _features(described: Part, guidance: Part | None) -> tuple[str, ...]:
    """Say which shapes weigh most, and how much the members differ."""
    predominant, worst = described["predominant"], described["worst"]
    says = [
        f"Most members: {word_name(predominant, guidance)}.",
        f"The most suspicious shape that enough members have: {word_name(worst, guidance)}."
        if worst
        else f"Most suspicious shape: {CANNOT_BE_CLASSIFIED}.",
        f"Variability of size {_number(described['size_variability'])}, "
        f"of shape {_number(described['shape_variability'])}; long and thin "
        f"{_share(described['linearity'])}, branching {_share(described['branching'])}.",
    ]
    if described["nipple_angle_deg"] is not None:
        says.append(
            f"Its axis lies {described['nipple_angle_deg']:.0f}° from the line to the nipple."
        )
    if described["duct_alignment"] is not None:
        says.append(
            f"Its long particles lie along that line by {described['duct_alignment']:.2f}, "
            "on a scale from across to along."
        )
    return tuple(says)


def _figure(suspicion: Part, document: Part) -> Link:
    """Say which figure was drawn from which population, by which rule."""
    says = [probability_words(suspicion, document["guidance"])]
    if suspicion["note"] and suspicion["note"] not in says:
        says.append(f"Rule: {suspicion['note']}")
    says += [_row("Drawn", one, document) for one in suspicion["evidence"]]
    says += [_row("Beside, no part of it", one, document) for one in suspicion["beside"]]
    figures = (*suspicion["evidence"], *suspicion["beside"])
    return Link(
        code="figure",
        title=PUBLISHED_SHARES,
        says=tuple(says),
        claims=_once(one["claim"] for one in figures),
    )


def _row(what: str, figure: Part, document: Part) -> str:
    """Say one figure in a line."""
    guidance, claim = document["guidance"], document["claims"][figure["claim"]]
    return (
        f"{what}: {population_title(figure['population'], guidance)}, "
        f"{cell_name(figure, guidance)}: {share(figure['probability'])} "
        f"({interval(figure['low'], figure['high'])}); {counts(figure, claim)} "
        f"{figure['denominator']} [{figure['claim']}]"
    )


def _number(value: float | None) -> str:
    """Write a number; an unknown one is a word."""
    return "unknown" if value is None else f"{value:.2f}"


def _share(value: float | None) -> str:
    """Write a share of members; an unknown one is a word."""
    if value is None:
        return "unknown"
    return sure(value) if value else "none"


def _once(ids: Iterable[str]) -> tuple[str, ...]:
    """Keep each id once, in order."""
    return tuple(dict.fromkeys(ids))
