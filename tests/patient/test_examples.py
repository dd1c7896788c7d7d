"""Examples: their form, their names, and that none of the closed halves is among them."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from calcsight.patient.examples import examples_in, load_examples, own_examples
from calcsight.patient.knowledge_files import load_knowledge_base
from calcsight.patient.likeness import bare_words
from calcsight.terms.errors import GuidanceError
from calcsight.terms.knowledge_base import Language
from calcsight.terms.patient_answer import AnswerKind, RedFlag

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "src" / "calcsight" / "patient" / "examples").glob("*.jsonl"))
CLOSED = [ROOT / "benchmarks" / "questions" / f"{half}.jsonl" for half in ("test", "reserve")]
KEYS = {
    AnswerKind.ANSWER: {"entries"},
    AnswerKind.RED_FLAG: {"flag"},
    AnswerKind.PERSONAL: set(),
    AnswerKind.OUT_OF_SCOPE: set(),
}
GOOD = {"id": "x-1", "language": "en", "text": "why", "kind": "answer", "entries": ["a", "b"]}


def lines_of(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a file."""
    return [json.loads(one) for one in path.read_text(encoding="utf-8").splitlines()]


def digest(text: str) -> str:
    """Return the SHA-256 of a question, but for case, accents and signs."""
    return hashlib.sha256(" ".join(bare_words(text)).encode()).hexdigest()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_has_the_form_of_the_protocol(path: Path) -> None:
    entries = set(load_knowledge_base().entries)
    for one in lines_of(path):
        kind = AnswerKind(one["kind"])
        said = {"id", "language", "text", "kind"} | KEYS[kind]
        assert said <= set(one) <= said | {"tags", "entries", "flag"}, one["id"]
        assert Language(one["language"])
        assert one["text"].strip()
        if kind is AnswerKind.ANSWER:
            assert 1 <= len(one["entries"]) <= 2, one["id"]
            assert set(one["entries"]) <= entries, one["id"]
        else:
            assert not one.get("entries"), one["id"]
        if kind is AnswerKind.RED_FLAG:
            assert RedFlag(one["flag"])
        else:
            assert not one.get("flag"), one["id"]


def test_ids_are_unique_over_all_files() -> None:
    ids = Counter(one["id"] for path in FILES for one in lines_of(path))
    assert [one for one, times in ids.items() if times > 1] == []


def test_all_files_are_read_under_their_names() -> None:
    read = load_examples()
    assert {one.author for one in read} == {path.stem for path in FILES}
    assert len(read) == sum(len(lines_of(path)) for path in FILES)


def test_hardly_a_question_of_a_closed_half_stands_among_the_examples() -> None:
    """Writers who never saw each other ask some short questions alike; more would be copied.

    `benchmarks/questions.py` gives its figures without those, too. Nothing of them is told here.
    """
    examples = {digest(one.text) for one in load_examples()}
    for path in CLOSED:
        closed = {digest(one["text"]) for one in lines_of(path)}
        assert len(closed) >= 250
        share = len(closed & examples) / len(closed)
        assert share < 0.04


def test_what_entries_are_asked_by_counts_in_both_languages() -> None:
    own = list(own_examples(load_knowledge_base()))
    assert {name for one in own for name in one.outcomes} == set(load_knowledge_base().entries)
    assert all(one.author == "" for one in own)


def test_the_second_of_two_entries_counts_for_a_little_less() -> None:
    (one,) = examples_in("file.jsonl", json.dumps(GOOD))
    assert one.outcomes == {"a": 1.0, "b": 0.7}
    assert one.author == "file"


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "joke"},
        {"kind": "red_flag"},
        {"kind": "red_flag", "flag": "rain"},
        {"entries": []},
        {"entries": None},
    ],
)
def test_a_line_that_says_no_outcome_is_refused_without_its_text(change: dict[str, Any]) -> None:
    line = json.dumps({**GOOD, "text": "Xanthippe", **change})
    with pytest.raises(GuidanceError, match="line 1") as refused:
        list(examples_in("file.jsonl", line))
    assert "Xanthippe" not in str(refused.value)
    with pytest.raises(GuidanceError):
        list(examples_in("file.jsonl", "{"))
