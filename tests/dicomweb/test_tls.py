"""Certificates are checked, against the hospital's own authority when it is named."""

import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.dicomweb.images import STUDY_UID
from tests.dicomweb.loopback import Loopback, Reply, loopback

from calcsight.dicomweb.credentials import bearer
from calcsight.dicomweb.studies import instances_of
from calcsight.dicomweb.target import WebTarget
from calcsight.dicomweb.transport import WebSession
from calcsight.terms.errors import NetworkError, PeerRefusedError

ONE = Reply(
    body=b'[{"00080018": {"Value": ["1.2.1"]}, "0020000E": {"Value": ["1.2"]},'
    b' "00080060": {"Value": ["MG"]}}]'
)


def write_certificate(path: Path, address: str) -> None:
    """Write a self-signed certificate and its key for one address into one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


@contextmanager
def encrypted(pem: Path) -> Iterator[Loopback]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with loopback(lambda _: ONE, context) as server:
        yield server


def count_of(target: WebTarget) -> int:
    with WebSession(target) as session:
        return len(instances_of(session, STUDY_UID))


def test_a_certificate_of_a_named_authority_is_trusted(tmp_path: Path) -> None:
    write_certificate(tmp_path / "one.pem", "127.0.0.1")
    with encrypted(tmp_path / "one.pem") as server:
        target = WebTarget(
            url=server.url, ca_file=tmp_path / "one.pem", credentials=bearer("secret")
        )
        assert count_of(target) == 1


@pytest.mark.parametrize("named", [False, True], ids=["unknown authority", "of another host"])
def test_any_other_certificate_is_not(tmp_path: Path, named: bool) -> None:
    write_certificate(tmp_path / "one.pem", "127.0.0.2")
    ca_file = tmp_path / "one.pem" if named else None
    with encrypted(tmp_path / "one.pem") as server:
        target = WebTarget(url=server.url, ca_file=ca_file, credentials=bearer("secret"))
        with pytest.raises(PeerRefusedError, match="could not be trusted") as caught:
            count_of(target)
    assert "--ca-file" in caught.value.advice
    # Nothing was sent before the certificate was known.
    assert server.asked == []


def test_a_server_without_encryption_is_not_reached_by_https(tmp_path: Path) -> None:
    with loopback(lambda _: ONE) as server:
        url = server.url.replace("http:", "https:")
        with pytest.raises(NetworkError) as caught:
            count_of(WebTarget(url=url, credentials=bearer("secret")))
    assert type(caught.value) is NetworkError
    assert server.asked == []
