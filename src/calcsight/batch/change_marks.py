"""Where the marks of a comparison lie on its pictures: outlines, particles and joining lines."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.frames import mm_of
from calcsight.pictures.hanging import Canvas
from calcsight.pictures.marks import grown_hull
from calcsight.reports.comparison_entries import counts
from calcsight.reports.comparison_pictures import Joint, Mark, Outline
from calcsight.terms.comparison import Comparison, Frame, GroupChange
from calcsight.terms.comparison_settings import ComparisonSettings
from calcsight.terms.reading import Reading
from calcsight.terms.registration import Registration

Places = NDArray[np.float64]
UNKNOWN_CHANGE = "unknown"

_OUTLINE_MM = 2.0
_LEAST_RADIUS_PX = 7.0
_FREE_PX = 4.0
# Room that a number with its sign needs beside an outline.
_TAG_PX = 90.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Particles:
    """The particles of one group at one date.

    Parameters
    ----------
    places_mm : array (n, 2)
        (down, right), reading frame of their own view.
    kinds : tuple of str
        Of their links.
    diameters_mm : tuple of float
    faint : tuple of bool
        Below the operating point.
    counted : tuple of bool
        By the numbers of the group.
    """

    places_mm: Places
    kinds: tuple[str, ...]
    diameters_mm: tuple[float, ...]
    faint: tuple[bool, ...]
    counted: tuple[bool, ...]


def reading_of(comparison: Comparison, frame: Frame) -> Reading:
    """Return the reading of one date."""
    return comparison.current if frame is Frame.CURRENT else comparison.prior


def carried(registration: Registration, places_mm: Places, to: Frame) -> Places:
    """Carry places (n, 2) of the other view over to one of them, mm."""
    move = registration.in_current if to is Frame.CURRENT else registration.in_prior
    return move(places_mm)


def particles_of(
    comparison: Comparison, group: GroupChange, frame: Frame, settings: ComparisonSettings
) -> Particles:
    """Return the particles of a group at one date, in the order of its links."""
    reading = reading_of(comparison, frame)
    found = [
        (link, reading.calcifications[position])
        for link in (comparison.links[one] for one in group.links)
        for position in (link.current if frame is Frame.CURRENT else link.prior)
    ]
    ones = [one for _, one in found]
    return Particles(
        places_mm=mm_of([(one.row, one.column) for one in ones], reading.mammogram),
        kinds=tuple(link.kind.value for link, _ in found),
        diameters_mm=tuple(one.diameter_mm or 0.0 for one in ones),
        faint=tuple(one.score < reading.provenance.threshold for one in ones),
        counted=tuple(counts(link, settings.link_probability) for link, _ in found),
    )


def marks(particles: Particles, canvas: Canvas) -> tuple[Mark, ...]:
    """Return the marks of particles on a magnified part of their view."""
    return tuple(
        Mark(
            kind=kind,
            x=_px(x),
            y=_px(y),
            radius=_px(max(diameter / 2 / canvas.mm_per_px + _FREE_PX, _LEAST_RADIUS_PX)),
            faint=faint,
            counted=counted,
        )
        for (x, y), kind, diameter, faint, counted in zip(
            canvas.at(particles.places_mm),
            particles.kinds,
            particles.diameters_mm,
            particles.faint,
            particles.counted,
            strict=True,
        )
    )


def joints(
    comparison: Comparison, group: GroupChange, canvases: tuple[Canvas, Canvas]
) -> tuple[Joint, ...]:
    """Return a line for each particle that is there at both dates.

    Parameters
    ----------
    comparison : Comparison
    group : GroupChange
    canvases : tuple of Canvas
        Of the current and of the prior view.
    """
    found = []
    for link in (comparison.links[one] for one in group.links):
        for now in link.current:
            for then in link.prior:
                x2, y2 = _at(comparison.current, now, canvases[0])
                x1, y1 = _at(comparison.prior, then, canvases[1])
                faint = _faint(comparison.current, now) or _faint(comparison.prior, then)
                kind = link.kind.value
                found.append(Joint(kind=kind, x1=x1, y1=y1, x2=x2, y2=y2, faint=faint))
    return tuple(found)


def outlines(
    comparison: Comparison, canvas: Canvas, frame: Frame, settings: ComparisonSettings
) -> tuple[Outline, ...]:
    """Outline every group on a whole view; where it has none of it, the place it would be at."""
    registration = comparison.registration
    if registration is None:
        return ()
    other = Frame.PRIOR if frame is Frame.CURRENT else Frame.CURRENT
    found = []
    for group in comparison.groups:
        own = _sure_places(comparison, group, frame, settings)
        places = own
        if not len(own):
            theirs = _sure_places(comparison, group, other, settings)
            places = carried(registration, theirs, frame)
        if not len(places):
            centre = mm_of(
                [(group.row, group.column)], reading_of(comparison, group.frame).mammogram
            )
            places = centre if group.frame is frame else carried(registration, centre, frame)
        found.append(_outline(group, canvas, places, expected=not len(own)))
    return tuple(found)


def _outline(group: GroupChange, canvas: Canvas, places_mm: Places, *, expected: bool) -> Outline:
    """Draw a rounded line around places."""
    hull = grown_hull(canvas.at(places_mm), _OUTLINE_MM / canvas.mm_per_px)
    leftmost, rightmost = (hull[int(at)] for at in (hull[:, 0].argmin(), hull[:, 0].argmax()))
    room = canvas.size[1] - rightmost[0] >= _TAG_PX
    x, y = rightmost if room else leftmost
    return Outline(
        group=group.number,
        change=group.change.value if group.change else UNKNOWN_CHANGE,
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in hull),
        expected=expected,
        x=_px(x),
        y=_px(y),
        ends=not room,
    )


def _sure_places(
    comparison: Comparison, group: GroupChange, frame: Frame, settings: ComparisonSettings
) -> Places:
    """Return the places of a group's particles that reach the operating point, mm."""
    particles = particles_of(comparison, group, frame, settings)
    return np.asarray(particles.places_mm[~np.array(particles.faint, bool)])


def _at(reading: Reading, position: int, canvas: Canvas) -> tuple[float, float]:
    """Return (x, y) of a particle on a canvas of its own view."""
    one = reading.calcifications[position]
    [(x, y)] = canvas.at(mm_of([(one.row, one.column)], reading.mammogram))
    return _px(x), _px(y)


def _faint(reading: Reading, position: int) -> bool:
    """Tell whether a particle lies below the operating point."""
    return reading.calcifications[position].score < reading.provenance.threshold


def _px(value: float) -> float:
    """Round to a tenth of a pixel."""
    return round(float(value), 1)
