"""Confusion matrices, reliability curves, the graded series as pictures; simulated views only."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from benchmarks.description_metrics import Answers, Numbers, calibration, confusion

FOLDER = Path(__file__).parents[1] / "docs" / "images" / "description"
_DPI = 80
_LETTERS = 8


def draw_confusion(name: str, title: str, answers: Answers, words: Sequence[str]) -> None:
    """Draw shares of each true word (row) by the word it was called; counts beside the rows."""
    table = confusion(answers, np.ones(len(answers)))
    shown = np.nonzero((table.sum(axis=1) > 0) | (table.sum(axis=0) > 0))[0]
    table = table[np.ix_(shown, shown)]
    total = table.sum(axis=1, keepdims=True)
    share = np.divide(table, total, out=np.zeros_like(table), where=total > 0)
    spoken = [words[int(i)].replace("_", " ") for i in shown]
    side = 1.9 + 0.42 * len(shown)
    figure = Figure(figsize=(side + 0.8, side), layout="constrained")
    axes = figure.subplots()
    axes.imshow(share, cmap="Blues", vmin=0.0, vmax=1.0)
    axes.set_xticks(range(len(shown)), spoken, rotation=60, ha="right", fontsize=_LETTERS)
    labels = [f"{w} ({int(n)})" for w, n in zip(spoken, total[:, 0], strict=True)]
    axes.set_yticks(range(len(shown)), labels, fontsize=_LETTERS)
    for row, column in np.argwhere(share >= 0.005):
        ink = "white" if share[row, column] > 0.55 else "black"
        percent = f"{100 * share[row, column]:.0f}"
        axes.text(column, row, percent, ha="center", va="center", color=ink, fontsize=7)
    axes.set_xlabel("called")
    axes.set_ylabel("planted (n)")
    axes.set_title(f"{title}: % of each row")
    _write(figure, name)


def draw_reliability(name: str, curves: Mapping[str, Answers]) -> None:
    """Draw the share right against how sure it was, in tenths, with the rows of each tenth."""
    figure = Figure(figsize=(2.7 * len(curves), 3.0), layout="constrained")
    panels = figure.subplots(1, len(curves), squeeze=False)[0]
    for axes, (title, answers) in zip(panels, curves.items(), strict=True):
        weight, sure, right = calibration(answers, np.ones(len(answers)))
        filled = weight > 0
        axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
        axes.bar(
            np.arange(len(weight)) / len(weight) + 0.05, weight / weight.sum(), 0.09,
            color="0.88", label="share of rows",
        )  # fmt: skip
        axes.plot(sure[filled], right[filled], "o-", markersize=3, label="share right")
        axes.set(xlim=(0, 1), ylim=(0, 1.02), title=title, xlabel="probability of the word")
    panels[0].set_ylabel("share right")
    panels[0].legend(frameon=False, loc="upper left", fontsize=7)
    _write(figure, name)


def draw_graded(name: str, series: Mapping[str, Mapping[str, Numbers]]) -> None:
    """Draw each feature over the steps of each series: rows are steps, columns repeats."""
    figure = Figure(figsize=(3.2 * len(series), 2.8), layout="constrained")
    panels = figure.subplots(1, len(series), squeeze=False)[0]
    for axes, (title, features) in zip(panels, series.items(), strict=True):
        for feature, values in features.items():
            steps = np.arange(1, len(values) + 1)
            axes.plot(steps, np.median(values, axis=1), "o-", markersize=3, label=feature)
            axes.fill_between(steps, values.min(axis=1), values.max(axis=1), alpha=0.2)
        axes.set(title=title, xlabel="step: ever more unlike", ylim=(0, None))
        axes.legend(frameon=False, fontsize=7)
    _write(figure, name)


def _write(figure: Figure, name: str) -> None:
    """Write a small PNG without the date or the program in it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    figure.savefig(FOLDER / f"{name}.png", dpi=_DPI, metadata={"Software": None})
