"""Findings of a report as marks: TIDs 4004-4010 of DICOM PS3.16, read as any maker writes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pydicom.sr.coding import Code

from calcsight.dicom.reports_in import report_codes as concepts
from calcsight.dicom.reports_in.content_tree import ContentItem, ContentTree, Path
from calcsight.dicom.reports_in.places import place_of
from calcsight.terms.cad_report import ReportDoubt
from calcsight.terms.report_mark import (
    Algorithm,
    CompositeFeature,
    MarkKind,
    Rendering,
    ReportCode,
    ReportMark,
    ReportNumber,
    ReportProperty,
)

_CERTAINTIES = (concepts.CERTAINTY, concepts.CERTAINTY_OF_COMPOSITE)
_TAKEN_NUMBERS = (*_CERTAINTIES, concepts.PROBABILITY, concepts.COUNT)
_TAKEN_CODES = (concepts.RENDERING_INTENT, concepts.TYPE, concepts.DISTRIBUTION)
_MOST_COUNTED = 1_000_000
_UNNAMED = ReportCode(value="", scheme="", words="finding without a name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the items below a finding, or a composite feature, say of it."""

    certainty_percent: float | None
    probability_percent: float | None
    count: int | None
    numbers: tuple[ReportNumber, ...]
    types: tuple[Code, ...]
    distributions: tuple[Code, ...]
    changes: tuple[ReportCode, ...]
    properties: tuple[ReportProperty, ...]
    rendering: Rendering | None
    tracking_uid: str | None
    algorithms: tuple[Algorithm, ...]


def is_finding(item: ContentItem) -> bool:
    """Tell whether an item is a finding on one image."""
    if item.value_type == "CODE":
        return item.code is not None and item.named(concepts.FINDING)
    return item.value_type == "CONTAINER" and item.named(concepts.MEASUREMENT_GROUP)


def is_composite(item: ContentItem) -> bool:
    """Tell whether an item takes findings together."""
    return item.value_type == "CODE" and item.code is not None and item.named(concepts.COMPOSITE)


def marks_and_composites(
    tree: ContentTree,
) -> tuple[tuple[ReportMark, ...], tuple[CompositeFeature, ...], dict[Path, int]]:
    """Return every finding of a report as a mark, particles within their groups.

    The numbers of the marks are returned by the paths of their findings, too.

    Parameters
    ----------
    tree : ContentTree
        Its doubts grow.
    """
    findings = [one for one in tree.everything() if is_finding(one)]
    kinds = {one.path: _kind(tree, one) for one in findings}
    nested: dict[Path, list[ContentItem]] = {}
    claimed: set[Path] = set()
    for one in findings:
        if kinds[one.path] is MarkKind.GROUP:
            below = [
                particle
                for particle in _findings_below(tree, one)
                if kinds[particle.path] is MarkKind.PARTICLE and particle.path not in claimed
            ]
            nested[one.path] = below
            claimed |= {particle.path for particle in below}
    marks: list[ReportMark] = []
    numbers: dict[Path, int] = {}
    for one in findings:
        if one.path in claimed:
            continue
        numbers[one.path] = len(marks) + 1
        particles = tuple(
            _mark(tree, particle, MarkKind.PARTICLE, n)
            for n, particle in enumerate(nested.get(one.path, ()), 1)
        )
        mark = _mark(tree, one, kinds[one.path], len(marks) + 1)
        marks.append(replace(mark, particles=particles))
    composites = [_composite(tree, one, numbers) for one in tree.everything() if is_composite(one)]
    return tuple(marks), tuple(composites), numbers


def algorithms_in(items: Iterable[ContentItem]) -> tuple[Algorithm, ...]:
    """Return the algorithms that items name: each name with the version behind it."""
    found: list[Algorithm] = []
    for item in items:
        if item.named(concepts.ALGORITHM_NAME) and item.words:
            found.append(Algorithm(name=item.words))
        elif item.named(concepts.ALGORITHM_VERSION) and item.words:
            if found and not found[-1].version:
                found[-1] = replace(found[-1], version=item.words)
            else:
                found.append(Algorithm(name="", version=item.words))
    return tuple(dict.fromkeys(found))


def said_in(tree: ContentTree, items: Sequence[ContentItem]) -> Said:
    """Gather what items say of the finding above them."""
    coded = [one for one in items if one.value_type == "CODE" and one.code is not None and one.name]
    rest = [
        one
        for one in coded
        if not one.named(*_TAKEN_CODES) and not is_finding(one) and not is_composite(one)
    ]
    codes = {name: _codes(coded, name) for name in _TAKEN_CODES}
    renderings = [concepts.rendering_of(one) for one in codes[concepts.RENDERING_INTENT]]
    tracked = [one.uid for one in items if one.named(concepts.TRACKING_UID) and one.uid]
    return Said(
        certainty_percent=_percent(tree, _first_number(items, *_CERTAINTIES)),
        probability_percent=_percent(tree, _first_number(items, concepts.PROBABILITY)),
        count=_count(tree, _first_number(items, concepts.COUNT)),
        numbers=_measured(items),
        types=codes[concepts.TYPE],
        distributions=codes[concepts.DISTRIBUTION],
        changes=tuple(
            concepts.words_of(one.code) for one in rest if one.code and concepts.is_change(one.code)
        ),
        properties=tuple(
            ReportProperty(name=concepts.words_of(one.name), value=concepts.words_of(one.code))
            for one in rest
            if one.name and one.code and not concepts.is_change(one.code)
        ),
        rendering=renderings[0] if renderings else None,
        tracking_uid=tracked[0] if tracked else None,
        algorithms=algorithms_in(items),
    )


