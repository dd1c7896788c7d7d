"""TLS from the settings: who the node is, and whom it believes."""

import ssl

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
    try:
        if tls.certificate is not None and tls.key is not None:
            # An encrypted key would ask on the terminal.
            context.load_cert_chain(tls.certificate, tls.key, password=lambda: "")
        if tls.ca is not None:
            context.load_verify_locations(tls.ca)
    except (OSError, ValueError) as problem:
        said = getattr(problem, "reason", None) or getattr(problem, "strerror", None)
        raise SettingsError(
            f"[tls] cannot be used ({said or type(problem).__name__})",
            "a certificate, its key without a password, and certificates of issuers, as PEM",
        ) from None
