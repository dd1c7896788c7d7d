"""What the card of a learned model, or the file of a classical one, must say to be used."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from calcsight.analysis.judging import ClassicalJudge
from calcsight.terms.errors import ModelUnusableError
from calcsight.terms.judge import OperatingPoint

# Neither a path nor what would steer a terminal: a card may come from anybody.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedCard:
    """The parts of a card that a judge is built from.

    Parameters
    ----------
    name : str
    operating_points : mapping
    file, sha256 : str
        Of the network; `file` is a bare name, beside the card.
    first_name, first_sha256 : str
        Of the first stage, which ships.
    least_first : float
        Candidates that the first stage scores lower score 0.
    """

    name: str
    operating_points: Mapping[OperatingPoint, float]
    file: str
    sha256: str
    first_name: str
    first_sha256: str
    least_first: float


def described(content: bytes, file: str) -> dict[str, Any]:
    """Parse the card of a model, or the file of a classical one.

    Raises
    ------
    ModelUnusableError
        When it is no JSON object.
    """
    try:
        found = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _unusable(f"{file} is no JSON object in UTF-8")
    return found


def learned_card(card: Mapping[str, Any], file: str) -> LearnedCard:
    """Take from a card what a learned judge is built from.

    Raises
    ------
    ModelUnusableError
        When something is missing, or is not of its kind.
    """
    try:
        network, stage = card["network"], card["first_stage"]
        return LearnedCard(
            name=_matching(_NAME, card["name"]),
            operating_points=_points(card["operating_points"]),
            file=_matching(_NAME, network["file"]),
            sha256=_matching(_SHA256, network["sha256"]),
            first_name=_matching(_NAME, stage["name"]),
            first_sha256=_matching(_SHA256, stage["sha256"]),
            least_first=_share(stage["least_score"]),
        )
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as problem:
        raise _unusable(f"{file} is no card of this version ({_said(problem)})") from None


def classical_judge(weights: Mapping[str, Any], digest: str, file: str) -> ClassicalJudge:
    """Build a classical judge from its file's content.

    Raises
    ------
    ModelUnusableError
        When something is missing, or is not of its kind.
    """
    try:
        count = len(weights["features"])
        return ClassicalJudge(
            name=_matching(_NAME, weights["name"]),
            digest=digest,
            features=tuple(map(str, weights["features"])),
            operating_points=_points(weights["operating_points"]),
            centre=_finite(weights["centre"], count),
            scale=_finite(weights["scale"], count),
            linear=_finite(weights["linear"], count),
            quadratic=_finite(weights["quadratic"], count, count),
            intercept=float(_finite(weights["intercept"])),
        )
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as problem:
        raise _unusable(f"{file} holds no weights of this version ({_said(problem)})") from None


def _points(said: Mapping[str, Any]) -> dict[OperatingPoint, float]:
    """Return every operating point, from few false marks to many."""
    points = {OperatingPoint(name): _share(value) for name, value in said.items()}
    thresholds = [points[point] for point in OperatingPoint]
    if sorted(thresholds, reverse=True) != thresholds:
        raise ValueError("operating points out of order")
    return points


def _share(said: Any) -> float:
    """Return a number in 0-1."""
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise TypeError("a score that is no number")
    if not math.isfinite(said) or not 0.0 <= said <= 1.0:
        raise ValueError("a score outside 0-1")
    return float(said)


def _finite(said: Any, *shape: int) -> Any:
    """Return finite numbers of a shape."""
    numbers = np.array(said, dtype=np.float64)
    if numbers.shape != shape or not np.isfinite(numbers).all():
        raise ValueError("weights of another shape, or not finite")
    return numbers


def _matching(form: re.Pattern[str], said: Any) -> str:
    """Return a text of a form."""
    if not isinstance(said, str) or not form.fullmatch(said):
        raise ValueError("a name or a digest that is none")
    return said


def _said(problem: Exception) -> str:
    """Say what is wrong; of a missing key, which."""
    return f"{problem} is missing" if isinstance(problem, KeyError) else str(problem)


def _unusable(found: str) -> ModelUnusableError:
    """Make the error of a card."""
    return ModelUnusableError(
        found,
        "card and network as `python -m training.fit_learned --out DIR` writes them",
        "write the model again with this version of calcsight",
    )
