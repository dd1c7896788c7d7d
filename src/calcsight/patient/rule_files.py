"""The rules of safety from their data files, in `rules/`."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from calcsight.knowledge.entries import Entry
from calcsight.knowledge.files import inside
from calcsight.patient.rule_patterns import Pattern, Sets, compiled
from calcsight.terms.errors import GuidanceError
from calcsight.terms.knowledge_base import Language

RULE_FILES = ("red-flags", "despair", "personal", "never-covered", "off-topic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: it holds in a sentence that has one of `when` and none of `unless`.

    Parameters
    ----------
    id : str
    when, unless : tuple of Pattern
    whole : bool
        It is held against the whole question, not against each sentence.
    """

    id: str
    when: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    whole: bool = False

    def holds_in(self, sentence: str) -> bool:
        """Tell whether it holds in a sentence, its words between single spaces."""
        return any(one.is_in(sentence) for one in self.when) and not any(
            one.is_in(sentence) for one in self.unless
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """The rules of one kind, of both languages.

    Parameters
    ----------
    rules : tuple of Rule
    words : frozenset of str
        Every whole word that its sets and patterns name: what a misspelt word may be mended to.
    stems : frozenset of str
        Every beginning of a word that they name.
    """

    rules: tuple[Rule, ...]
    words: frozenset[str]
    stems: frozenset[str]

    def holds_in(self, sentence: str, whole: bool = False) -> bool:
        """Tell whether any rule of sentences, or of whole questions, holds."""
        return any(one.whole is whole and one.holds_in(sentence) for one in self.rules)


@cache
def load_rules() -> Mapping[str, RuleFile]:
    """Read every file of rules.

    Raises
    ------
    GuidanceError
        Naming the file and the key, when one cannot be used.
    """
    read = {}
    for name in RULE_FILES:
        with inside(f"rules/{name}.toml"):
            read[name] = _parsed(rule_document(name))
    return MappingProxyType(read)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """What is known of how people type.

    Parameters
    ----------
    short_forms : mapping from str to str
        What is written out: "i'm" as "i am".
    known : frozenset of str
        Words that are no slip, however near to one of a rule.
    words_of : mapping from Language to frozenset of str
        By which a language is told.
    elsewhere : frozenset of str
        Frequent words of other languages.
    """

    short_forms: Mapping[str, str]
    known: frozenset[str]
    words_of: Mapping[Language, frozenset[str]]
    elsewhere: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """How entries are searched.

    Parameters
    ----------
    core : tuple of str
        Beginnings of words that nothing but the field has, in both languages.
    stop_words : mapping from Language to frozenset of str
    aliases : mapping from Language to mapping from str to str
        What a word or phrase is searched as, too.
    """

    core: tuple[str, ...]
    stop_words: Mapping[Language, frozenset[str]]
    aliases: Mapping[Language, Mapping[str, str]]


@cache
def load_spelling() -> Spelling:
    """Read `rules/spelling.toml`.

    Raises
    ------
    GuidanceError
    """
    with inside("rules/spelling.toml"):
        top = Entry(rule_document("spelling"))
        of_language = Entry(top.table("language"), "language")
        read = Spelling(
            short_forms=_texts(top.table("short_forms")),
            known=_all_words(top.texts("known")),
            words_of={one: _all_words(of_language.texts(one.value)) for one in Language},
            elsewhere=_all_words(of_language.texts("elsewhere")),
        )
        top.done()
    return read


@cache
def load_search() -> SearchSettings:
    """Read `rules/search.toml`.

    Raises
    ------
    GuidanceError
    """
    with inside("rules/search.toml"):
        top = Entry(rule_document("search"))
        tables = {one: Entry(top.table(one.value), one.value) for one in Language}
        read = SearchSettings(
            core=tuple(sorted(_all_words(top.texts("core")))),
            stop_words={one: _all_words(it.texts("stop_words")) for one, it in tables.items()},
            aliases={one: _texts(it.table("aliases")) for one, it in tables.items()},
        )
        for it in (*tables.values(), top):
            it.done()
    return read


def rules_digest() -> str:
    """Return the SHA-256 of all files of rules: by which rules an answer was given."""
    contents = (
        _content(name) for name in (*RULE_FILES, "kinds", "search", "spelling", "wrong-pairing")
    )
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def _parsed(document: Mapping[str, Any]) -> RuleFile:
    """Build the rules of one file."""
    top = Entry(document)
    rules: list[Rule] = []
    said: list[str] = []
    for language in Language:
        inner = Entry(top.table(language.value), language.value)
        named = Entry(inner.table("sets"), f"{language.value}.sets")
        sets = {key: named.texts(key) for key in document[language.value]["sets"]}
        named.done()
        for kind in ("rule", "whole_rule"):
            for number, table in enumerate(inner.tables(kind), 1):
                entry = Entry(table, f"{language.value}.{kind} {table.get('id', number)}")
                rules.append(_rule(entry, sets, kind == "whole_rule"))
                said += _words_of(table.get("when", ()))
        inner.done()
        said += [word for phrases in sets.values() for word in _words_of(phrases)]
    top.done()
    return RuleFile(
        rules=tuple(rules),
        words=frozenset(one for one in said if one.isalpha()),
        stems=frozenset(one[:-1] for one in said if one.endswith("*")),
    )


def _rule(entry: Entry, sets: Sets, whole: bool) -> Rule:
    """Build one rule."""
    rule = Rule(
        id=entry.file_id(),
        when=tuple(compiled(one, sets) for one in entry.texts("when")),
        unless=tuple(compiled(one, sets) for one in entry.texts("unless")),
        whole=whole,
    )
    entry.done()
    if not rule.when:
        raise entry.refuse("when", [], "at least one pattern")
    return rule


def _words_of(phrases: Sequence[str]) -> list[str]:
    """Return the words, and the beginnings of words, of phrases or patterns."""
    return [word for phrase in phrases for word in phrase.replace("|", " ").split()]


def _all_words(lines: Sequence[str]) -> frozenset[str]:
    """Return the words of all lines."""
    return frozenset(word for line in lines for word in line.split())


def _texts(table: Mapping[str, Any]) -> Mapping[str, str]:
    """Return a table of texts."""
    entry = Entry(table)
    return MappingProxyType({key: entry.text(key) for key in table})


def rule_document(name: str) -> Mapping[str, Any]:
    """Parse one file."""
    try:
        return tomllib.loads(_content(name).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise GuidanceError(f"no TOML ({problem})", "a TOML file in UTF-8") from None


def _content(name: str) -> bytes:
    """Return one file as it is."""
    return files("calcsight.patient").joinpath("rules", f"{name}.toml").read_bytes()
