"""Servers that lie, drip, redirect, refuse or say names: typed errors that repeat nothing."""

import json
import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.dicomweb.images import STUDY_UID, write_image
from tests.dicomweb.loopback import Asked, Loopback, Reply, loopback

from calcsight.dicomweb.credentials import bearer
from calcsight.dicomweb.multipart import media_type, only_part
from calcsight.dicomweb.storing import stow
from calcsight.dicomweb.studies import ListedInstance, fetch, instances_of
from calcsight.dicomweb.target import WebLimits, WebTarget
from calcsight.dicomweb.transport import WebSession
from calcsight.terms.errors import CalcsightError, NetworkError, PeerRefusedError

SENTINEL = "SENTINELNAME"
Command = Callable[..., Any]


def entry(sop_uid: str, modality: str = "MG", **more: object) -> dict[str, Any]:
    """Return one instance as a server lists it, with a name that nobody asked for."""
    values = {
        "00080016": "1.2.840.10008.5.1.4.1.1.1.2",
        "00080018": sop_uid,
        "00080060": modality,
        "0020000E": "1.2.3.9",
        "00100010": SENTINEL,
        **more,
    }
    return {tag: {"vr": "UI", "Value": [value]} for tag, value in values.items()}


def listing(*entries: dict[str, Any], **more: Any) -> Reply:
    return Reply(body=json.dumps(entries).encode(), **more)


def part(data: bytes, **more: Any) -> Reply:
    body = b"--b\r\nContent-Type: application/dicom\r\n\r\n" + data + b"\r\n--b--\r\n"
    return Reply(body=body, content_type="multipart/related; boundary=b", **more)


def target_of(server: Loopback, **limits: Any) -> WebTarget:
    return WebTarget(
        url=server.url, credentials=bearer("secret"), limits=replace(WebLimits(), **limits)
    )


INSTANCE = ListedInstance(
    study_uid=STUDY_UID, series_uid="1.2", sop_uid="1.2.3", sop_class_uid="", modality="MG"
)


