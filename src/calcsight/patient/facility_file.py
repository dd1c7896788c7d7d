"""A clinic's profile from its TOML file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from calcsight.intake import toml_in
from calcsight.knowledge.entries import Entry
from calcsight.knowledge.files import inside
from calcsight.terms.errors import GuidanceError
from calcsight.terms.facility import ContactLine, Facility
from calcsight.terms.knowledge_base import Language


def facility_from(path: Path) -> Facility:
    """Return the profile that a file holds.

    Raises
    ------
    SettingsError
        When the file cannot be read or is no TOML.
    GuidanceError
        On an unknown key or a value that cannot be used, or when the texts are adopted by a clinic
        with no name or nobody to call.
    """
    with inside(path.name):
        return parsed_facility(toml_in(path, "a TOML file of a facility"))


def parsed_facility(document: Mapping[str, Any]) -> Facility:
    """Build a profile; see `facility_from`.

    Raises
    ------
    GuidanceError
    """
    top = Entry(document)
    adopted = Entry(top.table("adopted"), "adopted")
    adopted_by = adopted.text("by", "")
    facility = Facility(
        name=top.text("name", ""),
        contact=_line(top.table("contact"), "contact"),
        crisis_line=_line(top.table("crisis_line"), "crisis_line"),
        emergency_number=top.text("emergency_number", ""),
        density=_by_language(top.table("density"), "density"),
        adopted_by=adopted_by,
        adopted_on=adopted.day("on") if adopted_by else None,
    )
    adopted.done()
    top.done()
    if adopted_by and not facility.has_adopted:
        raise GuidanceError(
            "adopted, by a clinic with no name or no contact",
            "name and [contact]: whoever answers for a letter can be called",
        )
    return facility


def _line(table: Mapping[str, Any], where: str) -> ContactLine | None:
    """Return somebody to call; no table = nobody is configured."""
    if not table:
        return None
    entry = Entry(table, where)
    line = ContactLine(
        name=entry.name("name"),
        phone=entry.name("phone"),
        hours=_by_language(entry.table("hours"), f"{where}.hours"),
    )
    entry.done()
    return line


def _by_language(table: Mapping[str, Any], where: str) -> Mapping[Language, str]:
    """Return a text in each language that the table has."""
    entry = Entry(table, where)
    said = {one: text for one in Language if (text := entry.text(one.value, ""))}
    entry.done()
    return said
