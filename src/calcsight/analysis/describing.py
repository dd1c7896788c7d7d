"""Describe: words for what each calcification and each group looks like, and how sure they are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.appearance import long_axes
from calcsight.analysis.arms import branches
from calcsight.analysis.distribution import chance_of_elongation
from calcsight.analysis.group_shape import SAID, suspicion_rank
from calcsight.analysis.location import locate_each
from calcsight.analysis.track_evidence import track_evidence, with_tracks
from calcsight.terms.calcification import Calcification
from calcsight.terms.description import Description
from calcsight.terms.description_settings import DescriptionSettings
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group, Grouping
from calcsight.terms.judge import Describer
from calcsight.terms.location import Location
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.morphology import Morphology, Named
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Breast, FlatView
from calcsight.terms.track import Track

Word = TypeVar("Word", bound=StrEnum)
Numbers = NDArray[np.float64]
_MOST = 0.5
# A member of a score of 0 counts for this much: with a threshold of 0, all may have that.
_LEAST_SCORE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a reading has of one view before it describes, reading frame.

    Parameters
    ----------
    mammogram : Mammogram
    view : FlatView
    breast : Breast
    threshold : float
        0-1, score at or above which a calcification counts.
    tracks : tuple of Track
        Calcified vessels: what lies in their walls is likelier vascular.
    """

    mammogram: Mammogram
    view: FlatView
    breast: Breast
    threshold: float
    tracks: tuple[Track, ...] = ()


def describe(
    seen: Seen,
    calcifications: Sequence[Calcification],
    groupings: Sequence[Grouping],
    describer: Describer,
    settings: Settings,
) -> tuple[tuple[Calcification, ...], tuple[Grouping, ...]]:
    """Name the shape of every calcification, and describe the groups of the primary rule.

    Shapes are known in millimetres alone: with an unknown spacing nothing is named.

    What is listed below the threshold is named too, but what counts is described as if nothing
    else were listed: a longer list changes no group. What is more likely a calcification than not
    is described as if only its like counted: marks that are probably none mislead about no other.

    Parameters
    ----------
    seen : Seen
    calcifications : sequence of Calcification
        By falling score, reading frame.
    groupings : sequence of Grouping
        The primary rule first; members are positions in `calcifications`, and all count.
    describer : Describer
    settings : Settings

    Returns
    -------
    calcifications : tuple of Calcification
        The same, with `morphology`.
    groupings : tuple of Grouping
        The same; groups of the primary rule with `description`, and with its likeliest
        distribution.
    """
    if seen.mammogram.spacing is None:
        return tuple(calcifications), tuple(groupings)
    rows = _probabilities(seen, calcifications, describer, settings.description.lone_score)
    rows = with_tracks(rows, track_evidence(calcifications, seen.tracks, seen.view.pitch_mm))
    least = settings.description.least_probability
    shaped = tuple(
        replace(one, morphology=named(Morphology, row, least))
        for one, row in zip(calcifications, rows, strict=True)
    )
    sure = [one for one in calcifications if one.score >= seen.threshold]
    groups = [group for grouping in groupings[:1] for group in grouping.groups]
    centres = [(group.row, group.column) for group in groups]
    locations = locate_each(centres, seen.breast, seen.mammogram, settings.description)
    described = tuple(
        _group_described(group, location, sure, rows[: len(sure)], seen, (describer, settings))
        for group, location in zip(groups, locations, strict=True)
    )
    first = [replace(one, groups=described) for one in groupings[:1]]
    return shaped, (*first, *groupings[1:])


