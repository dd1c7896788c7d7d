"""Where credentials may go, and where they may come from."""

import base64
from pathlib import Path

import pytest

from calcsight.dicomweb.credentials import (
    LOGIN_VARIABLE,
    TOKEN_VARIABLE,
    Credentials,
    basic,
    bearer,
    credentials_from,
    credentials_in_files,
)
from calcsight.dicomweb.target import WebTarget
from calcsight.terms.errors import UsageError

SECRET = "Tr0ub4dor"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "pacs.example/dicom-web",
        "ftp://pacs.example",
        "file:///etc/passwd",
        "http://",
        "https://pacs.example/dicom-web?token=1",
        "https://pacs.example/#x",
        "https://pacs.example:notaport/",
        "https://pacs.example:0/",
        "https://pacs.example:99999/",
        "https://pacs.example/a b",
        "https://pacs.example/\n",
        "https://[::1/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="a DICOMweb URL that is none"):
        WebTarget(url=url)


@pytest.mark.parametrize("before", [f"reader:{SECRET}@", f"{SECRET}@", "@", f":{SECRET}@"])
def test_an_address_with_a_password_is_refused_and_not_repeated(before: str) -> None:
    with pytest.raises(UsageError, match="name or a password") as caught:
        WebTarget(url=f"https://{before}pacs.example/dicom-web")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("host", ["pacs.example", "10.1.2.3", "localhost.example", "[2001:db8::1]"])
def test_credentials_go_nowhere_unencrypted(host: str) -> None:
    with pytest.raises(UsageError, match="plain http to another machine"):
        WebTarget(url=f"http://{host}/dicom-web", credentials=bearer(SECRET))
    WebTarget(url=f"https://{host}/dicom-web", credentials=bearer(SECRET))
    WebTarget(url=f"http://{host}/dicom-web")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.8.8.8:8042", "[::1]:80"])
def test_this_machine_may_be_asked_unencrypted(host: str) -> None:
    target = WebTarget(url=f"http://{host}/dicom-web/", credentials=basic(f"reader:{SECRET}"))
    assert target.base == f"http://{host}/dicom-web"


def test_secrets_are_not_shown() -> None:
    target = WebTarget(url="https://pacs.example", credentials=bearer(SECRET))
    assert SECRET not in f"{target!r} {target.credentials!r} {target}"
    assert target.shown == "https://pacs.example:443"
    assert WebTarget(url="http://[::1]:8042/x").shown == "http://[::1]:8042"


def test_a_file_of_authorities_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="authorities to trust"):
        WebTarget(url="https://pacs.example", ca_file=tmp_path / "none.pem")
    (tmp_path / "odd.pem").write_text(SECRET)
    with pytest.raises(UsageError, match="holds no certificate") as caught:
        WebTarget(url="https://pacs.example", ca_file=tmp_path / "odd.pem")
    assert SECRET not in str(caught.value)


def test_the_two_forms_as_their_standards_write_them() -> None:
    assert bearer("abc.DEF-1_2~3+/=").header == "Bearer abc.DEF-1_2~3+/="
    # The example of RFC 7617, section 2; a second colon belongs to the password.
    assert basic("Aladdin:open sesame").header == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    sent = basic("jörg:a:b").header.removeprefix("Basic ")
    assert base64.b64decode(sent).decode() == "jörg:a:b"


@pytest.mark.parametrize("token", ["", "a b", "a\nX-Other: b", "a\r", "é", "\x7f"])
def test_a_token_that_could_end_a_header_is_refused(token: str) -> None:
    with pytest.raises(UsageError):
        bearer(token)


@pytest.mark.parametrize("login", ["", "name", "name:", ":password", "name:pass\nword", "a\0:b"])
def test_a_login_without_both_parts_is_refused(login: str) -> None:
    with pytest.raises(UsageError) as caught:
        basic(login)
    assert "pass\n" not in str(caught.value)


def test_a_file_wins_over_the_environment(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("of-the-file\n")
    (tmp_path / "login").write_bytes(b"reader:of the file\r\n")
    environment = {TOKEN_VARIABLE: "of-the-environment"}
    assert credentials_from(tmp_path / "token", None, environment) == bearer("of-the-file")
    assert credentials_from(None, tmp_path / "login", environment) == basic("reader:of the file")
    assert credentials_from(None, None, environment) == bearer("of-the-environment")
    assert credentials_from(None, None, {LOGIN_VARIABLE: "a:b"}) == basic("a:b")
    assert credentials_from(None, None, {TOKEN_VARIABLE: ""}) is None


def test_what_cannot_be_used_is_refused_without_repeating_it(tmp_path: Path) -> None:
    (tmp_path / "two").write_text(f"{SECRET}\n{SECRET}\n")
    (tmp_path / "odd").write_bytes(b"\xff\xfe" + SECRET.encode())
    (tmp_path / "long").write_text(SECRET * 10_000)
    both = {TOKEN_VARIABLE: SECRET, LOGIN_VARIABLE: f"a:{SECRET}"}
    token = tmp_path / "two"
    given: list[tuple[Path | None, Path | None, dict[str, str]]] = [
        (token, None, {}),
        (tmp_path / "odd", None, {}),
        (tmp_path / "long", None, {}),
        (tmp_path / "missing", None, {}),
        (tmp_path, None, {}),
        (None, tmp_path / "two", {}),
        (token, token, {}),
        (None, None, both),
    ]
    for one in given:
        with pytest.raises(UsageError) as caught:
            credentials_from(*one)
        assert SECRET not in str(caught.value)


def test_two_are_equal_by_what_they_send() -> None:
    assert bearer("a") == Credentials("Bearer a")


def test_what_the_settings_of_a_node_name(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{SECRET}\n")
    assert credentials_in_files("", None, None) is None
    named = credentials_in_files("reader", tmp_path / "password", None)
    assert named == basic(f"reader:{SECRET}")
    assert credentials_in_files("", None, tmp_path / "password") == bearer(SECRET)
    for user, password, token in (
        ("reader", None, None),
        ("", tmp_path / "password", None),
        ("rea:der", tmp_path / "password", None),
        ("reader", tmp_path / "password", tmp_path / "password"),
        ("reader", tmp_path / "missing", None),
    ):
        with pytest.raises(UsageError) as caught:
            credentials_in_files(user, password, token)
        assert SECRET not in str(caught.value)
