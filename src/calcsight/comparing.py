"""Compare a mammogram with its priors: the main path of change on one screen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from calcsight.analysis.breast import find_breast
from calcsight.analysis.comparable import (
    Pairs,
    days_between,
    pair_views,
    why_alone,
    why_not_comparable,
)
from calcsight.analysis.courses import courses
from calcsight.analysis.exam_matching import matches
from calcsight.analysis.group_changes import group_changes
from calcsight.analysis.linking import link
from calcsight.analysis.newness import newness
from calcsight.analysis.registration import register
from calcsight.analysis.with_prior import scores_with_prior
from calcsight.pathway.shared_findings import shared, tracking_of
from calcsight.pathway.tracking import followed_now, tracked
from calcsight.pathway.weighed import weigh_changed
from calcsight.reading import read
from calcsight.terms.comparison import (
    Comparison,
    ExamComparison,
    Frame,
    GroupKey,
    KnownBefore,
    NotComparable,
    Series,
    Unpaired,
)
from calcsight.terms.guidance import Guidance
from calcsight.terms.interpreter import Interpreter
from calcsight.terms.judge import Judge
from calcsight.terms.mammogram import Exam, Mammogram
from calcsight.terms.reading import ExamReading, Reading
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Breast

NOTHING_KNOWN = KnownBefore()


def compare(
    current: Mammogram,
    prior: Mammogram,
    judge: Judge,
    settings: Settings,
    interpreter: Interpreter | None = None,
    known: KnownBefore = NOTHING_KNOWN,
) -> Comparison:
    """Read both, lay the prior over the current, link their particles, and say what changed.

    Parameters
    ----------
    current, prior : Mammogram
        Reading frame, each its own: pitch, size, vendor and position may differ.
    judge : Judge
    settings : Settings
    interpreter : Interpreter or None
        None = nothing is described or weighed.
    known : KnownBefore
        Findings that are followed already, and whether a person vouches that both are of one
        woman.

    Returns
    -------
    Comparison
        Places in the file's own frame of each mammogram. `not_comparable` says why nothing is
        said of change, where that is so: another view, another breast, a failed registration.

    Raises
    ------
    NoBreastError
        When there is no breast in one of the images.
    """
    return compare_series(current, (prior,), judge, settings, interpreter, known).comparisons[0]


def compare_series(
    current: Mammogram,
    priors: Sequence[Mammogram],
    judge: Judge,
    settings: Settings,
    interpreter: Interpreter | None = None,
    known: KnownBefore = NOTHING_KNOWN,
) -> Series:
    """Compare one mammogram with each of its priors, in any order; see `compare`."""
    wide = listing_weak(settings, judge)
    now, *before = (read(one, judge, wide, interpreter) for one in (current, *priors))
    guidance = interpreter.guidance if interpreter else None
    return series_of(now, before, settings, guidance, known)


def compare_exams(
    current: Exam,
    priors: Sequence[Exam],
    judge: Judge,
    settings: Settings,
    interpreter: Interpreter | None = None,
    known: KnownBefore = NOTHING_KNOWN,
) -> ExamComparison:
    """Compare each view of an exam with the same view of each prior exam; see `compare`.

    Parameters
    ----------
    current : Exam
    priors : sequence of Exam
        Oldest first.
    judge, settings, interpreter, known
        As `compare` takes them.
    """
    wide = listing_weak(settings, judge)
    now, *before = (
        ExamReading(
            uid=exam.uid,
            readings=tuple(read(one, judge, wide, interpreter) for one in exam.mammograms),
        )
        for exam in (current, *priors)
    )
    guidance = interpreter.guidance if interpreter else None
    return exams_of(now, before, settings, guidance, known)


def exams_of(
    current: ExamReading,
    priors: Sequence[ExamReading],
    settings: Settings,
    guidance: Guidance | None = None,
    known: KnownBefore = NOTHING_KNOWN,
) -> ExamComparison:
    """Compare exams that were read down to `comparison.weak_score`; see `compare_exams`.

    What two views of an exam show of one lesion is one finding, with one tracking UID.

    Parameters
    ----------
    current : ExamReading
    priors : sequence of ExamReading
        Oldest first.
    settings : Settings
    guidance : Guidance or None
        None = nothing is weighed.
    known : KnownBefore
    """
    now, before = current.readings, [one.readings for one in priors]
    pairs = [_paired(now, exam, known) for exam in before]
    same = [lesion for exam in (now, *before) for lesion in _seen_twice(exam, settings)]
    views = []
    for at, reading in enumerate(now):
        theirs = [
            exam[j] for exam, own in zip(before, pairs, strict=True) for i, j in own if i == at
        ]
        if theirs:
            known = replace(known, tracking=shared(known.tracking, same))
            views.append(series_of(reading, theirs, settings, guidance, known))
            known = replace(known, tracking=tracking_of(views[-1], known.tracking))
    return ExamComparison(
        current_uid=current.uid,
        prior_uids=tuple(one.uid for one in priors),
        current=now,
        priors=tuple(before),
        views=tuple(views),
        unpaired=tuple(
            one
            for at, (exam, own) in enumerate(zip(before, pairs, strict=True))
            for one in _unpaired(at, (now, exam), own)
        ),
    )


def series_of(
    current: Reading,
    priors: Sequence[Reading],
    settings: Settings,
    guidance: Guidance | None = None,
    known: KnownBefore = NOTHING_KNOWN,
) -> Series:
    """Compare one reading with each of its priors, oldest first; see `compare_readings`.

    Priors of unknown date come first, in the order given. A finding that is followed already in
    any of the priors goes on under its tracking UID.
    """
    before = sorted(priors, key=lambda one: one.mammogram.acquired_on or date.min)
    same = known.same_patient
    bare = [compare_readings(current, one, settings, guidance, same) for one in before]
    found, tracking = [], followed_now(bare, known.tracking)
    for each in bare:
        one, tracking = tracked(each, tracking)
        found.append(one)
    return Series(comparisons=tuple(found), courses=courses(found))


def compare_readings(
    current: Reading,
    prior: Reading,
    settings: Settings,
    guidance: Guidance | None = None,
    same_patient: bool = False,
) -> Comparison:
    """Compare two readings that list down to `comparison.weak_score`; see `compare`."""
    views = (current.mammogram, prior.mammogram)
    bare = Comparison(
        current=current,
        prior=prior,
        days=days_between(*views),
        not_comparable=why_not_comparable(*views, same_patient),
        settings_digest=settings.digest,
    )
    if bare.not_comparable is not None:
        return bare

    breasts = (_breast(current.mammogram, settings), _breast(prior.mammogram, settings))
    registration = register(*views, breasts, settings.registration)
    if not registration.succeeded:
        failed = NotComparable.REGISTRATION_FAILED
        return replace(bare, not_comparable=failed, registration=registration)
    how = settings.comparison
    links = link(current, prior, registration, how)
    groups = group_changes(current, prior, registration, links, how)
    weighing = None
    if guidance is not None:
        groups, weighing = weigh_changed(current, groups, guidance, settings)

    return replace(
        bare,
        registration=registration,
        links=links,
        groups=groups,
        scores_with_prior=scores_with_prior(current, prior, registration, links, how),
        newness=newness(current, prior, registration, links),
        weighing=weighing,
    )


def listing_weak(settings: Settings, judge: Judge) -> Settings:
    """Return the settings by which the readings of a comparison are made: faint ones listed."""
    asked = 1.0 if settings.min_score is None else settings.min_score
    threshold = judge.operating_points[settings.operating_point]
    return replace(settings, min_score=min(settings.comparison.weak_score, asked, threshold))


def _paired(current: Sequence[Reading], prior: Sequence[Reading], known: KnownBefore) -> Pairs:
    """Pair the views of two exams."""
    now, before = ([one.mammogram for one in exam] for exam in (current, prior))
    return pair_views(now, before, known.same_patient)


def _seen_twice(exam: Sequence[Reading], settings: Settings) -> list[tuple[GroupKey, GroupKey]]:
    """Name the groups of an exam that two of its views show of one lesion."""
    return [
        (
            (exam[match.readings[0]].mammogram.uid, match.groups[0]),
            (exam[match.readings[1]].mammogram.uid, match.groups[1]),
        )
        for match in matches(exam, settings.description)
    ]


def _unpaired(
    prior: int, exams: tuple[Sequence[Reading], Sequence[Reading]], pairs: Pairs
) -> list[Unpaired]:
    """List the views of both exams that have no partner in the other."""
    return [
        Unpaired(prior=prior, frame=frame, position=at, why=why_alone(one.mammogram))
        for side, frame in enumerate((Frame.CURRENT, Frame.PRIOR))
        for at, one in enumerate(exams[side])
        if at not in {pair[side] for pair in pairs}
    ]


def _breast(mammogram: Mammogram, settings: Settings) -> Breast:
    spacing = mammogram.spacing
    pitch_mm = spacing.mean_mm if spacing else settings.detection.assumed_pitch_mm
    return find_breast(mammogram, pitch_mm, settings.breast)
