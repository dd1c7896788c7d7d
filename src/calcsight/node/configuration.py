"""Everything an administrator says to a node, from one TOML file; see docs/node.md."""

import ipaddress
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path

from calcsight.intake import toml_in
from calcsight.node.settings_ranges import (
    refuse_no_ae_title,
    refuse_no_network,
    refuse_no_plain_name,
    refuse_number_outside,
)
from calcsight.node.settings_tables import built_from
from calcsight.terms.errors import SettingsError
from calcsight.terms.hospital import ResultKind
from calcsight.terms.mammogram import Laterality, View

QUEUE_FILE = "queue.sqlite"
INSTANCES, RESULTS = "instances", "results"


class ReadIntent(StrEnum):
    """Which image of an exposure is read where both are there."""

    PRESENTATION = "presentation"
    PROCESSING = "processing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another system, which results are sent to or which is told of commitments.

    Parameters
    ----------
    name : str
        Its own here: letters, digits, "-" and "_".
    ae_title, address : str
    port : int
    results : bool
        Send it results.
    tls : bool
        Speak TLS with it.
    """

    name: str
    ae_title: str
    address: str
    port: int
    results: bool = True
    tls: bool = False

    def __post_init__(self) -> None:
        refuse_no_plain_name(self.name, "peers[].name")
        refuse_no_ae_title(self.ae_title, "peers[].ae_title")
        refuse_number_outside(self.port, "peers[].port")
        if not self.address.strip():
            raise SettingsError("peers[].address is empty", "a host name or an address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Someone who may connect.

    Parameters
    ----------
    ae_title : str
    addresses : tuple of str
        Addresses and networks ("10.1.2.0/24") it may come from; empty = any.
    """

    ae_title: str
    addresses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        refuse_no_ae_title(self.ae_title, "callers[].ae_title")
        for one in self.addresses:
            refuse_no_network(one, "callers[].addresses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Certificates; with `certificate` the node itself is spoken to by TLS alone.

    Parameters
    ----------
    certificate, key : Path or None
        Of the node, PEM.
    ca : Path or None
        Certificates that issue those of others, PEM.
    client_certificate : bool
        Who connects must show one.
    """

    certificate: Path | None = None
    key: Path | None = None
    ca: Path | None = None
    client_certificate: bool = False

    def __post_init__(self) -> None:
        if (self.certificate is None) is not (self.key is None):
            raise SettingsError("tls with one of certificate and key", "both, or neither")
        if self.client_certificate and (self.certificate is None or self.ca is None):
            raise SettingsError("tls.client_certificate = true", "tls.certificate and tls.ca, too")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Attempts to send: the pause doubles from the first to the longest."""

    first_seconds: float = 10.0
    most_seconds: float = 3600.0
    attempts: int = 30

    def __post_init__(self) -> None:
        for name in ("first_seconds", "most_seconds", "attempts"):
            refuse_number_outside(getattr(self, name), f"retry.{name}")
        if self.first_seconds > self.most_seconds:
            raise SettingsError("retry.first_seconds above retry.most_seconds", "at most as long")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the node gives to others at most.

    Parameters
    ----------
    associations : int
        At a time.
    idle_seconds : float
        A peer that says nothing for so long is cut off.
    greeting_seconds : float
        A peer that connects has so long to ask for an association.
    reading_seconds : float
        Reading one exam; one that takes longer is ended and tried again.
    store_gb : float
        Of the folder of the node, 1 GB = 10^9 bytes.
    instance_mb : float
        Of one object, 1 MB = 10^6 bytes.
    """

    associations: int = 8
    idle_seconds: float = 60.0
    greeting_seconds: float = 10.0
    reading_seconds: float = 3600.0
    store_gb: float = 100.0
    instance_mb: float = 512.0

    def __post_init__(self) -> None:
        for one in fields(self):
            refuse_number_outside(getattr(self, one.name), f"limits.{one.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DicomWeb:
    """A DICOMweb server that results are stored to (STOW-RS).

    Parameters
    ----------
    url : str
        "" = none.
    user : str
        For basic authentication; "" = none.
    password_file, token_file : Path or None
        Files that hold the password of `user`, or a bearer token, and nothing else.
    ca : Path or None
        Certificates that issue that of the server, PEM; None = those of the system.
    """

    url: str = ""
    user: str = ""
    password_file: Path | None = None
    token_file: Path | None = None
    ca: Path | None = None

    def __post_init__(self) -> None:
        if self.url and not self.url.startswith(("http://", "https://")):
            raise SettingsError("dicomweb.url is no such address", "http://... or https://...")
        if "@" in self.url:
            raise SettingsError("dicomweb.url with '@'", "the user in dicomweb.user")
        if bool(self.user) is not (self.password_file is not None):
            raise SettingsError("dicomweb with one of user and password_file", "both, or neither")
        if self.user and self.token_file is not None:
            raise SettingsError("dicomweb with user and token_file", "one of them")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSettings:
    """One node.

    Parameters
    ----------
    folder : Path
        Of the node: queue, instances and results; made when it is not there.
    ae_title : str
        Its own.
    address : str
        It listens on; loopback unless stated.
    port : int
        0 = any that is free.
    quiet_seconds : float
        An exam is complete when nothing of it came for so long.
    expected_views : tuple of str
        "L CC", ...: complete when all are there; empty = wait until it is quiet.
    settle_seconds : float
        When all expected views are there, so long is waited for more of them.
    read_intent : ReadIntent
        Which image of an exposure is read.
    results : tuple of ResultKind
        Forms of results.
    model : str
        "" = the one that ships with this version.
    settings : Path or None
        Settings of the reading (docs/settings.md); None = the defaults.
    tomosynthesis : bool
        Accept breast tomosynthesis.
    keep_days : int
        A study of which everything is done for so long is removed; 0 = never.
    peers : tuple of Peer
    callers : tuple of Caller
        Who may connect; empty = anyone, on loopback alone.
    tls : Tls
    retry : Retry
    limits : Limits
    dicomweb : DicomWeb

    Raises
    ------
    SettingsError
        When a value is outside its range, or two contradict each other.
    """

    folder: Path
    ae_title: str = "CALCSIGHT"
    address: str = "127.0.0.1"
    port: int = 11112
    quiet_seconds: float = 120.0
    expected_views: tuple[str, ...] = ()
    settle_seconds: float = 5.0
    read_intent: ReadIntent = ReadIntent.PRESENTATION
    results: tuple[ResultKind, ...] = (ResultKind.SR,)
    model: str = ""
    settings: Path | None = None
    tomosynthesis: bool = False
    keep_days: int = 0
    peers: tuple[Peer, ...] = ()
    callers: tuple[Caller, ...] = ()
    tls: Tls = field(default_factory=Tls)
    retry: Retry = field(default_factory=Retry)
    limits: Limits = field(default_factory=Limits)
    dicomweb: DicomWeb = field(default_factory=DicomWeb)

    def __post_init__(self) -> None:
        refuse_no_ae_title(self.ae_title, "ae_title")
        for name in ("port", "quiet_seconds", "settle_seconds", "keep_days"):
            refuse_number_outside(getattr(self, name), name)
        for one in self.expected_views:
            view_expected(one)
        if not self.results:
            raise SettingsError("results = []", f"some of: {', '.join(ResultKind)}")
        _refuse_twice([one.name for one in self.peers], "peers[].name")
        _refuse_twice([one.ae_title for one in self.callers], "callers[].ae_title")
        _refuse_twice(list(self.expected_views), "expected_views")
        if not self.callers and not self.on_loopback:
            raise SettingsError(
                f"address = {self.address!r} and nobody under [[callers]]",
                "the callers that may connect, or a loopback address",
                'state each: [[callers]] ae_title = "..."',
            )

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can connect."""
        try:
            return ipaddress.ip_address(self.address).is_loopback
        except ValueError:
            raise SettingsError(
                f"address = {self.address!r}", "an address of this machine, such as 127.0.0.1"
            ) from None

    @property
    def queue_file(self) -> Path:
        """Where the queue is."""
        return self.folder / QUEUE_FILE

    @property
    def views_expected(self) -> frozenset[tuple[Laterality, View]]:
        """Expected views as side and projection."""
        return frozenset(view_expected(one) for one in self.expected_views)

    def peer(self, name: str) -> Peer | None:
        """Return the peer of a name; None when there is none."""
        return next((one for one in self.peers if one.name == name), None)


def view_expected(words: str) -> tuple[Laterality, View]:
    """Return "L CC" as side and projection.

    Raises
    ------
    SettingsError
    """
    side, _, projection = words.partition(" ")
    known = side in ("L", "R") and projection in tuple(View) and projection != View.UNKNOWN
    if not known:
        raise SettingsError(
            "expected_views with what is no view", 'such as "L CC", "R MLO": side and projection'
        )
    return Laterality(side), View(projection)


def node_settings(path: Path) -> NodeSettings:
    """Read the settings of a node; relative paths in the file start at its folder.

    Raises
    ------
    SettingsError
        When the file cannot be read, is no TOML, or holds an unknown key or a bad value.
    """
    said = toml_in(path, "a TOML file of a node", "calcsight node example prints one")
    return built_from(NodeSettings, said, "", path.absolute().parent)


def _refuse_twice(names: list[str], where: str) -> None:
    """Refuse a name that stands twice."""
    if len(set(names)) < len(names):
        raise SettingsError(f"{where} with the same twice", "each once")
