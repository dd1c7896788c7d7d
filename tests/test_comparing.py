"""The path of change on simulated visits: read, lay over, link, tell, track."""

from collections import Counter
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

import calcsight
from calcsight.comparing import compare_readings, exams_of, listing_weak, series_of
from calcsight.models import load_judge
from calcsight.simulation.families import Families
from calcsight.simulation.series import SimulatedSeries, simulate_series
from calcsight.simulation.series_sets import series_set
from calcsight.terms.comparison import Comparison, Frame, KnownBefore, LinkKind, NotComparable
from calcsight.terms.errors import UsageError
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import Exam, Mammogram, View
from calcsight.terms.reading import ExamReading, Reading
from calcsight.terms.settings import Settings

SETTINGS = Settings()


@pytest.fixture(scope="module")
def visits() -> SimulatedSeries:
    """Three visits of a woman with groups of several fates."""
    spec = series_set(Families.TUNING, 1, start=3, visits=3)[0]
    return simulate_series(
        replace(spec, reference=replace(spec.reference, rows=1000, pitch_mm=0.1))
    )


@pytest.fixture(scope="module")
def readings(visits: SimulatedSeries) -> list[Reading]:
    judge = load_judge()
    wide = listing_weak(SETTINGS, judge)
    return [calcsight.read(one.mammogram, judge, wide) for one in visits.visits]


@pytest.fixture(scope="module")
def comparison(readings: list[Reading]) -> Comparison:
    found = compare_readings(readings[1], readings[0], SETTINGS)
    assert found.not_comparable is None
    return found


def moved(reading: Reading, **said: Any) -> Reading:
    return replace(reading, mammogram=replace(reading.mammogram, **said))


def test_every_listed_particle_is_in_exactly_one_link(comparison: Comparison) -> None:
    for frame in Frame:
        reading = getattr(comparison, frame.value)
        seen = Counter(at for one in comparison.links for at in getattr(one, frame.value))
        assert seen == Counter(range(len(reading.calcifications)))
    assert any(one.kind is LinkKind.LINKED for one in comparison.links)
    assert len(comparison.scores_with_prior) == len(comparison.current.calcifications)
    assert all(0.0 <= one <= 1.0 for one in comparison.scores_with_prior)
    assert len(comparison.newness) == len(comparison.current.calcifications)


def test_what_has_appeared_is_newer_than_what_is_linked(comparison: Comparison) -> None:
    threshold = comparison.current.provenance.threshold

    def newness(kind: LinkKind) -> list[float]:
        sure = [
            at
            for one in comparison.links
            for at in one.current
            if one.kind is kind and comparison.current.calcifications[at].score >= threshold
        ]
        return [new for at in sure if (new := comparison.newness[at]) is not None]

    old, new = newness(LinkKind.LINKED), newness(LinkKind.APPEARED)
    assert old
    assert new
    assert np.median(old) < 0.2 < max(new)


def test_every_group_of_both_dates_is_told_of_once(comparison: Comparison) -> None:
    for frame in Frame:
        told = Counter(number for one in comparison.groups for number in getattr(one, frame.value))
        groups = getattr(comparison, frame.value).groups
        assert told == Counter(one.number for one in groups)
    for one in comparison.groups:
        assert (one.frame is Frame.PRIOR) == (not one.current)
        assert (one.change is None) == (one.not_comparable is not None)


def test_the_group_that_was_drawn_anew_is_called_new_and_goes_on_as_the_same(
    comparison: Comparison, readings: list[Reading]
) -> None:
    assert Counter(one.change for one in comparison.groups) == {Change.NEW: 1, Change.STABLE: 1}
    later = compare_readings(readings[2], readings[1], SETTINGS)
    assert {one.change for one in later.groups} == {Change.STABLE}


def test_the_readings_are_those_of_each_mammogram_alone_with_faint_ones_listed(
    comparison: Comparison, visits: SimulatedSeries
) -> None:
    alone = calcsight.read(visits.visits[1].mammogram)
    shown = comparison.current
    assert len(shown.calcifications) > len(alone.calcifications)
    assert [one.members for one in shown.groups] == [one.members for one in alone.groups]
    for one, other in zip(alone.calcifications, shown.calcifications, strict=False):
        assert (one.row, one.column, one.score) == (other.row, other.column, other.score)


def test_the_same_inputs_give_the_same_comparison(
    comparison: Comparison, readings: list[Reading]
) -> None:
    again = compare_readings(readings[1], readings[0], SETTINGS)
    assert again.links == comparison.links
    assert again.groups == comparison.groups
    assert again.scores_with_prior == comparison.scores_with_prior
    assert again.registration is not None
    assert comparison.registration is not None
    assert np.array_equal(again.registration.to_prior, comparison.registration.to_prior)


def test_dates_that_were_all_shifted_alike_change_nothing_but_themselves(
    comparison: Comparison, readings: list[Reading]
) -> None:
    days = timedelta(days=-2999)

    def shifted(reading: Reading) -> Reading:
        assert reading.mammogram.acquired_on is not None
        return moved(reading, acquired_on=reading.mammogram.acquired_on + days)

    again = compare_readings(shifted(readings[1]), shifted(readings[0]), SETTINGS)
    for one in fields(Comparison):
        if one.name not in ("current", "prior", "registration"):
            assert getattr(again, one.name) == getattr(comparison, one.name)


