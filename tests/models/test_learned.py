"""The learned model that ships: its answers, its card, its size, its engines."""

import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from calcsight import models
from calcsight.analysis.cascade import CascadeJudge
from calcsight.models.network import OnnxNetwork
from calcsight.terms.errors import ModelAlteredError, ModelMissingError
from calcsight.terms.judge import Engine, OperatingPoint

NAME = "learned-1"
FOLDER = Path(models.__file__).parent
REFERENCE = Path(__file__).parent / f"{NAME}-reference.npz"
# Compressed contrast was kept in bytes of this many steps (`training/samples.py`).
STEPS = 24.0


@pytest.fixture
def judge() -> CascadeJudge:
    judge = models.load_judge(NAME)
    assert isinstance(judge, CascadeJudge)
    return judge


def reference_inputs() -> tuple[list[np.ndarray], np.ndarray]:
    """Return inputs, and what torch said of them when the model was exported."""
    with np.load(REFERENCE) as kept:
        fine = kept["fine"][:, None].astype(np.float32) / STEPS
        seen = kept["context"].astype(np.float32) / STEPS
        dots = kept["neighbours"].astype(np.float32) / 255.0
        return [fine, np.stack([seen, dots], axis=1), kept["features"]], kept["scores"]


def test_the_network_answers_as_it_did_in_training(judge: CascadeJudge) -> None:
    inputs, scores = reference_inputs()
    assert np.ptp(scores) > 0.9, "the reference holds sure ones of both kinds"
    assert judge.network(*inputs) == pytest.approx(scores, abs=1e-5)


def test_one_at_a_time_or_all_together(judge: CascadeJudge) -> None:
    inputs, _ = reference_inputs()
    many = [np.concatenate([one] * 20) for one in inputs]
    alone = np.concatenate([judge.network(*(one[n : n + 1] for one in inputs)) for n in range(4)])
    assert judge.network(*many)[:4] == pytest.approx(alone, abs=1e-6)


def test_a_judge_survives_the_way_to_another_process(judge: CascadeJudge) -> None:
    inputs, _ = reference_inputs()
    expected = judge.network(*inputs)
    copied = pickle.loads(pickle.dumps(judge))
    assert np.array_equal(copied.network(*inputs), expected)


def test_the_faster_engine_says_the_same_within_its_precision(judge: CascadeJudge) -> None:
    pytest.importorskip("openvino", reason="the optional engine is not installed")
    faster = models.load_judge(NAME, Engine.FASTER)
    assert isinstance(faster, CascadeJudge)
    assert faster.name == f"{NAME}+openvino"
    inputs, scores = reference_inputs()
    assert faster.network(*inputs) == pytest.approx(scores, abs=0.05)


def test_the_model_is_small() -> None:
    assert (FOLDER / f"{NAME}.onnx").stat().st_size <= 5_000_000


def test_the_card_says_what_a_reader_must_know(judge: CascadeJudge) -> None:
    card = models.model_card(NAME)
    for part in (
        "network",
        "first_stage",
        "operating_points",
        "operating_points_rule",
        "training",
        "calibration",
        "evaluation",
        "limits",
    ):
        assert card[part], part
    assert card["training"]["real_images"] == "none"
    points = judge.operating_points
    assert points[OperatingPoint.SCREENING] > points[OperatingPoint.BALANCED]
    assert points[OperatingPoint.BALANCED] > points[OperatingPoint.SENSITIVE] > 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with card and network, as training writes one."""
    for file in (f"{NAME}.onnx", f"{NAME}.card.json"):
        shutil.copy(FOLDER / file, tmp_path / file)
    return tmp_path


def test_a_folder_of_ones_own_holds_a_model(folder: Path, judge: CascadeJudge) -> None:
    own = models.load_judge(folder)
    assert isinstance(own, CascadeJudge)
    assert own.digest == judge.digest
    inputs, _ = reference_inputs()
    assert np.array_equal(own.network(*inputs), judge.network(*inputs))


def test_a_network_that_is_not_the_cards_is_refused(folder: Path) -> None:
    file = folder / f"{NAME}.onnx"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))
    with pytest.raises(ModelAlteredError):
        models.load_judge(folder)


def test_a_first_stage_that_does_not_ship_is_refused(folder: Path) -> None:
    file = folder / f"{NAME}.card.json"
    card = json.loads(file.read_text())
    card["first_stage"]["sha256"] = "0" * 64
    file.write_text(json.dumps(card))
    with pytest.raises(ModelAlteredError):
        models.load_judge(folder)


def test_a_folder_without_a_card_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError):
        models.load_judge(tmp_path)


def test_no_candidate_needs_no_session() -> None:
    network = OnnxNetwork.of(b"no model at all", Engine.PORTABLE)
    nothing = np.zeros((0, 1, 32, 32), np.float32)
    assert network(nothing, nothing, nothing).shape == (0,)
