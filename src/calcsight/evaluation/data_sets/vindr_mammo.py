"""Adapter of VinDr-Mammo: boxes around suspicious calcifications on four-view screening exams."""

import ast
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from calcsight.evaluation.cases import DataSet, Fault, TrueRegion, TrueView
from calcsight.evaluation.data_sets.images import image_facts, opener, stated_of
from calcsight.evaluation.data_sets.publications import VINDR_MAMMO, present
from calcsight.evaluation.data_sets.reading_files import Table, inside, number, read_table
from calcsight.evaluation.data_sets.shapes import box, outside
from calcsight.terms.errors import UsageError

CALCIFICATION, NO_FINDING = "Suspicious Calcification", "No Finding"
_COLUMNS = (
    "study_id",
    "image_id",
    "laterality",
    "view_position",
    "height",
    "width",
    "breast_birads",
    "breast_density",
    "finding_categories",
    "xmin",
    "ymin",
    "xmax",
    "ymax",
)
_LABEL = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_SET_FAULTS = (
    Fault(
        code="benign_not_marked",
        what="benign calcifications are not marked: marks on them count as false, and a view "
        "without finding is normal only where its breast is category 1",
    ),
    Fault(
        code="regions_only",
        what="boxes around findings; no particle is marked: no particle rule applies",
    ),
    Fault(
        code="shared_box",
        what="a box may hold a mass and calcifications at once: taken as one of calcifications",
    ),
    Fault(
        code="patient_is_study",
        what="patients are not told apart beyond the exam: one exam counts as one patient",
    ),
)
Row = Mapping[str, str]


def open_vindr_mammo(folder: Path) -> DataSet:
    """Read `finding_annotations.csv`, and `metadata.csv` for the vendor when it is there.

    Raises
    ------
    UsageError
        When the table is not there, lacks a column or holds what is no number.
    """
    table = read_table(VINDR_MAMMO.required(folder, "finding_annotations.csv"), _COLUMNS)
    vendors, faults = _vendors(folder)
    by_image: dict[tuple[str, str], list[Row]] = {}
    for row in table.rows:
        by_image.setdefault((row["study_id"], row["image_id"]), []).append(row)
    if not by_image:
        raise VINDR_MAMMO.refusal(f"{table.path} without rows")
    views = tuple(
        _view(folder, table, rows, vendors.get(image, "")) for (_, image), rows in by_image.items()
    )
    if len({view.name for view in views}) < len(views):
        raise UsageError(f"{table.path}: one image_id in two studies", "each in one")
    return DataSet(name="vindr-mammo", views=views, faults=(*_SET_FAULTS, *table.faults, *faults))


def _vendors(folder: Path) -> tuple[dict[str, str], tuple[Fault, ...]]:
    """Return the manufacturer of each image; nothing when metadata.csv is not there."""
    path = present(folder, "metadata.csv")
    if path is None:
        return {}, (Fault(code="no_table", what="no metadata.csv: vendors are unknown"),)
    table = read_table(path, ("sop_instance_uid", "manufacturer"))
    return {row["sop_instance_uid"]: row["manufacturer"] for row in table.rows}, table.faults


def _view(folder: Path, table: Table, rows: Sequence[Row], vendor: str) -> TrueView:
    """Return one view."""
    first, faults = rows[0], list[Fault]()
    image = None
    for suffix in (".dicom", ".dcm", ".png"):
        image = image or inside(folder, f"images/{first['study_id']}/{first['image_id']}{suffix}")
    if image is None:
        faults.append(Fault(code="missing_image", what="no image under images/<study_id>/"))
    facts = image_facts(image)
    height, width = number(table, first, "height"), number(table, first, "width")
    shape = None if height is None or width is None else (int(height), int(width))
    if facts.shape and shape and facts.shape != shape:
        what = f"the file has {facts.shape} pixels, the table says {shape}: boxes as in the table"
        faults.append(Fault(code="image_size", what=what))
    findings = [_findings(row["finding_categories"]) for row in rows]
    regions = [
        region
        for row, found in zip(rows, findings, strict=True)
        if CALCIFICATION in found and (region := _region(table, row, shape, faults)) is not None
    ]
    nothing = all(set(found) == {NO_FINDING} for found in findings)
    category = first["breast_birads"]
    strata = {"density": first["breast_density"], "assessment": category, "vendor": vendor}
    strata |= {"split": first.get("split", ""), "view": first["view_position"]}
    return TrueView(
        name=first["image_id"],
        patient=first["study_id"],
        spacing_mm=facts.spacing_mm,
        particles=None,
        regions=tuple(regions),
        normal=nothing and category.upper().replace(" ", "").replace("-", "") in ("BIRADS1", "1"),
        strata={name: said for name, said in strata.items() if said},
        faults=tuple(faults),
        mammogram=opener(image, stated_of(first["laterality"], first["view_position"])),
    )


def _findings(said: str) -> tuple[str, ...]:
    """Read a list of words as Python or JSON writes it: "['Mass', 'Skin Retraction']"."""
    try:
        found = ast.literal_eval(said) if len(said) < 1000 else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        found = None
    if isinstance(found, list | tuple):
        return tuple(str(one) for one in found)
    return tuple(one or other for one, other in _LABEL.findall(said[:1000])) or (said,)


def _region(
    table: Table, row: Row, shape: tuple[int, int] | None, faults: list[Fault]
) -> TrueRegion | None:
    """Return one box; None when it has no corners, no area or lies beside the image."""
    left, top, right, bottom = (number(table, row, n) for n in ("xmin", "ymin", "xmax", "ymax"))
    if left is None or top is None or right is None or bottom is None:
        faults.append(Fault(code="no_box", what="calcifications without a box: not scored here"))
        return None
    if right < left or bottom < top:
        what = "a box whose corners are exchanged: put in order"
        faults.append(Fault(code="exchanged_corners", what=what))
        left, right, top, bottom = (*sorted((left, right)), *sorted((top, bottom)))
    if right == left or bottom == top:
        faults.append(Fault(code="no_area", what="a box without an area was left out"))
        return None
    outline = box(top, left, bottom, right)
    leaves = outside(outline, shape)
    if leaves:
        what = f"a box lies {leaves} beside the image" + (": left out" * (leaves == "wholly"))
        faults.append(Fault(code="outside_image", what=what))
    return None if leaves == "wholly" else TrueRegion(outline_px=outline)
