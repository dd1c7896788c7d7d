"""Scores that use the prior: what repeats gains, nothing ever loses, what is new stands out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.analysis.test_subtraction import CURRENT, GONE, NEW, PRIOR, STAYED, registration

from calcsight.analysis.newness import newness
from calcsight.analysis.with_prior import scores_with_prior
from calcsight.analysis.with_prior_weights import (
    FITTED_ON,
    NEW_WEIGHTS,
    REPEATED_WEIGHTS,
)
from calcsight.terms.calcification import Calcification
from calcsight.terms.comparison import LinkKind, ParticleLink
from calcsight.terms.comparison_settings import ComparisonSettings
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.reading import Provenance, Reading

SETTINGS = ComparisonSettings()
PLACED = tuple[tuple[float, float], float]


def calcification(place_mm: tuple[float, float], score: float) -> Calcification:
    """A speck at a place of a view of 0.1 mm pixels."""
    row, column = place_mm[0] / 0.1, place_mm[1] / 0.1
    return Calcification(
        row=row,
        column=column,
        diameter_mm=0.3,
        diameter_px=3.0,
        area_mm2=0.07,
        area_px=7.0,
        length_mm=0.3,
        width_mm=0.3,
        contrast=12.0,
        contrast_to_noise=8.0,
        elongation=1.0,
        circularity=0.9,
        solidity=0.9,
        lucent_centre=False,
        outline=np.array([[row - 1, column], [row + 1, column], [row, column + 1]]),
        score=score,
    )


def reading(mammogram: Mammogram, placed: Sequence[tuple[tuple[float, float], float]]) -> Reading:
    """A reading that lists these places with their scores."""
    return Reading(
        mammogram=mammogram,
        calcifications=tuple(calcification(*one) for one in placed),
        groupings=(),
        breast_area_mm2=None,
        limitations=(),
        provenance=Provenance(
            software="x",
            judge="x",
            judge_digest="",
            settings_digest="",
            input_uid=mammogram.uid,
            pixel_digest="",
            operating_point=OperatingPoint.BALANCED,
            threshold=0.01,
        ),
    )


def link(
    current: Sequence[int], prior: Sequence[int], kind: LinkKind | None = None
) -> ParticleLink:
    """A link; without a word for it the one that its numbers say."""
    said = LinkKind.LINKED if prior and current else LinkKind.APPEARED
    said = said if current else LinkKind.DISAPPEARED
    return ParticleLink(
        kind=kind or said,
        current=tuple(current),
        prior=tuple(prior),
        probability=0.9,
        residual_mm=0.1 if prior and current else None,
    )


def scored(
    own: Sequence[float], before: Sequence[float], links: Sequence[ParticleLink]
) -> tuple[float, ...]:
    """Score specks somewhere with links to specks somewhere."""
    now = reading(CURRENT, [((20.0 + at, 14.0), one) for at, one in enumerate(own)])
    then = reading(PRIOR, [((23.0 + at, 15.5), one) for at, one in enumerate(before)])
    return scores_with_prior(now, then, registration(), links, SETTINGS)


def test_a_faint_speck_that_was_plain_before_gains_and_one_alone_does_not() -> None:
    links = (link([0], [0]), link([1], []))
    repeated, alone = scored((0.01, 0.01), (0.99,), links)
    assert alone == 0.01
    assert repeated > 0.05


def test_the_surer_the_prior_the_more_is_gained() -> None:
    rising = [scored((0.01,), (before,), (link([0], [0]),))[0] for before in (0.002, 0.1, 0.9)]
    assert rising == sorted(rising)
    assert rising[0] < rising[-1]


def test_pieces_of_one_particle_gain_by_it_and_one_of_several_by_the_surest() -> None:
    split = scored((0.01, 0.02), (0.99,), (link([0, 1], [0], LinkKind.SPLIT),))
    assert split[0] > 0.01
    assert split[1] > 0.02
    merged = scored((0.01,), (0.002, 0.99), (link([0], [0, 1], LinkKind.MERGED),))
    assert merged == scored((0.01,), (0.99,), (link([0], [0]),))


def test_a_failed_registration_or_a_place_not_shown_changes_nothing() -> None:
    now = reading(CURRENT, [((20.0, 14.0), 0.3)])
    then = reading(PRIOR, [((23.0, 15.5), 0.9)])
    failed = replace(registration(), succeeded=False)
    assert scores_with_prior(now, then, failed, (link([0], [0]),), SETTINGS) == (0.3,)
    hidden = (link([0], [], LinkKind.NOT_SHOWN),)
    assert scores_with_prior(now, then, registration(), hidden, SETTINGS) == (0.3,)


def test_nothing_listed_gives_nothing() -> None:
    assert scored((), (0.5,), (link([], [0]),)) == ()
    empty = reading(CURRENT, [])
    assert newness(empty, reading(PRIOR, []), registration(), ()) == ()


chances = st.floats(0.0, 1.0, allow_nan=False)


@given(
    own=st.lists(chances, min_size=1, max_size=6),
    before=st.lists(chances, min_size=1, max_size=6),
    data=st.data(),
)
def test_no_score_ever_falls_and_what_has_no_link_keeps_its_own(
    own: list[float], before: list[float], data: st.DataObject
) -> None:
    linked = data.draw(st.integers(0, min(len(own), len(before))))
    links = [link([at], [at]) for at in range(linked)]
    links += [link([at], []) for at in range(linked, len(own))]
    found = scored(own, before, links)
    assert all(now >= alone for now, alone in zip(found, own, strict=True))
    assert found[linked:] == tuple(own[linked:])
    assert all(0.0 <= one <= 1.0 for one in found)


def test_the_weights_are_those_of_a_fit_and_point_the_right_way() -> None:
    assert FITTED_ON["pairs that were compared"] > 60
    assert min(REPEATED_WEIGHTS) > 0.0
    score, repeated, _, shown_by_prior, left = NEW_WEIGHTS
    assert score > 0.0
    assert left > 0.0
    assert repeated < 0.0
    assert shown_by_prior < 0.0


def test_what_is_new_ranks_above_what_stayed_and_above_noise() -> None:
    noise = (30.0, 20.0)
    listed = [*((one, 0.99) for one in STAYED), *((one, 0.99) for one in NEW), (noise, 0.005)]
    before = [((row + 3.0, column + 1.5), 0.99) for row, column in (*STAYED, *GONE)]
    links = [link([at], [at]) for at in range(len(STAYED))]
    links += [link([at], []) for at in range(len(STAYED), len(listed))]
    links += [link([], [at]) for at in range(len(STAYED), len(before))]
    found = newness(reading(CURRENT, listed), reading(PRIOR, before), registration(), links)
    known = [one for one in found if one is not None]
    assert len(known) == len(listed)
    stayed, new = known[: len(STAYED)], known[len(STAYED) : -1]
    assert min(new) > 0.9
    assert max(stayed) < 0.2
    assert known[-1] < 0.2


def test_a_stayed_particle_whose_link_was_missed_is_still_not_new() -> None:
    listed = [*((one, 0.99) for one in STAYED), *((one, 0.99) for one in NEW)]
    links = [link([at], []) for at in range(len(listed))]
    found = newness(reading(CURRENT, listed), reading(PRIOR, []), registration(), links)
    known = [one for one in found if one is not None]
    assert max(known[: len(STAYED)]) < min(known[len(STAYED) :])


@pytest.mark.parametrize("by_link", [True, False])
def test_where_the_prior_does_not_show_the_place_newness_is_unknown(by_link: bool) -> None:
    listed = [(NEW[0], 0.99)]
    links = [link([0], [], LinkKind.NOT_SHOWN if by_link else None)]
    laid = registration() if by_link else registration((400.0, 0.0))
    assert newness(reading(CURRENT, listed), reading(PRIOR, []), laid, links) == (None,)
