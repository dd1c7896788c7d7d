"""Fitting what names distributions: it learns, lacks what is left out, and says how sure it is."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs torch")

from training import spread_learning
from training.spread_learning import OF_SHAPES, Example, calibrated, fit_spread, left_out


def examples(count: int, noise: float, seed: int = 1) -> list[Example]:
    """Five words, each at a place of its own, in three layouts."""
    rng, made = np.random.default_rng(seed), []
    for at in range(count):
        word = at % 5
        numbers = np.eye(6)[word] * 2.0 + rng.normal(0.0, noise, 6)
        layout = (OF_SHAPES, f"a{word}", f"b{word}")[int(rng.integers(3))]
        made.append(
            Example(woman=f"w{at // 7}", listing="true", layout=layout, numbers=numbers, word=word)
        )
    return made


def test_it_names_what_it_can_and_says_the_same_from_the_same_seed() -> None:
    known = examples(600, 0.3)
    one, other = (fit_spread(known, 3, epochs=60, networks=1) for _ in range(2))
    held = examples(200, 0.3, seed=2)
    numbers = np.array([e.numbers for e in held])
    assert np.array_equal(one(numbers), other(numbers))
    assert (one(numbers).argmax(axis=1) == [e.word for e in held]).mean() > 0.95


def test_models_lack_the_layouts_and_the_women_that_they_are_asked_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[set[str], set[str]]] = []
    fit = spread_learning.fit_spread

    def watched(known: list[Example], *rest: int, **more: int) -> object:
        seen.append(({e.layout for e in known}, {e.woman for e in known}))
        return fit(known, *rest, **more)

    monkeypatch.setattr(spread_learning, "fit_spread", watched)
    folds = left_out(examples(400, 0.3), 3, seed=1, epochs=2)
    assert len(folds) == len(seen) == 3
    for (asked, evidence), (layouts, women) in zip(folds, seen, strict=True):
        assert not {e.layout for e in asked} & layouts
        assert not {e.woman for e in asked} & women
        assert evidence.shape == (len(asked), 5)


def test_the_temperature_takes_back_what_was_said_too_surely() -> None:
    some = examples(500, 0.3)
    model = fit_spread(some, 1, epochs=2, networks=1)
    rng = np.random.default_rng(7)
    true = np.array([e.word for e in some])
    said = np.where(rng.random(500) < 0.7, true, rng.integers(5, size=500))
    sure = np.log(np.full((500, 5), 0.001) + 0.995 * np.eye(5)[said])
    assert calibrated(model, [(some, sure)]).temperature > 1.5