def error_of_listing(reply: Reply, **limits: Any) -> CalcsightError:
    with loopback(lambda _: reply) as server:
        target = target_of(server, **limits)
        with WebSession(target) as session, pytest.raises(NetworkError) as caught:
            instances_of(session, STUDY_UID)
    assert SENTINEL not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "body",
    [
        b"<html>SENTINELNAME</html>",
        b'{"00080018": "SENTINELNAME"}',
        b"[1, 2]",
        b'["SENTINELNAME"]',
        b'[{"00080018": {"Value": ["SENTINELNAME"]}, "0020000E": {"Value": ["1.2"]}}]',
        b'[{"00080018": {"Value": ["../../etc"]}, "0020000E": {"Value": ["1.2"]}}]',
        b'[{"00080018": {"Value": []}}]',
        b'[{"00080018": 5}]',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_what_is_no_listing_is_said_without_repeating_it(body: bytes) -> None:
    error = error_of_listing(Reply(body=body))
    assert isinstance(error, PeerRefusedError)
    assert "what is no listing" in error.found


@pytest.mark.parametrize("status", [400, 401, 403, 404, 406, 418, 500, 501])
def test_a_refusal_says_the_status_and_not_the_body(status: int) -> None:
    error = error_of_listing(Reply(status, b"patient SENTINELNAME", headers={"X-A": SENTINEL}))
    assert isinstance(error, PeerRefusedError)
    assert f"HTTP status {status}" in error.found


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_a_busy_server_may_be_asked_again(status: int) -> None:
    error = error_of_listing(Reply(status, b"SENTINELNAME"))
    assert type(error) is NetworkError


def test_an_empty_study_and_too_long_a_listing() -> None:
    assert "no instance of study" in error_of_listing(Reply(204)).found
    assert "no instance of study" in error_of_listing(listing()).found
    assert (
        "more than 1000 bytes"
        in error_of_listing(Reply(body=b"[" + b" " * 2000 + b"]"), listing_bytes=1000).found
    )
    many = listing(*(entry(f"1.2.{n}") for n in range(6)))
    assert "more than 5 instances" in error_of_listing(many, instances=5).found


def test_nobody_listens() -> None:
    with loopback(lambda _: Reply()) as server:
        target = target_of(server)
    with WebSession(target) as session, pytest.raises(NetworkError) as caught:
        instances_of(session, STUDY_UID)
    assert type(caught.value) is NetworkError


def test_a_long_study_is_listed_page_by_page() -> None:
    every = [entry(f"1.2.{n}") for n in range(1, 8)]

    def answering(asked: Asked) -> Reply:
        offset = int(asked.path.partition("offset=")[2].partition("&")[0])
        more = {"Warning": '299 pacs "there are more"'} if offset + 3 < len(every) else {}
        return listing(*every[offset : offset + 3], headers=more)

    with loopback(answering) as server, WebSession(target_of(server)) as session:
        listed = instances_of(session, STUDY_UID)
    assert [one.sop_uid for one in listed] == [f"1.2.{n}" for n in range(1, 8)]
    assert all(asked.headers["Authorization"] == "Bearer secret" for asked in server.asked)


def test_a_server_that_keeps_a_part_back_is_not_believed() -> None:
    reply = listing(entry("1.2.1"), headers={"Warning": f'299 {SENTINEL} "more"'})
    assert "lists a part of study" in error_of_listing(reply).found
    # One that knows no offset, and has said all, is.
    with (
        loopback(lambda _: listing(entry("1.2.1"))) as server,
        WebSession(target_of(server)) as session,
    ):
        assert [one.sop_uid for one in instances_of(session, STUDY_UID)] == ["1.2.1"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_credentials_never_go_to_another_server(status: int) -> None:
    with loopback(lambda _: listing(entry("1.2.1"))) as other:
        for location in (f"{other.url}/studies", "//evil.example/", "ftp://x/", "", "http://["):
            reply = Reply(status, headers={"Location": location})
            assert "leads to another server" in error_of_listing(reply).found
        assert other.asked == []


def test_a_server_may_move_things_within_itself_and_not_for_ever() -> None:
    def answering(asked: Asked) -> Reply:
        if asked.path.startswith("/dicom-web/"):
            return Reply(307, headers={"Location": asked.path.replace("/dicom-web/", "/new/")})
        return listing(entry("1.2.1"))

    with loopback(answering) as server, WebSession(target_of(server)) as session:
        assert len(instances_of(session, STUDY_UID)) == 1
    found = error_of_listing(Reply(302, headers={"Location": "/dicom-web/again"})).found
    assert "from address to address" in found


def fetched(reply: Reply | Callable[[Asked], Reply], tmp_path: Path, **limits: Any) -> Path:
    answering = reply if callable(reply) else lambda _: reply
    waits: list[float] = []
    with loopback(answering) as server, WebSession(target_of(server, **limits)) as session:
        return fetch(session, INSTANCE, tmp_path, waits.append)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(404, SENTINEL.encode()), PeerRefusedError),
        (Reply(200, SENTINEL.encode(), "text/html"), PeerRefusedError),
        (Reply(200, b"x", "multipart/related"), PeerRefusedError),
        (part(bytes(5000)), PeerRefusedError),
        (part(b"DICM", length=500), NetworkError),
        (Reply(200, b"--b\r\n\r\nend", "multipart/related; boundary=b"), NetworkError),
        (Reply(503), NetworkError),
    ],
    ids=["not there", "a page", "no boundary", "too large", "broken off", "no end", "busy"],
)
def test_half_a_file_is_never_there(reply: Reply, kind: type[Exception], tmp_path: Path) -> None:
    with pytest.raises(kind) as caught:
        fetched(reply, tmp_path, instance_bytes=3000)
    assert type(caught.value) is kind
    assert SENTINEL not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_what_broke_off_is_asked_for_again_and_a_refusal_is_not(tmp_path: Path) -> None:
    replies = [Reply(503), part(b"DICM", length=500), part(b"the file")]
    assert fetched(lambda _: replies.pop(0), tmp_path).read_bytes() == b"the file"
    refusals = [Reply(404), part(b"the file")]
    with pytest.raises(PeerRefusedError):
        fetched(lambda _: refusals.pop(0), tmp_path)
    assert len(refusals) == 1


