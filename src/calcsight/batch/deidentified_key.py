"""The key of a de-identification: read from its file, made there, or for one run alone."""

import re
import secrets
from pathlib import Path

from calcsight.dicom.deidentifying_key import KEY_BYTES, DeidentifyingKey
from calcsight.intake import first_bytes
from calcsight.safe_writing import write_secret
from calcsight.terms.errors import UsageError

_KEY = re.compile(rb"[0-9a-f]{64}\s*")


def key_of_one_run() -> DeidentifyingKey:
    """Return a new key that nobody keeps: no later run can link its files to these."""
    return DeidentifyingKey(secrets.token_bytes(KEY_BYTES))


def key_in(path: Path) -> tuple[DeidentifyingKey, bool]:
    """Return the key of a file, and whether it was made now.

    Parameters
    ----------
    path : Path
        64 hexadecimal digits; where there is no file, one is made that its owner alone may read.

    Raises
    ------
    UsageError
        When the file holds no key.
    UnreadableFileError, OutputError
        When it cannot be read, or not be made.
    """
    made = not path.exists()
    if made:
        write_secret(path, f"{secrets.token_bytes(KEY_BYTES).hex()}\n".encode())
    content = first_bytes(path, 4 * KEY_BYTES)
    if _KEY.fullmatch(content) is None:
        raise UsageError(
            "a key file that holds no key",
            "64 hexadecimal digits in lower case, as this command writes them",
            "name a file that is not there yet, and a key is made in it",
        )
    return DeidentifyingKey(bytes.fromhex(content.decode("ascii"))), made