def _group_described(
    group: Group,
    location: Location,
    sure: Sequence[Calcification],
    rows: Numbers,
    seen: Seen,
    by: tuple[Describer, Settings],
) -> Group:
    """Return one group with its description, and with its likeliest distribution."""
    describer, settings = by
    least = settings.description.least_probability
    shapes = rows[list(group.members)]
    scores = np.maximum([sure[at].score for at in group.members], _LEAST_SCORE)
    spread = describer.group_distribution(group, sure, rows, seen.breast, seen.view.pitch_mm)
    words = _Words(
        morphology=_shape_of_group(describer, shapes, scores, least),
        distribution=named(Distribution, _with_nipple(spread, location), least),
        location=location,
    )
    description = _described([sure[at] for at in group.members], shapes, words, seen, settings)
    return replace(group, description=description, distribution=words.distribution.likeliest)


def _with_nipple(spread: Numbers, location: Location) -> Numbers:
    """Leave segmental out where the nipple is not in the image: it is a fan towards the nipple."""
    if location.nipple_distance_mm is not None:
        return spread
    left = np.where([word is Distribution.SEGMENTAL for word in Distribution], 0.0, spread)
    return np.asarray(left / left.sum())


def _shape_of_group(
    describer: Describer, shapes: Numbers, scores: Numbers, least: float
) -> Named[Morphology]:
    """Name the shape of a group; a name that most members have no part in is none."""
    shape = named(Morphology, describer.group_morphology(shapes, scores), least)
    said = np.average(shapes.max(axis=1) >= SAID, weights=scores) >= _MOST
    return shape if said else replace(shape, label=None)


def _probabilities(
    seen: Seen, calcifications: Sequence[Calcification], describer: Describer, heard_score: float
) -> Numbers:
    """Return the probabilities of all, each from the company of what is at least as sure.

    Three circles, by falling score: what is more likely than not, what counts, and all that is
    listed. Each is described with the circles inside it, and never with one outside.
    """
    rows = np.zeros((0, len(Morphology)))
    for least in (max(heard_score, seen.threshold), seen.threshold, 0.0):
        company = [one for one in calcifications if one.score >= least]
        if len(company) > len(rows):
            more = describer.morphologies(seen.view, seen.breast, company)
            rows = np.vstack([rows, more[len(rows) :]])
    return rows


