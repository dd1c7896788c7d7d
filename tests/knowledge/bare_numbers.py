"""Where a text of the project holds a number that no claim, measurement or code put there.

By place, each kind of text has its own rule:

- a data file of `knowledge/`: every text and every value, except what identifies the file or its
  sources (titles and citations hold years and counts of studies), an order of ranks, and the counts
  of a site's own table;
- a template: the text and the spoken attributes, not tags, styles and the ticks of an axis; what
  stands in `{{ }}` is measured or registered, unless it is itself a plain number;
- code: strings that are no docstring, no format, no pattern and no command line; an error speaks
  of a file or a setting;
- technical places (`TECHNICAL`) speak of files, phantoms, rules of counting and columns, never of
  women or findings: there only a number with a clinical unit is refused.

In what is left a number is exempt by its type: see `_EXEMPT`.
"""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from calcsight.knowledge.wording import DIGITS, SPELT

TECHNICAL = (
    "dicom/**",
    "dicomweb/**",
    "node/**",
    "records/**",
    "evaluation/**",
    "batch/**",
    "simulation/**",
    "intake.py",
    "safe_writing.py",
    "reports/*columns.py",
    "reports/truth.py",
    "reports/schemas/**",
    "reports/templates/evaluation.html.j2",
    "patient/facility_example.toml",
)
# Keys of data files that say what a file or category is called and where it comes from, put words
# in order, hold the counts of a site's own table, what people may type, or the ids of entries.
IDENTIFYING = frozenset(
    {"id", "code", "version", "title", "source", "sources", "suspicion_rank", "counts"}
    | {"names", "questions", "entry", "entries", "related"}
)

_CLINICAL = re.compile(r"\d[ -]?(?:days?\b|weeks?\b|months?\b|years?\b|percent|per |%)|\d in \d")
_EXEMPT = {
    "a registered claim": r"\{claim:[^{}]*\}",
    "the level of an interval": (
        r"\b95 %(?=[ ,]*(?:intervals?|CI\b|Wilson|percentile|patients|bound))"
    ),
    "a command line": r"^calcsight [a-z].*",
    "a unit": r"\bper 1000\b",
    "a template of DICOM": r"\bTID \d{3,5}\b",
    "a category's code": r"\b(?:[Cc]ategor(?:y|ies|ía)|Grad[eo]) [0-6][ABC]?\b",
    "a year or a date": r"\b(?:19|20)\d\d(?:-\d\d(?:\d\d)?)*\b(?! women| lesions| groups)",
    "an edition": r"\b\d(?:st|nd|rd|th) edition\b",
    "the end of a measured share": r"^(?:over 99|under 1) %$",
    "a scale": r"[(, ]-?1 = [a-z]+|\b0-based\b|\b0 to 1\b|\b0-1\b|\b4 pi\b|\b1, 2, \.\.\.",
    "a property of the picture": (
        r"\bPixels are coarser than [\d.]+ mm|\bmagnification factor is absent and was taken as 1\b"
        r"|\brow 0, column 0 is the centre of the first pixel\b"
    ),
    "a layout": r"\bbins of [\d.]+ mm\b",
    # SHA-256, cm2, uint16, bi-rads-5-in-10mm: digits that letters lead.
    "an identifier": r"[A-Za-z_][\w.]*(?:-\w+)*-?\d[\w.]*",
}


def is_technical(place: PurePath) -> bool:
    """Tell whether a file of the package speaks of technical things alone."""
    return any(
        place.is_relative_to(one.removesuffix("/**")) if one.endswith("/**") else place.match(one)
        for one in TECHNICAL
    )


def bare_numbers(place: PurePath, content: str) -> list[str]:
    """Return what is wrong in one file of the package, by its place within it."""
    look = clinical_numbers if is_technical(place) else numbers
    return [
        f"{place}:{where}: {number} in {text.strip()[:60]!r}"
        for where, text in texts_of(place, content)
        for number in look(text)
    ]


