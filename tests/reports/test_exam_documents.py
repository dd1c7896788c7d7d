"""What the views of one exam come to together: JSON and its section of the report."""

import json
import re
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from tests.interpreted import guidance, interpreted, shape, weighing
from tests.reports.test_html_report import Page

from calcsight.reports.exam_document import exam_document
from calcsight.reports.html_report import ReportTemplates
from calcsight.reports.json_text import json_text
from calcsight.reports.schemas import EXAM_SCHEMA_VERSION, SchemaName, schema_of
from calcsight.terms.location import Depth, Location, Region
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.matching import MatchRemark, NotMatched
from calcsight.terms.morphology import Morphology
from calcsight.terms.reading import INTENDED_USE, ExamSummary, GroupMatch, Reading

IMAGES = ("R_CC.dcm", "R_MLO.dcm", "L_CC.dcm")


def document_of(reading: Reading, kind: Morphology | None = Morphology.AMORPHOUS) -> dict[str, Any]:
    """Return the document of three views, two of which show one lesion."""
    cc = interpreted(reading, [kind])
    mlo = replace(cc, mammogram=replace(cc.mammogram, view=View.MLO))
    left = replace(cc, mammogram=replace(cc.mammogram, laterality=Laterality.LEFT), groupings=())
    match = GroupMatch(
        readings=(0, 1),
        groups=(1, 1),
        probability=0.837,
        location=Location(
            region=Region.UPPER_OUTER,
            clock_hours=(10,),
            depth=Depth.MIDDLE,
            nipple_distance_mm=40.0,
            skin_distance_mm=None,
        ),
        morphology=shape(kind),
        remarks=(MatchRemark.OBLIQUE_HEIGHT,),
        weighing=weighing(kind),
    )
    summary = ExamSummary(
        matches=(match,),
        left_out=((2, NotMatched.NO_SECOND_PROJECTION),),
        weighing=replace(weighing(kind), suspicion=None),
    )
    return exam_document("1.2.3", IMAGES, (cc, mlo, left), summary, guidance())


def validate(document: dict[str, Any]) -> None:
    again = json.loads(json_text(document))
    jsonschema.Draft202012Validator(schema_of(SchemaName.EXAM)).validate(again)
    assert again == document


def section_of(document: dict[str, Any]) -> str:
    anchors = {image: f"view-{number}" for number, image in enumerate(IMAGES, start=1)}
    return ReportTemplates().exam(1, document, anchors)


@pytest.mark.parametrize("kind", [Morphology.AMORPHOUS, Morphology.RIM, None], ids=str)
def test_an_exam_validates(reading: Reading, kind: Morphology | None) -> None:
    validate(document_of(reading, kind))


def test_an_exam_without_a_match_validates(reading: Reading) -> None:
    one = interpreted(reading)
    summary = ExamSummary(
        matches=(), left_out=((0, NotMatched.NO_SECOND_PROJECTION),), weighing=weighing(None)
    )
    alone = exam_document("1.2.3", IMAGES[:1], (one,), summary, guidance())
    validate(alone)
    assert section_of(alone) == ""
    document = exam_document("1.2.3", IMAGES[:2], (one, one), summary, guidance())
    validate(document)
    page = Page(section_of(document))
    assert page.open == []
    assert "no finding seen in two views" in page.text


def test_a_match_names_its_views_its_place_and_how_sure_it_is(reading: Reading) -> None:
    document = document_of(reading)
    (match,) = document["matches"]
    assert (match["images"], match["groups"]) == (["R_CC.dcm", "R_MLO.dcm"], [1, 1])
    assert match["probability"] == 0.837
    assert match["location"]["region"] == "upper_outer"
    assert match["remarks"][0]["code"] == "oblique_height"
    assert document["left_out"] == [
        {
            "image": "L_CC.dcm",
            "code": "no_second_projection",
            "text": NotMatched.NO_SECOND_PROJECTION.text,
        }
    ]
    assert [one["groups"] for one in document["views"]] == [1, 1, 0]


def test_a_match_without_remarks_still_says_what_its_probabilities_rest_on(
    reading: Reading,
) -> None:
    document = document_of(reading)
    document["matches"][0]["remarks"] = []
    assert "calibrated on simulated views only" in Page(section_of(document)).text


def test_the_schema_knows_every_word_of_a_match() -> None:
    schema = schema_of(SchemaName.EXAM)
    match = schema["properties"]["matches"]["items"]["properties"]
    assert match["remarks"]["items"]["properties"]["code"]["enum"] == list(MatchRemark)
    left_out = schema["properties"]["left_out"]["items"]["properties"]
    assert left_out["code"]["enum"] == list(NotMatched)
    assert schema["properties"]["schema_version"]["const"] == EXAM_SCHEMA_VERSION
    assert schema["$id"].endswith(EXAM_SCHEMA_VERSION)


def test_both_schemas_say_the_same_of_what_they_share() -> None:
    exam, reading = (schema_of(one)["$defs"] for one in (SchemaName.EXAM, SchemaName.READING))
    assert set(exam) < set(reading)
    for name, definition in exam.items():
        assert definition == reading[name], name


def test_the_section_says_one_finding_in_two_views(reading: Reading) -> None:
    page = section_of(document_of(reading))
    read = Page(page)
    assert read.open == []
    for words in (
        "R CC , R MLO , L CC : 1 finding seen in two views",
        "Suggested for this exam: incomplete: more views category 0",
        "One finding in two views: amorphous",
        "group 1 of R CC and group 1 of R MLO · one lesion with a probability of 84 %",
        "upper outer quadrant · 10 o'clock",
        "24 % were malignant, of groups recalled and biopsied. Population: Made-up population",
        "Published shares for this shape",
        "The probabilities of the match and of its shape are calibrated on simulated views only.",
        "quadrant and hour are estimates",
        f"L CC: {NotMatched.NO_SECOND_PROJECTION.text}",
        INTENDED_USE,
    ):
        assert words in read.text, words
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert {"view-1-group-1", "view-2-group-1", "view-3"} <= links
    own = {link for link in links if link.startswith("exam-1")}
    assert own
    assert own <= set(re.findall(r'id="([^"]+)"', page))
    assert not re.search(r"\b(negative|normal|no cancer|must|should)\b", read.text, re.I)
