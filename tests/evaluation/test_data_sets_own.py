"""Simulated exams, tables of one's own and COCO as truth."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.evaluation.data_set_files import film, write_lines

from calcsight.batch.simulating import PhantomFormat, simulate
from calcsight.evaluation.cases import DataSet, TrueView
from calcsight.evaluation.data_sets import data_set_names, open_data_set
from calcsight.evaluation.data_sets.coco import open_coco
from calcsight.evaluation.data_sets.csv_tables import open_csv_tables
from calcsight.evaluation.data_sets.shapes import holds
from calcsight.pictures.writing import write_png16
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Laterality, View


def codes(view: TrueView | DataSet) -> list[str]:
    return [fault.code for fault in view.faults]


def only(found: DataSet) -> TrueView:
    [view] = found.views
    return view


@pytest.fixture(scope="module", params=list(PhantomFormat))
def exams(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    simulate(folder / "one", request.param, 1, False, lambda _: None)
    return folder


def test_simulated_exams_come_back_as_they_were_planted(exams: Path) -> None:
    found = open_data_set("simulated", exams)
    document = json.loads((exams / "one" / "truth.json").read_text())
    assert len(found.views) == 4
    assert len({view.patient for view in found.views}) == 1
    assert any(view.regions for view in found.views)
    for view, said in zip(found.views, document["views"], strict=True):
        assert view.name == f"one/{said['image']}"
        assert view.particles is not None
        assert view.regions is not None
        assert view.normal is (not said["particles"])
        assert len(view.particles.places_px) == len(said["particles"])
        np.testing.assert_allclose(
            view.particles.diameters_mm, [one["diameter_mm"] for one in said["particles"]]
        )
        assert not np.isnan(view.particles.contrasts_sd).any()
        for region in view.regions:
            places = view.particles.places_px[list(region.members)]
            assert len(places) > 1
            assert holds(region.outline_px, places).all()
    opened = found.views[0].mammogram
    assert opened is not None
    mammogram = pickle.loads(pickle.dumps(opened))()
    assert mammogram.file_shape == (document["views"][0]["rows"], document["views"][0]["columns"])
    assert mammogram.spacing is not None
    assert mammogram.spacing.mean_mm == pytest.approx(document["views"][0]["pitch_mm"])


def test_each_exam_of_a_series_has_the_one_before_as_prior(exams: Path, tmp_path: Path) -> None:
    document = json.loads((exams / "one" / "truth.json").read_text())
    for name, series in (
        ("2024-01-15", "a"),
        ("2025-01-15", "a"),
        ("2026-01-15", "a"),
        ("x", None),
    ):
        (tmp_path / name).mkdir()
        text = json.dumps({**document, "series": series})
        (tmp_path / name / "truth.json").write_text(text, encoding="utf-8")
    views = open_data_set("simulated", tmp_path).views
    first = [view for view in views if view.name.endswith(document["views"][0]["image"])]
    assert [view.prior.partition("/")[0] for view in first] == ["", "2024-01-15", "2025-01-15", ""]
    assert all(view.prior.partition("/")[2] in ("", view.name.partition("/")[2]) for view in views)


@pytest.mark.parametrize("text", ["{}", "[]", "nonsense", '{"document": "calcsight.truth"}'])
def test_another_json_is_no_simulated_truth(tmp_path: Path, text: str) -> None:
    write_lines(tmp_path / "truth.json", text)
    with pytest.raises(UsageError, match="no truth of a simulated exam"):
        open_data_set("simulated", tmp_path)


@pytest.mark.parametrize(
    ("pitch", "member"), [(float("nan"), 1), (0.0, 1), (0.1, 2), (0.1, 0), (0.1, 1)]
)
def test_a_truth_that_cannot_be_is_refused(tmp_path: Path, pitch: float, member: int) -> None:
    particle = {"row": 1, "column": 1, "diameter_mm": 0.3, "contrast_sd": 5, "outline": []}
    view = {"image": "a.png", "pitch_mm": pitch, "laterality": "L", "view": "CC"}
    view |= {"particles": [particle], "groups": [{"members": [member], "hull": [[0, 0]]}]}
    document = {"document": "calcsight.truth", "seed": 1, "views": [view]}
    write_lines(tmp_path / "truth.json", json.dumps(document))
    with pytest.raises(UsageError, match="no truth"):
        open_data_set("simulated", tmp_path)


def test_a_truth_never_names_a_file_outside(tmp_path: Path) -> None:
    outer = tmp_path / "outside.png"
    write_png16(outer, film())
    view = {"image": "../outside.png", "rows": 60, "columns": 40, "pitch_mm": 0.1}
    view |= {"laterality": "L", "view": "CC", "particles": [], "groups": []}
    document = {"document": "calcsight.truth", "seed": 1, "views": [view]}
    write_lines(tmp_path / "exam" / "truth.json", json.dumps(document))
    seen = only(open_data_set("simulated", tmp_path / "exam"))
    assert seen.mammogram is None
    assert codes(seen) == ["missing_image"]


VIEWS = "view,patient,image,spacing_mm,laterality,projection,normal,breast_area_mm2,stratum_density"


def test_tables_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    write_png16(tmp_path / "pictures" / "a.png", film())
    write_lines(
        tmp_path / "views.csv",
        VIEWS,
        "a,p1,pictures/a.png,0.1,L,MLO,no,1200.5,c",
        "b,p1,,,,,yes,,",
    )
    write_lines(
        tmp_path / "particles.csv",
        "view,row,column,diameter_mm,contrast_sd,outline",
        "a,20,10,0.4,6.5,",
        "a,,,,,18 8; 18 12; 22 12; 22 8",
        "a,50,30,NaN,,",
    )
    write_lines(
        tmp_path / "regions.csv",
        "view,outline,row,column,radius_px,allowance_mm,particle_hits,doubtful",
        "a,15 5; 15 15; 25 15; 25 5,,,,,,",
        "a,,50,30,5,2,yes,true",
    )
    first, second = open_csv_tables(tmp_path).views
    assert first.particles is not None
    assert first.regions is not None
    np.testing.assert_allclose(first.particles.places_px, [[20, 10], [20, 10], [50, 30]])
    np.testing.assert_allclose(
        first.particles.diameters_mm, [0.4, np.hypot(4, 4) * 0.1, np.nan], equal_nan=True
    )
    assert [region.members for region in first.regions] == [(0, 1), (2,)]
    assert first.regions[1].doubtful
    assert first.regions[1].particle_hits
    assert first.regions[1].allowance_mm == 2.0
    assert first.strata == {"density": "c"}
    assert first.breast_area_mm2 == 1200.5
    assert first.spacing_mm == (0.1, 0.1)
    assert first.mammogram is not None
    mammogram = first.mammogram()
    assert (mammogram.laterality, mammogram.view) == (Laterality.LEFT, View.MLO)
    assert second.normal
    assert second.particles is not None
    assert len(second.particles.places_px) == 0
    assert second.regions == ()
    assert second.spacing_mm is None


def test_a_table_that_is_not_there_was_not_marked(tmp_path: Path) -> None:
    write_lines(tmp_path / "views.csv", "view,patient", "a,p")
    with pytest.raises(UsageError, match=r"without particles\.csv and regions\.csv"):
        open_csv_tables(tmp_path)
    write_lines(tmp_path / "particles.csv", "view,row,column", "a,1,2")
    view = only(open_csv_tables(tmp_path))
    assert view.regions is None
    assert view.particles is not None


def test_tables_from_a_spreadsheet_are_read(tmp_path: Path) -> None:
    write_lines(tmp_path / "VIEWS.csv", "View;Patient;Spacing mm", "ä;p;0,07", encoding="latin-1")
    write_lines(tmp_path / "Regions.CSV", "view\trow\tcolumn\tradius px", "ä\t5,5\t4\t2")
    found = open_csv_tables(tmp_path)
    view = only(found)
    assert codes(found) == ["encoding"]
    assert view.spacing_mm == (0.07, 0.07)
    assert view.regions is not None
    np.testing.assert_allclose(view.regions[0].outline_px.mean(axis=0), [5.5, 4.0])


@pytest.mark.parametrize(
    "image", ["../a.png", "/etc/passwd", "C:\\a.png", "a\0b", "nothing.png", "..\\a.png"]
)
def test_an_image_outside_the_folder_is_not_opened(tmp_path: Path, image: str) -> None:
    write_png16(tmp_path / "a.png", film())
    folder = tmp_path / "inner"
    write_lines(folder / "views.csv", "view,patient,image", f"a,p,{image}")
    write_lines(folder / "particles.csv", "view,row,column")
    view = only(open_csv_tables(folder))
    assert view.mammogram is None
    assert codes(view) == ["missing_image"]


@pytest.mark.parametrize(
    ("views", "particles", "said"),
    [
        (["view,patient", "a,p", "a,q"], ["view,row,column"], "listed twice"),
        (["view,patient", ",p"], ["view,row,column"], "without a name"),
        (["view,patient", "a,p"], ["view,row,column", "b,1,1"], "'b'"),
        (["view,patient", "a,p"], ["view,row", "a,1"], "columns view, row"),
        (["view,patient", "a,p"], ["view,row,column", "a,x,1"], "'x'"),
        (["view,patient", "a,p"], ["view,row,column", "a,,1"], "without row and column"),
        (["view,patient", "a,p"], ["view,row,column", "a,1e300,1"], "at most 1e\\+06"),
        (["view,patient,normal", "a,p,yes"], ["view,row,column", "a,1,1"], "is normal"),
        (["view,patient,normal", "a,p,maybe"], ["view,row,column"], "'maybe'"),
        (["view,patient,spacing_mm", "a,p,-1"], ["view,row,column"], "spacing"),
        (["view,patient", "a,p,q"], ["view,row,column"], "3 cells under 2 columns"),
        (["view,patient,patient", "a,p,p"], ["view,row,column"], "once"),
        (["view,patient", "a,p"], ["view,row,column,outline", "a,1,1,1 2 3"], "outline"),
        (["view,patient", 'a,"' + "p" * 200_000 + '"'], ["view,row,column"], "no table"),
    ],
)
def test_tables_with_mistakes_are_refused(
    tmp_path: Path, views: list[str], particles: list[str], said: str
) -> None:
    write_lines(tmp_path / "views.csv", *views)
    write_lines(tmp_path / "particles.csv", *particles)
    with pytest.raises(UsageError, match=said):
        open_csv_tables(tmp_path)


def test_a_negative_allowance_is_refused(tmp_path: Path) -> None:
    write_lines(tmp_path / "views.csv", "view,patient", "a,p")
    head = "view,row,column,radius_px,allowance_mm"
    write_lines(tmp_path / "regions.csv", head, "a,9,9,5,-1")
    with pytest.raises(UsageError, match="allowance of -1"):
        open_csv_tables(tmp_path)


def test_marks_beside_the_image_are_said(tmp_path: Path) -> None:
    write_png16(tmp_path / "a.png", film())
    write_lines(tmp_path / "views.csv", "view,patient,image", "a,p,a.png")
    write_lines(tmp_path / "particles.csv", "view,row,column", "a,59,39", "a,61,5", "a,5,-3")
    write_lines(tmp_path / "regions.csv", "view,row,column,radius_px", "a,900,900,5")
    view = only(open_csv_tables(tmp_path))
    assert view.particles is not None
    np.testing.assert_allclose(view.particles.places_px, [[59, 39]])
    assert view.regions == ()
    assert codes(view).count("outside_image") == 2


Write = Callable[..., Path]


@pytest.fixture
def coco(tmp_path: Path) -> Write:
    def write(annotations: list[dict[str, Any]], **image: Any) -> Path:
        said = {"id": 7, "file_name": "a.png", "height": 60, "width": 40, "spacing_mm": 0.1}
        categories = [
            {"id": 1, "name": "Calcification"},
            {"id": 2, "name": "MC cluster"},
            {"id": 3, "name": "mass"},
        ]
        for number, one in enumerate(annotations):
            one |= {"id": number, "image_id": one.get("image_id", 7)}
        document = {"images": [said | image], "annotations": annotations, "categories": categories}
        write_png16(tmp_path / "a.png", film())
        return write_lines(tmp_path / "annotations.json", json.dumps(document)).parent

    return write


def test_coco_boxes_polygons_and_points(coco: Write) -> None:
    view = only(
        open_coco(
            coco(
                [
                    {"category_id": 1, "bbox": [10, 20, 4, 2]},
                    {"category_id": 1, "keypoints": [30, 50, 2, 0, 0, 0, 31, 52, 1]},
                    {"category_id": 2, "segmentation": [[5, 15, 20, 15, 20, 30, 5, 30]]},
                    {"category_id": 2, "bbox": [28, 45, 10, 10], "iscrowd": 1},
                    {"category_id": 3, "bbox": [0, 0, 30, 30]},
                ],
                patient="p",
                laterality="R",
                view="CC",
                strata={"density": "b"},
            )
        )
    )
    assert view.particles is not None
    assert view.regions is not None
    # The first pixel's outer corner is (0, 0) in COCO and (-0.5, -0.5) here.
    np.testing.assert_allclose(view.particles.places_px, [[20.5, 11.5], [50.0, 30.0], [52.0, 31.0]])
    assert view.particles.diameters_mm[0] == pytest.approx(np.hypot(4, 2) * 0.1)
    np.testing.assert_allclose(view.regions[0].outline_px[0], [14.5, 4.5])
    assert [region.members for region in view.regions] == [(0,), (1, 2)]
    assert [region.doubtful for region in view.regions] == [False, True]
    assert view.patient == "p"
    assert view.strata == {"density": "b"}
    assert codes(view) == ["single_point"]
    assert view.mammogram is not None
    assert view.mammogram().laterality is Laterality.RIGHT


def test_coco_masks_run_down_the_columns(coco: Write) -> None:
    mask = np.zeros((60, 40), dtype=np.uint8)
    mask[10:21, 5:8] = 1
    flat = mask.T.reshape(-1)
    edges = np.flatnonzero(np.diff(flat)) + 1
    counts = np.diff([0, *edges, flat.size]).tolist()
    one = {"category_id": 2, "segmentation": {"counts": counts, "size": [60, 40]}}
    view = only(open_coco(coco([one])))
    assert view.regions is not None
    outline = view.regions[0].outline_px
    np.testing.assert_allclose(outline.min(axis=0), [10, 5])
    np.testing.assert_allclose(outline.max(axis=0), [20, 7])


def test_coco_masks_of_another_size_are_stretched(coco: Write) -> None:
    mask = np.zeros((30, 20), dtype=np.uint8)
    mask[10:20, 5:10] = 1
    edges = np.flatnonzero(np.diff(mask.T.reshape(-1))) + 1
    counts = np.diff([0, *edges, mask.size]).tolist()
    one = {"category_id": 2, "segmentation": {"counts": counts, "size": [30, 20]}}
    view = only(open_coco(coco([one])))
    assert view.regions is not None
    np.testing.assert_allclose(view.regions[0].outline_px.min(axis=0), [20.5, 10.5])
    assert codes(view) == ["mask_size"]


def test_coco_of_another_size_is_scaled_to_the_file(coco: Write) -> None:
    view = only(
        open_coco(coco([{"category_id": 2, "bbox": [10, 20, 10, 10]}], height=120, width=80))
    )
    assert view.regions is not None
    np.testing.assert_allclose(view.regions[0].outline_px[0], [9.5, 4.5])
    assert codes(view) == ["image_size"]


def test_coco_says_what_it_leaves_out(coco: Write) -> None:
    found = open_coco(
        coco(
            [
                {"category_id": 3, "bbox": [1, 1, 5, 5]},
                {"category_id": 1, "bbox": [500, 500, 5, 5]},
                {"category_id": 1, "bbox": [5, 5, 0, 0]},
                {
                    "category_id": 2,
                    "bbox": [5, 5, 9, 9],
                    "segmentation": {"counts": "ab", "size": [60, 40]},
                },
                {"category_id": 2, "segmentation": [[1, 1, 5, 1, 5, 5], [10, 10, 30, 10, 30, 30]]},
            ]
        )
    )
    assert codes(found) == ["other_categories"]
    view = only(found)
    assert set(codes(view)) == {"outside_image", "no_area", "compressed_mask", "mask_parts"}
    assert view.regions is not None
    assert len(view.regions) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"images": [], "annotations": []}',
        '{"images": [], "annotations": [], "categories": [{"id": 1, "name": "mass"}]}',
        '{"images": 5, "annotations": [], "categories": [{"id": 1, "name": "group"}]}',
        "[" * 100_000,
        '{"images": [{"id": 1, "file_name": "a", "spacing_mm": NaN}], "annotations": [],'
        ' "categories": [{"id": 1, "name": "group"}]}',
        '{"images": [{"id": 1, "file_name": "a", "height": Infinity, "width": 1}],'
        ' "annotations": [], "categories": [{"id": 1, "name": "group"}]}',
        '{"images": [{"id": 1}, {"id": 1}], "annotations": [],'
        ' "categories": [{"id": 1, "name": "group"}]}',
    ],
)
def test_a_json_that_is_not_coco_is_refused(tmp_path: Path, text: str) -> None:
    write_lines(tmp_path / "annotations.json", text)
    with pytest.raises(UsageError):
        open_coco(tmp_path)


@pytest.mark.parametrize(
    "one",
    [
        {"category_id": 9, "bbox": [1, 1, 2, 2]},
        {"category_id": 1, "bbox": [1, 1, 2, 2], "image_id": 8},
        {"category_id": 2, "segmentation": {"counts": [10**12], "size": [10**6, 10**6]}},
        {"category_id": 2, "segmentation": {"counts": [5, -3], "size": [1, 2]}},
        {"category_id": 2, "segmentation": {"counts": [0], "size": [0, 5]}},
        {"category_id": 2, "segmentation": {"counts": [10**30], "size": [60, 40]}},
        {"category_id": 2, "segmentation": [[1, 2, 3]]},
        {"category_id": 2, "bbox": ["a", 1, 2, 2]},
    ],
)
def test_annotations_that_cannot_be_are_refused(coco: Write, one: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        open_coco(coco([one]))


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    assert data_set_names()[0] == "simulated"
    with pytest.raises(UsageError, match="mini-mias, inbreast, cbis-ddsm"):
        open_data_set("nothing", tmp_path)


@pytest.mark.parametrize("name", data_set_names())
def test_an_empty_folder_says_what_is_expected(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as refused:
        open_data_set(name, tmp_path)
    assert refused.value.needed
    assert refused.value.advice
    with pytest.raises(UsageError, match="not a folder"):
        open_data_set(name, tmp_path / "nothing")
