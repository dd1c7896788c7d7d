"""Results of one version of an exam as files, and what is to be sent of them."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import PurePosixPath

from pydicom import dcmread

from calcsight.dicom.results.exam_result import EarlierResult, ResultFile
from calcsight.dicom.results.source import source_image
from calcsight.node.configuration import RESULTS, NodeSettings
from calcsight.records.entries import Entry, EntryKind
from calcsight.safe_writing import write_bytes
from calcsight.terms.errors import InputRefused, OutputError

# The DICOMweb server among the peers of deliveries; no configured peer can have this name.
STOW_TARGET = "(dicomweb)"


def write_results(settings: NodeSettings, reading: Entry, files: Sequence[ResultFile]) -> None:
    """Write every file of a version, and leave nothing else in its folder.

    An attempt that was killed may have left some of the same files, half a temporary one, or
    others when the settings were changed since.

    Raises
    ------
    OutputError
        When one cannot be written.
    """
    folder = settings.folder / _folder_of(reading)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise OutputError(
            f"no folder for results ({problem.strerror or type(problem).__name__})",
            "room, and the right to write into the folder of the node",
        ) from None
    for one in files:
        write_bytes(folder / one.name, one.data)
    names = {one.name for one in files}
    for path in folder.iterdir():
        if path.name not in names:
            with suppress(OSError):
                path.unlink()


def deliveries_of(
    settings: NodeSettings, reading: Entry, files: Sequence[ResultFile]
) -> Iterator[Entry]:
    """Yield what is to be sent: each DICOM object to each peer; FHIR stays in the folder."""
    peers = [one.name for one in settings.peers if one.results]
    if settings.dicomweb.url:
        peers.append(STOW_TARGET)
    for one in files:
        if not one.sop_uid:
            continue
        for peer in peers:
            yield Entry(
                kind=EntryKind.DELIVERY,
                uid=one.sop_uid,
                study_uid=reading.study_uid,
                peer=peer,
                version=reading.version,
                sop_class_uid=one.sop_class_uid,
                transfer_syntax_uid=_transfer_syntax(one.data),
                file=str(_folder_of(reading) / one.name),
                digest=hashlib.sha256(one.data).hexdigest(),
            )


def earlier_results(settings: NodeSettings, earlier: Entry) -> tuple[EarlierResult, ...]:
    """Return the DICOM objects of an earlier version, as a new one names them; sorted by name.

    Those that are no longer in the folder, or cannot be read, are not named.
    """
    found = []
    for path in sorted((settings.folder / _folder_of(earlier)).glob("*.dcm")):
        with suppress(InputRefused):
            found.append(source_image(path))
    return tuple(
        EarlierResult(
            sop_class_uid=one.sop_class_uid,
            sop_uid=one.sop_uid,
            series_uid=one.series_uid,
            study_uid=one.study_uid,
        )
        for one in found
    )


def _folder_of(reading: Entry) -> PurePosixPath:
    return PurePosixPath(RESULTS, reading.study_uid, str(reading.version))


def _transfer_syntax(data: bytes) -> str:
    header = dcmread(BytesIO(data), specific_tags=[], stop_before_pixels=True)
    return str(header.file_meta.TransferSyntaxUID)
