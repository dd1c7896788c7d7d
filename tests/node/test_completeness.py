"""A study is complete when it is quiet, or holds the views that are expected of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from tests.node.headers import RAW, image

from calcsight.node.completeness import quiet, views_lacking
from calcsight.node.exposures import sorted_out
from calcsight.node.stored_images import StoredImage
from calcsight.terms.mammogram import Intent, ViewModifier

NOW = datetime(2024, 2, 29, 12, tzinfo=UTC)
FOUR = ("R CC", "L CC", "R MLO", "L MLO")


def lacking(images: Sequence[StoredImage], intent: Intent = Intent.FOR_PRESENTATION) -> list[str]:
    return list(views_lacking(FOUR, sorted_out(images, intent), intent))


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
        image(name, ImageLaterality=name[0], ViewPosition=name[2:], AcquisitionTime=f"10000{n}")
        for n, name in enumerate(FOUR)
    ]
    assert lacking([]) == list(FOUR)
    assert lacking(views[:3]) == ["L MLO"]
    assert lacking(views) == []
    # A repeated view, and one more, change nothing.
    assert lacking([*views, image("again", AcquisitionTime="100100")]) == []


def test_only_the_image_that_is_to_be_read_completes_a_view() -> None:
    raw, shown = image("raw", RAW), image("shown", sources=["raw"])
    assert "L CC" in lacking([raw])
    assert "L CC" not in lacking([raw, shown])
    assert "L CC" not in lacking([raw, shown], Intent.FOR_PROCESSING)


def test_a_magnified_view_is_not_the_plain_one() -> None:
    assert "L CC" in lacking([image("spot", modifiers=[ViewModifier.MAGNIFICATION])])


def test_a_view_expected_twice_is_awaited_twice() -> None:
    study = sorted_out([image("first")], Intent.FOR_PRESENTATION)
    assert views_lacking(["L CC", "L CC"], study, Intent.FOR_PRESENTATION) == ("L CC",)
