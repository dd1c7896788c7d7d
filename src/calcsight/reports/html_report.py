"""The report of a run: one HTML file with everything inside it and no program in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from calcsight.reports import clinical_wording
from calcsight.reports.group_cards import Tone, group_card, match_card, tone_of
from calcsight.reports.histogram import Histogram, laid_out_histogram
from calcsight.reports.page_environment import page_environment
from calcsight.terms.mammogram import view_name
from calcsight.terms.reading import INTENDED_USE

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CropPicture:
    """The JPEG of one magnified group, its caption and the name of its file."""

    group: int
    jpeg: bytes
    caption: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPictures:
    """The JPEGs of one view.

    Parameters
    ----------
    overview : bytes
        Small, for the first page.
    overlay : bytes
        For the section of the view.
    overlay_file : str
        Name of the full-size file in the same folder.
    crops : tuple of CropPicture
    """

    overview: bytes
    overlay: bytes
    overlay_file: str
    crops: tuple[CropPicture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewCard:
    """One view on the first page."""

    anchor: str
    image: str
    laterality: str
    view: str
    acquired_on: str | None
    exam_kind: str
    calcifications: int
    groups: int
    picture: bytes
    suggestion: str | None = None

    @property
    def title(self) -> str:
        """Side and view in words."""
        return view_name(self.laterality, self.view)


def overview_card(number: int, document: Document, picture: bytes) -> OverviewCard:
    """Take what the first page says of a view from its document."""
    mammogram = document["mammogram"]
    groupings, weighing = document["groupings"], document["weighing"]
    return OverviewCard(
        anchor=f"view-{number}",
        image=document["image"],
        laterality=mammogram["laterality"],
        view=mammogram["view"],
        acquired_on=mammogram["acquired_on"],
        exam_kind=mammogram["exam_kind"],
        calcifications=sum(one["at_operating_point"] for one in document["calcifications"]),
        groups=len(groupings[0]["groups"]) if groupings else 0,
        picture=picture,
        suggestion=clinical_wording.suggestion_name(weighing["suggestion"]) if weighing else None,
    )


class ReportTemplates:
    """Fills the templates of the report; holds them compiled."""

    @cached_property
    def _environment(self) -> Any:
        return page_environment()

    def head(self, run: Document, cards: Sequence[OverviewCard]) -> str:
        """Return the report up to the first view: totals, overview, refused inputs.

        Parameters
        ----------
        run : mapping
            The manifest's document.
        cards : sequence of OverviewCard
        """
        return self._filled(
            "head.html.j2",
            run=run,
            cards=hung(cards),
            exam=exam_line(cards),
            refused=[one for one in run["inputs"] if one["status"] == "refused"],
            intended_use=INTENDED_USE,
        )

    def view(self, number: int, document: Document, pictures: ViewPictures) -> str:
        """Return the section of one view.

        Parameters
        ----------
        number : int
            1, 2, ... in the report.
        document : mapping
            As `reading_document` gives it.
        pictures : ViewPictures
        """
        groups = document["groupings"][0]["groups"] if document["groupings"] else []
        particles = document["calcifications"]
        return self._filled(
            "view.html.j2",
            anchor=f"view-{number}",
            title=view_name(document["mammogram"]["laterality"], document["mammogram"]["view"]),
            document=document,
            mammogram=document["mammogram"],
            groups=groups,
            cards={group["group"]: group_card(group, document) for group in groups},
            words_given=_words_given(document),
            described=any(one["morphology"] for one in particles),
            benign_shapes=any(_is_calm(one, document) for one in particles),
            intended_use=INTENDED_USE,
            crops={crop.group: crop for crop in pictures.crops},
            pictures=pictures,
            histogram=_histogram(document),
        )

    def exam(self, number: int, document: Document, anchors: Mapping[str, str]) -> str:
        """Return the section of one exam, before those of its views.

        Empty for an exam of one view: the section of the view says all there is.

        Parameters
        ----------
        number : int
            1, 2, ... in the report.
        document : mapping
            As `exam_document` gives it.
        anchors : mapping of str to str
            Where the section of each view is, by its image: that of its `OverviewCard`.
        """
        if len(document["views"]) < 2:
            return ""
        given = {one["morphology"]["label"] for one in document["matches"]}
        words = document["guidance"]["vocabulary"]["words"]
        return self._filled(
            "exam.html.j2",
            anchor=f"exam-{number}",
            document=document,
            anchors=anchors,
            titles={
                one["image"]: view_name(one["laterality"], one["view"]) for one in document["views"]
            },
            matches=[(_placed(one), match_card(one, document)) for one in document["matches"]],
            words_given=[word for code, word in words.items() if code in given],
            intended_use=INTENDED_USE,
        )

    def foot(self, run: Document) -> str:
        """Return the report after the last view: what made it."""
        return self._filled("foot.html.j2", run=run, intended_use=INTENDED_USE)

    def _filled(self, name: str, **values: object) -> str:
        """Fill one template."""
        return str(self._environment.get_template(name).render(**values))


def hung(cards: Sequence[OverviewCard]) -> list[OverviewCard]:
    """Hang the views of one exam as a reader does: right beside left, CC above MLO.

    Anything else than one exam stays in the order of the inputs.
    """
    if not _is_one_exam(cards):
        return list(cards)
    order = {"CC": 0, "MLO": 1}
    return sorted(
        cards, key=lambda card: (order.get(card.view, 2), card.view, card.laterality != "R")
    )


def exam_line(cards: Sequence[OverviewCard]) -> str | None:
    """Say kind and day of the exam when the views look like those of one exam."""
    if not _is_one_exam(cards):
        return None
    day = cards[0].acquired_on
    return f"{cards[0].exam_kind.capitalize()} exam{f' of {day}' if day else ''}"


def _is_one_exam(cards: Sequence[OverviewCard]) -> bool:
    """Tell whether no side and view comes twice, all are known, and day and kind agree."""
    views = {(card.laterality, card.view) for card in cards}
    known = all(card.laterality != "unknown" and card.view != "unknown" for card in cards)
    same = len({(card.acquired_on, card.exam_kind) for card in cards}) == 1
    return known and same and len(views) == len(cards)


def _placed(match: Document) -> Document:
    """Pair the views of a match with its groups."""
    return {**match, "where": list(zip(match["images"], match["groups"], strict=True))}


def _words_given(document: Document) -> list[Document]:
    """Return the words of the vocabulary that were given in a reading, in its order."""
    if document["guidance"] is None:
        return []
    named = [one["morphology"] for one in document["calcifications"]]
    for grouping in document["groupings"][:1]:
        for described in (one["description"] for one in grouping["groups"]):
            named += [described["morphology"], described["distribution"]] if described else []
    given = {one["label"] for one in named if one}
    words = document["guidance"]["vocabulary"]["words"]
    return [word for code, word in words.items() if code in given]


def _is_calm(particle: Document, document: Document) -> bool:
    """Tell whether a particle has a typically benign shape."""
    shape = particle["morphology"]
    return bool(shape) and tone_of(shape["label"], document["guidance"]) is Tone.CALM


def _histogram(document: Document) -> Histogram | None:
    """Lay out the sizes of what reaches the operating point; None without millimetres."""
    diameters = [
        one["diameter_mm"]
        for one in document["calcifications"]
        if one["at_operating_point"] and one["diameter_mm"] is not None
    ]
    conventions = document["conventions"]
    return laid_out_histogram(
        diameters, [conventions["size_threshold_mm"], conventions["other_size_threshold_mm"]]
    )
