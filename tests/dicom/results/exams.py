"""Exams that every writer of results is tested with: small drawn breasts, written, loaded, read.

Each was written as a DICOM file and came back through the loader, so that places are in a file's
own frame as they are for a user; the judge is fixed, describer and guidance are those that ship.
Nothing is left on disk: results need headers and readings alone.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.config import disable_value_validation
from tests.conftest import FixedJudge

from calcsight.assembly import interpreter_for
from calcsight.comparing import compare_exams
from calcsight.dicom.directions import usual_orientation
from calcsight.dicom.loading import load_dicom
from calcsight.dicom.mg_writing import Compression, MgHeader, hashed_uid, write_mg
from calcsight.dicom.results.exam_result import ChangedView, ExamResult, MadeBy, ViewResult
from calcsight.dicom.results.source import source_image
from calcsight.pathway.tracking import finding_id, tracking_uid
from calcsight.reading import read, summarise
from calcsight.terms.calcification import Particle
from calcsight.terms.errors import InputRefused
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import Appearance, Recommendation
from calcsight.terms.interpreter import Interpreter
from calcsight.terms.mammogram import Exam, Intent, Laterality, Mammogram, View
from calcsight.terms.reading import LeanReading
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Candidates, FlatView
from calcsight.terms.stated import Stated
from calcsight.terms.version import SOFTWARE

PITCH_MM = 0.1
PEAK = 7.0  # in noise SD, between what noise and what a drawn speck reaches
CREATED_AT = datetime(2024, 3, 5, 10, 30, 0, tzinfo=UTC)
CURRENT_DAY, PRIOR_DAY = date(2024, 2, 29), date(2022, 2, 28)
# A group of seven, reading frame (row, column).
GROUP = ((200, 100), (200, 130), (215, 112), (185, 118), (208, 145), (222, 128), (190, 90))
SECOND_GROUP = ((420, 180), (432, 196), (440, 172), (410, 200), (428, 214), (446, 204))
ALONE = (560, 90)
GROWN = (*GROUP, (230, 108), (178, 140), (196, 152), (236, 142), (170, 104), (210, 80))

# Known without making them, so that tests are collected quickly.
EXAM_NAMES = tuple(
    (
        "plain group many film refused_beside_read all_refused four_views_with_prior "
        "compared_and_not_matched two_intents latin_1 japanese turned_monochrome_1 suggested "
        "assessed assessed_without_finding assessed_beside_prior refused_beside_matched "
        "with_odd_header"
    ).split()
)

Words = NDArray[np.uint16]
Places = Sequence[tuple[int, int]]
Edit = Callable[[Dataset], object]


def breast(
    specks: Places,
    seed: int = 5,
    shape: tuple[int, int] = (640, 440),
    streaks: Places = (),
) -> Words:
    """Draw half an ellipse of uneven tissue, chest wall left, with bright specks and streaks."""
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    middle, reach = shape[0] / 2, 0.85 * shape[1]
    inside = ((rows - middle) / (0.46 * shape[0])) ** 2 + (columns / reach) ** 2 < 1
    noise = np.random.default_rng(seed).normal(0.0, 4.0, shape)
    tissue = 1000.0 + 150.0 * np.sin(rows / 25.0) * np.cos(columns / 20.0) + noise
    pixels = np.where(inside, tissue, 20.0 + 0.1 * noise)
    for n, (row, column) in enumerate((*specks, *streaks)):
        near = (slice(row - 12, row + 13), slice(column - 12, column + 13))
        down, along = rows[near] - row, columns[near] - column
        turn, long = (0.7 * n, 5.0) if n >= len(specks) else (0.0, 1.6)
        one = (np.cos(turn) * down + np.sin(turn) * along) / long
        other = (np.cos(turn) * along - np.sin(turn) * down) / 1.6
        pixels[near] += 600.0 * np.exp(-(one**2 + other**2) / 2)
    return np.asarray(pixels.clip(0, 4000), dtype=np.uint16)


MANY_SHAPE = (1300, 1000)


def many_specks() -> tuple[tuple[int, int], ...]:
    """Return places in a breast of `MANY_SHAPE`: nine groups of 23, and some alone."""
    rng = np.random.default_rng(11)
    centres = [(r, c) for r in (340, 640, 940) for c in (90, 380, 670)]
    places = [place for centre in centres for place in _scattered(rng, centre, 54, 19, 23)]
    ring = [(r, c) for r in range(140, 1200, 75) for c in range(60, 760, 75)]
    far = [one for one in ring if min(_apart(one, place) for place in places) > 105]
    inside = [(r, c) for r, c in far if ((r - 650) / 520) ** 2 + (c / 760) ** 2 < 1]
    return (*places, *inside[:25])


def _scattered(
    rng: np.random.Generator, centre: tuple[int, int], reach: int, apart: int, count: int
) -> list[tuple[int, int]]:
    """Return places around one, none nearer to another than `apart` pixels."""
    places: list[tuple[int, int]] = []
    while len(places) < count:
        row, column = rng.integers(-reach, reach, 2)
        place = (centre[0] + int(row), centre[1] + int(column))
        if all(_apart(place, one) >= apart for one in places):
            places.append(place)
    return places


def _apart(one: tuple[int, int], other: tuple[int, int]) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakJudge(FixedJudge):
    """Counts what stands out like a drawn speck, and lists fainter marks of the noise low."""

    name: str = "peak-1"

    def score(
        self, view: FlatView, candidates: Candidates, particles: Sequence[Particle]
    ) -> NDArray[np.float64]:
        peaks = np.array([one.contrast_to_noise for one in particles])
        return np.where(peaks > PEAK, 0.9, 0.2) if len(particles) else np.zeros(0)


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One image to write: its pixels hang with the chest wall left until `turned`."""

    name: str
    pixels: Words
    laterality: Laterality = Laterality.LEFT
    view: View = View.CC
    day: date = CURRENT_DAY
    study: str = "current"
    intent: Intent = Intent.FOR_PRESENTATION
    dark_is_dense: bool = False
    turned: Callable[[Words], Words] | None = None
    patient_orientation: tuple[str, str] | None = None
    edit: Edit | None = None

    def write(self, folder: Path) -> Path:
        """Write the image as a DICOM file."""
        path = folder / f"{self.name}.dcm"
        stored = 4000 - self.pixels if self.dark_is_dense else self.pixels
        if self.laterality is Laterality.RIGHT and self.patient_orientation is None:
            stored = stored[:, ::-1]
        header = MgHeader(
            study_uid=hashed_uid("study", self.study),
            series_uid=hashed_uid("series", self.name),
            sop_uid=hashed_uid("image", self.name),
            laterality=self.laterality,
            view=self.view,
            patient_orientation=self.patient_orientation
            or usual_orientation(self.laterality, self.view),
            imager_spacing_mm=(PITCH_MM, PITCH_MM),
            acquired_on=self.day,
            intent=self.intent,
            dark_is_dense=self.dark_is_dense,
        )
        stored = self.turned(stored) if self.turned else stored
        write_mg(path, np.ascontiguousarray(stored), header, Compression.NONE)
        if self.edit is not None:
            dataset = pydicom.dcmread(path)
            self.edit(dataset)
            dataset.save_as(path)
        return path


