"""An evaluation as plain data and as tables."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from calcsight.evaluation.cases import Numbers
from calcsight.evaluation.evaluating import DrawnCurve, Evaluation
from calcsight.evaluation.figures import Figure
from calcsight.reports.columns import Cell, Row
from calcsight.reports.csv_tables import csv_lines
from calcsight.reports.evaluation_page import EVALUATION_NAME
from calcsight.reports.schemas import EVALUATION_SCHEMA_VERSION
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.version import SOFTWARE

CONVENTIONS = {
    "ties": "marks of one score are taken or left together, in every curve and figure",
    "operating_score": "the lowest score at which no more false marks are taken than allowed; "
    "sensitivity at an allowed number is that at this score, without interpolation",
    "further_particle_marks": "a further mark on a particle already hit is false",
    "further_groups": "a further group on a region already hit is neither hit nor false",
    "doubtful_regions": "what lies in a doubtful region is neither a target nor false",
    "outside_the_breast": "marks outside the breast count as any others",
    "strata": "a mark that hits a particle of another stratum is neither a hit nor false",
    "refused_views": "targets of a view that was refused count as missed; it is no view without "
    "false marks either",
    "intervals": "patients are drawn with replacement, all their views together; where every "
    "draw gives the same share of 0 or 1, Wilson's interval over the patients stands instead; what "
    "rests on one patient has none",
}


def evaluation_document(evaluation: Evaluation, files: Sequence[str]) -> dict[str, Any]:
    """Return plain dicts, lists, numbers and texts; null = could not be measured.

    Parameters
    ----------
    evaluation : Evaluation
    files : sequence of str
        Names of the files written beside the document.
    """
    return {
        "document": EVALUATION_NAME,
        "schema_version": EVALUATION_SCHEMA_VERSION,
        "intended_use": INTENDED_USE,
        "software": SOFTWARE,
        "data_set": _data_set(evaluation),
        "predictions": _predictions(evaluation),
        "bootstrap": {
            "unit": "patient",
            "replicates": evaluation.replicates,
            "seed": evaluation.seed,
        },
        "conventions": dict(CONVENTIONS),
        "rules": [
            {
                "of": one.of,
                "code": one.code,
                "words": one.words,
                "source": one.source,
                "not_measurable": one.reason or None,
            }
            for one in evaluation.rules
        ],
        "primary": dict(evaluation.primary),
        "figures": [figure_entry(one) for one in evaluation.figures],
        "curves": [_curve(one) for one in evaluation.curves],
        "files": list(files),
    }


def _data_set(evaluation: Evaluation) -> dict[str, Any]:
    """Say what the truth holds, and its faults."""
    views = [case.true for case in evaluation.cases]
    regions = [region for view in views for region in view.regions or ()]
    faults = [{"view": None, "code": f.code, "what": f.what} for f in evaluation.data_set.faults]
    faults += [
        {"view": view.name, "code": one.code, "what": one.what}
        for view in views
        for one in view.faults
    ]
    marked = [view.particles for view in views if view.particles is not None]
    return {
        "name": evaluation.data_set.name,
        "views": len(views),
        "normal_views": sum(view.normal for view in views),
        "patients": len({view.patient for view in views}),
        "particles": sum(len(one.diameters_mm) for one in marked) if marked else None,
        "regions": len(regions) if any(view.regions is not None for view in views) else None,
        "doubtful_regions": sum(region.doubtful for region in regions),
        "views_of_unknown_spacing": sum(view.spacing_mm is None for view in views),
        "faults": faults,
    }


def _predictions(evaluation: Evaluation) -> dict[str, Any]:
    """Say what the detector gave."""
    found = [case.found for case in evaluation.cases]
    return {
        "detector": evaluation.predictions.detector,
        "marks_particles": evaluation.predictions.particles,
        "marks_groups": evaluation.predictions.groups,
        "particles": sum(len(view.scores) for view in found),
        "groups": sum(len(view.groups) for view in found),
        "refused": [{"view": one.name, "code": one.refused} for one in found if one.refused],
    }


def figure_entry(figure: Figure) -> dict[str, Any]:
    """Return one figure; the same keys are the columns of the table."""
    return {
        "name": figure.name,
        "value": known(figure.value),
        "low": known(figure.low),
        "high": known(figure.high),
        "not_measurable": figure.reason or None,
        "measure": figure.measure,
        "of": figure.of,
        "rule": figure.rule_code or None,
        "stratum": figure.stratum,
        "per": figure.per or None,
        "at": known(figure.at),
        "score": known(figure.score),
        "reached": known(figure.reached),
        "targets": figure.targets,
        "views": figure.views,
        "patients": figure.patients,
        "patients_with_targets": figure.independent,
        "n": figure.n,
        "rule_words": figure.rule,
        "denominator": figure.denominator,
        "interval": figure.interval,
    }


def known(value: float) -> float | None:
    """Return a finite number, to nine digits; None = unknown, or without an end."""
    return float(f"{value:.9g}") if math.isfinite(value) else None


def _curve(curve: DrawnCurve) -> dict[str, Any]:
    """Return one curve; the score of its first corner, where nothing is taken yet, is null."""
    return {
        "kind": curve.kind,
        "of": curve.of,
        "rule": curve.rule_code,
        "per": curve.per,
        "points": [[known(value) for value in point] for point in _rows(curve.points)],
    }


def _rows(points: Numbers) -> list[list[float]]:
    """Return an array as lists."""
    rows: list[list[float]] = points.tolist()
    return rows


def figures_table(evaluation: Evaluation) -> str:
    """Return every figure as CSV."""
    entries = [figure_entry(one) for one in evaluation.figures]
    header: Row = tuple(entries[0]) if entries else ("name",)
    return csv_lines([header, *(tuple(entry.values()) for entry in entries)])


def curves_table(evaluation: Evaluation) -> str:
    """Return every corner of every curve as CSV."""
    return csv_lines(
        [("kind", "of", "rule", "per", "score", "false", "hit"), *_corners(evaluation)]
    )


def _corners(evaluation: Evaluation) -> Iterator[Row]:
    """Yield the corners."""
    for one in evaluation.curves:
        for point in _rows(one.points):
            cells: list[Cell] = [known(value) for value in point]
            yield (one.kind, one.of, one.rule_code, one.per, *cells)
