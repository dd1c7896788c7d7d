"""Where the marks of a fetched report or presentation state are, read plainly with pydicom.

Nothing of calcsight is used here: these are the positions as anybody else reads them. DICOM puts
0\\0 at the outer corner of the first pixel and names the column first (PS3.3 C.10.5.1.2, C.18.6.1);
what is returned has whole numbers at pixel centres and names the row first, as an array does.
"""

from collections.abc import Iterator

from pydicom import Dataset

Mark = tuple[str, float, float]


def marked_points(dataset: Dataset) -> list[Mark]:
    """Return (SOP Instance UID of the image, row, column) of every point that is marked.

    Points of a structured report, and centres of the circles of a presentation state.
    """
    if dataset.Modality == "PR":
        return list(_of_state(dataset))
    return list(_of_report(dataset, dataset))


def _of_state(dataset: Dataset) -> Iterator[Mark]:
    for annotation in dataset.GraphicAnnotationSequence:
        [image] = annotation.ReferencedImageSequence
        for graphic in annotation.get("GraphicObjectSequence", []):
            assert graphic.GraphicAnnotationUnits == "PIXEL"
            if graphic.GraphicType == "CIRCLE":
                column, row, *_ = graphic.GraphicData
                yield image.ReferencedSOPInstanceUID, row - 0.5, column - 0.5


def _of_report(root: Dataset, item: Dataset) -> Iterator[Mark]:
    for child in item.get("ContentSequence", []):
        if child.get("ValueType") == "SCOORD" and child.GraphicType == "POINT":
            column, row = child.GraphicData
            [source] = child.ContentSequence
            image = _at(root, source)
            yield image.ReferencedSOPSequence[0].ReferencedSOPInstanceUID, row - 0.5, column - 0.5
        yield from _of_report(root, child)


def _at(root: Dataset, item: Dataset) -> Dataset:
    """Follow a reference within the tree (PS3.3 C.17.3.2.5); an item by value is itself."""
    if "ReferencedContentItemIdentifier" not in item:
        return item
    first, *path = item.ReferencedContentItemIdentifier
    assert first == 1
    found = root
    for number in path:
        found = found.ContentSequence[number - 1]
    return found
