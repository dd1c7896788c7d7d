"""Adapter of DDSM: .ics files of cases and .OVERLAY files with chain codes.

`.ics`: lines such as `LEFT_CC LINES 4696 PIXELS_PER_LINE 3024 BITS_PER_PIXEL 12 RESOLUTION 50
OVERLAY` (or NON_OVERLAY), RESOLUTION in micrometres.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from calcsight.evaluation.cases import DataSet, Fault, TrueRegion, TrueView
from calcsight.evaluation.data_sets.ddsm_overlay import Lesion, read_overlay
from calcsight.evaluation.data_sets.images import image_facts, opener, stated_of
from calcsight.evaluation.data_sets.masks import Fit
from calcsight.evaluation.data_sets.pixels import READ_SUFFIXES
from calcsight.evaluation.data_sets.publications import DDSM
from calcsight.evaluation.data_sets.reading_files import read_text
from calcsight.evaluation.data_sets.shapes import outside
from calcsight.terms.errors import UsageError

_VIEW = re.compile(
    r"(LEFT|RIGHT)_(CC|MLO)\s+LINES\s+(\d{1,6})\s+PIXELS_PER_LINE\s+(\d{1,6})\s+"
    r"BITS_PER_PIXEL\s+\d+\s+RESOLUTION\s+(\d+(?:\.\d+)?)\s+(NON_OVERLAY|OVERLAY)"
)
_CASE = re.compile(r"[A-Z]-\d{1,6}-\d{1,3}", re.IGNORECASE)
_SET_FAULTS = (
    Fault(
        code="inverted_film",
        what="conversions of .LJPEG differ in which end is bright: decided from each film's pixels",
    ),
    Fault(
        code="ljpeg_not_read",
        what=".LJPEG of DDSM is not read: keep each film as PNG, TIFF or DICOM under its name",
    ),
    Fault(
        code="loose_outlines",
        what="boundaries were drawn generously around lesions; their CORE outlines are not used",
    ),
    Fault(
        code="regions_only",
        what="a lesion is outlined, no particle is marked: no particle rule applies",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Film:
    """One line of an .ics file."""

    side: str
    view: str
    shape: tuple[int, int]
    spacing_mm: float
    overlay: bool


def open_ddsm(folder: Path) -> DataSet:
    """Read every case below a folder.

    Raises
    ------
    UsageError
        When there is no .ics file, or one names no case and no film.
    """
    cases = sorted(p for p in DDSM.checked(folder).rglob("*") if p.suffix.lower() == ".ics")
    if not cases:
        raise DDSM.refusal(f"{folder} without .ics files")
    views = [view for path in cases for view in _case(path)]
    if len({view.name for view in views}) < len(views):
        raise UsageError(f"{folder}: one case lies in two folders", "each case once")
    return DataSet(name="ddsm", views=tuple(views), faults=_SET_FAULTS)


def _case(path: Path) -> list[TrueView]:
    """Return the films of one case."""
    text, _ = read_text(path)
    if not _CASE.fullmatch(path.stem):
        raise UsageError(f"{path}: the name of no case", "a name such as B-3024-1.ics")
    films = []
    for said in _VIEW.finditer(text):
        side, view, lines, across, micrometres, overlay = said.groups()
        films.append(
            _Film(
                side=side,
                view=view,
                shape=(int(lines), int(across)),
                spacing_mm=float(micrometres) / 1000.0,
                overlay=overlay == "OVERLAY",
            )
        )
    sound = [film for film in films if min(film.shape) > 0 and 0 < film.spacing_mm <= 5]
    if not sound or len(sound) < len(films):
        raise UsageError(f"{path} without sound lines of films", "LEFT_CC LINES ... OVERLAY")
    digitiser = re.search(r"^DIGITIZER\s+([A-Z]+)", text, re.MULTILINE)
    density = re.search(r"^DENSITY\s+([1-4])\b", text, re.MULTILINE)
    strata = {"digitizer": digitiser[1]} if digitiser else {}
    strata |= {"density": density[1]} if density else {}
    there = {one.name.casefold(): one for one in sorted(path.parent.iterdir())}
    found = _overlays_of(path.stem, there)
    healthy = not found and not any(film.overlay for film in sound)
    return [_view(path.stem, film, there, strata, healthy) for film in sound]


def _overlays_of(case: str, there: Mapping[str, Path]) -> list[Path]:
    start = f"{case.replace('-', '_')}.".casefold()
    return [p for name, p in there.items() if name.startswith(start) and name.endswith(".overlay")]


def _view(
    case: str, film: _Film, there: Mapping[str, Path], strata: dict[str, str], healthy: bool
) -> TrueView:
    """Return one film; in a case without any overlay no lesion was found."""
    faults: list[Fault] = []
    stem = f"{case.replace('-', '_')}.{film.side}_{film.view}"
    image = _image(stem, there)
    if image is None:
        faults.append(Fault(code="missing_image", what=f"no PNG, TIFF or DICOM of {stem}"))
    shape = image_facts(image).shape
    fit = Fit.of(film.shape, shape)
    if not fit.exact:
        done = "another form, doubtful" if fit.distorted else "scaled"
        what = f"a film of {film.shape} pixels, its file of {shape}: {done}"
        faults.append(Fault(code="image_size", what=what))
    lesions = _lesions(there.get(f"{stem}.overlay".casefold()), film, faults)
    marked = [lesion for lesion in lesions or () if lesion.calcification]
    spacing = (film.spacing_mm / fit.row_factor, film.spacing_mm / fit.column_factor)
    for name in ("assessment", "pathology", "subtlety", "calc_distribution"):
        words = sorted({getattr(lesion, name) for lesion in marked} - {"", "NA", "N/A"})
        strata = strata | ({name: " + ".join(words)} if words else {})
    regions = [r for one in marked if (r := _region(one, film, fit, faults)) is not None]
    return TrueView(
        name=stem,
        patient=case,
        spacing_mm=None if fit.distorted else spacing,
        particles=None,
        regions=None if lesions is None else tuple(regions),
        normal=healthy,
        strata=strata | {"view": film.view},
        faults=tuple(faults),
        mammogram=opener(image, stated_of(film.side, film.view, _mean(spacing, fit.distorted))),
    )


def _mean(spacing: tuple[float, float], unknown: bool) -> float | None:
    """Return one spacing for both directions, to within half the distortion that is allowed."""
    return None if unknown else (spacing[0] * spacing[1]) ** 0.5


def _image(stem: str, there: Mapping[str, Path]) -> Path | None:
    """Return a film's file: its stem, then anything a converter added, then a known suffix."""
    start = f"{stem}.".casefold()
    paths = [path for name, path in there.items() if name.startswith(start)]
    readable = [path for path in paths if path.suffix.lower() in READ_SUFFIXES]
    return min(readable, key=lambda path: (len(path.name), path.name), default=None)


def _lesions(path: Path | None, film: _Film, faults: list[Fault]) -> list[Lesion] | None:
    """Return what an overlay holds; None when one is promised and cannot be had."""
    if path is None:
        if not film.overlay:
            return []
        what = "the .ics promises an overlay that is not there: not scored"
        faults.append(Fault(code="missing_mask", what=what))
        return None
    if not film.overlay:
        faults.append(Fault(code="overlay_unannounced", what="NON_OVERLAY, yet one is there: read"))
    try:
        lesions, met = read_overlay(path)
    except UsageError as problem:
        what = f"{problem.found}: not scored"
        faults.append(Fault(code="annotation_unreadable", what=what))
        return None
    faults += met
    return lesions


def _region(lesion: Lesion, film: _Film, fit: Fit, faults: list[Fault]) -> TrueRegion | None:
    """Return one lesion on its image."""
    leaves = outside(lesion.boundary, film.shape)
    if leaves:
        what = f"a boundary lies {leaves} beside the film" + (": left out" * (leaves == "wholly"))
        faults.append(Fault(code="outside_image", what=what))
    if leaves == "wholly":
        return None
    return TrueRegion(outline_px=fit.placed(lesion.boundary), doubtful=fit.distorted)
