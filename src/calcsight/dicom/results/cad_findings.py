"""Findings on one image: a calcification, or a group with its calcifications (TID 4006).

Sources: PS3.16, TID 4009 (calcification), 4010 (group), 4021 (geometry), 1400 and 1401 (lengths
and areas), 4019 (algorithm), 4108 (tracking).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.sr.coding import Code

from calcsight.dicom.finding_codes import (
    CALCIFICATION_GROUP,
    DISTRIBUTIONS,
    SINGLE_CALCIFICATION,
    TYPES,
)
from calcsight.dicom.results import cad_codes as cad
from calcsight.dicom.results.cad_library import Library
from calcsight.dicom.results.content import (
    Relation,
    code,
    number,
    spatial,
    text,
    uid_reference,
    with_items,
)
from calcsight.dicom.results.exam_result import MadeBy
from calcsight.dicom.results.header import MANUFACTURER, plain_ascii
from calcsight.dicom.results.measured_groups import distribution_of
from calcsight.pathway.tracking import finding_id
from calcsight.terms.calcification import Calcification
from calcsight.terms.group import Group
from calcsight.terms.guidance import Guidance
from calcsight.terms.morphology import Morphology, Named
from calcsight.terms.suspicion import Suspicion

_HAS = Relation.HAS_PROPERTIES
_DECIMALS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the findings on one image need to know.

    Parameters
    ----------
    sop_uid : str
        Of the image.
    calcifications : sequence of Calcification
        All that the reading lists; members of groups are positions in it.
    threshold : float
        Score from which one counts.
    is_prior : bool
        Of an earlier exam: then nothing is weighed, and nothing has to be presented.
    """

    sop_uid: str
    calcifications: Sequence[Calcification]
    threshold: float
    is_prior: bool = False

    def members(self, group: Group) -> tuple[Calcification, ...]:
        """Return the calcifications of a group that count."""
        mine = (self.calcifications[one] for one in group.members)
        return tuple(one for one in mine if one.score >= self.threshold)


def algorithm(
    made: MadeBy, task: str, relation: Relation, parameters: Sequence[str] = ()
) -> Iterator[Dataset]:
    """Yield name, version and parameters of what did a task (TID 4019)."""
    version = f"{made.software.removeprefix(MANUFACTURER).strip()}, judge {made.judge}"
    yield text(cad.ALGORITHM_NAME, f"{MANUFACTURER} {task}", relation)
    yield text(cad.ALGORITHM_VERSION, plain_ascii(version), relation)
    for one in parameters:
        yield text(cad.ALGORITHM_PARAMETERS, plain_ascii(one), relation)


def tracking(uid: str) -> Iterator[Dataset]:
    """Yield the names of a finding that stay the same at every date (TID 4108)."""
    yield text(cad.TRACKING_ID, finding_id(uid), Relation.HAS_OBS_CONTEXT)
    yield uid_reference(cad.TRACKING_UID, uid, Relation.HAS_OBS_CONTEXT)


def percent(name: Code, share: float) -> Dataset:
    """Return a number of per cent from a share of 0-1."""
    return measured(name, 100.0 * share, cad.PERCENT)


