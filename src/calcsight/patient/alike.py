"""How like the examples of each kind and entry one question is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calcsight.patient.likeness import Likeness
from calcsight.terms.patient_answer import AnswerKind, RedFlag

_PARTS = re.compile(r"[.?!;\n¿¡]+")
_MOST_LETTERS = 8000
_MOST_PARTS = 40
_KINDS = frozenset({*RedFlag, *AnswerKind})


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """How like the examples of each outcome a question is: about 1 = as those, 0 = as others.

    Parameters
    ----------
    symptom, despair, personal : float
        Of the whole question, or of the sentence of it that is most like those.
    outside : float
        Of the whole question.
    entries : mapping from str to float
        By id.
    """

    symptom: float
    despair: float
    personal: float
    outside: float
    entries: Mapping[str, float]

    @property
    def flag(self) -> RedFlag:
        """The red flag that it is more like."""
        return RedFlag.DESPAIR if self.despair > self.symptom else RedFlag.SYMPTOM


def alike(likeness: Likeness, question: str) -> Alike:
    """Return what a question is like.

    Parameters
    ----------
    likeness : Likeness
    question : str
        What stands after its first 8,000 characters, or its first 40 sentences, is not read.
    """
    text = question[:_MOST_LETTERS]
    scores = likeness.scores([text, *_sentences(text)[:_MOST_PARTS]])
    of = {name: scores[:, at] for at, name in enumerate(likeness.outcomes)}
    return Alike(
        symptom=float(of[RedFlag.SYMPTOM].max()),
        despair=float(of[RedFlag.DESPAIR].max()),
        personal=float(of[AnswerKind.PERSONAL].max()),
        outside=float(of[AnswerKind.OUT_OF_SCOPE][0]),
        entries={name: float(of[name][0]) for name in likeness.outcomes if name not in _KINDS},
    )


def _sentences(text: str) -> Sequence[str]:
    """Return the sentences of a text that have more than one word."""
    return [one for one in _PARTS.split(text) if " " in one.strip()]
