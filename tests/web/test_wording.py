"""What stands around the answers: the same in both languages, and nothing left over."""

import re
import tomllib
from importlib.resources import files

import pytest
from tests.web.asking import desk

from calcsight.terms.claim import Grade, Verdict
from calcsight.terms.knowledge_base import Language
from calcsight.web.chapters import chapter_entries, chapters
from calcsight.web.wording import page_words

FOLDER = files("calcsight.web")
TEMPLATES = "".join(
    one.read_text(encoding="utf-8") for one in FOLDER.joinpath("templates").iterdir()
)
CODE = "".join(
    one.read_text(encoding="utf-8") for one in FOLDER.iterdir() if one.name.endswith(".py")
)


def test_both_languages_have_the_same_words() -> None:
    english, spanish = (page_words(one) for one in Language)
    assert set(english) == set(spanish)
    for name in ("grades", "verdicts"):
        assert set(english[name]) == set(spanish[name])
    assert set(english["grades"]) == set(Grade)
    assert set(english["verdicts"]) == set(Verdict)
    for name, text in english.items():
        if isinstance(text, str):
            assert text.count("{}") == spanish[name].count("{}")


def test_every_word_is_used() -> None:
    troubles = ("not_found", "no_question", "too_long", "failed")
    used = set(re.findall(r"\bw\.(\w+)", TEMPLATES)) | set(re.findall(r'"(\w+)"', TEMPLATES + CODE))
    used |= {f"{one}_{part}" for one in troubles for part in ("title", "text")}
    assert set(page_words(Language.ENGLISH)) <= used


def test_every_topic_stands_in_one_chapter() -> None:
    named = chapter_entries()
    assert len(set(named)) == len(named)
    assert set(named) == set(desk().base.entries)


@pytest.mark.parametrize("language", Language)
def test_every_chapter_has_a_title_of_its_own(language: Language) -> None:
    found = chapters(desk().base, language)
    document = tomllib.loads(FOLDER.joinpath("chapters.toml").read_text(encoding="utf-8"))
    assert [one.id for one in found] == [one["id"] for one in document["chapter"]]
    assert len({one.title for one in found}) == len(found)
