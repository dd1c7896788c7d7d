"""A study is complete when it is quiet, or holds the views that are expected of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from tests.node.headers import RAW, image

from calcsight.node.completeness import quiet, views_lacking
from calcsight.node.exposures import sorted_out
from calcsight.node.stored_images import StoredImage
from calcsight.terms.mammogram import Intent, Laterality, View, ViewModifier

NOW = datetime(2024, 2, 29, 12, tzinfo=UTC)
L_CC = (Laterality.LEFT, View.CC)
SIDES = (Laterality.LEFT, Laterality.RIGHT)
FOUR = [(side, view) for view in (View.CC, View.MLO) for side in SIDES]


def lacking(
    images: Sequence[StoredImage], intent: Intent = Intent.FOR_PRESENTATION
) -> frozenset[tuple[Laterality, View]]:
    return views_lacking(FOUR, sorted_out(images, intent), intent)


@pytest.mark.parametrize(
    ("seconds_ago", "complete"),
    [(0, False), (29.9, False), (30, True), (-29, False), (-3600, True)],
)
def test_quiet_counts_from_the_last_image_and_survives_a_clock_set_back(
    seconds_ago: float, complete: bool
) -> None:
    assert quiet(NOW - timedelta(seconds=seconds_ago), NOW, 30) is complete


def test_four_views_are_complete_when_the_last_is_there() -> None:
    views = [
        image(f"{n}", ImageLaterality=side, ViewPosition=view, AcquisitionTime=f"10000{n}")
        for n, (side, view) in enumerate(FOUR)
    ]
    assert lacking([]) == set(FOUR)
    assert lacking(views[1:]) == {L_CC}
    assert not lacking(views)
    # A repeated view changes nothing.
    assert not lacking([*views, image("again", AcquisitionTime="100100")])


def test_only_the_image_that_is_to_be_read_completes_a_view() -> None:
    raw, shown = image("raw", RAW), image("shown", sources=["raw"])
    assert L_CC in lacking([raw])
    assert L_CC not in lacking([raw, shown])
    assert L_CC not in lacking([raw, shown], Intent.FOR_PROCESSING)


def test_a_magnified_view_is_not_the_plain_one() -> None:
    assert L_CC in lacking([image("spot", modifiers=[ViewModifier.MAGNIFICATION])])