def test_a_server_that_sends_the_file_bare_is_understood(tmp_path: Path) -> None:
    reply = Reply(200, b"the file", "application/dicom")
    assert fetched(reply, tmp_path).read_bytes() == b"the file"


def test_an_answer_that_drips_is_ended(tmp_path: Path) -> None:
    clock = iter(range(0, 10_000, 400))
    with (
        loopback(lambda _: part(bytes(5 << 20))) as server,
        WebSession(target_of(server, attempts=1), lambda: next(clock)) as session,
        pytest.raises(NetworkError, match="has not ended its answer after 900 s"),
    ):
        fetch(session, INSTANCE, tmp_path)
    assert list(tmp_path.iterdir()) == []


def stored(reply: Reply, count: int = 2) -> Loopback:
    with loopback(lambda _: reply) as server:
        stow(target_of(server), [f"file {n}".encode() for n in range(count)])
    return server


def outcome(*, failed: dict[str, object] | None = None, stored_uids: tuple[str, ...] = ()) -> bytes:
    said: dict[str, Any] = {}
    if failed:
        said["00081198"] = {
            "vr": "SQ",
            "Value": [
                {"00081155": {"Value": [uid]}, "00081197": {"Value": [reason]}}
                for uid, reason in failed.items()
            ],
        }
    if stored_uids:
        said["00081199"] = {
            "vr": "SQ",
            "Value": [{"00081155": {"Value": [uid]}} for uid in stored_uids],
        }
    return json.dumps(said).encode()


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, outcome(stored_uids=("1.2", "1.3"))),
        Reply(200, b""),
        Reply(200, b"<xml/>", "application/dicom+xml"),
        Reply(202, outcome(stored_uids=("1.2", "1.3")), "application/dicom+json; charset=utf-8"),
        Reply(202, outcome(stored_uids=("1.2",), failed={"1.3": 0x0111})),
        Reply(409, outcome(failed={"1.2": 0x0111, "1.3": "273"})),
        Reply(200, b"[" + outcome(stored_uids=("1.2", "1.3")) + b"]", "application/json"),
    ],
)
def test_what_is_stored_is_stored(reply: Reply) -> None:
    [asked] = stored(reply).asked
    assert (asked.method, asked.path) == ("POST", "/dicom-web/studies")
    assert asked.headers["Authorization"] == "Bearer secret"
    kind, boundary = media_type(asked.headers["Content-Type"])
    assert kind == "multipart/related"
    assert b"".join(only_part([asked.body], boundary or "")) == b"file 0"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (
            Reply(200, outcome(failed={"1.3": 0x0110})),
            r"did not store 1 of 2 objects: 1\.3 \(0110\)",
        ),
        (Reply(202, outcome(failed={"1.3": 0xA700}, stored_uids=("1.2",))), "A700"),
        (Reply(202, outcome(failed={SENTINEL: SENTINEL})), r"one without a UID \(0000\)"),
        (Reply(202, outcome(stored_uids=("1.2",))), "answers for 1 of 2"),
        (Reply(202, b""), "does not say which"),
        (Reply(409, b'{"a": "SENTINELNAME"}'), "does not say which"),
        (Reply(400, SENTINEL.encode()), "HTTP status 400"),
        (Reply(413), "too large"),
        (Reply(307, headers={"Location": "/x"}), "HTTP status 307"),
    ],
)
def test_what_is_not_stored_is_named(reply: Reply, words: str) -> None:
    with pytest.raises(PeerRefusedError, match=words) as caught:
        stored(reply)
    assert SENTINEL not in str(caught.value)


def test_nothing_to_store_asks_nobody() -> None:
    assert stored(Reply(500), count=0).asked == []


