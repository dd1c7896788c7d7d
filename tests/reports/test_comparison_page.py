"""The page of a comparison is one file, complete, and says what it is not for."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.compared import (
    UID,
    compared,
    comparison_of,
    course_of,
    refused_of,
    resolved_of,
    unread,
)
from tests.conftest import FixedJudge
from tests.interpreted import guidance
from tests.reports.test_html_report import Page

from calcsight.reports.comparison_document import comparison_document
from calcsight.reports.comparison_entries import Compared
from calcsight.reports.comparison_page import comparison_page
from calcsight.reports.comparison_pictures import (
    GroupPictures,
    Joint,
    Mark,
    Outline,
    PairPictures,
    Panels,
    WholePictures,
)
from calcsight.reports.manifest import Timings, manifest_document
from calcsight.terms.comparison import LinkKind, NotComparable
from calcsight.terms.guidance import Change
from calcsight.terms.reading import INTENDED_USE, Reading
from calcsight.terms.settings import Settings

SETTINGS = Settings()
MANIFEST = manifest_document(
    FixedJudge(), SETTINGS, [], [], [], Timings(datetime(2024, 3, 1, tzinfo=UTC), 1.0, 1, [])
)


def panels(subtraction: bytes | None = b"less") -> Panels:
    return Panels(
        width=100,
        height=100,
        mm_per_px=0.1,
        prior=b"prior",
        current=b"current",
        laid_over=b"over",
        subtraction=subtraction,
    )


def pictures(subtraction: bytes | None = b"less") -> PairPictures:
    outline = Outline(
        group=1, change="increased", points="1,2 3,4 5,6", expected=True, x=5.0, y=6.0, ends=False
    )
    kinds = [kind.value for kind in LinkKind]
    return PairPictures(
        whole=WholePictures(
            panels=panels(subtraction), prior_outlines=(outline,), current_outlines=(outline,)
        ),
        groups=(
            GroupPictures(
                group=1,
                panels=panels(subtraction),
                prior_marks=(Mark(kind="linked", x=1.0, y=2.0, radius=6.0, faint=True),),
                current_marks=tuple(
                    Mark(kind=kind, x=9.0, y=8.0, radius=6.0, faint=False) for kind in kinds
                ),
                joints=(Joint(kind="linked", x1=1.0, y1=2.0, x2=3.0, y2=4.0, faint=False),),
            ),
        ),
    )


def page_of(told: Compared, drawn: dict[int, PairPictures]) -> str:
    document: dict[str, Any] = comparison_document(told, SETTINGS, guidance())
    return comparison_page(document, drawn, MANIFEST)


@pytest.fixture
def page(reading: Reading) -> str:
    told = compared(comparison_of(reading), courses=[course_of(reading)])
    return page_of(told, {1: pictures()})


def test_the_page_is_one_closed_file_without_a_program_or_a_link_outside(page: str) -> None:
    read = Page(page)
    assert read.open == []
    assert "script" not in {tag for tag, _ in read.tags}
    assert not re.findall(r'(?:href|src)="(?!data:image/jpeg|#)', page)
    assert "default-src 'none'" in page
    own = set(re.findall(r'\bid="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= own
    labels = set(re.findall(r'for="([^"]+)"', page))
    assert labels
    assert labels <= own
    assert len(own) == len(re.findall(r'\bid="', page))


def test_the_page_says_what_changed_with_bands_and_what_it_is_not_for(page: str) -> None:
    text = Page(re.sub("<style>.*?</style>", "", page, flags=re.DOTALL)).text
    for words in (
        "What changed on R CC",
        "group 1 increased: 5 calcifications now, 3 then",
        "2024-02-29 beside 2022-02-28, 24 months before",
        "linked with a probability of 93 %",
        "Masses, asymmetries and architectural distortion were not",
        "Counted: 2 at both dates, 1 appeared, 0 disappeared, 1 split or merged",
        "Shapes they had not: fine pleomorphic",
        "More than repetition explains.",
        "24 % were malignant, of groups recalled and biopsied. Population: Made-up population",
        f"Followed as {UID}",
        "laid wrongly on purpose: 0.12",
        INTENDED_USE,
    ):
        assert words in text, words
    assert not re.search(r"\b(negative|normal|no cancer|must|should)\b", text, re.I)


def test_each_number_stands_at_both_dates_with_its_band(page: str) -> None:
    rows = re.findall(r'<tr(?: class="beyond")?><th class="text" scope="row">.*?</tr>', page)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]
    assert cells[0] == ["calcifications", "3", "5", "+2", "+67 %", "±1.0", "yes"]
    assert cells[2][-1] == "no"
    assert cells[3] == [
        "density",
        "24.0 per cm²",
        "25.0 per cm²",
        *cells[3][3:5],
        "not measured",
        "–",
    ]


def test_the_table_begins_with_what_is_new(reading: Reading) -> None:
    told = comparison_of(reading)
    [group] = told.groups
    kinds = (Change.STABLE, Change.DECREASED, Change.NEW, Change.INCREASED)
    groups = tuple(
        replace(group, number=number, change=change) for number, change in enumerate(kinds, start=1)
    )
    page = page_of(compared(replace(told, groups=groups)), {})
    table = page[page.index('class="glance"') :]
    rows = re.findall(r'<span class="change (\w+)">', table[: table.index("</table>")])
    assert rows == ["new", "increased", "decreased", "stable"]


def test_blinking_needs_no_program_and_heeds_a_wish_for_less_motion(page: str) -> None:
    assert page.count('class="to-blink" checked') == 2
    still = page.index("prefers-reduced-motion: reduce")
    assert "animation: none" in page[still : still + 200]
    assert 'alt="The prior laid over it' in page


def test_every_kind_of_particle_has_a_shape_and_a_word_of_its_own(page: str) -> None:
    text = Page(page).text
    for words in ("at both dates", "appeared", "split or merged"):
        assert words in text
    for kind in LinkKind:
        assert f"k-{kind.value}" in page
    assert "dashed: below the operating point" in text


def test_what_is_not_counted_is_dotted_and_said_to_be(reading: Reading) -> None:
    sure = comparison_of(reading)
    doubtful = replace(sure.links[3], probability=0.4)
    told = replace(sure, links=(*sure.links[:3], doubtful, *sure.links[4:]))
    drawn = pictures()
    [group] = drawn.groups
    faint = Mark(kind="appeared", x=9.0, y=8.0, radius=6.0, faint=False, counted=False)
    dotted = replace(drawn, groups=(replace(group, current_marks=(faint,)),))
    page = page_of(compared(told), {1: dotted})
    assert "Not counted: 1 mark at one date alone, probably no calcification." in Page(page).text
    assert page.count(" uncounted") == 1
    assert "dotted: at one date alone" in page
    assert "dotted: at one date alone" not in page_of(compared(sure), {1: pictures()})


def test_the_chart_says_all_dates_and_bands_in_words_too(page: str) -> None:
    titles = re.findall(r"<title id=[^>]+>(.*?)</title>", page)
    assert titles[0] == (
        "Calcifications: 2022-02-28: 3 (2.0 to 4.0); 2023-03-01: not comparable; "
        "2024-02-29: 5 (4.0 to 6.0)"
    )
    assert titles[1].startswith("Extent, mm: 2022-02-28: 3.1 (2.0 to 4.5)")


def test_what_cannot_be_compared_has_a_page_that_says_why(reading: Reading) -> None:
    told = replace(compared(refused_of(reading)), unpaired=(unread(),))
    page = page_of(told, {})
    read = Page(page)
    assert read.open == []
    assert "Nothing could be compared." in read.text
    assert NotComparable.MAGNIFICATION.text in read.text
    assert "damaged.dcm" in read.text
    assert NotComparable.REFUSED.text in read.text


def test_a_page_without_subtraction_or_weighing_is_whole(reading: Reading) -> None:
    read = Page(page_of(compared(resolved_of(reading)), {1: pictures(None)}))
    assert read.open == []
    assert "no longer found" in read.text
    assert "(the prior)" in read.text
    assert "subtraction" not in read.text


def test_a_stable_group_is_never_called_harmless(reading: Reading) -> None:
    told = comparison_of(reading)
    [group] = told.groups
    calm = replace(told, groups=(replace(group, change=Change.STABLE),))
    text = Page(page_of(compared(calm), {})).text
    assert text.count("That a group is stable does not say what it is.") == 2


def test_a_hostile_name_stays_text(reading: Reading) -> None:
    told = compared(comparison_of(reading))
    pair = replace(told.pairs[0], current_image='<script>x</script>"\u202e.dcm')
    page = page_of(replace(told, pairs=(pair,)), {1: pictures()})
    assert "<script" not in page
    assert "\u202e" not in page
    assert Page(page).open == []


def test_a_group_that_is_not_shown_has_every_cell_and_says_so(reading: Reading) -> None:
    whole = comparison_of(reading)
    bare = replace(
        whole.groups[0],
        change=None,
        not_comparable=NotComparable.NOT_SHOWN,
        measures=(),
        new_types=(),
    )
    text = page_of(compared(replace(whole, groups=(bare,))), {})
    [table] = re.findall(r'<table class="glance">.*?</table>', text, flags=re.DOTALL)
    head, row = re.findall(r"<tr>.*?</tr>", table, flags=re.DOTALL)
    assert head.count("<th ") == row.count("<td")
    assert '<table class="measures">' not in text
    assert "Not measured: no number of it could be told" in text


def test_a_group_that_is_not_magnified_says_so(reading: Reading) -> None:
    whole = comparison_of(reading)
    second = replace(whole.groups[0], number=2, change=Change.STABLE, new_types=())
    told = compared(replace(whole, groups=(whole.groups[0], second)))
    text = page_of(told, {1: pictures()})
    assert text.count("Not magnified: of one pair no more than 1 group") == 1
