"""Whole evaluations of small sets: by hand, by brute force, and on simulated truth."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from tests.evaluation.conftest import (
    found_group,
    found_view,
    particles,
    set_of,
    square,
)
from tests.evaluation.conftest import true_view as by_hand

from calcsight.evaluation.cases import (
    Case,
    DataSet,
    FoundView,
    Predictions,
    TrueRegion,
    TrueView,
)
from calcsight.evaluation.evaluating import Evaluation, evaluate
from calcsight.evaluation.figures import Figure
from calcsight.evaluation.intervals import BY_PATIENT, wilson_interval
from calcsight.evaluation.reading_views import find_in, listing, our_predictions
from calcsight.evaluation.simulated import group_agreement, simulated_set, true_view
from calcsight.models import load_judge
from calcsight.simulation.sets import tuning_set
from calcsight.simulation.views import simulate_view
from calcsight.terms.errors import PredictionsError, UsageError
from calcsight.terms.settings import Settings

Maker = Callable[[int], list[Case]]


def figure(evaluation: Evaluation, rule: str, at: float | None = None, **said: object) -> Figure:
    wanted = {"measure": "sensitivity", "stratum": "all", "per": "per_view", **said}
    [one] = [
        f
        for f in evaluation.figures
        if f.rule_code == rule
        and all(getattr(f, key) == value for key, value in wanted.items())
        and (f.at == at or (at is None and math.isnan(f.at)))
    ]
    return one


def small() -> list[Case]:
    """Four true particles, three hit, one false mark; a normal view with one false mark."""
    region = TrueRegion(outline_px=square(-10, -10, 40), members=(0, 1, 2))
    marked = particles(
        [(0, 0), (0, 20), (20, 0), (300, 300)],
        [square(0, 0, 3), square(0, 20, 3), square(20, 0, 3), square(300, 300, 3)],
        [0.15, 0.4, 0.6, 0.25],
        [20.0, 4.0, 8.0, 7.0],
    )
    return [
        Case(
            true=by_hand("v1", "a", marked=marked, regions=(region,), area_mm2=5000.0),
            found=found_view(
                "v1",
                [(1, 0, 0.9), (0, 21, 0.8), (20, 2, 0.6), (500, 500, 0.7)],
                outlines=[square(0, 0, 3), square(0, 21, 3), square(20, 2, 3), square(500, 500, 1)],
                diameters=[0.25, 0.4, 0.5, 0.2],
                groups=(
                    found_group((5, 5), 0.8, (0, 1), square(0, 0, 20)),
                    found_group((6, 6), 0.6, (1, 2), square(0, 0, 20)),
                    found_group((500, 500), 0.5, (3,), square(499, 499, 3)),
                ),
            ),
        ),
        Case(
            true=by_hand("v2", "b", normal=True, area_mm2=15000.0),
            found=found_view("v2", [(10, 10, 0.65)], outlines=[square(9, 9, 2)], diameters=[0.3]),
        ),
    ]


def test_a_set_worked_by_hand() -> None:
    done = evaluate(*set_of(small()), seed=3)
    rule = "within_0.35_mm"
    # By falling score: hit .9, hit .8, false .7, false .65 (normal), hit .6.
    assert figure(done, rule, 1.0).value == 0.75
    assert figure(done, rule, 1.0).score == 0.6
    assert figure(done, rule, 1.0).reached == 1.0
    assert figure(done, rule, 50.0).reached == 1.0  # there are no more
    assert figure(done, rule, 1.0, per="per_normal_view").reached == 1.0
    assert figure(done, rule, 1.0, stratum="contrast 6 to under 12 SD").value == 0.5
    assert figure(done, rule, 1.0, per="per_normal_view").value == 0.75
    # 200 cm2: 0.4 a cm2 are 80 marks.
    assert figure(done, rule, 0.4, per="per_cm2").value == 0.75
    group = figure(done, "centre_and_two_members", 0.05)
    assert (group.value, group.targets, group.views, group.patients) == (1.0, 1, 2, 2)
    # All draws with a target give 1, as the one patient has: that is no interval.
    assert "one patient" in group.interval
    assert np.isnan([group.low, group.high]).all()
    area = figure(done, rule, measure="wafroc", per="per_normal_view")
    # .9 and .8 beat .65; .6 and the missed one do not.
    assert area.value == pytest.approx(0.5)
    precision = figure(done, rule, measure="average_precision")
    assert precision.value == pytest.approx((1 + 1 + 3 / 5) / 4)
    small_ones = next(
        f for f in done.figures if f.name == "mean diameter error, true 0-0.2 mm (mm)"
    )
    assert small_ones.value == pytest.approx(0.1)


def test_outlines_by_hand() -> None:
    done = evaluate(*set_of(small()))
    # At 1 false a view everything down to 0.6: 16 + 12 + 8 pixels shared of 64 true ones;
    # found: 3 x 16 + 4 on nothing + 9 in the normal view.
    pooled = next(f for f in done.figures if f.measure == "dice_pooled" and f.at == 1.0)
    assert pooled.value == pytest.approx(2 * 36 / (64 + 48 + 4 + 9))
    iou = next(f for f in done.figures if f.measure == "iou_pooled" and f.at == 1.0)
    assert iou.value == pytest.approx(36 / (64 + 61 - 36))
    per_view = next(f for f in done.figures if f.measure == "dice_per_view" and f.at == 1.0)
    assert per_view.value == pytest.approx(2 * 36 / (64 + 52))
    assert per_view.views == 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_intervals_are_those_of_sets_drawn_by_patient(random_cases: Maker, seed: int) -> None:
    cases = random_cases(seed)
    done = evaluate(*set_of(cases, groups=False), seed=7, replicates=100)
    patients = sorted({case.true.patient for case in cases})
    rng = np.random.default_rng(7)
    drawn: dict[tuple[str, float], list[float]] = {}
    for _ in range(100):
        again = []
        for copy, number in enumerate(rng.integers(len(patients), size=len(patients))):
            for case in cases:
                if case.true.patient == patients[number]:
                    name = f"{copy} {case.true.name}"
                    true = replace(case.true, name=name, patient=str(copy))
                    again.append(Case(true=true, found=replace(case.found, name=name)))
        once = evaluate(*set_of(again, groups=False), replicates=100)
        for one in once.figures:
            if one.rule_code == "within_5_px" and one.stratum == "all":
                drawn.setdefault((one.measure + one.per, one.at), []).append(one.value)
    compared = 0
    for one in done.figures:
        if one.rule_code == "within_5_px" and one.stratum == "all" and one.interval == BY_PATIENT:
            key = (one.measure + one.per, one.at)
            values = next(
                v
                for k, v in drawn.items()
                if k[0] == key[0] and (k[1] == key[1] or math.isnan(key[1]))
            )
            if np.isnan(values).all():
                continue
            expected = np.nanquantile(values, [0.025, 0.975])
            assert (one.low, one.high) == pytest.approx(tuple(expected)), one.name
            compared += 1
    assert compared >= 5


def test_rules_that_cannot_be_measured_stay_with_their_reason() -> None:
    cases = [
        Case(true=replace(case.true, spacing_mm=None, breast_area_mm2=None), found=case.found)
        for case in small()
    ]
    done = evaluate(*set_of(cases))
    reasons = {rule.code: rule.reason for rule in done.rules}
    assert "no known pixel spacing" in reasons["within_0.35_mm"]
    assert "no known pixel spacing" in reasons["two_member_hits"]
    assert reasons["within_5_px"] == reasons["overlap_any"] == ""
    assert done.primary == {"particles": "within_5_px", "groups": "centre_in_region"}
    area = figure(done, "within_5_px", 0.4, per="per_cm2")
    assert math.isnan(area.value)
    assert "area of the breast is not known for 2 of 2 views" in area.reason
    only = evaluate(*set_of(cases[:1]))
    assert (
        "no normal view"
        in figure(only, "within_5_px", measure="wafroc", per="per_normal_view").reason
    )
    no_groups = evaluate(*set_of(cases, groups=False))
    assert {r.reason for r in no_groups.rules if r.of == "groups"} == {
        "the predictions hold no groups (which is not the same as none found)"
    }


def test_a_refused_view_counts_against_the_detector_both_ways() -> None:
    whole = small()
    refused = [Case(true=c.true, found=found_view(c.true.name, refused="no_breast")) for c in whole]
    missed = evaluate(*set_of([refused[0], whole[1]]))
    assert figure(missed, "within_5_px", 5.0).value == 0.0
    assert figure(missed, "within_5_px", 5.0).views == 1
    normal = evaluate(*set_of([whole[0], refused[1]]))
    assert figure(normal, "within_5_px", 5.0).views == 1
    assert "no view" in figure(normal, "within_5_px", 5.0, per="per_normal_view").reason
    assert (
        "no normal view"
        in figure(normal, "within_5_px", measure="wafroc", per="per_normal_view").reason
    )


def test_strata_of_views_count_their_own_false_marks() -> None:
    cases = small()
    named = [
        Case(true=replace(case.true, strata={"density": density}), found=case.found)
        for case, density in zip(cases, ("c", "a"), strict=True)
    ]
    done = evaluate(*set_of(named))
    assert figure(done, "within_5_px", 1.0, stratum="density: c").value == 0.75
    assert math.isnan(figure(done, "within_5_px", 1.0, stratum="density: a").value)
    same = [Case(true=replace(c.true, strata={"density": "c"}), found=c.found) for c in cases]
    assert {f.stratum for f in evaluate(*set_of(same)).figures if f.rule_code == "hdogreg"} >= {
        "all"
    }
    assert not any("density" in f.stratum for f in evaluate(*set_of(same)).figures)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda v: v[:1], "1 views without predictions: v2"),
        (lambda v: [*v, found_view("v9")], "views that the data set does not hold: v9"),
        (lambda v: [*v, v[0]], "come twice in the predictions: v1"),
        (lambda v: [v[0], found_view("v2", [(1, 1, math.nan)])], "a score that is not a finite"),
        (lambda v: [v[0], found_view("v2", [(math.inf, 1, 0.5)])], "a position that is not"),
        (
            lambda v: [v[0], found_view("v2", groups=(found_group((1, 1), 0.5, (0,)),))],
            "a member that is not among",
        ),
    ],
)
def test_predictions_that_do_not_fit_are_refused(
    change: Callable[[list[FoundView]], list[FoundView]], said: str
) -> None:
    data_set, predictions = set_of(small())
    with pytest.raises(PredictionsError, match=said):
        evaluate(data_set, replace(predictions, views=tuple(change(list(predictions.views)))))


def test_the_same_seed_gives_the_same_figures(random_cases: Maker) -> None:
    cases = random_cases(5)
    once, again = (evaluate(*set_of(cases), seed=2, replicates=100) for _ in range(2))
    turned = evaluate(*set_of(cases[::-1]), seed=2, replicates=100)
    for other in (again, turned):
        assert [(f.name, repr(f.low)) for f in once.figures] == [
            (f.name, repr(f.low)) for f in other.figures
        ]


@pytest.mark.parametrize("look", [0, 1])
def test_truth_found_exactly_is_hit_under_every_rule(look: int) -> None:
    spec = [s for s in tuning_set(60) if s.groups][look]
    view = true_view(simulate_view(spec))
    assert view.particles is not None
    assert view.regions is not None
    perfect = FoundView(
        name=view.name,
        places_px=view.particles.places_px,
        scores=np.full(len(view.particles.places_px), 0.9),
        diameters_mm=view.particles.diameters_mm,
        outlines_px=view.particles.outlines_px,
        groups=tuple(
            found_group(tuple(r.outline_px.mean(axis=0)), 0.9, r.members, r.outline_px)
            for r in view.regions
        ),
    )
    done = evaluate(*set_of([Case(true=view, found=perfect)]), replicates=100)
    for one in done.figures:
        if one.measure == "sensitivity" and one.per == "per_view" and one.stratum == "all":
            assert one.value == 1.0, one.name
        if one.measure in ("dice_pooled", "average_precision"):
            assert one.value == pytest.approx(1.0)


def test_a_simulated_view_is_read_and_its_groups_are_found_again() -> None:
    specs = tuning_set(4)[2:]
    data_set = simulated_set("two views", specs)
    settings = listing(Settings())
    found = find_in(data_set.views[0], load_judge(), settings)
    assert found.name == specs[0].name
    assert not found.refused
    assert found.breast_area_mm2
    assert found.breast_area_mm2 > 1000
    view = simulate_view(specs[0])
    assert len(view.truth.particles) > 1
    assert group_agreement(view, view.mammogram(), Settings()) == pytest.approx(1.0)
    bare = simulate_view(tuning_set(1)[0])
    assert group_agreement(bare, bare.mammogram(), Settings()) is None
    with pytest.raises(PredictionsError, match="without an image"):
        find_in(replace(data_set.views[0], mammogram=None), load_judge(), settings)


def test_groups_that_nobody_looked_for_are_not_groups_missed() -> None:
    square = np.array([[0.0, 0.0], [0.0, 9.0], [9.0, 9.0], [9.0, 0.0]])
    regions = (TrueRegion(outline_px=square),)
    known, bare = (
        by_hand(name, name, regions=regions, spacing_mm=mm)
        for name, mm in (("a", (0.1, 0.1)), ("b", None))
    )
    judge = load_judge()

    def groups_in(*views: TrueView) -> Predictions:
        found = [found_view(view.name) for view in views]
        return our_predictions(DataSet(name="s", views=views), found, judge, Settings())

    nowhere = evaluate(DataSet(name="s", views=(bare,)), groups_in(bare), replicates=100)
    assert not nowhere.figures
    assert all("hold no groups" in rule.reason for rule in nowhere.rules if rule.of == "groups")
    assert groups_in(known, bare).groups
    assert "no groups in 1 of 2 views: pixel spacing unknown" in groups_in(known, bare).detector
    assert "unknown" not in groups_in(known).detector


def test_an_outline_of_the_truth_that_would_fill_the_memory_is_refused() -> None:
    huge = np.array([[0.0, 0.0], [0.0, 1e5], [1e5, 1e5]])
    for view in (
        by_hand(regions=(TrueRegion(outline_px=huge),)),
        by_hand(marked=particles([(1.0, 1.0)], [huge])),
    ):
        with pytest.raises(UsageError, match="larger than any image"):
            evaluate(*set_of([Case(true=view, found=found_view("v"))]), replicates=100)


def with_normals(false_groups: dict[str, list[float | None]]) -> list[Case]:
    """Return one view with a target that is hit at 0.5, and normal views of some patients."""
    region = TrueRegion(outline_px=square(0, 0, 10))
    hit = found_view("t", groups=(found_group((0, 0), 0.5, outline=square(0, 0, 10)),))
    cases = [Case(true=by_hand("t", "ill", regions=(region,)), found=hit)]
    for patient, scores in false_groups.items():
        for number, score in enumerate(scores):
            name = f"{patient}-{number}"
            groups = () if score is None else (found_group((50, 50), score),)
            true = by_hand(name, patient, regions=(), normal=True)
            cases.append(Case(true=true, found=found_view(name, groups=groups)))
    return cases


def test_views_of_one_woman_are_no_two_normals_to_an_interval() -> None:
    # All views of a woman are alike: 20 views are worth 4 women.
    alike = with_normals({w: [s] * 5 for w, s in zip("abcd", (0.9, None, None, None), strict=True)})
    done = evaluate(*set_of(alike), replicates=1000)
    one = figure(done, "centre_in_region", 1.0, measure="clean_normals", per="per_normal_view")
    assert one.value == 0.75
    assert one.n == "15 of 20 normal views"
    assert (one.patients, one.interval) == (4, BY_PATIENT)
    drawn = np.random.default_rng(1).integers(5, size=(1000, 5))
    women, clean = (drawn < 4).sum(axis=1), ((drawn > 0) & (drawn < 4)).sum(axis=1)
    expected = np.quantile(clean[women > 0] / women[women > 0], [0.025, 0.975])
    assert (one.low, one.high) == pytest.approx(tuple(expected))
    of_views = wilson_interval(15, 20)
    assert one.low < of_views[0] < of_views[1] < one.high


def test_normals_that_are_clean_in_every_draw_count_as_many_as_their_women() -> None:
    clean = with_normals({"a": [None] * 5, "b": [None] * 5})
    done = evaluate(*set_of(clean), replicates=100)
    one = figure(done, "centre_in_region", 1.0, measure="clean_normals", per="per_normal_view")
    assert (one.value, one.low, one.high) == (1.0, *wilson_interval(2, 2))
    assert "2 patients with normal views" in one.interval
    alone = evaluate(*set_of(with_normals({"a": [None] * 5})), replicates=100)
    one = figure(alone, "centre_in_region", 1.0, measure="clean_normals", per="per_normal_view")
    assert one.value == 1.0
    assert np.isnan([one.low, one.high]).all()
    assert "one patient" in one.interval