def _kind(tree: ContentTree, finding: ContentItem) -> MarkKind:
    """Tell groups and particles from all else."""
    what = _what(tree, finding)
    return concepts.kind_of_finding(what) if what else MarkKind.OTHER


def _what(tree: ContentTree, finding: ContentItem) -> Code | None:
    """Return the code of a finding; that of a measurement group is an item of it."""
    if finding.value_type == "CODE":
        return finding.code
    return next(
        (
            one.code
            for one in tree.below(finding)
            if one.value_type == "CODE" and one.named(concepts.FINDING_OF_MEASUREMENT)
        ),
        None,
    )


def _findings_below(tree: ContentTree, finding: ContentItem) -> list[ContentItem]:
    """Return the findings that one was inferred from, nested or referred to, each once."""
    found: dict[Path, ContentItem] = {}
    for child in tree.below(finding):
        if is_finding(child):
            found[child.path] = child
    return list(found.values())


def _mark(tree: ContentTree, finding: ContentItem, kind: MarkKind, number: int) -> ReportMark:
    """Make a mark of a finding."""
    items = tuple(tree.below(finding))
    said, place = said_in(tree, items), place_of(tree, items)
    what = _what(tree, finding)
    return ReportMark(
        kind=kind,
        what=concepts.words_of(what) if what else _UNNAMED,
        number=number,
        image_uid=place.image_uid,
        frame=place.frame,
        row=place.row,
        column=place.column,
        place_from=place.place_from,
        outline=place.outline,
        points=place.points,
        count=said.count,
        certainty_percent=said.certainty_percent,
        probability_percent=said.probability_percent,
        types=tuple(map(concepts.words_of, said.types)),
        distributions=tuple(map(concepts.words_of, said.distributions)),
        morphology=next(filter(None, map(concepts.morphology_of, said.types)), None),
        distribution=next(filter(None, map(concepts.distribution_of, said.distributions)), None),
        changes=said.changes,
        properties=tuple(
            one for one in said.properties if what is None or one.value.value != what.value
        ),
        numbers=said.numbers,
        algorithms=said.algorithms,
        tracking_uid=said.tracking_uid,
        rendering=said.rendering,
    )


def _composite(tree: ContentTree, item: ContentItem, numbers: dict[Path, int]) -> CompositeFeature:
    """Make a composite feature; findings below composites nested in it count as its own."""
    parts: dict[int, None] = {}
    seen = {item.path}
    waiting = list(tree.below(item))
    while waiting:
        child = waiting.pop(0)
        if child.path in numbers:
            parts[numbers[child.path]] = None
        elif is_composite(child) and child.path not in seen:
            seen.add(child.path)
            waiting += tree.below(child)
        elif is_composite(child):
            tree.doubts.add(ReportDoubt.LEADS_IN_A_CIRCLE)
    said = said_in(tree, tuple(tree.below(item)))
    return CompositeFeature(
        what=concepts.words_of(item.code) if item.code else _UNNAMED,
        marks=tuple(parts),
        properties=said.properties,
        changes=said.changes,
        numbers=said.numbers,
        certainty_percent=said.certainty_percent,
        probability_percent=said.probability_percent,
        tracking_uid=said.tracking_uid,
        rendering=said.rendering,
    )


def _first_number(items: Sequence[ContentItem], *names: Code) -> ContentItem | None:
    """Return the first number of these names."""
    return next((one for one in items if one.value_type == "NUM" and one.named(*names)), None)


def _codes(coded: Sequence[ContentItem], name: Code) -> tuple[Code, ...]:
    """Return every value of one concept."""
    return tuple(one.code for one in coded if one.code is not None and one.named(name))


def _measured(items: Sequence[ContentItem]) -> tuple[ReportNumber, ...]:
    """Return the numbers that have no field of their own."""
    return tuple(
        ReportNumber(
            name=concepts.words_of(one.name),
            value=one.number,
            unit=one.unit.value if one.unit else "",
        )
        for one in items
        if one.value_type == "NUM"
        and one.name is not None
        and one.number is not None
        and not one.named(*_TAKEN_NUMBERS)
    )


def _percent(tree: ContentTree, item: ContentItem | None) -> float | None:
    """Return a number of percent; one whose unit is 1 is a share."""
    if item is None or item.number is None:
        return None
    share = item.unit is not None and item.unit.value == "1"
    value = item.number * 100.0 if share and item.number <= 1.0 else item.number
    if 0.0 <= value <= 100.0:
        return value
    tree.doubts.add(ReportDoubt.VALUES_LEFT_OUT)
    return None


def _count(tree: ContentTree, item: ContentItem | None) -> int | None:
    """Return a whole number of calcifications."""
    if item is None or item.number is None:
        return None
    if 0 <= item.number <= _MOST_COUNTED and item.number == int(item.number):
        return int(item.number)
    tree.doubts.add(ReportDoubt.VALUES_LEFT_OUT)
    return None
