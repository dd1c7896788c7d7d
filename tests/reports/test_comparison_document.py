"""What changed as JSON, as tables and in sentences."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from tests.compared import (
    CURRENT,
    PRIOR,
    UID,
    compared,
    comparison_of,
    course_of,
    measured,
    paired,
    refused_of,
    resolved_of,
    unread,
)
from tests.interpreted import guidance

from calcsight.reports.change_columns import CHANGE_COLUMNS
from calcsight.reports.columns import row_of
from calcsight.reports.comparison_document import comparison_document
from calcsight.reports.comparison_entries import Compared, change_entries, link_entries
from calcsight.reports.comparison_statement import statement_of
from calcsight.reports.comparison_wording import (
    STABLE_IS_NOT_BENIGN,
    group_sentence,
    pair_statement,
    since,
)
from calcsight.reports.csv_tables import csv_header, csv_lines
from calcsight.reports.json_text import json_text
from calcsight.reports.link_columns import LINK_COLUMNS
from calcsight.reports.schemas import COMPARISON_SCHEMA_VERSION, SchemaName, schema_of
from calcsight.terms.comparison import Frame, LinkKind, Measure, NotComparable
from calcsight.terms.errors import GuidanceError
from calcsight.terms.guidance import Change
from calcsight.terms.limitation import Limitation
from calcsight.terms.morphology import Morphology
from calcsight.terms.reading import INTENDED_USE, Reading
from calcsight.terms.settings import Settings


def document_of(told: Compared) -> dict[str, Any]:
    return comparison_document(told, Settings(), guidance())


def validate(document: dict[str, Any]) -> None:
    again = json.loads(json_text(document))
    jsonschema.Draft202012Validator(schema_of(SchemaName.COMPARISON)).validate(again)
    assert again == document


def test_a_pair_validates_and_names_both_mammograms(reading: Reading) -> None:
    document = document_of(compared(comparison_of(reading), courses=[course_of(reading)]))
    validate(document)
    [pair] = document["pairs"]
    assert (pair["current"]["image"], pair["prior"]["image"]) == (CURRENT, PRIOR)
    assert (pair["current"]["uid"], pair["prior"]["uid"]) == ("1.2.3.4.5", "1.2.3.4.4")
    spacing = reading.mammogram.file_spacing
    assert spacing is not None
    assert pair["current"]["spacing"]["row_mm"] == spacing.row_mm
    assert pair["prior"]["pixel_digest"] == "ab" * 32
    assert (pair["current"]["acquired_on"], pair["days"]) == ("2024-02-29", 731)
    assert pair["registration"]["likeness"] == 0.71
    assert document["not_comparable"] is None
    assert document["intended_use"] == INTENDED_USE
    assert document["limitations"][0]["code"] == Limitation.MASSES_NOT_READ


def test_a_group_says_where_what_and_by_how_much(reading: Reading) -> None:
    document = document_of(compared(comparison_of(reading)))
    [group] = document["groups"]
    assert (group["frame"], group["image"]) == ("current", CURRENT)
    assert group["row"] == pytest.approx(reading.groups[0].row, abs=1e-3)
    assert group["change"] == "increased"
    count = group["measures"]["count"]
    assert (count["prior"], count["current"], count["difference"]) == (3, 5, 2)
    assert (count["percent"], count["band"], count["beyond"]) == (66.7, [-1.0, 1.0], True)
    assert group["measures"]["density_per_cm2"]["band"] is None
    assert group["measures"]["density_per_cm2"]["beyond"] is False
    assert group["links"] == [1, 2, 3, 4]
    assert group["particles"]["appeared"] == 1
    assert group["tracking_uid"] == UID
    assert group["new_types"] == ["fine_pleomorphic"]


def test_a_doubtful_mark_at_one_date_alone_stands_beside_the_numbers(reading: Reading) -> None:
    sure = comparison_of(reading)
    doubtful = replace(sure.links[3], probability=0.4)
    told = replace(sure, links=(*sure.links[:3], doubtful, *sure.links[4:]))
    document = document_of(compared(told))
    validate(document)
    [group] = document["groups"]
    assert (group["particles"]["appeared"], group["particles"]["not_counted"]) == (0, 1)
    assert [one["counted"] for one in document["links"]] == [True, True, True, False, False]
    rows = rows_of(LINK_COLUMNS, link_entries(paired(told)))
    assert [row["counted"] for row in rows] == ["true"] * 4 + ["false"] * 2


def test_every_link_names_its_particles_by_their_place_in_each_file(reading: Reading) -> None:
    comparison = comparison_of(reading)
    document = document_of(compared(comparison))
    split = document["links"][2]
    assert split["kind"] == "split"
    assert [one["particle"] for one in split["current"]] == [3, 4]
    assert [one["particle"] for one in split["prior"]] == [3]
    assert split["current"][0]["score_with_prior"] == 0.97
    assert (split["group"], split["tracking_uid"]) == (1, UID)
    alone = document["links"][4]
    assert (alone["prior"], alone["group"], alone["residual_mm"]) == ([], None, None)
    linked = document["links"][0]
    was = comparison.prior.calcifications[0]
    assert (linked["prior"][0]["row"], linked["prior"][0]["column"]) == (was.row, was.column)


def test_what_is_there_no_more_stands_in_the_frame_of_the_prior(reading: Reading) -> None:
    document = document_of(compared(resolved_of(reading)))
    validate(document)
    [group] = document["groups"]
    assert (group["frame"], group["image"], group["change"]) == ("prior", PRIOR, "resolved")
    assert document["links"][0]["current"] == []
    assert document["guidance"] is None


@pytest.mark.parametrize("why", list(NotComparable))
def test_what_cannot_be_compared_is_a_result_with_its_reason(
    reading: Reading, why: NotComparable
) -> None:
    document = document_of(compared(refused_of(reading, why)))
    validate(document)
    assert document["not_comparable"] == {"code": why.value, "text": why.text}
    assert document["pairs"][0]["not_comparable"]["code"] == why.value
    assert (document["groups"], document["links"]) == ([], [])
    assert why.text in " ".join(document["statement"])


def test_one_pair_that_was_compared_is_enough(reading: Reading) -> None:
    document = document_of(compared(refused_of(reading), comparison_of(reading)))
    validate(document)
    assert document["not_comparable"] is None
    assert [one["pair"] for one in document["groups"]] == [2]


def test_an_input_that_could_not_be_read_is_named(reading: Reading) -> None:
    told = replace(compared(), unpaired=(unread(),))
    document = document_of(told)
    validate(document)
    assert document["unpaired"][0]["image"] == "damaged.dcm"
    assert document["not_comparable"]["code"] == "refused"
    whole = replace(compared(comparison_of(reading)), unpaired=(unread(),))
    assert document_of(whole)["not_comparable"] is None


def test_a_course_names_what_was_not_seen_and_never_calls_it_zero(reading: Reading) -> None:
    document = document_of(compared(comparison_of(reading), courses=[course_of(reading)]))
    first, middle, last = document["courses"][0]["points"]
    assert (first["image"], last["image"], middle["image"]) == (PRIOR, CURRENT, None)
    assert (middle["count"], middle["count_band"]) == (None, None)
    assert (last["count"], last["count_band"], last["extent_band_mm"]) == (5, [4.0, 6.0], None)


def test_a_weighing_without_its_guidance_is_refused(reading: Reading) -> None:
    made = guidance()
    with pytest.raises(GuidanceError):
        comparison_document(compared(comparison_of(reading)), Settings(), replace(made, claims={}))


def test_the_schema_knows_every_word_and_shares_its_parts_with_a_reading() -> None:
    schema = schema_of(SchemaName.COMPARISON)
    definitions = schema["$defs"]
    unpaired = schema["properties"]["unpaired"]["items"]["properties"]
    for codes in (definitions["why"]["properties"]["code"], unpaired["code"]):
        assert codes["enum"] == list(NotComparable)
    group = schema["properties"]["groups"]["items"]["properties"]
    assert group["change"]["enum"] == [*Change, None]
    assert group["kind"]["enum"] == list(LinkKind)
    assert group["frame"]["enum"] == list(Frame)
    assert group["measures"]["propertyNames"]["enum"] == list(Measure)
    assert group["new_types"]["items"]["enum"] == list(Morphology)
    assert schema["properties"]["schema_version"]["const"] == COMPARISON_SCHEMA_VERSION
    assert schema["$id"].endswith(COMPARISON_SCHEMA_VERSION)
    of_reading = schema_of(SchemaName.READING)["$defs"]
    shared = set(definitions) & set(of_reading)
    assert {"weighing", "guidance", "claim", "limitation"} <= shared
    for name in shared:
        assert definitions[name] == of_reading[name], name


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "no day"),
        (1, "1 day"),
        (75, "75 days"),
        (92, "3 months"),
        (426, "14 months"),
        (None, "an unknown time"),
    ],
)
def test_how_long_ago(days: int | None, said: str) -> None:
    assert since(days) == said


def test_the_sentences_say_the_change_with_its_band(reading: Reading) -> None:
    opening, told = pair_statement(paired(comparison_of(reading)))
    assert (
        opening == "R CC: the mammogram of 2024-02-29 beside that of 2022-02-28, 731 days before."
    )
    assert told == (
        "R CC: over 24 months, group 1 increased: 5 calcifications now, 3 then "
        "(band of repetition ±1.0); extent 5.2 mm now, 3.1 mm then "
        "(band of repetition −1.4 mm to +1.2 mm); shapes it had not: "
        "fine pleomorphic."
    )


def test_the_sentences_of_all_else(reading: Reading) -> None:
    [gone] = resolved_of(reading).groups
    assert group_sentence(gone) == (
        "group 1 is no longer found: no calcification now, 5 then (band of repetition ±1.0)."
    )
    fresh = replace(gone, change=Change.NEW, measures=(measured(Measure.COUNT, None, 5),))
    assert group_sentence(fresh) == "group 1 is new: 5 calcifications now, no group then."
    shaped = replace(fresh, new_types=(Morphology.FINE_PLEOMORPHIC,))
    assert group_sentence(shaped).endswith("no group then; shapes: fine pleomorphic.")
    open_one = replace(gone, change=None, not_comparable=NotComparable.NOT_SHOWN)
    assert NotComparable.NOT_SHOWN.text in group_sentence(open_one)
    none = replace(comparison_of(reading), groups=())
    assert "no group of calcifications at either date" in pair_statement(paired(none))[1]
    [why] = pair_statement(paired(refused_of(reading)))
    assert why.endswith(NotComparable.MAGNIFICATION.text)
    assert CURRENT in why
    assert PRIOR in why


def test_the_whole_says_what_was_not_looked_for_and_that_stable_is_not_benign(
    reading: Reading,
) -> None:
    told = comparison_of(reading)
    assert STABLE_IS_NOT_BENIGN not in statement_of(compared(told))
    [group] = told.groups
    calm = replace(told, groups=(replace(group, change=Change.STABLE),))
    sentences = statement_of(compared(calm))
    assert STABLE_IS_NOT_BENIGN in sentences
    assert sentences[-1] == "Masses, asymmetries and distortion were not looked for."
    words = " ".join(sentences).lower()
    assert "negative" not in words
    assert "normal" not in words


def rows_of(columns: Any, entries: Any) -> list[dict[str, str]]:
    text = csv_header(columns) + csv_lines(row_of(columns, one) for one in entries)
    return list(csv.DictReader(io.StringIO(text)))


def test_links_are_a_row_for_each_particle_at_both_dates(reading: Reading) -> None:
    comparison = comparison_of(reading)
    rows = rows_of(LINK_COLUMNS, link_entries(paired(comparison)))
    assert [row["link"] for row in rows] == ["1", "2", "3", "3", "4", "5"]
    now, was = comparison.current.calcifications[3], comparison.prior.calcifications[2]
    half = rows[3]
    assert (half["current_particle"], half["prior_particle"]) == ("4", "3")
    assert float(half["current_row"]) == now.row
    assert float(half["prior_column"]) == was.column
    assert float(half["prior_diameter_mm"]) == pytest.approx(was.diameter_mm, abs=1e-4)
    assert (half["kind"], half["group"], half["tracking_uid"]) == ("split", "1", UID)
    alone = rows[-1]
    assert alone["prior_image"] == PRIOR
    assert {alone[name] for name in alone if name.startswith("prior_")} == {PRIOR, ""}
    assert (alone["group"], alone["score_with_prior"]) == ("", "0.91")
    assert alone["current_at_operating_point"] == "true"


def test_changes_are_a_row_for_each_group(reading: Reading) -> None:
    [row] = rows_of(CHANGE_COLUMNS, change_entries(paired(comparison_of(reading))))
    assert (row["change"], row["frame"], row["image"]) == ("increased", "current", CURRENT)
    assert (row["count_prior"], row["count_current"], row["count_difference"]) == ("3", "5", "2")
    assert (row["count_band_low"], row["count_band_high"]) == ("-1.0", "1.0")
    assert (row["extent_mm_beyond"], row["mean_diameter_mm_beyond"]) == ("true", "false")
    assert (row["density_per_cm2_band_low"], row["days"]) == ("", "731")
    assert (row["particles_linked"], row["particles_appeared"]) == ("2", "1")
    assert (row["level"], row["next_steps"]) == ("incomplete", "magnification_views;follow_up")
    [gone] = rows_of(CHANGE_COLUMNS, change_entries(paired(resolved_of(reading))))
    assert (gone["image"], gone["prior_groups"], gone["current_groups"]) == (PRIOR, "1", "")
    assert (gone["count_current"], gone["extent_mm_current"], gone["level"]) == ("0", "", "")


def test_the_other_way_round_no_row_is_lost(reading: Reading) -> None:
    rows = rows_of(LINK_COLUMNS, link_entries(paired(resolved_of(reading))))
    assert len(rows) == 6
    assert {row["current_particle"] for row in rows} == {""}
    assert {row["score_with_prior"] for row in rows} == {""}
