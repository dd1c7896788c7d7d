"""Predictions as CSV, JSON, COCO and readings: what is read, and what is refused."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from tests.evaluation.conftest import found_group, found_view, square

from calcsight.evaluation.cases import FoundView, Predictions
from calcsight.evaluation.predictions import read_predictions
from calcsight.evaluation.predictions_json import found_in, predictions_document
from calcsight.evaluation.reading_views import listing
from calcsight.models import DEFAULT_MODEL, load_judge
from calcsight.reading import read
from calcsight.reports.json_text import json_text
from calcsight.reports.reading_document import reading_document
from calcsight.reports.schemas import SchemaName, schema_of
from calcsight.simulation.sets import tuning_set
from calcsight.simulation.views import simulate_view
from calcsight.terms.errors import PredictionsError
from calcsight.terms.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
NAMES = ["a_L_CC", "a_R_CC", "b_L_CC"]


def docs_example() -> str:
    page = (DOCS / "evaluation.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    return str(example)


def written(folder: Path, text: str, name: str = "mine.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def by_name(predictions: Predictions) -> dict[str, FoundView]:
    return {view.name: view for view in predictions.views}


def test_the_table_of_the_page_is_read(tmp_path: Path) -> None:
    predictions = read_predictions(written(tmp_path, docs_example()), NAMES)
    assert predictions.detector == "mine.csv"
    assert predictions.particles
    assert predictions.groups
    views = by_name(predictions)
    first = views["a_L_CC"]
    assert first.places_px.tolist() == [[412.0, 233.5], [418.5, 240.0]]
    assert first.scores.tolist() == [0.91, 0.62]
    assert first.diameters_mm[0] == 0.31
    assert np.isnan(first.diameters_mm[1])
    outline = first.outlines_px[0]
    assert outline is not None
    assert outline.tolist() == [[410, 231], [410, 236], [414, 236], [414, 231]]
    [group] = first.groups
    assert group.members == (0, 1)
    assert views["a_R_CC"].scores.size == 0
    assert not views["a_R_CC"].refused
    assert views["b_L_CC"].refused == "refused"


def test_four_columns_are_enough(tmp_path: Path) -> None:
    text = "view,row,column,score\na_L_CC,1,2,0.5\na_R_CC,,,\n"
    predictions = read_predictions(written(tmp_path, text), NAMES)
    assert not predictions.groups
    assert [len(view.scores) for view in predictions.views] == [1, 0]
    assert predictions.views[0].outlines_px == (None,)


@pytest.mark.parametrize(
    "said", ["x/a_L_CC.dcm", "a_L_CC.dcm", "x/a_L_CC", "a_L_CC", "x\\a_L_CC.png"]
)
def test_a_view_is_known_by_its_path_its_file_and_its_stem(tmp_path: Path, said: str) -> None:
    text = f"view,row,column,score\n{said},1,2,0.5\n"
    names = ["x/a_L_CC.dcm", "x/a_R_CC.dcm"]
    assert read_predictions(written(tmp_path, text), names).views[0].name == "x/a_L_CC.dcm"


def test_a_name_that_two_views_could_have_is_neither(tmp_path: Path) -> None:
    text = "view,row,column,score\nCC.dcm,1,2,0.5\n"
    names = ["x/CC.dcm", "y/CC.dcm"]
    assert read_predictions(written(tmp_path, text), names).views[0].name == "CC.dcm"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "columns"),
        ("view,row,column\na,1,2\n", "columns"),
        ("view,row,column,score,scroe\na,1,2,3,4\n", "columns"),
        ("view,row,column,score,score\na,1,2,3,4\n", "columns"),
        ('view,row,column,"score', "no CSV table"),
        ('view,row,column,score\na,1,2,"0.5', "no CSV table"),
        ("view,row,column,score\na,1,2,nan\n", "line 2: the score is 'nan'"),
        ("view,row,column,score\na,1,2,inf\n", "line 2: the score is 'inf'"),
        ("view,row,column,score\na,1,2,\n", "line 2: the score is ''"),
        ("view,row,column,score\na,one,2,0.5\n", "line 2: row is 'one'"),
        ("view,row,column,score\na,1e9,2,0.5\n", "row and column"),
        ("view,row,column,score\n,1,2,0.5\n", "no view"),
        ("view,row,column,score\na,1,2,0.5,7\n", "number of cells"),
        ("view,row,column,score\na,1,2\n", "number of cells"),
        ("view,kind,row,column,score\na,blob,1,2,0.5\n", "the kind 'blob'"),
        ("view,kind,row,column,score\na,none,,,\na,particle,1,2,0.5\n", "'none' beside"),
        ("view,row,column,score,diameter_mm\na,1,2,0.5,-1\n", "diameter_mm is -1"),
        ("view,row,column,score,outline\na,1,2,0.5,1 2 3\n", "the outline"),
        ("view,row,column,score,outline\na,1,2,0.5,1 x;2 3\n", "outline"),
        ("view,row,column,score,outline\na,1,2,0.5,0 0;0 99999;99999 0\n", "larger than any"),
        ("view,row,column,score,breast_area_mm2\na,1,2,0.5,9\na,1,2,0.5,8\n", "two breast areas"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PredictionsError, match=re.escape(said)):
        read_predictions(written(tmp_path, text), NAMES)


def mine() -> Predictions:
    return Predictions(
        detector="mine 1.0",
        views=(
            found_view(
                "a_L_CC",
                [(1.25, 2.5, 0.1 + 0.2), (3, 4, 5)],
                outlines=[square(0, 0, 3), None],
                diameters=[0.3, np.nan],
                groups=(
                    found_group((2, 3), 0.7, (0, 1), square(0, 0, 9)),
                    found_group((9, 9), 0.1),
                ),
            ),
            found_view("a_R_CC"),
            found_view("b_L_CC", refused="no_breast"),
        ),
        particles=True,
        groups=True,
    )


def same(one: FoundView, other: FoundView) -> bool:
    assert one.name == other.name
    assert one.refused == other.refused
    for key in ("places_px", "scores", "diameters_mm"):
        np.testing.assert_array_equal(getattr(one, key), getattr(other, key))
    for first, second in zip(one.outlines_px, other.outlines_px, strict=True):
        assert (first is None) == (second is None)
        if first is not None and second is not None:
            np.testing.assert_array_equal(first, second)
    assert [(g.score, g.members) for g in one.groups] == [
        (g.score, g.members) for g in other.groups
    ]
    return True


def test_the_document_gives_back_the_same_numbers_and_fits_its_schema(tmp_path: Path) -> None:
    document = predictions_document(mine())
    again = json.loads(json_text(document))
    jsonschema.Draft202012Validator(schema_of(SchemaName.PREDICTIONS)).validate(again)
    read = read_predictions(written(tmp_path, json_text(document), "p.json"), NAMES)
    assert read.detector == "mine 1.0"
    assert all(same(a, b) for a, b in zip(mine().views, read.views, strict=True))


def without(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda document: document.pop(key)


def set_first(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["views"][0]["particles"][0].__setitem__(key, value)


@pytest.mark.parametrize(
    "change",
    [
        without("views"),
        without("particles"),
        lambda document: document.__setitem__("schema_version", "2.0.0"),
        lambda document: document.__setitem__("groups", "yes"),
        lambda document: document.__setitem__("views", 3),
        set_first("score", None),
        set_first("score", True),
        set_first("row", "x"),
        set_first("outline", [[1, 2, 3]]),
        set_first("outline", 5),
        set_first("diameter_mm", 0),
    ],
)
def test_a_document_that_is_not_as_its_schema_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    document = json.loads(json_text(predictions_document(mine())))
    change(document)
    with pytest.raises(PredictionsError):
        read_predictions(written(tmp_path, json.dumps(document), "p.json"), NAMES)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "[1]", '{"document": 1}', "[" * 100_000])
def test_json_that_is_no_predictions_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(PredictionsError):
        read_predictions(written(tmp_path, text, "p.json"), NAMES)


def test_nan_in_json_is_refused(tmp_path: Path) -> None:
    text = json_text(predictions_document(mine())).replace("0.30000000000000004", "NaN")
    with pytest.raises(PredictionsError, match="NaN is no number"):
        read_predictions(written(tmp_path, text, "p.json"), NAMES)


def coco() -> dict[str, Any]:
    return {
        "images": [{"id": 1, "file_name": "x/a_L_CC.png"}, {"id": 2, "file_name": "a_R_CC.png"}],
        "categories": [{"id": 7, "name": "Microcalcification"}, {"id": 8, "name": "MC cluster"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 7, "bbox": [10, 20, 4, 2], "score": 0.9},
            {
                "id": 2,
                "image_id": 1,
                "category_id": 8,
                "segmentation": [[0, 0, 10, 0, 10, 20, 0, 20]],
                "score": 0.4,
            },
        ],
    }


def test_coco_counts_from_the_corner_of_a_pixel(tmp_path: Path) -> None:
    predictions = read_predictions(written(tmp_path, json.dumps(coco()), "c.json"), NAMES)
    first, second = predictions.views
    assert (first.name, second.name) == ("a_L_CC", "a_R_CC")
    # The box covers columns 10-13 and rows 20-21.
    assert first.places_px.tolist() == [[20.5, 11.5]]
    outline = first.outlines_px[0]
    assert outline is not None
    assert outline.min(axis=0).tolist() == [19.5, 9.5]
    [group] = first.groups
    assert group.centre_px.tolist() == [9.5, 4.5]
    assert second.scores.size == 0


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("score", None),
        ("score", "high"),
        ("image_id", 9),
        ("category_id", 9),
        ("bbox", [1, 2, 0, 3]),
        ("bbox", [1, 2]),
        ("bbox", [0, 0, 99999, 99999]),
        ("bbox", [1e308, 0, 1e308, 1]),
        ("segmentation", {"counts": [1], "size": [1, 1]}),
        ("segmentation", [[0, 0, 1, 1], [2, 2, 3, 3]]),
    ],
)
def test_coco_that_cannot_be_meant_is_refused(tmp_path: Path, key: str, value: Any) -> None:
    document = coco()
    document["annotations"][0][key] = value
    if value is None:
        del document["annotations"][0][key]
    with pytest.raises(PredictionsError):
        read_predictions(written(tmp_path, json.dumps(document), "c.json"), NAMES)


def test_a_category_of_something_else_is_refused(tmp_path: Path) -> None:
    document = coco()
    document["categories"][0]["name"] = "mass"
    with pytest.raises(PredictionsError, match="a category 'mass'"):
        read_predictions(written(tmp_path, json.dumps(document), "c.json"), NAMES)


def test_what_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PredictionsError, match="could not be opened"):
        read_predictions(tmp_path / "none.csv", NAMES)
    with pytest.raises(PredictionsError, match=r"no \*\.reading\.json"):
        read_predictions(tmp_path, NAMES)
    (tmp_path / "b.csv").write_bytes(b"view\xff\xfe")
    with pytest.raises(PredictionsError, match="no text"):
        read_predictions(tmp_path / "b.csv", NAMES)


def test_the_results_of_calcsight_read_are_read(tmp_path: Path) -> None:
    spec = tuning_set(4)[2]
    settings = listing(Settings())
    reading = read(simulate_view(spec).mammogram(), load_judge(), settings)
    document = reading_document(reading, "exam/a_L_CC.dcm", settings)
    written(tmp_path, json_text(document), "a_L_CC.reading.json")
    refused = {"image": "exam/a_R_CC.dcm", "status": "refused", "code": "blank_image"}
    other = {"image": "exam/cat.png", "status": "refused", "code": "not_a_mammogram"}
    done = {"image": "exam/a_L_CC.dcm", "status": "read"}
    manifest = {"document": "calcsight.manifest", "inputs": [done, refused, other]}
    written(tmp_path, json.dumps(manifest), "manifest.json")
    predictions = read_predictions(tmp_path, NAMES)
    assert predictions.particles
    assert predictions.groups
    assert DEFAULT_MODEL in predictions.detector
    views = by_name(predictions)
    assert set(views) == {"a_L_CC", "a_R_CC"}
    assert views["a_R_CC"].refused == "blank_image"
    direct, again = found_in(reading, "a_L_CC"), views["a_L_CC"]
    assert len(direct.scores) == len(again.scores) > 10
    np.testing.assert_allclose(again.places_px, direct.places_px, atol=0.01)
    np.testing.assert_allclose(again.diameters_mm, direct.diameters_mm, atol=1e-3)
    assert [g.members for g in again.groups] == [g.members for g in direct.groups]
    single = read_predictions(tmp_path / "a_L_CC.reading.json", NAMES)
    assert [view.name for view in single.views] == ["a_L_CC"]


def test_readings_without_a_spacing_marked_no_groups_and_say_so(tmp_path: Path) -> None:
    settings = listing(Settings())
    mammogram = simulate_view(tuning_set(4)[2]).mammogram()
    for name, one in (("a_L_CC", replace(mammogram, spacing=None)), ("a_R_CC", mammogram)):
        document = reading_document(read(one, load_judge(), settings), f"{name}.png", settings)
        written(tmp_path, json_text(document), f"{name}.reading.json")
    bare = read_predictions(tmp_path / "a_L_CC.reading.json", NAMES)
    assert not bare.groups
    both = read_predictions(tmp_path, NAMES)
    assert both.groups
    assert "no groups in 1 of 2 readings: pixel spacing unknown" in both.detector