@cache
def interpreter() -> Interpreter:
    """Return the describer and the guidance that ship."""
    return interpreter_for(Settings())


def loaded(path: Path) -> Mammogram:
    """Load a file with nothing stated beside it."""
    return load_dicom(path, Stated())


def view_result(path: Path, others: Sequence[Path] = ()) -> ViewResult:
    """Read one file, or say why it was refused."""
    beside = tuple(source_image(one) for one in others)
    try:
        reading = read(loaded(path), PeakJudge(), Settings(), interpreter())
    except InputRefused as problem:
        return ViewResult(
            source=source_image(path), reading=None, refused_code=problem.code, others=beside
        )
    return ViewResult(source=source_image(path), reading=reading.without_pixels(), others=beside)


def made_by() -> MadeBy:
    """Return what reads all exams here."""
    named = interpreter().named
    return MadeBy(
        software=SOFTWARE,
        judge=PeakJudge().name,
        judge_digest=PeakJudge().digest,
        settings_digest=Settings().digest,
        interpreted_by_digest=named.describer_digest,
    )


def exam_of(views: Sequence[ViewResult], changes: Sequence[ChangedView] = ()) -> ExamResult:
    """Weigh views together and return them as one exam."""
    readings: list[LeanReading] = [one.reading for one in views if one.reading is not None]
    unread = len(readings) < len(views)
    guidance = interpreter().guidance
    summary = summarise(readings, guidance, Settings(), unread) if readings else None
    return ExamResult(
        views=tuple(views),
        made_by=made_by(),
        created_at=CREATED_AT,
        summary=summary,
        guidance=guidance,
        changes=tuple(changes),
    )


def as_film(dataset: Dataset) -> None:
    """Turn a mammogram into a digitised film that states nothing of its pitch."""
    gone = (
        "ImagerPixelSpacing DetectorElementSpacing DetectorElementPhysicalSize DetectorType "
        "DetectorConfiguration DetectorID DateOfLastDetectorCalibration "
        "TimeOfLastDetectorCalibration EstimatedRadiographicMagnificationFactor FieldOfViewShape "
        "FieldOfViewDimensions PresentationIntentType PositionerType PositionerPrimaryAngle "
        "PositionerPrimaryAngleDirection OrganExposed PixelIntensityRelationship "
        "PixelIntensityRelationshipSign ViewCodeSequence AnatomicRegionSequence PartialView"
    ).split()
    for keyword in gone:
        if keyword in dataset:
            delattr(dataset, keyword)
    dataset.SOPClassUID = pydicom.uid.SecondaryCaptureImageStorage
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.Modality = "RG"
    dataset.ConversionType = "DF"
    dataset.ViewPosition = "CC"


