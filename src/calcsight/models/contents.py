"""Reading a model's files, each checked against the SHA-256 it must have."""

import hashlib
from importlib.resources.abc import Traversable

from calcsight.terms.errors import ModelAlteredError, ModelMissingError


def checked_content(folder: Traversable, file: str, sha256: str) -> bytes:
    """Return the content of a file of a model.

    Raises
    ------
    ModelMissingError
        When the file is not there.
    ModelAlteredError
        When the file is not the one that was released.
    """
    try:
        content = folder.joinpath(file).read_bytes()
    except OSError:
        raise ModelMissingError(
            f"{file} is not there", "the file that was released", "install calcsight again"
        ) from None
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ModelAlteredError(
            f"{file} has SHA-256 {found[:12]}...", f"{sha256[:12]}...", "install calcsight again"
        )
    return content
