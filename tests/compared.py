"""Comparisons made by hand from the reading of `conftest`: every figure in them is made up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from tests.interpreted import interpreted, weighing

from calcsight.reports.comparison_entries import Compared, ComparedPair, UnpairedView
from calcsight.terms.comparison import (
    Comparison,
    Course,
    CoursePoint,
    Frame,
    GroupChange,
    LinkKind,
    Measure,
    MeasuredChange,
    NotComparable,
    ParticleLink,
)
from calcsight.terms.group import Grouping
from calcsight.terms.guidance import Change, FiredRule
from calcsight.terms.morphology import Morphology
from calcsight.terms.reading import Reading
from calcsight.terms.registration import Registration, RegistrationQuality

UID = "2.25.12345"
CURRENT, PRIOR = "R_CC_2024.dcm", "R_CC_2022.dcm"


def registration(shift_mm: float = 0.0, succeeded: bool = True) -> Registration:
    """Return a field that moves everything to the right."""
    field = np.zeros((2, 22, 19), np.float32)
    field[1] = shift_mm
    shown = np.ones((22, 19), np.uint8)
    return Registration(
        grid_mm=2.0,
        to_prior=field,
        to_current=-field,
        shown_in_prior=shown,
        shown_in_current=shown,
        quality=RegistrationQuality(
            likeness=0.71,
            likeness_by_chance=0.12,
            agreement=0.84,
            overlap=0.93,
            outline_mm=0.8,
            folded=0.0,
            inverse_mm=0.05,
        ),
        succeeded=succeeded,
        method="made up",
    )


def prior_of(reading: Reading, kept: Sequence[int] = (0, 1, 2)) -> Reading:
    """Return the same breast two years before, with fewer particles and no group of its own."""
    mammogram = replace(
        reading.mammogram, uid="1.2.3.4.4", acquired_on=date(2022, 2, 28), pixel_digest="cd" * 32
    )
    return replace(
        reading,
        mammogram=mammogram,
        calcifications=tuple(reading.calcifications[one] for one in kept),
        groupings=tuple(Grouping(rule=one.rule, groups=()) for one in reading.groupings),
        weighing=None,
    )


def measured(
    measure: Measure,
    prior: float | None,
    current: float | None,
    band: tuple[float, float] | None = None,
) -> MeasuredChange:
    """Work the difference out."""
    known = prior is not None and current is not None
    difference = current - prior if prior is not None and current is not None else None
    return MeasuredChange(
        measure=measure,
        prior=prior,
        current=current,
        difference=difference,
        percent=100 * difference / prior if known and prior and difference is not None else None,
        band=band,
    )


def linked(kind: LinkKind, current: Sequence[int], prior: Sequence[int]) -> ParticleLink:
    """Link particles."""
    both = bool(current) and bool(prior)
    return ParticleLink(
        kind=kind,
        current=tuple(current),
        prior=tuple(prior),
        probability=0.9,
        residual_mm=0.25 if both else None,
    )


LINKS = (
    linked(LinkKind.LINKED, (0,), (0,)),
    linked(LinkKind.LINKED, (1,), (1,)),
    linked(LinkKind.SPLIT, (2, 3), (2,)),
    linked(LinkKind.APPEARED, (4,), ()),
    linked(LinkKind.APPEARED, (5,), ()),
)


def increased(reading: Reading) -> GroupChange:
    """Return the group of the reading, which has more particles than it had."""
    [group] = reading.groups
    return GroupChange(
        number=1,
        tracking_uid=UID,
        kind=LinkKind.LINKED,
        current=(1,),
        prior=(),
        row=group.row,
        column=group.column,
        frame=Frame.CURRENT,
        change=Change.INCREASED,
        probability=0.93,
        measures=(
            measured(Measure.COUNT, 3, 5, (-1.0, 1.0)),
            measured(Measure.EXTENT_MM, 3.1, 5.2, (-1.4, 1.2)),
            measured(Measure.MEAN_DIAMETER_MM, 0.56, 0.57, (-0.1, 0.1)),
            measured(Measure.DENSITY_PER_CM2, 24.0, 25.0, None),
        ),
        new_types=(Morphology.FINE_PLEOMORPHIC,),
        links=(0, 1, 2, 3),
        reasons=(FiredRule(code="count_beyond", words="More than repetition explains."),),
        weighing=weighing(Morphology.AMORPHOUS),
    )


def comparison_of(reading: Reading) -> Comparison:
    """Return the reading against a prior with three of its five particles."""
    current = interpreted(reading)
    return Comparison(
        current=current,
        prior=prior_of(reading),
        days=731,
        not_comparable=None,
        registration=registration(),
        links=LINKS,
        groups=(increased(reading),),
        scores_with_prior=(0.99, 0.98, 0.97, 0.96, 0.9, 0.91),
        weighing=replace(weighing(Morphology.AMORPHOUS), suspicion=None),
        settings_digest="ab" * 32,
    )


def resolved_of(reading: Reading) -> Comparison:
    """Return the same the other way round: the group was there and is there no more."""
    [group] = reading.groups
    gone = GroupChange(
        number=1,
        kind=LinkKind.DISAPPEARED,
        current=(),
        prior=(1,),
        row=group.row,
        column=group.column,
        frame=Frame.PRIOR,
        change=Change.RESOLVED,
        probability=0.8,
        measures=(measured(Measure.COUNT, 5, 0, (-1.0, 1.0)),),
        links=(0, 1, 2, 3, 4),
    )
    prior = replace(reading, mammogram=prior_of(reading).mammogram)
    empty = replace(
        reading,
        calcifications=(),
        groupings=tuple(Grouping(rule=one.rule, groups=()) for one in reading.groupings),
    )
    return Comparison(
        current=empty,
        prior=prior,
        days=731,
        not_comparable=None,
        registration=registration(),
        links=tuple(linked(LinkKind.DISAPPEARED, (), (one,)) for one in range(6)),
        groups=(gone,),
        settings_digest="ab" * 32,
    )


def refused_of(reading: Reading, why: NotComparable = NotComparable.MAGNIFICATION) -> Comparison:
    """Return a pair that cannot be compared."""
    return Comparison(
        current=reading, prior=prior_of(reading), days=None, not_comparable=why, registration=None
    )


def course_of(reading: Reading) -> Course:
    """Return one finding at three dates, of which the middle one does not show it."""
    [group] = reading.groups
    return Course(
        tracking_uid=UID,
        points=(
            CoursePoint(
                acquired_on=date(2022, 2, 28),
                mammogram_uid="1.2.3.4.4",
                row=group.row,
                column=group.column,
                count=3,
                extent_mm=3.1,
                count_band=(2.0, 4.0),
                extent_band_mm=(2.0, 4.5),
            ),
            CoursePoint(
                acquired_on=date(2023, 3, 1),
                mammogram_uid="1.2.3.4.45",
                row=None,
                column=None,
                count=None,
                extent_mm=None,
            ),
            CoursePoint(
                acquired_on=date(2024, 2, 29),
                mammogram_uid="1.2.3.4.5",
                row=group.row,
                column=group.column,
                count=5,
                extent_mm=5.2,
                count_band=(4.0, 6.0),
            ),
        ),
    )


def paired(comparison: Comparison, number: int = 1) -> ComparedPair:
    """Give a comparison its number and the names of its files."""
    return ComparedPair(
        number=number,
        comparison=comparison,
        current_image=CURRENT,
        prior_image=PRIOR,
        link_probability=0.5,
    )


def compared(*comparisons: Comparison, courses: Sequence[Course] = ()) -> Compared:
    """Put comparisons together, as a run does."""
    return Compared(
        pairs=tuple(paired(one, number) for number, one in enumerate(comparisons, start=1)),
        unpaired=(),
        courses=tuple(courses),
        images={"1.2.3.4.5": CURRENT, "1.2.3.4.4": PRIOR},
    )


def unread(image: str = "damaged.dcm") -> UnpairedView:
    """Return a prior that could not be read."""
    return UnpairedView(image=image, frame=Frame.PRIOR, why=NotComparable.REFUSED, view=None)
