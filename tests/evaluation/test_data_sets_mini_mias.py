"""mini-MIAS: both forms of its list, its known faults, and the real half of it."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from tests.evaluation.data_set_files import film, write_lines

from calcsight.evaluation.data_sets import open_data_set
from calcsight.evaluation.data_sets.mini_mias import open_mini_mias
from calcsight.pictures.writing import write_png16
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Laterality, View

HEAD = "image,tissue,abnormality,severity,row_px,column_px,radius_px,note"
DATA = os.environ.get("CALCSIGHT_DATA", "")


def test_a_circle_becomes_a_region_around_its_centre(tmp_path: Path) -> None:
    write_lines(tmp_path / "truth.csv", HEAD, "mdb211,dense,CALC,malignant,697,680,13,")
    [view] = open_mini_mias(tmp_path).views
    assert view.regions is not None
    [region] = view.regions
    away = np.hypot(*(region.outline_px - [697, 680]).T)
    np.testing.assert_allclose(away, 13.0)
    assert region.allowance_mm == 2.0
    assert not region.doubtful
    assert view.particles is None
    assert view.spacing_mm == (0.2, 0.2)
    assert not view.normal
    assert view.mammogram is None
    assert [fault.code for fault in view.faults] == ["missing_image"]


@pytest.mark.parametrize(("radius", "particles"), [(12, True), (12.4, True), (12.5, False)])
def test_a_radius_under_2_5_mm_lets_one_particle_hit(
    tmp_path: Path, radius: float, particles: bool
) -> None:
    write_lines(tmp_path / "truth.csv", HEAD, f"mdb219,dense,CALC,benign,300,300,{radius},")
    [view] = open_mini_mias(tmp_path).views
    assert view.regions is not None
    assert view.regions[0].particle_hits is particles


def test_the_original_list_counts_rows_from_the_bottom(tmp_path: Path) -> None:
    write_lines(
        tmp_path / "Info.txt",
        "INFORMATION:",
        "7th column:",
        "mdb001 G CIRC B 535 425 197",
        "mdb002 G NORM",
        "mdb211 G CALC M 680 327 13",
        "mdb216 D CALC M",
        "mdb245 F CALC M *NOTE 3*",
        encoding="latin-1",
    )
    found = open_mini_mias(tmp_path)
    assert "flipped_rows" in {fault.code for fault in found.faults}
    views = {view.name: view for view in found.views}
    assert list(views) == ["mdb001", "mdb002", "mdb211", "mdb216", "mdb245"]
    regions = views["mdb211"].regions
    assert regions
    np.testing.assert_allclose(regions[0].outline_px.mean(axis=0), [1024 - 327, 680])
    assert views["mdb001"].regions == ()
    assert not views["mdb001"].normal
    assert views["mdb002"].normal
    for name in ("mdb216", "mdb245"):
        without = views[name].regions
        assert without
        assert without[0].doubtful
        assert without[0].outline_px.min() == -0.5
        assert without[0].outline_px.max() == 1023.5
        assert "no_circle" in {fault.code for fault in views[name].faults}


def test_two_breasts_are_one_woman(tmp_path: Path) -> None:
    rows = [f"mdb{number:03d},dense,NORM,,,,," for number in (1, 2, 3, 321, 322)]
    write_lines(tmp_path / "truth.csv", HEAD, *rows)
    patients = [view.patient for view in open_mini_mias(tmp_path).views]
    assert patients == ["mias-001", "mias-001", "mias-002", "mias-161", "mias-161"]


def test_doubtful_circles_are_so_in_either_form(tmp_path: Path) -> None:
    write_lines(tmp_path / "Info.txt", "mdb240 D CALC B 643 614 23", "mdb241 D CALC M 453 678 38")
    doubtful = {
        view.name: [region.doubtful for region in view.regions or ()]
        for view in open_mini_mias(tmp_path).views
    }
    assert doubtful == {"mdb240": [True], "mdb241": [False]}


def test_a_circle_beside_the_film_is_said(tmp_path: Path) -> None:
    write_lines(
        tmp_path / "truth.csv",
        HEAD,
        "mdb211,dense,CALC,malignant,10,10,20,",
        "mdb211,dense,CALC,malignant,2000,10,20,",
    )
    [view] = open_mini_mias(tmp_path).views
    assert view.regions is not None
    assert len(view.regions) == 1
    assert [f.code for f in view.faults].count("outside_image") == 2


def test_films_open_with_spacing_side_and_view(tmp_path: Path) -> None:
    write_lines(tmp_path / "truth.csv", HEAD, "mdb003,dense,NORM,,,,,", "mdb004,dense,NORM,,,,,")
    (tmp_path / "images").mkdir()
    write_png16(tmp_path / "images" / "mdb003.png", film())
    cv2.imwrite(str(tmp_path / "mdb004.pgm"), (film() // 16).astype(np.uint8))
    for view, side in zip(open_mini_mias(tmp_path).views, "RL", strict=True):
        assert view.mammogram is not None
        mammogram = view.mammogram()
        assert mammogram.laterality is Laterality(side)
        assert mammogram.view is View.MLO
        assert mammogram.file_shape == film().shape
        assert mammogram.spacing is not None
        assert mammogram.spacing.mean_mm == pytest.approx(0.2)


def test_semicolons_a_byte_order_mark_and_nan_are_read(tmp_path: Path) -> None:
    lines = [HEAD.replace(",", ";"), "mdb211;dense;CALC;benign;NaN;;nan;", "mdb003;fatty;NORM;;;;;"]
    write_lines(tmp_path / "truth.csv", *lines, encoding="utf-8-sig")
    calc, normal = sorted(open_mini_mias(tmp_path).views, key=lambda view: view.normal)
    assert [fault.code for fault in calc.faults] == ["no_circle", "missing_image"]
    assert normal.normal


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((), "is empty"),
        (("image,tissue", "mdb001,dense"), "columns image, tissue"),
        ((HEAD, "../../etc/passwd,dense,NORM,,,,,"), "three digits"),
        ((HEAD, "mdb211,dense,CALC,benign,here,3,4,"), "'here' in the column row_px"),
        ((HEAD, "x\0y,dense,NORM,,,,,"), "three digits|no table"),
        ((HEAD,), "names no film"),
    ],
)
def test_a_list_that_is_none_is_refused(tmp_path: Path, lines: tuple[str, ...], said: str) -> None:
    write_lines(tmp_path / "truth.csv", *lines)
    with pytest.raises(UsageError, match=said):
        open_mini_mias(tmp_path)


def test_a_missing_list_says_who_publishes_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Mammographic Image Analysis Society.*research only"):
        open_mini_mias(tmp_path)


@pytest.mark.skipif(not DATA, reason="CALCSIGHT_DATA does not name the real images")
def test_the_real_half_has_twelve_circles_in_ten_women() -> None:
    found = open_data_set("mini-mias", Path(DATA) / "mini-mias")
    scored = [v for v in found.views for r in v.regions or () if not r.doubtful]
    assert len(scored) == 12
    assert len({view.patient for view in scored}) == 10
    assert sum(view.normal for view in found.views) == 100
    assert len(found.views) == 160
    doubtful = {v.name for v in found.views for r in v.regions or () if r.doubtful}
    assert doubtful == {"mdb212", "mdb216", "mdb240"}
    assert not [v.name for v in found.views if v.mammogram is None]
    small = [r for v in found.views for r in v.regions or () if r.particle_hits and not r.doubtful]
    assert len(small) == 3
    opened = found.views[0].mammogram
    assert opened is not None
    assert opened().file_shape == (1024, 1024)
