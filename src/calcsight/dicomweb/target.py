"""Which DICOMweb server, trusted by what, and within which limits."""

import ipaddress
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from calcsight.dicomweb.credentials import Credentials
from calcsight.terms.errors import UsageError

_MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WebLimits:
    """What a server may take of time, memory and disk; defaults are those of the command line.

    Parameters
    ----------
    connect_seconds, read_seconds : float
        Until a connection stands, and between two pieces of an answer.
    whole_seconds : float
        For one whole answer, however steadily it drips.
    instance_bytes, study_bytes : int
        Of one instance, and of all instances of a study together.
    listing_bytes : int
        Of one answer that is no instance: a page of a listing, or what became of a store.
    instances : int
        Of one study.
    attempts : int
        For one request that may be asked again.
    """

    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    whole_seconds: float = 900.0
    instance_bytes: int = 2048 * _MIB
    study_bytes: int = 16384 * _MIB
    listing_bytes: int = 32 * _MIB
    instances: int = 2000
    attempts: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WebTarget:
    """A DICOMweb server.

    Parameters
    ----------
    url : str
        The base, as `https://pacs.example/dicom-web`; without name, password, query or fragment.
    credentials : Credentials or None
        Never shown by `repr`.
    ca_file : Path or None
        PEM file of the authorities that a certificate is checked against; None = the usual ones.
    limits : WebLimits

    Raises
    ------
    UsageError
        When the URL is none, holds a name or a password, or would carry credentials unencrypted
        to another machine; when the file of authorities is not there, or holds none.
    """

    url: str
    credentials: Credentials | None = field(default=None, repr=False)
    ca_file: Path | None = None
    limits: WebLimits = WebLimits()

    def __post_init__(self) -> None:
        parts = _parts(self.url)
        if self.credentials and parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
            raise UsageError(
                "a token or password over plain http to another machine",
                "https, or a server on this machine",
                "ask for the https address of the server",
            )
        if self.ca_file is not None and not self.ca_file.is_file():
            raise UsageError(f"{self.ca_file} is no file", "a PEM file of the authorities to trust")
        if self.ca_file is not None and not _holds_certificates(self.ca_file):
            raise UsageError(
                f"{self.ca_file} holds no certificate that can be used",
                "a PEM file of the authorities to trust",
            )

    @property
    def base(self) -> str:
        """The URL without a slash at its end."""
        return self.url.rstrip("/")

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: where credentials may go."""
        return origin_of(self.url)

    @property
    def shown(self) -> str:
        """Scheme, host and port, for messages."""
        scheme, host, port = self.origin
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def origin_of(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of a URL.

    Raises
    ------
    UsageError
        As `WebTarget`.
    """
    parts = _parts(url)
    return (
        parts.scheme,
        parts.hostname or "",
        parts.port or {"http": 80, "https": 443}[parts.scheme],
    )


def _parts(url: str) -> SplitResult:
    """Take a URL apart; a message never repeats one that could hold a password."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known, parts = False, SplitResult("", "", "", "", "")
    if "@" in parts.netloc:
        raise UsageError(
            "a DICOMweb URL that holds a name or a password",
            "a URL without them: it is shown in lists of processes and in logs",
            "give them by a file or a variable of the environment; docs/dicomweb.md",
        )
    plain = url.isascii() and url.isprintable() and " " not in url
    if not known or not plain or parts.query or parts.fragment:
        raise UsageError(
            "a DICOMweb URL that is none",
            "http or https, a host, and a path without query or fragment",
            "as https://pacs.example/dicom-web",
        )
    return parts


def _holds_certificates(path: Path) -> bool:
    """Tell whether a file holds certificates in PEM."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, by its address; of names, `localhost` alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
