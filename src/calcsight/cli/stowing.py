"""Results back to the DICOMweb server that the images came from."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from calcsight.cli.console import tell_line
from calcsight.cli.web_options import Remote
from calcsight.terms.errors import UsageError

if TYPE_CHECKING:
    from calcsight.terms.hospital import ResultOrder


def checked(remote: Remote, results: "ResultOrder | None") -> Remote:
    """Return the flags; refuse --stow before anything is read when nothing could be stored.

    Raises
    ------
    UsageError
    """
    from calcsight.terms.hospital import ResultKind  # noqa: PLC0415 - help must not wait

    kinds = results.kinds if results else frozenset()
    if remote.stow and (remote.url is None or not kinds - {ResultKind.FHIR}):
        raise UsageError(
            "--stow without a server, or without results in DICOM",
            "--dicomweb URL, and --dicom-out with sr, tid1500, seg or gsps",
            "add both, or leave --stow out",
        )
    return remote


def stow_results(remote: Remote, folder: Path, names: Iterable[str], silent: bool) -> None:
    """Store the DICOM files among the results of a run; they stay in their folder, too.

    Parameters
    ----------
    remote : Remote
    folder : Path
        Of the results.
    names : iterable of str
        Of all files in it.
    silent : bool
        Standard output is for JSON.

    Raises
    ------
    NetworkError, PeerRefusedError
        As `calcsight.dicomweb.storing.stow`.
    """
    from calcsight.cli.fetching import web_target  # noqa: PLC0415
    from calcsight.dicomweb.storing import stow  # noqa: PLC0415

    target = web_target(remote)
    files = [folder / name for name in names if name.endswith(".dcm")]
    stow(target, [path.read_bytes() for path in files])
    if not silent:
        tell_line(f"Stored on {target.shown}: {', '.join(path.name for path in files)}")
