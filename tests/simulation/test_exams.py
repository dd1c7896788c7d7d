"""The simulated exam of the demo."""

from calcsight.simulation.exams import exam_specs
from calcsight.simulation.families import Families
from calcsight.simulation.sets import test_set as fixed_set
from calcsight.simulation.truth import Kind
from calcsight.simulation.views import simulate_view


def test_four_views_of_one_woman_with_many_kinds() -> None:
    views = [simulate_view(spec) for spec in exam_specs(3, rows=1500)]
    assert [f"{v.spec.laterality}{v.spec.view}" for v in views] == ["LCC", "LMLO", "RCC", "RMLO"]
    assert len({v.spec.woman_seed for v in views}) == 1
    assert len({v.spec.seed for v in views}) == 4
    kinds = {p.kind for v in views for p in v.truth.particles}
    assert {Kind.FINE_PLEOMORPHIC, Kind.PUNCTATE, Kind.VASCULAR, Kind.LARGE_ROD} <= kinds
    assert {Kind.RIM, Kind.POPCORN} <= kinds
    for view in views:
        assert len(view.truth.groups) == 2
        for particle in view.truth.particles:
            if particle.kind in (Kind.RIM, Kind.POPCORN):
                assert particle.group is None


def test_an_exam_never_meets_the_fixed_set() -> None:
    specs = exam_specs(0)
    assert {s.families for s in specs} == {Families.TUNING}
    assert not {s.seed for s in specs} & {s.seed for s in fixed_set()}
