"""Adapter of mini-MIAS: circles around groups of calcifications on digitised films.

Both forms are read: a `truth.csv` whose rows run down from the top, and the original `Info.txt`
(columns as its own head describes them), whose rows run up from the bottom of 1024.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from calcsight.evaluation.cases import DataSet, Fault, TrueRegion, TrueView
from calcsight.evaluation.data_sets.images import opener, stated_of
from calcsight.evaluation.data_sets.pixels import READ_SUFFIXES
from calcsight.evaluation.data_sets.publications import MINI_MIAS, present
from calcsight.evaluation.data_sets.reading_files import number, read_table, read_text
from calcsight.evaluation.data_sets.shapes import box, circle, outside
from calcsight.terms.errors import UsageError

SPACING_MM = 0.2
SIDE_PX = 1024
ALLOWANCE_MM = 2.0
# A circle of a smaller radius has no room for a group: one particle inside is a hit.
PARTICLE_RADIUS_MM = 2.5
DOUBTFUL = frozenset({"mdb212", "mdb240"})
_COLUMNS = ("image", "tissue", "abnormality", "severity", "row_px", "column_px", "radius_px")
_NAME = re.compile(r"mdb(\d{3})", re.ASCII)
_NUMBER = re.compile(r"\d{1,5}(?:\.\d{1,5})?", re.ASCII)
_TISSUES = {"F": "fatty", "G": "fatty-glandular", "D": "dense"}
_SET_FAULTS = (
    Fault(
        code="spacing_documented",
        what="the pictures hold no spacing: 0.2 mm, as the publisher reduced them to",
    ),
    Fault(
        code="regions_only",
        what="a circle is drawn around a group, no particle is marked: no particle rule applies",
    ),
    Fault(
        code="doubtful_circle",
        what="mdb212 and mdb240: nothing convincing inside the circle; neither targets nor false",
    ),
    Fault(
        code="two_breasts",
        what="an odd number and the even one after it are one woman's two breasts: one patient",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row of either form; row and column run down and right."""

    image: str
    tissue: str
    abnormality: str
    severity: str
    place: tuple[float, float] | None
    radius: float | None
    note: str = ""


def open_mini_mias(folder: Path) -> DataSet:
    """Read `truth.csv`, or else `Info.txt`.

    Raises
    ------
    UsageError
        When neither is there, or one cannot be read as such.
    """
    MINI_MIAS.checked(folder)
    table, info = present(folder, "truth.csv"), present(folder, "Info.txt")
    faults = list(_SET_FAULTS)
    if table is not None:
        rows, met = _from_table(table)
        faults += met
    elif info is not None:
        rows = _from_info(info)
        what = "Info.txt counts rows from the bottom: turned over by row = 1024 - y"
        faults.append(Fault(code="flipped_rows", what=what))
    else:
        raise MINI_MIAS.refusal(f"{folder} without truth.csv and Info.txt")
    if not rows:
        raise MINI_MIAS.refusal(f"{folder} whose list names no film")
    pictures = _pictures(folder)
    by_image = groupby(sorted(rows, key=lambda row: row.image), key=lambda row: row.image)
    views = tuple(_view(image, tuple(own), pictures) for image, own in by_image)
    return DataSet(name="mini-mias", views=views, faults=tuple(faults))


def _from_table(path: Path) -> tuple[list[_Row], tuple[Fault, ...]]:
    """Read `truth.csv`."""
    table = read_table(path, _COLUMNS)
    rows = []
    for said in table.rows:
        row, column, radius = (
            number(table, said, name) for name in ("row_px", "column_px", "radius_px")
        )
        rows.append(
            _Row(
                image=_named(path, said["image"]),
                tissue=said["tissue"],
                abnormality=said["abnormality"].upper(),
                severity=said["severity"],
                place=None if row is None or column is None else (row, column),
                radius=radius,
                note=said.get("note", ""),
            )
        )
    return rows, table.faults