def measured(name: Code, value: float, unit: Code) -> Dataset:
    """Return a property that is a number."""
    return number(name, round(float(value), _DECIMALS), unit, _HAS)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingWriter:
    """Writes the findings of a report.

    Parameters
    ----------
    made : MadeBy
    library : Library
    guidance : Guidance or None
        What findings were weighed with: it names populations in full.
    """

    made: MadeBy
    library: Library
    guidance: Guidance | None = None

    def calcification(
        self, one: Calcification, shown: Shown, relation: Relation, intent: Code
    ) -> Dataset:
        """Return one calcification."""
        item = code(cad.SINGLE_IMAGE_FINDING, SINGLE_CALCIFICATION, relation)
        with_items(item, self._opening(intent))
        with_items(item, [percent(cad.CERTAINTY_OF_FINDING, one.score)])
        with_items(item, self._places(shown.sop_uid, (one.row, one.column), one.outline))
        with_items(item, _type(one.morphology))
        return with_items(item, _sizes(one))

    def group(self, one: Group, shown: Shown, relation: Relation, tracking_uid: str) -> Dataset:
        """Return one group with its calcifications below it."""
        item = code(cad.SINGLE_IMAGE_FINDING, CALCIFICATION_GROUP, relation)
        suspicion = one.weighing.suspicion if one.weighing and not shown.is_prior else None
        members = shown.members(one)
        intent = cad.OPTIONAL if shown.is_prior else cad.REQUIRED
        with_items(item, self._opening(intent, tracking_uid, suspicion))
        with_items(item, [percent(cad.CERTAINTY_OF_FINDING, one.score)])
        if suspicion is not None and suspicion.probability is not None:
            with_items(item, [percent(cad.PROBABILITY_OF_CANCER, suspicion.probability)])
        with_items(item, self._places(shown.sop_uid, (one.row, one.column), one.hull))
        with_items(item, _type(one.description.morphology if one.description else None))
        with_items(item, _distribution(one))
        with_items(
            item,
            [
                measured(cad.NUMBER_OF_CALCIFICATIONS, len(members), cad.NO_UNIT),
                measured(cad.DIAMETER, one.extent_mm, cad.MILLIMETRE),
                measured(cad.MEAN_DISTANCE, one.mean_neighbour_mm, cad.MILLIMETRE),
                measured(cad.SD_DISTANCE, one.sd_neighbour_mm, cad.MILLIMETRE),
            ],
        )
        return with_items(
            item,
            (
                self.calcification(each, shown, Relation.INFERRED_FROM, cad.OPTIONAL)
                for each in members
            ),
        )

    def _opening(
        self, intent: Code, tracking_uid: str = "", suspicion: Suspicion | None = None
    ) -> Iterator[Dataset]:
        """Yield what every finding starts with: intent, tracking, algorithm."""
        yield code(cad.RENDERING_INTENT, intent, Relation.HAS_CONCEPT_MOD)
        if tracking_uid:
            yield from tracking(tracking_uid)
        known = suspicion is not None and suspicion.probability is not None
        told = [self._share(suspicion)] if suspicion and known else []
        yield from algorithm(self.made, "calcification detection", _HAS, told)

    def _places(
        self, sop_uid: str, centre: tuple[float, float], outline: NDArray[np.float64]
    ) -> Iterator[Dataset]:
        """Yield centre and closed outline, each selected from its image (TID 4021)."""
        for name, kind, points in (
            (cad.CENTRE, "POINT", np.array([centre])),
            (cad.OUTLINE, "POLYLINE", np.concatenate([outline, outline[:1]])),
        ):
            item = spatial(name, kind, points, _HAS)
            yield with_items(item, [self.library.reference(sop_uid, Relation.SELECTED_FROM)])

    def _share(self, suspicion: Suspicion) -> str:
        """Say what the probability of cancer is a share of: it is nobody's own risk."""
        told = self.guidance
        titles = {one.id: one.title for one in (told.population, *told.beside)} if told else {}
        population = titles.get(suspicion.population, suspicion.population)
        drawn = suspicion.evidence[0].cell.denominator if suspicion.evidence else ""
        ends = [f"{100 * one:.3g}" for one in (suspicion.low, suspicion.high) if one is not None]
        span = f"; {' to '.join(ends)} %" if len(ends) > 1 else ""
        return (
            f"Probability of cancer: the published share among {drawn or 'groups of this shape'} "
            f"({population}){span}. It is a share of a population, not the risk of one woman, and "
            "no assessment."
        )


def _type(named: Named[Morphology] | None) -> Iterator[Dataset]:
    """Yield the type; nothing when it was not described or cannot be classified."""
    if named is not None and named.label is not None:
        yield code(cad.CALCIFICATION_TYPE, TYPES[named.label], _HAS)


def _distribution(group: Group) -> Iterator[Dataset]:
    """Yield the distribution; nothing when the description cannot tell it."""
    lying = distribution_of(group)
    if lying is not None:
        yield code(cad.CALCIFICATION_DISTRIBUTION, DISTRIBUTIONS[lying], _HAS)


def _sizes(one: Calcification) -> Iterator[Dataset]:
    """Yield sizes in the breast; nothing when the spacing is unknown."""
    for name, value, unit in (
        (cad.DIAMETER, one.diameter_mm, cad.MILLIMETRE),
        (cad.LENGTH, one.length_mm, cad.MILLIMETRE),
        (cad.WIDTH, one.width_mm, cad.MILLIMETRE),
        (cad.AREA, one.area_mm2, cad.SQUARE_MILLIMETRE),
    ):
        if value is not None:
            yield measured(name, value, unit)
