"""Anybody's predictions: a CSV table, JSON, COCO, or the results folder of `calcsight read`."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from calcsight.evaluation.cases import FoundView, Predictions
from calcsight.evaluation.predictions_coco import is_coco, of_coco
from calcsight.evaluation.predictions_csv import of_csv
from calcsight.evaluation.predictions_json import (
    PREDICTIONS_DOCUMENT,
    READING_DOCUMENT,
    of_document,
    of_reading,
)
from calcsight.evaluation.view_names import NamedAs
from calcsight.intake import opened
from calcsight.terms.errors import InputRefused, PredictionsError

Read = TypeVar("Read")

MOST_BYTES = 1_000_000_000
_FORMS = (
    "a .csv table, a .json of calcsight or COCO, or a results folder of calcsight read "
    "(docs/evaluation.md shows each)"
)


def read_predictions(path: Path, view_names: Sequence[str]) -> Predictions:
    """Read predictions.

    Parameters
    ----------
    path : Path
    view_names : sequence of str
        Those of the data set: a prediction may name a view by its path, its file's name or its
        file's name without suffix, as long as only one view can be meant.

    Raises
    ------
    PredictionsError
        When it cannot be read, or holds what is no prediction.
    """
    named = NamedAs(view_names)
    if path.is_dir():
        return _of_results(path, named)
    if path.suffix.lower() == ".csv":
        return of_csv(path, _text(path), named)
    document = _parsed(path)
    return _checked(path, lambda: _of_json(path, document, named))


def _of_json(path: Path, document: Any, named: NamedAs) -> Predictions:
    """Tell the forms of JSON apart by what they call themselves."""
    if isinstance(document, Mapping):
        kind = document.get("document")
        if kind == PREDICTIONS_DOCUMENT:
            return of_document(document, named)
        if kind == READING_DOCUMENT:
            return _of_readings([of_reading(document, named)], [document])
        if is_coco(document):
            return of_coco(path.name, document, named)
    raise PredictionsError(f"{path} is no form of predictions that is known", _FORMS)


def _of_results(folder: Path, named: NamedAs) -> Predictions:
    """Read what `calcsight read` wrote: every reading, and which inputs it refused."""
    readings = sorted(folder.glob("*.reading.json"))
    if not readings:
        raise PredictionsError(f"{folder} holds no *.reading.json", _FORMS)
    views: list[FoundView] = []
    documents = []
    for path in readings:
        document = _parsed(path)
        documents.append(document)
        views.append(_checked(path, lambda d=document: of_reading(d, named)))  # type: ignore[misc]
    manifest = folder / "manifest.json"
    if manifest.is_file():
        run = _parsed(manifest)
        views += _checked(manifest, lambda: _refused(run, named))
    return _checked(folder, lambda: _of_readings(views, documents))


def _refused(run: Any, named: NamedAs) -> list[FoundView]:
    """Return the inputs that a run refused."""
    return [
        named.nothing_in(str(one["image"]), str(one["code"]))
        for one in run["inputs"]
        if one["status"] == "refused" and named.knows(str(one["image"]))
    ]


def _of_readings(views: Sequence[FoundView], documents: Sequence[Any]) -> Predictions:
    """Say who made the readings; without a pixel spacing a reading looks for no groups."""
    provenance = documents[-1]["provenance"]
    grouped = sum(bool(document["groupings"]) for document in documents)
    detector = f"{provenance['software']}, judge {provenance['judge']}"
    if grouped < len(documents):
        detector += (
            f"; no groups in {len(documents) - grouped} of {len(documents)} readings: pixel "
            "spacing unknown"
        )
    return Predictions(detector=detector, views=tuple(views), particles=True, groups=grouped > 0)


def _checked(path: Path, read: Callable[[], Read]) -> Read:
    """Turn what a malformed document makes of the reader into one typed error."""
    try:
        return read()
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as problem:
        raise PredictionsError(
            f"{path} is not as its form demands ({type(problem).__name__}: {problem})", _FORMS
        ) from None


def _text(path: Path) -> str:
    """Read a text, in UTF-8."""
    try:
        with opened(path) as file:
            data = file.read(MOST_BYTES + 1)
    except InputRefused as refusal:
        raise PredictionsError(f"{path}: {refusal.found}", _FORMS) from None
    if len(data) > MOST_BYTES:
        raise PredictionsError(f"{path} is larger than {MOST_BYTES} bytes", _FORMS)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PredictionsError(f"{path} is no text in UTF-8", _FORMS) from None


def _parsed(path: Path) -> Any:
    """Read JSON; NaN and infinity are no JSON."""
    text = _text(path)
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as problem:
        raise PredictionsError(f"{path} is no JSON ({problem})", _FORMS) from None


def _no_number(word: str) -> float:
    """Refuse a word that Python takes for a number."""
    raise ValueError(f"{word} is no number")
