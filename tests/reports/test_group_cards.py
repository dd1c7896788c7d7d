"""The card of a group: words, shares with their population and denominator, what follows."""

import re
from dataclasses import replace
from typing import Any

import pytest
from tests.interpreted import description, guidance, interpreted, weighing
from tests.reports.test_html_report import PICTURES, Page

from calcsight.pictures.shape_words import typically_benign
from calcsight.reports.clinical_wording import A_PERSON_DECIDES
from calcsight.reports.group_cards import Tone, bars, group_card
from calcsight.reports.html_report import ReportTemplates, overview_card
from calcsight.reports.reading_document import reading_document
from calcsight.terms.distribution import Distribution
from calcsight.terms.limitation import Limitation
from calcsight.terms.morphology import Morphology
from calcsight.terms.reading import INTENDED_USE, Reading
from calcsight.terms.settings import Settings

SETTINGS = Settings()


def document_of(reading: Reading) -> dict[str, Any]:
    return reading_document(reading, "exam/R_CC.dcm", SETTINGS, guidance())


def section_of(reading: Reading) -> str:
    return ReportTemplates().view(1, document_of(reading), PICTURES)


def card_of(reading: Reading) -> Any:
    document = document_of(reading)
    return group_card(document["groupings"][0]["groups"][0], document)


def test_the_card_holds_everything_a_reader_asks(interpreted_reading: Reading) -> None:
    page = Page(section_of(interpreted_reading))
    assert page.open == []
    for words in (
        "amorphous, grouped",
        "outer half · 7 to 11 o'clock · middle third · 42 mm from the nipple",
        "Its particles: 4 amorphous, 1 cannot be classified. Most are amorphous.",
        "82 %",
        "Variability of size 0.31",
        "Published shares for this shape 24 % were malignant, of groups recalled and biopsied. "
        "Population: Made-up population of 2000.",
        "Interval 17.5 to 58 %, over every shape that is possible here.",
        "27 of 100 groups recalled and biopsied",
        "Other populations beside it: no part of the figure above",
        "incomplete: more views category 0, Made-up scheme (version 1)",
        "Screening views decide no category.",
        "6, 12 and 24 months after this exam",
        "A change over time would weigh more.",
        "The probabilities of shape and distribution are calibrated on simulated views only.",
        "1 of 5 members cannot be classified.",
        "doi:10.0000/made-up",
        A_PERSON_DECIDES,
        INTENDED_USE,
    ):
        assert words in page.text, words


def test_the_view_begins_with_its_suggestion(interpreted_reading: Reading) -> None:
    page = section_of(interpreted_reading)
    text = Page(page).text
    assert "Suggested for this view: incomplete: more views category 0" in text
    assert page.index("Suggested for this view") < page.index("<figure")
    assert "What usually follows: Readers usually ask for magnified views" in text
    card = overview_card(1, document_of(interpreted_reading), b"")
    assert card.suggestion == "incomplete: more views"


@pytest.mark.parametrize(
    ("kind", "tone"),
    [
        (Morphology.VASCULAR, Tone.CALM),
        (Morphology.ROUND_PUNCTATE, Tone.WATCH),
        (Morphology.FINE_LINEAR_BRANCHING, Tone.CONCERN),
        (None, Tone.OPEN),
    ],
    ids=str,
)
def test_the_tone_follows_how_the_vocabulary_files_a_shape(
    reading: Reading, kind: Morphology | None, tone: Tone
) -> None:
    changed = interpreted(reading, [kind])
    assert card_of(changed).tone is tone
    assert f'class="group told {tone}"' in section_of(changed)


def test_a_benign_shape_that_is_not_settled_is_not_calm(reading: Reading) -> None:
    first, *others = interpreted(reading, [Morphology.RIM]).groupings
    group = replace(first.groups[0], weighing=weighing(Morphology.AMORPHOUS))
    changed = replace(interpreted(reading), groupings=(replace(first, groups=(group,)), *others))
    assert card_of(changed).tone is Tone.WATCH
    assert not typically_benign(changed, guidance().vocabulary).groups


def test_a_group_without_a_figure_says_why_and_shows_no_share(reading: Reading) -> None:
    for kind, why in (
        (Morphology.RIM, "No probability is given: the shape is typically benign."),
        (None, "No probability is given: the shape cannot be classified."),
    ):
        page = Page(section_of(interpreted(reading, [kind]))).text
        assert why in page
        assert "were malignant," not in page


def test_an_undetermined_group_is_said_to_be_so(reading: Reading) -> None:
    changed = interpreted(reading, [None])
    assert card_of(changed).title == "shape cannot be classified, grouped"
    first, *others = changed.groupings
    group = replace(first.groups[0], description=description(None, None))
    both = replace(changed, groupings=(replace(first, groups=(group,)), *others))
    assert card_of(both).title == ("shape cannot be classified, distribution cannot be classified")


