"""Adapter of INbreast: DICOM mammograms with OsiriX XML, every calcification marked.

File names are `<number>_<patient>_MG_<side>_<view>_ANON.dcm`, annotations `<number>.xml`; the
table is `INbreast.csv`, separated by semicolons, with `File Name`, `ACR` and `Bi-Rads`.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from calcsight.evaluation.cases import DataSet, Fault, TrueRegion, TrueView
from calcsight.evaluation.data_sets.images import ImageFacts, image_facts, opener, stated_of
from calcsight.evaluation.data_sets.osirix import Marks, read_marks
from calcsight.evaluation.data_sets.publications import INBREAST, present
from calcsight.evaluation.data_sets.reading_files import read_table
from calcsight.evaluation.data_sets.shapes import holds, true_particles
from calcsight.terms.errors import UsageError

# What the set is known for, second-hand; used only where a header is silent.
SPACING_MM = 0.07
_FILE = re.compile(
    r"(?P<number>\d{1,12})_(?P<patient>[0-9a-z]{1,64})_MG_(?P<side>[LR])_(?P<view>[A-Z]{2,4})_.*",
    re.IGNORECASE | re.ASCII,
)
_VIEWS = {"ML": "MLO", "CC": "CC", "MLO": "MLO", "FB": "FB"}
_SET_FAULTS = (
    Fault(
        code="single_point",
        what="many calcifications are a single point: no outline and no size; each view counts its",
    ),
    Fault(
        code="two_spellings",
        what="Calcification, Point 1, Point 3 and Unnamed are names of one thing: all particles",
    ),
    Fault(
        code="plural_name",
        what="an outline called Calcifications may hold one or many: neither target nor false",
    ),
    Fault(
        code="view_ml",
        what="file names say ML for views that the publication calls MLO: taken as MLO",
    ),
    Fault(
        code="half_pixel",
        what="whether coordinates count from pixel centres or corners is not said: as centres",
    ),
)


def open_inbreast(folder: Path) -> DataSet:
    """Read the annotation of every DICOM file.

    Raises
    ------
    UsageError
        When the folders are not there, hold no file of this form, or the table cannot be read.
    """
    INBREAST.checked(folder)
    images = INBREAST.required(folder, "AllDICOMs")
    notes = INBREAST.required(folder, "AllXML")
    table, faults = _table(folder)
    views = []
    for path in sorted(images.iterdir()):
        named = _FILE.fullmatch(path.stem)
        if named and path.suffix.lower() in (".dcm", ".dicom"):
            views.append(_view(path, named.groupdict(), notes, table))
    if not views:
        raise INBREAST.refusal(f"{images} without <number>_<patient>_MG_<side>_<view>_ANON.dcm")
    known = {view.name for view in views}
    stray = sorted(p.stem for p in notes.glob("*.xml") if p.stem.isdigit() and p.stem not in known)
    if stray:
        what = f"{len(stray)} annotations without a DICOM file, the first: {stray[0]}"
        faults = (*faults, Fault(code="missing_image", what=what))
    return DataSet(name="inbreast", views=tuple(views), faults=(*_SET_FAULTS, *faults))


def _table(folder: Path) -> tuple[dict[str, Mapping[str, str]], tuple[Fault, ...]]:
    """Read density and category by number of file; without the table they are unknown."""
    path = present(folder, "INbreast.csv")
    if path is None:
        what = "no INbreast.csv (an .xls is not read: save it as CSV): no density, no normal views"
        return {}, (Fault(code="no_table", what=what),)
    table = read_table(path, ("file_name", "acr", "bi_rads"))
    rows: dict[str, Mapping[str, str]] = {}
    faults = table.faults
    for row in table.rows:
        key = row["file_name"].removesuffix(".0")
        if key in rows:
            what = f"{key} stands twice in {path.name}: the first row counts"
            faults = (*faults, Fault(code="duplicate_rows", what=what))
        rows.setdefault(key, row)
    return rows, faults


def _view(
    path: Path, named: Mapping[str, str], notes: Path, table: Mapping[str, Mapping[str, str]]
) -> TrueView:
    """Return one view."""
    key = named["number"]
    facts = image_facts(path)
    row = table.get(key, {})
    marks, faults = _marks(notes / f"{key}.xml", facts)
    spacing = facts.spacing_mm
    if spacing is None:
        spacing = (SPACING_MM, SPACING_MM)
        what = "no usable spacing in the header: 0.07 mm, as published (second-hand)"
        faults.append(Fault(code="spacing_documented", what=what))
    category = row.get("bi_rads", "").lower()
    view = _VIEWS.get(named["view"].upper(), "")
    stated = stated_of(named["side"], view, None if facts.spacing_mm else SPACING_MM)
    strata = {"view": view or named["view"].upper()}
    strata |= {"density": row["acr"]} if row.get("acr") else {}
    strata |= {"assessment": category} if category else {}
    particles = None if marks is None else true_particles(marks.particles, spacing)
    return TrueView(
        name=key,
        patient=f"inbreast-{named['patient'].lower()}",
        spacing_mm=spacing,
        particles=particles,
        regions=None if marks is None else _regions(marks, faults),
        normal=marks is not None and marks.nothing and category == "1",
        strata=strata,
        faults=tuple(faults),
        mammogram=opener(path, stated),
    )


def _marks(path: Path, facts: ImageFacts) -> tuple[Marks | None, list[Fault]]:
    """Read one annotation; none at all means that nothing was found."""
    if not path.exists():
        return Marks(), []
    try:
        marks = read_marks(path, facts.shape)
    except UsageError as problem:
        what = f"{problem.found}: this view is not scored"
        return None, [Fault(code="annotation_unreadable", what=what)]
    return marks, list(marks.faults)


def _regions(marks: Marks, faults: list[Fault]) -> tuple[TrueRegion, ...]:
    """Return clusters with the particles inside, and doubtful outlines."""
    places = true_particles(marks.particles, None).places_px
    regions = []
    for outline in marks.clusters:
        members = tuple(int(one) for one in holds(outline, places).nonzero()[0])
        regions.append(TrueRegion(outline_px=outline, members=members))
    bare = sum(not region.members for region in regions)
    if bare:
        what = f"{bare} clusters hold no marked particle: marks inside count as false particles"
        faults.append(Fault(code="cluster_without_particles", what=what))
    regions += [TrueRegion(outline_px=one, doubtful=True) for one in marks.doubtful]
    return tuple(regions)
