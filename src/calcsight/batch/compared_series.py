"""What was read of a current exam and its priors, compared view by view."""

from collections.abc import Iterator, Sequence

from calcsight.batch.compared_inputs import Answer, ReadForComparison, exams_of_inputs
from calcsight.comparing import exams_of, series_of
from calcsight.reports.comparison_entries import Compared, ComparedPair, UnpairedView
from calcsight.terms.comparison import Frame, KnownBefore, NotComparable, Series, Unpaired
from calcsight.terms.guidance import Guidance
from calcsight.terms.reading import ExamReading, Reading
from calcsight.terms.settings import Settings


def compared_of(
    answers: Sequence[Answer], settings: Settings, guidance: Guidance, known: KnownBefore
) -> Compared:
    """Compare what was read; name what was not, and what has no counterpart.

    One view against one view of each prior exam is compared whatever it shows, so that the answer
    says why it cannot be. Of whole exams, views are paired by side and view.

    Parameters
    ----------
    answers : sequence of ReadForComparison or RefusedForComparison
    settings : Settings
    guidance : Guidance
    known : KnownBefore
    """
    current, priors = exams_of_inputs(answers)
    views: tuple[Series, ...] = ()
    unpaired: list[UnpairedView] = []
    images = {id(one.reading): one.image for one in answers if isinstance(one, ReadForComparison)}
    if len(current.readings) == 1 and priors and all(len(one.readings) == 1 for one in priors):
        before = [one.readings[0] for one in priors]
        views = (series_of(current.readings[0], before, settings, guidance, known),)
    elif current.readings and priors:
        found = exams_of(current, priors, settings, guidance, known)
        views = found.views
        alone = _alone(found.unpaired, current, priors, views)
        unpaired += [_unpaired(*one, images) for one in alone]
    else:
        # Nothing was read on one side: each of the other has no counterpart that could be read.
        unpaired += [
            _unpaired(one.reading, one.source.frame, NotComparable.REFUSED, images)
            for one in answers
            if isinstance(one, ReadForComparison)
        ]
    return Compared(
        pairs=tuple(_pairs(views, images, settings)),
        unpaired=(*unpaired, *_refused(answers)),
        courses=tuple(course for one in views for course in one.courses),
        images={
            one.reading.mammogram.uid: one.image
            for one in answers
            if isinstance(one, ReadForComparison)
        },
    )


def _pairs(
    views: Sequence[Series], images: dict[int, str], settings: Settings
) -> Iterator[ComparedPair]:
    """Yield the pairs by current view, the most recent prior first."""
    comparisons = [one for view in views for one in reversed(view.comparisons)]
    for number, one in enumerate(comparisons, start=1):
        yield ComparedPair(
            number=number,
            comparison=one,
            current_image=images[id(one.current)],
            prior_image=images[id(one.prior)],
            link_probability=settings.comparison.link_probability,
        )


def _alone(
    unpaired: Sequence[Unpaired],
    current: ExamReading,
    priors: Sequence[ExamReading],
    views: Sequence[Series],
) -> Iterator[tuple[Reading, Frame, NotComparable]]:
    """Yield each view that was compared with nothing, once."""
    compared = {id(view.comparisons[-1].current) for view in views}
    for one in unpaired:
        exam = current if one.frame is Frame.CURRENT else priors[one.prior]
        reading = exam.readings[one.position]
        if id(reading) not in compared:
            compared.add(id(reading))
            yield reading, one.frame, one.why


def _unpaired(
    reading: Reading, frame: Frame, why: NotComparable, images: dict[int, str]
) -> UnpairedView:
    """Name a view that was compared with nothing."""
    view = reading.mammogram.without_pixels()
    return UnpairedView(image=images[id(reading)], frame=frame, why=why, view=view)


def _refused(answers: Sequence[Answer]) -> Iterator[UnpairedView]:
    """Name what could not be read."""
    for one in answers:
        if not isinstance(one, ReadForComparison):
            yield UnpairedView(
                image=one.image, frame=one.source.frame, why=NotComparable.REFUSED, view=None
            )
