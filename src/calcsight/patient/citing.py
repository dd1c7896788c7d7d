"""How an entry is cited: as text, BibTeX or RIS, with the exact words that were read.

Author, title and dates are the entry's own. An entry has no DOI and no address that would last, so
none is given: its id, the version of the software and a digest of the words say what was read.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from calcsight.patient.days import day_in_words
from calcsight.terms.knowledge_base import KnowledgeEntry, Language, Passage
from calcsight.terms.version import SOFTWARE, VERSION

_DIGEST_LETTERS = 12
_LATEX: Mapping[str, str] = MappingProxyType(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{one: f"\\{one}" for one in "{}$&%#_"},
    }
)
_LANGUAGE_NAMES: Mapping[Language, str] = MappingProxyType(
    {Language.ENGLISH: "english", Language.SPANISH: "spanish"}
)
_NOT_REVIEWED: Mapping[Language, str] = MappingProxyType(
    {
        Language.ENGLISH: "No clinician has reviewed this yet",
        Language.SPANISH: "Ningún profesional de la salud lo ha revisado todavía",
    }
)
_REVIEWED: Mapping[Language, str] = MappingProxyType(
    {
        Language.ENGLISH: "Reviewed by {who} on {day}",
        Language.SPANISH: "Revisado por {who} el {day}",
    }
)
_IN_TEXT: Mapping[Language, str] = MappingProxyType(
    {
        Language.ENGLISH: "{author}. {title} {software}, entry {id} ({language}), words {digest}. "
        "Written {written}. {note}. Seen {seen}.",
        Language.SPANISH: "{author}. {title} {software}, tema {id} ({language}), texto {digest}. "
        "Escrito el {written}. {note}. Visto el {seen}.",
    }
)


class CiteForm(StrEnum):
    """The forms of a citation."""

    TEXT = "text"
    BIBTEX = "bibtex"
    RIS = "ris"

    @property
    def suffix(self) -> str:
        """How the name of a file of this form ends."""
        return {"text": "txt", "bibtex": "bib", "ris": "ris"}[self.value]


def cite(entry: KnowledgeEntry, language: Language, form: CiteForm, on: date) -> str:
    """Return how an entry is cited.

    Parameters
    ----------
    entry : KnowledgeEntry
    language : Language
        Of the words that were read; the citation is in it.
    form : CiteForm
    on : date
        The day on which they were read.

    Returns
    -------
    str
        Ends with a line end; lines of RIS end with CR and LF, as its readers want it.
    """
    write = {CiteForm.TEXT: _text, CiteForm.BIBTEX: _bibtex, CiteForm.RIS: _ris}[form]
    return write(entry, language, on)


def entry_digest(entry: KnowledgeEntry, language: Language) -> str:
    """Return the SHA-256 of an entry's words in one language: which words these were."""
    passages = (entry.texts[language].passage(one) for one in Passage)
    return hashlib.sha256("\0".join(passages).encode()).hexdigest()


def review_note(entry: KnowledgeEntry, language: Language) -> str:
    """Say who has reviewed the words of a language, and the oldest day; without a full stop."""
    if not entry.is_reviewed(language):
        return _NOT_REVIEWED[language]
    names = dict.fromkeys(entry.reviews[language, one].reviewer for one in Passage)
    day = day_in_words(entry.checked_on(language), language)
    return _REVIEWED[language].format(who=", ".join(names), day=day)


def _text(entry: KnowledgeEntry, language: Language, on: date) -> str:
    """Write one line of text."""
    title = _one_line(entry.texts[language].title)
    said = _IN_TEXT[language].format(
        author=_one_line(entry.author),
        title=title if title.endswith(("?", "!", ".")) else f"{title}.",
        software=SOFTWARE,
        id=entry.id,
        language=language.value,
        digest=_short_digest(entry, language),
        written=day_in_words(entry.written_on, language),
        note=_one_line(review_note(entry, language)),
        seen=day_in_words(on, language),
    )
    return f"{said}\n"


def _bibtex(entry: KnowledgeEntry, language: Language, on: date) -> str:
    """Write one record of BibTeX; double braces keep names and capitals as they are."""
    fields = {
        "author": f"{{{_latex(entry.author)}}}",
        "title": f"{{{_latex(entry.texts[language].title)}}}",
        "year": str(entry.written_on.year),
        "date": entry.written_on.isoformat(),
        "howpublished": _latex(f"{SOFTWARE}, entry {entry.id}"),
        "version": VERSION,
        "language": _LANGUAGE_NAMES[language],
        "note": _latex(f"{review_note(entry, language)}. SHA-256 {_short_digest(entry, language)}"),
        "urldate": on.isoformat(),
    }
    lines = [f"  {name:<12} = {{{value}}}," for name, value in fields.items()]
    return "\n".join((f"@misc{{calcsight-{entry.id}-{language.value},", *lines, "}", ""))


def _ris(entry: KnowledgeEntry, language: Language, on: date) -> str:
    """Write one record of RIS."""
    fields = (
        ("TY", "GEN"),
        # A comma would part a family name from a given one.
        ("AU", entry.author.replace(",", " ")),
        ("TI", entry.texts[language].title),
        ("PY", str(entry.written_on.year)),
        ("DA", f"{entry.written_on:%Y/%m/%d}"),
        ("PB", "calcsight"),
        ("ET", VERSION),
        ("LA", language.value),
        ("N1", f"{review_note(entry, language)}."),
        ("M1", f"{SOFTWARE}, entry {entry.id}, SHA-256 {_short_digest(entry, language)}"),
        ("Y2", f"{on:%Y/%m/%d}"),
        ("ER", ""),
    )
    return "".join(f"{tag}  - {_one_line(value)}\r\n" for tag, value in fields)


def _short_digest(entry: KnowledgeEntry, language: Language) -> str:
    """Return as much of the digest as tells two versions apart."""
    return entry_digest(entry, language)[:_DIGEST_LETTERS]


def _one_line(text: str) -> str:
    """Put a value into one line: a line end would begin another field."""
    return re.sub(r"[\s\x00-\x1f\x7f\u2028\u2029]+", " ", text).strip()


def _latex(text: str) -> str:
    """Escape what TeX takes for its own."""
    return "".join(_LATEX.get(letter, letter) for letter in _one_line(text))
