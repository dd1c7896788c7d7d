"""The report is self-contained, complete, and says what it is not for."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from calcsight.reports.html_report import (
    CropPicture,
    OverviewCard,
    ReportTemplates,
    ViewPictures,
    exam_line,
    hung,
    overview_card,
)
from calcsight.reports.manifest import ReadInput, RefusedInput, Timings, manifest_document
from calcsight.reports.page_environment import fixed
from calcsight.reports.reading_document import reading_document
from calcsight.terms.judge import Judge
from calcsight.terms.limitation import Limitation
from calcsight.terms.reading import INTENDED_USE, Reading
from calcsight.terms.settings import Settings

SETTINGS = Settings()
PICTURES = ViewPictures(
    overview=b"small",
    overlay=b"large",
    overlay_file="a b#1.overlay.png",
    crops=(CropPicture(group=1, jpeg=b"crop", caption="Group 1 of 1", file="x.group1.crop.png"),),
)


class Page(HTMLParser):
    """Gathers tags, texts and whether every tag is closed."""

    VOID = frozenset({"meta", "img", "br", "line", "rect", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def report_of(reading: Reading, judge: Judge, image: str = "exam/R_CC.dcm") -> str:
    document = reading_document(reading, image, SETTINGS)
    inputs: list[ReadInput | RefusedInput] = [
        ReadInput(
            image=image,
            uid="1.2",
            statement="-",
            calcifications=len(reading.calcifications),
            listed=len(reading.calcifications),
            groups=len(reading.groups),
            limitations=(Limitation.MASSES_NOT_READ,),
            files=(),
        ),
        RefusedInput(image="<bad>.dcm", code="truncated", found="half & less", needed="", to_do=""),
    ]
    timings = Timings(datetime(2024, 1, 1, tzinfo=UTC), 1.0, 1, [])
    run = manifest_document(judge, SETTINGS, inputs, [], [], timings)
    templates = ReportTemplates()
    head = templates.head(run, [overview_card(1, document, b"small")])
    return head + templates.view(1, document, PICTURES) + templates.foot(run)


def test_everything_is_in_the_page_and_nothing_is_fetched(reading: Reading, judge: Judge) -> None:
    page = Page(report_of(reading, judge))
    assert page.open == []
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "link", "iframe", "object"}
    for tag, attributes in page.tags:
        if tag == "img":
            assert str(attributes["src"]).startswith("data:image/jpeg;base64,")
            assert attributes["alt"]
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert all(not str(link).startswith(("http", "//", "/")) for link in links)
    assert "a%20b%231.overlay.png" in links


def test_it_says_what_was_found_what_was_not_looked_for_and_what_made_it(
    reading: Reading, judge: Judge
) -> None:
    text = Page(report_of(reading, judge)).text
    assert text.count(INTENDED_USE) == 2
    for words in (
        "Masses, asymmetries and architectural distortion were not looked for",
        "5 particles",
        "5.2 mm",
        "bi-rads-5-in-10mm",
        "macro from 0.5",
        judge.digest,
        SETTINGS.digest,
        "0.1000 mm in the breast (stated)",
        "2024-02-29",
    ):
        assert words in text, words


def test_each_particle_has_its_row(reading: Reading, judge: Judge) -> None:
    page = report_of(reading, judge)
    table = page[page.index("Particles (6)") :]
    assert table.count("<tr><td>") == 6
    assert "<td>259.0</td><td>0.57</td>" in table


def test_a_refused_input_is_shown_and_escaped(reading: Reading, judge: Judge) -> None:
    page = report_of(reading, judge)
    assert "&lt;bad&gt;.dcm" in page
    assert "half &amp; less" in page
    assert "<bad>" not in page


def test_the_path_of_an_input_cannot_inject_markup(reading: Reading, judge: Judge) -> None:
    page = report_of(reading, judge, image='"><script>alert(1)</script>.png')
    assert "<script>" not in page


def test_an_empty_reading_is_never_called_negative_or_normal(
    empty_reading: Reading, judge: Judge
) -> None:
    text = Page(report_of(empty_reading, judge)).text
    assert "No calcification found at this operating point" in text
    assert not re.search(r"\b(negative|normal|benign findings|no cancer)\b", text, re.I)


def test_unknown_spacing_is_a_word_and_sizes_are_in_pixels(
    pixel_reading: Reading, judge: Judge
) -> None:
    page = report_of(pixel_reading, judge)
    assert "unknown" in Page(page).text
    assert "Diameter, pixels" in page
    assert "Diameter, mm" not in page
    assert f"<td>{pixel_reading.calcifications[0].diameter_px:.1f}</td>" in page
    assert "<svg" not in page


def card(laterality: str, view: str, **changes: Any) -> OverviewCard:
    made = OverviewCard(
        anchor="view-1",
        image="x",
        laterality=laterality,
        view=view,
        acquired_on="2024-01-01",
        exam_kind="screening",
        calcifications=0,
        groups=0,
        picture=b"",
    )
    return replace(made, **changes)


def test_one_exam_is_hung_right_beside_left_and_cc_above_mlo() -> None:
    cards = [card("L", "MLO"), card("L", "CC"), card("R", "MLO"), card("R", "CC")]
    order = [(one.laterality, one.view) for one in hung(cards)]
    assert order == [("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")]
    assert exam_line(cards) == "Screening exam of 2024-01-01"


@pytest.mark.parametrize(
    "cards",
    [
        [card("L", "MLO"), card("R", "CC"), card("L", "MLO")],
        [card("L", "MLO"), card("R", "CC", acquired_on="2022-01-01")],
        [card("unknown", "MLO"), card("R", "CC")],
    ],
    ids=["a view twice", "two days", "an unknown side"],
)
def test_what_is_not_one_exam_keeps_its_order(cards: list[OverviewCard]) -> None:
    assert hung(cards) == cards
    assert exam_line(cards) is None


def test_unknown_numbers_are_dashes() -> None:
    assert (fixed(None), fixed(0.0), fixed(1234.5, 1)) == ("–", "0.00", "1,234.5")