def test_a_damaged_head_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    odd = {"X-A": f"1\r\n{SENTINEL} is no header", "Warning": f'299 - "{SENTINEL}"'}
    with (
        loopback(lambda _: listing(entry("1.2.1"), headers=odd)) as server,
        WebSession(target_of(server)) as session,
    ):
        assert len(instances_of(session, STUDY_UID)) == 1
    assert "urllib3" in caplog.text
    assert SENTINEL not in caplog.text


def test_the_environment_sends_nothing_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with loopback(lambda _: Reply(500)) as proxy, loopback(lambda _: Reply(204)) as server:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        with (
            WebSession(WebTarget(url=server.url)) as session,
            pytest.raises(PeerRefusedError),
        ):
            instances_of(session, STUDY_UID)
    assert proxy.asked == []
    assert "Authorization" not in server.asked[0].headers


class Pacs:
    """A server with one good image, one that it cannot find, one of another woman, a report."""

    def __init__(self, folder: Path) -> None:
        self.good = write_image(folder / "good.dcm", "good", SENTINEL)
        self.wrong = write_image(folder / "wrong.dcm", "wrong", SENTINEL, study="1.2.999")
        self.gone, self.report = "1.2.77", "1.2.78"
        self.files = {
            self.good: (folder / "good.dcm").read_bytes(),
            self.wrong: (folder / "wrong.dcm").read_bytes(),
        }

    def __call__(self, asked: Asked) -> Reply:
        if "/series/" not in asked.path:
            images = [entry(one) for one in (self.good, self.gone, self.wrong)]
            report = entry(self.report, "SR", **{"00080016": "1.2.840.10008.5.1.4.1.1.88.50"})
            return listing(*images, report)
        uid = asked.path.rpartition("/")[2]
        return part(self.files[uid]) if uid in self.files else Reply(404, SENTINEL.encode())


