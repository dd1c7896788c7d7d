"""A real Orthanc with its DICOMweb plugin, on free ports of this machine, for one test module.

Debian's Orthanc listens on every address whatever its file says, so the file lets nobody in but
this machine: HTTP from elsewhere is refused, and DICOM from any title or address that is not
listed.
"""

import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.parts import needs
from tests.servers import free_port

PROGRAM = Path("/usr/sbin/Orthanc")
PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
LOGIN = "reader:a-secret-of-tests"

needs_orthanc = needs(
    [one.name for one in (PROGRAM, PLUGIN) if not one.exists()], "orthanc, orthanc-dicomweb"
)


@dataclass(frozen=True, slots=True)
class Orthanc:
    """A server that runs.

    Parameters
    ----------
    http_port, dicom_port : int
    authenticated : bool
        It asks for `LOGIN`.
    """

    http_port: int
    dicom_port: int
    authenticated: bool = False

    @property
    def dicomweb(self) -> str:
        """Base URL of DICOMweb."""
        return f"http://127.0.0.1:{self.http_port}/dicom-web"

    def rest(self, path: str, body: bytes | None = None, method: str | None = None) -> Any:
        """Ask Orthanc's own interface; JSON out."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.http_port}/{path}", body, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


@contextmanager
def running_orthanc(
    folder: Path, modalities: Mapping[str, int], *, authenticated: bool = False
) -> Iterator[Orthanc]:
    """Start a server with storage of its own, and stop it for sure.

    Parameters
    ----------
    folder : Path
        Configuration, storage and log of the server.
    modalities : mapping of str to int
        Titles and ports, on this machine, of those it knows.
    authenticated : bool
    """
    for _ in range(5):
        server = Orthanc(free_port(), free_port(), authenticated)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _write_configuration(folder, server, modalities)
        with (folder / "log.txt").open("wb") as log:
            process = subprocess.Popen(
                [PROGRAM, "orthanc.json"], cwd=folder, stdout=log, stderr=log
            )
        try:
            if _answers(server, process):
                yield server
                return
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    pytest.fail(f"Orthanc did not start: {(folder / 'log.txt').read_text()[-2000:]}")


def _write_configuration(folder: Path, server: Orthanc, modalities: Mapping[str, int]) -> None:
    name, _, password = LOGIN.partition(":")
    configuration = {
        "Name": "tests",
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "Plugins": [str(PLUGIN)],
        "HttpPort": server.http_port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": server.authenticated,
        "RegisteredUsers": {name: password},
        "DicomAet": "ORTHANC",
        "DicomPort": server.dicom_port,
        "DicomCheckCalledAet": True,
        "DicomCheckModalityHost": True,
        "DicomAlwaysAllowEcho": False,
        "DicomAlwaysAllowStore": False,
        # Label maps are newer than Debian's Orthanc.
        "UnknownSopClassAccepted": True,
        "DicomModalities": {
            title: [title, "127.0.0.1", port] for title, port in modalities.items()
        },
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/", "Host": "127.0.0.1"},
        # A study is not kept back until it is quiet.
        "StableAge": 1,
        "OverwriteInstances": False,
    }
    (folder / "orthanc.json").write_text(json.dumps(configuration), encoding="utf-8")


def _answers(server: Orthanc, process: "subprocess.Popen[bytes]") -> bool:
    """Wait until the server answers; False when it ended (a port was taken meanwhile)."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return False
        try:
            server.rest("system")
        except urllib.error.HTTPError as problem:
            if problem.code == 401:
                return True
        except OSError:
            pass
        else:
            return True
        time.sleep(0.05)
    return False