def test_priors_are_taken_by_date_and_a_finding_keeps_its_uid(readings: list[Reading]) -> None:
    series = series_of(readings[2], [readings[1], readings[0]], SETTINGS)
    assert [one.prior for one in series.comparisons] == readings[:2]
    uids = [
        {number: one.tracking_uid for one in each.groups for number in one.current}
        for each in series.comparisons
    ]
    assert uids[0] == uids[1]
    assert all(one.startswith("2.25.") for one in uids[0].values())
    for course in series.courses:
        assert [one.mammogram_uid for one in course.points] == [
            one.mammogram.uid for one in readings
        ]


def test_priors_are_taken_by_their_own_dates_when_the_current_one_has_none(
    readings: list[Reading],
) -> None:
    undated = moved(readings[2], acquired_on=None)
    series = series_of(undated, [readings[1], readings[0]], SETTINGS)
    assert [one.prior for one in series.comparisons] == readings[:2]
    assert [one.days for one in series.comparisons] == [None, None]


def test_a_finding_followed_from_a_later_prior_on_keeps_its_uid_in_a_series(
    readings: list[Reading],
) -> None:
    later = readings[1]
    tracking = {(later.mammogram.uid, one.number): f"2.25.{one.number}" for one in later.groups}
    series = series_of(readings[2], readings[:2], SETTINGS, known=KnownBefore(tracking=tracking))
    for comparison in series.comparisons:
        for one in comparison.groups:
            assert one.tracking_uid in tracking.values() or not one.current


def test_a_finding_that_is_followed_already_keeps_its_uid(readings: list[Reading]) -> None:
    prior = readings[0]
    assert prior.groups
    tracking = {(prior.mammogram.uid, one.number): f"2.25.{one.number}" for one in prior.groups}
    series = series_of(readings[1], [prior], SETTINGS, known=KnownBefore(tracking=tracking))
    for one in series.comparisons[0].groups:
        if one.prior:
            assert one.tracking_uid in {f"2.25.{number}" for number in one.prior}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"view": View.ML}, NotComparable.ANOTHER_VIEW),
        ({"patient_key": "another"}, NotComparable.ANOTHER_PATIENT),
        ({"spacing": None}, NotComparable.SPACING_UNKNOWN),
    ],
)
def test_what_cannot_be_compared_says_nothing_of_change(
    said: dict[str, Any], why: NotComparable, readings: list[Reading]
) -> None:
    current = moved(readings[1], patient_key="one")
    found = compare_readings(current, moved(readings[0], **said), SETTINGS)
    assert found.not_comparable is why
    assert (found.links, found.groups, found.registration) == ((), (), None)


def test_a_breast_upside_down_is_not_laid_over(readings: list[Reading]) -> None:
    prior = readings[0].mammogram
    turned = moved(readings[0], pixels=np.ascontiguousarray(prior.pixels[::-1]))
    found = compare_readings(readings[1], turned, SETTINGS)
    assert found.not_comparable is NotComparable.REGISTRATION_FAILED
    assert found.registration is not None
    assert not found.registration.succeeded
    assert (found.links, found.groups) == ((), ())


def test_exams_are_compared_view_by_view_and_what_is_alone_is_named(
    readings: list[Reading],
) -> None:
    other = View.MLO if readings[0].mammogram.view is View.CC else View.CC
    lonely = moved(readings[2], view=other, uid="1.9", pixel_digest="9")
    now = ExamReading(uid="now", readings=(lonely, readings[1]))
    then = ExamReading(uid="then", readings=(readings[0],))
    found = exams_of(now, [then], SETTINGS)
    assert (found.current_uid, found.prior_uids) == ("now", ("then",))
    assert len(found.views) == 1
    assert found.views[0].comparisons[0].current is readings[1]
    [alone] = found.unpaired
    assert (alone.frame, alone.position, alone.prior) == (Frame.CURRENT, 0, 0)
    assert alone.why is NotComparable.NO_COUNTERPART


def test_the_public_function_takes_mammograms_several_priors_and_exams(
    visits: SimulatedSeries,
) -> None:
    before, now = (one.mammogram for one in visits.visits[:2])
    pair = calcsight.compare(now, before)
    assert isinstance(pair, calcsight.Comparison)
    assert pair.weighing is not None
    assert {one.change for one in pair.groups} <= {*Change, None}
    with pytest.raises(UsageError, match="no prior"):
        calcsight.compare(now, [])
    with pytest.raises(UsageError, match="Mammogram"):
        calcsight.compare(now, "prior.dcm")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="Exam"):
        calcsight.compare(Exam(uid="1", mammograms=(now,)), now)  # type: ignore[call-overload]
    whole, empty = Exam(uid="1", mammograms=(now,)), Exam(uid="2", mammograms=())
    for exams in ((empty, whole), (whole, empty)):
        with pytest.raises(UsageError, match="exam without a mammogram"):
            calcsight.compare(*exams)
    with pytest.raises(UsageError, match="Mammogram"):
        calcsight.compare(whole, Exam(uid="2", mammograms=("prior.dcm",)))  # type: ignore[arg-type]


def test_a_mammogram_compared_with_itself_is_refused(visits: SimulatedSeries) -> None:
    one: Mammogram = visits.visits[0].mammogram
    assert calcsight.compare(one, one).not_comparable is NotComparable.SAME_IMAGE
