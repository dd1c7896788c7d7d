"""When a study is complete: quiet long enough, or all expected views are there."""

from collections.abc import Iterable
from datetime import datetime

from calcsight.node.exposures import StudyImages
from calcsight.terms.mammogram import Intent, view_name


def quiet(last_noted_at: datetime, now: datetime, seconds: float) -> bool:
    """Tell whether nothing of a study came for so many seconds.

    A clock that was set back meanwhile lets a study wait no longer than one set forward: the
    distance in time counts, whatever its sign.
    """
    return abs((now - last_noted_at).total_seconds()) >= seconds


def views_lacking(
    expected: Iterable[str], study: StudyImages, read_intent: Intent
) -> tuple[str, ...]:
    """Return the expected views that the study does not hold yet.

    Parameters
    ----------
    expected : iterable of str
        As "L CC", each once for every image that is awaited of it.
    study : StudyImages
    read_intent : Intent
        A view counts when the image that is to be read is there: with only the one FOR
        PROCESSING, the one FOR PRESENTATION may be on its way. An image without an intent
        counts.

    Returns
    -------
    tuple of str
        In the order of `expected`; magnified, spot and other modified views stand for no plain
        view.
    """
    held = plain_views(study, read_intent)
    lacking = []
    for one in expected:
        if one in held:
            held.remove(one)
        else:
            lacking.append(one)
    return tuple(lacking)


def plain_views(study: StudyImages, read_intent: Intent) -> list[str]:
    """Name the plain views whose image to read is there, as "L CC"; repeated views repeat."""
    images = [one.image for one in study.exposures]
    return [
        view_name(one.laterality, one.view)
        for one in images
        if one.laterality and one.view and not one.modifiers
        if one.intent in (read_intent, Intent.UNKNOWN)
    ]
