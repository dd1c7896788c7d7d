"""Inputs from a DICOMweb server: fetched into a folder that is gone when the command ends."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from calcsight.cli.console import progress
from calcsight.cli.gathering import Said, gather
from calcsight.cli.interruption import RequestToEnd
from calcsight.cli.web_options import Remote
from calcsight.terms.errors import (
    InputRefused,
    NetworkError,
    NotFetchedError,
    PeerRefusedError,
    UsageError,
)

if TYPE_CHECKING:
    from calcsight.batch.finding import Found
    from calcsight.dicomweb.studies import ListedInstance
    from calcsight.dicomweb.target import WebTarget
    from calcsight.dicomweb.transport import WebSession


@contextmanager
def found_inputs(
    paths: Sequence[Path],
    table: Path | None,
    said: Said,
    out: Path,
    remote: Remote,
    request: RequestToEnd,
) -> Iterator["Found"]:
    """Find the inputs; what is fetched lies in a temporary folder until the block ends.

    An image that could not be fetched is an input with its refusal, and what by the server's
    list is no mammogram is named as left out.

    Raises
    ------
    UsageError
        When flags do not go together, or requests is not installed.
    NetworkError, PeerRefusedError
        When the study cannot be listed, or none of its images could be fetched.
    """
    if remote.url is None:
        if any(remote):
            raise UsageError("flags of DICOMweb without a server", "--dicomweb URL and --study UID")
        yield gather(paths, table, said, out)
        return
    if paths or table is not None or remote.study is None:
        raise UsageError(
            "--dicomweb without --study, or beside other inputs",
            "--dicomweb URL --study UID alone",
            "read files in a run of their own",
        )
    target = web_target(remote)
    from calcsight.dicomweb.transport import WebSession  # noqa: PLC0415 - brings requests

    with (
        tempfile.TemporaryDirectory(prefix="calcsight-", ignore_cleanup_errors=True) as name,
        WebSession(target) as session,
    ):
        done = _fetched(session, remote.study, Path(name), request)
        yield _with_the_rest(gather([Path(name)], None, said, out), done, Path(name))


def web_target(remote: Remote) -> "WebTarget":
    """Return the server that flags and environment name.

    Raises
    ------
    UsageError
        When requests is not installed, or a flag, a file or a variable cannot be used.
    """
    from calcsight.dicomweb import require_dicomweb  # noqa: PLC0415
    from calcsight.dicomweb.credentials import credentials_from  # noqa: PLC0415
    from calcsight.dicomweb.target import WebTarget  # noqa: PLC0415

    require_dicomweb()
    return WebTarget(
        url=remote.url or "",
        credentials=credentials_from(remote.token_file, remote.login_file, os.environ),
        ca_file=remote.ca_file,
    )


@dataclass(slots=True)
class _Done:
    """What became of each instance that a server lists."""

    refused: list[tuple["ListedInstance", NotFetchedError]] = field(default_factory=list)
    left_out: list["ListedInstance"] = field(default_factory=list)
    total_bytes: int = 0


def _fetched(session: "WebSession", study: str, folder: Path, request: RequestToEnd) -> _Done:
    """Fetch what could be a mammogram; once the server cannot be reached, ask no more."""
    from calcsight.dicom.kinds import could_be_mammogram  # noqa: PLC0415
    from calcsight.dicomweb.studies import checked_study_uid, instances_of  # noqa: PLC0415

    listed = instances_of(session, checked_study_uid(study))
    wanted = [one for one in listed if could_be_mammogram(one.sop_class_uid, one.modality)]
    done = _Done(left_out=[one for one in listed if one not in wanted])
    lost: NetworkError | None = None
    with progress(len(wanted), "fetching", request) as advance:
        for instance in wanted:
            problem = lost or _problem_of(session, instance, folder, done)
            if problem is not None:
                done.refused.append((instance, _not_fetched(instance, problem)))
                lost = None if isinstance(problem, PeerRefusedError) else problem
                if len(done.refused) == len(wanted):
                    raise problem
            advance()
    return done


def _problem_of(
    session: "WebSession", instance: "ListedInstance", folder: Path, done: _Done
) -> NetworkError | None:
    """Fetch one instance and see that it is the one; None when all went well."""
    from calcsight.dicom.files import opened_file  # noqa: PLC0415
    from calcsight.dicomweb.studies import fetch  # noqa: PLC0415

    limit = session.target.limits.study_bytes
    if done.total_bytes > limit:
        return PeerRefusedError(f"a study of more than {limit} bytes", "a study of mammograms")
    try:
        path = fetch(session, instance, folder)
    except NetworkError as problem:
        return problem
    done.total_bytes += path.stat().st_size
    try:
        with opened_file(path) as file:
            named = (file.header.text("SOPInstanceUID"), file.header.text("StudyInstanceUID"))
    except InputRefused:
        # No DICOM header: whoever reads it refuses it by name.
        return None
    if named == (instance.sop_uid, instance.study_uid):
        return None
    path.unlink()
    return PeerRefusedError("an answer that holds another image than the one asked for")


def _not_fetched(instance: "ListedInstance", problem: NetworkError) -> NotFetchedError:
    return NotFetchedError(
        f"instance {instance.sop_uid} is listed and could not be fetched: {problem.found}",
        problem.needed or "every image that the server lists",
        "read again; ask who runs the server",
    )


def _with_the_rest(found: "Found", done: _Done, folder: Path) -> "Found":
    """Add what is no file here: refused is never skipped, and left out is said."""
    from calcsight.batch.finding import FoundInput  # noqa: PLC0415
    from calcsight.reports.manifest import IgnoredFile  # noqa: PLC0415
    from calcsight.terms.stated import Stated  # noqa: PLC0415

    refused = [
        FoundInput(
            path=folder / one.file_name, image=one.file_name, stated=Stated(), refusal=refusal
        )
        for one, refusal in done.refused
    ]
    reason = "listed by the server as no mammogram, and not fetched"
    ignored = [IgnoredFile(image=one.file_name, reason=reason) for one in done.left_out]
    return replace(
        found,
        inputs=(*found.inputs, *refused),
        ignored=(*found.ignored, *ignored),
    )