def named(character_set: str | list[str], name: str) -> Edit:
    """Return an edit that names the (made-up) patient in another character set."""

    def edit(dataset: Dataset) -> None:
        dataset.SpecificCharacterSet = character_set
        dataset.PatientName = name

    return edit


def with_odd_header(dataset: Dataset) -> None:
    """Give the (made-up) header values that are none, as archives hold them: a real file's."""
    odd = (
        ("PatientName", "PN", "ANON-1234"),
        ("PatientBirthDate", "DA", "00000000"),
        ("PatientSex", "CS", "female"),
        ("PatientAge", "AS", "57"),
        ("StudyTime", "TM", "10:30:00"),
        ("StudyDescription", "LO", 80 * "x"),
        ("ReferringPhysicianName", "PN", "TEST TEST"),
        ("AdditionalPatientHistory", "LT", "told\\twice"),
        ("AdmittingDiagnosesDescription", "LO", ["one", "two"]),
        ("TimezoneOffsetFromUTC", "SH", "+9999"),
    )
    with disable_value_validation():
        for keyword, kind, value in odd:
            dataset.add_new(keyword, kind, value)
    del dataset.StudyID
    procedure = Dataset()
    procedure.CodeValue, procedure.CodingSchemeDesignator = "MAMMO", "99LOCAL"
    procedure.CodingSchemeVersion, procedure.CodeMeaning = "", "Mammography"
    dataset.ProcedureCodeSequence = [procedure]
    for keyword in ("WindowCenter", "WindowWidth"):
        if keyword in dataset:
            delattr(dataset, keyword)
    table = Dataset()
    table.add_new("LUTDescriptor", "US", [4096, 0, 12])
    table.add_new("LUTData", "US", list(range(4096)))
    dataset.VOILUTSequence = [table]


def with_implant(dataset: Dataset) -> None:
    """Say that there is an implant: then nothing is compared."""
    dataset.BreastImplantPresent = "YES"


def blank(dataset: Dataset) -> None:
    """Leave nothing to read."""
    dataset.PixelData = bytes(len(dataset.PixelData))


def turned_shot() -> Shot:
    """Return a right breast of the MONOCHROME1 kind, stored on its side and mirrored."""
    # Reading frame: rows run to anterior and columns to medial. Here they are swapped and the
    # rows of the file, which are columns of the reading frame, run back to the chest wall.
    return Shot(
        name="turned",
        pixels=breast((*GROUP, ALONE)),
        laterality=Laterality.RIGHT,
        dark_is_dense=True,
        turned=lambda pixels: pixels.T[::-1],
        patient_orientation=("L", "P"),
    )


_MLO = {"view": View.MLO}
_RIGHT = {"laterality": Laterality.RIGHT}


def _four(study: str, day: date) -> tuple[Shot, ...]:
    """Return four views of a woman; the prior lacks the second group and has a third."""
    now = study == "current"
    common = {"study": f"four-{study}", "day": day}
    left = breast(
        (*GROWN, ALONE) if now else GROUP[:5],
        seed := 5 if now else 6,
        streaks=SECOND_GROUP if now else (),
    )
    return (
        Shot(name=f"{study}-LCC", pixels=left, **common),  # type: ignore[arg-type]
        Shot(name=f"{study}-RCC", pixels=breast((), seed), **common, **_RIGHT),  # type: ignore[arg-type]
        Shot(
            name=f"{study}-LMLO",
            pixels=breast(GROUP, seed),
            **common,  # type: ignore[arg-type]
            **_MLO,  # type: ignore[arg-type]
        ),
        Shot(
            name=f"{study}-RMLO",
            pixels=breast(SECOND_GROUP, seed),
            edit=None if now else with_implant,
            **common,  # type: ignore[arg-type]
            **_MLO,  # type: ignore[arg-type]
            **_RIGHT,  # type: ignore[arg-type]
        ),
    )


def _compared(folder: Path) -> ExamResult:
    """Return four views against a prior: a group that grew, one that is new, one pair apart."""
    now = [one.write(folder) for one in _four("current", CURRENT_DAY)]
    before = [one.write(folder) for one in _four("prior", PRIOR_DAY)]
    exams = [
        Exam(uid=f"exam-{n}", mammograms=tuple(loaded(one) for one in paths))
        for n, paths in enumerate((now, before))
    ]
    found = compare_exams(exams[0], exams[1:], PeakJudge(), Settings(), interpreter())
    sources = {source.sop_uid: source for source in map(source_image, before)}
    changes = [
        ChangedView(comparison=one, prior_source=sources[one.prior.mammogram.uid])
        for series in found.views
        for one in series.comparisons
    ]
    views = [
        ViewResult(source=source_image(path), reading=reading.without_pixels())
        for path, reading in zip(now, found.current, strict=True)
    ]
    return exam_of(views, changes)


