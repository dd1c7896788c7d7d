"""A JSON document of ours, taken from its file: what is no such document is refused."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calcsight.intake import opened
from calcsight.reports.noun_json import MisplacedError, Noun, noun_of
from calcsight.reports.schema_fit import SchemaFit
from calcsight.reports.schemas import SchemaName, schema_of
from calcsight.terms.errors import CalcsightError

_ABOUT = frozenset({"document", "schema_version", "intended_use"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentForm:
    """What a document has to be.

    Parameters
    ----------
    name : str
        Its key `document`: "calcsight.final".
    words : str
        What a reader calls it: "a final record".
    schema : SchemaName
    version : str
        The schema version that is written here.
    most_bytes : int
        No file of this kind comes near.
    refusal : class
        The error that is raised for what is none.
    advice : str
        What the user can do.
    """

    name: str
    words: str
    schema: SchemaName
    version: str
    most_bytes: int
    refusal: type[CalcsightError]
    advice: str

    def refuse(self, found: str, needed: str = "") -> CalcsightError:
        """Return the error for something that was found."""
        return self.refusal(found, needed or self.words, self.advice)

    def misplaced(self, wrong: MisplacedError) -> CalcsightError:
        """Return the error for plain data that no noun can be made of."""
        if wrong.problem is None:
            return self.refuse(f"{wrong.place}: something else", wrong.needed)
        return self.refuse(f"{wrong.place}: {wrong.problem.found}", wrong.problem.needed)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Put the name of a file before whatever is refused of it within."""
    try:
        yield
    except CalcsightError as problem:
        found = f"{path}: {problem.found}"
        raise type(problem)(found, problem.needed, problem.advice) from problem


def bytes_of(path: Path, form: DocumentForm) -> bytes:
    """Return the bytes of a file.

    Raises
    ------
    UnreadableFileError
        When the file cannot be opened or read.
    CalcsightError
        The form's own, when it is larger than any such document.
    """
    with opened(path) as file:
        data = file.read(form.most_bytes + 1)
    if len(data) > form.most_bytes:
        raise form.refuse("a file larger than any such document")
    return data


def json_of(data: bytes, form: DocumentForm) -> dict[str, Any]:
    """Parse bytes as one JSON object, strictly.

    Raises
    ------
    CalcsightError
        The form's own: no JSON, not UTF-8, no object, a key twice in one object, or a number
        that JSON does not have.
    """
    try:
        document = json.loads(
            data.decode(), object_pairs_hook=_without_repeats, parse_constant=_no_number
        )
    except _RepeatedKeyError as repeated:
        raise form.refuse(f"the key {repeated.key!r} twice in one object") from None
    except (ValueError, RecursionError):
        raise form.refuse("a file that is no JSON") from None
    if not isinstance(document, dict):
        raise form.refuse("JSON that is no object")
    return document


def checked(document: dict[str, Any], form: DocumentForm) -> dict[str, Any]:
    """Return a document that has its name, its schema version and the form of its schema.

    Raises
    ------
    CalcsightError
        The form's own, with the first place that does not fit; no value of it is quoted but the
        name and the version.
    """
    kind, version = document.get("document"), document.get("schema_version")
    if kind != form.name:
        found = f"the document {kind[:60]!r}" if isinstance(kind, str) else "JSON of another kind"
        raise form.refuse(found, f"the document {form.name!r}")
    if version != form.version:
        found = f"schema {version[:20]!r}" if isinstance(version, str) else "no schema version"
        raise form.refuse(found, f"schema {form.version}, which this version of calcsight knows")
    misfit = next(_misfits(document, form), None)
    if misfit is not None:
        raise form.refuse(misfit, f"{form.words} in the form of calcsight schema {form.schema}")
    return document


def noun_in(document: dict[str, Any], form: DocumentForm, kind: type[Noun]) -> Noun:
    """Return what a document holds, beside what it says of itself.

    Raises
    ------
    CalcsightError
        The form's own, when it is no such document.
    """
    checked(document, form)
    try:
        return noun_of(kind, {key: one for key, one in document.items() if key not in _ABOUT})
    except MisplacedError as wrong:
        raise form.misplaced(wrong) from None


def _misfits(document: dict[str, Any], form: DocumentForm) -> Iterator[str]:
    """Yield what does not fit the schema."""
    return SchemaFit(schema=schema_of(form.schema)).misfits(document)


class _RepeatedKeyError(ValueError):
    """One key twice in one object: a program would keep the last and lose the first."""

    def __init__(self, key: str) -> None:
        self.key = key[:60]
        super().__init__(key)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object whose keys differ."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _RepeatedKeyError(key)
        found[key] = value
    return found


def _no_number(word: str) -> Any:
    """Refuse NaN and the infinities."""
    raise ValueError(word)
