"""`--model`: the one that is asked for reads, or nothing does."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calcsight.models import DEFAULT_MODEL, SHIPPED

Command = Callable[..., Any]
WriteView = Callable[..., Path]


@pytest.mark.parametrize("name", [None, *SHIPPED])
def test_the_model_asked_for_reads_and_is_named(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path, name: str | None
) -> None:
    flags = ["--model", name] if name else []
    view, out = write_view("view_L_CC.png"), tmp_path / "out"
    answer = calcsight_command("read", view, "--out", out, "--spacing-mm", "0.1", *flags)
    assert answer.status == 0
    (reading,) = out.glob("*.reading.json")
    provenance = json.loads(reading.read_text())["provenance"]
    assert provenance["judge"] == (name or DEFAULT_MODEL)
    assert provenance["judge_digest"] == SHIPPED[name or DEFAULT_MODEL]


def test_a_model_that_is_not_there_reads_nothing(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = calcsight_command("read", write_view("view_L_CC.png"), "--out", out, "--model", "best")
    assert answer.status == 7
    assert "model_missing" in answer.err
    assert not out.exists()
