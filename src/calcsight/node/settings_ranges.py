"""How small and how large each number of a node may be, and which texts it takes."""

import ipaddress
import re
from collections.abc import Mapping
from types import MappingProxyType

from calcsight.terms.errors import SettingsError

RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "port": (0, 65535),
        "quiet_seconds": (0.1, 86400),
        "settle_seconds": (0.1, 3600),
        "keep_days": (0, 36500),
        "peers[].port": (1, 65535),
        "retry.first_seconds": (0.01, 86400),
        "retry.most_seconds": (0.01, 604800),
        "retry.attempts": (1, 1000),
        "limits.associations": (1, 200),
        "limits.idle_seconds": (1, 3600),
        "limits.greeting_seconds": (0.5, 300),
        "limits.reading_seconds": (1, 86400),
        "limits.store_gb": (0.001, 1e6),
        "limits.instance_mb": (0.01, 4000),
    }
)
# PS3.5 table 6.2-1, AE: 16 characters of the default repertoire, without "\" and controls.
_AE_TITLE = re.compile(r"[!-\[\]-~]([ -\[\]-~]{0,14}[!-\[\]-~])?")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


def refuse_number_outside(value: float, name: str) -> None:
    """Refuse a number outside its range.

    Raises
    ------
    SettingsError
    """
    low, high = RANGES[name]
    # Nothing compares with what is not a number, so that is outside, too.
    if not low <= value <= high:
        raise SettingsError(f"{name} = {value!r}", f"from {low:g} to {high:g}")


def refuse_no_ae_title(value: str, name: str) -> None:
    """Refuse what cannot be an AE title.

    Raises
    ------
    SettingsError
    """
    if not _AE_TITLE.fullmatch(value):
        raise SettingsError(f"{name} = {value!r}", "1 to 16 ASCII characters, no backslash")


def refuse_no_plain_name(value: str, name: str) -> None:
    """Refuse a name of more than letters, digits, "-" and "_".

    Raises
    ------
    SettingsError
    """
    if not _NAME.fullmatch(value):
        raise SettingsError(f"{name} = {value!r}", "1 to 32 letters, digits, '-' and '_'")


def refuse_no_network(value: str, name: str) -> None:
    """Refuse what is neither an address nor a network.

    Raises
    ------
    SettingsError
    """
    try:
        ipaddress.ip_network(value)
    except ValueError:
        raise SettingsError(
            f"{name} with {value!r}", 'an address or a network, such as "10.1.2.0/24"'
        ) from None
