"""What a question comes to: red flag, personal, out of scope, or an entry word for word."""

from collections.abc import Mapping, Sequence

from calcsight.patient.rule_files import RuleFile, load_rules, load_search, load_spelling
from calcsight.patient.rule_patterns import spaced
from calcsight.patient.search import EntryIndex, Found
from calcsight.patient.search_words import SearchWords
from calcsight.patient.spelling import Mender
from calcsight.patient.spoken_words import sentences
from calcsight.patient.told_language import told_language
from calcsight.terms.errors import UsageError
from calcsight.terms.knowledge_base import KnowledgeBase, KnowledgeEntry, Language
from calcsight.terms.patient_answer import AnswerKind, PatientAnswer, RedFlag

# How many entries stand beside an answer, or in its place.
_CLOSEST = 3


class Answerer:
    """Answers questions from a knowledge base; may be used by several threads.

    Nothing of a question is kept, but single words in the memories of spelling and stems.

    Parameters
    ----------
    base : KnowledgeBase
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self._rules = load_rules()
        self._spelling = load_spelling()
        self._search = load_search()
        own = _own_words(base).union(*(one.words for one in self._rules.values()))
        self._mender = Mender(own, self._spelling.known)
        self._words = {one: self._search_words(one) for one in Language}
        self._indexes = {one: EntryIndex(base, one, self._words[one]) for one in Language}

    def answer(self, question: str, language: Language | None = None) -> PatientAnswer:
        """Answer a question.

        Parameters
        ----------
        question : str
            Anything; what stands after its first 8,000 characters is not read.
        language : Language, optional
            Of the answer; left out, it is that of the question.
        """
        asked = sentences(question, self._spelling.short_forms)
        language = language or told_language(question, asked, self._spelling.words_of)
        asked = tuple(self._mender.sentence(one) for one in asked)
        if flag := self._red_flag(asked):
            return self._reply("despair" if flag is RedFlag.DESPAIR else "red-flag", language, flag)
        found = self._indexes[language].search(self._words[language].of_sentences(asked))
        if self._holds("personal", asked):
            return self._reply("personal", language, closest=found)
        if self._holds("off-topic", asked) or not self._is_near(found):
            return self._reply("out-of-scope", language, closest=found)
        best, *others = found
        return PatientAnswer(
            kind=AnswerKind.ANSWER,
            language=language,
            entry=best.entry,
            closest=tuple(one.entry for one in others[:_CLOSEST]),
        )

    def entry(self, entry_id: str) -> KnowledgeEntry:
        """Return one entry.

        Raises
        ------
        UsageError
            When there is none of that id; the id that was given is not repeated.
        """
        try:
            return self.base.entries[entry_id]
        except KeyError:
            raise UsageError(
                "no entry of that id", "the id of an entry", "calcsight ask --topics lists them"
            ) from None

    def _red_flag(self, asked: Sequence[Sequence[str]]) -> RedFlag | None:
        """Return what of a question needs a call; despair weighs more."""
        if self._holds("despair", asked):
            return RedFlag.DESPAIR
        return RedFlag.SYMPTOM if self._holds("red-flags", asked) else None

    def _holds(self, name: str, asked: Sequence[Sequence[str]]) -> bool:
        """Tell whether a rule of one kind holds in any sentence, or in any part of one."""
        return any(_holds(self._rules[name], sentence) for sentence in asked)

    def _is_near(self, found: Sequence[Found]) -> bool:
        """Tell whether the best entry is near enough to be an answer."""
        return bool(found) and found[0].likeness >= self._search.least_likeness

    def _reply(
        self,
        name: str,
        language: Language,
        flag: RedFlag | None = None,
        closest: Sequence[Found] = (),
    ) -> PatientAnswer:
        """Return what is said instead of an answer."""
        kind = _KIND_OF_REPLY[name]
        return PatientAnswer(
            kind=kind,
            language=language,
            entry=self.base.replies[name],
            closest=tuple(one.entry for one in closest[:_CLOSEST]),
            red_flag=flag,
        )

    def _search_words(self, language: Language) -> SearchWords:
        """Return how texts and questions of a language become words to search."""
        return SearchWords(
            language,
            self._search.stop_words[language],
            self._search.aliases[language],
            self._spelling.short_forms,
        )


_KIND_OF_REPLY: Mapping[str, AnswerKind] = {
    "despair": AnswerKind.RED_FLAG,
    "red-flag": AnswerKind.RED_FLAG,
    "personal": AnswerKind.PERSONAL,
    "out-of-scope": AnswerKind.OUT_OF_SCOPE,
}


def _holds(rules: RuleFile, sentence: Sequence[str]) -> bool:
    """Tell whether a rule holds in a sentence, or in a part of it between commas."""
    whole = [one for one in sentence if one != ","]
    parts = " ".join(sentence).split(",")
    return rules.holds_in(spaced(whole)) or (
        len(parts) > 1 and any(rules.holds_in(f" {one.strip()} ") for one in parts)
    )


def _own_words(base: KnowledgeBase) -> frozenset[str]:
    """Return every word of the entries."""
    return frozenset(
        word
        for entry in base.entries.values()
        for language in Language
        for passage in _texts(entry, language)
        for sentence in sentences(passage)
        for word in sentence
    )


def _texts(entry: KnowledgeEntry, language: Language) -> tuple[str, ...]:
    """Return every string of an entry."""
    text = entry.texts[language]
    return (
        text.title,
        *text.names,
        *text.questions,
        text.short,
        *text.longer,
        text.next_step,
    )
