"""Listing, fetching and storing against a real Orthanc."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.dicomweb.images import STUDY_UID, write_image
from tests.orthanc import LOGIN, Orthanc, needs_orthanc, running_orthanc

from calcsight.dicomweb.credentials import basic
from calcsight.dicomweb.storing import stow
from calcsight.dicomweb.studies import fetch, instances_of
from calcsight.dicomweb.target import WebTarget
from calcsight.dicomweb.transport import WebSession
from calcsight.terms.errors import PeerRefusedError

pytestmark = needs_orthanc
Command = Callable[..., Any]


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    folder = tmp_path_factory.mktemp("orthanc") / "server"
    with running_orthanc(folder, {}, authenticated=True) as server:
        yield server


def target_of(orthanc: Orthanc) -> WebTarget:
    return WebTarget(url=orthanc.dicomweb, credentials=basic(LOGIN))


def test_what_is_stored_is_fetched_byte_for_byte(orthanc: Orthanc, tmp_path: Path) -> None:
    uids = [write_image(tmp_path / f"{n}.dcm", f"image {n}") for n in range(3)]
    data = [(tmp_path / f"{n}.dcm").read_bytes() for n in range(3)]
    target = target_of(orthanc)
    stow(target, data)
    # Stored again after an answer was lost: what is there is what was sent.
    stow(target, data)
    with WebSession(target) as session:
        listed = instances_of(session, STUDY_UID)
        assert sorted(one.sop_uid for one in listed) == sorted(uids)
        assert {one.modality for one in listed} == {"MG"}
        (tmp_path / "there").mkdir()
        for one in listed:
            path = fetch(session, one, tmp_path / "there")
            assert path.name == f"{one.sop_uid}.dcm"
            assert path.read_bytes() == data[uids.index(one.sop_uid)]


def test_a_study_is_read_from_the_server(
    orthanc: Orthanc, tmp_path: Path, calcsight_command: Command
) -> None:
    study = "1.2.826.0.1.3680043.8.498.77"
    uid = write_image(tmp_path / "a.dcm", "read", study=study)
    stow(target_of(orthanc), [(tmp_path / "a.dcm").read_bytes()])
    login = tmp_path / "login"
    login.write_text(f"{LOGIN}\n")
    words = ("read", "--dicomweb", orthanc.dicomweb, "--study", study, "--out", tmp_path / "out")
    answer = calcsight_command(*words, "--login-file", login)
    assert answer.status == 0, answer.err
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert [one["image"] for one in manifest["inputs"]] == [f"{uid}.dcm"]
    reading = json.loads((tmp_path / "out" / f"{uid}.reading.json").read_text())
    assert reading["provenance"]["input_uid"] == uid


def test_a_study_is_read_and_its_results_go_back(
    orthanc: Orthanc,
    tmp_path: Path,
    calcsight_command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = "1.2.826.0.1.3680043.8.498.78"
    write_image(tmp_path / "a.dcm", "back", study=study)
    stow(target_of(orthanc), [(tmp_path / "a.dcm").read_bytes()])
    monkeypatch.setenv("CALCSIGHT_DICOMWEB_LOGIN", LOGIN)
    words = ("--dicom-out", "tid1500,gsps", "--stow", "--created-at", "2024-01-16T08:00:00+00:00")
    for out in ("one", "two"):
        # The second time the very same objects are there already.
        answer = calcsight_command(
            "read",
            "--dicomweb",
            orthanc.dicomweb,
            "--study",
            study,
            "--out",
            tmp_path / out,
            *words,
        )
        assert answer.status == 0, answer.err
        with WebSession(target_of(orthanc)) as session:
            listed = instances_of(session, study)
        assert sorted(one.modality for one in listed) == ["MG", "PR", "SR"]
    manifest = json.loads((tmp_path / "two" / "manifest.json").read_text())
    assert len(manifest["ignored"]) == 2


def test_no_login_and_a_wrong_one_are_refused(orthanc: Orthanc) -> None:
    for credentials in (None, basic("reader:wrong")):
        target = WebTarget(url=orthanc.dicomweb, credentials=credentials)
        with WebSession(target) as session, pytest.raises(PeerRefusedError, match="401"):
            instances_of(session, STUDY_UID)
        with pytest.raises(PeerRefusedError, match="401"):
            stow(target, [b"x"])


def test_an_unknown_study_is_named_by_its_uid(orthanc: Orthanc) -> None:
    with (
        WebSession(target_of(orthanc)) as session,
        pytest.raises(PeerRefusedError, match=r"no instance of study 1\.2\.3"),
    ):
        instances_of(session, "1.2.3")


def test_what_is_no_dicom_file_is_not_stored(orthanc: Orthanc) -> None:
    with pytest.raises(PeerRefusedError):
        stow(target_of(orthanc), [b"no DICOM at all"])
