"""What a question comes to: red flag, personal, out of scope, or an entry word for word."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

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

# A sentence turns to something else before these.
_TURNS = frozenset(
    "but because however although though except also plus pero porque aunque".split()
)
_LONG = 7
# A word that speaks for one entry adds this to its score.
_DECIDED = 0.15
# An entry found by one sentence of several counts for a little less.
_OF_A_SENTENCE = 0.9
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
        self._mender = _mender(base, self._rules, self._spelling.known)
        self._words = {one: self._search_words(one) for one in Language}
        self._own = {
            tuple(map(self._mender.sentence, sentences(said, self._spelling.short_forms))): one.id
            for one in base.entries.values()
            for text in one.texts.values()
            for said in (text.title, *text.questions)
        }
        self._indexes = {
            one: EntryIndex(base, one, self._words[one], self._search.asked[one])
            for one in Language
        }

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
        found = self._found(language, asked)
        own = self._own.get(asked, "")
        if own:
            found.sort(key=lambda one: one.entry.id != own)
        elif self._holds("personal", asked):
            return self._reply("personal", language, closest=found)
        elif self._is_outside(asked) or not self._is_near(found, asked):
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
        rules = self._rules[name]
        whole = spaced([word for sentence in asked for word in sentence if word != ","])
        return rules.holds_in(whole, True) or any(_holds(rules, one) for one in asked)

    def _found(self, language: Language, asked: Sequence[Sequence[str]]) -> list[Found]:
        """Return the entries nearest to the whole question or to one of its sentences."""
        index, words = self._indexes[language], self._words[language]
        best = {one.entry.id: one for one in index.search(words.of_sentences(asked))}
        for sentence in asked if len(asked) > 1 else ():
            for one in index.search(words.of_sentences([sentence])):
                known = best.get(one.entry.id)
                if known is None or known.score < one.score * _OF_A_SENTENCE:
                    best[one.entry.id] = replace(one, score=one.score * _OF_A_SENTENCE)
        decides = self._search.decides[language]
        for id_ in {decides[word] for one in asked for word in one if word in decides}:
            if id_ in best:
                best[id_] = replace(best[id_], score=best[id_].score + _DECIDED)
        return sorted(best.values(), key=lambda one: (-one.score, one.entry.id))

    def _is_outside(self, asked: Sequence[Sequence[str]]) -> bool:
        """Tell whether a question is about something else."""
        if self._holds("never-covered", asked):
            return True
        inside = any(word.startswith(self._search.core) for one in asked for word in one)
        return not inside and self._holds("off-topic", asked)

    def _is_near(self, found: Sequence[Found], asked: Sequence[Sequence[str]]) -> bool:
        """Tell whether the best entry is near enough to be an answer."""
        inside = any(word.startswith(self._search.field) for one in asked for word in one)
        least = self._search.least_score_inside if inside else self._search.least_score
        return bool(found) and found[0].score >= least

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


def _mender(base: KnowledgeBase, rules: Mapping[str, RuleFile], known: frozenset[str]) -> Mender:
    """Return what mends questions: to words of the entries and of what is refused.

    What is off topic is known, but no short word is mended to it.
    """
    outside = rules["off-topic"].words | rules["never-covered"].words
    inside = [rules[one] for one in ("red-flags", "despair", "personal")]
    return Mender(
        _own_words(base).union(*(one.words for one in inside), _long(outside)),
        known | outside,
        frozenset[str]().union(*(one.stems for one in rules.values())),
    )


def _long(words: frozenset[str]) -> frozenset[str]:
    """Return the words that few others are near to."""
    return frozenset(one for one in words if len(one) >= _LONG)


def _holds(rules: RuleFile, sentence: Sequence[str]) -> bool:
    """Tell whether a rule holds in a sentence, or in a part of it."""
    parts = [spaced(one) for one in _parts(sentence)]
    whole = spaced([one for one in sentence if one != ","])
    return rules.holds_in(whole) or (len(parts) > 1 and any(map(rules.holds_in, parts)))


def _parts(sentence: Sequence[str]) -> list[list[str]]:
    """Cut a sentence at commas and at words that turn to something else."""
    parts: list[list[str]] = [[]]
    for word in sentence:
        if word == "," or word in _TURNS:
            parts.append([])
        if word != ",":
            parts[-1].append(word)
    return [one for one in parts if one]


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