def named(words: type[Word], probabilities: Numbers, least: float) -> Named[Word]:
    """Give the likeliest word, or none when it is less probable than `least`.

    Parameters
    ----------
    words : type of StrEnum
    probabilities : array (len(words),)
        In the order of the words.
    least : float
        0-1.
    """
    of = dict(zip(words, map(float, probabilities), strict=True))
    likeliest = Named(label=None, probabilities=of).likeliest
    return Named(label=likeliest if of[likeliest] >= least else None, probabilities=of)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What others say of a group."""

    morphology: Named[Morphology]
    distribution: Named[Distribution]
    location: Location


def _described(
    members: Sequence[Calcification],
    probabilities: Numbers,
    words: _Words,
    seen: Seen,
    settings: Settings,
) -> Description:
    """Put a description together."""
    said = settings.description
    pitch_mm = seen.view.pitch_mm
    scores = np.array([one.score for one in members])
    tip = np.array([seen.breast.tip_row, seen.breast.tip_column])
    places = np.array([(one.row, one.column) for one in members])
    diameters = np.array([one.diameter_px for one in members])
    long = np.array([one.elongation >= said.long_elongation for one in members])
    axes = long_axes(members)[long]
    nipple_known = words.location.nipple_distance_mm is not None
    return Description(
        morphology=words.morphology,
        predominant=predominant(probabilities, said, scores),
        worst=worst(probabilities, said, scores),
        distribution=words.distribution,
        size_variability=float(diameters.std() / diameters.mean()),
        shape_variability=shape_variability(members),
        linearity=float(long.mean()),
        branching=float(np.mean([branches(one.outline, one.solidity) for one in members])),
        nipple_angle_deg=(
            _nipple_angle(places * pitch_mm, tip * pitch_mm, settings) if nipple_known else None
        ),
        duct_alignment=_alignment(axes, tip - places[long]) if nipple_known else None,
        location=words.location,
    )


def predominant(
    probabilities: Numbers, settings: DescriptionSettings, scores: Numbers | None = None
) -> Morphology | None:
    """Return the shape that most of the members that can be classified have.

    Parameters
    ----------
    probabilities : array (n, len(Morphology))
        Of the members, n >= 1.
    settings : DescriptionSettings
    scores : array (n,) or None
        0-1, the members' scores: each member counts for as much; None = each for 1.

    Returns
    -------
    Morphology or None
        None when fewer than half of the members can be classified. Of shapes that equally many
        have, the one that is likelier over all members.
    """
    scores = np.ones(len(probabilities)) if scores is None else scores
    classified = probabilities.max(axis=1) >= settings.least_probability
    if 2 * scores[classified].sum() < scores.sum():
        return None
    votes = np.bincount(
        probabilities[classified].argmax(axis=1),
        weights=scores[classified],
        minlength=len(Morphology),
    )
    order = np.lexsort((scores @ probabilities, votes))
    return list(Morphology)[int(order[-1])]


def worst(
    probabilities: Numbers, settings: DescriptionSettings, scores: Numbers | None = None
) -> Morphology | None:
    """Return the most suspicious shape that enough members are expected to have.

    For each rank of suspicion, from the highest: the probabilities of all shapes of that rank or
    a higher one, added up over the members, must reach both `worst_count` and `worst_share` of
    the members; then it is the likeliest shape of that rank. One more member that is surely more
    suspicious never lowers the count; it lowers the share only of what it is itself above.

    Parameters
    ----------
    probabilities : array (n, len(Morphology))
        Of the members, n >= 1.
    settings : DescriptionSettings
    scores : array (n,) or None
        0-1, the members' scores: each member counts for as much; None = each for 1.

    Returns
    -------
    Morphology or None
        None when no member can be classified.
    """
    if probabilities.max() < settings.least_probability:
        return None
    ranks = np.array([suspicion_rank(shape) for shape in Morphology])
    scores = np.ones(len(probabilities)) if scores is None else scores
    expected = scores @ probabilities
    needed = max(float(settings.worst_count), settings.worst_share * float(scores.sum()))
    for rank in sorted(set(ranks.tolist()), reverse=True):
        if rank == 0 or expected[ranks >= rank].sum() >= needed:
            at = np.where(ranks == rank, expected, -1.0).argmax()
            return list(Morphology)[int(at)]
    raise AssertionError("rank 0 always returns")


def shape_variability(members: Sequence[Calcification]) -> float:
    """Return how much members differ in shape: 0 = all alike, about 0.3 = any shape.

    Root mean square of the population SDs of circularity, solidity and width over length, each of
    which lies within 0-1.
    """
    numbers = np.array(
        [(one.circularity, one.solidity, 1.0 / max(one.elongation, 1.0)) for one in members]
    )
    return float(np.sqrt((numbers.std(axis=0) ** 2).mean()))


def _nipple_angle(places_mm: Numbers, tip_mm: Numbers, settings: Settings) -> float | None:
    """Angle between main axis and the line to the nipple; None for what is round by chance."""
    if chance_of_elongation(places_mm) > settings.grouping.linear_chance:
        return None
    centred = places_mm - places_mm.mean(axis=0)
    axis = np.linalg.eigh(centred.T @ centred)[1][:, 1]
    ahead = tip_mm - places_mm.mean(axis=0)
    away = float(np.hypot(*ahead))
    if away == 0.0:
        return None
    return math.degrees(math.acos(min(1.0, abs(float(axis @ ahead)) / away)))


def _alignment(axes: Numbers, ahead: Numbers) -> float | None:
    """Mean cos(2 angle) between long members and the line to the nipple."""
    lengths = np.hypot(*axes.T) * np.hypot(*ahead.T)
    known = lengths > 0.0
    if not known.any():
        return None
    cosines = (axes * ahead).sum(axis=1)[known] / lengths[known]
    return float(np.clip((2.0 * cosines**2 - 1.0).mean(), -1.0, 1.0))
