"""Fit what names a distribution: drawn views, layouts in numbers alone, layouts left out."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from calcsight.analysis.spread_model import SpreadModel
from calcsight.simulation.casting_shapes import layouts_set
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.varied_layouts import layouts
from calcsight.terms.distribution import Distribution
from training.described_groups import KnownGroup, Shown, known_groups
from training.described_views import ShownView
from training.laid_groups import laid_examples, lender_of
from training.named_lists import Run, named_lists
from training.shape_figures import naming_figures
from training.spread_learning import OF_SHAPES, Example, calibrated, fit_spread, left_out

# Simulates views and lists their calcifications: (specs, what they are for).
Show = Callable[[Sequence[ViewSpec], str], list[ShownView]]

REPORTED_FROM = 60_000
_FOLDS = 6
_LISTS = ("planted", "true", "balanced", "sensitive")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadPlan:
    """How much of everything distributions are learned from.

    Parameters
    ----------
    layouts : int
        Women drawn with one layout each.
    times : int
        How often groups are laid anew on the ground of each other woman.
    reported : int
        Women drawn with one layout each, to report on.
    seed : int
    """

    layouts: int = 200
    times: int = 24
    reported: int = 110
    seed: int = 1


@dataclass(frozen=True, slots=True)
class FittedSpread:
    """The model and its figures."""

    model: SpreadModel
    figures: dict[str, Any] = field(default_factory=dict)


def fit_spreads(
    plan: SpreadPlan, run: Run, drawn: Sequence[tuple[ViewSpec, ShownView]], show: Show
) -> FittedSpread:
    """Fit, calibrate and report.

    Parameters
    ----------
    plan : SpreadPlan
    run : callable
        The network of shapes.
    drawn : sequence of (ViewSpec, ShownView)
        Of `shapes_set` and `vessels_set`.
    show : callable
    """
    lists = list(named_lists([view for _, view in drawn], run))
    of_view: dict[str, list[Shown]] = {}
    for one in lists:
        of_view.setdefault(one.view.name, []).append(one)
    lenders = [lender_of(spec, of_view[spec.name]) for spec, _ in drawn if spec.name in of_view]
    examples = [
        *examples_of(lists),
        *examples_of(list(named_lists(show(layouts_set(plan.layouts), "layouts"), run))),
        *laid_examples(lenders, plan.times, plan.seed),
    ]
    out = left_out(examples, _FOLDS, plan.seed)
    model = calibrated(fit_spread(examples, plan.seed), out)
    asked = [one for some, _ in out for one in some]
    reported = show(layouts_set(plan.reported, REPORTED_FROM), "layouts to report on")
    held = examples_of(list(named_lists(reported, run)))
    evidence = np.exp(np.concatenate([one for _, one in out]) / model.temperature)
    return FittedSpread(
        model,
        {
            "plan": asdict(plan),
            "groups_fitted_to": len(examples),
            "women_with_layouts": plan.reported,
            "layouts_of_other_women": _by_list(
                held, model(np.array([one.numbers for one in held]))
            ),
            "layouts_left_out": _by_list(asked, evidence / evidence.sum(axis=1, keepdims=True)),
        },
    )


def examples_of(lists: Sequence[Shown]) -> list[Example]:
    """Return the groups of some lists whose distribution is known."""
    return [
        example_of(group)
        for one in lists
        for group in known_groups(one)
        if group.distribution is not None
    ]


def example_of(group: KnownGroup) -> Example:
    """Return one group of known distribution as an example."""
    assert group.distribution is not None
    stem, number, layout = (*group.view.split("-", 2), "")[:3]
    word = list(Distribution)[group.distribution]
    if layout and layouts()[layout][0] is not word:
        # Round groups lie beside every other layout.
        layout = "round"
    return Example(
        woman=f"{stem}-{number}",
        listing=group.listing,
        layout=layout or OF_SHAPES,
        numbers=group.spread,
        word=group.distribution,
    )


def distribution_figures(wanted: Sequence[int], probabilities: Any) -> dict[str, Any]:
    """Return figures, and the share of each word that was named so."""
    true, named = np.array(wanted, np.intp), probabilities.argmax(axis=1)
    figures = naming_figures(true, probabilities)
    figures["top_1_by_word"] = {
        str(word): round(float((named[true == at] == at).mean()), 3)
        for at, word in enumerate(Distribution)
        if (true == at).any()
    }
    return figures


def _by_list(examples: Sequence[Example], probabilities: Any) -> dict[str, Any]:
    """Return figures for each kind of list."""
    made = {}
    for name in _LISTS:
        at = [k for k, one in enumerate(examples) if one.listing == name]
        if at:
            made[name] = distribution_figures([examples[k].word for k in at], probabilities[at])
    return made
