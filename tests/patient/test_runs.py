"""No text of the project shares a run of eight words with a source article, by hashes alone."""

import json
import os
from pathlib import Path

import pytest

from benchmarks.article_parts import Block, article_from
from benchmarks.eight_word_runs import RUN, hash_lines, hashed_runs, words_of_run
from benchmarks.patient_texts import shown_texts
from benchmarks.source_articles import articles_in, as_json, main
from calcsight.terms.errors import UsageError

ROOT = Path(__file__).parents[2]
HASHES = Path(__file__).with_name("article_runs.txt")
DATA = os.environ.get("CALCSIGHT_DATA", "")
ARTICLES = Path(DATA).parent / "sources"
WITH_ARTICLES = pytest.mark.skipif(
    not DATA or not ARTICLES.is_dir(),
    reason="CALCSIGHT_DATA does not name a folder with the source articles beside it",
)
TEXTS = {".py", ".toml", ".md", ".j2", ".json", ".html", ".css", ".js", ".txt", ".svg", ".cff"}
# The questions of the test halves are read by nobody.
UNREAD = ROOT / "benchmarks" / "questions"
FILES = sorted(
    path
    for folder in ("src", "docs", "benchmarks", "tests", "training")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in TEXTS and path.is_file() and path != HASHES and UNREAD not in path.parents
) + sorted(path for path in ROOT.iterdir() if path.suffix in TEXTS and path.is_file())

QUESTIONS = """Is a cloud heavy?

Why do clouds float at all?

Droplets fall so slowly that any rising air carries them along for hours.
THIS IS INTERESTING:  How long is a river?

What are the kinds of clouds?

Kinds that are seen
  • Flat ones.
  • Heaped ones (when it is warm)
"""
PAGE = """source : https://clouds.example/1.htm \n \n Clouds are drops of water. They float. \
Information

A cloud needs dust.Some are thin. Kinds may include: Flat clouds over the seaHeaped clouds (when \
it is warm)Feathers of ice, high upLarge clouds bring rain. They are dark.Small ones bring \
none.WHEN IS FURTHER TESTING NEEDED?When it is dark, look up.Then go in.Alternative Names

Nimbus or stratus; Sky - covered; Weather - cloudsImages


Cloud
References

Rain A, Snow B. Clouds. In: The Sky. 6th ed. Town: Press; 2024:chap 12.Hail C. Ice. 2017:chap 3.
Review Date 3/11/2023


Updated by: A. Rain, Town. Internal review and update on 02/04/2024 by B. Snow.
Learn how to cite this page
Related MedlinePlus Health Topics

Weather
"""
ARTICLE = """
What Do Clouds Have To Do With Rain?

Article Details
  • Written By: Ann Rain
  • Last Modified Date: 1 May 2019
  • Copyright Protected:
    Sky Press
  • Print this Article
Free Widgets for your Site/Blog
The word "cloud" is old.  more...

Rain falls from clouds. Not every cloud brings it.

Some clouds are of ice.


You might also Like


Discuss this Article

Post 2

I like rain. My roof does not.

Post 1

It rained here.

Post your comments

forgot password?
"""


def known_hashes() -> frozenset[str]:
    """Return the hashes that the repository keeps."""
    return frozenset(HASHES.read_text(encoding="utf-8").split())


# --- our texts


def test_the_hashes_are_sorted_single_and_short() -> None:
    lines = HASHES.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 1000
    assert lines == sorted(set(lines))
    assert all(len(one) == 16 and set(one) <= set("0123456789abcdef") for one in lines)


def test_no_text_that_is_shown_shares_a_run() -> None:
    known = known_hashes()
    shown = shown_texts()
    assert sum(len(words_of_run(one.text)) >= RUN for one in shown) > 5
    assert not [
        f"{one.place}.{one.passage}: {run}"
        for one in shown
        for digest, run in hashed_runs(one.text)
        if digest in known
    ]


def test_no_file_of_the_project_shares_a_run() -> None:
    known = known_hashes()
    places = {path.relative_to(ROOT).parts[0] for path in FILES}
    assert {"src", "docs", "benchmarks", "tests", "README.md"} <= places
    assert not [
        f"{path.relative_to(ROOT)}: {run}"
        for path in FILES
        for digest, run in hashed_runs(path.read_text(encoding="utf-8"))
        if digest in known
    ]


def test_a_planted_run_is_found_however_it_is_written() -> None:
    known = set(hash_lines(["Rain falls from clouds, and not every cloud brings it."]).split())
    planted = """say = "... that **rain** falls from
        Clouds - and NOT every\u00a0cloud brings"
    """
    found = [run for digest, run in hashed_runs(planted) if digest in known]
    assert found == [
        "rain falls from clouds and not every cloud",
        "falls from clouds and not every cloud brings",
    ]
    of_seven = "falls from clouds and not every cloud, then"
    assert not [run for digest, run in hashed_runs(of_seven) if digest in known]


def test_a_run_has_eight_words_and_accents_do_not_hide_it() -> None:
    assert len(list(hashed_runs("a b c d e f g"))) == 0
    assert len(list(hashed_runs("a b c d e f g h"))) == 1
    assert hash_lines(["más de dos o tres días al año"]) == hash_lines(
        ["Mas de dos, o tres dias al ano!"]
    )


# --- the cleaner, on made-up articles of the same forms


