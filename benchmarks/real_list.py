"""What an eye listed on the real views, and what a reading gives, compared.

Positions are `row, column` in the file's own frame, pixels; lengths in mm.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calcsight.evaluation.matching import match_one_to_one
from calcsight.evaluation.particle_rules import within

REACH_MM = 0.5
MEMBER_HITS = 2
# Kinds of distractor that the project wants in no group at all.
WANTED_IN_NONE = (
    "label",
    "ball",
    "clip",
    "dense rectangle in the nipple skin",
    "cross",
    "holder",
    "skin line",
    "vessel crossing",
)
TRUE = "listed group"
PARTS = "listed calcifications"
DISTRACTOR = "distractor"
UNLISTED = "not on the list"

Places = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One thing on the list.

    Parameters
    ----------
    file : str
        Path below the data folder.
    what : str
        `calcification`, `group` or `distractor`.
    points : tuple of (row, column)
        One: the centre of a disc. More: a line.
    extent_mm : float
        Diameter of the disc, or width of the line.
    certainty : str
        `sure`, `probable` or `possible`.
    kind, note : str
    """

    file: str
    what: str
    points: tuple[tuple[float, float], ...]
    extent_mm: float
    certainty: str
    kind: str
    note: str

    def distance_mm(self, places: Places, pitch_mm: float) -> Places:
        """Return each place's distance, shape (n,), to the centre or to the line."""
        ends = np.array(self.points, dtype=np.float64)
        starts, stops = (ends[:-1], ends[1:]) if len(ends) > 1 else (ends, ends)
        along = stops - starts
        length2 = np.maximum((along**2).sum(axis=1), 1e-12)
        from_start = places[:, None, :] - starts[None]
        share = np.clip((from_start * along).sum(axis=2) / length2, 0.0, 1.0)
        apart = np.linalg.norm(from_start - share[..., None] * along, axis=2)
        nearest: Places = apart.min(axis=1) * pitch_mm
        return nearest

    def holds(self, places: Places, pitch_mm: float) -> NDArray[np.bool_]:
        """Say for each place, shape (n,), whether it lies within half the extent."""
        inside: NDArray[np.bool_] = self.distance_mm(places, pitch_mm) <= self.extent_mm / 2
        return inside


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenGroup:
    """One group of a reading: its centre, its members' positions in the marks, its score."""

    row: float
    column: float
    members: tuple[int, ...]
    score: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Given:
    """What a reading gave.

    Parameters
    ----------
    places : array (n, 2)
        Every listed mark, also those below the threshold.
    scores : array (n,)
    threshold : float
        Marks of at least this score count.
    groups : tuple of GivenGroup
    pitch_mm : float
    """

    places: Places
    scores: Places
    threshold: float
    groups: tuple[GivenGroup, ...]
    pitch_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one listed calcification or group; a score of None: no mark there at all.

    Parameters
    ----------
    listed : Listed
    found : bool
    score : float or None
        Of the mark or group that hit; else of the best mark below the threshold.
    members : int
        Of a found group: members of the group that hit; of a missed one: marks inside it that
        count. 0 for a calcification.
    """

    listed: Listed
    found: bool
    score: float | None
    members: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupVerdict:
    """What a given group lies on: one of TRUE, PARTS, DISTRACTOR, UNLISTED, and its kinds."""

    group: GivenGroup
    verdict: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseMark:
    """A mark on no listed calcification or group; `kinds` of distractor it lies on, if any."""

    row: float
    column: float
    score: float
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One view, compared.

    Parameters
    ----------
    calcifications, groups : tuple of Verdict
    given : tuple of GroupVerdict
    marks : int
        Marks at or above the threshold.
    false_marks : tuple of FalseMark
        Of them, on no listed calcification or group; by falling score.
    """

    calcifications: tuple[Verdict, ...]
    groups: tuple[Verdict, ...]
    given: tuple[GroupVerdict, ...]
    marks: int
    false_marks: tuple[FalseMark, ...]

    @property
    def off_list(self) -> int:
        """Number of false marks on no distractor."""
        return sum(not one.kinds for one in self.false_marks)

    @property
    def on_distractors(self) -> int:
        """Number of false marks on a distractor."""
        return len(self.false_marks) - self.off_list


