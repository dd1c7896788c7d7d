"""Bad files in one run: each a typed refusal, the good one read, no traceback."""

import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

Command = Callable[..., Any]
WriteView = Callable[..., Path]


def png_header(rows: int, columns: int) -> bytes:
    """Return a PNG that promises many pixels and holds none."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + check

    size = columns.to_bytes(4, "big") + rows.to_bytes(4, "big")
    header = chunk(b"IHDR", size + bytes([16, 0, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.fixture
def bad_folder(tmp_path: Path, write_view: WriteView) -> Path:
    folder = tmp_path / "exam"
    good = write_view("exam/good_L_CC.png")
    for name, value in (("black", 0), ("white", 65535), ("constant", 777)):
        pixels = np.full((300, 200), value, np.uint16)
        assert cv2.imwrite(str(folder / f"{name}.png"), pixels)
    assert cv2.imwrite(str(folder / "one_pixel.png"), np.full((1, 1), 9, np.uint16))
    Image.fromarray(np.eye(64) > 0).save(folder / "one_bit.png")
    rgb = np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    assert cv2.imwrite(str(folder / "colour.png"), rgb)
    floats = np.random.default_rng(0).normal(500, 50, (64, 64)).astype(np.float32)
    floats[3, 4] = np.nan
    assert cv2.imwrite(str(folder / "nan.tiff"), floats)
    (folder / "huge.png").write_bytes(png_header(30_000, 30_000))
    whole = good.read_bytes()
    (folder / "truncated.png").write_bytes(whole[: len(whole) // 2])
    (folder / "empty.dcm").write_bytes(b"")
    (folder / "text.tif").write_text("a letter")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    return folder


def test_every_bad_file_is_refused_with_its_code_and_the_good_one_read(
    calcsight_command: Command, bad_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = calcsight_command("read", bad_folder, "--spacing-mm", 0.1, "--out", out)
    assert answer.status == 4
    assert "Traceback" not in answer.out + answer.err
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    codes = {one["image"]: one.get("code", "read") for one in manifest["inputs"]}
    assert codes == {
        "good_L_CC.png": "read",
        "black.png": "blank_image",
        "white.png": "blank_image",
        "constant.png": "blank_image",
        "one_pixel.png": "blank_image",
        "one_bit.png": "unsupported_pixels",
        "colour.png": "unsupported_pixels",
        "nan.tiff": "unsupported_pixels",
        "huge.png": "image_too_large",
        "truncated.png": "truncated",
        "empty.dcm": "not_an_image",
        "text.tif": "not_an_image",
        "loop": "unreadable_file",
    }
    for one in manifest["inputs"]:
        if one["status"] == "refused":
            assert one["found"]
            assert f"{one['image']} refused: {one['code']}" in answer.err
    assert not any(path.name.startswith(".") for path in out.iterdir())


def test_a_contradicting_flag_is_a_usage_error_and_the_rest_is_read(
    calcsight_command: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "phantoms"
    from calcsight.batch.simulating import PhantomFormat, simulate

    simulate(folder, PhantomFormat.DICOM, 1, False, lambda _: None)
    views = [folder / "simulated_L_CC.dcm", folder / "simulated_R_CC.dcm"]
    words = ("--laterality", "L", "--jobs", 1, "--out", tmp_path / "out")
    answer = calcsight_command("read", *views, *words)
    assert answer.status == 2
    assert "simulated_R_CC.dcm refused: contradiction" in answer.err
    assert (tmp_path / "out" / "simulated_L_CC.reading.json").exists()


def test_a_closed_pipe_is_no_error(
    write_view: WriteView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    from calcsight.cli import main

    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        view = write_view("view_L_CC.png")
        status = main(["read", str(view), "--spacing-mm", "0.1", "--out", str(tmp_path / "out")])
    assert status == 0
    assert (tmp_path / "out" / "manifest.json").exists()
