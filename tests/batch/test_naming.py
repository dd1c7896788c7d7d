"""Names of images and of files of results are distinct, whatever is read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcsight.batch.naming import TakenNames, distinct_images, distinct_stems, stem_of, uid_stem


@pytest.mark.parametrize(
    ("image", "stem"),
    [
        ("exam/R_CC.dcm", "R_CC"),
        ("R_CC.PNG", "R_CC"),
        ("film.tiff", "film"),
        ("1.2.840.113619.2", "1.2.840.113619.2"),
        ("1.2.840.dcm", "1.2.840"),
        ("IM0001", "IM0001"),
        (".dcm", ".dcm"),
        ("notes.v2", "notes.v2"),
    ],
)
def test_only_the_suffix_of_an_image_format_is_left_out(image: str, stem: str) -> None:
    assert stem_of(image) == stem


def test_equal_stems_get_their_folders_in_front() -> None:
    images = ["a/R_CC.dcm", "b/R_CC.dcm", "L_CC.dcm", "x/L_CC.dcm"]
    assert distinct_stems(images) == ["a_R_CC", "b_R_CC", "L_CC", "x_L_CC"]


def test_what_is_alike_even_then_is_numbered() -> None:
    assert distinct_stems(["R_CC.dcm", "R_CC.png"]) == ["R_CC", "R_CC-2"]
    assert distinct_stems(["a/b/v.dcm", "a_b/v.dcm", "c/v.dcm"]) == ["b_v", "a_b_v", "c_v"]


def test_case_alone_does_not_tell_files_apart() -> None:
    assert distinct_stems(["v.dcm", "V.dcm"]) == ["v", "V-2"]


def test_images_of_the_same_name_get_folders_in_front() -> None:
    named = [
        (Path("/data/one/v.dcm"), "v.dcm"),
        (Path("/data/two/v.dcm"), "v.dcm"),
        (Path("/data/two/w.dcm"), "w.dcm"),
    ]
    assert distinct_images(named) == ["one/v.dcm", "two/v.dcm", "w.dcm"]


def test_images_that_differ_by_case_alone_are_left_as_they_are() -> None:
    assert distinct_images([(Path("/d/v.dcm"), "v.dcm"), (Path("/d/V.dcm"), "V.dcm")]) == [
        "v.dcm",
        "V.dcm",
    ]


def test_a_uid_of_a_picture_becomes_a_file_name() -> None:
    assert uid_stem("sha256:abc") == "sha256-abc"
    taken = TakenNames()
    assert [taken.free("1.2"), taken.free("1.2"), taken.free("1.3")] == ["1.2", "1.2-2", "1.3"]


PARTS = st.text(alphabet="abAB.-_", min_size=1, max_size=4).filter(lambda s: s.strip(".") != "")


@given(st.lists(st.lists(PARTS, min_size=1, max_size=3), min_size=1, max_size=8))
def test_names_are_always_distinct(paths: list[list[str]]) -> None:
    distinct = sorted({"/".join(parts) for parts in paths})
    images = distinct_images([(Path("/root") / name, Path(name).name) for name in distinct])
    assert len(set(images)) == len(distinct)
    stems = distinct_stems(images)
    assert len({stem.casefold() for stem in stems}) == len(stems)
    assert not any("/" in stem for stem in stems)