def read_list(path: Path) -> tuple[Listed, ...]:
    """Read the list; rows of one file with the same `line` are the points of one line.

    Raises
    ------
    ValueError
        When a row names an unknown `what` or certainty, or a line changes what it is.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    joined: dict[tuple[str, str], list[dict[str, str]]] = {}
    for number, row in enumerate(rows):
        joined.setdefault((row["file"], row["line"] or f"row {number}"), []).append(row)
    return tuple(_listed(points) for points in joined.values())


def _listed(rows: Sequence[dict[str, str]]) -> Listed:
    first = rows[0]
    same = {tuple(v for k, v in row.items() if k not in {"row", "column"}) for row in rows}
    if len(same) != 1:
        raise ValueError(f"line {first['line']} of {first['file']} is more than one thing")
    if first["what"] not in {"calcification", "group", "distractor"}:
        raise ValueError(f"what is {first['what']!r}")
    if first["certainty"] not in {"sure", "probable", "possible"}:
        raise ValueError(f"certainty is {first['certainty']!r}")
    return Listed(
        file=first["file"],
        what=first["what"],
        points=tuple((float(row["row"]), float(row["column"])) for row in rows),
        extent_mm=float(first["extent_mm"]),
        certainty=first["certainty"],
        kind=first["kind"],
        note=first["note"],
    )


def compare(listed: Sequence[Listed], given: Given) -> Compared:
    """Compare what was listed on one view with what a reading gave.

    Rules
    -----
    A calcification is found by a mark within 0.5 mm or half its extent, one mark to one listed
    particle, by falling score. A listed group is found by a given group whose centre lies inside
    it or that has at least two members inside. A given group is, by the first that holds: on a
    distractor, when at least half of its members are; a listed group, when it hits one; listed
    calcifications, when at least half of its members are on some; on a distractor, when its
    centre is; not on the list.
    """
    particles = [one for one in listed if one.what == "calcification"]
    regions = [one for one in listed if one.what == "group"]
    distractors = [one for one in listed if one.what == "distractor"]
    counted = given.scores >= given.threshold
    on_particle = _on_any(particles, given, REACH_MM)
    on_listed = on_particle | _on_any(regions, given)
    return Compared(
        calcifications=_particle_verdicts(particles, given),
        groups=tuple(_region_verdict(one, given) for one in regions),
        given=tuple(
            _group_verdict(group, regions, distractors, given, on_particle)
            for group in given.groups
        ),
        marks=int(counted.sum()),
        false_marks=_false_marks(counted & ~on_listed, distractors, given),
    )


def _false_marks(
    false: NDArray[np.bool_], distractors: Sequence[Listed], given: Given
) -> tuple[FalseMark, ...]:
    at = np.flatnonzero(false)
    holds = [(one.kind, one.holds(given.places[at], given.pitch_mm)) for one in distractors]
    marks = [
        FalseMark(
            row=float(given.places[mark, 0]),
            column=float(given.places[mark, 1]),
            score=float(given.scores[mark]),
            kinds=tuple(sorted({kind for kind, held in holds if held[n]})),
        )
        for n, mark in enumerate(at)
    ]
    return tuple(sorted(marks, key=lambda one: -one.score))


def _on_any(listed: Sequence[Listed], given: Given, reach_mm: float = 0.0) -> NDArray[np.bool_]:
    """Say for each mark whether it lies on any of these, or within `reach_mm` of its centre."""
    on = np.zeros(len(given.scores), dtype=bool)
    for one in listed:
        on |= one.distance_mm(given.places, given.pitch_mm) <= max(reach_mm, one.extent_mm / 2)
    return on


def _particle_verdicts(particles: Sequence[Listed], given: Given) -> tuple[Verdict, ...]:
    """Match marks to particles one to one; the reach differs, so distances are scaled by it."""
    counted = np.flatnonzero(given.scores >= given.threshold)
    hit: dict[int, float] = {}
    for reach_mm in sorted({max(REACH_MM, one.extent_mm / 2) for one in particles}):
        left = [
            number
            for number, one in enumerate(particles)
            if number not in hit and max(REACH_MM, one.extent_mm / 2) == reach_mm
        ]
        centres = np.array([particles[n].points[0] for n in left], dtype=np.float64)
        pairs = within(
            given.places[counted] * given.pitch_mm,
            centres.reshape(-1, 2) * given.pitch_mm,
            reach_mm,
        )
        matched = match_one_to_one(pairs, given.scores[counted], len(left))
        for mark, particle in zip(counted, matched, strict=True):
            if particle >= 0:
                hit[left[particle]] = float(given.scores[mark])
        counted = counted[matched < 0]
    return tuple(
        Verdict(listed=one, found=True, score=hit[number])
        if number in hit
        else Verdict(listed=one, found=False, score=_best_below(one, given))
        for number, one in enumerate(particles)
    )


def _best_below(one: Listed, given: Given) -> float | None:
    """Return the best score below the threshold at a missed thing, None without any mark."""
    reach_mm = max(REACH_MM, one.extent_mm / 2)
    near = one.distance_mm(given.places, given.pitch_mm) <= reach_mm
    scores = given.scores[near & (given.scores < given.threshold)]
    return float(scores.max()) if len(scores) else None


def _hits(group: GivenGroup, region: Listed, given: Given) -> bool:
    centre = np.array([[group.row, group.column]])
    members = given.places[list(group.members)]
    inside = int(region.holds(members, given.pitch_mm).sum())
    return bool(region.holds(centre, given.pitch_mm)[0]) or inside >= MEMBER_HITS


def _region_verdict(region: Listed, given: Given) -> Verdict:
    """Say whether a listed group was found; the best of the given groups that hit it counts."""
    hits = [group for group in given.groups if _hits(group, region, given)]
    if not hits:
        counted = region.holds(given.places, given.pitch_mm) & (given.scores >= given.threshold)
        below = _best_below(region, given)
        return Verdict(listed=region, found=False, score=below, members=int(counted.sum()))
    best = max(hits, key=lambda group: group.score)
    return Verdict(listed=region, found=True, score=best.score, members=len(best.members))


def _group_verdict(
    group: GivenGroup,
    regions: Sequence[Listed],
    distractors: Sequence[Listed],
    given: Given,
    on_particle: NDArray[np.bool_],
) -> GroupVerdict:
    """Say what a given group lies on; see `compare`."""
    members = list(group.members)
    free = [at for at in members if not on_particle[at]]
    held = np.zeros(len(members), dtype=bool)
    kinds = set()
    for one in distractors:
        inside = one.holds(given.places[members], given.pitch_mm) & ~on_particle[members]
        held |= inside
        if inside.any():
            kinds.add(one.kind)
    hit = tuple(sorted({one.kind for one in regions if _hits(group, one, given)}))
    if free and 2 * held.sum() >= len(members):
        return GroupVerdict(group=group, verdict=DISTRACTOR, kinds=tuple(sorted(kinds)))
    if hit:
        return GroupVerdict(group=group, verdict=TRUE, kinds=hit)
    if 2 * on_particle[members].sum() >= len(members):
        return GroupVerdict(group=group, verdict=PARTS)
    centre = np.array([[group.row, group.column]])
    under = sorted({one.kind for one in distractors if one.holds(centre, given.pitch_mm)[0]})
    if under:
        return GroupVerdict(group=group, verdict=DISTRACTOR, kinds=tuple(under))
    return GroupVerdict(group=group, verdict=UNLISTED)
