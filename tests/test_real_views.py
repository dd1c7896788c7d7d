"""The comparison of readings with what an eye listed, on tiny made-up lists."""

import importlib
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
HEAD = "file,what,line,row,column,extent_mm,certainty,kind,note\n"
PITCH_MM = 0.1


@pytest.fixture
def real_list(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("benchmarks.real_list")


@pytest.fixture
def real_views(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("benchmarks.real_views")


def listed(real_list: ModuleType, tmp_path: Path, *rows: str) -> Any:
    path = tmp_path / "list.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return real_list.read_list(path)


def given(
    real_list: ModuleType,
    marks: list[tuple[float, float, float]],
    *groups: tuple[int, ...],
    centre: tuple[float, float] | None = None,
) -> Any:
    places = np.array([m[:2] for m in marks], dtype=np.float64).reshape(-1, 2)
    middles = [centre or tuple(places[list(g)].mean(axis=0)) for g in groups]
    return real_list.Given(
        places=places,
        scores=np.array([m[2] for m in marks], dtype=np.float64),
        threshold=0.5,
        groups=tuple(
            real_list.GivenGroup(row=at[0], column=at[1], members=g, score=0.8)
            for at, g in zip(middles, groups, strict=True)
        ),
        pitch_mm=PITCH_MM,
    )


def test_a_particle_is_found_within_half_a_millimetre_or_half_its_extent(
    real_list: ModuleType, tmp_path: Path
) -> None:
    things = listed(
        real_list,
        tmp_path,
        "a.png,calcification,,50,50,0.3,sure,punctate,",
        "a.png,calcification,,100,50,2.0,sure,coarse,",
        "a.png,calcification,,150,50,0.3,sure,punctate,",
    )
    marks = [(55.0, 50.0, 0.9), (110.0, 50.0, 0.7), (155.1, 50.0, 0.9)]
    done = real_list.compare(things, given(real_list, marks))
    assert [one.found for one in done.calcifications] == [True, True, False]
    assert [one.score for one in done.calcifications] == [0.9, 0.7, None]
    assert [(m.row, m.kinds) for m in done.false_marks] == [(155.1, ())]
    assert (done.marks, done.off_list, done.on_distractors) == (3, 1, 0)


def test_one_mark_finds_one_particle_and_a_low_mark_tells_why_it_was_missed(
    real_list: ModuleType, tmp_path: Path
) -> None:
    things = listed(
        real_list,
        tmp_path,
        "a.png,calcification,,50,50,0.3,sure,punctate,",
        "a.png,calcification,,50,53,0.3,sure,punctate,",
    )
    done = real_list.compare(things, given(real_list, [(50.0, 50.0, 0.9), (50.0, 55.0, 0.2)]))
    assert [(one.found, one.score) for one in done.calcifications] == [(True, 0.9), (False, 0.2)]
    assert done.marks == 1
    assert done.false_marks == ()


def test_a_group_is_found_by_its_centre_or_by_two_members(
    real_list: ModuleType, tmp_path: Path
) -> None:
    things = listed(real_list, tmp_path, "a.png,group,,100,100,2,sure,fine,")
    far = [(300.0, 100.0, 0.9)] * 3
    inside, edge = (100.0, 100.0, 0.9), (110.0, 100.0, 0.9)
    for marks, centre, found in (
        ([inside, edge, *far], None, True),
        ([inside, *far], None, False),
        ([*far], (109.0, 100.0), True),
        ([*far], (111.0, 100.0), False),
    ):
        members = tuple(range(len(marks)))
        done = real_list.compare(things, given(real_list, marks, members, centre=centre))
        assert done.groups[0].found is found
        assert done.groups[0].members == (len(marks) if found else marks.count(inside))
        assert (done.given[0].verdict == real_list.TRUE) is found


def test_a_line_reaches_half_its_width_between_its_points_and_beyond_its_ends(
    real_list: ModuleType, tmp_path: Path
) -> None:
    things = listed(
        real_list,
        tmp_path,
        "a.png,distractor,s,0,0,2,sure,skin line,",
        "a.png,distractor,s,0,100,2,sure,skin line,",
        "a.png,distractor,s,100,100,2,sure,skin line,",
    )
    assert len(things) == 1
    places = np.array([(10.0, 50), (10.1, 50), (50, 90), (50, 89.9), (110, 100), (111, 100)])
    assert things[0].holds(places, PITCH_MM).tolist() == [True, False, True, False, True, False]


def test_a_given_group_lies_on_what_most_of_it_lies_on(
    real_list: ModuleType, tmp_path: Path
) -> None:
    things = listed(
        real_list,
        tmp_path,
        "a.png,distractor,,100,100,4,sure,label,",
        "a.png,calcification,,300,100,0.3,sure,punctate,",
        "a.png,calcification,,320,100,0.3,sure,punctate,",
        "a.png,group,,500,100,4,sure,fine,",
    )
    label = [(100.0, 90.0, 0.9), (100.0, 110.0, 0.9)]
    free = [(200.0, 100.0, 0.9), (210.0, 100.0, 0.9)]
    parts = [(300.0, 100.0, 0.9), (320.0, 100.0, 0.9)]
    group = [(500.0, 100.0, 0.9), (505.0, 100.0, 0.9)]
    for marks, verdict in (
        (label + free, real_list.DISTRACTOR),
        (label[:1] + free, real_list.UNLISTED),
        (parts + free, real_list.PARTS),
        (group + free, real_list.TRUE),
        (group + label, real_list.DISTRACTOR),
    ):
        members = tuple(range(len(marks)))
        where = (900.0, 900.0)
        done = real_list.compare(things, given(real_list, marks, members, centre=where))
        assert done.given[0].verdict == verdict
    done = real_list.compare(things, given(real_list, free, (0, 1), centre=(100.0, 100.0)))
    assert (done.given[0].verdict, done.given[0].kinds) == (real_list.DISTRACTOR, ("label",))


def test_nothing_given_and_nothing_listed(real_list: ModuleType, tmp_path: Path) -> None:
    things = listed(real_list, tmp_path, "a.png,group,,100,100,2,sure,fine,")
    done = real_list.compare(things, given(real_list, []))
    assert (done.groups[0].found, done.groups[0].score, done.marks) == (False, None, 0)
    done = real_list.compare((), given(real_list, [(1.0, 1.0, 0.9)], (0,)))
    assert done.given[0].verdict == real_list.UNLISTED
    assert done.off_list == 1


@pytest.mark.parametrize(
    "rows",
    [
        ("a.png,cluster,,1,1,1,sure,x,",),
        ("a.png,group,,1,1,1,maybe,x,",),
        ("a.png,distractor,l,1,1,1,sure,x,", "a.png,distractor,l,2,1,2,sure,x,"),
    ],
)
def test_a_list_that_contradicts_itself_is_refused(
    real_list: ModuleType, tmp_path: Path, rows: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match=r"what is|certainty is|more than one thing"):
        listed(real_list, tmp_path, *rows)


def test_the_committed_list_parses_and_its_words_are_known(real_views: ModuleType) -> None:
    things = real_views.read_list(real_views.LIST)
    assert {one.what for one in things} == {"calcification", "group", "distractor"}
    assert all(one.extent_mm > 0 and one.kind and min(one.points[0]) >= 0 for one in things)
    assert all(len(one.points) == 1 for one in things if one.what == "calcification")
    kinds = {one.kind for one in things if one.what == "distractor"}
    assert set(real_views.WANTED_IN_NONE) - kinds == {"clip"}
    assert set(real_views.SAME_FILM.values()) <= {one.file for one in things}


def test_a_remark_belongs_to_its_place(real_views: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "after.csv"
    path.write_text("judge,file,row,column,note\nj,a.png,5,5,seen\n")
    remarks = real_views.read_remarks(path)
    empty = real_views.Compared(calcifications=(), groups=(), given=(), marks=0, false_marks=())
    viewed = real_views.Viewed(file="a.png", compared=empty, remarks=remarks, pitch_mm=PITCH_MM)
    assert (viewed.remark(5, 15), viewed.remark(5, 15.1)) == ("seen", "")


def test_every_committed_remark_is_on_a_listed_file(real_views: ModuleType) -> None:
    remarks = real_views.read_remarks(real_views.AFTER)
    assert remarks
    assert {one.file for one in remarks} <= {
        one.file for one in real_views.read_list(real_views.LIST)
    }
    assert all(one.note and one.judge for one in remarks)


def test_a_group_on_a_label_is_counted_on_the_page(real_views: ModuleType, tmp_path: Path) -> None:
    real_list = importlib.import_module("benchmarks.real_list")
    marks = [(100.0, 90.0, 0.9), (100.0, 110.0, 0.9)]
    for kind, said in (("label", "crossings: **1**"), ("dust", "crossings: **0**")):
        things = listed(real_list, tmp_path, f"a.png,distractor,,100,100,4,sure,{kind},")
        done = real_list.compare(things, given(real_list, marks, (0, 1)))
        viewed = real_views.Viewed(file="a.png", compared=done, remarks=(), pitch_mm=PITCH_MM)
        assert said in real_views.summary([viewed])
        assert f"distractor: {kind}" in real_views.section(viewed)


def test_it_says_so_when_no_real_images_are_named(
    real_views: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CALCSIGHT_DATA", raising=False)
    monkeypatch.setattr("sys.argv", ["real_views"])
    with pytest.raises(SystemExit, match="CALCSIGHT_DATA is not set"):
        real_views.main()


@pytest.mark.skipif("CALCSIGHT_DATA" not in os.environ, reason="CALCSIGHT_DATA is not set")
def test_the_tight_group_of_the_stereotactic_view_is_found_where_it_was_listed(
    real_views: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = "dicom/OutOfBoundsOverlay.dcm"
    short = tmp_path / "list.csv"
    lines = real_views.LIST.read_text(encoding="utf-8").splitlines(keepends=True)
    short.write_text("".join([lines[0], *(line for line in lines if line.startswith(one))]))
    monkeypatch.setattr(real_views, "LIST", short)
    monkeypatch.setattr(real_views, "SAME_FILM", {})
    page = tmp_path / "page.md"
    monkeypatch.setattr("sys.argv", ["real_views", "--page", str(page)])
    real_views.main()
    text = page.read_text(encoding="utf-8")
    assert f"## {one}" in text
    assert "| group | 575, 340 | 4.5 | sure | tight, round to irregular | found" in text
