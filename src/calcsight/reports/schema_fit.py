"""Where a document departs from a published schema: the part of JSON Schema that ours use.

A validator of the whole language is a dependency of the tests alone; they hold the two together.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

# Every word of the language that is understood here.
KEYWORDS = frozenset(
    "$ref type enum const minLength pattern format minimum exclusiveMinimum maximum required "
    "properties additionalProperties propertyNames minProperties items prefixItems minItems "
    "maxItems contains oneOf if then else $schema $id $defs title description".split()
)
_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "integer": (int,),
    "number": (int, float),
}
# No number of ours comes near; a larger one cannot be written or counted with.
_LARGEST = 1e15


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFit:
    """Holds documents against one schema.

    Parameters
    ----------
    schema : mapping
        Of a `oneOf`, the last alternative is the only one that is not null.
    unknown_keys : bool
        Let keys pass that the schema does not have: a later version may have added them.
    """

    schema: Schema
    unknown_keys: bool = False

    def misfits(self, document: object) -> Iterator[str]:
        """Yield each place that does not fit, and what was needed there; no value is quoted."""
        yield from self._misfits(document, self.schema, "")

    def _misfits(self, value: object, schema: Schema, place: str) -> Iterator[str]:
        """Hold one value against one part of the schema; of a wrong type no more is said."""
        if "$ref" in schema:
            part = self.schema["$defs"][schema["$ref"].removeprefix("#/$defs/")]
            yield from self._misfits(value, part, place)
        if "oneOf" in schema:
            if value is not None:
                yield from self._misfits(value, schema["oneOf"][-1], place)
            return
        wrong = _wrong_kind(value, schema)
        if wrong:
            yield f"{place or 'the document'}: needs {wrong}"
        elif isinstance(value, dict):
            yield from self._of_object(value, schema, place)
        elif isinstance(value, list):
            yield from self._of_list(value, schema, place)
        if not wrong and "if" in schema:
            holds = next(self._misfits(value, schema["if"], place), None) is None
            yield from self._misfits(value, schema.get("then" if holds else "else", {}), place)

    def _of_object(self, value: dict[str, Any], schema: Schema, place: str) -> Iterator[str]:
        """Hold keys and what they lead to against an object's schema."""
        known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
        for key in schema.get("required", ()):
            if key not in value:
                yield f"{_below(place, key)}: is missing"
        if len(value) < schema.get("minProperties", 0):
            yield f"{place}: is empty"
        for key, item in value.items():
            inner = _below(place, key)
            if key in known:
                yield from self._misfits(item, known[key], inner)
            elif others is False and not self.unknown_keys:
                yield f"{inner}: is no key of the schema"
            elif isinstance(others, dict):
                yield from self._misfits(item, others, inner)
            yield from self._misfits(key, schema.get("propertyNames", {}), inner)

    def _of_list(self, value: list[Any], schema: Schema, place: str) -> Iterator[str]:
        """Hold length and items against a list's schema."""
        first = schema.get("prefixItems", ())
        most = len(first) if schema.get("items") is False else math.inf
        if not schema.get("minItems", 0) <= len(value) <= min(most, schema.get("maxItems", most)):
            yield f"{place}: has {len(value)} items"
            return
        for position, item in enumerate(value):
            held = first[position] if position < len(first) else schema.get("items", {})
            yield from self._misfits(item, held, f"{place}[{position}]")
        if "contains" in schema and not any(
            next(self._misfits(item, schema["contains"], place), None) is None for item in value
        ):
            yield f"{place}: lacks an item that is always there"


def _below(place: str, key: str) -> str:
    """Name a key; a strange one is cut."""
    return f"{place}.{key[:60]}" if place else key[:60]


def _wrong_kind(value: object, schema: Schema) -> str:
    """Say what a value by itself would have to be; "" = it is that."""
    types = schema.get("type", ())
    types = [types] if isinstance(types, str) else types
    if types and not any(_is(value, one) for one in types):
        return " or ".join(types)
    if "const" in schema and value != schema["const"]:
        return repr(schema["const"])
    if "enum" in schema and value not in schema["enum"]:
        return "one of the words of the schema"
    if isinstance(value, str):
        return _wrong_text(value, schema)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _wrong_number(value, schema)
    return ""


def _is(value: object, name: str) -> bool:
    """Tell whether a value has a type; a truth value is no number, whatever Python says."""
    return isinstance(value, _TYPES[name]) and (not isinstance(value, bool) or name == "boolean")


def _wrong_text(value: str, schema: Schema) -> str:
    """Say what a text would have to be."""
    if len(value) < schema.get("minLength", 0):
        return "a text that is not empty"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return f"a text like {schema['pattern']}"
    return ""


def _wrong_number(value: float, schema: Schema) -> str:
    """Say what a number would have to be."""
    low, high = schema.get("minimum", -_LARGEST), schema.get("maximum", _LARGEST)
    above = schema.get("exclusiveMinimum", -math.inf)
    if low <= value <= high and value > above:
        return ""
    return f"a number over {above:g}" if value <= above else f"a number from {low:g} to {high:g}"
