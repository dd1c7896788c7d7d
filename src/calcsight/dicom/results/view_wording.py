"""What results say in words of a view and of an exam; ASCII, no name and no number of a patient."""

from calcsight.dicom.results.cad_library import view_of_source
from calcsight.dicom.results.exam_result import ExamResult, SourceImage, ViewResult
from calcsight.terms.calcification import Calcification
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Laterality, view_name


def counted(view: ViewResult) -> tuple[tuple[int, Calcification], ...]:
    """Return the calcifications that count, each with its position in the reading."""
    listed = view.reading.calcifications if view.reading else ()
    return tuple((n, one) for n, one in enumerate(listed) if one.score >= view.threshold)


def outside_groups(view: ViewResult) -> tuple[tuple[int, Calcification], ...]:
    """Return the calcifications that count and lie in no group, each with its position."""
    groups = view.reading.groups if view.reading else ()
    grouped = {place for group in groups for place in group.members}
    return tuple((place, one) for place, one in counted(view) if place not in grouped)


def side_of(view: ViewResult) -> Laterality:
    """Return the side that the reading, or of a refused image the header, names."""
    if view.reading is not None:
        return view.reading.mammogram.laterality
    return view_of_source(view.source)[0]


def name_of(view: ViewResult) -> str:
    """Name side and view for a reader, as reading or header name them: "L CC"."""
    if view.reading is not None:
        return view_name(view.reading.mammogram.laterality, view.reading.mammogram.view)
    return name_of_image(view.source)


def name_of_image(source: SourceImage) -> str:
    """Name side and view of an image for a reader, as its header names them."""
    return view_name(*view_of_source(source))


def view_sentence(view: ViewResult) -> str:
    """Say in one sentence what was found in a view, or that it was not looked at."""
    name = name_of(view)
    if view.reading is None:
        return f"{name}: the image was refused ({view.refused_code}) and was not looked at."
    found = len(counted(view))
    if not found:
        return f"{name}: calcifications were looked for and none was found."
    groups = "" if view.reading.mammogram.spacing is None else f", {_groups(view)}"
    return f"{name}: {_number(found, 'calcification')} found{groups}."


def limitations_of(exam: ExamResult) -> tuple[tuple[Limitation, tuple[str, ...]], ...]:
    """Return every limitation once, with the names of its views; none = of all that were read.

    That masses were not looked for comes first, also where nothing was read.
    """
    views = exam.read_views
    told = {Limitation.MASSES_NOT_READ: list(views)}
    for view in views:
        for one in view.reading.limitations if view.reading else ():
            if view not in told.setdefault(one, []):
                told[one].append(view)
    return tuple(
        (one, () if len(of) == len(views) else tuple(map(name_of, of))) for one, of in told.items()
    )


def _groups(view: ViewResult) -> str:
    return _number(len(view.reading.groups) if view.reading else 0, "group")


def _number(count: int, noun: str) -> str:
    if count == 0:
        return f"no {noun}"
    return f"{count} {noun}{'' if count == 1 else 's'}"
