"""INbreast: points, polygons and clusters of OsiriX annotations, and what is wrong with them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from tests.evaluation.data_set_files import film, write_dicom, write_lines, write_plist, write_rois

from calcsight.evaluation.cases import TrueView
from calcsight.evaluation.data_sets.images import open_image, stated_of
from calcsight.evaluation.data_sets.inbreast import open_inbreast
from calcsight.terms.errors import SpacingError, UsageError
from calcsight.terms.mammogram import Laterality, View

HEAD = "Patient ID;Patient age;Laterality;View;Acquisition date;File Name;ACR;Bi-Rads"
KEY, PATIENT = "22678622", "61b13c59bcba149e"
Roi = tuple[str, Sequence[tuple[float, float]]]
SQUARE = [(10.0, 20.0), (20.0, 20.0), (20.0, 40.0), (10.0, 40.0)]
Make = Callable[..., Path]


@pytest.fixture
def release(tmp_path: Path) -> Make:
    def make(
        rois: Sequence[Roi] | None, category: str = "4a", spacing: float | None = 0.07
    ) -> Path:
        given = {} if spacing is None else {"ImagerPixelSpacing": [spacing, spacing]}
        name = f"{KEY}_{PATIENT}_MG_L_ML_ANON.dcm"
        write_dicom(tmp_path / "AllDICOMs" / name, film(), **given)
        (tmp_path / "AllXML").mkdir(exist_ok=True)
        if rois is not None:
            write_rois(tmp_path / "AllXML" / f"{KEY}.xml", rois)
        row = f"removed;removed;L;MLO;201001;{KEY};     ;{category}"
        write_lines(tmp_path / "INbreast.csv", HEAD, row)
        return tmp_path

    return make


def only(folder: Path) -> TrueView:
    [view] = open_inbreast(folder).views
    return view


def codes(view: TrueView) -> list[str]:
    return [fault.code for fault in view.faults]


def test_x_is_a_column_and_y_a_row(release: Make) -> None:
    view = only(release([("Cluster", SQUARE)]))
    assert view.regions is not None
    np.testing.assert_allclose(view.regions[0].outline_px[0], [20.0, 10.0])


def test_points_polygons_and_clusters(release: Make) -> None:
    view = only(
        release(
            [
                ("Calcification", [(12.0, 22.0)]),
                ("Point 1", [(30.0, 50.0)]),
                ("Unnamed", [(14.0, 30.0), (16.0, 30.0), (16.0, 34.0), (14.0, 34.0)]),
                ("Cluster", SQUARE),
                ("Mass", SQUARE),
            ]
        )
    )
    assert view.particles is not None
    assert view.regions is not None
    np.testing.assert_allclose(view.particles.places_px, [[22, 12], [50, 30], [32, 15]])
    assert [one is None for one in view.particles.outlines_px] == [True, True, False]
    assert np.isnan(view.particles.diameters_mm[:2]).all()
    assert view.particles.diameters_mm[2] == pytest.approx(np.hypot(2, 4) * 0.07)
    assert np.isnan(view.particles.contrasts_sd).all()
    [cluster] = view.regions
    assert cluster.members == (0, 2)
    assert codes(view) == ["single_point"]
    assert "2 particles" in view.faults[0].what
    assert not view.normal


def test_patient_strata_and_image(release: Make) -> None:
    view = only(release([]))
    assert view.name == KEY
    assert view.patient == f"inbreast-{PATIENT}"
    assert view.strata == {"view": "MLO", "assessment": "4a"}
    assert view.spacing_mm == pytest.approx((0.07, 0.07))
    assert view.mammogram is not None
    mammogram = view.mammogram()
    assert mammogram.view is View.MLO
    assert mammogram.laterality is Laterality.LEFT
    assert mammogram.file_shape == (60, 40)


def test_a_header_without_spacing_takes_the_published_one(release: Make) -> None:
    view = only(release([], spacing=None))
    assert view.spacing_mm == (0.07, 0.07)
    assert codes(view) == ["spacing_documented"]
    assert view.mammogram is not None
    spacing = view.mammogram().spacing
    assert spacing is not None
    assert spacing.mean_mm == pytest.approx(0.07)


@pytest.mark.parametrize(
    ("rois", "category", "normal"),
    [(None, "1", True), (None, "2", False), ([("Mass", SQUARE)], "1", False), (None, "", False)],
)
def test_normal_needs_no_mark_and_category_1(
    release: Make, rois: Sequence[Roi] | None, category: str, normal: bool
) -> None:
    view = only(release(rois, category))
    assert view.normal is normal
    assert view.regions == ()
    assert view.particles is not None
    assert len(view.particles.places_px) == 0


def test_marks_beside_the_image_are_left_out_and_said(release: Make) -> None:
    far = [(x + 500.0, y) for x, y in SQUARE]
    over = [(x + 25.0, y) for x, y in SQUARE]
    view = only(release([("Cluster", far), ("Calcification", [(5.0, 900.0)]), ("Cluster", over)]))
    assert view.regions is not None
    assert len(view.regions) == 1
    assert view.particles is not None
    assert len(view.particles.places_px) == 0
    assert {"outside_image", "beyond_edge", "cluster_without_particles"} <= set(codes(view))


def test_an_outline_called_calcifications_is_doubtful(release: Make) -> None:
    view = only(release([("Calcifications", SQUARE), ("Calcifications", [(3.0, 4.0)])]))
    assert view.regions is not None
    assert [region.doubtful for region in view.regions] == [True]
    assert view.particles is not None
    assert len(view.particles.places_px) == 1
    assert "plural_name" in codes(view)


def test_repeated_points_lines_and_empty_marks(release: Make) -> None:
    twice = ("Calcification", [(5.0, 6.0)])
    line = ("Calcification", [(5.0, 10.0), (9.0, 10.0)])
    flat = ("Cluster", [(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)])
    view = only(release([twice, twice, line, ("Calcification", []), flat]))
    assert view.particles is not None
    np.testing.assert_allclose(view.particles.places_px, [[6, 5], [10, 7]])
    assert view.regions == ()
    assert codes(view) == ["no_area", "no_points", "repeated_mark", "single_point", "two_points"]


def test_counts_that_lie_are_said(release: Make) -> None:
    folder = release([])
    mark = {"Name": "Calcification", "NumberOfPoints": 7, "Point_px": ["(1, 2)", "nonsense"]}
    document = {"Images": [{"NumberOfROIs": 3, "ROIs": [mark]}]}
    write_plist(folder / "AllXML" / f"{KEY}.xml", document)
    view = only(folder)
    assert {"point_count", "roi_count"} <= set(codes(view))
    assert view.particles is not None
    np.testing.assert_allclose(view.particles.places_px, [[2, 1]])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<plist><dict></plist>",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><plist><dict/></plist>',
        b"<plist version='1.0'><dict><key>Images</key><array/></dict></plist>",
        b"\xff\xfe\x00",
        b"<plist>" + b"<array>" * 50_000,
    ],
)
def test_a_damaged_annotation_leaves_its_view_unscored(release: Make, content: bytes) -> None:
    folder = release([])
    (folder / "AllXML" / f"{KEY}.xml").write_bytes(content)
    view = only(folder)
    assert view.regions is None
    assert view.particles is None
    assert not view.normal
    assert codes(view) == ["annotation_unreadable"]


def test_a_huge_polygon_is_thinned_not_lost(release: Make) -> None:
    angle = np.linspace(0, 2 * np.pi, 60_000, endpoint=False)
    points = list(zip(20 + 10 * np.cos(angle), 30 + 10 * np.sin(angle), strict=True))
    view = only(release([("Cluster", points)]))
    assert view.regions is not None
    outline = view.regions[0].outline_px
    assert len(outline) < 1000
    np.testing.assert_allclose(outline.mean(axis=0), [30, 20], atol=0.5)


def test_annotations_without_an_image_are_said(release: Make) -> None:
    folder = release([])
    write_rois(folder / "AllXML" / "99999999.xml", [])
    faults = open_inbreast(folder).faults
    assert any(f.code == "missing_image" and "99999999" in f.what for f in faults)


def test_without_the_table_nothing_is_known_to_be_normal(release: Make) -> None:
    folder = release(None, "1")
    (folder / "INbreast.csv").unlink()
    found = open_inbreast(folder)
    assert not found.views[0].normal
    assert "no_table" in {fault.code for fault in found.faults}


def test_a_row_repeated_with_another_word_is_said(release: Make) -> None:
    folder = release(None, "1")
    rows = [f"r;r;L;MLO;1;{KEY};2;1", f"r;r;L;MLO;1;{KEY};2;1", f"r;r;L;MLO;1;{KEY};3;5"]
    write_lines(folder / "INbreast.csv", HEAD, *rows)
    found = open_inbreast(folder)
    assert found.views[0].strata["density"] == "2"
    assert [fault.code for fault in found.faults].count("duplicate_rows") == 2


def test_the_wrong_folder_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"AllDICOMs.*INbreast.*Moreira"):
        open_inbreast(tmp_path)
    with pytest.raises(UsageError, match="is not a folder"):
        open_inbreast(tmp_path / "nothing")
    (tmp_path / "AllDICOMs").mkdir()
    (tmp_path / "AllXML").mkdir()
    with pytest.raises(UsageError, match="ANON"):
        open_inbreast(tmp_path)


def test_a_header_of_the_other_side_is_believed(release: Make) -> None:
    folder = release([])
    [path] = (folder / "AllDICOMs").iterdir()
    write_dicom(path, film(), ImageLaterality="R")
    view = only(folder)
    assert view.mammogram is not None
    mammogram = view.mammogram()
    assert mammogram.laterality is Laterality.RIGHT
    assert mammogram.spacing is not None
    assert mammogram.spacing.mean_mm == pytest.approx(0.07)


def test_other_millimetres_than_the_header_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    write_dicom(path, film(), ImagerPixelSpacing=[0.1, 0.1])
    with pytest.raises(SpacingError, match=r"0\.05"):
        open_image(path, stated_of("L", "CC", 0.05))
