"""What changed since the prior mammograms, as plain data in the form of the published schema."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from calcsight.reports.comparison_entries import (
    Compared,
    ComparedPair,
    UnpairedView,
    counts,
)
from calcsight.reports.comparison_statement import statement_of
from calcsight.reports.comparison_wording import pair_statement
from calcsight.reports.interpreted_document import (
    claims_document,
    guidance_document,
    weighing_document,
)
from calcsight.reports.reading_document import limitation_list, rounded, spacing_document
from calcsight.reports.schemas import COMPARISON_SCHEMA_VERSION
from calcsight.reports.wording import NOT_LOOKED_FOR, counted_calcifications
from calcsight.terms.calcification import Calcification
from calcsight.terms.comparison import (
    Course,
    CoursePoint,
    GroupChange,
    LinkKind,
    MeasuredChange,
    NotComparable,
    ParticleLink,
)
from calcsight.terms.guidance import Guidance, Weighing
from calcsight.terms.limitation import Limitation
from calcsight.terms.reading import INTENDED_USE, Reading
from calcsight.terms.registration import Registration
from calcsight.terms.settings import Settings
from calcsight.terms.version import SOFTWARE

COMPARISON_NAME = "calcsight.comparison"


def comparison_document(
    compared: Compared, settings: Settings, guidance: Guidance | None = None
) -> dict[str, Any]:
    """Return plain dicts, lists, numbers and texts; each position in the frame that is named.

    Parameters
    ----------
    compared : Compared
    settings : Settings
        Those the comparison was made with.
    guidance : Guidance, optional
        What it was weighed with; needed when anything was weighed.

    Raises
    ------
    GuidanceError
        When the guidance lacks a claim that a weighing names.
    """
    weighings = list(_weighings(compared.pairs))
    weighed = guidance if weighings else None
    return {
        "document": COMPARISON_NAME,
        "schema_version": COMPARISON_SCHEMA_VERSION,
        "intended_use": INTENDED_USE,
        "statement": statement_of(compared, settings.comparison.band_factor),
        "not_looked_for": NOT_LOOKED_FOR,
        "not_comparable": why_document(compared.not_comparable),
        "pairs": [_pair(one) for one in compared.pairs],
        "unpaired": [_unpaired(one) for one in compared.unpaired],
        "groups": [_group(pair, one) for pair in compared.pairs for one in pair.comparison.groups],
        "links": [one for pair in compared.pairs for one in _links(pair)],
        "courses": [_course(one, compared) for one in compared.courses],
        "guidance": guidance_document(weighings, weighed) if weighed else None,
        "claims": claims_document(weighings, weighed) if weighed else {},
        "limitations": limitation_list(_limitations(compared.pairs)),
        "software": SOFTWARE,
        "settings_digest": settings.digest,
        "settings": settings.as_mapping(),
    }


def why_document(why: NotComparable | None) -> dict[str, str] | None:
    """Return the code and the sentence of a reason; None = it was compared."""
    return None if why is None else {"code": why.value, "text": why.text}


def _weighings(pairs: Iterable[ComparedPair]) -> Iterable[Weighing]:
    """Yield what was weighed, of views and of groups."""
    for pair in pairs:
        found = (pair.comparison.weighing, *(one.weighing for one in pair.comparison.groups))
        yield from (one for one in found if one is not None)


def _limitations(pairs: Iterable[ComparedPair]) -> tuple[Limitation, ...]:
    """Gather those of all readings, the standing one first."""
    found = [Limitation.MASSES_NOT_READ]
    for pair in pairs:
        found += [*pair.comparison.current.limitations, *pair.comparison.prior.limitations]
    return tuple(dict.fromkeys(found))


def _pair(pair: ComparedPair) -> dict[str, Any]:
    """Return one current view against one prior: which, how far apart, how well laid over."""
    comparison = pair.comparison
    return {
        "pair": pair.number,
        "current": _view(comparison.current, pair.current_image),
        "prior": _view(comparison.prior, pair.prior_image),
        "days": comparison.days,
        "not_comparable": why_document(comparison.not_comparable),
        "registration": _registration(comparison.registration),
        "statement": pair_statement(pair),
        "weighing": weighing_document(comparison.weighing),
        "settings_digest": comparison.settings_digest,
    }


def _view(reading: Reading, image: str) -> dict[str, Any]:
    """Name one mammogram and what reading it alone gave."""
    mammogram, provenance = reading.mammogram, reading.provenance
    rows, columns = mammogram.file_shape
    return {
        "image": image,
        "uid": mammogram.uid,
        "exam_uid": mammogram.exam_uid,
        "pixel_digest": provenance.pixel_digest,
        "acquired_on": mammogram.acquired_on.isoformat() if mammogram.acquired_on else None,
        "laterality": mammogram.laterality.value,
        "view": mammogram.view.value,
        "rows": rows,
        "columns": columns,
        "spacing": spacing_document(mammogram),
        "judge": provenance.judge,
        "judge_digest": provenance.judge_digest,
        "threshold": rounded(provenance.threshold, 6),
        "calcifications": counted_calcifications(reading),
        "listed": len(reading.calcifications),
        "groups": len(reading.groups),
    }


def _registration(registration: Registration | None) -> dict[str, Any] | None:
    """Say how well the two views were laid over each other."""
    if registration is None:
        return None
    quality = {name: rounded(held, 4) for name, held in asdict(registration.quality).items()}
    return {"succeeded": registration.succeeded, "method": registration.method, **quality}


def _unpaired(one: UnpairedView) -> dict[str, Any]:
    """Name an input that was compared with nothing, and why."""
    view = one.view
    return {
        "image": one.image,
        "frame": one.frame.value,
        "uid": view.uid if view else None,
        "acquired_on": view.acquired_on.isoformat() if view and view.acquired_on else None,
        "laterality": view.laterality.value if view else None,
        "view": view.view.value if view else None,
        "code": one.why.value,
        "text": one.why.text,
    }


def _group(pair: ComparedPair, group: GroupChange) -> dict[str, Any]:
    """Return one group: where, what became of it, by how much, and why that is said."""
    counted = pair.counted(group.links)
    return {
        "pair": pair.number,
        "group": group.number,
        "tracking_uid": group.tracking_uid,
        "image": pair.image(group.frame),
        "frame": group.frame.value,
        "row": rounded(group.row, 3),
        "column": rounded(group.column, 3),
        "change": group.change.value if group.change else None,
        "not_comparable": why_document(group.not_comparable),
        "kind": group.kind.value,
        "probability": rounded(group.probability, 4),
        "current_groups": list(group.current),
        "prior_groups": list(group.prior),
        "measures": {one.measure.value: _measure(one) for one in group.measures},
        "new_types": [one.value for one in group.new_types],
        "reasons": [{"code": one.code, "words": one.words} for one in group.reasons],
        "particles": {
            **{kind.value: counted[kind] for kind in LinkKind},
            "not_counted": len(group.links) - sum(counted.values()),
        },
        "links": [position + 1 for position in group.links],
        "weighing": weighing_document(group.weighing),
    }


def _measure(one: MeasuredChange) -> dict[str, Any]:
    """Return one number at both dates, with the band of repetition."""
    return {
        "prior": rounded(one.prior, 4),
        "current": rounded(one.current, 4),
        "difference": rounded(one.difference, 4),
        "percent": rounded(one.percent, 1),
        "band": band_document(one.band),
        "beyond": one.beyond,
    }


def band_document(band: tuple[float, float] | None) -> list[float | None] | None:
    """Return (low, high); None = not measured."""
    return None if band is None else [rounded(end, 4) for end in band]


def _links(pair: ComparedPair) -> Iterator[dict[str, Any]]:
    """Yield every link of a pair."""
    groups = pair.groups_of_links()
    for position, link in enumerate(pair.comparison.links):
        yield _link(pair, position, link, groups.get(position))


def _link(
    pair: ComparedPair, position: int, link: ParticleLink, group: GroupChange | None
) -> dict[str, Any]:
    """Return one particle, or several that became one, at both dates."""
    comparison = pair.comparison
    scores, newness = comparison.scores_with_prior, comparison.newness
    return {
        "pair": pair.number,
        "link": position + 1,
        "kind": link.kind.value,
        "probability": rounded(link.probability, 4),
        "residual_mm": rounded(link.residual_mm, 3),
        "group": group.number if group else None,
        "tracking_uid": group.tracking_uid if group else "",
        "counted": group is not None and counts(link, pair.link_probability),
        "current": [
            {
                **_particle(comparison.current, one),
                "score_with_prior": rounded(scores[one], 4) if scores else None,
                "newness": rounded(newness[one], 4) if newness else None,
            }
            for one in link.current
        ],
        "prior": [_particle(comparison.prior, one) for one in link.prior],
    }


def _particle(reading: Reading, position: int) -> dict[str, Any]:
    """Name one particle of a reading, in its file's own frame."""
    one: Calcification = reading.calcifications[position]
    return {
        "particle": position + 1,
        "row": rounded(one.row, 3),
        "column": rounded(one.column, 3),
        "diameter_mm": rounded(one.diameter_mm, 4),
        "score": rounded(one.score, 4),
        "at_operating_point": one.score >= reading.provenance.threshold,
    }


def _course(course: Course, compared: Compared) -> dict[str, Any]:
    """Return one finding over all dates, oldest first."""
    return {
        "tracking_uid": course.tracking_uid,
        "points": [_point(one, compared) for one in course.points],
    }


def _point(point: CoursePoint, compared: Compared) -> dict[str, Any]:
    """Return one finding at one date."""
    return {
        "acquired_on": point.acquired_on.isoformat() if point.acquired_on else None,
        "uid": point.mammogram_uid,
        "image": compared.images.get(point.mammogram_uid),
        "row": rounded(point.row, 3),
        "column": rounded(point.column, 3),
        "count": point.count,
        "count_band": band_document(point.count_band),
        "extent_mm": rounded(point.extent_mm, 4),
        "extent_band_mm": band_document(point.extent_band_mm),
    }
