"""The rules of safety: their patterns, their files, and how a question becomes words."""

import pytest

from calcsight.patient.rule_files import RULE_FILES, load_rules, load_search, load_spelling
from calcsight.patient.rule_patterns import compiled, spaced
from calcsight.patient.spelling import Mender, sound
from calcsight.patient.spoken_words import plain, sentences
from calcsight.terms.errors import GuidanceError

SETS = {"lump": ("lump", "hard spot"), "some": ("a", "new")}


@pytest.mark.parametrize(
    ("pattern", "sentence", "holds"),
    [
        ("have {some}+2 {lump}", "i have a new lump", True),
        ("have {some}+1 {lump}", "i have a new lump", False),
        ("have {lump}", "i have hard spot", True),
        ("have ~2 lump", "i have one two lump", True),
        ("have ~1 lump", "i have one two lump", False),
        ("lump & have", "have i a lump", True),
        ("lump & have", "a lump", False),
        ("calcif*", "the calcifications", True),
        ("lump", "lumpectomy", False),
        ("^ lump", "a lump", False),
        ("lump $", "a lump", True),
        ("lump $", "lump here", False),
        ("knot|{lump}", "a hard spot", True),
    ],
)
def test_a_pattern_holds_where_its_words_stand(pattern: str, sentence: str, holds: bool) -> None:
    assert compiled(pattern, SETS).is_in(spaced(sentence.split())) is holds


@pytest.mark.parametrize("pattern", ["{bump}", "lump?", "Lump", "(lump"])
def test_a_pattern_that_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(GuidanceError):
        compiled(pattern, SETS)


def test_every_file_has_rules_in_both_languages() -> None:
    rules = load_rules()
    assert tuple(rules) == RULE_FILES
    ids = [one.id for file in rules.values() for one in file.rules]
    assert len(ids) == len(set(ids))
    assert load_search().core
    assert load_spelling().short_forms["i'm"] == "i am"


def test_words_are_plain_and_cut_into_sentences() -> None:
    assert plain("\u00bfMe SALI\u00d3?") == ".me salio?"
    assert plain("l\u200bump") == "lump"
    assert sentences("I'm ok. A LUMPPP, here!", {"i'm": "i am"}) == (
        ("i", "am", "ok"),
        ("a", "lump", ",", "here"),
    )
    assert sentences("\u2026 ? !") == ()
    assert all(len(one) <= 60 for one in sentences("lump " * 500))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lmup", "lump"),
        ("lumpp", "lump"),
        ("vulto", "bulto"),
        ("volita", "bolita"),
        ("peson", "pezon"),
        ("calcifcations", "calcifications"),
        ("jump", "jump"),
        ("xyz", "xyz"),
        ("lamp", "lamp"),
    ],
)
def test_a_slip_is_mended_and_another_word_is_not(typed: str, meant: str) -> None:
    words = ("lump", "bulto", "bolita", "pezon", "calcifications")
    assert Mender(words, ("lamp", "jump"), ()).mended(typed) == meant


def test_a_word_that_a_rule_knows_by_its_beginning_stays() -> None:
    assert Mender(("salvarme",), (), ("salta",)).mended("saltarme") == "saltarme"
    assert Mender(("salvarme",), (), ()).mended("saltarme") == "salvarme"


def test_letters_of_one_sound_are_one() -> None:
    assert sound("biopcia") == sound("viopsia") == sound("biopsia")
    assert sound("quiero") == sound("kiero")
    assert sound("bulto") != sound("vuelto")