def _from_info(path: Path) -> list[_Row]:
    """Read the lines of `Info.txt` that start with a film's number; the rest is its head."""
    text, _ = read_text(path)
    rows = []
    for words in (line.split() for line in text.splitlines()):
        if len(words) < 3 or not _NAME.fullmatch(words[0].lower()):
            continue
        numbers = [float(word) for word in words[4:7] if _NUMBER.fullmatch(word)]
        whole = len(numbers) == 3
        rows.append(
            _Row(
                image=words[0].lower(),
                tissue=_TISSUES.get(words[1].upper(), words[1]),
                abnormality=words[2].upper(),
                severity={"B": "benign", "M": "malignant"}.get("".join(words[3:4]), ""),
                place=(SIDE_PX - numbers[1], numbers[0]) if whole else None,
                radius=numbers[2] if whole else None,
            )
        )
    return rows


def _named(path: Path, said: str) -> str:
    """Return a film's name, or refuse what is none (it will name a file)."""
    if not _NAME.fullmatch(said):
        raise UsageError(f"{path}: {said[:60]!r} in the column image", "mdb and three digits")
    return said


def _pictures(folder: Path) -> dict[str, Path]:
    """Return the picture of each film; PNG and TIFF go before PGM."""
    found: dict[str, Path] = {}
    for place in (folder, folder / "images"):
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            if path.suffix.lower() in READ_SUFFIXES:
                found[path.stem.lower()] = path
            elif path.suffix.lower() == ".pgm":
                found.setdefault(path.stem.lower(), path)
    return found


def _view(image: str, rows: Iterable[_Row], pictures: dict[str, Path]) -> TrueView:
    """Return one film."""
    rows = tuple(rows)
    number_of_film = int(image[3:])
    faults: list[Fault] = []
    marked = [row for row in rows if row.abnormality == "CALC"]
    regions = [region for row in marked if (region := _region(row, faults)) is not None]
    path = pictures.get(image)
    if path is None:
        faults.append(Fault(code="missing_image", what=f"no picture of {image}"))
    side = "R" if number_of_film % 2 else "L"
    kinds = sorted({row.abnormality for row in rows})
    return TrueView(
        name=image,
        patient=f"mias-{(number_of_film + 1) // 2:03d}",
        spacing_mm=(SPACING_MM, SPACING_MM),
        particles=None,
        regions=tuple(regions),
        normal=kinds == ["NORM"],
        strata={
            "tissue": rows[0].tissue,
            "abnormality": " + ".join(kinds),
            "severity": " + ".join(sorted({row.severity for row in marked if row.severity})),
        },
        faults=tuple(faults),
        mammogram=opener(path, stated_of(side, "MLO", SPACING_MM)),
    )


def _region(row: _Row, faults: list[Fault]) -> TrueRegion | None:
    """Return one circle; a row without one makes the whole film neither target nor false."""
    if row.place is None or not row.radius or row.radius <= 0:
        what = "calcifications without a circle: the whole film is neither target nor false marks"
        faults.append(Fault(code="no_circle", what=what))
        whole = box(-0.5, -0.5, SIDE_PX - 0.5, SIDE_PX - 0.5)
        return TrueRegion(outline_px=whole, doubtful=True)
    outline = circle(*row.place, row.radius)
    leaves = outside(outline, (SIDE_PX, SIDE_PX))
    if leaves == "wholly":
        faults.append(Fault(code="outside_image", what="a circle beside the film was left out"))
        return None
    if leaves:
        faults.append(Fault(code="outside_image", what="a circle reaches beyond the film"))
    doubtful = row.image in DOUBTFUL or "doubtful" in row.note.lower()
    if doubtful:
        faults.append(Fault(code="doubtful_circle", what="nothing convincing inside the circle"))
    return TrueRegion(
        outline_px=outline,
        allowance_mm=ALLOWANCE_MM,
        particle_hits=row.radius * SPACING_MM < PARTICLE_RADIUS_MM,
        doubtful=doubtful,
    )
