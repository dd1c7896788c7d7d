"""Questions as people ask them, each with what it comes to: what likeness is learned from.

`examples/*.jsonl` hold them, one a line, invented for this and never sent
by anybody: ``{"id", "language", "text", "kind", "entries", "flag", "tags"}``, as the protocol of
the question set says. To them come the titles, names and questions of the entries themselves.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from calcsight.terms.errors import GuidanceError
from calcsight.terms.knowledge_base import KnowledgeBase
from calcsight.terms.patient_answer import AnswerKind, RedFlag

# Of two entries that are equally right, the second counts for a little less.
_SECOND = 0.7
_SUFFIX = ".jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question, and what it comes to.

    Parameters
    ----------
    text : str
    outcomes : mapping from str to float
        Ids of entries, of an answer; a `RedFlag`, or another `AnswerKind`: how fully each is
        right, 0-1.
    author : str
        File that it is from; "" = an entry's own.
    """

    text: str
    outcomes: Mapping[str, float]
    author: str = ""


@cache
def load_examples() -> tuple[Example, ...]:
    """Return every example that ships.

    Raises
    ------
    GuidanceError
        When a line is no such question.
    """
    folder = files("calcsight.patient").joinpath("examples")
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(_SUFFIX))
    return tuple(
        one
        for name in names
        for one in examples_in(name, folder.joinpath(name).read_text(encoding="utf-8"))
    )


def examples_in(author: str, lines: str) -> Iterator[Example]:
    """Yield the examples of one file.

    Raises
    ------
    GuidanceError
    """
    for number, line in enumerate(lines.splitlines(), 1):
        try:
            question = json.loads(line)
            yield Example(
                text=question["text"],
                outcomes=_outcomes(question),
                author=author.removesuffix(_SUFFIX),
            )
        except (ValueError, KeyError, TypeError, IndexError):
            raise GuidanceError(
                f"{author}, line {number} is no question with what it comes to",
                "id, language, text, kind and what its kind asks for",
            ) from None


def own_examples(base: KnowledgeBase) -> Iterator[Example]:
    """Yield the titles, names and questions of the entries, in every language."""
    for entry in base.entries.values():
        for text in entry.texts.values():
            for asked in (text.title, *text.names, *text.questions):
                yield Example(text=asked, outcomes={entry.id: 1.0})


def _outcomes(question: Mapping[str, object]) -> Mapping[str, float]:
    """Return what a question comes to."""
    kind = AnswerKind(str(question["kind"]))
    if kind is AnswerKind.RED_FLAG:
        return {RedFlag(str(question["flag"])).value: 1.0}
    if kind is not AnswerKind.ANSWER:
        return {kind.value: 1.0}
    entries = question["entries"]
    if not isinstance(entries, Sequence) or not entries:
        raise ValueError("an answer with no entry")
    return {str(one): _SECOND if place else 1.0 for place, one in reversed([*enumerate(entries)])}
