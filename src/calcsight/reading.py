"""Read a mammogram: the whole main path on one screen. Start here."""

import dataclasses
import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.background import flatten
from calcsight.analysis.breast import find_breast
from calcsight.analysis.describing import Seen, describe
from calcsight.analysis.detection import find_candidates
from calcsight.analysis.exam_matching import matches
from calcsight.analysis.frames import calcification_in_file, grouping_in_file, track_in_file
from calcsight.analysis.grouping import group
from calcsight.analysis.measurement import measure
from calcsight.analysis.tracks import find_tracks
from calcsight.analysis.view_pairs import views_to_match
from calcsight.pathway.weighed import weigh_found, weigh_matched
from calcsight.terms.calcification import Calcification, Particle
from calcsight.terms.guidance import Guidance
from calcsight.terms.interpreter import Interpreter
from calcsight.terms.judge import Judge
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Exam, Mammogram
from calcsight.terms.reading import (
    ExamReading,
    ExamSummary,
    LeanReading,
    Provenance,
    Reading,
    SeenView,
)
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Candidates, FlatView
from calcsight.terms.version import SOFTWARE

# Coarser pixels than this do not resolve the smallest particles.
_COARSE_PITCH_MM = 0.12


def read(
    mammogram: Mammogram, judge: Judge, settings: Settings, interpreter: Interpreter | None = None
) -> Reading:
    """Find, measure, judge, group, describe and weigh the calcifications of one mammogram.

    Parameters
    ----------
    mammogram : Mammogram
        Reading frame: dense = bright, chest wall left.
    judge : Judge
    settings : Settings
    interpreter : Interpreter or None
        None = nothing is described or weighed.

    Returns
    -------
    Reading
        Positions in the input file's own frame. Empty: no calcification was found at this
        operating point; it never means that nothing is wrong.

    Raises
    ------
    NoBreastError
        When there is no breast in the image.
    """
    spacing = mammogram.spacing
    pitch_mm = spacing.mean_mm if spacing else settings.detection.assumed_pitch_mm
    threshold = judge.operating_points[settings.operating_point]

    breast = find_breast(mammogram, pitch_mm, settings.breast)
    view = flatten(mammogram, breast, pitch_mm, settings)
    candidates = find_candidates(view, settings.detection)
    candidates, particles = measure(view, candidates, spacing, settings.measurement)
    scores = judge.score(view, candidates, particles)
    calcifications = _listed(particles, scores, settings.min_score, threshold)
    sure = [one for one in calcifications if one.score >= threshold]
    groupings = group(sure, spacing, breast, settings.grouping) if spacing else ()
    tracks = find_tracks(view, settings.tracks) if interpreter and spacing else ()
    weighing = None
    if interpreter:
        seen = Seen(mammogram, view, breast, threshold, tracks)
        calcifications, groupings = describe(
            seen, calcifications, groupings, interpreter.describer, settings
        )
        groupings, weighing = weigh_found(
            mammogram, calcifications, groupings, interpreter.guidance, settings
        )

    return Reading(
        mammogram=mammogram,
        calcifications=tuple(calcification_in_file(one, mammogram) for one in calcifications),
        groupings=tuple(grouping_in_file(one, mammogram) for one in groupings),
        breast_area_mm2=breast.area_px * spacing.pixel_area_mm2 if spacing else None,
        limitations=_limitations(mammogram, view, candidates),
        provenance=_provenance(mammogram, judge, settings, interpreter),
        tracks=tuple(track_in_file(one, mammogram) for one in tracks),
        weighing=weighing,
    )


def read_exam(
    exam: Exam, judge: Judge, settings: Settings, interpreter: Interpreter | None = None
) -> ExamReading:
    """Read each view of an exam, in its order, and match and weigh what they show; see `read`."""
    readings = tuple(read(one, judge, settings, interpreter) for one in exam.mammograms)
    summary = summarise(readings, interpreter.guidance, settings) if interpreter else None
    return ExamReading(uid=exam.uid, readings=readings, summary=summary)


def summarise(
    views: Sequence[SeenView], guidance: Guidance, settings: Settings, unread: bool = False
) -> ExamSummary:
    """Match the groups of an exam's interpreted views, and weigh the exam as a whole.

    With `unread`, a view that may be of this exam was refused: the exam is never routine.
    """
    views = tuple(_each_image_once(views))
    found = matches(views, settings.description)
    weighed, weighing = weigh_matched(views, found, guidance, settings, unread)
    return ExamSummary(matches=weighed, left_out=views_to_match(views).left_out, weighing=weighing)


def _each_image_once(views: Sequence[SeenView]) -> Iterator[SeenView]:
    """Yield each view; one whose image came before holds nothing more."""
    seen: set[str] = set()
    for view in views:
        mammogram = view.mammogram
        if mammogram.uid in seen:
            yield LeanReading(mammogram=mammogram, calcifications=(), groups=())
        else:
            yield view
        seen.add(mammogram.uid)


def _listed(
    particles: Sequence[Particle],
    scores: NDArray[np.float64],
    min_score: float | None,
    threshold: float,
) -> tuple[Calcification, ...]:
    """Keep what reaches the listing score, by falling score, then by position."""
    lowest = threshold if min_score is None else min_score
    listed = [
        Calcification(
            score=float(score),
            **{f.name: getattr(particle, f.name) for f in dataclasses.fields(Particle)},
        )
        for particle, score in zip(particles, scores, strict=True)
        if score >= lowest
    ]
    return tuple(sorted(listed, key=lambda one: (-one.score, one.row, one.column)))


def _limitations(
    mammogram: Mammogram, view: FlatView, candidates: Candidates
) -> tuple[Limitation, ...]:
    """Gather what this reading could not do, the standing limitation first."""
    spacing = mammogram.spacing
    doubts = {
        Limitation.UNKNOWN_SPACING: spacing is None,
        Limitation.COARSE_PIXELS: spacing is not None and spacing.mean_mm > _COARSE_PITCH_MM,
        Limitation.PLATEAU_LEFT_OUT: view.plateau_left_out,
        Limitation.CANDIDATES_CUT: candidates.cut,
    }
    raised = [limitation for limitation, present in doubts.items() if present]
    return tuple(dict.fromkeys([Limitation.MASSES_NOT_READ, *mammogram.limitations, *raised]))


def _provenance(
    mammogram: Mammogram, judge: Judge, settings: Settings, interpreter: Interpreter | None
) -> Provenance:
    """Name everything that made this reading."""
    return Provenance(
        software=SOFTWARE,
        judge=judge.name,
        judge_digest=judge.digest,
        settings_digest=settings.digest,
        input_uid=mammogram.uid,
        pixel_digest=mammogram.pixel_digest or hashlib.sha256(mammogram.pixels.data).hexdigest(),
        operating_point=settings.operating_point,
        threshold=judge.operating_points[settings.operating_point],
        interpreted_by=interpreter.named if interpreter else None,
    )
