"""Write docs/results/description.md: tables, pictures, and the rules behind them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.described import WAYS, WITHIN_MM, WORDS, Described
from benchmarks.description_answers import (
    ARMS,
    LEAST_SPREAD,
    MILK,
    Arm,
    group_distributions,
    group_shapes,
    milk_called,
    particle_shapes,
    planted_and_found,
)
from benchmarks.description_graded import REPEATS, STEPS, Series
from benchmarks.description_metrics import (
    ABSTAIN,
    BY_ROW,
    Answers,
    Figure,
    calibration_error,
    confusion,
    error,
    error_when_abstaining,
    f1_of,
    fall_of_error,
    macro_f1,
    macro_recall,
    measured,
    precision_recall_f1,
    top,
)
from benchmarks.description_pictures import draw_confusion, draw_graded, draw_reliability
from benchmarks.description_words import HEAD, LIMITS, RULES
from benchmarks.page import machine, named, table
from benchmarks.worsened import PLAIN
from calcsight.simulation.graded import Graded
from calcsight.simulation.sets import definition_digest
from calcsight.simulation.spec import ViewSpec
from calcsight.terms.judge import Describer, Judge
from calcsight.terms.settings import Settings
from calcsight.terms.version import SOFTWARE

PAGE = Path(__file__).parents[1] / "docs" / "results" / "description.md"
ABSTAIN_BELOW = Settings().description.least_probability
_FEW = 200

Rows = Sequence[Described]
Of = Callable[[Rows, Arm], Answers]
_SETS: tuple[tuple[str, Of], ...] = (
    ("particle shape", particle_shapes),
    ("group shape", group_shapes),
    ("group distribution", group_distributions),
)
_STRATA: tuple[tuple[str, Callable[[Answers], np.ndarray]], ...] = (
    ("contrast under 5 SD", lambda a: a.contrast_sd < 5.0),
    ("contrast 5-10 SD", lambda a: (a.contrast_sd >= 5.0) & (a.contrast_sd <= 10.0)),
    ("contrast over 10 SD", lambda a: a.contrast_sd > 10.0),
    ("diameter under 0.3 mm", lambda a: a.diameter_mm < 0.3),
    ("diameter 0.3-1 mm", lambda a: (a.diameter_mm >= 0.3) & (a.diameter_mm < 1.0)),
    ("diameter 1 mm or more", lambda a: a.diameter_mm >= 1.0),
    ("groups of under 10 planted", lambda a: (a.count > 1) & (a.count < 10)),
    ("groups of 10 or more planted", lambda a: a.count >= 10),
    ("detector", lambda a: ~a.film),
    ("digitised film", lambda a: a.film),
)


def page(
    specs: Sequence[ViewSpec],
    described: Mapping[str, Rows],
    graded: Mapping[Graded, Series],
    read_by: tuple[Judge, Describer],
) -> str:
    """Return the whole page."""
    views = described[PLAIN.name]
    parts = [
        HEAD,
        _about(specs, read_by),
        "## Against what was asked for\n",
        _summary(views),
        "## Found and not found\n",
        _found(views),
        "## Each shape\n",
        _by_word(views, group_shapes, "group"),
        _by_word(views, particle_shapes, "particle"),
        _picture("confusion_groups_true", "confusion_groups_detected"),
        _picture("confusion_particles_true", "confusion_particles_detected"),
        "## Distribution\n",
        _by_word(views, group_distributions, "group"),
        _picture("confusion_distribution_true", "confusion_distribution_detected"),
        "## How sure, and how often right\n",
        _sureness(views),
        _picture("reliability_true", "reliability_detected"),
        "## Strata\n",
        _strata(views),
        "## Made worse\n",
        _worse(described),
        "## Milk of calcium\n",
        _milk(views),
        "## Variability rises\n",
        _graded(graded),
        _picture("graded"),
        RULES.format(
            within=WITHIN_MM, least=LEAST_SPREAD, repeats=REPEATS, steps=STEPS, by_row=BY_ROW
        ),
        LIMITS,
    ]
    return "\n".join(part.strip() + "\n" for part in parts)


def write(text: str, views: Rows, graded: Mapping[Graded, Series]) -> None:
    """Write page and pictures."""
    for arm, said in ARMS:
        short = arm.removeprefix("at_")
        shapes, groups = particle_shapes(views, arm), group_shapes(views, arm)
        ways = group_distributions(views, arm)
        words = [word.value for word in WORDS]
        draw_confusion(f"confusion_particles_{short}", f"Particles, {said}", shapes, words)
        draw_confusion(f"confusion_groups_{short}", f"Groups, {said}", groups, words)
        draw_confusion(
            f"confusion_distribution_{short}",
            f"Distribution, {said}",
            ways,
            [w.value for w in WAYS],
        )
        curves = {"particle shape": shapes, "group shape": groups, "distribution": ways}
        draw_reliability(f"reliability_{short}", curves)
    draw_graded(
        "graded",
        {
            f"{grows.value} grows": {"size variability": one.size, "shape variability": one.shape}
            for grows, one in graded.items()
        },
    )
    PAGE.write_text(text, encoding="utf-8")


def _about(specs: Sequence[ViewSpec], read_by: tuple[Judge, Describer]) -> str:
    judge, describer = read_by
    lines = (
        f"set: description test set, {len(specs)} views of "
        f"{len({s.woman for s in specs})} women, digest {definition_digest(tuple(specs))}",
        f"software: {SOFTWARE}; judge {named(judge)} at its balanced point; "
        f"describer {named(describer)}",
        f"settings: defaults, {Settings().digest[:12]}",
        f"machine: {machine()}",
    )
    return "\n".join(f"- {line}" for line in lines)


def _summary(views: Rows) -> str:
    """Return the figures that were asked for, given true particles and given detected ones."""
    asked: tuple[tuple[str, str, Of, Figure], ...] = (
        ("particle shape, macro-F1", "0.85", particle_shapes, macro_f1),
        ("particle shape, mean recall", "", particle_shapes, macro_recall),
        ("group shape, top 1", "0.85", group_shapes, top(1)),
        ("group shape, top 2", "0.95", group_shapes, top(2)),
        ("group shape, macro-F1", "", group_shapes, macro_f1),
        ("group distribution, accuracy", "0.95", group_distributions, top(1)),
    )
    rows = []
    for name, wanted, of, figure in asked:
        cells = [_cell(of(views, arm), figure) for arm, _ in ARMS]
        rows.append((name, wanted, *cells))
    return table(("figure", "asked for, at least", *(said for _, said in ARMS)), rows)


def _cell(answers: Answers, figure: Figure) -> str:
    """Write a figure with its interval, its rows and its women."""
    if len(answers) == 0:
        return "no rows"
    # Over thousands of particles fewer draws do: they are slow, and women are what varies.
    one = measured(answers, figure, _FEW if len(answers) > 2000 else 1000)
    return f"{one}, n {one.n}, {one.women} women"


def _found(views: Rows) -> str:
    rows = []
    for name, chosen in (
        ("all", lambda _: True),
        ("without milk of calcium", lambda kind: kind is not MILK),
    ):
        for arm, said in ARMS:
            particles, hit, groups, held = planted_and_found(views, arm, chosen)
            rows.append(
                (name, said, f"{hit} of {particles}", f"{particles - hit}",
                 f"{held} of {groups}", f"{groups - held}")
            )  # fmt: skip
    head = ("planted", "given", "particles described", "not", "groups described", "not")
    return table(head, rows)


def _by_word(views: Rows, of: Of, what: str) -> str:
    """Return precision, recall and F1 of each word, given true and given detected ones."""
    words = WAYS if of is group_distributions else WORDS
    both = {arm: of(views, arm) for arm, _ in ARMS}
    rows = []
    for at, word in enumerate(words):
        cells: list[str] = []
        for arm, _ in ARMS:
            answers = both[arm]
            table_ = confusion(answers, np.ones(len(answers)))
            n = int(table_[at].sum())
            if n == 0:
                cells += ["0", "", "", ""]
                continue
            precision, recall, _f1 = precision_recall_f1(table_)
            f1 = measured(answers, f1_of(at), _FEW)
            cells += [str(n), f"{precision[at]:.2f}", f"{recall[at]:.2f}",
                      f1.written(digits=2)]  # fmt: skip
        if any(cell not in ("", "0") for cell in cells):
            rows.append((word.value.replace("_", " "), *cells))
    head = [f"{what}s"]
    for _, said in ARMS:
        head += [f"{said}: n", "precision", "recall", "F1"]
    return table(tuple(head), rows) + "\n"


def _sureness(views: Rows) -> str:
    rows = []
    for name, of in _SETS:
        for arm, said in ARMS:
            answers = of(views, arm)
            if len(answers) == 0:
                continue
            named = answers.where(answers.sureness >= ABSTAIN_BELOW)
            unnamed = 1.0 - len(named) / len(answers)
            rows.append(
                (
                    f"{name}, {said}",
                    str(measured(answers, calibration_error, _FEW)),
                    str(measured(answers, error(), _FEW)),
                    str(measured(answers, error_when_abstaining(ABSTAIN), _FEW)),
                    str(measured(answers, fall_of_error(ABSTAIN), _FEW)),
                    f"{unnamed:.3f}; {float((~named.right).mean()) if len(named) else 0:.3f}",
                )
            )
    head = (
        "what, given",
        "calibration error",
        "error, all called",
        f"error, the {ABSTAIN:.0%} least sure not called",
        "by which it falls (asked for: 0.33)",
        f"not called at {ABSTAIN_BELOW:g} (the setting); error of the rest",
    )
    return table(head, rows)


def _strata(views: Rows) -> str:
    rows = []
    for name, chosen in _STRATA:
        cells = []
        for of, figure in ((particle_shapes, macro_recall), (group_shapes, top(1)),
                           (group_distributions, top(1))):  # fmt: skip
            for arm, _ in ARMS:
                answers = of(views, arm)
                part = answers.where(chosen(answers))
                one = measured(part, figure, _FEW) if len(part) else None
                cells.append(f"{one}, n {one.n}" if one else "no rows")
        rows.append((name, *cells))
    head = ["stratum"]
    for what in ("particle shape, mean recall", "group shape, top 1", "distribution"):
        head += [f"{what}: {said}" for _, said in ARMS]
    return table(tuple(head), rows)


def _worse(described: Mapping[str, Rows]) -> str:
    """Return the figures of the same women's views, as simulated and made worse."""
    women = {view.woman for rows in list(described.values())[1:] for view in rows}
    rows = []
    for name, every in described.items():
        views = [view for view in every if view.woman in women]
        if not views:
            continue
        cells = []
        for of, figure in ((particle_shapes, macro_f1), (group_shapes, top(1)),
                           (group_shapes, top(2)), (group_distributions, top(1))):  # fmt: skip
            for arm, _ in ARMS:
                answers = of(views, arm)
                cells.append(str(measured(answers, figure, _FEW)) if len(answers) else "no rows")
        _, hit, _, held = planted_and_found(views, "at_detected", lambda _: True)
        rows.append((f"{name} ({len(views)} views)", *cells, f"{hit}; {held}"))
    head = ["views"]
    for what in ("particle macro-F1", "group top 1", "group top 2", "distribution"):
        head += [f"{what}: {said}" for _, said in ARMS]
    return table((*head, "detected: particles; groups"), rows)


