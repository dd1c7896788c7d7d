"""What the tissue of a finding comes to: the most serious report, and what it leads to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from types import MappingProxyType

from calcsight.terms.biopsy import (
    Answer,
    Biopsy,
    MalignantSubtype,
    Pathology,
    PathologyKind,
)
from calcsight.terms.finding_standing import Outcome, Upgrade
from calcsight.terms.finding_state import Event, ReviewReason

_SERIOUSNESS: Mapping[PathologyKind, int] = MappingProxyType(
    {
        PathologyKind.PENDING: 0,
        PathologyKind.NON_DIAGNOSTIC: 1,
        PathologyKind.BENIGN: 2,
        PathologyKind.HIGH_RISK: 3,
        PathologyKind.MALIGNANT: 4,
    }
)
_DIAGNOSES = frozenset({PathologyKind.BENIGN, PathologyKind.HIGH_RISK, PathologyKind.MALIGNANT})
_NO_INVASION = MalignantSubtype.DCIS
_ANSWERS: tuple[tuple[str, ReviewReason, ReviewReason], ...] = (
    ("concordant", ReviewReason.DISCORDANT, ReviewReason.CONCORDANCE_UNKNOWN),
    (
        "calcification_in_specimen",
        ReviewReason.NOT_IN_SPECIMEN,
        ReviewReason.SPECIMEN_UNKNOWN,
    ),
    (
        "calcification_under_microscope",
        ReviewReason.NOT_UNDER_MICROSCOPE,
        ReviewReason.MICROSCOPE_UNKNOWN,
    ),
)


def outcome_of(biopsies: Sequence[Biopsy]) -> Outcome | None:
    """Return what the biopsies of one finding come to, whatever order they are in.

    The most serious report counts. Where nothing is malignant, a report that is awaited keeps
    everything open; a high-risk result goes to consultation; and only what the last biopsies
    found benign, with calcification in the specimen and under the microscope, and what a person
    called concordant, goes to follow-up. All else opens a review. A later biopsy settles an
    earlier one that was discordant, not retrieved or non-diagnostic.

    Parameters
    ----------
    biopsies : sequence of Biopsy

    Returns
    -------
    Outcome or None
        None = no tissue was taken.
    """
    if not biopsies:
        return None
    reports = _reports(biopsies)
    top = max((seriousness(one) for one in reports), default=(0, 0))
    deciding = next((one for one in reports if seriousness(one) == top), None)
    kind = deciding.kind if deciding else PathologyKind.PENDING
    malignant = [one for one in reports if one.kind is PathologyKind.MALIGNANT]
    pending = tuple(sorted(one.id for one in biopsies if is_pending(one)))
    review = review_reasons(biopsies)
    return Outcome(
        kind=kind,
        subtype=deciding.subtype if deciding else None,
        stage=_stage(malignant),
        deciding=deciding,
        upgrades=_upgrades(reports),
        pending=pending,
        review=review,
        leads_to=_leads_to(kind, bool(pending), review),
    )


def _stage(malignant: Sequence[Pathology]) -> int | None:
    """Return 0 of DCIS alone, else the stage that was stated last; None = none was."""
    if malignant and all(one.subtype is _NO_INVASION for one in malignant):
        return 0
    stated = [one.stage for one in malignant if one.stage]
    return stated[-1] if stated else None


def seriousness(report: Pathology) -> tuple[int, int]:
    """Rank a report: anything invasive, or another malignancy, is more than DCIS alone."""
    beyond_dcis = report.subtype is not None and report.subtype is not _NO_INVASION
    return (_SERIOUSNESS[report.kind], int(beyond_dcis))


def is_pending(biopsy: Biopsy) -> bool:
    """Tell whether a report is awaited: there is none, or none of a specimen that awaits one."""
    reported = {one.specimen for one in biopsy.pathology if one.kind is not PathologyKind.PENDING}
    awaited = {one.specimen for one in biopsy.pathology if one.kind is PathologyKind.PENDING}
    return not reported or bool(awaited - reported)


def review_reasons(biopsies: Iterable[Biopsy]) -> tuple[ReviewReason, ...]:
    """Return why the last biopsies with a report, of one day, are not surely what was seen.

    Each reason once, in the order of `ReviewReason`; of a malignant or high-risk result they are
    told too, although it does not wait for them.
    """
    reported = [one for one in biopsies if _reports([one])]
    last = max((one.performed_on for one in reported), default=None)
    found = {
        reason
        for one in reported
        if one.performed_on == last
        for reason in (*_not_diagnosed(one), *_not_answered(one))
    }
    return tuple(reason for reason in ReviewReason if reason in found)


def _not_diagnosed(biopsy: Biopsy) -> Iterable[ReviewReason]:
    """Yield that the last word on a specimen was that it allowed no diagnosis."""
    days = [
        one.reported_on
        for one in _reports([biopsy])
        if one.kind is not PathologyKind.NON_DIAGNOSTIC and one.reported_on
    ]
    told = max(days, default=date.min)
    for one in biopsy.pathology:
        if one.kind is PathologyKind.NON_DIAGNOSTIC and (one.reported_on or date.max) >= told:
            yield ReviewReason.NON_DIAGNOSTIC


def _not_answered(biopsy: Biopsy) -> Iterable[ReviewReason]:
    """Yield every question of the biopsy that was not answered with yes."""
    for name, refused, unknown in _ANSWERS:
        answer = getattr(biopsy, name)
        if answer is Answer.NO:
            yield refused
        elif answer is not Answer.YES:
            yield unknown


def _reports(biopsies: Iterable[Biopsy]) -> tuple[Pathology, ...]:
    """Return the reports of several biopsies by day, without what is pending."""
    found = [
        (
            one.reported_on,
            one.record_id,
            one.specimen.value,
            seriousness(one),
            one.subtype or "",
            one,
        )
        for biopsy in biopsies
        for one in biopsy.pathology
        if one.reported_on is not None
    ]
    return tuple(one[-1] for one in sorted(found, key=lambda report: report[:-1]))


def _upgrades(reports: Sequence[Pathology]) -> tuple[Upgrade, ...]:
    """Return every report that is more serious than all reports of earlier days."""
    found = []
    worst: Pathology | None = None
    for _, of_day in groupby(reports, key=lambda one: one.reported_on):
        told = [one for one in of_day if one.kind in _DIAGNOSES]
        if worst is not None:
            found += [
                Upgrade(earlier=worst, later=one)
                for one in told
                if seriousness(one) > seriousness(worst)
            ]
        worst = max([worst, *told] if worst else told, key=seriousness, default=None)
    return tuple(found)


def _leads_to(kind: PathologyKind, pending: bool, review: tuple[ReviewReason, ...]) -> Event:
    """Return how an outcome moves its finding."""
    if kind is PathologyKind.MALIGNANT:
        return Event.RESULT_MALIGNANT
    if pending:
        return Event.RESULT_PENDING
    if kind is PathologyKind.HIGH_RISK:
        return Event.RESULT_HIGH_RISK
    if kind is PathologyKind.BENIGN and not review:
        return Event.RESULT_BENIGN_CONCORDANT
    return Event.RESULT_TO_REVIEW
