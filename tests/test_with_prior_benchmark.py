"""The figures of the benchmark with the prior, worked by hand."""

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from calcsight.evaluation.cases import Case, FoundView, TrueParticles, TrueView
from calcsight.evaluation.prior_gain import Gain

ROOT = Path(__file__).parents[1]
NAN = float("nan")


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("benchmarks.with_prior")


def woman(module: ModuleType, name: str, left: tuple[tuple[int, float, float, float], ...]) -> Any:
    none = np.zeros((0, 2))
    true = TrueView(
        name=name,
        patient=name,
        spacing_mm=(0.1, 0.1),
        particles=TrueParticles(
            places_px=none, outlines_px=(), diameters_mm=np.zeros(0), contrasts_sd=np.zeros(0)
        ),
        regions=(),
        normal=True,
    )
    found = FoundView(
        name=name,
        places_px=none,
        scores=np.zeros(0),
        diameters_mm=np.zeros(0),
        outlines_px=(),
    )
    return module.Woman(
        case=Case(true=true, found=found),
        new=np.zeros(0, bool),
        with_prior=np.zeros(0),
        newness=np.zeros(0),
        failed="",
        left=left,
        seconds=0.1,
    )


def test_a_gain_without_an_interval_says_so(benchmark: ModuleType) -> None:
    one = Gain(
        rule="r",
        per="per_view",
        at=0.5,
        alone=(0.8, 0.7, 0.9),
        with_prior=(0.8, 0.7, 0.9),
        difference=(0.0, NAN, NAN),
        targets=10,
        views=2,
        patients=2,
    )
    [row] = benchmark.gain_rows([one])
    assert row == (
        "0.5",
        "80.0 (70.0 to 90.0)",
        "80.0 (70.0 to 90.0)",
        "+0.0 (every draw the same)",
    )


def test_what_the_subtraction_leaves_is_counted_by_fate_and_sign(benchmark: ModuleType) -> None:
    # Of what stayed either sign counts; what is new must be bright, what is gone dark.
    women = [
        woman(benchmark, "a", ((0, 10.0, -6.0, 8.0), (1, 10.0, 9.0, 9.0), (2, 10.0, -9.0, -9.0))),
        woman(benchmark, "b", ((0, 10.0, 1.0, 8.0), (1, 10.0, -9.0, 9.0), (0, 3.0, 3.0, 3.0))),
    ]
    stayed, new, gone = benchmark.subtraction_rows(women)
    # The last of b shows with 3 SD alone and is not looked at.
    assert stayed[:2] == ("stayed", "2 in 2")
    assert stayed[4].startswith("50.0 ")
    assert stayed[5].startswith("100.0 ")
    assert new[4].startswith("50.0 ")
    assert gone[1] == "1 in 1"
    assert gone[4].startswith("100.0 ")
