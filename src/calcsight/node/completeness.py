"""When a study is complete: quiet long enough, or all expected views are there."""

from collections.abc import Iterable
from datetime import datetime

from calcsight.node.exposures import StudyImages
from calcsight.terms.mammogram import Intent, Laterality, View

PlainView = tuple[Laterality, View]


def quiet(last_noted_at: datetime, now: datetime, seconds: float) -> bool:
    """Tell whether nothing of a study came for so many seconds.

    The distance in time counts, whatever its sign: a clock that was set back by a day must not
    let a study wait for a day.
    """
    return abs((now - last_noted_at).total_seconds()) >= seconds


def views_lacking(
    expected: Iterable[PlainView], study: StudyImages, read_intent: Intent
) -> frozenset[PlainView]:
    """Return the expected views that the study does not hold yet.

    Parameters
    ----------
    expected : iterable of (Laterality, View)
    study : StudyImages
    read_intent : Intent
        A view counts when the image that is to be read is there: with only the one FOR
        PROCESSING, the one FOR PRESENTATION may be on its way. An image without an intent
        counts. A magnified, spot or otherwise modified view stands for no plain one.
    """
    held = {
        (image.laterality, image.view)
        for image in (one.image for one in study.exposures)
        if not image.modifiers and image.intent in (read_intent, Intent.UNKNOWN)
    }
    return frozenset(expected) - held
