"""What is answered to a question of the woman concerned."""

from dataclasses import dataclass
from enum import StrEnum

from calcsight.terms.knowledge_base import EntryText, KnowledgeEntry, Language


class AnswerKind(StrEnum):
    """What a question comes to, in the order in which that is asked."""

    RED_FLAG = "red_flag"
    PERSONAL = "personal"
    OUT_OF_SCOPE = "out_of_scope"
    ANSWER = "answer"


class RedFlag(StrEnum):
    """What needs a call before any answer."""

    DESPAIR = "despair"
    SYMPTOM = "symptom"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientAnswer:
    """An answer, word for word an entry; or a reply where none may be given.

    Parameters
    ----------
    kind : AnswerKind
    language : Language
    entry : KnowledgeEntry
        The entry of an answer; of any other kind the reply, made as entries are.
    closest : tuple of KnowledgeEntry
        Entries nearest to the question, best first, the answer itself left out; empty = none is
        near.
    red_flag : RedFlag or None
        Of a red flag, which; None = of any other kind.
    """

    kind: AnswerKind
    language: Language
    entry: KnowledgeEntry
    closest: tuple[KnowledgeEntry, ...]
    red_flag: RedFlag | None = None

    @property
    def text(self) -> EntryText:
        """The words, in the language of the answer."""
        return self.entry.texts[self.language]
