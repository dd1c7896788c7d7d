"""The lines, the drawing and the page of a timeline."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from tests.reports.final_records import BENIGN, DCIS, biopsy
from tests.reports.timelines import appearance, assessment, timeline, watched

from calcsight.pathway.following import standing
from calcsight.reports.timeline_drawing import LEFT, RIGHT, WIDTH, laid_out_time
from calcsight.reports.timeline_page import timeline_page
from calcsight.reports.timeline_rows import RowKind, appearance_words, outcome_words, rows_of
from calcsight.terms.biopsy import (
    Answer,
    MalignantSubtype,
    Pathology,
    PathologyKind,
    Specimen,
)
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.follow_up import DueStanding
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.timeline import SeenChange, Timeline

ON = date(2026, 9, 1)


class Page(HTMLParser):
    """What a browser sees: its tags, its texts, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.outside: list[str] = []
        self.tags: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.outside += [
            value or "" for name, value in attrs if name in {"src", "href", "xlink:href"}
        ]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(" ".join(data.split()))


def page_of(held: Timeline, on: date = ON) -> str:
    return timeline_page(held, [standing(one, on) for one in held.findings], on)


def test_the_page_says_everything_and_leads_nowhere() -> None:
    text = page_of(timeline())
    page = Page(text)
    assert page.open == []
    assert page.outside == []
    assert "script" not in page.tags
    assert page.tags.count("svg") == 3
    said = " ".join(page.texts)
    for words in (
        "Timeline of W-1",
        "3 findings, as known on 2026-09-01",
        "F1, right breast",
        "2026-07-05: overdue.",
        "masses, asymmetries and distortion were not looked for",
        "malignant: DCIS, stage 0",
        INTENDED_USE,
    ):
        assert words in said, words
    assert not re.findall(r"\b(?:negative|normal)\b", said.lower())


def test_the_same_timeline_gives_the_same_bytes() -> None:
    assert page_of(timeline()) == page_of(timeline())


def test_a_page_without_a_finding() -> None:
    page = Page(page_of(Timeline(woman="W-1")))
    assert "No finding is recorded." in page.texts


def test_what_people_wrote_is_text_and_nothing_else() -> None:
    finding = replace(
        watched(),
        assessments=(assessment(date(2026, 1, 6), reader_id="<script>x</script>"),),
        appearances=(appearance(date(2026, 1, 5), "<b>2.1"),),
    )
    page = page_of(Timeline(woman="W-1", findings=(replace(finding, id="<i>F"),)))
    assert "<script" not in page
    assert "<i>" not in page
    assert Page(page).open == []


def test_every_line_by_day_and_nothing_from_later() -> None:
    held = timeline()
    [first, *_] = held.findings
    rows = rows_of(first, standing(first, ON), held.changes)
    assert [row.on for row in rows] == sorted(row.on for row in rows)
    assert [row.kind for row in rows][:4] == [
        RowKind.MAMMOGRAM,
        RowKind.MAMMOGRAM,
        RowKind.MAMMOGRAM,
        RowKind.ASSESSMENT,
    ]
    due = [row.standing for row in rows if row.kind is RowKind.DUE]
    assert due == [DueStanding.OVERDUE, DueStanding.NOT_DUE, DueStanding.NOT_DUE]
    early = rows_of(first, standing(first, date(2025, 2, 1)), held.changes)
    assert [row.kind for row in early] == [RowKind.MAMMOGRAM]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "R CC, group 1: 6 calcifications, 4.2 mm"),
        ({"count": 1, "extent_mm": None}, "R CC, group 1: 1 calcification"),
        (
            {"count": 0, "extent_mm": None, "group": None},
            "R CC: no calcification found there",
        ),
        ({"count": None, "extent_mm": None}, "R CC, group 1: not counted"),
        ({"laterality": Laterality.UNKNOWN, "view": View.UNKNOWN}, "side and view unknown, group"),
    ],
)
def test_unknown_is_never_zero(changed: dict[str, object], words: str) -> None:
    assert appearance_words(appearance(ON, "1", **changed)).startswith(words)


