"""What becomes of groups between two mammograms, each boundary."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.analysis.compared import (
    GRID_MM,
    PITCH_MM,
    SHAPE,
    Dot,
    dots,
    reading_of,
    registration_of,
)

from calcsight.analysis.change_rules import Seen, change_of
from calcsight.analysis.group_changes import group_changes
from calcsight.analysis.group_links import joined_groups
from calcsight.analysis.group_measures import Shared, size_drift_mm, stretch_mm
from calcsight.analysis.linking import link
from calcsight.analysis.repeatability import half_width
from calcsight.terms.comparison import (
    Frame,
    GroupChange,
    LinkKind,
    Measure,
    MeasuredChange,
    NotComparable,
    ParticleLink,
)
from calcsight.terms.comparison_settings import ComparisonSettings
from calcsight.terms.guidance import Change
from calcsight.terms.morphology import Morphology
from calcsight.terms.orientation import Orientation

SETTINGS = ComparisonSettings()
SURE = 0.9999
Points = NDArray[np.float64]

# A flower of ten places, 1.2 mm apart and more.
TEN = np.array([[45.0, 30.0]]) + np.array(
    [
        [0.0, 0.0],
        [1.3, 0.4],
        [-1.1, 1.0],
        [0.3, -1.5],
        [2.2, -1.0],
        [-2.1, -0.9],
        [1.0, 2.3],
        [-0.6, 2.6],
        [-2.3, 2.2],
        [2.6, 1.7],
    ]
)


def told(now: list[Dot], before: list[Dot], **said: object) -> tuple[GroupChange, ...]:
    """Compare two lists of dots."""
    shown = said.pop("shown", None)
    settings = replace(SETTINGS, **said)  # type: ignore[arg-type]
    current, prior = reading_of(now), reading_of(before)
    registration = registration_of(shown=shown)  # type: ignore[arg-type]
    links = link(current, prior, registration, settings)
    return group_changes(current, prior, registration, links, settings)


def sure(places_mm: Points, **said: float) -> list[Dot]:
    return dots(places_mm, score=SURE, **said)


def codes(change: GroupChange) -> list[str]:
    return [one.code for one in change.reasons]


def measure(change: GroupChange, which: Measure) -> MeasuredChange:
    return next(one for one in change.measures if one.measure is which)


def test_the_same_group_twice_is_stable() -> None:
    (one,) = told(sure(TEN), sure(TEN))
    assert (one.kind, one.change, one.current, one.prior) == (
        LinkKind.LINKED,
        Change.STABLE,
        (1,),
        (1,),
    )
    assert (one.frame, codes(one), one.not_comparable) == (
        Frame.CURRENT,
        ["within_bands"],
        None,
    )
    assert one.probability > 0.9
    for which in Measure:
        found = measure(one, which)
        assert found.difference == pytest.approx(0.0)
        assert found.percent == pytest.approx(0.0)
        assert not found.beyond


def test_five_where_the_prior_shows_nothing_are_new_and_the_other_way_round_resolved() -> None:
    (new,) = told(sure(TEN[:5]), [])
    assert (new.change, new.kind, new.frame) == (Change.NEW, LinkKind.APPEARED, Frame.CURRENT)
    assert [new.row, new.column] == pytest.approx(list(TEN[:5].mean(axis=0) / PITCH_MM))
    assert codes(new) == ["new_group"]
    assert (measure(new, Measure.COUNT).prior, measure(new, Measure.COUNT).percent) == (0.0, None)
    assert measure(new, Measure.EXTENT_MM).prior is None
    (gone,) = told([], sure(TEN[:5]))
    assert (gone.change, gone.kind, gone.frame) == (
        Change.RESOLVED,
        LinkKind.DISAPPEARED,
        Frame.PRIOR,
    )
    assert (gone.current, gone.prior, codes(gone)) == ((), (1,), ["resolved_group"])


def test_what_resolved_is_told_where_it_was_though_a_little_of_it_is_left() -> None:
    (gone,) = told(sure(TEN[:2] + 10.0), sure(TEN + 10.0))
    assert (gone.change, measure(gone, Measure.COUNT).current) == (Change.RESOLVED, 2.0)
    assert gone.frame is Frame.PRIOR
    assert [gone.row, gone.column] == pytest.approx(list((TEN + 10.0).mean(axis=0) / PITCH_MM))


def test_particles_that_were_faint_before_are_old() -> None:
    """Crossing the threshold moves no count."""
    faint = dots(TEN, score=0.005)
    (one,) = told(sure(TEN), faint)
    assert (one.kind, one.current, one.prior) == (LinkKind.LINKED, (1,), ())
    assert one.change is Change.STABLE
    assert measure(one, Measure.COUNT).difference == 0.0
    assert codes(one) == ["no_group_before", "within_bands"]
    (other,) = told(faint, sure(TEN))
    assert (other.kind, other.current, other.prior) == (LinkKind.LINKED, (), (1,))
    assert (other.change, codes(other)) == (Change.STABLE, ["no_group_now", "within_bands"])
    assert other.frame is Frame.CURRENT


def test_more_particles_are_an_increase_and_fewer_a_decrease() -> None:
    (more,) = told(sure(TEN), sure(TEN[:5]))
    assert more.change is Change.INCREASED
    assert "more_count" in codes(more)
    count = measure(more, Measure.COUNT)
    assert (count.prior, count.current, count.difference, count.percent) == (5.0, 10.0, 5.0, 100.0)
    (fewer,) = told(sure(TEN[:5]), sure(TEN))
    assert fewer.change is Change.DECREASED
    assert measure(fewer, Measure.COUNT).percent == pytest.approx(-50.0)


@pytest.mark.parametrize("score", [0.7, 0.9, 0.99])
@pytest.mark.parametrize("size", [10, 20, 40, 80])
def test_ten_more_that_are_likely_are_an_increase_of_a_group_of_any_size(
    size: int, score: float
) -> None:
    rng = np.random.default_rng(size)
    side = math.ceil(math.sqrt(size + 10))
    lattice = 1.5 * np.argwhere(np.ones((side, side))) + rng.uniform(-0.35, 0.35, (side**2, 2))
    places = np.array([[20.0, 15.0]]) + rng.permutation(lattice)[: size + 10]
    (one,) = told([*sure(places[:size]), *dots(places[size:], score=score)], sure(places[:size]))
    assert one.change is Change.INCREASED
    assert measure(one, Measure.COUNT).difference == 10.0


def test_marks_that_are_probably_none_do_not_make_a_change() -> None:
    doubtful = dots(TEN[5:], score=0.012)
    (one,) = told([*sure(TEN[:5]), *doubtful], sure(TEN[:5]))
    assert one.change is Change.STABLE
    assert measure(one, Measure.COUNT).difference == 0.0
    assert codes(one) == ["within_bands", "uncounted"]
    assert "not counted, each more probably no calcification: 5." in one.reasons[-1].words
    (other,) = told([*sure(TEN[:5]), *doubtful[:1]], sure(TEN[:5]))
    assert codes(other) == ["within_bands"], "one more would still lie within the band"
    (fewer,) = told(sure(TEN[:5]), [*sure(TEN[:5]), *doubtful])
    assert codes(fewer) == ["within_bands"]


def test_a_group_of_doubtful_marks_at_one_date_alone_is_uncertain() -> None:
    doubtful = dots(TEN[:5], score=0.012, contrast_to_noise=3.0)
    for now, before, kind in (
        (doubtful, [], LinkKind.APPEARED),
        ([], doubtful, LinkKind.DISAPPEARED),
    ):
        (one,) = told(now, before)
        assert (one.change, one.not_comparable, one.kind) == (None, NotComparable.UNCERTAIN, kind)
        assert codes(one) == ["uncertain"]


def test_the_same_particles_larger_are_an_increase() -> None:
    (one,) = told(sure(TEN, diameter_mm=0.8), sure(TEN, diameter_mm=0.45))
    assert one.change is Change.INCREASED
    assert codes(one) == ["more_mean_diameter_mm"]
    (other,) = told(sure(TEN, diameter_mm=0.45), sure(TEN, diameter_mm=0.8))
    assert (other.change, codes(other)) == (Change.DECREASED, ["less_mean_diameter_mm"])


def test_where_everything_looks_larger_no_group_has_grown() -> None:
    """A softer detector blurs the whole view."""
    elsewhere = TEN + np.array([-25.0, 0.0])
    aside = np.array([[70.0, 10.0], [75.0, 40.0], [15.0, 45.0], [80.0, 20.0]])
    places = np.concatenate([elsewhere, aside])
    now = [*sure(TEN, diameter_mm=0.4), *sure(places, diameter_mm=0.5)]
    before = [*sure(TEN, diameter_mm=0.33), *sure(places, diameter_mm=0.4)]
    changes = told(now, before)
    band = measure(changes[0], Measure.MEAN_DIAMETER_MM).band
    assert band is not None
    assert band[1] > -band[0]
    assert {one.change for one in changes} == {Change.STABLE}


def test_when_evidence_conflicts_it_is_an_increase_and_both_are_said() -> None:
    far = TEN[0] + np.array([[7.5, 0.0], [8.0, 1.5]])
    near = TEN[:6] + np.array([0.6, 0.6])
    (one,) = told([*sure(TEN[:6]), *sure(near)], [*sure(TEN[:6]), *sure(far)])
    assert one.change is Change.INCREASED
    assert codes(one) == ["more_count", "less_extent_mm"]


def test_suspicious_shapes_of_what_appeared_are_told_and_raise() -> None:
    round_ones = [replace(one, shape=Morphology.ROUND_PUNCTATE) for one in sure(TEN)]
    new = sure(TEN[:3] + np.array([3.0, -2.5]))
    pleomorphic = [replace(one, shape=Morphology.FINE_PLEOMORPHIC) for one in new]
    (one,) = told([*round_ones, *pleomorphic], round_ones, band_factor=100.0)
    assert (one.change, one.new_types) == (Change.INCREASED, (Morphology.FINE_PLEOMORPHIC,))
    assert codes(one) == ["new_types"]
    for now, before in (
        # Two are too few; benign ones raise nothing; what was there is not new.
        ([*round_ones, *pleomorphic[:2]], round_ones),
        ([*round_ones, *(replace(p, shape=Morphology.RIM) for p in new)], round_ones),
        ([pleomorphic[0], *round_ones, *pleomorphic[1:]], [pleomorphic[0], *round_ones]),
        # The same particles called otherwise are words that waver.
        ([replace(p, shape=Morphology.FINE_PLEOMORPHIC) for p in round_ones], round_ones),
    ):
        (other,) = told(now, before, band_factor=100.0)
        assert (other.change, other.new_types) == (Change.STABLE, ())


def test_where_the_prior_does_not_show_the_place_nothing_is_said() -> None:
    shape = tuple(int(side * PITCH_MM / GRID_MM) + 1 for side in SHAPE)
    shown = np.ones(shape, np.uint8)
    shown[15:30] = 0
    (one,) = told(sure(TEN), [], shown=shown)
    assert (one.change, one.not_comparable, one.kind) == (
        None,
        NotComparable.NOT_SHOWN,
        LinkKind.NOT_SHOWN,
    )
    assert (one.measures, codes(one)) == ((), ["not_shown"])
    assert one.current == (1,)


def test_one_group_that_falls_into_two_has_split_and_the_other_way_round_merged() -> None:
    left, right = TEN, TEN + np.array([0.0, 14.0])
    bridge = TEN[:1] + np.array([[0.0, 3.5], [0.2, 6.0], [0.0, 8.5], [0.2, 11.0], [0.0, 12.0]])
    both, joined = [*sure(left), *sure(right)], [*sure(left), *sure(right), *sure(bridge)]
    (split,) = told(both, joined)
    assert (split.kind, split.current, split.prior) == (LinkKind.SPLIT, (1, 2), (1,))
    (merged,) = told(joined, both)
    assert (merged.kind, merged.current, merged.prior) == (LinkKind.MERGED, (1,), (1, 2))
    assert measure(merged, Measure.COUNT).prior == 20.0
    assert measure(merged, Measure.COUNT).current == 25.0


def test_groups_side_by_side_keep_their_own_counterparts() -> None:
    first, second = TEN, TEN[:7] + np.array([-25.0, 0.0])
    changes = told([*sure(first), *sure(second)], [*sure(second), *sure(first)])
    assert [one.kind for one in changes] == [LinkKind.LINKED, LinkKind.LINKED]
    assert [one.change for one in changes] == [Change.STABLE, Change.STABLE]
    assert sorted(one.current for one in changes) == [(1,), (2,)]
    assert {measure(one, Measure.COUNT).current for one in changes} == {10.0, 7.0}
    assert [one.number for one in changes] == [1, 2]


def test_every_group_is_told_once_and_links_are_its_own() -> None:
    now = [*sure(TEN), *sure(TEN[:6] + np.array([25.0, 5.0]))]
    before = [*sure(TEN[:8]), *sure(TEN[:5] + np.array([-25.0, 5.0]))]
    current, prior = reading_of(now), reading_of(before)
    links = link(current, prior, registration_of(), SETTINGS)
    changes = group_changes(current, prior, registration_of(), links, SETTINGS)
    assert sorted(n for one in changes for n in one.current) == [1, 2]
    assert sorted(n for one in changes for n in one.prior) == [1, 2]
    for one in changes:
        held = {i for at in one.links for i in links[at].current}
        members = {i for g in current.groups if g.number in one.current for i in g.members}
        assert members <= held
    assert [one.change for one in joined_kinds(changes)] == [
        Change.INCREASED,
        Change.NEW,
        Change.RESOLVED,
    ]


def joined_kinds(changes: tuple[GroupChange, ...]) -> list[GroupChange]:
    return sorted(changes, key=lambda one: str(one.change))


def test_the_frame_of_the_files_changes_nothing() -> None:
    turned = Orientation(transposed=True, rows_reversed=True)
    current, prior = reading_of(sure(TEN), turned), reading_of(sure(TEN[:5]))
    links = link(current, prior, registration_of(), SETTINGS)
    (one,) = group_changes(current, prior, registration_of(), links, SETTINGS)
    (plain,) = told(sure(TEN), sure(TEN[:5]))
    assert one.change is plain.change
    for which in Measure:
        assert measure(one, which).current == pytest.approx(measure(plain, which).current)
    group = current.groups[0]
    assert [one.row, one.column] == pytest.approx([group.row, group.column])


def test_no_groups_at_either_date_are_no_changes() -> None:
    assert told([], []) == ()
    assert told(sure(TEN[:3]), sure(TEN[:4])) == ()


def seen(kind: LinkKind, both: int, appeared: int, gone: int, half: float = 1.0) -> Seen:
    """State one lesion by how many particles are at both dates, and at one alone."""

    def some(number: int, current: bool, prior: bool) -> list[ParticleLink]:
        of = LinkKind.LINKED if current and prior else LinkKind.APPEARED
        return [
            ParticleLink(
                kind=of,
                current=(at,) * current,
                prior=(at,) * prior,
                probability=0.9,
                residual_mm=None,
            )
            for at in range(number)
        ]

    links = [*some(both, True, True), *some(appeared, True, False), *some(gone, False, True)]
    count = MeasuredChange(
        measure=Measure.COUNT,
        prior=float(both + gone),
        current=float(both + appeared),
        difference=float(appeared - gone),
        percent=None,
        band=(-half, half),
    )
    return Seen(
        kind=kind, shared=Shared(links=tuple(links)), measures=(count,), new_types=(), least_count=5
    )


ALONE, GONE, LINKED = LinkKind.APPEARED, LinkKind.DISAPPEARED, LinkKind.LINKED


@pytest.mark.parametrize(
    ("case", "change"),
    [
        # New: fewer than half were there, and either five appeared or more than the band.
        (seen(ALONE, 4, 5, 0), Change.NEW),
        (seen(ALONE, 4, 4, 0), Change.INCREASED),
        (seen(ALONE, 1, 4, 0), Change.NEW),
        (seen(ALONE, 0, 5, 0, half=9.0), Change.NEW),
        (seen(ALONE, 0, 4, 0, half=4.0), None),
        (seen(ALONE, 0, 4, 0, half=3.9), Change.NEW),
        # Five that were there made a group in all but name.
        (seen(ALONE, 5, 20, 0), Change.INCREASED),
        (seen(ALONE, 0, 0, 0), None),
        # Resolved: at most a quarter is left.
        (seen(GONE, 2, 0, 6), Change.RESOLVED),
        (seen(GONE, 2, 0, 5), Change.DECREASED),
        (seen(GONE, 0, 0, 5, half=9.0), Change.RESOLVED),
        (seen(GONE, 0, 0, 4, half=4.0), None),
        (seen(GONE, 0, 0, 4, half=3.9), Change.RESOLVED),
        # A group at both dates is neither, whatever came or went.
        (seen(LINKED, 1, 20, 0), Change.INCREASED),
        (seen(LINKED, 1, 0, 20), Change.DECREASED),
        # Exactly the band is within it.
        (seen(LINKED, 8, 2, 0, half=2.0), Change.STABLE),
        (seen(LINKED, 8, 2, 0, half=1.9), Change.INCREASED),
        (seen(LINKED, 8, 0, 2, half=2.0), Change.STABLE),
        (seen(LINKED, 8, 0, 2, half=1.9), Change.DECREASED),
    ],
)
def test_each_boundary_of_the_rules(case: Seen, change: Change | None) -> None:
    assert change_of(case, SETTINGS)[0] is change


def test_extent_alone_decides_beyond_its_band_and_only_of_groups() -> None:
    wide = TEN.copy()
    wide[8] += np.array([-4.0, 2.0])
    (one,) = told(sure(wide), sure(TEN))
    extent = measure(one, Measure.EXTENT_MM)
    assert one.change is Change.INCREASED
    assert "more_extent_mm" in codes(one)
    assert extent.percent is not None
    assert extent.percent > 50.0
    (loose,) = told(sure(TEN[:5]), [*sure(TEN[:3]), *dots(TEN[3:4], score=0.005)], new_share=0.001)
    assert measure(loose, Measure.EXTENT_MM).band is None


def test_bands_grow_with_the_number_of_particles_and_with_the_setting() -> None:
    for which in Measure:
        widths = [half_width(which, 10.0, count) for count in (4.0, 9.0, 100.0)]
        assert min(widths) > 0.0
        if which is Measure.COUNT:
            assert widths == sorted(widths)
    (one,) = told(sure(TEN), sure(TEN[:5]), band_factor=2.0)
    (plain,) = told(sure(TEN), sure(TEN[:5]))
    doubled, single = measure(one, Measure.COUNT).band, measure(plain, Measure.COUNT).band
    assert doubled is not None
    assert single is not None
    assert doubled[1] == pytest.approx(2.0 * single[1])


def test_drift_of_sizes_is_the_median_of_the_others_drawn_to_nothing_where_few() -> None:
    current, prior = reading_of(sure(TEN, diameter_mm=0.5)), reading_of(sure(TEN, diameter_mm=0.44))
    links = link(current, prior, registration_of(), SETTINGS)
    assert size_drift_mm(links, set(range(10)), (current, prior)) == 0.0
    assert size_drift_mm(links, set(range(4)), (current, prior)) == pytest.approx(0.06 * 6 / 12)
    huge = reading_of(sure(TEN, diameter_mm=1.5))
    links = link(huge, prior, registration_of(), ComparisonSettings(link_probability=0.001))
    assert size_drift_mm(links, set(), (huge, prior)) == pytest.approx(0.1)


def test_a_breast_pressed_wider_spreads_its_groups_and_no_group_has_grown() -> None:
    middle = TEN.mean(axis=0)
    wider = middle + 1.12 * (TEN - middle)
    current, prior = reading_of(sure(wider)), reading_of(sure(TEN))
    found = {}
    for name, registration in (
        (
            "stretch is followed",
            registration_of(to_current=lambda at: middle + 1.12 * (at - middle)),
        ),
        ("stretch is not known", registration_of()),
    ):
        links = link(current, prior, registration, SETTINGS)
        (one,) = group_changes(current, prior, registration, links, SETTINGS)
        extent = measure(one, Measure.EXTENT_MM)
        assert extent.difference is not None
        assert 0.3 < extent.difference < 0.9
        found[name] = one.change
        shared = Shared.of(links, 0.5)
        stretch = stretch_mm(shared, (current, prior), registration)
        assert stretch == pytest.approx(0.12 * 5.9 if "is followed" in name else 0.0, abs=0.15)
    assert found == {
        "stretch is followed": Change.STABLE,
        "stretch is not known": Change.INCREASED,
    }


def test_marks_of_chance_do_not_part_a_lesion_from_itself() -> None:
    """Each date sees ten marks of chance among five particles that stay: one lesion, told once."""
    rng = np.random.default_rng(4)
    marks = [
        dots(TEN[0] + rng.uniform(-8.0, 8.0, (10, 2)), score=0.012, contrast_to_noise=3.0)
        for _ in range(2)
    ]
    (one,) = told([*sure(TEN[:5]), *marks[0]], [*sure(TEN[:5]), *marks[1]])
    assert (one.kind, one.current, one.prior) == (LinkKind.LINKED, (1,), (1,))
    assert one.change is Change.STABLE


def test_groups_without_a_shared_link_are_not_joined() -> None:
    current, prior = reading_of(sure(TEN)), reading_of(sure(TEN + np.array([25.0, 0.0])))
    links = link(current, prior, registration_of(), SETTINGS)
    joined = joined_groups((current, prior), registration_of(), links, SETTINGS)
    assert [(one.kind, one.current, one.prior) for one in joined] == [
        (LinkKind.APPEARED, (1,), ()),
        (LinkKind.DISAPPEARED, (), (1,)),
    ]
