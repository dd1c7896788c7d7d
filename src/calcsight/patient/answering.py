"""What a question comes to: red flag, personal, out of scope, or an entry word for word."""

from collections.abc import Mapping, Sequence

from calcsight.patient.alike import Alike, alike
from calcsight.patient.kinds import kind_of, load_kinds, signs_of
from calcsight.patient.likeness import Likeness
from calcsight.patient.rule_files import (
    RULE_FILES,
    RuleFile,
    load_rules,
    load_search,
    load_spelling,
)
from calcsight.patient.rule_patterns import spaced
from calcsight.patient.search import EntryIndex, Found
from calcsight.patient.search_words import SearchWords
from calcsight.patient.spelling import Mender
from calcsight.patient.spoken_words import sentences
from calcsight.patient.told_language import is_in_another_language, told_language
from calcsight.patient.wrong_pairing import load_wrong_pairing
from calcsight.terms.errors import UsageError
from calcsight.terms.knowledge_base import KnowledgeBase, KnowledgeEntry, Language
from calcsight.terms.patient_answer import AnswerKind, PatientAnswer, RedFlag

# A sentence turns to something else before these.
_TURNS = frozenset(
    "but because however although though except also plus pero porque aunque".split()
)
_LONG = 7
# What the texts of an entry weigh beside the questions that it is asked by.
_BY_TEXT = 0.3
# So like despair that a rule on symptoms does not outweigh it.
_SURE_DESPAIR = 0.5
# How many entries stand beside an answer, or in its place.
_CLOSEST = 3
# Below this an entry is near in name alone: bread, weather and smileys come to less.
_NEAR = 0.1


class Answerer:
    """Answers questions from a knowledge base; may be used by several threads.

    Nothing of a question is kept.

    Parameters
    ----------
    base : KnowledgeBase
    likeness : Likeness
        To examples of what questions come to.
    """

    def __init__(self, base: KnowledgeBase, likeness: Likeness) -> None:
        self.base = base
        self._likeness = likeness
        self._rules = load_rules()
        self._spelling = load_spelling()
        self._search = load_search()
        self._kinds = load_kinds()
        self._wrong_pairing = load_wrong_pairing()
        self._mender = _mender(base, self._rules, self._spelling.known)
        self._words = {one: self._search_words(one) for one in Language}
        self._own = {
            self._mended(sentences(said, self._spelling.short_forms)): one.id
            for one in base.entries.values()
            for text in one.texts.values()
            for said in (*text.names, *text.questions, text.title)
        }
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
        # A sentence that is said again says nothing new, and costs as much.
        typed = tuple(dict.fromkeys(sentences(question, self._spelling.short_forms)))
        foreign = is_in_another_language(typed, self._spelling.words_of, self._spelling.elsewhere)
        if language is None:
            told = told_language(question, self._mended(typed), self._spelling.words_of)
            language = Language.ENGLISH if foreign else told
        asked = self._mended(typed)
        like = alike(self._likeness, question)
        holds = {one: self._holds(one, asked) for one in RULE_FILES}
        kind = kind_of(signs_of(like, self._rule_signs(holds, asked)), self._kinds)
        if all(word == "," or word.isdecimal() for one in asked for word in one):
            kind = AnswerKind.OUT_OF_SCOPE
        found = self._found(language, asked, like)
        if kind is AnswerKind.RED_FLAG:
            return self._red_flag(language, holds, like, found)
        if foreign:
            kind = AnswerKind.OUT_OF_SCOPE
        first = self._own.get(asked, "")
        if not first and kind is not AnswerKind.ANSWER:
            return self._reply(_REPLIES[kind], language, closest=found)
        barred = self._wrong_pairing.bars({word for one in asked for word in one})
        first = first or next(one.entry.id for one in found if one.entry.id not in barred)
        best, *others = sorted(found, key=lambda one: one.entry.id != first)
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

    def _red_flag(
        self, language: Language, holds: Mapping[str, bool], like: Alike, found: Sequence[Found]
    ) -> PatientAnswer:
        """Return whom to call: where a rule tells which flag it is, it tells.

        Below whom to call about a symptom stand the closest topics: who asked in general, and was
        taken for one who has a symptom, still finds hers. Nothing stands below the crisis line.
        """
        flag = like.flag
        if holds["despair"] or like.despair >= _SURE_DESPAIR:
            flag = RedFlag.DESPAIR
        elif holds["red-flags"]:
            flag = RedFlag.SYMPTOM
        if flag is RedFlag.DESPAIR:
            return self._reply("despair", language, flag)
        return self._reply("red-flag", language, flag, found)

    def rule_signs(self, question: str) -> Mapping[str, bool]:
        """Return what the rules alone say of a question, by sign."""
        asked = self._mended(sentences(question, self._spelling.short_forms))
        return self._rule_signs({one: self._holds(one, asked) for one in RULE_FILES}, asked)

    def _mended(self, typed: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
        """Return sentences with their slips of the pen mended."""
        return tuple(self._mender.sentence(one) for one in typed)

    def _rule_signs(
        self, holds: Mapping[str, bool], asked: Sequence[Sequence[str]]
    ) -> Mapping[str, bool]:
        """Return what the rules say of a question, by sign."""
        inside = any(word.startswith(self._search.core) for one in asked for word in one)
        return {
            "rule_red_flag": holds["red-flags"] or holds["despair"],
            "rule_personal": holds["personal"],
            "rule_never_covered": holds["never-covered"],
            "rule_off_topic": holds["off-topic"] and not inside,
        }

    def _holds(self, name: str, asked: Sequence[Sequence[str]]) -> bool:
        """Tell whether a rule of one kind holds in any sentence, or in any part of one."""
        rules = self._rules[name]
        whole = spaced([word for sentence in asked for word in sentence if word != ","])
        return rules.holds_in(whole, True) or any(_holds(rules, one) for one in asked)

    def _found(
        self, language: Language, asked: Sequence[Sequence[str]], like: Alike
    ) -> list[Found]:
        """Return every entry, nearest first: by its texts, and by the questions it is asked by."""
        index, words = self._indexes[language], self._words[language]
        by_text = {one.entry.id: one.score for one in index.search(words.of_sentences(asked))}
        found = [
            Found(entry, like.entries.get(id_, 0.0) + _BY_TEXT * by_text.get(id_, 0.0))
            for id_, entry in self.base.entries.items()
        ]
        return sorted(found, key=lambda one: (-one.score, one.entry.id))

    def _reply(
        self,
        name: str,
        language: Language,
        flag: RedFlag | None = None,
        closest: Sequence[Found] = (),
    ) -> PatientAnswer:
        """Return what is said instead of an answer."""
        kinds = {reply: kind for kind, reply in _REPLIES.items()}
        return PatientAnswer(
            kind=kinds.get(name, AnswerKind.RED_FLAG),
            language=language,
            entry=self.base.replies[name],
            closest=tuple(one.entry for one in closest[:_CLOSEST] if one.score >= _NEAR),
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


_REPLIES: Mapping[AnswerKind, str] = {
    AnswerKind.PERSONAL: "personal",
    AnswerKind.OUT_OF_SCOPE: "out-of-scope",
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
