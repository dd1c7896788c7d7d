"""Groups and single calcifications as planar measurement groups (TID 1410).

Sources: DICOM PS3.16 TID 1410 (planar ROI), TID 1419 (its measurements), CID 6010 and 6012 (type
and distribution of calcifications), CID 6014 (findings). Import this module late: it brings
highdicom.

Members of a group are not listed one by one: a viewer would write their names over the picture.
Their outlines are in the segmentation, their places in the CAD report.
"""

from collections.abc import Iterator

import numpy as np
from highdicom.sr import (
    FindingSite,
    ImageRegion,
    Measurement,
    PlanarROIMeasurementsAndQualitativeEvaluations,
    QualitativeEvaluation,
    SourceImageForRegion,
    TrackingIdentifier,
)
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom import Sequence as DicomSequence
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from calcsight.dicom.finding_codes import (
    BREASTS,
    CALCIFICATION_GROUP,
    DISTRIBUTIONS,
    SINGLE_CALCIFICATION,
    TYPES,
)
from calcsight.dicom.mg_header import hashed_uid
from calcsight.dicom.results.content import graphic_data
from calcsight.dicom.results.exam_result import ExamResult, ViewResult
from calcsight.dicom.results.highdicom_images import STAND_IN_CLASS, name_class
from calcsight.dicom.results.measured_groups import distribution_of
from calcsight.dicom.results.tracking import group_tracking_uids, particle_tracking_uid
from calcsight.dicom.results.view_wording import name_of, outside_groups, side_of
from calcsight.pathway.tracking import finding_id
from calcsight.terms.calcification import Calcification
from calcsight.terms.group import Group
from calcsight.terms.morphology import Morphology, Named

_SCHEME = "99CALCSIGHT"
_DENSITY = Code("CALC_PER_AREA", _SCHEME, "Calcifications per area of group")
_NO_UNITS = Code("1", "UCUM", "no units")
_PIXELS = Code("{pixels}", "UCUM", "Pixels")
_PER_CM2 = Code("/cm2", "UCUM", "per square centimeter")


def measurement_groups(exam: ExamResult) -> Iterator[Dataset]:
    """Yield a measurement group for each group and for each calcification outside groups.

    What two views show of one lesion has one tracking identifier, and in all other results one
    tracking UID. Here the second region gets a UID of its own: viewers join regions of one UID
    and draw the first alone.

    Parameters
    ----------
    exam : ExamResult
    """
    known, told = group_tracking_uids(exam), set[str]()
    for view in exam.read_views:
        for group in view.reading.groups if view.reading else ():
            uid = known[view.source.sop_uid, group.number]
            own = uid if uid not in told else hashed_uid("region", uid, view.source.sop_uid)
            told.add(uid)
            yield _of_group(view, group, TrackingIdentifier(own, finding_id(uid)))
        for place, particle in outside_groups(view):
            yield _of_particle(view, place, particle)


def coding_schemes() -> DicomSequence:
    """Return who is responsible for the codes that no standard has."""
    item = Dataset()
    item.CodingSchemeDesignator = _SCHEME
    item.CodingSchemeName = "Measurements of calcsight"
    item.CodingSchemeResponsibleOrganization = "calcsight"
    return DicomSequence([item])


def _of_group(view: ViewResult, group: Group, tracking: TrackingIdentifier) -> Dataset:
    """Return outline, words and measurements of one group."""
    named = group.description.morphology if group.description else None
    made = PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracking,
        referenced_region=_region(view, "POLYLINE", np.vstack([group.hull, group.hull[:1]])),
        finding_type=CALCIFICATION_GROUP,
        finding_sites=_sites(view),
        measurements=[
            Measurement(codes.DCM.NumberOfCalcifications, group.count, _NO_UNITS),
            Measurement(codes.SCT.LongAxis, _rounded(group.extent_mm), codes.UCUM.Millimeter),
            Measurement(_DENSITY, _rounded(group.density_per_cm2), _PER_CM2),
            Measurement(
                codes.SCT.Diameter,
                _rounded(group.mean_diameter_mm),
                codes.UCUM.Millimeter,
                derivation=codes.SCT.Mean,
            ),
        ],
        qualitative_evaluations=[
            *_type(named),
            *_distribution(group),
        ],
    )
    return _own(made[0], view)


def _of_particle(view: ViewResult, place: int, particle: Calcification) -> Dataset:
    """Return place, shape and diameter of one calcification."""
    size = (
        Measurement(codes.SCT.Diameter, _rounded(particle.diameter_px), _PIXELS)
        if particle.diameter_mm is None
        else Measurement(codes.SCT.Diameter, _rounded(particle.diameter_mm), codes.UCUM.Millimeter)
    )
    made = PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=TrackingIdentifier(
            uid=particle_tracking_uid(view, particle),
            identifier=f"{name_of(view)} calcification {place + 1}",
        ),
        referenced_region=_region(view, "POINT", np.array([[particle.row, particle.column]])),
        finding_type=SINGLE_CALCIFICATION,
        finding_sites=_sites(view),
        measurements=[size],
        qualitative_evaluations=_type(particle.morphology),
    )
    return _own(made[0], view)


def _region(view: ViewResult, kind: str, points: NDArray[np.float64]) -> ImageRegion:
    """Return points `row, column` of the file's own frame as a region of the image."""
    return ImageRegion(
        graphic_type=kind,
        graphic_data=np.array(graphic_data(points)).reshape(-1, 2),
        source_image=SourceImageForRegion(STAND_IN_CLASS, view.source.sop_uid),
    )


def _own(item: Dataset, view: ViewResult) -> Dataset:
    """Let the references of an item name the class of its image."""
    name_class(item, view.source)
    return item


def _sites(view: ViewResult) -> list[FindingSite]:
    side = side_of(view)
    return [FindingSite(BREASTS[side])] if side in BREASTS else [FindingSite(codes.SCT.Breast)]


def _type(named: Named[Morphology] | None) -> list[QualitativeEvaluation]:
    """Return the shape; nothing where it was not described or cannot be classified."""
    if named is None or named.label is None:
        return []
    return [QualitativeEvaluation(codes.DCM.CalcificationType, TYPES[named.label])]


def _distribution(group: Group) -> list[QualitativeEvaluation]:
    """Return the distribution; nothing where the description cannot tell it."""
    lying = distribution_of(group)
    if lying is None:
        return []
    return [QualitativeEvaluation(codes.DCM.CalcificationDistribution, DISTRIBUTIONS[lying])]


def _rounded(value: float) -> float:
    """Return a number to a thousandth, finer than anything is measured."""
    return round(float(value), 3)
