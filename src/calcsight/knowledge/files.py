"""Where the data files lie: those that ship, by id, and a site's own, by path."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

from calcsight.intake import opened
from calcsight.terms.errors import GuidanceError, UnreadableFileError

# The largest that ships is a hundredth of this.
_MOST_BYTES = 5_000_000
_LONGEST_SHOWN = 200


class Kind(StrEnum):
    """The folders of data files."""

    CLAIMS = "claims"
    VOCABULARY = "vocabularies"
    POPULATION = "populations"
    SCHEME = "schemes"
    POLICY = "policies"


def shipped_ids(kind: Kind) -> tuple[str, ...]:
    """Return the ids of the files of one kind that ship, in alphabetical order."""
    folder = files(__package__).joinpath(kind.value)
    if not folder.is_dir():
        return ()
    names = [one.name for one in folder.iterdir()]
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def read_document(kind: Kind, name_or_path: str) -> tuple[Mapping[str, Any], bytes]:
    """Read one data file.

    Parameters
    ----------
    kind : Kind
    name_or_path : str
        The id of one that ships, or else the path of a file.

    Returns
    -------
    mapping
        What the TOML holds.
    bytes
        The file as it is, for a digest.

    Raises
    ------
    GuidanceError
        When the name is empty, there is no such file, it cannot be read or is no TOML.
    """
    content = _content(kind, name_or_path)
    with inside(name_or_path):
        try:
            return tomllib.loads(content.decode("utf-8")), content
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            raise GuidanceError(f"no TOML ({problem})", "a TOML file in UTF-8") from None
        except (RecursionError, ValueError):
            # Lists within lists without end, or a number of thousands of digits.
            raise GuidanceError("no TOML that can be read", "a TOML file in UTF-8") from None


@contextmanager
def inside(file: str) -> Iterator[None]:
    """Name the file in every `GuidanceError` that is raised within."""
    try:
        yield
    except GuidanceError as error:
        found = f"{_shown(file)}: {error.found}"
        raise type(error)(found, error.needed, error.advice) from None


def _content(kind: Kind, name_or_path: str) -> bytes:
    """Return the bytes of a shipped file, or of one at a path."""
    ships = shipped_ids(kind)
    needed = f"one of: {', '.join(ships)}; or the path of a TOML file"
    if not name_or_path.strip():
        raise GuidanceError(f"{kind.value}: an empty name", needed)
    if name_or_path in ships:
        return files(__package__).joinpath(kind.value, f"{name_or_path}.toml").read_bytes()
    try:
        with opened(Path(name_or_path)) as file:
            content = file.read(_MOST_BYTES + 1)
    except UnreadableFileError as error:
        raise GuidanceError(
            f"{kind.value}: {_shown(name_or_path)!r} is none that ships, and {error.found}", needed
        ) from None
    except ValueError:
        # Characters that no path has, such as half of a surrogate pair.
        raise GuidanceError(f"{kind.value}: {_shown(name_or_path)!r} is no path", needed) from None
    if len(content) > _MOST_BYTES:
        raise GuidanceError(
            f"{_shown(name_or_path)} is larger than {_MOST_BYTES} bytes", "a data file"
        )
    return content


def _shown(name: str) -> str:
    """Return a name, cut where it is longer than any that a reader needs."""
    return name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}..."
