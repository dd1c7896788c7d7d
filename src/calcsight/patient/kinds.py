"""Of which kind a question is: rules and likeness weighed together, in the order of safety."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp

from calcsight.knowledge.entries import Entry
from calcsight.knowledge.files import inside
from calcsight.patient.alike import Alike
from calcsight.patient.rule_files import rule_document
from calcsight.terms.errors import GuidanceError
from calcsight.terms.patient_answer import AnswerKind

# What is told apart from an answer, in the order in which it is asked.
TOLD = (AnswerKind.RED_FLAG, AnswerKind.PERSONAL, AnswerKind.OUT_OF_SCOPE)
SIGNS = (
    "red_flag personal outside inside best "
    "rule_red_flag rule_personal rule_never_covered rule_off_topic"
).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWeights:
    """How one kind is told from those after it: a logistic model.

    Parameters
    ----------
    weights : mapping from str to float
        By sign.
    shift : float
    bar : float
        Probability from which on it is told, 0-1: low where a miss would harm.
    """

    weights: Mapping[str, float]
    shift: float
    bar: float

    def holds(self, signs: Mapping[str, float]) -> bool:
        """Tell whether a question is of the kind."""
        return self.probability(signs) >= self.bar

    def probability(self, signs: Mapping[str, float]) -> float:
        """Return how probable the kind is, 0-1, among questions like those it was fitted on."""
        weighed = sum(weight * signs[name] for name, weight in self.weights.items()) + self.shift
        return 1.0 / (1.0 + exp(-max(-60.0, min(60.0, weighed))))


def signs_of(like: Alike, rules: Mapping[str, bool]) -> Mapping[str, float]:
    """Return what a kind is told by.

    Parameters
    ----------
    like : Alike
    rules : mapping from str to bool
        Which rules hold, by the signs that are theirs.
    """
    said = {
        "red_flag": like.symptom + like.despair,
        "personal": like.personal,
        "outside": like.outside,
        "inside": sum(like.entries.values()),
        "best": max(like.entries.values()),
    }
    return said | {name: float(holds) for name, holds in rules.items()}


def kind_of(signs: Mapping[str, float], weights: Mapping[AnswerKind, KindWeights]) -> AnswerKind:
    """Return the kind of a question.

    A rule on red flags is believed whatever a question is like; the other rules are signs.
    """
    if signs["rule_red_flag"]:
        return AnswerKind.RED_FLAG
    return next((one for one in TOLD if weights[one].holds(signs)), AnswerKind.ANSWER)


@cache
def load_kinds() -> Mapping[AnswerKind, KindWeights]:
    """Read `rules/kinds.toml`, which `training/fit_likeness.py` writes.

    Raises
    ------
    GuidanceError
        When a kind or a sign is missing, or there is another one.
    """
    with inside("rules/kinds.toml"):
        top = Entry(rule_document("kinds"))
        read = {one: _parsed(Entry(top.table(one.value), one.value)) for one in TOLD}
        # The digest of what they were weighed on is for the test that they belong to it.
        top.text("texts", "")
        top.done()
    return read


def _parsed(entry: Entry) -> KindWeights:
    """Read one kind."""

    def number(key: str) -> float:
        value = entry.number(key)
        if value is None:
            raise GuidanceError(f"{entry.place(key)} is missing", "a number")
        return value

    read = KindWeights(
        weights={name: number(name) for name in SIGNS}, shift=number("shift"), bar=number("bar")
    )
    entry.done()
    return read
