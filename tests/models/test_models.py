"""Weights are what was released, or nothing is read with them."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest

from calcsight import models
from calcsight.analysis.judging import SHAPE_NAMES, ClassicalJudge, judged_features
from calcsight.analysis.surroundings import feature_names
from calcsight.terms.errors import ModelAlteredError, ModelMissingError, SettingsError
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Box, Candidates, FlatView

CLASSICAL = "classical-1"
NAMES = feature_names(Settings().detection)


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the shipped weights that the adapter reads instead."""
    source = Path(models.__file__).parent / f"{CLASSICAL}.json"
    target = tmp_path / source.name
    shutil.copy(source, target)
    monkeypatch.setattr("calcsight.models.resources.files", lambda _: tmp_path)
    return target


def test_the_shipped_judge_loads_and_names_itself() -> None:
    judge = models.load_judge()
    assert judge.name == models.DEFAULT_MODEL == next(iter(models.SHIPPED))
    assert judge.digest == models.SHIPPED[models.DEFAULT_MODEL]
    points = judge.operating_points
    assert points[OperatingPoint.SCREENING] > points[OperatingPoint.BALANCED]
    assert points[OperatingPoint.BALANCED] > points[OperatingPoint.SENSITIVE] > 0


def test_the_digest_is_that_of_the_file(copied: Path) -> None:
    assert models.load_judge(CLASSICAL).digest == hashlib.sha256(copied.read_bytes()).hexdigest()


def test_one_changed_byte_is_refused(copied: Path) -> None:
    content = bytearray(copied.read_bytes())
    content[len(content) // 2] ^= 1
    copied.write_bytes(bytes(content))
    with pytest.raises(ModelAlteredError) as refusal:
        models.load_judge(CLASSICAL)
    assert refusal.value.code == "model_altered"


def test_a_missing_file_is_refused(copied: Path) -> None:
    copied.unlink()
    with pytest.raises(ModelMissingError, match="install calcsight again"):
        models.load_judge(CLASSICAL)


def test_another_model_never_takes_the_place_of_one_asked_for() -> None:
    with pytest.raises(ModelMissingError, match="no model called 'better'"):
        models.load_judge("better")


def judge_by(linear: list[float], quadratic: list[list[float]], intercept: float) -> ClassicalJudge:
    """Return a judge over as many features as there are linear weights."""
    return ClassicalJudge(
        name="by-hand",
        digest="",
        features=SHAPE_NAMES,
        operating_points=dict.fromkeys(OperatingPoint, 0.5),
        centre=np.zeros(len(linear)),
        scale=np.ones(len(linear)),
        linear=np.array(linear),
        quadratic=np.array(quadratic),
        intercept=intercept,
    )


def empty_view() -> FlatView:
    """Return a view of ones; the scores below do not look at it."""
    ones = np.ones((4, 4), np.float32)
    return FlatView(
        box=Box(top=0, left=0, bottom=4, right=4),
        pixels=ones,
        background=ones,
        noise=ones,
        mask=np.ones((4, 4), np.uint8),
        pitch_mm=0.1,
    )


def test_the_curve_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    features = np.array([[1.0, 2.0], [100.0, 0.0]])
    monkeypatch.setattr("calcsight.analysis.judging.judged_features", lambda *_: features)
    judge = judge_by([0.5, -0.25], [[0.1, 0.2], [0.0, -0.3]], intercept=-1.0)
    nothing = np.zeros(0)
    candidates = Candidates(
        row=nothing,
        column=nothing,
        scale_mm=nothing,
        response=nothing,
        features=np.zeros((0, 0)),
        feature_names=(),
    )
    first = -1 + 0.5 * 1 - 0.25 * 2 + 0.1 * 1 + 0.2 * 2 - 0.3 * 4
    clipped = -1 + 0.5 * 4 + 0.1 * 16
    scores = judge.score(empty_view(), candidates, ())
    assert scores == pytest.approx(1 / (1 + np.exp(-np.array([first, clipped]))))


def test_no_candidate_gives_no_score() -> None:
    nothing = np.zeros(0)
    candidates = Candidates(
        row=nothing,
        column=nothing,
        scale_mm=nothing,
        response=nothing,
        features=np.zeros((0, len(NAMES))),
        feature_names=NAMES,
    )
    features = judged_features(empty_view(), candidates, ())
    assert features.shape == (0, len(NAMES) + len(SHAPE_NAMES))
    assert models.load_judge(CLASSICAL).score(empty_view(), candidates, ()).shape == (0,)


def test_other_filters_than_those_fitted_are_refused() -> None:
    nothing = np.zeros(0)
    candidates = Candidates(
        row=nothing,
        column=nothing,
        scale_mm=nothing,
        response=nothing,
        features=np.zeros((0, 2)),
        feature_names=("response_0.1_mm_x1.6", "blobness"),
    )
    with pytest.raises(SettingsError, match="sigmas_mm"):
        models.load_judge(CLASSICAL).score(empty_view(), candidates, ())
