"""Turn the source articles into structured JSON, outside the repository.

Usage: python -m benchmarks.source_articles FOLDER [--out DIR] [--hashes FILE]

The articles are copyrighted: nothing of them is kept here but the hashes of their runs of eight
words, by which the tests prove that no text of ours shares one. Headings and alternative names are
excepted, and so are references, people and dates: facts that are cited as they stand.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.article_parts import Article, article_from
from benchmarks.eight_word_runs import hash_lines
from calcsight.safe_writing import write_text
from calcsight.terms.errors import UsageError


def articles_in(folder: Path) -> dict[str, Article]:
    """Return every article of a folder by its file's name without suffix.

    Raises
    ------
    UsageError
        When there is none, or one has no form that is known.
    """
    found = {}
    for path in sorted(folder.glob("*.txt")):
        try:
            found[path.stem] = article_from(path.read_text(encoding="utf-8"))
        except ValueError as problem:
            raise UsageError(f"{path.name}: {problem}", "an article as it was saved") from None
    if not found:
        raise UsageError(f"no article in {folder}", "a folder of .txt files")
    return found


def as_json(article: Article) -> str:
    """Write an article's parts, without the lines of its site."""
    parts: dict[str, Any] = asdict(article)
    del parts["left_out"]
    return json.dumps(parts, ensure_ascii=False, indent=2) + "\n"


def refuse_repository(folder: Path) -> None:
    """Refuse a folder within a repository, this one or another.

    Raises
    ------
    UsageError
    """
    whole = folder.resolve()
    root = Path(__file__).resolve().parents[1]
    if root in (whole, *whole.parents) or any(
        (one / ".git").exists() for one in (whole, *whole.parents)
    ):
        raise UsageError(
            f"{folder} lies in a repository",
            "a temporary folder: the articles are copyrighted and are not kept here",
        )


def main(arguments: Sequence[str]) -> None:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.source_articles")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, help="folder for one JSON file per article")
    parser.add_argument("--hashes", type=Path, help="file for the hashes of all runs")
    asked = parser.parse_args(arguments)
    try:
        articles = articles_in(asked.folder)
        if asked.out:
            refuse_repository(asked.out)
            asked.out.mkdir(parents=True, exist_ok=True)
            for name, article in articles.items():
                write_text(asked.out / f"{name}.json", as_json(article))
        if asked.hashes:
            texts = (text for article in articles.values() for text in article.own_texts())
            write_text(asked.hashes, hash_lines(texts))
    except UsageError as problem:
        parser.error(str(problem))


if __name__ == "__main__":
    main(sys.argv[1:])
