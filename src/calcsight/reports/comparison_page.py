"""The page of a comparison: one HTML file with its pictures inside and no program in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from calcsight.reports.comparison_entries import told_first
from calcsight.reports.comparison_pictures import PairPictures
from calcsight.reports.comparison_wording import (
    STABLE_IS_NOT_BENIGN,
    amount,
    band_text,
    bands_come_from,
    measure_name,
    signed,
    since,
)
from calcsight.reports.course_chart import CourseChart, course_charts
from calcsight.reports.group_cards import evidence_rows
from calcsight.reports.page_environment import page_environment
from calcsight.terms.comparison import Measure
from calcsight.terms.mammogram import view_name
from calcsight.terms.reading import INTENDED_USE

Document = Mapping[str, Any]

# A shape beside each word, so that no colour has to be told from another; as they are told.
_CHANGES = {
    "new": ("＋", "new"),
    "increased": ("▲", "increased"),
    "unknown": ("?", "cannot be told"),
    "resolved": ("✕", "no longer found"),
    "decreased": ("▼", "decreased"),
    "stable": ("＝", "stable"),
}
_KINDS = {
    "linked": "at both dates",
    "appeared": "appeared",
    "disappeared": "disappeared",
    "split": "split or merged",
    "not_shown": "the other view does not show its place",
}


def comparison_page(
    document: Document, pictures: Mapping[int, PairPictures], manifest: Document
) -> str:
    """Return the page.

    Parameters
    ----------
    document : mapping
        As `comparison.json` holds it.
    pictures : mapping of int to PairPictures
        Of each pair, by its number; a pair without pictures is told in words.
    manifest : mapping
        Of the run: what made this page.
    """
    template = page_environment().get_template("comparison.html.j2")
    return str(
        template.render(
            document=document,
            pairs=[_pair(one, document, pictures.get(one["pair"])) for one in document["pairs"]],
            rows=_rows(document),
            older=len(_first(document)) < len(document["pairs"]),
            changes=_CHANGES,
            kinds=_KINDS,
            run=manifest,
            title=_title(document),
            stable_is_not_benign=STABLE_IS_NOT_BENIGN,
            bands_come_from=bands_come_from(document["settings"]["comparison"]["band_factor"]),
            words_given=_words_given(document),
            anchor="sources",
            intended_use=INTENDED_USE,
        )
    )


def _title(document: Document) -> str:
    """Name the views that were compared."""
    names = [_name(one["current"]) for one in document["pairs"]]
    return ", ".join(dict.fromkeys(names)) or "no views"


def _name(view: Document) -> str:
    """Name side and view."""
    return view_name(view["laterality"], view["view"])


def _first(document: Document) -> list[Document]:
    """Return the pair of each current view that is told first."""
    pairs = document["pairs"]
    keys = [(one["current"]["image"], one["not_comparable"] is None) for one in pairs]
    return [pairs[at] for at in told_first(keys)]


def _pair(pair: Document, document: Document, pictures: PairPictures | None) -> dict[str, Any]:
    """Gather what the section of one pair says."""
    magnified = {one.group: one for one in pictures.groups} if pictures else {}
    groups = [one for one in document["groups"] if one["pair"] == pair["pair"]]
    return {
        "pair": pair,
        "anchor": f"pair-{pair['pair']}",
        "name": _name(pair["current"]),
        "since": since(pair["days"]),
        "pictures": pictures,
        "weighed": {"weighing": pair["weighing"], "guidance": document["guidance"]},
        "groups": [
            {
                "group": one,
                "look": one["change"] or "unknown",
                "measures": _measures(one),
                "charts": _charts(one, document),
                "magnified": magnified.get(one["group"]),
                "card": {"evidence": evidence_rows(one["weighing"], document)},
            }
            for one in groups
        ],
    }


def _rows(document: Document) -> list[dict[str, Any]]:
    """Lay out the table of changes since the most recent priors, what changed first."""
    named = {one["pair"]: one for one in _first(document)}
    rows = [
        {
            "anchor": f"pair-{one['pair']}-group-{one['group']}",
            "view": _name(named[one["pair"]]["current"]),
            "since": since(named[one["pair"]]["days"]),
            "group": one["group"],
            "look": one["change"] or "unknown",
            "measures": _measures(one)[:2],
        }
        for one in document["groups"]
        if one["pair"] in named
    ]
    order = list(_CHANGES)
    return sorted(rows, key=lambda row: order.index(row["look"]))


def _measures(group: Document) -> list[dict[str, Any]]:
    """Lay out the numbers of one group at both dates, with the band of repetition."""
    laid = []
    for name, held in group["measures"].items():
        measure = Measure(name)
        band, percent = held["band"], held["percent"]
        laid.append(
            {
                "name": measure_name(measure),
                "prior": amount(measure, held["prior"]),
                "current": amount(measure, held["current"]),
                "difference": signed(measure, held["difference"]),
                "percent": _percent(percent),
                "band": band_text(measure, band),
                "beyond": held["beyond"],
                "known": held["difference"] is not None and band is not None,
            }
        )
    return laid


def _percent(percent: float | None) -> str:
    """Write a difference in per cent, with its sign."""
    if percent is None:
        return "–"
    whole = round(percent)
    return f"{'+' if whole > 0 else '−' if whole < 0 else '±'}{abs(whole):,} %"


def _charts(group: Document, document: Document) -> tuple[CourseChart, ...]:
    """Lay out the course that a group is part of: the one that passes through its place."""
    [pair] = [one for one in document["pairs"] if one["pair"] == group["pair"]]
    uid = pair[group["frame"]]["uid"]
    here = (uid, group["row"], group["column"])
    for course in document["courses"]:
        if here in [(one["uid"], one["row"], one["column"]) for one in course["points"]]:
            return course_charts(course["points"])
    return course_charts(_two_points(group, pair))


def _two_points(group: Document, pair: Document) -> Sequence[Document]:
    """Return the course of a group whose two dates alone are known."""
    return [
        {
            "acquired_on": pair[date]["acquired_on"],
            **{
                key: held
                for name, band in (("count", "count_band"), ("extent_mm", "extent_band_mm"))
                for key, held in (
                    (name, group["measures"].get(name, {}).get(date)),
                    (band, None),
                )
            },
        }
        for date in ("prior", "current")
    ]


def _words_given(document: Document) -> list[Document]:
    """Return the words of the vocabulary that stand for shapes that are new."""
    if document["guidance"] is None:
        return []
    words = document["guidance"]["vocabulary"]["words"]
    given = {name for one in document["groups"] for name in one["new_types"]}
    for one in document["groups"]:
        suspicion = one["weighing"]["suspicion"] if one["weighing"] else None
        given |= {drawn["morphology"] for drawn in suspicion["evidence"]} if suspicion else set()
    return [word for code, word in words.items() if code in given]