def test_every_share_of_malignancy_stands_in_a_row_with_population_and_denominator(
    interpreted_reading: Reading,
) -> None:
    page = section_of(interpreted_reading)
    table = page[page.index('<table class="evidence">') : page.index("</table>")]
    own, beside = re.findall(r"<tbody.*?</tbody>", table, re.S)
    rows = [row for part in (own, beside) for row in re.findall(r"<tr>.*?</tr>", part, re.S)]
    assert (own.count("<tr>"), beside.count("<tr>")) == (2, 1)
    for row in rows:
        assert "Made-up population of" in row
        assert "groups recalled and biopsied" in row
        assert "Nobody &amp; Noone &lt;2000&gt;" in row
        assert re.search(r'href="#view-1-made-up-200\d\.[a-z-]+"', row)
    assert beside.startswith('<tbody class="beside">')


def test_every_link_to_a_claim_leads_to_its_record(interpreted_reading: Reading) -> None:
    page = section_of(interpreted_reading)
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert len(links) == 5
    assert links <= set(re.findall(r'id="([^"]+)"', page))


def test_nothing_runs_and_nothing_is_fetched(interpreted_reading: Reading) -> None:
    page = Page(section_of(interpreted_reading))
    assert not {tag for tag, _ in page.tags} & {"script", "link", "iframe", "object"}
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    drawings = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert len(drawings) == 4  # the histogram and one drawing a figure
    assert all(
        one.get("role") == "img" and (one.get("aria-label") or one.get("aria-labelledby"))
        for one in drawings
    )


def test_words_of_a_sites_own_files_cannot_inject_markup(interpreted_reading: Reading) -> None:
    evil = "<img src=x onerror=alert(1)>"
    first, *others = interpreted_reading.groupings
    group = first.groups[0]
    assert group.weighing is not None
    (step, *_), suggestion = group.weighing.steps, group.weighing.suggestion
    weighing = replace(
        group.weighing,
        steps=(replace(step, words=evil, reason=evil),),
        suggestion=replace(suggestion, rules=(replace(suggestion.rules[0], words=evil),)),
    )
    changed = replace(
        interpreted_reading,
        groupings=(replace(first, groups=(replace(group, weighing=weighing),)), *others),
    )
    page = section_of(changed)
    assert evil not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") == 3


@pytest.mark.parametrize("kind", [Morphology.AMORPHOUS, Morphology.RIM, None], ids=str)
def test_nobody_is_called_negative_or_normal_and_nothing_is_ordered(
    reading: Reading, kind: Morphology | None
) -> None:
    text = Page(section_of(interpreted(reading, [kind]))).text
    assert not re.search(r"\b(negative|normal|no cancer|must|should|order)\b", text, re.I)


def test_small_and_unclassified_members_are_counted_among_the_limits(reading: Reading) -> None:
    first, *others = reading.calcifications
    small = replace(first, limitations=(Limitation.BELOW_RESOLUTION,))
    changed = interpreted(replace(reading, calcifications=(small, *others)))
    limits = card_of(changed).limits
    assert "1 of 5 members are about as small as the detector's blur." in limits
    assert "1 of 5 members cannot be classified." in limits


def test_a_described_group_that_was_not_weighed_has_a_card_without_a_suggestion(
    interpreted_reading: Reading,
) -> None:
    first, *others = interpreted_reading.groupings
    group = replace(first.groups[0], weighing=None)
    changed = replace(
        interpreted_reading, groupings=(replace(first, groups=(group,)), *others), weighing=None
    )
    text = Page(section_of(changed)).text
    assert "amorphous, grouped" in text
    assert "Suggested" not in text


def test_a_reading_that_was_not_interpreted_has_the_plain_card(reading: Reading) -> None:
    page = ReportTemplates().view(1, reading_document(reading, "x.dcm", SETTINGS), PICTURES)
    assert "told" not in page
    assert "Sources of every figure" not in page
    assert "Shape" not in Page(page).text
    assert overview_card(1, reading_document(reading, "x", SETTINGS), b"").suggestion is None


def test_bars_name_the_likeliest_words_and_put_the_rest_together() -> None:
    shares = {"rim": 0.6, "skin": 0.3, "suture": 0.02, "popcorn": 0.05, "large_rod": 0.03}
    ordered = dict(sorted(shares.items(), key=lambda one: -one[1]))
    drawn = bars({"label": "rim", "probabilities": ordered}, None)
    assert [(one.name, one.text) for one in drawn] == [
        ("rim", "60 %"),
        ("skin", "30 %"),
        ("popcorn", "5 %"),
        ("large rod", "3 %"),
        ("all others together", "2 %"),
    ]
    assert [one.given for one in drawn] == [True, False, False, False, False]
    assert sum(one.share for one in drawn) == pytest.approx(1.0)


def test_the_distribution_of_the_card_is_that_of_the_description(reading: Reading) -> None:
    changed = interpreted(reading)
    first, *others = changed.groupings
    group = replace(
        first.groups[0], description=description(Morphology.AMORPHOUS, Distribution.LINEAR)
    )
    linear = replace(changed, groupings=(replace(first, groups=(group,)), *others))
    assert card_of(linear).title == "amorphous, linear"
    assert "Axis to the line to the nipple 34°" in Page(section_of(linear)).text