def _milk(views: Rows) -> str:
    rows = []
    for arm, said in ARMS:
        particles, groups = milk_called(views, arm)
        total, hit, planted, held = planted_and_found(views, arm, lambda kind: kind is MILK)
        rows.append((said, f"{hit} of {total}", _counted(particles), f"{held} of {planted}",
                     _counted(groups)))  # fmt: skip
    head = ("given", "particles described", "called", "groups described", "called")
    return table(head, rows)


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{word.replace('_', ' ')} {n}" for word, n in counts.most_common()) or "-"


def _graded(graded: Mapping[Graded, Series]) -> str:
    rows = []
    for grows, one in graded.items():
        mean, least = one.rises(grows)
        for feature, values in (("size variability", one.size), ("shape variability", one.shape)):
            asked = feature.startswith(grows.value)
            rows.append(
                (f"{grows.value} grows", feature, *(f"{v:.2f}" for v in np.median(values, axis=1)),
                 f"{mean:.2f}; {least:.2f}" if asked else "")
            )  # fmt: skip
    steps = (f"step {n}" for n in range(1, STEPS + 1))
    head = ("series", "feature", *steps, "rank correlation with the step: mean; least")
    return table(head, rows)


def _picture(*names: str) -> str:
    links = (f"![{n.replace('_', ' ')}](../images/description/{n}.png)" for n in names)
    return " ".join(links) + "\n"
