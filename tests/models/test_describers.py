"""The describer that ships: its answers, its card, its engines; and what is no describer."""

import hashlib
import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calcsight import models
from calcsight.analysis.learned_describer import SHAPES, LearnedDescriber
from calcsight.models.describing import load_describer
from calcsight.models.session import Session
from calcsight.models.shape_network import OUTPUT, OnnxShapes
from calcsight.models.shipped import DEFAULT_DESCRIBER, DESCRIBERS
from calcsight.terms.errors import ModelAlteredError, ModelMissingError, ModelUnusableError

FOLDER = Path(models.__file__).parent
REFERENCE = Path(__file__).parent / f"{DEFAULT_DESCRIBER}-reference.npz"
CARD = f"{DEFAULT_DESCRIBER}.card.json"
# Compressed contrast was kept in bytes of this many steps (`training/described_views.py`).
STEPS = 24.0
Inputs = tuple[list[np.ndarray], np.ndarray, np.ndarray]


@pytest.fixture
def describer() -> LearnedDescriber:
    found = load_describer()
    assert isinstance(found, LearnedDescriber)
    return found


def reference() -> tuple[Inputs, np.ndarray]:
    """Return inputs, and what torch said of them when the model was exported."""
    with np.load(REFERENCE) as kept:
        pictures = [
            kept[name].astype(np.float32)[:, None] / STEPS for name in ("fine", "middle", "wide")
        ]
        return (pictures, kept["features"], kept["places_mm"]), kept["answers"]


def test_the_network_answers_as_it_did_in_training(describer: LearnedDescriber) -> None:
    inputs, answers = reference()
    assert len(set(answers.argmax(axis=1).tolist())) > 1, "the reference holds several shapes"
    assert describer.network(*inputs) == pytest.approx(answers, abs=1e-4)


def test_the_order_of_the_list_changes_nothing(describer: LearnedDescriber) -> None:
    (pictures, features, places), answers = reference()
    turn = np.arange(len(features))[::-1].copy()
    found = describer.network([one[turn] for one in pictures], features[turn], places[turn])
    assert found == pytest.approx(answers[turn], abs=1e-4)


def test_a_describer_survives_the_way_to_another_process(describer: LearnedDescriber) -> None:
    inputs, _ = reference()
    expected = describer.network(*inputs)
    copied = pickle.loads(pickle.dumps(describer))
    assert np.array_equal(copied.network(*inputs), expected)


def test_the_model_is_small_and_its_card_says_what_it_is() -> None:
    assert (FOLDER / f"{DEFAULT_DESCRIBER}.onnx").stat().st_size <= 5_000_000
    card = json.loads((FOLDER / CARD).read_text(encoding="utf-8"))
    assert card["training"]["real_images"] == "none"
    assert card["network"]["shapes"] == [str(shape) for shape in SHAPES]
    digest = hashlib.sha256((FOLDER / CARD).read_bytes()).hexdigest()
    assert digest == DESCRIBERS[DEFAULT_DESCRIBER]


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], None]], Path]:
    """Copy the shipped describer to a folder, its card changed."""

    def write(change: Callable[[dict[str, Any]], None]) -> Path:
        card = json.loads((FOLDER / CARD).read_text(encoding="utf-8"))
        change(card)
        shutil.copy(FOLDER / f"{DEFAULT_DESCRIBER}.onnx", tmp_path)
        (tmp_path / CARD).write_text(json.dumps(card), encoding="utf-8")
        return tmp_path

    return write


def test_a_describer_of_ones_own_is_read_from_its_folder(
    copy: Callable[[Callable[[dict[str, Any]], None]], Path],
) -> None:
    own = load_describer(copy(lambda card: card.update(name="own-1")))
    assert own.name == "own-1"
    assert own.digest != DESCRIBERS[DEFAULT_DESCRIBER]


@pytest.mark.parametrize(
    "change",
    [
        lambda card: card.pop("distribution"),
        lambda card: card["network"]["shapes"].reverse(),
        lambda card: card["network"]["inputs"]["features"].pop(),
        lambda card: card["network"].update(file="../outside.onnx"),
        lambda card: card["group_morphology"].update(weight=7.0),
        lambda card: card["distribution"]["scale"].__setitem__(0, 0.0),
        lambda card: card["distribution"]["networks"][0][1][0].pop(),
        lambda card: card["distribution"]["networks"].clear(),
        lambda card: card["distribution"]["networks"][0].pop(),
        lambda card: card["distribution"].update(temperature=0.0),
        lambda card: card["distribution"].update(centre=["nan"] * 3),
        lambda card: card.update(network="none"),
    ],
)
def test_a_card_that_is_none_is_refused(
    copy: Callable[[Callable[[dict[str, Any]], None]], Path],
    change: Callable[[dict[str, Any]], None],
) -> None:
    with pytest.raises(ModelUnusableError, match="no card of this version"):
        load_describer(copy(change))


def test_another_network_than_the_cards_is_refused(
    copy: Callable[[Callable[[dict[str, Any]], None]], Path],
) -> None:
    folder = copy(lambda card: None)
    (folder / f"{DEFAULT_DESCRIBER}.onnx").write_bytes(b"another")
    with pytest.raises(ModelAlteredError):
        load_describer(folder)


def test_a_describer_that_is_not_there_is_missing(tmp_path: Path) -> None:
    for name in ("no-such", str(tmp_path), ""):
        with pytest.raises(ModelMissingError, match="no describer called"):
            load_describer(name)


@pytest.mark.parametrize(
    "answer",
    [np.full((3, 12), np.nan), np.full((3, 12), 0.5), np.zeros((3, 5)), np.full((3, 12), -1.0)],
    ids=["nan", "too much", "other shapes", "below 0"],
)
def test_answers_that_are_no_probabilities_are_refused(answer: np.ndarray) -> None:
    network = OnnxShapes(Session(b"", OUTPUT, "here", _run=lambda _: answer.astype(np.float32)))
    (pictures, features, places), _ = reference()
    with pytest.raises(ModelUnusableError, match="probabilities"):
        network([one[:3] for one in pictures], features[:3], places[:3])
