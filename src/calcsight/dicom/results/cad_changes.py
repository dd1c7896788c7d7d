"""Findings that belong together: one lesion at two dates, or in two projections (TID 4004, 4005).

Each composite feature joins exactly two items: a group with the same group on the prior mammogram
(related temporally), and two groups of two projections, each with its own past (spatially).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from calcsight.dicom.finding_codes import CALCIFICATION_GROUP
from calcsight.dicom.results import cad_codes as cad
from calcsight.dicom.results.cad_findings import (
    FindingWriter,
    Shown,
    algorithm,
    measured,
    percent,
    tracking,
)
from calcsight.dicom.results.content import References, Relation, code, with_items
from calcsight.dicom.results.exam_result import ChangedView
from calcsight.dicom.results.lesions import Lesion, SeenGroup
from calcsight.terms.comparison import GroupChange, Measure, MeasuredChange
from calcsight.terms.group import Group
from calcsight.terms.guidance import Change

_HAS = Relation.HAS_PROPERTIES
_DIFFERENCES = (
    (Measure.COUNT, cad.DIFFERENCE_IN_NUMBER, cad.NO_UNIT, cad.NUMBER_OF_CALCIFICATIONS),
    (Measure.EXTENT_MM, cad.DIFFERENCE_IN_SIZE, cad.MILLIMETRE, cad.DIAMETER),
)
_ROUNDED = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionWriter:
    """Writes lesions.

    Parameters
    ----------
    findings : FindingWriter
    references : References
    """

    findings: FindingWriter
    references: References

    def lesion(self, lesion: Lesion) -> Dataset:
        """Return a lesion as its individual impression contains it."""
        if lesion.match is None:
            return self._seen(lesion.seen[0], Relation.CONTAINS)
        joined = self._composite(
            lesion.seen[0].tracking_uid, cad.RELATED_SPATIALLY, Relation.CONTAINS
        )
        with_items(joined, [percent(cad.CERTAINTY_OF_FEATURE, lesion.match.probability)])
        return with_items(joined, (self._seen(one, Relation.INFERRED_FROM) for one in lesion.seen))

    def _seen(self, one: SeenGroup, relation: Relation) -> Dataset:
        """Return a group, joined with the same one on the prior where that shows it."""
        earlier = _earlier(one.compared, one.change)
        shown = Shown(
            sop_uid=one.view.source.sop_uid,
            calcifications=one.reading.calcifications,
            threshold=one.view.threshold,
        )
        if one.compared is None or one.change is None or earlier is None:
            return self.findings.group(one.group, shown, relation, one.tracking_uid)
        joined = self._composite(one.tracking_uid, cad.RELATED_TEMPORALLY, relation)
        with_items(joined, [percent(cad.CERTAINTY_OF_FEATURE, one.change.probability)])
        prior = one.compared.comparison.prior
        before = Shown(
            sop_uid=one.compared.prior_source.sop_uid,
            calcifications=prior.calcifications,
            threshold=prior.provenance.threshold,
            is_prior=True,
        )
        below = Relation.INFERRED_FROM
        both = [
            self.findings.group(one.group, shown, below, one.tracking_uid),
            self.findings.group(earlier, before, below, one.tracking_uid),
        ]
        with_items(joined, self._differences(one.change, both))
        return with_items(joined, both)

    def _composite(self, tracking_uid: str, kind: Code, relation: Relation) -> Dataset:
        """Return a composite feature, its parts to come."""
        item = code(cad.COMPOSITE_FEATURE, CALCIFICATION_GROUP, relation)
        task = "comparison" if kind == cad.RELATED_TEMPORALLY else "matching of projections"
        return with_items(
            item,
            [
                code(cad.RENDERING_INTENT, cad.REQUIRED, Relation.HAS_CONCEPT_MOD),
                *tracking(tracking_uid),
                code(cad.COMPOSITE_TYPE, kind, _HAS),
                code(cad.SCOPE, cad.ON_SEVERAL_IMAGES, _HAS),
                *algorithm(self.findings.made, task, _HAS),
            ],
        )

    def _differences(self, change: GroupChange, both: list[Dataset]) -> Iterator[Dataset]:
        """Yield the differences in number and size, with what they are inferred from (CID 6037).

        That is the two numbers where they differ by as much. A comparison also counts what only
        one date shows plainly: then it is the two groups.
        """
        values = {one.measure: one.difference for one in change.measures}
        for measure, name, unit, compared in _DIFFERENCES:
            difference = values.get(measure)
            if difference is not None:
                now, then = (_number_below(one, compared) for one in both)
                plain = abs(_value(now) - _value(then) - difference) < _ROUNDED
                sources = [now, then] if plain else both
                yield with_items(
                    measured(name, difference, unit),
                    [self.references.to(one, Relation.INFERRED_FROM) for one in sources],
                )


def _number_below(item: Dataset, name: Code) -> Dataset:
    """Return the number of this name right below an item."""
    numbers: list[Dataset] = [one for one in item.ContentSequence if one.ValueType == "NUM"]
    return next(one for one in numbers if one.ConceptNameCodeSequence[0].CodeValue == name.value)


def _value(item: Dataset) -> float:
    return float(item.MeasuredValueSequence[0].NumericValue)


def change_code(lesion: Lesion) -> Code | None:
    """Return what became of a lesion (CID 6002); None = not known, or views disagree."""
    told = {_code_of(one.change) for one in lesion.seen}
    return told.pop() if len(told) == 1 else None


_WORDS = codes.cid6002
# What a change is called, by number and by size where one of them is beyond repetition.
_ALWAYS = {
    Change.NEW: _WORDS.NewFinding,
    Change.STABLE: _WORDS.NoSignificantChangesInTheFinding,
}
_BEYOND = {
    Change.INCREASED: (_WORDS.IncreaseInNumberOfCalcifications, _WORDS.IncreaseInSize),
    Change.DECREASED: (_WORDS.DecreaseInNumberOfCalcifications, _WORDS.DecreaseInSize),
}


def _code_of(change: GroupChange | None) -> Code | None:
    """Return the code of a change: of number before size, where both are beyond repetition."""
    if change is None or change.change is None:
        return None
    if change.change in _ALWAYS:
        return _ascii(_ALWAYS[change.change])
    sign = 1.0 if change.change is Change.INCREASED else -1.0
    beyond = {one.measure for one in change.measures if one.beyond and _goes(one, sign)}
    words = zip((Measure.COUNT, Measure.EXTENT_MM), _BEYOND.get(change.change, ()), strict=False)
    return next((_ascii(word) for measure, word in words if measure in beyond), None)


def _goes(one: MeasuredChange, sign: float) -> bool:
    return one.difference is not None and sign * one.difference > 0


def _ascii(given: Code) -> Code:
    """Return a code of pydicom's tables without its invisible characters."""
    meaning = given.meaning.encode("ascii", "ignore").decode()
    return Code(given.value, given.scheme_designator, meaning)


def _earlier(compared: ChangedView | None, change: GroupChange | None) -> Group | None:
    """Return the largest group of the prior that went into a change."""
    if compared is None or change is None or not change.prior:
        return None
    groups = [one for one in compared.comparison.prior.groups if one.number in change.prior]
    return max(groups, key=lambda one: (one.count, -one.number), default=None)
