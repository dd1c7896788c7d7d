"""A reading taken from its file says what was written."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.dicom.results.exams import (
    ALONE,
    GROUP,
    PeakJudge,
    Shot,
    as_film,
    breast,
    interpreter,
    loaded,
    turned_shot,
)

from calcsight.reading import read
from calcsight.reports.json_text import json_text
from calcsight.reports.reading_again import reading_again
from calcsight.reports.reading_document import reading_document
from calcsight.terms.errors import NotAReadingError
from calcsight.terms.reading import Reading
from calcsight.terms.settings import Settings

SHOTS = {
    "group": Shot(name="group", pixels=breast((*GROUP, ALONE))),
    "turned": turned_shot(),
    "film": Shot(name="film", pixels=breast(GROUP), edit=as_film),
    "plain": Shot(name="plain", pixels=breast(())),
}


def written(folder: Path, name: str) -> tuple[Reading, Path]:
    reading = read(loaded(SHOTS[name].write(folder)), PeakJudge(), Settings(), interpreter())
    document = reading_document(reading, name, Settings(), interpreter().guidance)
    path = folder / f"{name}.reading.json"
    path.write_text(json_text(document), encoding="utf-8")
    return reading, path


@pytest.mark.parametrize("name", sorted(SHOTS))
def test_a_reading_is_what_it_was(tmp_path: Path, name: str) -> None:
    reading, path = written(tmp_path, name)
    again = reading_again(path)
    assert again.provenance == reading.provenance
    assert again.limitations == reading.limitations
    one, other = again.mammogram, reading.mammogram
    assert (one.uid, one.laterality, one.view) == (other.uid, other.laterality, other.view)
    assert (one.orientation, one.acquired_on) == (other.orientation, other.acquired_on)
    if one.spacing is not None and other.spacing is not None:
        assert one.spacing.source is other.spacing.source
        assert one.spacing.row_mm == pytest.approx(other.spacing.row_mm)
    assert (one.spacing is None) == (other.spacing is None) == (name == "film")
    assert len(again.calcifications) == len(reading.calcifications)
    for mine, was in zip(again.calcifications, reading.calcifications, strict=True):
        assert (mine.row, mine.column) == pytest.approx((was.row, was.column), abs=0.001)
        assert mine.diameter_mm == pytest.approx(was.diameter_mm, abs=0.001)
        assert np.allclose(mine.outline, was.outline, atol=0.01)
        assert (mine.morphology is None) == (was.morphology is None)
    assert len(again.groups) == len(reading.groups)
    for group, before in zip(again.groups, reading.groups, strict=True):
        assert (group.number, group.members) == (before.number, before.members)
        assert group.extent_mm == pytest.approx(before.extent_mm, abs=0.001)
        assert np.allclose(group.hull, before.hull, atol=0.01)
        assert group.description is not None
        assert before.description is not None
        assert group.description.morphology.label is before.description.morphology.label
        assert group.description.distribution.label is before.description.distribution.label
        assert group.description.location.region is before.description.location.region


def test_a_damaged_reading_is_refused(tmp_path: Path) -> None:
    _, path = written(tmp_path, "group")
    document = json.loads(path.read_text(encoding="utf-8"))
    del document["calcifications"][0]["outline"]
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(NotAReadingError, match="damaged"):
        reading_again(path)
