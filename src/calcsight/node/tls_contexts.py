"""TLS from the settings: who the node is, and whom it believes."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from calcsight.node.configuration import Tls
from calcsight.terms.errors import SettingsError


def server_context(tls: Tls) -> ssl.SSLContext | None:
    """Return what others speak to the node with; None = without TLS.

    Raises
    ------
    SettingsError
        When a certificate or key cannot be used.
    """
    if tls.certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, tls)
    if tls.client_certificate:
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def client_context(tls: Tls) -> ssl.SSLContext:
    """Return what the node speaks to peers with: they must show a certificate that it believes.

    Raises
    ------
    SettingsError
        When a certificate or key cannot be used.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, tls)
    return context


def _load(context: ssl.SSLContext, tls: Tls) -> None:
    """Load own certificate and those of issuers."""
    if tls.certificate is not None and tls.key is not None:
        with _files_named("tls.certificate and tls.key", tls.certificate, tls.key):
            # An encrypted key would ask on the terminal.
            context.load_cert_chain(tls.certificate, tls.key, password=lambda: "")
    if tls.ca is not None:
        with _files_named("tls.ca", tls.ca):
            context.load_verify_locations(tls.ca)


@contextmanager
def _files_named(setting: str, *paths: Path) -> Iterator[None]:
    """Say of which setting the files cannot be used; first whether each can be read at all."""
    try:
        for path in paths:
            path.open("rb").close()
        yield
    except (OSError, ValueError) as problem:
        if isinstance(problem, ssl.SSLError):
            said = problem.reason or "no PEM, or not of this kind"
        else:
            said = getattr(problem, "strerror", None) or type(problem).__name__
        which = getattr(problem, "filename", None) or " with ".join(map(str, paths))
        raise SettingsError(
            f"{setting} cannot be used: {which} ({said})",
            "PEM files that may be read: a certificate and its own key without a password; "
            "certificates of issuers",
        ) from None
