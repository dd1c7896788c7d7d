"""Reading a model's files, each checked against the SHA-256 it must have."""

import hashlib
from importlib.resources.abc import Traversable
from pathlib import Path

from calcsight.intake import opened
from calcsight.terms.errors import ModelAlteredError, ModelMissingError, UnreadableFileError

# A shipped network has at most 5 MB.
_MOST_BYTES = 200_000_000
_ADVICE = "install calcsight again, or write the model's folder again"


def checked_content(folder: Traversable, file: str, sha256: str) -> bytes:
    """Return the content of a file of a model.

    Raises
    ------
    ModelMissingError
        When the file is not there.
    ModelAlteredError
        When the file is not the one that the digest names.
    """
    content = content_of(folder, file)
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ModelAlteredError(f"{file} has SHA-256 {found[:12]}...", f"{sha256[:12]}...", _ADVICE)
    return content


def content_of(folder: Traversable, file: str) -> bytes:
    """Return the content of a regular file in a folder.

    Raises
    ------
    ModelMissingError
        When it is not there, cannot be read or is far larger than any model.
    """
    place = folder.joinpath(file)
    try:
        if isinstance(place, Path):
            with opened(place) as opened_file:
                content = opened_file.read(_MOST_BYTES + 1)
        else:
            content = place.read_bytes()
    except (OSError, UnreadableFileError):
        raise ModelMissingError(f"{file} is not there", "the file of the model", _ADVICE) from None
    if len(content) > _MOST_BYTES:
        raise ModelMissingError(f"{file} is larger than {_MOST_BYTES} bytes", "a model", _ADVICE)
    return content