def test_questions_are_told_from_their_answers() -> None:
    article = article_from(QUESTIONS)
    assert article.title == "Is a cloud heavy?"
    assert [one.heading for one in article.sections] == [
        "Is a cloud heavy?",
        "Why do clouds float at all?",
        "What are the kinds of clouds?",
    ]
    assert article.sections[0].blocks == ()
    assert [one.text for one in article.sections[1].blocks] == [
        "Droplets fall so slowly that any rising air carries them along for hours."
    ]
    assert article.sections[2].blocks == (
        Block(text="Kinds that are seen", items=("Flat ones.", "Heaped ones (when it is warm)")),
    )
    assert article.left_out == ("THIS IS INTERESTING: How long is a river?",)
    assert "INTERESTING" not in as_json(article)


def test_what_ran_together_on_a_page_is_split() -> None:
    article = article_from(PAGE)
    assert article.address == "https://clouds.example/1.htm"
    assert [one.heading for one in article.sections] == [
        "",
        "Information",
        "WHEN IS FURTHER TESTING NEEDED?",
    ]
    assert article.sections[1].blocks == (
        Block(text="A cloud needs dust."),
        Block(text="Some are thin."),
        Block(
            text="Kinds may include:",
            items=(
                "Flat clouds over the sea",
                "Heaped clouds (when it is warm)",
                "Feathers of ice, high up",
            ),
        ),
        Block(text="Large clouds bring rain. They are dark."),
        Block(text="Small ones bring none."),
    )
    assert [one.text for one in article.sections[2].blocks] == [
        "When it is dark, look up.",
        "Then go in.",
    ]
    assert article.alternative_names == ("Nimbus or stratus", "Sky - covered", "Weather - clouds")
    assert [one[:6] for one in article.references] == ["Rain A", "Hail C"]
    assert article.dates == {"review": "3/11/2023", "update": "02/04/2024"}
    assert article.related == ("Weather",)
    assert not [text for text in article.own_texts() if "Nimbus" in text or "Hail" in text]


def test_comments_and_the_lines_of_the_site_are_kept_apart() -> None:
    article = article_from(ARTICLE)
    assert article.title == "What Do Clouds Have To Do With Rain?"
    assert article.people == {"written by": "Ann Rain", "copyright protected": "Sky Press"}
    assert article.dates == {"last modified date": "1 May 2019"}
    assert [one.text for one in article.sections[0].blocks] == [
        "Rain falls from clouds. Not every cloud brings it.",
        "Some clouds are of ice.",
    ]
    assert [(one.heading, one.blocks[0].text) for one in article.comments] == [
        ("Post 2", "I like rain. My roof does not."),
        ("Post 1", "It rained here."),
    ]
    written = json.loads(as_json(article))
    assert "left_out" not in written
    assert not [
        one for one in ("Widgets", "might also", "password", "more...") if one in str(written)
    ]
    assert any("old" in text for text in article.own_texts())


def test_a_text_of_no_known_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="neither questions"):
        article_from("A text. Nothing else.")
    with pytest.raises(UsageError, match="no article"):
        articles_in(tmp_path)
    (tmp_path / "a.txt").write_text("A text.", encoding="utf-8")
    with pytest.raises(UsageError, match=r"a\.txt"):
        articles_in(tmp_path)


def test_the_articles_are_never_written_into_a_repository(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out, other = tmp_path / "sources", tmp_path / "out", tmp_path / "other"
    source.mkdir()
    (source / "clouds.txt").write_text(QUESTIONS, encoding="utf-8")
    main([str(source), "--out", str(out), "--hashes", str(tmp_path / "runs.txt")])
    assert json.loads((out / "clouds.json").read_text(encoding="utf-8"))["title"]
    assert hash_lines(article_from(QUESTIONS).own_texts()) == (tmp_path / "runs.txt").read_text()
    (other / ".git").mkdir(parents=True)
    for folder in (ROOT / "docs" / "articles", ROOT, other / "deep" / "er"):
        with pytest.raises(SystemExit):
            main([str(source), "--out", str(folder)])
        assert "repository" in capsys.readouterr().err
    assert not (ROOT / "docs" / "articles").exists()
    assert not (other / "deep").exists()


# --- the articles themselves, where they are


@WITH_ARTICLES
def test_the_hashes_are_those_of_the_articles() -> None:
    texts = (text for article in articles_in(ARTICLES).values() for text in article.own_texts())
    assert hash_lines(texts) == HASHES.read_text(encoding="utf-8")


@WITH_ARTICLES
def test_the_articles_have_the_parts_that_they_are_known_to_have() -> None:
    questions, page, article = articles_in(ARTICLES).values()
    assert len(questions.sections) == 11
    assert [bool(one.blocks) for one in questions.sections] == [False, *[True] * 10]
    assert [
        len(one.items) for section in questions.sections for one in section.blocks if one.items
    ] == [8]
    (causes,) = [one.items for section in page.sections for one in section.blocks if one.items]
    assert [one.split()[0] for one in causes] == ["Calcium", "History", "Noncancerous", "Fat"]
    assert len(page.alternative_names) == 3
    assert len(page.references) == 4
    assert page.dates == {"review": "3/11/2023", "update": "02/04/2024"}
    assert len(article.sections[0].blocks) == 5
    assert [one.heading for one in article.comments] == ["Post 4", "Post 3", "Post 2"]
    assert article.dates == {"last modified date": "20 November 2019"}
    assert not [one for one in (questions, page, article) if "INTERESTING" in as_json(one)]
