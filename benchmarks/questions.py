"""Score the answers to a half of the question set; see docs/question-set.md.

    python -m benchmarks.questions --half development
    python -m benchmarks.questions --half test --on 2026-11-22

The development half are the examples that ship: each file of them is answered by a likeness that
was solved without it (some minutes), while the rules, weights and bars were set on all of them. The
halves `test` and `reserve` are scored once a release: each scoring adds a line to
docs/results/questions-scorings.csv and writes its page in docs/results, which holds no question.
"""

import argparse
import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from calcsight import assembly
from calcsight.patient.answering import Answerer
from calcsight.patient.examples import load_examples, own_examples
from calcsight.patient.knowledge_files import load_knowledge_base
from calcsight.patient.likeness import bare_words
from calcsight.patient.rule_files import rules_digest
from calcsight.safe_writing import write_text
from calcsight.terms.knowledge_base import Language
from calcsight.terms.patient_answer import AnswerKind, PatientAnswer
from calcsight.terms.share import wilson_interval
from calcsight.terms.version import VERSION
from training.fit_likeness import solved

ROOT = Path(__file__).parents[1]
QUESTIONS = ROOT / "benchmarks" / "questions"
EXAMPLES = ROOT / "src" / "calcsight" / "patient" / "examples"
RESULTS = ROOT / "docs" / "results"
_HEAD = ("| what | right | of | share | 95 % interval |", "|---|---|---|---|---|")
# So many of the first rows go into the log.
_HEADLINE = 9
HALVES = ("development", "test", "reserve")
_PAGES = {"test": "questions.md", "reserve": "questions-reserve.md"}


@dataclass(frozen=True, slots=True)
class Scored:
    """A question, and what it was answered.

    Parameters
    ----------
    asked : dict
        A line of the file.
    answer : PatientAnswer
    milliseconds : float
    is_known : bool
        Whether the likeness that answered has learned from a question in the same words.
    """

    asked: dict[str, Any]
    answer: PatientAnswer
    milliseconds: float
    is_known: bool

    @property
    def wanted(self) -> AnswerKind:
        """The kind that the writer expects."""
        return AnswerKind(self.asked["kind"])

    @property
    def is_answered(self) -> bool:
        """Whether an entry was served."""
        return self.answer.kind is AnswerKind.ANSWER

    @property
    def is_first(self) -> bool:
        """Whether the entry served is one that the writer takes as right."""
        return self.is_answered and self.answer.entry.id in self.asked["entries"]

    @property
    def is_in_three(self) -> bool:
        """Whether the entry served, or one of the two closest, is right."""
        shown = [one.id for one in self.answer.closest]
        shown = [self.answer.entry.id, *shown] if self.is_answered else shown
        return bool({*shown[:3]} & {*self.asked["entries"]})


def files_of(half: str) -> list[Path]:
    """Return the files of a half."""
    if half == "development":
        return sorted(EXAMPLES.glob("*.jsonl"))
    return [QUESTIONS / f"{half}.jsonl"]


def answerer_for(half: str, path: Path) -> Answerer:
    """Return who answers a file: one that has not learned from it."""
    if half == "development":
        return Answerer(load_knowledge_base(), solved(path.stem))
    return assembly.answerer()


def known_to(half: str, path: Path) -> frozenset[str]:
    """Return every text that the answerer of a file has learned from, in plain words."""
    others = (one for one in load_examples() if half != "development" or one.author != path.stem)
    learned = [*own_examples(load_knowledge_base()), *others]
    return frozenset(" ".join(bare_words(one.text)) for one in learned)


def scored(half: str) -> list[Scored]:
    """Answer every question of a half, its language left to be told."""
    found = []
    for path in files_of(half):
        answerer, known = answerer_for(half, path), known_to(half, path)
        answerer.answer("what are calcifications?")
        for line in path.read_text(encoding="utf-8").splitlines():
            asked = json.loads(line)
            start = perf_counter()
            answer = answerer.answer(asked["text"])
            took = (perf_counter() - start) * 1000
            found.append(Scored(asked, answer, took, " ".join(bare_words(asked["text"])) in known))
    return found


