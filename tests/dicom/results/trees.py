"""Reading the content trees of reports in tests."""

from collections.abc import Iterator

from pydicom import Dataset


def children(item: Dataset) -> list[Dataset]:
    """Return the items right below one."""
    return list(item.get("ContentSequence", []))


def every(item: Dataset) -> Iterator[Dataset]:
    """Yield all items below one, depth first."""
    for child in children(item):
        yield child
        yield from every(child)


def name_of(item: Dataset) -> str:
    """Return the code value of an item's concept name, "" without one."""
    named = item.get("ConceptNameCodeSequence")
    return str(named[0].CodeValue) if named else ""


def named(item: Dataset, name: str, value_type: str = "") -> list[Dataset]:
    """Return all items below one with a concept name, wherever they are; "" = of any type."""
    return [
        one
        for one in every(item)
        if name_of(one) == name and value_type in ("", str(one.ValueType))
    ]


def below(item: Dataset, name: str) -> list[Dataset]:
    """Return the items right below one with a concept name."""
    return [one for one in children(item) if name_of(one) == name]


def value_of(item: Dataset) -> str:
    """Return the code value of a CODE item."""
    return str(item.ConceptCodeSequence[0].CodeValue)


def number_of(item: Dataset) -> float:
    """Return the value of a NUM item."""
    return float(item.MeasuredValueSequence[0].NumericValue)


def unit_of(item: Dataset) -> str:
    """Return the unit of a NUM item."""
    return str(item.MeasuredValueSequence[0].MeasurementUnitsCodeSequence[0].CodeValue)


def at(root: Dataset, place: list[int]) -> Dataset:
    """Return the item that a reference names, the root first."""
    item = root
    for number in place[1:]:
        item = children(item)[number - 1]
    return item


def image_of(root: Dataset, spatial: Dataset) -> str:
    """Return the SOP Instance UID of the image that coordinates are selected from."""
    [reference] = children(spatial)
    entry = at(root, list(reference.ReferencedContentItemIdentifier))
    return str(entry.ReferencedSOPSequence[0].ReferencedSOPInstanceUID)


def points_of(spatial: Dataset) -> list[tuple[float, float]]:
    """Return (row, column) of pixel centres, 0-based, from coordinates of PS3.3 C.18.6."""
    data = [float(one) for one in spatial.GraphicData]
    return [(data[n + 1] - 0.5, data[n] - 0.5) for n in range(0, len(data), 2)]
