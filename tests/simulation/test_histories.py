"""What is called stable, increased, decreased, new and resolved: by what was drawn."""

import pytest

from calcsight.simulation.histories import History, fate
from calcsight.simulation.spec import GroupPlan
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import UsageError
from calcsight.terms.guidance import Change


def history(counts: tuple[int, ...], sizes: tuple[float, ...] | None = None) -> History:
    plan = GroupPlan(kind=Kind.ROUND, distribution=Distribution.GROUPED, count=max(counts))
    return History(plan=plan, counts=counts, sizes=sizes or (1.0,) * len(counts))


@pytest.mark.parametrize(
    ("counts", "sizes", "called"),
    [
        ((7, 7), (1.0, 1.0), Change.STABLE),
        ((7, 7), (0.7, 0.7), Change.STABLE),
        ((0, 5), (1.0, 1.0), Change.NEW),
        ((5, 0), (1.0, 1.0), Change.RESOLVED),
        ((0, 0), (1.0, 1.0), None),
        ((6, 9), (1.0, 1.0), Change.INCREASED),
        ((9, 6), (1.0, 1.0), Change.DECREASED),
        ((6, 6), (0.5, 0.65), Change.INCREASED),
        ((6, 6), (0.65, 0.5), Change.DECREASED),
        ((6, 9), (0.5, 0.65), Change.INCREASED),
    ],
)
def test_a_clear_change_has_its_name(
    counts: tuple[int, int], sizes: tuple[float, float], called: Change | None
) -> None:
    assert fate(counts, sizes) is called


@pytest.mark.parametrize(
    ("counts", "sizes"),
    [
        ((7, 8), (1.0, 1.0)),
        ((10, 14), (1.0, 1.0)),
        ((5, 7), (1.0, 1.0)),
        ((6, 6), (0.8, 1.0)),
        ((6, 9), (1.0, 0.9)),
        ((9, 6), (0.5, 0.7)),
    ],
)
def test_what_is_neither_stable_nor_a_clear_change_has_no_name(
    counts: tuple[int, int], sizes: tuple[float, float]
) -> None:
    with pytest.raises(UsageError):
        fate(counts, sizes)


def test_a_history_tells_every_step_and_every_pair() -> None:
    grows = history((0, 5, 8, 8))
    assert grows.fates == (Change.NEW, Change.INCREASED, Change.STABLE)
    assert grows.between(1, 3) is Change.INCREASED


@pytest.mark.parametrize(
    ("counts", "sizes"),
    [
        ((3, 8), None),
        ((7, 8), None),
        ((6, 6), (1.0, 1.4)),
        ((6, 6), (0.1, 0.1)),
        ((6,), (1.0, 1.0)),
    ],
)
def test_an_unclear_history_is_refused(
    counts: tuple[int, ...], sizes: tuple[float, ...] | None
) -> None:
    with pytest.raises(UsageError):
        history(counts, sizes)
