"""Everything that could be a mammogram is an input; nothing is skipped in silence."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from calcsight.batch.finding import Argument, Found, find_inputs
from calcsight.terms.stated import Stated

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of files that only look like images."""
    exam = tmp_path / "exam"
    (exam / "b" / "deep").mkdir(parents=True)
    (exam / "a").mkdir()
    (exam / "a" / "R_CC.dcm").write_bytes(b"nothing")
    (exam / "b" / "deep" / "picture").write_bytes(PNG)
    (exam / "b" / "tiff.bin").write_bytes(b"II*\x00")
    (exam / "IM0001").write_bytes(bytes(128) + b"DICM")
    (exam / "notes.txt").write_text("notes")
    (exam / "DICOMDIR").write_bytes(bytes(128) + b"DICM")
    (exam / "._R_CC.dcm").write_bytes(b"macOS")
    return exam


def found_in(*paths: Path, output: Path | None = None) -> Found:
    return find_inputs([Argument(path=path, stated=Stated()) for path in paths], output)


def test_folders_are_walked_in_sorted_order_by_content_and_suffix(folder: Path) -> None:
    found = found_in(folder)
    assert [one.image for one in found.inputs] == [
        "IM0001",
        "a/R_CC.dcm",
        "b/deep/picture",
        "b/tiff.bin",
    ]
    assert {one.image: one.reason for one in found.ignored} == {
        "notes.txt": "neither DICOM, PNG nor TIFF",
        "DICOMDIR": "a DICOM directory, which lists images and holds none",
        "._R_CC.dcm": "a companion file of macOS",
    }


def test_a_file_given_directly_always_is_an_input(folder: Path) -> None:
    found = found_in(folder / "notes.txt", folder / "a" / "R_CC.dcm")
    assert [one.image for one in found.inputs] == ["notes.txt", "R_CC.dcm"]
    assert found.ignored == ()


def test_the_same_file_is_read_once(folder: Path) -> None:
    found = found_in(folder, folder / "a" / "R_CC.dcm")
    assert [one.image for one in found.inputs].count("a/R_CC.dcm") == 1
    assert any(one.reason == "given twice" for one in found.ignored)


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    (one,) = found_in(tmp_path / "missing.dcm").inputs
    assert one.refusal is not None
    assert one.refusal.code == "unreadable_file"
    assert one.image == "missing.dcm"


def test_a_loop_of_links_is_refused_and_the_rest_is_found(folder: Path) -> None:
    (folder / "a" / "back").symlink_to(folder, target_is_directory=True)
    (folder / "self").symlink_to(folder / "self")
    found = found_in(folder)
    refused = {one.image: one.refusal for one in found.inputs if one.refusal}
    assert set(refused) == {"a/back", "self"}
    assert {refusal.code for refusal in refused.values()} == {"unreadable_file"}
    assert "loop" in refused["a/back"].found
    assert [one.image for one in found.inputs if not one.refusal] == [
        "IM0001",
        "a/R_CC.dcm",
        "b/deep/picture",
        "b/tiff.bin",
    ]


def test_a_dead_link_is_refused(folder: Path) -> None:
    (folder / "gone.dcm").symlink_to(folder / "nowhere")
    refused = [one for one in found_in(folder).inputs if one.refusal]
    assert [one.image for one in refused] == ["gone.dcm"]


def test_a_folder_under_two_names_is_read_once(folder: Path) -> None:
    (folder / "z").symlink_to(folder / "a", target_is_directory=True)
    found = found_in(folder)
    assert "a/R_CC.dcm" in [one.image for one in found.inputs]
    assert not any(one.image.startswith("z") for one in found.inputs)
    assert any(one.image == "z" for one in found.ignored)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_without_permission_is_refused(folder: Path) -> None:
    (folder / "b").chmod(0)
    try:
        refused = [one for one in found_in(folder).inputs if one.refusal]
    finally:
        (folder / "b").chmod(0o755)
    assert [one.image for one in refused] == ["b"]


def test_a_folder_that_the_system_will_not_list_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: Callable[[Path], object] = Path.iterdir

    def denied(path: Path) -> object:
        if path.name == "b":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", denied)
    found = found_in(folder)
    (refused,) = [one for one in found.inputs if one.refusal]
    assert refused.image == "b"
    assert "Permission denied" in str(refused.refusal)
    assert "a/R_CC.dcm" in [one.image for one in found.inputs]


def test_a_pipe_in_a_folder_is_ignored_and_one_given_directly_refused(folder: Path) -> None:
    os.mkfifo(folder / "pipe.dcm")
    assert any(one.image == "pipe.dcm" for one in found_in(folder).ignored)
    (one,) = found_in(folder / "pipe.dcm").inputs
    assert one.refusal is not None
    assert one.refusal.code == "not_an_image"


def test_the_folder_of_the_results_is_not_walked_into(folder: Path) -> None:
    (folder / "results").mkdir()
    (folder / "results" / "R_CC.overlay.png").write_bytes(PNG)
    found = found_in(folder, output=folder / "results")
    assert not any(one.image.startswith("results") for one in found.inputs)
    assert any(one.image == "results" for one in found.ignored)


def test_files_of_one_name_under_two_arguments_are_told_apart(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "R_CC.dcm").write_bytes(b"nothing")
    found = found_in(folder / "a", other)
    assert [one.image for one in found.inputs] == ["a/R_CC.dcm", "other/R_CC.dcm"]
