"""The tree of a structured report as plain items, bounded in depth and size.

Source: DICOM PS3.3 C.17.3 (SR document content) and C.18 (its macros). An item may stand in the
tree, or be referred to by its place there (by-reference relationship); both are followed here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.sr.coding import Code

from calcsight.dicom.reports_in.report_codes import ALGORITHM_NAME, ALGORITHM_VERSION, same
from calcsight.dicom.reports_in.values import Values
from calcsight.terms.cad_report import ReportDoubt
from calcsight.terms.errors import NotAReportError

MOST_ITEMS = 30_000
MOST_DEPTH = 32
_FARTHEST_PX = 100_000.0

Path = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContentItem:
    """One content item.

    Parameters
    ----------
    path : tuple of int
        1-based place at each level, the root (1) first, as by-reference relationships count.
    value_type : str
        "CONTAINER", "CODE", "NUM" ...; "" for a reference.
    name, code, unit : Code or None
        Concept name, coded value, unit of a number.
    words : str
        Of a text that names an algorithm or its version; no other text is read.
    number : float or None
    uid : str or None
        Of UIDREF; of IMAGE the SOP Instance UID it refers to.
    sop_class_uid : str
    frame : int or None
    day : datetime.date or None
    graphic_type : str
    graphic_data : array (n, 2)
        As the file has it: column, row, the outer corner of the first pixel at 0, 0.
    reference : tuple of int
        Path of the item meant; empty = this is one itself.
    children : tuple of ContentItem
    """

    path: Path
    value_type: str = ""
    name: Code | None = None
    code: Code | None = None
    unit: Code | None = None
    words: str = field(default="", repr=False)
    number: float | None = None
    uid: str | None = None
    sop_class_uid: str = ""
    frame: int | None = None
    day: date | None = None
    graphic_type: str = ""
    graphic_data: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))
    reference: Path = ()
    children: tuple["ContentItem", ...] = ()

    def named(self, *names: Code) -> bool:
        """Tell whether the item has one of these concept names."""
        return same(self.name, *names)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContentTree:
    """All items of a report.

    Parameters
    ----------
    root : ContentItem
    by_path : dict of tuple to ContentItem
    doubts : set of ReportDoubt
        Grows while references are followed.
    """

    root: ContentItem
    by_path: dict[Path, ContentItem]
    doubts: set[ReportDoubt]

    def below(self, item: ContentItem) -> Iterator[ContentItem]:
        """Yield the children of an item, those referred to in their place."""
        for child in item.children:
            found = self._meant(child) if child.reference else child
            if found is not None:
                yield found

    def everything(self) -> Iterator[ContentItem]:
        """Yield every item that stands in the tree, in its order."""
        yield from self.by_path.values()

    def _meant(self, child: ContentItem) -> ContentItem | None:
        """Follow a reference one step."""
        target = child.reference
        if child.path[: len(target)] == target:
            self.doubts.add(ReportDoubt.LEADS_IN_A_CIRCLE)
            return None
        found = self.by_path.get(target)
        if found is None or found.reference:
            self.doubts.add(ReportDoubt.LEADS_NOWHERE)
            return None
        return found


def tree_from(dataset: Dataset, values: Values) -> ContentTree:
    """Read the content of a report.

    Parameters
    ----------
    dataset : Dataset
        The whole report.
    values : Values
        Takes single values; its doubts become the tree's.

    Raises
    ------
    NotAReportError
        When the tree is deeper or larger than any report of a mammogram.
    """
    by_path: dict[Path, ContentItem] = {}
    root = _TreeReader(values=values, by_path=by_path).read(dataset, (1,))
    return ContentTree(root=root, by_path=dict(sorted(by_path.items())), doubts=values.doubts)


@dataclass(slots=True)
class _TreeReader:
    """Reads items, and counts them."""

    values: Values
    by_path: dict[Path, ContentItem]

    def read(self, dataset: Dataset, path: Path) -> ContentItem:
        """Read an item and all below it."""
        if len(path) > MOST_DEPTH:
            raise _refused(f"a report with items more than {MOST_DEPTH} deep")
        if len(self.by_path) >= MOST_ITEMS:
            raise _refused(f"a report of more than {MOST_ITEMS} items")
        reference = self.values.numbers(dataset, "ReferencedContentItemIdentifier")
        if reference:
            found = ContentItem(path=path, reference=tuple(int(one) for one in reference))
            self.by_path[path] = found
            return found
        # Held while the children are read, so that they are counted with it.
        self.by_path[path] = ContentItem(path=path)
        below = self.values.items(dataset, "ContentSequence")
        children = tuple(self.read(one, (*path, n)) for n, one in enumerate(below, 1))
        found = self._item(dataset, path, children)
        self.by_path[path] = found
        return found

    def _item(self, dataset: Dataset, path: Path, children: tuple[ContentItem, ...]) -> ContentItem:
        """Read one item's own values."""
        values = self.values
        kind = values.word(dataset, "ValueType")
        name = values.code(dataset, "ConceptNameCodeSequence")
        equipment = kind == "TEXT" and same(name, ALGORITHM_NAME, ALGORITHM_VERSION)
        number, unit = self._measured(dataset) if kind == "NUM" else (None, None)
        uid, sop_class_uid, frame = self._referred(dataset) if kind == "IMAGE" else (None, "", None)
        return ContentItem(
            path=path,
            value_type=kind,
            name=name,
            code=values.code(dataset, "ConceptCodeSequence") if kind == "CODE" else None,
            words=values.words(dataset, "TextValue") if equipment else "",
            number=number,
            unit=unit,
            uid=values.uid(dataset, "UID") if kind == "UIDREF" else uid,
            sop_class_uid=sop_class_uid,
            frame=frame,
            day=values.day(dataset, "Date") if kind == "DATE" else None,
            graphic_type=values.word(dataset, "GraphicType") if kind == "SCOORD" else "",
            graphic_data=self._graphic(dataset) if kind == "SCOORD" else np.empty((0, 2)),
            children=children,
        )

    def _measured(self, dataset: Dataset) -> tuple[float | None, Code | None]:
        """Read a number and its unit."""
        for one in self.values.items(dataset, "MeasuredValueSequence"):
            numbers = self.values.numbers(one, "NumericValue")
            unit = self.values.code(one, "MeasurementUnitsCodeSequence")
            return (numbers[0] if numbers else None, unit)
        return (None, None)

    def _referred(self, dataset: Dataset) -> tuple[str | None, str, int | None]:
        """Read which image is meant."""
        for one in self.values.items(dataset, "ReferencedSOPSequence"):
            frames = self.values.numbers(one, "ReferencedFrameNumber")
            return (
                self.values.uid(one, "ReferencedSOPInstanceUID"),
                self.values.uid(one, "ReferencedSOPClassUID") or "",
                int(frames[0]) if frames else None,
            )
        return (None, "", None)

    def _graphic(self, dataset: Dataset) -> NDArray[np.float64]:
        """Read coordinates; none when one of them can be no place on an image."""
        numbers = np.array(self.values.numbers(dataset, "GraphicData"), dtype=np.float64)
        if len(numbers) % 2 or np.any(np.abs(numbers) > _FARTHEST_PX):
            self.values.doubts.add(ReportDoubt.VALUES_LEFT_OUT)
            return np.empty((0, 2))
        return numbers.reshape(-1, 2)


def _refused(found: str) -> NotAReportError:
    return NotAReportError(found, "a report of one exam", "export the report again")
