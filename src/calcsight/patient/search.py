"""The entries nearest to a question: full text in SQLite, and the questions stored with each."""

import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from calcsight.patient.search_words import SearchWords
from calcsight.terms.knowledge_base import EntryText, KnowledgeBase, KnowledgeEntry, Language

# What a word found in a title, a name, a question, the short or the longer answer weighs.
_WEIGHTS = (4.0, 4.0, 3.0, 1.0, 0.5)
# What text, likeness, cover and names weigh against each other: tuned on development questions.
_PARTS = (0.25, 4.0, 2.0, 1.0)
# A name of this weight counts in full.
_LONG_NAME = 10.0
_MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Found:
    """An entry, and how near it is.

    Parameters
    ----------
    entry : KnowledgeEntry
    score : float
        0 = nothing in common; the best possible is about 1.
    """

    entry: KnowledgeEntry
    score: float


class EntryIndex:
    """Every entry in one language, in memory; may be used by several threads.

    Parameters
    ----------
    base : KnowledgeBase
    language : Language
    words : SearchWords
        How texts of that language become words to search.
    """

    def __init__(self, base: KnowledgeBase, language: Language, words: SearchWords) -> None:
        self._entries = base.entries
        self._words = words
        self._lock = threading.Lock()
        self._rows = [(one.id, one.texts[language]) for one in base.entries.values()]
        self._names = {
            id_: [found for one in text.names if (found := frozenset(words.of(one)))]
            for id_, text in self._rows
        }
        self._asked = {
            id_: [
                *self._names[id_],
                *(frozenset(words.of(one)) for one in (text.title, *text.questions)),
            ]
            for id_, text in self._rows
        }
        self._all = {id_: frozenset[str]().union(*said) for id_, said in self._asked.items()}
        self._rarity = _rarity([one for said in self._asked.values() for one in said])
        self._table = self._filled()

    def search(self, question: Sequence[str]) -> list[Found]:
        """Return every entry that shares a word with a question, nearest first.

        Parameters
        ----------
        question : sequence of str
            Words to search, as `SearchWords.of` gives them.
        """
        asked = frozenset(list(dict.fromkeys(question))[:_MOST_WORDS])
        if not asked:
            return []
        texts = self._text_scores(sorted(asked))
        highest = max(texts.values(), default=0.0) or 1.0
        found = []
        for id_ in sorted(self._all):
            text = texts.get(id_, 0.0)
            if not text and not asked & self._all[id_]:
                continue
            likeness = self._likeness(id_, asked)
            parts = (text / highest, likeness, self._covered(id_, asked), self._named(id_, asked))
            score = sum(weight * part for weight, part in zip(_PARTS, parts, strict=True))
            found.append(Found(self._entries[id_], score / sum(_PARTS)))
        return sorted(found, key=lambda one: (-one.score, one.entry.id))

    def _filled(self) -> sqlite3.Connection:
        """Build the table."""
        # A kept statement would keep the words that it was last asked for.
        table = sqlite3.connect(":memory:", check_same_thread=False, cached_statements=0)
        table.execute(
            "CREATE VIRTUAL TABLE entries USING fts5(id UNINDEXED, title, names, questions, "
            "short, longer, tokenize = 'ascii')"
        )
        table.executemany(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)",
            (
                (id_, *(" ".join(self._words.of(one)) for one in _fields(t)))
                for id_, t in self._rows
            ),
        )
        return table

    def _text_scores(self, asked: Sequence[str]) -> dict[str, float]:
        """Return how well the texts of each entry fit, by BM25, better = larger."""
        # Words are letters and digits alone, and quoted: no question is syntax.
        match = " OR ".join(f'"{one}"' for one in asked)
        weights = ", ".join(str(one) for one in (0.0, *_WEIGHTS))
        with self._lock:
            rows = self._table.execute(
                f"SELECT id, -bm25(entries, {weights}) FROM entries WHERE entries MATCH ?",  # noqa: S608
                (match,),
            ).fetchall()
        return {str(id_): max(0.0, float(score)) for id_, score in rows}

    def _likeness(self, id_: str, asked: frozenset[str]) -> float:
        """Return how like the nearest stored question of an entry is: a weighted Dice index."""
        whole = self._sum(asked)
        return max(
            2 * self._sum(asked & said) / (whole + self._sum(said)) for said in self._asked[id_]
        )

    def _covered(self, id_: str, asked: frozenset[str]) -> float:
        """Return the share of a question that stands in the stored questions of an entry."""
        return self._sum(asked & self._all[id_]) / self._sum(asked)

    def _named(self, id_: str, asked: frozenset[str]) -> float:
        """Return how rare a name of the entry is that stands whole in a question."""
        whole = [self._sum(said) for said in self._names[id_] if said <= asked]
        return min(1.0, max(whole, default=0.0) / _LONG_NAME)

    def _sum(self, words: Iterable[str]) -> float:
        """Return what words weigh together."""
        return sum(map(self._weight, words))

    def _weight(self, word: str) -> float:
        """Return what a word weighs: a rare one more; one that is in no question, as the rarest."""
        return self._rarity.get(word, self._rarity[""])


def _fields(text: EntryText) -> tuple[str, str, str, str, str]:
    """Return what is searched of an entry."""
    longer = " ".join((*text.longer, text.next_step))
    return text.title, " ".join(text.names), " ".join(text.questions), text.short, longer


def _rarity(asked: Sequence[frozenset[str]]) -> Mapping[str, float]:
    """Return the weight of each word, by how many stored questions have it; "" = of any other."""
    counts: dict[str, int] = {}
    for said in asked:
        for word in said:
            counts[word] = counts.get(word, 0) + 1
    weights = {word: log(1 + len(asked) / count) for word, count in counts.items()}
    weights[""] = log(1 + len(asked))
    return weights