def seen_change(**changed: object) -> SeenChange:
    values = {
        "finding_id": "F1",
        "mammogram_uid": "2.1",
        "prior_uid": "1.1",
        "group": 1,
        "acquired_on": date(2026, 1, 5),
        "prior_on": None,
        "change": None,
    }
    return SeenChange(**{**values, **changed})  # type: ignore[arg-type]


def test_changes_since_several_priors_and_one_that_cannot_be_told() -> None:
    changes = (
        seen_change(),
        seen_change(prior_uid="0.1", prior_on=date(2024, 1, 1), change=Change.STABLE, count=9),
        seen_change(finding_id="F2", change=Change.NEW),
    )
    rows = rows_of(watched(), standing(watched(), ON), changes)
    [words] = [row.words for row in rows if "cannot" in row.words]
    assert words.endswith("; stable since 2024-01-01; change cannot be told since an unknown day")


def with_reports(*reports: Pathology) -> Finding:
    taken = biopsy(pathology=reports, calcification_under_microscope=Answer.UNKNOWN)
    said = assessment(date(2026, 1, 6), recommendation=Recommendation.BIOPSY)
    return replace(watched(), assessments=(said,), biopsies=(taken,))


INVASIVE = Pathology(
    kind=PathologyKind.MALIGNANT,
    specimen=Specimen.SURGERY,
    subtype=MalignantSubtype.INVASIVE_WITH_DCIS,
    reported_on=date(2026, 5, 1),
    record_id="S-1",
)


@pytest.mark.parametrize(
    ("reports", "words"),
    [
        ((), "pending; a report is awaited of B1"),
        ((BENIGN,), "benign (report P-78 of 2026-03-20)"),
        ((DCIS,), "malignant: DCIS, stage 0 (report P-77 of 2026-03-20)"),
        (
            (DCIS, INVASIVE),
            "malignant: invasive with DCIS (report S-1 of 2026-05-01); upgraded from malignant, "
            "DCIS (needle) on 2026-03-20 to malignant, invasive with DCIS (surgery) on 2026-05-01",
        ),
    ],
)
def test_the_outcome_in_words(reports: tuple[Pathology, ...], words: str) -> None:
    assert outcome_words(standing(with_reports(*reports), ON).outcome) == words


def test_no_tissue_has_no_outcome() -> None:
    assert outcome_words(standing(watched(), ON).outcome) == ""


def test_everything_is_drawn_within_the_drawing() -> None:
    for finding in timeline().findings:
        for day in (date(2025, 1, 3), ON, date(2040, 1, 1)):
            stands = standing(finding, day)
            drawing = laid_out_time(finding, stands, rows_of(finding, stands, ()))
            places = [
                drawing.now_x,
                *(x for x, _ in drawing.ticks),
                *(dot.x for course in drawing.courses for dot in course.dots),
                *(dot.x for dot in drawing.dots),
                *(end for one in drawing.windows for end in (one.x, one.x + one.width, one.due_x)),
            ]
            assert LEFT <= min(places) <= max(places) <= WIDTH - RIGHT + 0.05
            assert drawing.ticks


def test_a_day_is_drawn_where_it_lies() -> None:
    finding = watched()
    stands = standing(finding, ON)
    drawing = laid_out_time(finding, stands, rows_of(finding, stands, ()))
    first, second = drawing.courses[0].dots
    step = drawing.windows[0]
    days = [date(2025, 1, 3), date(2026, 1, 5), date(2026, 7, 5), ON]
    places = [first.x, second.x, step.due_x, drawing.now_x]
    slope = (places[3] - places[0]) / (days[3] - days[0]).days
    for day, x in zip(days, places, strict=True):
        assert x == pytest.approx(places[0] + slope * (day - days[0]).days, abs=0.11)
    assert second.y < first.y
    assert (second.kind, first.kind) == ("increased", "")


def test_the_first_days_of_the_calendar_can_be_drawn() -> None:
    finding = replace(watched(), assessments=(), appearances=(appearance(date.min, "1"),))
    stands = standing(finding, date(3, 1, 1))
    assert laid_out_time(finding, stands, rows_of(finding, stands, ())).courses
