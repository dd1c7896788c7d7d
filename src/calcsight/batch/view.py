"""One input from file to everything that will be written about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calcsight.assembly import load_stated
from calcsight.batch.clock import Clock, Stopwatch
from calcsight.batch.finding import FoundInput
from calcsight.batch.refusal import as_refused
from calcsight.pictures.crops import group_crops
from calcsight.pictures.display import breast_window
from calcsight.pictures.encoding import as_colour, jpeg, palette_png
from calcsight.pictures.overlay import overlay_jpeg, overlay_png
from calcsight.reading import read
from calcsight.reports.columns import Row, group_entries, particle_entries, row_of
from calcsight.reports.group_columns import GROUP_COLUMNS
from calcsight.reports.json_text import json_text
from calcsight.reports.manifest import RefusedInput
from calcsight.reports.particle_columns import PARTICLE_COLUMNS
from calcsight.reports.reading_document import reading_document
from calcsight.terms.interpreter import Interpreter
from calcsight.terms.judge import Judge
from calcsight.terms.limitation import Limitation
from calcsight.terms.reading import LeanReading, Reading
from calcsight.terms.settings import Settings
from calcsight.terms.vocabulary import Vocabulary

# Longer side of the two pictures in the report, and the width of its crops.
_OVERVIEW_PX = 560
_REPORT_PX = 1280
_REPORT_CROP_PX = 1240


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What is the same for every input of a run; goes to every process.

    Parameters
    ----------
    judge : Judge
    settings : Settings
    interpreter : Interpreter or None
    clock : Clock
    debug : bool
        Let faults of calcsight itself end the run with their traceback.
    """

    judge: Judge
    settings: Settings
    interpreter: Interpreter | None
    clock: Clock
    debug: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CropFiles:
    """One magnified group as bytes."""

    group: int
    caption: str
    png: bytes
    jpeg: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFiles:
    """All pictures of one view as bytes: full-size PNG, and JPEG for the report."""

    overlay_png: bytes
    overlay_jpeg: bytes
    overview_jpeg: bytes
    crops: tuple[CropFiles, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRead:
    """What one input gave."""

    image: str
    uid: str
    reading: LeanReading
    limitations: tuple[Limitation, ...]
    document: Mapping[str, Any]
    document_text: str
    particle_rows: tuple[Row, ...]
    group_rows: tuple[Row, ...]
    pictures: PictureFiles
    stages: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRefused:
    """Why one input was not read."""

    refusal: RefusedInput
    stages: Mapping[str, float]

    @property
    def image(self) -> str:
        """Path relative to the input argument."""
        return self.refusal.image


def read_view(found: FoundInput, orders: Orders) -> ViewRead | ViewRefused:
    """Load, read and draw one input; a refusal is a result, too.

    Raises
    ------
    CalcsightError
        Anything that is wrong with more than this input: a model, a setting.
    """
    watch = Stopwatch(orders.clock)
    try:
        return _read(found, orders, watch)
    except Exception as problem:  # noqa: BLE001 - sorted in one place: `as_refused`
        refusal = as_refused(found.image, problem, orders.debug)
        return ViewRefused(refusal=refusal, stages=watch.stages)


def _read(found: FoundInput, orders: Orders, watch: Stopwatch) -> ViewRead:
    """Load, read and draw one input."""
    if found.refusal is not None:
        raise found.refusal
    settings = orders.settings
    guidance = orders.interpreter.guidance if orders.interpreter else None
    with watch.stage("load"):
        mammogram = load_stated(found.path, found.stated)
    with watch.stage("read"):
        reading = read(mammogram, orders.judge, settings, orders.interpreter)
    with watch.stage("draw"):
        pictures = draw(reading, settings, guidance.vocabulary if guidance else None)
    with watch.stage("document"):
        document = reading_document(reading, found.image, settings, guidance)
        particles = particle_entries(reading, found.image, settings)
        groups = group_entries(reading, found.image)
        return ViewRead(
            image=found.image,
            uid=mammogram.uid,
            reading=reading.without_pixels(),
            limitations=reading.limitations,
            document=document,
            document_text=json_text(document),
            particle_rows=tuple(row_of(PARTICLE_COLUMNS, one) for one in particles),
            group_rows=tuple(row_of(GROUP_COLUMNS, one) for one in groups),
            pictures=pictures,
            stages=watch.stages,
        )


def draw(
    reading: Reading, settings: Settings, vocabulary: Vocabulary | None = None
) -> PictureFiles:
    """Draw every picture of one reading; the vocabulary is that of its guidance."""
    window = breast_window(reading.mammogram, settings)
    return PictureFiles(
        overlay_png=overlay_png(reading, settings, window, vocabulary),
        overlay_jpeg=overlay_jpeg(reading, settings, window, _REPORT_PX, vocabulary),
        overview_jpeg=overlay_jpeg(reading, settings, window, _OVERVIEW_PX, vocabulary),
        crops=tuple(
            CropFiles(
                group=crop.group,
                caption=crop.caption,
                png=palette_png(crop.picture),
                jpeg=jpeg(as_colour(crop.picture, _REPORT_CROP_PX)),
            )
            for crop in group_crops(reading, vocabulary)
        ),
    )
