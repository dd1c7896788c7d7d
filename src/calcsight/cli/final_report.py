"""`calcsight final report`: a person's final records of one exam as a DICOM report."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcsight.cli.console import complain, tell_line
from calcsight.cli.hospital_options import CreatedAt, time_of_creation
from calcsight.cli.options import a_path
from calcsight.cli.timeline_options import OverwriteFile, refuse_taken
from calcsight.terms.errors import (
    ContradictionError,
    InputRefused,
    NoDicomSourceError,
    NoMammogramsError,
    UsageError,
)

if TYPE_CHECKING:
    from calcsight.dicom.results.exam_result import MadeBy, SourceImage
    from calcsight.terms.reading import LeanReading

FinalFiles = Annotated[
    list[Path],
    typer.Argument(
        parser=a_path,
        metavar="FINAL.json...",
        show_default=False,
        help="Final records of one exam, as a person made them.",
    ),
]
ExamFiles = Annotated[
    list[Path],
    typer.Option(
        "--exam",
        parser=a_path,
        metavar="FILE|FOLDER",
        show_default=False,
        help="The exam's images in DICOM: patient and study of the report are theirs. May be "
        "given more than once.",
    ),
]
ReportFile = Annotated[
    Path,
    typer.Option(
        "--out",
        parser=a_path,
        metavar="REPORT.dcm",
        show_default=False,
        help="The report, a Breast Imaging Report (TID 4200).",
    ),
]
ReadingFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--reading",
        parser=a_path,
        metavar="STEM.reading.json",
        show_default=False,
        help="A reading of one of the images: what was measured at the findings stands in the "
        "report as measured by software. May be given more than once.",
    ),
]
CadSr = Annotated[
    Path | None,
    typer.Option(
        "--cad-sr",
        parser=a_path,
        metavar="FILE.dcm",
        show_default=False,
        help="The Mammography CAD SR of the exam, to which the report then refers.",
    ),
]


def report(
    files: FinalFiles,
    *,
    exam: ExamFiles,
    out: ReportFile,
    reading: ReadingFiles = None,
    cad_sr: CadSr = None,
    created_at: CreatedAt = None,
    overwrite: OverwriteFile = False,
) -> int:
    """Write a person's final records of one exam as a DICOM Breast Imaging Report."""
    from calcsight.dicom.part10 import file_bytes  # noqa: PLC0415 - help must not wait
    from calcsight.dicom.results.breast_report import breast_report  # noqa: PLC0415
    from calcsight.dicom.results.exam_result import ExamResult, ViewResult  # noqa: PLC0415
    from calcsight.dicom.results.source import source_image  # noqa: PLC0415
    from calcsight.reports.final_file import final_from  # noqa: PLC0415
    from calcsight.reports.reading_again import reading_again  # noqa: PLC0415
    from calcsight.safe_writing import write_bytes  # noqa: PLC0415

    refuse_taken([out], [*files, *(reading or []), *([cad_sr] if cad_sr else [])], overwrite)
    finals = tuple(final_from(path) for path in files)
    images = _images(exam)
    readings = {one.mammogram.uid: one for one in map(reading_again, reading or [])}
    _refuse_strange(readings, images)
    made = breast_report(
        ExamResult(
            views=tuple(
                ViewResult(source=one, reading=readings.get(uid)) for uid, one in images.items()
            ),
            made_by=_made_by(tuple(readings.values())),
            created_at=time_of_creation(created_at),
            finals=finals,
        ),
        source_image(cad_sr) if cad_sr else None,
    )
    write_bytes(out, file_bytes(made))
    tell_line(f"{out}: Breast Imaging Report of {len(finals)} final record(s), unverified")
    return 0


def _images(paths: Sequence[Path]) -> "dict[str, SourceImage]":
    """Return the headers of the mammograms among the files, by their UIDs; others are named."""
    from calcsight.cli.gathering import Said, gather  # noqa: PLC0415
    from calcsight.dicom.header import plain_header  # noqa: PLC0415
    from calcsight.dicom.kinds import kind_of  # noqa: PLC0415
    from calcsight.dicom.results.source import source_image  # noqa: PLC0415
    from calcsight.dicom.sniffing import looks_like_dicom  # noqa: PLC0415

    images = {}
    for one in gather(paths, None, Said(None, None, None, None, None), None).inputs:
        if one.refusal is not None:
            raise one.refusal
        if not looks_like_dicom(one.path):
            raise NoDicomSourceError(
                f"{one.path} is no DICOM file", "the exam's images in DICOM", "leave it out"
            )
        try:
            source = source_image(one.path)
            kind_of(plain_header(source.header, ""))
        except InputRefused as problem:
            complain(f"{one.path}: left out: {problem.found}")
            continue
        images[source.sop_uid] = source
    if not images:
        raise NoMammogramsError("no mammogram under --exam", "the exam's images in DICOM")
    return images


def _refuse_strange(readings: "dict[str, LeanReading]", images: "dict[str, SourceImage]") -> None:
    """Refuse a reading of an image that is not among those of the exam."""
    strange = sorted(readings.keys() - images.keys())
    if strange:
        raise ContradictionError(
            f"a reading of the image {strange[0]}, which is not under --exam",
            "readings of the exam's images",
        )


def _made_by(readings: "Sequence[LeanReading]") -> "MadeBy":
    """Return what read the images; with no reading this software alone."""
    from calcsight.dicom.results.exam_result import MadeBy  # noqa: PLC0415
    from calcsight.terms.version import SOFTWARE  # noqa: PLC0415

    found = {
        MadeBy(
            software=one.provenance.software,
            judge=one.provenance.judge,
            judge_digest=one.provenance.judge_digest,
            settings_digest=one.provenance.settings_digest,
        )
        for one in readings
        if one.provenance is not None
    }
    if len(found) > 1:
        raise UsageError(
            "readings of one exam by different software, judges or settings",
            "readings that were made together",
            "read the exam again, and give those readings",
        )
    nothing = MadeBy(software=SOFTWARE, judge="", judge_digest="", settings_digest="")
    return found.pop() if found else nothing
