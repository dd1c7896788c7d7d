"""`calcsight sr`: what reports of any maker say, drawn over their image, and as predictions."""

import json
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset
from tests.dicom.reports_in import reports
from tests.dicom.reports_in.reports import MAKERS, RIGHT_CC, SENTINEL, SENTINEL_ID, written
from tests.dicom.results.exams import GROUP, breast

from calcsight.dicom.mg_writing import Compression, MgHeader, hashed_uid, write_mg
from calcsight.reports.schemas import SchemaName, schema_of
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.reading import INTENDED_USE

Command = Callable[..., Any]
SHAPE = (700, 520)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the image that the hand-built reports were made of."""
    path = tmp_path_factory.mktemp("image") / "cc.dcm"
    header = MgHeader(
        study_uid=hashed_uid("study"),
        series_uid=hashed_uid("images"),
        sop_uid=RIGHT_CC,
        laterality=Laterality.LEFT,
        view=View.CC,
        patient_orientation=("A", "R"),
        imager_spacing_mm=(0.1, 0.1),
        acquired_on=date(2021, 3, 4),
    )
    write_mg(path, breast(GROUP, shape=SHAPE), header, Compression.NONE)
    return path


def parts_of(text: str) -> bool:
    """Tell whether a part of the sentinel stands in a text."""
    parts = (*SENTINEL.split("^"), SENTINEL_ID, "7781234", "19501231", "ACC-55512")
    return any(part.casefold() in text.casefold() for part in parts)


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_every_maker_is_shown(
    maker: Callable[[], Dataset], calcsight_command: Command, tmp_path: Path
) -> None:
    answer = calcsight_command("sr", "show", written(tmp_path, maker()))
    assert answer.status == 0
    assert "Other Maker, Looker 3000, version 8.3.1" in answer.out
    assert RIGHT_CC in answer.out
    assert INTENDED_USE in " ".join(answer.out.split())
    assert not parts_of(answer.out + answer.err)


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_json_has_its_schema(
    maker: Callable[[], Dataset], calcsight_command: Command, tmp_path: Path
) -> None:
    answer = calcsight_command("sr", "show", written(tmp_path, maker()), "--json")
    document = json.loads(answer.out)
    jsonschema.Draft202012Validator(schema_of(SchemaName.CAD_REPORTS)).validate(document)
    assert not parts_of(answer.out)
    document["files"][0]["report"]["marks"] = [{"kind": "group"}]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema_of(SchemaName.CAD_REPORTS)).validate(document)


def test_places_in_json_are_those_of_the_report(calcsight_command: Command, tmp_path: Path) -> None:
    answer = calcsight_command("sr", "show", written(tmp_path, reports.with_old_codes()), "--json")
    [one] = json.loads(answer.out)["files"]
    group = one["report"]["marks"][0]
    assert (group["row"], group["column"], group["count"]) == (104.0, 66.0, 3)
    assert [(p["row"], p["column"]) for p in group["particles"]][2] == (104.5, 71.75)
    assert group["morphology"] == "round_punctate"
    assert one["report"]["composites"][0]["marks"] == [1, 2]


def test_one_refused_of_two(calcsight_command: Command, tmp_path: Path, image: Path) -> None:
    good = written(tmp_path, reports.without_findings())
    answer = calcsight_command("sr", "show", good, image, "--json")
    assert answer.status == 4
    assert "not_a_report" in answer.err
    document = json.loads(answer.out)
    jsonschema.Draft202012Validator(schema_of(SchemaName.CAD_REPORTS)).validate(document)
    assert [one["status"] for one in document["files"]] == ["read", "refused"]
    assert calcsight_command("sr", "show", image).status == 2
    assert calcsight_command("sr", "show", image, image).status == 5


def drawn(path: Path) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.asarray(Image.open(BytesIO(path.read_bytes())).convert("RGB"))


def test_marks_are_drawn_where_they_are(
    calcsight_command: Command, tmp_path: Path, image: Path
) -> None:
    out = tmp_path / "marks.png"
    report = written(tmp_path, reports.with_centres_alone())
    answer = calcsight_command("sr", "show", report, "--image", image, "--out", out)
    assert answer.status == 0
    picture = drawn(out).astype(int)
    assert picture.shape[1] == SHAPE[1]
    assert picture.shape[0] > SHAPE[0]
    # The group's corners, yellow; the mass's ring of 5 mm at 0.1 mm a pixel, violet.
    red, green, blue = np.moveaxis(picture[: SHAPE[0]], 2, 0)
    yellow = (red > 200) & (green > 150) & (blue < 100)
    violet = (blue > 180) & (green < 150) & (red > 150)
    for row, column in ((40, 30), (40, 50), (61, 50)):
        assert yellow[row - 1 : row + 2, column - 1 : column + 2].any()
    assert violet[200, 139:142].any()
    assert violet[149:152, 90].any()
    # The group that is not for presentation, at (20, 20), is not drawn.
    assert not yellow[:30, :28].any()


def test_two_makers_are_drawn_over_each_other(
    calcsight_command: Command, tmp_path: Path, image: Path
) -> None:
    files = [
        written(tmp_path, reports.with_centres_alone(), "one.dcm"),
        written(tmp_path, reports.with_rings(), "other.dcm"),
    ]
    alone, both = tmp_path / "alone.png", tmp_path / "both.png"
    assert calcsight_command("sr", "show", files[0], "--image", image, "--out", alone).status == 0
    assert calcsight_command("sr", "show", *files, "--image", image, "--out", both).status == 0
    marks = drawn(both)[: SHAPE[0]].astype(int)
    red, green, blue = np.moveaxis(marks, 2, 0)
    yellow = (red > 200) & (green > 150) & (blue < 100)
    # A corner of the one's triangle, and the other's circle of 15 pixels around (100, 80).
    assert yellow[60:63, 49:52].any()
    assert yellow[114:117, 80].any()
    assert not np.array_equal(drawn(alone)[: SHAPE[0]], drawn(both)[: SHAPE[0]])


def test_nothing_is_written_over_unless_told(
    calcsight_command: Command, tmp_path: Path, image: Path
) -> None:
    out = tmp_path / "marks.png"
    out.write_bytes(b"kept")
    words = ["sr", "show", written(tmp_path, reports.with_rings()), "--image", image, "--out", out]
    assert calcsight_command(*words).status == 2
    assert out.read_bytes() == b"kept"
    assert calcsight_command(*words, "--overwrite").status == 0
    assert out.read_bytes()[:4] == b"\x89PNG"
    assert calcsight_command(*words[:5]).status == 2


def test_another_image_is_refused(calcsight_command: Command, tmp_path: Path, image: Path) -> None:
    out = tmp_path / "marks.png"
    report = written(tmp_path, reports.with_centres_alone(on=hashed_uid("elsewhere")))
    answer = calcsight_command("sr", "show", report, "--image", image, "--out", out)
    assert answer.status == 2
    assert RIGHT_CC in answer.err
    assert not out.exists()


def test_another_cad_is_evaluated(calcsight_command: Command, tmp_path: Path, image: Path) -> None:
    report = written(tmp_path, reports.with_old_codes())
    out = tmp_path / "predictions.json"
    words = ["sr", "predictions", report, "--images", image.parent, "--out", out]
    answer = calcsight_command(*words)
    assert answer.status == 0, answer.err
    assert "left out: findings of other kinds: 1" in answer.out
    assert "named by UID: 1" in answer.err
    document = json.loads(out.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema_of(SchemaName.PREDICTIONS)).validate(document)
    assert [one["view"] for one in document["views"]] == ["cc.dcm", reports.RIGHT_MLO]
    assert calcsight_command(*words).status == 2

    truth = tmp_path / "truth"
    truth.mkdir()
    views = f"view,patient,image,spacing_mm\ncc,1,,0.1\n{reports.RIGHT_MLO},1,,0.1\n"
    (truth / "views.csv").write_text(views, encoding="utf-8")
    places = ((101.25, 60.5), (108.0, 66.0), (104.5, 71.75), (400.0, 300.0))
    rows = "\n".join(f"cc,{row},{column}" for row, column in places)
    (truth / "particles.csv").write_text(f"view,row,column\n{rows}\n", encoding="utf-8")
    to = tmp_path / "evaluation"
    answer = calcsight_command(
        "evaluate", "csv", truth, "--predictions", out, "--out", to, "--replicates", 100, "--json"
    )
    assert answer.status == 0, answer.err
    document = json.loads(answer.out)
    assert "Other Maker, Looker 3000, version 8.3.1" in document["predictions"]["detector"]
    curve = next(one for one in document["curves"] if one["rule"] == "within_0.35_mm")
    assert max(share for _, _, share in curve["points"]) == 0.75


def test_a_refused_report_ends_the_predictions(
    calcsight_command: Command, tmp_path: Path, image: Path
) -> None:
    out = tmp_path / "predictions.json"
    answer = calcsight_command("sr", "predictions", image, "--out", out)
    assert answer.status == 2
    assert "not_a_report" in answer.err
    assert not out.exists()
