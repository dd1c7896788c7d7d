"""What a question on suspicious calcifications is never answered with: text on harmless ones."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from calcsight.knowledge.entries import Entry
from calcsight.knowledge.files import inside
from calcsight.patient.rule_files import rule_document


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongPairing:
    """Which entries a question does not get.

    Parameters
    ----------
    suspicious : tuple of str
        Beginnings of words; a question with one speaks of suspicious calcifications.
    harmless : mapping from str to tuple of tuple of str
        Ids of entries on harmless kinds; what names each: beginnings of words, of one name all.
    """

    suspicious: tuple[str, ...]
    harmless: Mapping[str, tuple[tuple[str, ...], ...]]

    def bars(self, words: Collection[str]) -> frozenset[str]:
        """Return the ids of the entries that a question is not answered with.

        Parameters
        ----------
        words : collection of str
            Of the question, in small letters without accents.
        """
        if not any(word.startswith(self.suspicious) for word in words):
            return frozenset()
        return frozenset(
            id_
            for id_, names in self.harmless.items()
            if not any(all(_begins(words, part) for part in name) for name in names)
        )


def _begins(words: Collection[str], part: str) -> bool:
    """Tell whether a word begins so."""
    return any(word.startswith(part) for word in words)


@cache
def load_wrong_pairing() -> WrongPairing:
    """Read `rules/wrong-pairing.toml`.

    Raises
    ------
    GuidanceError
    """
    with inside("rules/wrong-pairing.toml"):
        top = Entry(rule_document("wrong-pairing"))
        table = top.table("harmless")
        entry = Entry(table, "harmless")
        read = WrongPairing(
            suspicious=top.texts("suspicious"),
            harmless={id_: tuple(tuple(n.split()) for n in entry.texts(id_)) for id_ in table},
        )
        top.done()
    return read
