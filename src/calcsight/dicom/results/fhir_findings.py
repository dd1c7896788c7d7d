"""What the software found, as Observations (FHIR R4B): of every view, and of every group.

A view that was read has the number of calcifications found on it, 0 = looked for and none found;
one that was refused has none, with the reason. Nothing here is an assessment.
"""

from collections.abc import Iterator

from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from calcsight.dicom.finding_codes import (
    BREASTS,
    CALCIFICATION_GROUP,
    DISTRIBUTIONS,
    TYPES,
)
from calcsight.dicom.results.exam_result import ViewResult
from calcsight.dicom.results.fhir_elements import (
    Element,
    concept,
    hl7_concept,
    quantity,
)
from calcsight.dicom.results.fhir_exam import FhirExam
from calcsight.dicom.results.lesions import Lesion, SeenGroup
from calcsight.dicom.results.measured_groups import change_codes, distribution_of, shape_of
from calcsight.dicom.results.result_wording import lesion_sentences
from calcsight.dicom.results.view_wording import counted, name_of, side_of, view_sentence
from calcsight.terms.guidance import Guidance, Weighing
from calcsight.terms.suspicion import Suspicion

IMAGING = hl7_concept("observation-category", "imaging", "Imaging")
_COUNT: Code = codes.DCM.NumberOfCalcifications
_EXTENT = Code("103339001", "SCT", "Long Axis")
_ONE_COUNT = ("calcifications", "{calcifications}")


def observations(bundled: FhirExam) -> Iterator[Element]:
    """Yield what the software found: views in order, then lesions, matched ones first."""
    for view in bundled.exam.views:
        yield _of_view(bundled, view)
    for lesion in bundled.lesions:
        if lesion.match is not None:
            yield _of_pair(bundled, lesion)
        for seen in lesion.seen:
            yield _of_group(bundled, lesion, seen)


def group_reference(bundled: FhirExam, seen: SeenGroup) -> Element:
    """Return the reference to the Observation of a group."""
    return bundled.reference("group", seen.view.source.sop_uid, str(seen.group.number))


def _observation(bundled: FhirExam, view: ViewResult | None, *what: str) -> Element:
    """Return what every Observation of the software has."""
    side = BREASTS.get(side_of(view)) if view else None
    return {
        **bundled.resource("Observation", *what),
        **bundled.common,
        "status": "preliminary",
        "category": [IMAGING],
        "device": bundled.reference("device"),
        "derivedFrom": [bundled.study],
        **({} if side is None else {"bodySite": concept(side)}),
    }


def _of_view(bundled: FhirExam, view: ViewResult) -> Element:
    """Return how many calcifications were found on a view, or that it could not be read."""
    made = _observation(bundled, view, "view", view.source.sop_uid)
    made["code"] = concept(_COUNT, f"Number of calcifications found by software, {name_of(view)}")
    notes = [f"Image {view.source.sop_uid}.", view_sentence(view)]
    if view.reading is None:
        made["dataAbsentReason"] = hl7_concept(
            "data-absent-reason", "not-performed", "Not Performed"
        )
    else:
        made["valueQuantity"] = quantity(len(counted(view)), *_ONE_COUNT)
        notes += [one.text for one in view.reading.limitations]
    members = [
        group_reference(bundled, seen)
        for lesion in bundled.lesions
        for seen in lesion.seen
        if seen.view is view
    ]
    if members:
        made["hasMember"] = members
    made["note"] = [{"text": " ".join(notes)}]
    return made


