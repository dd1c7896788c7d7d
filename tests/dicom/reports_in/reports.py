"""Reports as other makers write them, built by hand: old codes, other trees, other graphics."""

from pathlib import Path
from typing import Any

import numpy as np
from pydicom import Dataset
from pydicom.sr._snomed_dict import mapping as OLD_VALUES  # noqa: N812 - a constant table
from pydicom.sr.coding import Code

from calcsight.dicom.mg_header import hashed_uid
from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.results import content
from calcsight.dicom.results.content import Relation

CAD_SR = "1.2.840.10008.5.1.4.1.1.88.50"
MG = "1.2.840.10008.5.1.4.1.1.1.2"
SENTINEL = "Quxsentinel^Zarah"
SENTINEL_ID = "QX-7781234"
RIGHT_CC, RIGHT_MLO = hashed_uid("right cc"), hashed_uid("right mlo")
TRACKED = hashed_uid("tracked")

CORNERS = ((100.0, 59.0), (100.0, 73.0), (110.0, 73.0), (110.0, 59.0))
Points = list[tuple[float, float]]


def dcm(value: str, meaning: str = "as printed") -> Code:
    return Code(value, "DCM", meaning)


CLUSTER = Code("129769006", "SCT", "Calcification Cluster")
PARTICLE = Code("129770007", "SCT", "Individual Calcification")
OLD_CLUSTER = Code("F-01775", "SRT", "Calcification Cluster")
OLD_PARTICLE = Code("F-01776", "99SDM", "Individual Calcification")
OLD_DENSITY = Code("F-01796", "SNM3", "Mammography breast density")
MASS = Code("129788004", "SCT", "Mammographic breast mass")
PERCENT = Code("%", "UCUM", "Percent")
ONE = Code("1", "UCUM", "no units")
MILLIMETRE = Code("mm", "UCUM", "mm")


def old(value: str, meaning: str) -> Code:
    """Return a concept of SNOMED CT as files of before 2016 have it."""
    return Code(next(one for one, new in OLD_VALUES["SRT"].items() if new == value), "SRT", meaning)


def root(*children: Dataset, name: Code | None = None, template: str = "4000") -> Dataset:
    """Return a whole report."""
    made = content.container(name or dcm("111036"), None, template)
    content.with_items(made, children)
    made.SOPClassUID = CAD_SR
    made.SOPInstanceUID = hashed_uid("report")
    made.StudyInstanceUID = hashed_uid("study")
    made.SeriesInstanceUID = hashed_uid("series")
    made.Modality = "SR"
    made.PatientName, made.PatientID = SENTINEL, SENTINEL_ID
    made.PatientBirthDate, made.AccessionNumber = "19501231", "ACC-55512"
    made.Manufacturer, made.ManufacturerModelName = "Other Maker", "Looker 3000"
    made.SoftwareVersions = "8.3.1"
    return made


def library(*images: Dataset) -> Dataset:
    return content.with_items(content.container(dcm("111028"), Relation.CONTAINS), images)


def image(uid: str, side: Code | None = None, view: Code | None = None) -> Dataset:
    made = content.image(MG, uid, Relation.CONTAINS)
    acquired = Relation.HAS_ACQ_CONTEXT
    return content.with_items(
        made,
        [
            content.code(dcm("111027"), side, acquired) if side else None,
            content.code(dcm("111031"), view, acquired) if view else None,
        ],
    )


def spot(kind: str, points: Points, on: Dataset, name: Code | None) -> Dataset:
    """Return coordinates on an image; points are row, column of pixel centres."""
    made = content.spatial(name, kind, np.array(points), Relation.HAS_PROPERTIES)
    return content.with_items(made, [on])


def by_value(uid: str) -> Dataset:
    return content.image(MG, uid, Relation.SELECTED_FROM)


def by_path(*path: int) -> Dataset:
    return content.by_reference(path, Relation.SELECTED_FROM)


def finding(
    what: Code, *below: Dataset, relation: Relation = Relation.CONTAINS, name: Code | None = None
) -> Dataset:
    made = content.code(name or dcm("111059"), what, relation)
    return content.with_items(made, below)


def algorithm(name: str, version: str) -> list[Dataset]:
    kept = Relation.HAS_PROPERTIES
    return [content.text(dcm("111001"), name, kept), content.text(dcm("111003"), version, kept)]


def number(name: Code, value: float, unit: Code) -> Dataset:
    return content.number(name, value, unit, Relation.HAS_PROPERTIES)


def coded(name: str, value: Code, relation: Relation = Relation.HAS_PROPERTIES) -> Dataset:
    return content.code(dcm(name), value, relation)


def shown(value: str = "111150") -> Dataset:
    return coded("111056", dcm(value), Relation.HAS_CONCEPT_MOD)


def centre(row: float, column: float, on: Dataset) -> Dataset:
    return spot("POINT", [(row, column)], on, dcm("111010"))


def outline(points: Points, on: Dataset, kind: str = "POLYLINE") -> Dataset:
    return spot(kind, points, on, dcm("111041"))


def impression(*below: Dataset) -> Dataset:
    made = content.container(dcm("111034"), Relation.INFERRED_FROM)
    return content.with_items(made, below)


