"""A site's own intervals of following a finding, from its file."""

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from calcsight.intake import opened
from calcsight.terms.errors import SettingsError
from calcsight.terms.follow_up import FollowUpSettings

_TABLE = "follow_up"
_MOST_BYTES = 100_000


def follow_up_settings_from(path: Path) -> FollowUpSettings:
    """Read a TOML file with the table `follow_up`; what it does not say is as usual.

    Raises
    ------
    UnreadableFileError
        When the file cannot be opened or read.
    SettingsError
        When it is no TOML, or holds an unknown key or a value that cannot be.
    """
    with opened(path) as file:
        content = file.read(_MOST_BYTES + 1)
    try:
        said = tomllib.loads(content[:_MOST_BYTES].decode())
    except (ValueError, RecursionError):
        raise SettingsError(f"{path} is no TOML", "a file with the table [follow_up]") from None
    table = said.get(_TABLE, {})
    if set(said) - {_TABLE} or len(content) > _MOST_BYTES or not isinstance(table, dict):
        raise SettingsError(f"{path} with something else", "the table [follow_up] alone")
    return _built(table)


def _built(table: dict[str, Any]) -> FollowUpSettings:
    """Make settings; the noun itself refuses what cannot be."""
    known = {one.name for one in fields(FollowUpSettings)}
    for key, value in table.items():
        if key not in known:
            raise SettingsError(
                f"the unknown setting '{_TABLE}.{key[:60]}'", f"one of: {', '.join(sorted(known))}"
            )
        if (key == "months") != isinstance(value, list):
            raise SettingsError(f"{_TABLE}.{key} = {value!r}"[:80], "[6, 12, 24], or one number")
    months = {"months": tuple(table["months"])} if "months" in table else {}
    return FollowUpSettings(**{**table, **months})
