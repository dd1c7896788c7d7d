"""The pictures of a comparison: marks lie on the particles, and nothing is left out unsaid."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.compared import comparison_of, increased, linked, refused_of, registration, resolved_of

from calcsight.batch.drawn_pair import draw_pair
from calcsight.terms.comparison import LinkKind
from calcsight.terms.guidance import Change
from calcsight.terms.reading import Reading
from calcsight.terms.settings import Settings

SETTINGS = Settings()


def grey(jpeg: bytes) -> NDArray[np.uint8]:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


def test_marks_lie_on_the_particles_at_both_dates(reading: Reading) -> None:
    drawn = draw_pair(comparison_of(reading), SETTINGS)
    [group] = drawn.groups
    for jpeg, marks in (
        (group.panels.current, group.current_marks),
        (group.panels.prior, group.prior_marks),
    ):
        picture = grey(jpeg)
        dark = np.median(picture)
        for mark in marks:
            assert picture[int(mark.y), int(mark.x)] > dark + 60
    assert [one.kind for one in group.current_marks] == [
        "linked",
        "linked",
        "split",
        "split",
        "appeared",
    ]
    assert [one.kind for one in group.prior_marks] == ["linked", "linked", "split"]


def test_a_line_joins_the_marks_of_each_particle_that_is_in_both(reading: Reading) -> None:
    [group] = draw_pair(comparison_of(reading), SETTINGS).groups
    assert [one.kind for one in group.joints] == ["linked", "linked", "split", "split"]
    ends = {(one.x, one.y) for one in group.current_marks}
    starts = {(one.x, one.y) for one in group.prior_marks}
    assert {(one.x2, one.y2) for one in group.joints} <= ends
    assert {(one.x1, one.y1) for one in group.joints} == starts


def test_both_panels_have_one_size_and_scale_and_the_prior_lies_over(reading: Reading) -> None:
    drawn = draw_pair(comparison_of(reading), SETTINGS)
    for panels in (drawn.whole.panels, drawn.groups[0].panels):
        assert grey(panels.current).shape == grey(panels.prior).shape
        assert grey(panels.current).shape == (panels.height, panels.width)
        assert panels.laid_over is not None
        # The same image, not moved: nothing blinks.
        apart = np.abs(grey(panels.laid_over).astype(float) - grey(panels.current))
        assert np.median(apart) <= 3
        assert panels.subtraction is None


def test_a_subtraction_shows_what_is_new_bright_however_small_it_is(reading: Reading) -> None:
    subtraction = np.zeros(reading.mammogram.shape, np.float32)
    subtraction[200, 100] = 12.0
    drawn = draw_pair(comparison_of(reading), SETTINGS, subtraction)
    whole = drawn.whole.panels.subtraction
    assert whole is not None
    assert grey(whole).max() > 200
    assert np.median(grey(whole)) == pytest.approx(127, abs=2)


def test_an_outline_is_dashed_where_the_other_view_has_the_group(reading: Reading) -> None:
    drawn = draw_pair(resolved_of(reading), SETTINGS)
    [now], [then] = drawn.whole.current_outlines, drawn.whole.prior_outlines
    assert (now.expected, then.expected) == (True, False)
    assert now.change == "resolved"
    assert len(now.points.split()) > 10


def test_a_group_without_any_link_is_shown_at_its_centre(reading: Reading) -> None:
    bare = replace(increased(reading), links=())
    drawn = draw_pair(replace(comparison_of(reading), groups=(bare,)), SETTINGS)
    [group] = drawn.groups
    assert (group.current_marks, group.joints) == ((), ())
    assert grey(group.panels.current).max() > 200


def test_a_failed_registration_lays_nothing_over(reading: Reading) -> None:
    drawn = draw_pair(refused_of(reading), SETTINGS)
    assert drawn.whole.panels.laid_over is None
    assert (drawn.groups, drawn.whole.current_outlines) == ((), ())


def test_of_very_many_groups_what_changed_is_magnified(reading: Reading) -> None:
    one = increased(reading)
    calm = [replace(one, number=n, change=Change.STABLE) for n in range(1, 31)]
    groups = [*calm, replace(one, number=31), replace(one, number=32, change=Change.NEW)]
    drawn = draw_pair(replace(comparison_of(reading), groups=tuple(groups)), SETTINGS)
    numbers = [group.group for group in drawn.groups]
    assert numbers == sorted(numbers)
    assert {31, 32} < set(numbers)
    assert len(numbers) < 31
    assert len(drawn.whole.current_outlines) == 32


def test_a_particle_whose_place_is_not_shown_is_marked_as_such(reading: Reading) -> None:
    told = comparison_of(reading)
    links = (*told.links[:4], linked(LinkKind.NOT_SHOWN, (5,), ()))
    group = replace(increased(reading), links=(4,))
    [drawn] = draw_pair(replace(told, links=links, groups=(group,)), SETTINGS).groups
    assert [one.kind for one in drawn.current_marks] == ["not_shown"]
    assert drawn.joints == ()


def test_a_failed_field_does_not_stop_the_pictures(reading: Reading) -> None:
    told = replace(comparison_of(reading), registration=registration(4000.0), groups=())
    panels = draw_pair(told, SETTINGS).whole.panels
    assert panels.laid_over is not None
    assert grey(panels.laid_over).max() <= 30