def summary(value: str, *below: Dataset) -> Dataset:
    return content.with_items(coded("111017", dcm(value), Relation.CONTAINS), below)


def done(value: str, *tasks: Dataset, failed: bool = False) -> Dataset:
    """Return a summary of detections with what was performed."""
    box = content.container(dcm("111025" if failed else "111063"), Relation.INFERRED_FROM)
    content.with_items(box, tasks)
    return content.with_items(coded("111064", dcm(value), Relation.CONTAINS), [box])


def task(what: Code) -> Dataset:
    made = coded("111022", what, Relation.CONTAINS)
    return content.with_items(made, algorithm("Seeker", "4.2"))


def closed(*points: tuple[float, float]) -> Points:
    return [*points, points[0]]


def with_old_codes() -> Dataset:
    """A cluster and a density in two views, taken together; codes of before 2016."""
    old_right = Code("T-04020", "SRT", "Right breast")
    images = (
        image(RIGHT_CC, old_right, Code("R-10242", "SNM3", "cranio-caudal")),
        image(RIGHT_MLO, old_right, Code("R-10226", "SRT", "medio-lateral oblique")),
    )
    particles = [
        finding(
            OLD_PARTICLE,
            *algorithm("Micro", "8.0"),
            centre(row, column, by_path(1, 2, 1)),
            relation=Relation.INFERRED_FROM,
        )
        for row, column in ((101.25, 60.5), (108.0, 66.0), (104.5, 71.75))
    ]
    cluster = finding(
        OLD_CLUSTER,
        shown(),
        *algorithm("Micro", "8.0"),
        number(dcm("111012"), 87.0, PERCENT),
        centre(104.0, 66.0, by_path(1, 2, 1)),
        outline(
            closed((100.0, 59.0), (100.0, 73.0), (110.0, 73.0), (110.0, 59.0)), by_path(1, 2, 1)
        ),
        number(dcm("111038"), 3.0, ONE),
        coded("111009", old("129755006", "Punctate calcification")),
        coded("111008", old("129766004", "Grouped")),
        *particles,
        relation=Relation.INFERRED_FROM,
    )
    density = finding(
        OLD_DENSITY,
        shown("111151"),
        number(dcm("111012"), 41.0, PERCENT),
        centre(300.0, 140.0, by_path(1, 2, 2)),
        relation=Relation.INFERRED_FROM,
    )
    together = content.with_items(
        coded("111015", OLD_CLUSTER, Relation.CONTAINS),
        [
            shown(),
            coded("111016", dcm("111154")),
            coded("111057", dcm("111158")),
            number(dcm("111012"), 90.0, PERCENT),
            cluster,
            density,
        ],
    )
    return root(
        coded("121049", Code("en", "RFC3066", "English"), Relation.HAS_CONCEPT_MOD),
        library(*images),
        summary("111242", impression(shown(), together)),
        done("111222", task(OLD_CLUSTER), task(OLD_DENSITY)),
    )


def with_centres_alone(on: str = RIGHT_CC) -> Dataset:
    """Clusters as a centre and an outline, images by value, no counts; masses beside them."""
    cluster = finding(
        CLUSTER,
        shown("111151"),
        *algorithm("Calc", "2"),
        centre(50.5, 40.25, by_value(on)),
        outline(closed((40.0, 30.0), (40.0, 50.0), (61.0, 50.0)), by_value(on)),
    )
    mass = finding(
        MASS,
        shown(),
        number(dcm("111047"), 12.0, PERCENT),
        coded("111037", Code("129742005", "SCT", "Spiculated margin")),
        centre(200.0, 90.0, by_value(on)),
        number(Code("410668003", "SCT", "Length"), 14.5, MILLIMETRE),
    )
    hidden = finding(CLUSTER, shown("111152"), centre(20.0, 20.0, by_value(on)))
    return root(
        library(image(on)),
        summary("111244", impression(shown(), cluster, mass, hidden)),
        done("111223", task(CLUSTER), failed=False),
    )


def with_rings() -> Dataset:
    """Findings drawn as a circle, an ellipse and a cloud of points, and no centre at all."""
    on = by_value(RIGHT_CC)
    return root(
        library(image(RIGHT_CC)),
        summary(
            "111242",
            impression(
                finding(CLUSTER, outline([(100.0, 80.0), (100.0, 95.0)], on, "CIRCLE")),
                finding(
                    MASS,
                    outline(
                        [(200.0, 60.0), (200.0, 100.0), (190.0, 80.0), (210.0, 80.0)], on, "ELLIPSE"
                    ),
                ),
                finding(CLUSTER, spot("MULTIPOINT", [(10.0, 10.0), (14.0, 18.0)], on, None)),
            ),
        ),
    )


def without_findings() -> Dataset:
    return root(
        library(image(RIGHT_CC), image(RIGHT_MLO)),
        summary("111241"),
        done("111222", task(CLUSTER), task(PARTICLE)),
    )


MAKERS = {
    "old codes": with_old_codes,
    "centres alone": with_centres_alone,
    "rings": with_rings,
    "without findings": without_findings,
}


def written(folder: Path, report: Dataset, name: str = "report.dcm", **_: Any) -> Path:
    path = folder / name
    path.write_bytes(file_bytes(report))
    return path