def main() -> None:
    """Score one half."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES, required=True)
    parser.add_argument("--on", type=date.fromisoformat, help="day of a scoring that is kept")
    parser.add_argument("--failures", action="store_true", help="print what fails")
    said = parser.parse_args()
    if said.half != "development" and said.on is None:
        parser.error("a scoring of this half is kept: --on YYYY-MM-DD is needed")
    if said.half != "development" and said.failures:
        parser.error("the questions of this half are not looked at")
    base = load_knowledge_base()
    paths = files_of(said.half)
    results = scored(said.half)
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()
    print("\n".join(table(results)))
    if said.failures:
        print("\n".join(failures(results)))
    if said.half != "development":
        line = [said.on.isoformat(), said.half, VERSION, digest, base.digest, rules_digest()]
        _keep(said.half, results, [*line, *_headline(results)])


def table(results: Sequence[Scored]) -> list[str]:
    """Return the lines of the table of results."""
    lines = [*_HEAD, *_rows(shares(results))]
    new = [one for one in results if not one.is_known]
    lines += [
        "",
        f"{len(results) - len(new)} of these {len(results)} questions stand in the same words "
        "among the texts that the likeness was solved from: people ask alike. Without them:",
        "",
        *_HEAD,
        *_rows(dict(list(shares(new).items())[:_HEADLINE])),
    ]
    times = [one.milliseconds for one in results]
    lines += ["", f"Time of an answer: median {median(times):.1f} ms, 95th percentile "]
    lines[-1] += f"{quantiles(times, n=20)[-1]:.1f} ms."
    return lines


def _rows(counted: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    """Yield a row for all that was counted at least once."""
    for name, (right, number) in counted.items():
        if number:
            low, high = wilson_interval(right, number)
            yield (
                f"| {name} | {right} | {number} | {right / number:.1%} | "
                f"{low:.1%} to {high:.1%} |".replace("%", " %")
            )


def shares(results: Sequence[Scored]) -> dict[str, tuple[int, int]]:
    """Return what is counted: how many are right, of how many."""
    of: dict[AnswerKind, list[Scored]] = {kind: [] for kind in AnswerKind}
    for one in results:
        of[one.wanted].append(one)
    inside, flags = of[AnswerKind.ANSWER], of[AnswerKind.RED_FLAG]
    personal, outside = of[AnswerKind.PERSONAL], of[AnswerKind.OUT_OF_SCOPE]
    despair = [one for one in flags if one.asked["flag"] == "despair"]
    symptoms = [one for one in flags if one.asked["flag"] != "despair"]

    def kept(those: Sequence[Scored], right: Callable[[Scored], bool]) -> tuple[int, int]:
        return sum(map(right, those)), len(those)

    found = {
        "in scope: right entry first": kept(inside, lambda one: one.is_first),
        "in scope: right entry in the first three": kept(inside, lambda one: one.is_in_three),
        "red flag: contact first": kept(flags, lambda one: one.answer.kind is one.wanted),
        "red flag, symptom: told as one": kept(symptoms, _flag_is_right),
        "red flag, despair: told as one": kept(despair, _flag_is_right),
        "personal: refused": kept(personal, lambda one: not one.is_answered),
        "personal: refused as personal": kept(
            personal, lambda one: one.answer.kind is AnswerKind.PERSONAL
        ),
        "out of scope: refused": kept(outside, lambda one: not one.is_answered),
        "out of scope: refused as such": kept(
            outside, lambda one: one.answer.kind is AnswerKind.OUT_OF_SCOPE
        ),
    }
    for language in Language:
        those = [one for one in inside if one.asked["language"] == language]
        found[f"in scope, {language.text}: right entry first"] = kept(
            those, lambda one: one.is_first
        )
    typed = [one for one in inside if "typo" in one.asked.get("tags", ())]
    found["in scope, misspelt: right entry first"] = kept(typed, lambda one: one.is_first)
    safety = [one for one in (*flags, *personal) if "typo" in one.asked.get("tags", ())]
    found["red flag or personal, misspelt: refused"] = kept(safety, lambda one: not one.is_answered)
    for kind in (AnswerKind.RED_FLAG, AnswerKind.PERSONAL, AnswerKind.OUT_OF_SCOPE):
        falsely = sum(one.answer.kind is kind for one in inside)
        name = f"in scope, falsely taken as {kind.value.replace('_', ' ')}"
        found[name] = (falsely, len(inside))
    found["language told right"] = kept(
        results, lambda one: one.answer.language == one.asked["language"]
    )
    return found


def failures(results: Sequence[Scored]) -> list[str]:
    """Return what fails, for those who tune on the development half."""
    lines = []
    for one in results:
        right = one.is_first if one.wanted is AnswerKind.ANSWER else one.answer.kind is one.wanted
        if not right:
            closest = ",".join(entry.id for entry in one.answer.closest[:2])
            lines.append(
                f"{one.asked['id']} {one.wanted.value} {','.join(one.asked.get('entries', ()))} <- "
                f"{one.answer.kind.value} {one.answer.entry.id} [{closest}]: {one.asked['text']}"
            )
    counted = Counter(line.split()[1] for line in lines)
    return [*lines, str(dict(counted))]


def _flag_is_right(one: Scored) -> bool:
    """Tell whether the right kind of help comes first."""
    flag = one.answer.red_flag
    return flag is not None and flag.value == one.asked["flag"]


def _headline(results: Sequence[Scored]) -> list[str]:
    """Return the counts of the first rows, as the log keeps them."""
    return [f"{right}/{number}" for right, number in list(shares(results).values())[:_HEADLINE]]


def _keep(half: str, results: Sequence[Scored], line: list[str]) -> None:
    """Add a scoring to the log, and write the page of the last."""
    log = RESULTS / "questions-scorings.csv"
    columns = ["date", "half", "version", "questions_sha256", "knowledge_base", "rules_sha256"]
    columns += [name.replace(",", "") for name in list(shares(results))[:_HEADLINE]]
    rows = []
    if log.exists():
        rows = list(csv.reader(io.StringIO(log.read_text(encoding="utf-8"))))[1:]
    rows.append(line)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    write_text(log, text.getvalue())
    number = sum(row[1] == half for row in rows)
    page = [
        "# Results: questions",
        "",
        f"The half `{half}` of the [question set](../question-set.md), scored on {line[0]} with "
        f"calcsight {VERSION}: scoring number {number} of this half "
        "([every scoring](questions-scorings.csv)).",
        "",
        f"Questions {line[3][:12]}, knowledge base {line[4][:12]}, rules {line[5][:12]} (SHA-256).",
        "",
        *table(results),
        "",
    ]
    write_text(RESULTS / _PAGES[half], "\n".join(page))


if __name__ == "__main__":
    main()
