"""A file is whole or not there."""

import errno
import os
import stat
from pathlib import Path

import pytest

from calcsight.safe_writing import alone_in, open_for_writing, write_bytes, write_text
from calcsight.terms.errors import OutputError


def test_writes_and_replaces(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    write_bytes(target, b"one")
    write_bytes(target, b"three")
    assert target.read_bytes() == b"three"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_text_is_utf8_without_changed_line_ends(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "µm\r\nmm\n")
    assert (tmp_path / "a.txt").read_bytes() == b"\xc2\xb5m\r\nmm\n"


def test_the_usual_permissions_not_those_of_a_private_temporary_file(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a.bin", b"x")
    (tmp_path / "b.bin").write_bytes(b"x")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a.bin", "b.bin")]
    assert modes[0] == modes[1]


@pytest.mark.parametrize("problem", [ValueError, KeyboardInterrupt])
def test_an_error_inside_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, problem: type[BaseException]
) -> None:
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    with pytest.raises(problem), open_for_writing(target) as file:
        file.write(b"half")
        raise problem
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_full_disk_is_an_output_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No space left"), open_for_writing(tmp_path / "a") as f:
        f.write(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_device_that_is_really_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Path.open

    def open_full(self: Path, *arguments: str) -> object:
        return original(Path("/dev/full"), "wb") if self.suffix == ".bin" else original(self)

    monkeypatch.setattr(Path, "open", open_full)
    with pytest.raises(OutputError, match="No space left"):
        write_bytes(tmp_path / "a.bin", b"x" * 100_000)
    assert os.listdir(tmp_path) == []


def test_missing_folder_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="could not be written"):
        write_bytes(tmp_path / "none" / "a.bin", b"x")


def test_a_folder_in_the_way_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "a.bin").mkdir()
    with pytest.raises(OutputError):
        write_bytes(tmp_path / "a.bin", b"x")
    assert os.listdir(tmp_path) == ["a.bin"]


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has this lock")
def test_who_is_alone_in_a_folder_keeps_another_waiting(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    with alone_in(tmp_path):
        other = os.open(tmp_path, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(other)
    assert not os.listdir(tmp_path)


def test_nobody_is_alone_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError), alone_in(tmp_path / "none"):
        pass