def test_every_image_that_could_not_be_fetched_is_named(
    tmp_path: Path, calcsight_command: Command, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (tmp_path / "pacs").mkdir()
    pacs = Pacs(tmp_path / "pacs")
    with loopback(pacs) as server:
        answer = calcsight_command(
            "read", "--dicomweb", server.url, "--study", STUDY_UID, "--out", tmp_path / "out"
        )
    assert answer.status == 4
    assert f"{pacs.gone}.dcm refused: not_fetched" in answer.err
    assert "another image than the one asked for" in answer.err
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    said = {one["image"]: one["status"] for one in manifest["inputs"]}
    assert said == {
        f"{pacs.good}.dcm": "read",
        f"{pacs.gone}.dcm": "refused",
        f"{pacs.wrong}.dcm": "refused",
    }
    assert [one["image"] for one in manifest["ignored"]] == [f"{pacs.report}.dcm"]
    # The report was not even asked for; no name went into a request, a message or a log.
    assert not [one for one in server.asked if pacs.report in one.path]
    everything = f"{answer} {server.asked} {caplog.text} {manifest}"
    assert SENTINEL not in everything
    assert all(SENTINEL.encode() not in one.read_bytes() for one in (tmp_path / "out").iterdir())


@pytest.mark.parametrize(("status", "code"), [(404, "peer_refused"), (503, "network")])
def test_nothing_fetched_at_all_is_no_reading(
    tmp_path: Path,
    calcsight_command: Command,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: str,
) -> None:
    monkeypatch.setattr("calcsight.dicomweb.studies._WAITS_SECONDS", (0.0,))

    def answering(asked: Asked) -> Reply:
        if "/series/" in asked.path:
            return Reply(status)
        return listing(entry("1.2.1"), entry("1.2.2"))

    with loopback(answering) as server:
        answer = calcsight_command(
            "read", "--dicomweb", server.url, "--study", STUDY_UID, "--out", tmp_path / "out"
        )
    assert answer.status == 9
    assert f"calcsight: {code}: " in answer.err
    assert not (tmp_path / "out").exists()
    # Once it cannot be reached, the rest is not asked for.
    images = [one for one in server.asked if "/series/" in one.path]
    assert len(images) == (2 if status == 404 else 3)


def test_a_study_of_reports_holds_no_mammogram(tmp_path: Path, calcsight_command: Command) -> None:
    with loopback(lambda _: listing(entry("1.2.1", "SR", **{"00080016": ""}))) as server:
        answer = calcsight_command(
            "read", "--dicomweb", server.url, "--study", STUDY_UID, "--out", tmp_path / "out"
        )
    assert answer.status == 3
    assert "1 other file" in answer.err


@pytest.mark.parametrize(
    "words",
    [
        ["--dicomweb", "https://pacs.example"],
        ["--study", "1.2.3"],
        ["x.dcm", "--token-file", "token"],
        ["x.dcm", "--dicomweb", "https://pacs.example", "--study", "1.2.3"],
        ["--inputs", "x.csv", "--dicomweb", "https://pacs.example", "--study", "1.2.3"],
        ["--dicomweb", "https://pacs.example", "--study", "SENTINELNAME"],
        ["--dicomweb", "https://SENTINELNAME:x" + "@pacs.example", "--study", "1.2.3"],
        ["--dicomweb", "https://pacs.example", "--study", "1.2.3", "--token-file", "missing"],
        ["--dicomweb", "https://pacs.example", "--study", "1.2.3", "--ca-file", "missing"],
        ["--dicomweb", "https://pacs.example", "--study", ""],
        ["--dicomweb", "https://pacs.example", "--study", "1.2.3", "--stow"],
        ["--dicomweb", "https://pacs.example", "--study", "1.2.3", "--stow", "--dicom-out", "fhir"],
        ["x.dcm", "--stow", "--dicom-out", "sr"],
    ],
    ids=" ".join,
)
def test_flags_that_do_not_go_together(
    tmp_path: Path, calcsight_command: Command, words: list[str]
) -> None:
    answer = calcsight_command("read", *words, "--out", tmp_path / "out")
    assert answer.status == 2
    assert SENTINEL not in answer.err
    assert not (tmp_path / "out").exists()


def test_without_the_package_it_is_said_what_to_install(
    tmp_path: Path, calcsight_command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    # As in a process of its own, in which nothing brought requests before.
    monkeypatch.delitem(sys.modules, "calcsight.dicomweb.transport", raising=False)
    answer = calcsight_command(
        "read", "--dicomweb", "https://x.example", "--study", "1.2", "--out", tmp_path / "out"
    )
    assert answer.status == 2
    assert 'pip install "calcsight[hospital]"' in answer.err


def test_results_go_back_to_the_server(tmp_path: Path, calcsight_command: Command) -> None:
    pacs = Pacs(tmp_path)
    refusing = [False]

    def answering(asked: Asked) -> Reply:
        if asked.method == "POST":
            return Reply(409 if refusing[0] else 200, outcome(failed={"1.2.5": 0x0110}))
        return pacs(asked)

    words = ["--study", STUDY_UID, "--dicom-out", "tid1500,gsps", "--stow"]
    with loopback(lambda asked: Reply() if asked.method == "POST" else pacs(asked)) as server:
        out = tmp_path / "out"
        answer = calcsight_command("read", "--dicomweb", server.url, *words, "--out", out)
    assert answer.status == 4
    assert f"Stored on {server.url.removesuffix('/dicom-web')}: exam1.tid1500.dcm" in answer.out
    [stored_request] = [one for one in server.asked if one.method == "POST"]
    for path in out.glob("exam1*.dcm"):
        assert path.read_bytes() in stored_request.body
    assert len(list(out.glob("exam1*.dcm"))) == 2
    refusing[0] = True
    with loopback(answering) as server:
        out = tmp_path / "again"
        answer = calcsight_command("read", "--dicomweb", server.url, *words, "--out", out)
    # What was read is there, whatever the server said.
    assert answer.status == 9
    assert "did not store 1 of 2 objects: 1.2.5 (0110)" in answer.err
    assert len(list(out.glob("exam1*.dcm"))) == 2
    assert (out / "manifest.json").exists()
