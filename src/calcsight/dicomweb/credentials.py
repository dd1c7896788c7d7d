"""Who asks: a bearer token or a name with its password, from a file or the environment alone.

Neither can be given on the command line or in a URL, since both are shown to every user of a
machine and end in logs.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from calcsight.terms.errors import UsageError

TOKEN_VARIABLE = "CALCSIGHT_DICOMWEB_TOKEN"  # noqa: S105 - the name of a variable
LOGIN_VARIABLE = "CALCSIGHT_DICOMWEB_LOGIN"
_LONGEST = 16_384


@dataclass(frozen=True, slots=True)
class Credentials:
    """The value of the header `Authorization` (RFC 9110 11.6.2); never shown by `repr`."""

    header: str = field(repr=False)


def bearer(token: str) -> Credentials:
    """Return what a bearer token sends (RFC 6750 2.1).

    Raises
    ------
    UsageError
        When it is empty or holds what no token can.
    """
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise _unusable("a token", "one line of visible ASCII letters, digits and signs")
    return Credentials(f"Bearer {token}")


def basic(login: str) -> Credentials:
    """Return what a name and its password send (RFC 7617), in UTF-8.

    Parameters
    ----------
    login : str
        `name:password`; the first colon parts them.

    Raises
    ------
    UsageError
        When either is missing, or a control character stands in it.
    """
    name, colon, password = login.partition(":")
    if not name or not colon or not password or not login.isprintable():
        raise _unusable("a login", "one line: name:password")
    return Credentials(f"Basic {base64.b64encode(login.encode()).decode()}")


def credentials_from(
    token_file: Path | None, login_file: Path | None, environment: Mapping[str, str]
) -> Credentials | None:
    """Return what a file says, else what the environment says, else None.

    Parameters
    ----------
    token_file, login_file : Path or None
        One line: a bearer token, or `name:password`.
    environment : mapping of str to str
        Looked at only when there is no file.

    Raises
    ------
    UsageError
        When both are given, or what is given cannot be used. No message repeats any of it.
    """
    if token_file is not None and login_file is not None:
        raise _both("--token-file and --login-file")
    if token_file is not None:
        return bearer(_line_of(token_file))
    if login_file is not None:
        return basic(_line_of(login_file))
    token, login = environment.get(TOKEN_VARIABLE), environment.get(LOGIN_VARIABLE)
    if token and login:
        raise _both(f"{TOKEN_VARIABLE} and {LOGIN_VARIABLE}")
    if token:
        return bearer(token)
    return basic(login) if login else None


def credentials_in_files(
    user: str, password_file: Path | None, token_file: Path | None
) -> Credentials | None:
    """Return what the settings of a node name: a user whose password is in a file, or a token.

    Parameters
    ----------
    user : str
        "" = none.
    password_file, token_file : Path or None
        One line each.

    Raises
    ------
    UsageError
        When a file cannot be used, or both a user and a token are named.
    """
    if user and token_file is not None:
        raise _both("a user and a token")
    if token_file is not None:
        return bearer(_line_of(token_file))
    if not user and password_file is None:
        return None
    if password_file is None or ":" in user:
        raise _unusable("a user", "a name without a colon, and a file with the password")
    return basic(f"{user}:{_line_of(password_file)}")


def _line_of(path: Path) -> str:
    """Return the one line of a small file."""
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST + 1)
        line = data.decode().removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError):
        raise _unusable(str(path), "a file that may be read, of one line of UTF-8") from None
    if len(data) > _LONGEST:
        raise _unusable(str(path), "a file of one short line")
    return line


def _both(what: str) -> UsageError:
    return UsageError(f"{what} together", "one of them: a token, or a name with its password")


def _unusable(what: str, needed: str) -> UsageError:
    return UsageError(f"{what} that cannot be used", needed, "docs/dicomweb.md shows both forms")
