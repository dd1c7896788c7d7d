"""The page of an evaluation: one HTML file with its curves inside and no program in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from calcsight.reports.curve_plot import CurvePlot, laid_out_curves
from calcsight.reports.visible_text import in_page
from calcsight.reports.wording import number_of

EVALUATION_NAME = "calcsight.evaluation"
_PER_WORDS = {
    "per_view": "false marks a view, on all views",
    "per_normal_view": "false marks a normal view, on those alone",
    "per_cm2": "false marks per cm² of breast, on all views",
}
# Fewer make percentile intervals too narrow.
FEW_PATIENTS = 20
_PLOT_TITLES = {
    "per_view": "FROC on all views",
    "per_normal_view": "FROC on normal views",
    "per_cm2": "FROC by area of breast",
}
_AREA_WORDS = {
    "wafroc": "area under the weighted AFROC",
    "afroc": "area under the AFROC",
    "average_precision": "average precision",
}
_OUTLINE_MEASURES = ("dice_pooled", "iou_pooled", "dice_per_view", "iou_per_view")
Entry = Mapping[str, Any]


def evaluation_page(document: Mapping[str, Any]) -> str:
    """Return the page.

    Parameters
    ----------
    document : mapping
        As `evaluation.json` holds it.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(
        loader=PackageLoader("calcsight.reports"),
        autoescape=True,
        finalize=in_page,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(number_of=number_of, share=share)
    template = environment.get_template("evaluation.html.j2")
    kinds = [one for of in ("particles", "groups") if (one := _kind(document, of))]
    return str(
        template.render(
            document=document,
            data_set=document["data_set"],
            predictions=document["predictions"],
            kinds=kinds,
            outlines=_outlines(document["figures"]),
            sizes=_sizes(document["figures"]),
        )
    )


def share(value: float | None, decimals: int = 3) -> str:
    """Write a number; an unknown one is a dash, never 0."""
    return "–" if value is None else f"{value:.{decimals}f}"


def _kind(document: Mapping[str, Any], of: str) -> dict[str, Any] | None:
    """Gather what the page says of particles, or of groups; None when nothing was measured."""
    rules = [one for one in document["rules"] if one["of"] == of and not one["not_measurable"]]
    if not rules:
        return None
    figures = [one for one in document["figures"] if one["of"] == of]
    whole = [one for one in figures if one["stratum"] == "all"]
    primary = document["primary"][of]
    return {
        "of": of,
        "rules": rules,
        "primary": primary,
        "plots": _plots(document["curves"], whole, of, primary),
        "table": _table(whole, rules),
        "strata": _strata([one for one in figures if one["rule"] == primary]),
        "columns": [at for per, at in _points(whole) if per == "per_view"],
        "n": next((one["n"] for one in whole if one["rule"] == primary), ""),
        "few": next((_few(one) for one in whole if one["rule"] == primary), None),
    }


def _few(figure: Entry) -> int | None:
    """Return how many patients have targets when that is few for a bootstrap."""
    patients: int = figure["patients_with_targets"]
    return patients if patients < FEW_PATIENTS else None


def _plots(
    curves: Sequence[Entry], figures: Sequence[Entry], of: str, primary: str
) -> list[CurvePlot]:
    """Lay out the FROC on each denominator and the wAFROC."""
    plots = []
    for per, words in _PER_WORDS.items():
        chosen = [c for c in curves if (c["kind"], c["of"], c["per"]) == ("froc", of, per)]
        marked = [
            f
            for f in figures
            if (f["measure"], f["rule"], f["per"]) == ("sensitivity", primary, per)
        ]
        plots.append(
            laid_out_curves(
                chosen, marked, primary, (_PLOT_TITLES[per], words, f"share of {of} hit")
            )
        )
    chosen = [c for c in curves if (c["kind"], c["of"]) == ("wafroc", of)]
    labels = ("share of normal views with a false mark", f"weighted share of {of} hit")
    plots.append(laid_out_curves(chosen, (), primary, ("Weighted AFROC", *labels)))
    return [plot for plot in plots if plot is not None]


def _points(figures: Sequence[Entry]) -> list[tuple[str, float]]:
    """Return where sensitivity is stated, in order."""
    points = [(f["per"], f["at"]) for f in figures if f["measure"] == "sensitivity"]
    return list(dict.fromkeys(points))


def _table(figures: Sequence[Entry], rules: Sequence[Entry]) -> list[dict[str, Any]]:
    """Lay out a row a measure and a cell a rule, in blocks by denominator."""
    blocks: dict[str, dict[str, dict[str, Entry]]] = {}
    for one in figures:
        if one["measure"] == "sensitivity":
            block, label = f"Sensitivity at {_PER_WORDS[one['per']]}", f"{one['at']:g}"
        elif one["measure"] in _AREA_WORDS:
            block, label = "Over the whole curve", _AREA_WORDS[one["measure"]]
        elif one["measure"] == "clean_normals":
            block = "Normal views without any false group, at false groups a normal view"
            label = f"{one['at']:g}"
        else:
            continue
        blocks.setdefault(block, {}).setdefault(label, {})[one["rule"]] = one
    return [
        {
            "title": title,
            "rows": [
                {"label": label, "cells": [cells.get(rule["code"]) for rule in rules]}
                for label, cells in rows.items()
            ],
        }
        for title, rows in blocks.items()
    ]


def _strata(figures: Sequence[Entry]) -> list[dict[str, Any]]:
    """Lay out a row a stratum and a cell for each number of false marks on all views."""
    points = [(per, at) for per, at in _points(figures) if per == "per_view"]
    rows: dict[str, dict[tuple[str, float], Entry]] = {}
    for one in figures:
        if one["measure"] == "sensitivity":
            rows.setdefault(one["stratum"], {})[one["per"], one["at"]] = one
    return [
        {
            "name": name,
            "n": next(iter(cells.values())),
            "cells": [cells.get(point) for point in points],
        }
        for name, cells in rows.items()
    ]


def _outlines(figures: Sequence[Entry]) -> list[dict[str, Any]]:
    """Lay out Dice and IoU: a row for each number of false marks."""
    chosen = [one for one in figures if one["measure"] in _OUTLINE_MEASURES]
    rows: dict[float, dict[str, Entry]] = {}
    for one in chosen:
        rows.setdefault(one["at"], {})[one["measure"]] = one
    return [
        {"at": at, "cells": [cells.get(measure) for measure in _OUTLINE_MEASURES]}
        for at, cells in rows.items()
    ]


def _sizes(figures: Sequence[Entry]) -> list[dict[str, Any]]:
    """Lay out errors of diameters: a row for each size."""
    rows: dict[str, dict[str, Entry]] = {}
    for one in figures:
        if one["measure"].endswith("diameter_error_mm"):
            rows.setdefault(one["stratum"], {})[one["measure"]] = one
    order = ("mean_diameter_error_mm", "mean_absolute_diameter_error_mm")
    return [
        {"size": size, "cells": [cells.get(measure) for measure in order]}
        for size, cells in rows.items()
    ]