def numbers(text: str) -> list[str]:
    """Return the numbers of a text that are of no exempt type."""
    text = _without_exempt(text)
    return [*DIGITS.findall(text), *(match[0] for match in SPELT.finditer(text))]


def clinical_numbers(text: str) -> list[str]:
    """Return those of them that have a clinical unit."""
    text = _without_exempt(text)
    return [match[0] for one in (_CLINICAL, SPELT) for match in one.finditer(text)]


def texts_of(place: PurePath, content: str) -> Iterator[tuple[str, str]]:
    """Yield each text of a file that a reader may be shown, and where it stands."""
    if place.suffix == ".py":
        yield from _of_code(content)
    elif place.suffix == ".j2":
        yield from _of_template(content)
    elif place.suffix == ".toml" and "claims" not in place.parts:
        yield from _of_data(tomllib.loads(content), "")
    elif place.suffix == ".json" and "schemas" in place.parts:
        yield from _of_schema(json.loads(content))


def _without_exempt(text: str) -> str:
    """Take every number of an exempt type out."""
    for exempt in _EXEMPT.values():
        text = re.sub(exempt, " ", text)
    return text


def _of_data(value: Any, key: str) -> Iterator[tuple[str, str]]:
    """Yield the texts and the numbers of a data file."""
    if key in IDENTIFYING or isinstance(value, bool):
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _of_data(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _of_data(inner, key)
    # A value that is the id of a claim as a whole is the reference that is asked for.
    elif not (isinstance(value, str) and re.fullmatch(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", value)):
        yield key, str(value)


def _of_template(content: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of a Jinja template, and literal numbers that it would print."""
    content = re.sub(r"\{#.*?#\}", " ", content, flags=re.DOTALL)
    for expression in re.findall(r"\{[{%](.*?)[%}]\}", content, re.DOTALL):
        for said in re.findall(r"\"([^\"]*)\"|'([^']*)'", expression):
            yield from (("expression", one) for one in said if " " in one.strip())
        if re.fullmatch(r"\s*-?[\d.]+\s*(?:\|.*)?", expression):
            yield "expression", expression
    content = re.sub(r"\{[{%].*?[%}]\}", " ", content, flags=re.DOTALL)
    drawn = (
        r"<style>.*?</style>|&#?\w+;|<text[^>]*>\s*[\d.]+\s*</text>"
        r"|<span class=\"axis\">(?:<span>[^<]*</span>)*</span>"
    )
    content = re.sub(drawn, " ", content, flags=re.DOTALL)
    for spoken in re.findall(r"(?:aria-label|alt|title)=\"([^\"]*)\"", content):
        yield "attribute", spoken
    yield from (("text", one) for one in re.sub(r"<[^>]*>", "\n", content).splitlines())


def _of_schema(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the descriptions of a JSON Schema."""
    if isinstance(value, dict):
        if isinstance(value.get("description"), str):
            yield "description", value["description"]
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _of_schema(inner)


def _of_code(source: str) -> Iterator[tuple[str, str]]:
    """Yield the strings of a module that hold words, and literal numbers in f-strings.

    A string without a space is a code, a path, a layout or a pattern.
    """
    tree = ast.parse(source)
    left_out = {id(node) for node in _no_texts(tree)}
    for node in ast.walk(tree):
        if id(node) in left_out:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if re.search(r"[A-Za-z%]", node.value) and " " in node.value.strip("\n"):
                yield str(node.lineno), node.value
        elif isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Constant):
            yield str(node.lineno), str(node.value.value)


def _no_texts(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield every node that no reader of a result is shown."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            yield body[0].value  # a docstring
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            yield from ast.walk(node.format_spec)
        if isinstance(node, ast.Raise) or (
            isinstance(node, ast.Call) and _makes_error_or_pattern(node.func)
        ):
            yield from ast.walk(node)


def _makes_error_or_pattern(function: ast.expr) -> bool:
    """Tell whether a call makes an error, or a pattern."""
    name = getattr(function, "attr", getattr(function, "id", ""))
    return name.endswith(("Error", "Refused")) or name in {"refuse", "refusal", "compile"}
