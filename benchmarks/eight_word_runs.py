"""Runs of eight words, by which a text is known to share wording with another, as hashes."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator

RUN = 8
# Of a SHA-256 in hexadecimal: chance repetitions stay far under one in a project's texts.
_KEPT = 16


def words_of_run(text: str) -> list[str]:
    """Return the words of a text without case, accents, marks and markup of lines."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", re.sub(r"[\u0300-\u036f]", "", letters))


def hashed_runs(text: str) -> Iterator[tuple[str, str]]:
    """Yield each run of a text as its hash and its words."""
    words = words_of_run(text)
    for first in range(len(words) - RUN + 1):
        run = " ".join(words[first : first + RUN])
        yield hashlib.sha256(run.encode()).hexdigest()[:_KEPT], run


def hash_lines(texts: Iterable[str]) -> str:
    """Return the hashes of all runs of texts, one a line, sorted, each once."""
    found = {digest for text in texts for digest, _ in hashed_runs(text)}
    return "".join(f"{one}\n" for one in sorted(found))