def final_of(exam: ExamResult, view: int = 0, category: str = "4B") -> FinalRecord:
    """Return what a person says of the first group of a view."""
    one = exam.views[view]
    assert one.reading is not None
    assert one.reading.mammogram.acquired_on is not None
    group = one.reading.groups[0]
    seen = Appearance(
        mammogram_uid=one.source.sop_uid,
        acquired_on=one.reading.mammogram.acquired_on,
        group=group.number,
        row=group.row,
        column=group.column,
    )
    uid = tracking_uid(seen)
    return FinalRecord(
        finding_id=finding_id(uid),
        tracking_uid=uid,
        laterality=one.reading.mammogram.laterality,
        scheme="bi-rads-2013-like",
        scheme_version="1",
        category=category,
        reader_id="reader-7",
        read_at=datetime(2024, 3, 5, 9, 15, 0, tzinfo=UTC),
        recommendation=Recommendation.BIOPSY,
        exam_uid=one.source.study_uid,
        exam_on=one.reading.mammogram.acquired_on,
    )


def final_of_the_exam(exam: ExamResult) -> FinalRecord:
    """Return what a person says of an exam in which no finding needs following."""
    return FinalRecord(
        finding_id=None,
        tracking_uid=None,
        laterality=None,
        scheme="bi-rads-2013-like",
        scheme_version="1",
        category="1",
        reader_id="reader-7",
        read_at=datetime(2024, 3, 5, 9, 15, 0, tzinfo=UTC),
        recommendation=Recommendation.ROUTINE,
        exam_uid=exam.first.study_uid,
        exam_on=CURRENT_DAY,
    )


def _one(folder: Path, shot: Shot) -> ExamResult:
    return exam_of([view_result(shot.write(folder))])


@cache
def exam_results() -> Mapping[str, ExamResult]:
    """Return every exam by a name that says what it is."""
    with tempfile.TemporaryDirectory() as name:
        return MappingProxyType(_exam_results(Path(name)))


def _exam_results(folder: Path) -> dict[str, ExamResult]:
    grouped = breast((*GROUP, ALONE))
    nothing, empty = Shot(name="refused", pixels=grouped, edit=blank, **_MLO), breast(())  # type: ignore[arg-type]
    places = many_specks()
    many = breast(places[40:], shape=MANY_SHAPE, streaks=places[:40])
    processing = Shot(name="processing", pixels=grouped, intent=Intent.FOR_PROCESSING)
    beside = processing.write(folder)
    plain = _one(folder, Shot(name="plain", pixels=empty))
    group = _one(folder, Shot(name="group", pixels=grouped))
    read_one = Shot(name="read-beside-refused", pixels=grouped).write(folder)
    latin = named("ISO_IR 100", "Müller^Zoë")
    japanese = named(["", "ISO 2022 IR 87"], "Yamada^Hanako=山田^花子=やまだ^はなこ")
    compared = _compared(folder)
    unread = replace(nothing, name="unread", study="four-current", laterality=Laterality.RIGHT)
    return {
        "plain": plain,
        "group": group,
        "many": _one(folder, Shot(name="many", pixels=many)),
        "film": _one(folder, Shot(name="film", pixels=grouped, edit=as_film)),
        "refused_beside_read": exam_of([view_result(read_one), view_result(nothing.write(folder))]),
        "all_refused": exam_of([view_result(nothing.write(folder))]),
        "four_views_with_prior": compared,
        "compared_and_not_matched": replace(compared, summary=None, suggestion=True),
        "two_intents": exam_of(
            [view_result(Shot(name="two", pixels=grouped).write(folder), [beside])]
        ),
        "latin_1": _one(folder, Shot(name="latin", pixels=grouped, edit=latin)),
        "japanese": _one(folder, Shot(name="japanese", pixels=grouped, edit=japanese)),
        "turned_monochrome_1": _one(folder, turned_shot()),
        "suggested": replace(group, suggestion=True),
        "assessed": replace(group, finals=(final_of(group),)),
        "assessed_without_finding": replace(plain, finals=(final_of_the_exam(plain),)),
        "assessed_beside_prior": replace(
            compared, finals=(final_of(compared), final_of_the_exam(compared))
        ),
        "refused_beside_matched": exam_of(
            [compared.views[0], compared.views[2], view_result(unread.write(folder))]
        ),
        "with_odd_header": _one(folder, Shot(name="odd", pixels=grouped, edit=with_odd_header)),
    }
