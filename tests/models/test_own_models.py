"""A model in a folder of one's own comes from anybody: what is wrong with it is said, typed."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calcsight import models
from calcsight.analysis.cascade import CascadeJudge
from calcsight.models.network import OnnxNetwork
from calcsight.models.session import Session
from calcsight.terms.errors import ModelAlteredError, ModelMissingError, ModelUnusableError

FIRST = next(name for name in models.SHIPPED if name.startswith("classical"))
CONTENT = b"no network at all"
Card = dict[str, Any]
Folder = Callable[[Card], Path]


def a_card() -> Card:
    """Return a card of the true form, for a network that no engine can run."""
    return {
        "name": "own-1",
        "network": {"file": "own-1.onnx", "sha256": hashlib.sha256(CONTENT).hexdigest()},
        "first_stage": {"name": FIRST, "sha256": models.SHIPPED[FIRST], "least_score": 0.001},
        "operating_points": {"screening": 0.9, "balanced": 0.5, "sensitive": 0.1},
    }


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Write a card with its network beside it, and a secret one folder above."""

    def write(card: Card) -> Path:
        own = tmp_path / "own"
        own.mkdir()
        (tmp_path / "secret").write_bytes(CONTENT)
        (own / "own-1.onnx").write_bytes(CONTENT)
        (own / "own-1.card.json").write_text(json.dumps(card), encoding="utf-8")
        return own

    return write


def inputs(count: int) -> list[np.ndarray]:
    return [np.zeros((count, *rest), np.float32) for rest in ((1, 32, 32), (2, 64, 64), (28,))]


def test_a_sound_card_gives_its_judge(folder: Folder) -> None:
    own = folder(a_card())
    judge = models.load_judge(own)
    assert isinstance(judge, CascadeJudge)
    assert judge.name == "own-1"
    assert judge.digest == hashlib.sha256((own / "own-1.card.json").read_bytes()).hexdigest()


def test_a_network_that_no_engine_can_run_is_refused_when_it_is_first_needed(
    folder: Folder,
) -> None:
    judge = models.load_judge(folder(a_card()))
    assert isinstance(judge, CascadeJudge)
    assert judge.network(*inputs(0)).shape == (0,)
    with pytest.raises(ModelUnusableError, match="onnxruntime cannot run it"):
        judge.network(*inputs(1))


@pytest.mark.parametrize(
    "answer",
    [np.array([np.nan]), np.array([1.5]), np.array([-0.1]), np.zeros((1, 1)), np.zeros(2)],
    ids=["nan", "above 1", "below 0", "two axes", "too many"],
)
def test_an_answer_that_is_no_probability_is_refused(answer: np.ndarray) -> None:
    network = OnnxNetwork(
        Session(CONTENT, "score", "here", _run=lambda _: answer.astype(np.float32))
    )
    with pytest.raises(ModelUnusableError, match="one probability for each candidate"):
        network(*inputs(1))


@pytest.mark.parametrize(
    "path",
    [
        ("name",),
        ("network",),
        ("network", "file"),
        ("network", "sha256"),
        ("first_stage",),
        ("first_stage", "name"),
        ("first_stage", "sha256"),
        ("first_stage", "least_score"),
        ("operating_points",),
        ("operating_points", "balanced"),
    ],
    ids=".".join,
)
@pytest.mark.parametrize(
    "value",
    ["left out", None, [], 7, "x/../y", float("nan"), 10**400],
    ids=lambda one: repr(one)[:9],
)
def test_a_card_without_a_part_or_with_nonsense_there_is_refused(
    folder: Folder, path: tuple[str, ...], value: object
) -> None:
    card = a_card()
    part = card
    for name in path[:-1]:
        part = part[name]
    if value == "left out":
        del part[path[-1]]
    else:
        part[path[-1]] = value
    with pytest.raises(ModelUnusableError):
        models.load_judge(folder(card))


@pytest.mark.parametrize("file", ["../secret", "/etc/hostname", "sub/own-1.onnx", ".", "a\0b"])
def test_no_card_leads_out_of_its_folder(folder: Folder, file: str) -> None:
    card = a_card()
    card["network"]["file"] = file
    with pytest.raises(ModelUnusableError):
        models.load_judge(folder(card))


@pytest.mark.parametrize(
    "points",
    [
        {"screening": 0.1, "balanced": 0.5, "sensitive": 0.9},
        {"screening": 0.9, "balanced": 0.5, "sensitive": 0.1, "brave": 0.0},
        {"screening": 1.1, "balanced": 0.5, "sensitive": 0.1},
        {"screening": True, "balanced": 0.5, "sensitive": 0.1},
    ],
    ids=["out of order", "unknown", "above 1", "no number"],
)
def test_operating_points_are_three_thresholds_in_order(
    folder: Folder, points: dict[str, float]
) -> None:
    with pytest.raises(ModelUnusableError):
        models.load_judge(folder(a_card() | {"operating_points": points}))


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"null", b"{", b"\xff\xfe{", b"[" * 100_000], ids=range(6)
)
def test_a_card_that_is_no_document_is_refused(folder: Folder, content: bytes) -> None:
    own = folder(a_card())
    (own / "own-1.card.json").write_bytes(content)
    with pytest.raises(ModelUnusableError):
        models.load_judge(own)
    with pytest.raises(ModelUnusableError):
        models.model_card(own)


def test_a_first_stage_other_than_the_one_that_ships_is_refused(folder: Folder) -> None:
    card = a_card()
    card["first_stage"]["sha256"] = "0" * 64
    with pytest.raises(ModelAlteredError):
        models.load_judge(folder(card))


def test_a_first_stage_that_is_not_there_is_refused(folder: Folder) -> None:
    card = a_card()
    card["first_stage"]["name"] = "classical-999"
    with pytest.raises(ModelMissingError):
        models.load_judge(folder(card))


def test_an_altered_or_missing_network_is_refused(folder: Folder) -> None:
    own = folder(a_card())
    (own / "own-1.onnx").write_bytes(CONTENT + b"!")
    with pytest.raises(ModelAlteredError):
        models.load_judge(own)
    (own / "own-1.onnx").unlink()
    with pytest.raises(ModelMissingError):
        models.load_judge(own)


def test_a_folder_with_two_cards_is_refused(folder: Folder) -> None:
    own = folder(a_card())
    (own / "other.card.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelMissingError, match="here: 2"):
        models.load_judge(own)


@pytest.mark.parametrize("name", ["", ".", "no/such/folder", "a\0b"])
def test_what_is_no_model_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelMissingError):
        models.load_judge(name)
