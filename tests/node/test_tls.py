"""TLS: with certificates alone, and strangers are not waited for."""

import socket
import ssl
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from tests.node.certificates import own_certificate
from tests.node.senders import association, instance, node, status_of, store

from calcsight.node.configuration import Limits, NodeSettings, Tls
from calcsight.node.tls_contexts import client_context, server_context
from calcsight.terms.errors import SettingsError


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return own_certificate(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def settings(tmp_path: Path, own: Tls) -> NodeSettings:
    limits = Limits(greeting_seconds=1, idle_seconds=5)
    return NodeSettings(folder=tmp_path / "node", port=0, tls=own, limits=limits)


def fails(port: int, context: ssl.SSLContext) -> bool:
    """Tell whether hands cannot be shaken; with TLS 1.3 a client hears of it when it reads."""
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=30) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
        ):
            secure.recv(1)
            return False
    except (ssl.SSLError, ConnectionError):
        return True


def test_an_instance_comes_through_tls(settings: NodeSettings, own: Tls) -> None:
    with node(settings) as (receiver, queue):
        with association(receiver.port, tls_args=(client_context(own), "127.0.0.1")) as made:
            assert made.is_established
            assert status_of(made, instance(size=600)) == 0x0000
        assert len(queue.entries()) == 1


def test_who_speaks_no_tls_is_not_heard(settings: NodeSettings) -> None:
    with (
        node(settings) as (receiver, queue),
        socket.create_connection(("127.0.0.1", receiver.port), timeout=30) as plain,
    ):
        plain.sendall(b"\x01\0\0\0\0\x44" + bytes(0x44))
        said = b""
        with suppress(ConnectionError):
            while more := plain.recv(4096):
                said += more
        # An alert of TLS at most (PDUs of DICOM have types up to 7).
        assert said[:1] in (b"", b"\x15")
        assert queue.entries() == ()


def test_a_stranger_that_never_shakes_hands_keeps_nobody_out(
    settings: NodeSettings, own: Tls
) -> None:
    with node(settings) as (receiver, _):
        silent = [socket.create_connection(("127.0.0.1", receiver.port)) for _ in range(3)]
        try:
            said = (client_context(own), "127.0.0.1")
            with association(receiver.port, tls_args=said) as made:
                assert made.send_c_echo().Status == 0x0000
        finally:
            for one in silent:
                one.close()


def test_a_client_certificate_can_be_demanded(settings: NodeSettings, own: Tls) -> None:
    demanding = replace(settings, tls=replace(own, client_certificate=True))
    without = ssl.create_default_context(cafile=str(own.ca))
    with node(demanding) as (receiver, _):
        assert fails(receiver.port, without)
        with association(receiver.port, tls_args=(client_context(own), "127.0.0.1")) as made:
            assert made.is_established


def test_a_peer_must_show_a_certificate_that_is_believed(settings: NodeSettings) -> None:
    stranger = client_context(Tls())
    assert stranger.verify_mode is ssl.CERT_REQUIRED
    assert stranger.check_hostname
    with node(settings) as (receiver, _):
        assert fails(receiver.port, stranger)


def test_what_is_no_certificate_is_refused_without_its_content(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("SECRET")
    with pytest.raises(SettingsError, match=r"tls.certificate and tls.key cannot") as caught:
        server_context(Tls(certificate=path, key=path))
    assert "SECRET" not in str(caught.value)


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, own: Tls) -> None:
    none, stranger = tmp_path / "none.pem", own_certificate(tmp_path)
    for wrong in (replace(own, certificate=none), replace(own, key=none), replace(own, ca=none)):
        with pytest.raises(SettingsError, match=r"none\.pem \(No such file"):
            server_context(wrong)
    with pytest.raises(SettingsError, match=r"own\.key \(KEY_VALUES_MISMATCH"):
        server_context(replace(own, key=stranger.key))
    none.write_text("SECRET")
    with pytest.raises(SettingsError, match=r"tls\.ca cannot be used: \S+none\.pem") as caught:
        client_context(replace(own, ca=none))
    assert "SECRET" not in str(caught.value)


def test_without_a_certificate_there_is_no_tls(tmp_path: Path) -> None:
    plain = NodeSettings(folder=tmp_path / "node", port=0)
    assert server_context(plain.tls) is None
    with node(plain) as (receiver, _):
        assert store(receiver.port, [instance()]) == [0x0000]