def _of_group(bundled: FhirExam, lesion: Lesion, seen: SeenGroup) -> Element:
    """Return one group of one view."""
    group = seen.group
    what = ("group", seen.view.source.sop_uid, str(group.number))
    made = _observation(bundled, seen.view, *what)
    made["code"] = concept(CALCIFICATION_GROUP)
    shape, distribution = shape_of(group), distribution_of(group)
    parts = [
        tracking_part(seen.tracking_uid),
        _part(_COUNT, {"valueQuantity": quantity(group.count, *_ONE_COUNT)}),
        _part(_EXTENT, {"valueQuantity": quantity(group.extent_mm, "mm", "mm")}),
    ]
    if distribution is not None:
        lying = {"valueCodeableConcept": concept(DISTRIBUTIONS[distribution])}
        parts.append(_part(codes.DCM.CalcificationDistribution, lying))
    if shape is not None:
        shown = {"valueCodeableConcept": concept(TYPES[shape])}
        parts.append(_part(codes.DCM.CalcificationType, shown))
    parts += [
        _part(
            codes.SCT.FindingOfChangeSincePreviousMammogram, {"valueCodeableConcept": concept(one)}
        )
        for one in change_codes(seen.change)
    ]
    parts.append(
        _part(
            codes.DCM.CertaintyOfFinding,
            {"valueQuantity": quantity(100 * group.score, "%", "%", 1)},
            "Score of the judge that it is a group of calcifications; no probability of cancer",
        )
    )
    if lesion.match is None:
        parts += _shares(lesion.weighing, bundled.exam.guidance)
    made["component"] = parts
    place = f"row {group.row:.1f}, column {group.column:.1f} (0-based pixel centres of the file)"
    said = [f"Image {seen.view.source.sop_uid}, {place}."]
    if lesion.match is None:
        said += lesion_sentences(lesion, suggestion=False)
    made["note"] = [{"text": " ".join(said)}]
    return made


def _of_pair(bundled: FhirExam, lesion: Lesion) -> Element:
    """Return two groups that are probably one lesion in two projections."""
    uids = [one.tracking_uid for one in lesion.seen]
    made = _observation(bundled, lesion.seen[0].view, "lesion", *uids)
    made["code"] = concept(CALCIFICATION_GROUP, "Calcification cluster in two projections")
    made["hasMember"] = [group_reference(bundled, one) for one in lesion.seen]
    parts = [tracking_part(one) for one in dict.fromkeys(uids)]
    parts += _shares(lesion.weighing, bundled.exam.guidance)
    if lesion.match is not None:
        shape = lesion.match.morphology.label
        if shape is not None:
            shown = {"valueCodeableConcept": concept(TYPES[shape])}
            parts.append(_part(codes.DCM.CalcificationType, shown))
    made["component"] = parts
    said = lesion_sentences(lesion, suggestion=False)
    made["note"] = [{"text": " ".join(said)}]
    return made


def _shares(weighing: Weighing | None, guidance: Guidance | None) -> Iterator[Element]:
    """Yield the share of cancers of a published population, named, and its span."""
    suspicion = weighing.suspicion if weighing else None
    if suspicion is None or suspicion.probability is None:
        return
    named = _population(suspicion, guidance)
    share = quantity(100 * suspicion.probability, "%", "%", 1)
    yield _part(codes.DCM.ProbabilityOfCancer, {"valueQuantity": share}, named)
    if suspicion.low is not None and suspicion.high is not None:
        ends = (suspicion.low, suspicion.high)
        low, high = (quantity(100 * one, "%", "%", 1) for one in ends)
        span = {"valueRange": {"low": low, "high": high}}
        yield _part(None, span, f"Interval or span of published values. {named}")


def _population(suspicion: Suspicion, guidance: Guidance | None) -> str:
    """Say whose share it is."""
    title = guidance.population.title if guidance else suspicion.population
    of = suspicion.evidence[0].cell.denominator if suspicion.evidence else "groups"
    return (
        f"Share of cancers among {of} that look like this, in one published population "
        f"({suspicion.population}: {title}); not an assessment of this woman"
    )


def _part(code: Code | None, value: Element, text: str = "") -> Element:
    return {"code": concept(code, text), **value}


def tracking_part(uid: str) -> Element:
    """Return the name of the finding, the same at every date; it is no name of the Observation."""
    return _part(codes.DCM.TrackingUniqueIdentifier, {"valueString": uid})
