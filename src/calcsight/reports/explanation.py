"""The chain from pixels to suggestion, one link after the other, from a reading's document."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calcsight.reports.group_explanation import Link, group_links, weighing_links
from calcsight.reports.reading_check import refuse_damage
from calcsight.reports.wording import number_of
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import view_name
from calcsight.terms.reading import INTENDED_USE

EXPLANATION_NAME = "calcsight.explanation"
Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupExplained:
    """A group with the links of its chain, and the ids of the claims they rest on."""

    group: int
    links: tuple[Link, ...]

    @property
    def claims(self) -> tuple[str, ...]:
        """Ids in the order of the chain, each once."""
        return tuple(dict.fromkeys(claim for link in self.links for claim in link.claims))


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a reading says what it says.

    Parameters
    ----------
    title : str
        Side, view and file.
    view : tuple of Link
        What holds for the whole view.
    groups : tuple of GroupExplained
    claims : mapping of str to mapping
        The records behind the groups that are explained, and behind the view.
    intended_use : str
    """

    title: str
    view: tuple[Link, ...]
    groups: tuple[GroupExplained, ...]
    claims: Mapping[str, Part]
    intended_use: str

    def as_document(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "document": EXPLANATION_NAME,
            "intended_use": self.intended_use,
            "title": self.title,
            "view": [_link(link) for link in self.view],
            "groups": [
                {"group": one.group, "chain": [_link(link) for link in one.links]}
                for one in self.groups
            ],
            "claims": dict(self.claims),
        }


def explained(document: Part, group: int | None = None) -> Explanation:
    """Explain a reading.

    Parameters
    ----------
    document : mapping
        As `reading_document` gives it.
    group : int, optional
        Number of the only group to explain; all by the primary rule when left out.

    Raises
    ------
    UsageError
        When there is no such group.
    NotAReadingError
        When the document is not as every reading is.
    """
    refuse_damage(document)
    groupings = document["groupings"]
    all_groups = groupings[0]["groups"] if groupings else []
    wanted = [one for one in all_groups if group in (None, one["group"])]
    if group is not None and not wanted:
        raise UsageError(
            f"group {group} of a reading with {number_of(len(all_groups), 'group')}",
            "the number of one of its groups",
        )
    groups = tuple(
        GroupExplained(group=one["group"], links=group_links(one, document)) for one in wanted
    )
    view = _view_links(document)
    used = dict.fromkeys(
        claim
        for links in (view, *(one.links for one in groups))
        for link in links
        for claim in link.claims
    )
    mammogram = document["mammogram"]
    return Explanation(
        title=f"{view_name(mammogram['laterality'], mammogram['view'])}, {document['image']}",
        view=view,
        groups=groups,
        claims={name: document["claims"][name] for name in used},
        intended_use=INTENDED_USE,
    )


def _view_links(document: Part) -> tuple[Link, ...]:
    """Say what was read, by what, and what is suggested for the view."""
    links = [
        Link(code="read", title="What was read", says=tuple(_read(document))),
        Link(code="found", title="What was found", says=(document["statement"],)),
        Link(code="interpreted", title="What interpreted it", says=tuple(_interpreted(document))),
    ]
    if document["weighing"]:
        links += weighing_links(document["weighing"], document["guidance"])
    limits = tuple(one["text"] for one in document["limitations"])
    return (*links, Link(code="limitations", title="Limitations", says=limits))


def _read(document: Part) -> list[str]:
    """Name input, spacing and operating point."""
    mammogram, made = document["mammogram"], document["provenance"]
    spacing = mammogram["spacing"]
    said = "unknown: sizes are in pixels, and nothing was grouped or described"
    if spacing:
        pair = sorted({spacing["row_mm"], spacing["column_mm"]})
        said = f"{' x '.join(f'{one:g}' for one in pair)} mm, by the rule {spacing['rule']}"
    point = made["operating_point"] or "stated by hand"
    return [
        f"UID {mammogram['uid']}; {mammogram['exam_kind']} exam; pixels SHA-256 "
        f"{made['pixel_digest'][:12]}",
        f"Pixel spacing {said}.",
        f"{made['software']}, judge {made['judge']}, operating point {point}: "
        f"a score of at least {made['threshold']:g} counts.",
    ]


def _interpreted(document: Part) -> list[str]:
    """Name what described and weighed."""
    by = document["provenance"]["interpreted_by"]
    if by is None:
        return ["Nothing: this reading was found and measured alone."]
    return [
        f"Shapes named by {by['describer']} (SHA-256 {by['describer_digest'][:12]}) in the words "
        f"of {by['vocabulary']}.",
        f"Weighed by the population {by['population']}, the scheme {by['scheme']} and the policy "
        f"{by['policy']} (SHA-256 of all {by['guidance_digest'][:12]}).",
    ]


def _link(link: Link) -> dict[str, Any]:
    """Return one link as plain data."""
    return {
        "code": link.code,
        "title": link.title,
        "says": list(link.says),
        "claims": list(link.claims),
    }
