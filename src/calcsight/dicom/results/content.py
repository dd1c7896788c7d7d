r"""Content items of a structured report, one function a value type, for plain pydicom.

highdicom knows no by-reference relationship and no TID 4000, so the reports that need either are
built from these. Source: DICOM PS3.3 C.17.3 (SR document content), C.18 (its macros).

Coordinates: a place (row, column), 0-based with whole numbers at pixel centres, is written
column first with 0\0 at the outer corner of the first pixel, so half a pixel is added to both
(PS3.3 C.18.6, Graphic Data).
"""

from collections.abc import Iterable, Sequence
from datetime import date, time
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom import Sequence as DicomSequence
from pydicom.sr.coding import Code
from pydicom.valuerep import format_number_as_ds


class Relation(StrEnum):
    """How an item belongs to the one above it."""

    CONTAINS = "CONTAINS"
    HAS_PROPERTIES = "HAS PROPERTIES"
    HAS_CONCEPT_MOD = "HAS CONCEPT MOD"
    HAS_OBS_CONTEXT = "HAS OBS CONTEXT"
    HAS_ACQ_CONTEXT = "HAS ACQ CONTEXT"
    INFERRED_FROM = "INFERRED FROM"
    SELECTED_FROM = "SELECTED FROM"


def coded(code: Code) -> DicomSequence:
    """Return a code sequence of one item."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator = code.value, code.scheme_designator
    if code.scheme_version:
        item.CodingSchemeVersion = code.scheme_version
    item.CodeMeaning = code.meaning
    return DicomSequence([item])


def item(value_type: str, name: Code | None, relation: Relation | None) -> Dataset:
    """Return a content item without its value; the root of a tree has no relation."""
    made = Dataset()
    if relation is not None:
        made.RelationshipType = relation.value
    made.ValueType = value_type
    if name is not None:
        made.ConceptNameCodeSequence = coded(name)
    return made


def with_items(parent: Dataset, children: Iterable[Dataset | None]) -> Dataset:
    """Append children to an item, None left out, and return it."""
    new = [one for one in children if one is not None]
    if new:
        parent.ContentSequence = DicomSequence([*parent.get("ContentSequence", []), *new])
    return parent


def container(name: Code, relation: Relation | None, template: str = "") -> Dataset:
    """Return a container, its children to come; the template by its number in DCMR."""
    made = item("CONTAINER", name, relation)
    made.ContinuityOfContent = "SEPARATE"
    if template:
        named = Dataset()
        named.MappingResource, named.TemplateIdentifier = "DCMR", template
        made.ContentTemplateSequence = DicomSequence([named])
    return made


def code(name: Code, value: Code, relation: Relation) -> Dataset:
    """Return a coded value."""
    made = item("CODE", name, relation)
    made.ConceptCodeSequence = coded(value)
    return made


def text(name: Code, value: str, relation: Relation) -> Dataset:
    """Return a text; ASCII alone, since the character set is that of the source."""
    made = item("TEXT", name, relation)
    made.TextValue = value
    return made


def number(name: Code, value: float, unit: Code, relation: Relation) -> Dataset:
    """Return a number with its unit (UCUM)."""
    made = item("NUM", name, relation)
    measured = Dataset()
    measured.NumericValue = format_number_as_ds(float(value)).removesuffix(".0")
    measured.MeasurementUnitsCodeSequence = coded(unit)
    made.MeasuredValueSequence = DicomSequence([measured])
    return made


def uid_reference(name: Code, value: str, relation: Relation) -> Dataset:
    """Return a UID."""
    made = item("UIDREF", name, relation)
    made.UID = value
    return made


def day(name: Code, value: date, relation: Relation) -> Dataset:
    """Return a date."""
    made = item("DATE", name, relation)
    made.Date = value.strftime("%Y%m%d")
    return made


def moment(name: Code, value: time, relation: Relation) -> Dataset:
    """Return a time of day."""
    made = item("TIME", name, relation)
    made.Time = value.strftime("%H%M%S")
    return made


def image(
    sop_class_uid: str, sop_uid: str, relation: Relation, name: Code | None = None
) -> Dataset:
    """Return a reference to an image."""
    made = item("IMAGE", name, relation)
    referred = Dataset()
    referred.ReferencedSOPClassUID = sop_class_uid
    referred.ReferencedSOPInstanceUID = sop_uid
    made.ReferencedSOPSequence = DicomSequence([referred])
    return made


def graphic_data(points: NDArray[np.floating]) -> list[float]:
    """Return points as column, row, column, row ... in the coordinates of SR and GSPS.

    Parameters
    ----------
    points : array (n, 2)
        `row, column`, 0-based pixel centres, the file's own frame.
    """
    moved = np.asarray(points, dtype=np.float64).reshape(-1, 2)[:, ::-1] + 0.5
    return [float(np.float32(one)) for one in moved.ravel()]


def spatial(
    name: Code | None, kind: str, points: NDArray[np.floating], relation: Relation
) -> Dataset:
    """Return coordinates on an image: `kind` is POINT, POLYLINE, CIRCLE or ELLIPSE."""
    made = item("SCOORD", name, relation)
    made.GraphicType = kind
    made.GraphicData = graphic_data(points)
    return made


def by_reference(path: Sequence[int], relation: Relation) -> Dataset:
    """Return a reference to another item of the same tree.

    Parameters
    ----------
    path : sequence of int
        1-based place of the child at each level, the root (1) first (PS3.3 C.17.3.2.5).
    relation : Relation
    """
    made = Dataset()
    made.RelationshipType = relation.value
    made.ReferencedContentItemIdentifier = list(path)
    return made


def person_name(name: Code, value: str, relation: Relation) -> Dataset:
    """Return the name of a person, or what stands for it."""
    made = item("PNAME", name, relation)
    made.PersonName = value
    return made


def date_time(name: Code, value: str, relation: Relation) -> Dataset:
    """Return a time with its day, as precise as it is known: YYYYMMDD, YYYYMMDDHHMMSS&ZZXX."""
    made = item("DATETIME", name, relation)
    made.DateTime = value
    return made


def composite(name: Code, sop_class_uid: str, sop_uid: str, relation: Relation) -> Dataset:
    """Return a reference to an object that is no image, such as another report."""
    made = image(sop_class_uid, sop_uid, relation, name)
    made.ValueType = "COMPOSITE"
    return made


class References:
    """References to items whose place is known only once the whole tree stands."""

    def __init__(self) -> None:
        self._open: list[tuple[Dataset, Dataset]] = []

    def to(self, target: Dataset, relation: Relation) -> Dataset:
        """Return a reference to an item, to be filled in by `resolve`."""
        made = Dataset()
        made.RelationshipType = relation.value
        self._open.append((made, target))
        return made

    def resolve(self, root: Dataset) -> None:
        """Write the place of every target below this root."""
        places: dict[int, list[int]] = {}
        waiting: list[tuple[Dataset, list[int]]] = [(root, [1])]
        while waiting:
            one, place = waiting.pop()
            places[id(one)] = place
            children = one.get("ContentSequence", [])
            waiting += [(child, [*place, n]) for n, child in enumerate(children, start=1)]
        for made, target in self._open:
            made.ReferencedContentItemIdentifier = places[id(target)]
