"""What the pages are made from: the texts, who answers, whom to call, and the day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from calcsight.patient.answering import Answerer
from calcsight.terms.errors import NoSuchPageError, RequestError, RequestTooLargeError
from calcsight.terms.facility import Facility
from calcsight.terms.knowledge_base import KnowledgeBase, KnowledgeEntry

# Letters of a question: a few lines. In a form each may take several bytes.
QUESTION_LETTERS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where questions are answered.

    Parameters
    ----------
    answerer : Answerer
    facility : Facility
        Empty = nobody has configured whom to call.
    today : callable
        Gives the day from which staleness counts and on which pages are cited.
    """

    answerer: Answerer
    facility: Facility
    today: Callable[[], date]

    @property
    def base(self) -> KnowledgeBase:
        """What may be answered."""
        return self.answerer.base

    def topic(self, entry_id: str) -> KnowledgeEntry:
        """Return a topic.

        Raises
        ------
        NoSuchPageError
            When there is none of that id; what was asked for is not repeated.
        """
        entry = self.base.entries.get(entry_id)
        if entry is None:
            raise NoSuchPageError(
                "no topic of that id", "the id of a topic", "/api/topics lists them"
            )
        return entry


def checked_question(said: str) -> str:
    """Return a question that can be answered.

    Raises
    ------
    RequestError
        When it is empty, or `RequestTooLargeError` when it is too long; it is not repeated.
    """
    if not said.strip():
        raise RequestError("no question", "a question", "write it and send it again")
    if len(said) > QUESTION_LETTERS:
        raise too_long()
    return said


def too_long() -> RequestTooLargeError:
    """Return the refusal of a question that nobody reads to its end."""
    return RequestTooLargeError(
        f"a question of more than {QUESTION_LETTERS} letters",
        "a question of a few lines",
        "ask in fewer words",
    )
