"""The chain from pixels to suggestion, from the document alone."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.interpreted import description, guidance, interpreted

from calcsight.reports.explanation import Explanation, explained
from calcsight.reports.json_text import json_text
from calcsight.reports.reading_document import reading_document
from calcsight.reports.reading_file import reading_from
from calcsight.reports.schemas import READING_SCHEMA_VERSION
from calcsight.terms.errors import NotAReadingError, UnreadableFileError, UsageError
from calcsight.terms.morphology import Morphology
from calcsight.terms.reading import INTENDED_USE, Reading
from calcsight.terms.settings import Settings

SETTINGS = Settings()


def document_of(reading: Reading) -> dict[str, Any]:
    return reading_document(reading, "exam/R_CC.dcm", SETTINGS, guidance())


def said(found: Explanation, code: str) -> str:
    """Return what one link of the first group says."""
    [link] = [link for link in found.groups[0].links if link.code == code]
    return " ".join(link.says)


def test_the_chain_goes_from_pixels_to_what_follows(interpreted_reading: Reading) -> None:
    found = explained(document_of(interpreted_reading))
    assert found.title == "R CC, exam/R_CC.dcm"
    assert [link.code for link in found.view] == [
        "read",
        "found",
        "interpreted",
        "suggestion",
        "steps",
        "limitations",
    ]
    assert [link.code for link in found.groups[0].links] == [
        "members",
        "particles",
        "shape",
        "features",
        "distribution",
        "place",
        "figure",
        "suggestion",
        "steps",
        "limits",
    ]
    assert found.intended_use == INTENDED_USE


def test_each_link_says_what_decided_it(interpreted_reading: Reading) -> None:
    found = explained(document_of(interpreted_reading))
    read = " ".join(found.view[0].says)
    for words in ("UID 1.2.3.4.5", "0.1 mm, by the rule stated", "balanced", "at least 0.5"):
        assert words in read
    for code, words in {
        "members": "5 particles by the rule bi-rads-5-in-10mm (at least 5 in a circle of 10 mm)",
        "particles": "4 amorphous, 1 cannot be classified.",
        "shape": "Amorphous. Probabilities: amorphous 82 %, fine pleomorphic 16 %",
        "distribution": "Grouped. Probabilities: grouped 90 %",
        "place": "outer half, 7 to 11 o'clock",
        "figure": "24 % were malignant, of groups recalled and biopsied. Population: Made-up "
        "population of 2000. Interval 17.5 to 58 %, over every shape that is possible here.",
        "suggestion": "incomplete: more views (category 0, Made-up scheme (version 1)). "
        "1. The shape is filed as suspicious. 2. Screening views decide no category.",
        "steps": "When: 6, 12 and 24 months after this exam. Why: A change over time",
        "limits": "1 of 5 members cannot be classified.",
    }.items():
        assert words in said(found, code), code
    assert "calibrated on simulated views only" in said(found, "limits")
    titles = {link.code: link.title for link in found.groups[0].links}
    assert titles["figure"] == "Published shares for this shape"
    assert "Rule: The cell of shape and distribution holds enough groups" in said(found, "figure")
    assert "Beside, no part of it: Made-up population of 2001" in said(found, "figure")


def test_every_claim_of_a_link_stands_there_in_full(interpreted_reading: Reading) -> None:
    document = document_of(interpreted_reading)
    found = explained(document)
    named = {claim for link in found.groups[0].links for claim in link.claims}
    assert named == set(found.groups[0].claims) == set(found.claims) == set(document["claims"])
    assert found.claims["made-up-2001.amorphous"]["source"].startswith("Nobody & Noone")


def test_what_was_not_named_says_how_sure_a_word_must_be(reading: Reading) -> None:
    found = explained(document_of(interpreted(reading, [None])))
    shape = said(found, "shape")
    assert shape.startswith("Cannot be classified. Probabilities: amorphous 41 %")
    assert "A word is given from 50 % on" in shape
    assert said(found, "figure").startswith("No probability is given: the shape cannot")


def test_axis_and_ducts_are_said_when_they_are_known(interpreted_reading: Reading) -> None:
    first, *others = interpreted_reading.groupings
    words = replace(
        description(Morphology.AMORPHOUS), nipple_angle_deg=12.0, duct_alignment=0.8, worst=None
    )
    group = replace(first.groups[0], description=words)
    changed = replace(interpreted_reading, groupings=(replace(first, groups=(group,)), *others))
    features = said(explained(document_of(changed)), "features")
    assert "12° from the line to the nipple" in features
    assert "by 0.80, on a scale" in features
    assert "Most suspicious shape: cannot be classified." in features


def test_a_reading_that_was_not_interpreted_is_explained_as_far_as_it_goes(
    reading: Reading,
) -> None:
    found = explained(reading_document(reading, "x.dcm", SETTINGS))
    assert [link.code for link in found.view] == ["read", "found", "interpreted", "limitations"]
    assert "found and measured alone" in " ".join(found.view[2].says)
    assert [link.code for link in found.groups[0].links] == ["members", "shape"]
    assert found.claims == {}


def test_nothing_found_and_unknown_spacing_are_explained_too(
    empty_reading: Reading, pixel_reading: Reading
) -> None:
    empty = explained(document_of(interpreted(empty_reading)))
    assert empty.groups == ()
    assert "No calcification found" in empty.view[1].says[0]
    pixels = explained(reading_document(pixel_reading, "x.dcm", SETTINGS))
    assert pixels.groups == ()
    assert "Pixel spacing unknown" in " ".join(pixels.view[0].says)


def test_one_group_can_be_asked_for(interpreted_reading: Reading) -> None:
    document = document_of(interpreted_reading)
    assert [one.group for one in explained(document, 1).groups] == [1]
    with pytest.raises(UsageError, match="group 2 of a reading with 1 group"):
        explained(document, 2)


def test_the_plain_data_hold_the_same(interpreted_reading: Reading) -> None:
    found = explained(document_of(interpreted_reading))
    plain = json.loads(json_text(found.as_document()))
    assert plain["document"] == "calcsight.explanation"
    chain = plain["groups"][0]["chain"]
    assert [one["code"] for one in chain] == [link.code for link in found.groups[0].links]
    assert chain[0]["says"] == list(found.groups[0].links[0].says)
    assert set(plain["claims"]) == set(found.claims)


@pytest.mark.parametrize(
    "path",
    [
        ("groupings", 0, "groups", 0, "members"),
        ("groupings", 0, "groups", 0, "description", "morphology", "probabilities"),
        ("groupings", 0, "groups", 0, "weighing", "suspicion", "evidence", 0, "denominator"),
        ("guidance", "vocabulary"),
        ("provenance", "interpreted_by"),
        ("claims",),
        ("mammogram",),
    ],
    ids=lambda path: ".".join(str(one) for one in path),
)
def test_a_damaged_reading_is_refused(
    interpreted_reading: Reading, path: tuple[str | int, ...]
) -> None:
    document = document_of(interpreted_reading)
    for change in ("remove", "text"):
        damaged: Any = copy.deepcopy(document)
        holder = damaged
        for key in path[:-1]:
            holder = holder[key]
        if change == "remove":
            del holder[path[-1]]
        else:
            holder[path[-1]] = "x"
        if change == "text" and path[-1] == "denominator":
            continue
        with pytest.raises(NotAReadingError, match="a damaged reading"):
            explained(damaged)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[1, 2]", "JSON of another kind"),
        (b'{"document": "calcsight.manifest"}', "the document 'calcsight.manifest'"),
        (b'{"document": ["calcsight.reading"]}', "JSON of another kind"),
        (b'{"document": "calcsight.reading"}', "without a schema version"),
        (b'{"document": "calcsight.reading", "schema_version": "1.x"}', "without a schema version"),
        (b'{"document": "calcsight.reading", "schema_version": "1.0.0"}', "of schema 1.0.0"),
        (b'{"document": "calcsight.reading", "schema_version": "2.0.0"}', "of schema 2.0.0"),
    ],
    ids=lambda one: one.decode(errors="replace")[:30] if isinstance(one, bytes) else "",
)
def test_a_file_that_is_no_reading_is_refused(tmp_path: Path, text: bytes, found: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(text)
    with pytest.raises(NotAReadingError, match=found):
        reading_from(path)


def test_an_older_schema_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"document": "calcsight.reading", "schema_version": "1.0.0"}')
    with pytest.raises(NotAReadingError) as refused:
        reading_from(path)
    assert refused.value.needed == f"schema {READING_SCHEMA_VERSION}"
    assert "read the image again" in refused.value.advice


def test_a_schema_with_additions_is_read(tmp_path: Path, reading: Reading) -> None:
    document = reading_document(reading, "x.dcm", SETTINGS)
    major, minor, _ = READING_SCHEMA_VERSION.split(".")
    document["schema_version"] = f"{major}.{int(minor) + 1}.0"
    path = tmp_path / "x.json"
    path.write_text(json_text(document))
    assert explained(reading_from(path)).groups[0].group == 1


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError):
        reading_from(tmp_path / "nothing.json")
