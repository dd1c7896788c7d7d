"""Solve what questions are told by, from the entries, examples and rules that ship.

    python -m training.fit_likeness --write

Some minutes: the likeness is solved once for each file of examples without it, so that the kinds
are weighed on questions that it has not seen; then once more from all. It is solved again whenever
an entry's title, names or questions, a rule or an example changes; a test says when that was
forgotten.
"""

import argparse
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from calcsight.patient.alike import alike
from calcsight.patient.answering import Answerer
from calcsight.patient.examples import Example, load_examples, own_examples
from calcsight.patient.kinds import SIGNS, TOLD, signs_of
from calcsight.patient.knowledge_files import load_knowledge_base
from calcsight.patient.likeness import Likeness, fitted
from calcsight.patient.likeness_file import LIKENESS_FILE, likeness_bytes
from calcsight.patient.rule_files import RULE_FILES, rule_document
from calcsight.terms.patient_answer import AnswerKind, RedFlag

PATIENT = Path(__file__).parents[1] / "src" / "calcsight" / "patient"
# Probability from which on a kind is told: low where a miss would harm more than a refusal.
BARS = {AnswerKind.RED_FLAG: 0.15, AnswerKind.PERSONAL: 0.23, AnswerKind.OUT_OF_SCOPE: 0.45}
# What a logistic fit pays for the size of its weights.
RIDGE = 0.3


def solved(without: str = "") -> Likeness:
    """Return the likeness of the texts as they are now, or without one file of examples."""
    others = [one for one in load_examples() if one.author != without]
    return fitted([*own_examples(load_knowledge_base()), *others])


def texts_digest() -> str:
    """Return the SHA-256 of what is learned from: examples, the entries' own, and the rules.

    A test compares it with the one in each file that is written here.
    """
    examples = [*own_examples(load_knowledge_base()), *load_examples()]
    read = [(one.author, one.text, sorted(one.outcomes.items())) for one in examples]
    learned = hashlib.sha256(json.dumps(sorted(read)).encode())
    for name in (*RULE_FILES, "search", "spelling"):
        learned.update(json.dumps(rule_document(name), sort_keys=True).encode())
    return learned.hexdigest()


def told(example: Example) -> AnswerKind:
    """Return the kind of an example."""
    name = max(example.outcomes, key=lambda one: example.outcomes[one])
    if name in tuple(RedFlag):
        return AnswerKind.RED_FLAG
    return AnswerKind(name) if name in tuple(AnswerKind) else AnswerKind.ANSWER


def signs() -> Iterator[tuple[Example, list[float]]]:
    """Yield the signs of every example, by a likeness that has not seen its file."""
    examples = load_examples()
    for author in sorted({one.author for one in examples}):
        likeness = solved(author)
        answerer = Answerer(load_knowledge_base(), likeness)
        print(f"signs of {author}", flush=True)
        for one in examples:
            if one.author == author:
                rules = answerer.rule_signs(one.text)
                found = signs_of(alike(likeness, one.text), rules)
                yield one, [found[name] for name in SIGNS]


def logistic(values: NDArray[np.float64], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the weights and the shift of a logistic regression with a ridge."""

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weighed = values @ weights[:-1] + weights[-1]
        sign = np.where(right, 1.0, -1.0)
        size = weights[:-1] @ weights[:-1]
        total = float(np.logaddexp(0, -sign * weighed).sum() + RIDGE * size / 2)
        slope = -sign / (1 + np.exp(sign * weighed))
        return total, np.append(values.T @ slope + RIDGE * weights[:-1], slope.sum())

    found = minimize(loss, np.zeros(values.shape[1] + 1), jac=True, method="L-BFGS-B")
    return np.asarray(found.x)


def kinds_text(found: Sequence[tuple[Example, list[float]]]) -> str:
    """Return `rules/kinds.toml`: each kind against those that are asked for after it."""
    values = np.array([signs for _, signs in found])
    kinds = np.array([told(one).value for one, _ in found])
    lines = [
        "# How rules and likeness tell the kinds apart, each from those after it; logistic models.",
        "# Made by `python -m training.fit_likeness --write`.",
        f'texts = "{texts_digest()}"',
    ]
    for place, kind in enumerate(TOLD):
        after = {one.value for one in (*TOLD[place:], AnswerKind.ANSWER)}
        those = np.isin(kinds, sorted(after))
        *weights, shift = logistic(values[those], kinds[those] == kind.value)
        lines += ["", f"[{kind.value}]", f"bar = {BARS[kind]}", f"shift = {shift:.3f}"]
        lines += [f"{name} = {one:.3f}" for name, one in zip(SIGNS, weights, strict=True)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Solve, and write when asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write what was solved")
    given = parser.parse_args()
    kinds = kinds_text(list(signs()))
    content = likeness_bytes(solved(), texts_digest())
    print(kinds, f"{LIKENESS_FILE}: {len(content)} bytes", sep="\n")
    if given.write:
        (PATIENT / "rules" / "kinds.toml").write_text(kinds, encoding="utf-8")
        (PATIENT / LIKENESS_FILE).write_bytes(content)


if __name__ == "__main__":
    main()
