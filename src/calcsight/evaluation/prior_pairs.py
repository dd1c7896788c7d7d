"""Views read alone and with their prior: what the scores that use the prior do to detection."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from calcsight.comparing import compare_readings
from calcsight.evaluation.benign_or_suspicious import (
    ALONE_NAMES,
    PRIOR_NAMES,
    alone_features,
    prior_features,
)
from calcsight.evaluation.cases import DataSet, FoundView, Numbers, Predictions, TrueView
from calcsight.evaluation.emerging import with_emerging_groups
from calcsight.evaluation.predictions_json import found_in
from calcsight.evaluation.reading_views import our_predictions, refuse_without_images
from calcsight.evaluation.view_names import found_view
from calcsight.reading import read
from calcsight.terms.comparison import Comparison
from calcsight.terms.errors import InputRefused, UsageError
from calcsight.terms.judge import Judge
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.reading import Reading
from calcsight.terms.settings import Settings

ViewPair = tuple[TrueView, TrueView]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundPair:
    """What was found in one view, alone and with its prior.

    Parameters
    ----------
    alone, with_prior : FoundView
        The same marks; those of `with_prior` have the scores of the comparison.
    not_compared : str
        Why the prior changed nothing: a code of `NotComparable`, or of a refusal; "" = they were
        compared.
    alone_features, prior_features : array (marks, k)
        As `benign_or_suspicious` measures them; empty when the view was refused.
    """

    alone: FoundView
    with_prior: FoundView
    not_compared: str
    alone_features: Numbers
    prior_features: Numbers


def pairs_of(data_set: DataSet) -> tuple[ViewPair, ...]:
    """Return every view that has a prior in the set, and that prior.

    Raises
    ------
    UsageError
        When no view has one.
    PredictionsError
        When the set holds no image of one of them.
    """
    by_name = {view.name: view for view in data_set.views}
    pairs = tuple((view, by_name[view.prior]) for view in data_set.views if view.prior in by_name)
    if not pairs:
        raise UsageError(
            f"no view of {data_set.name} has a prior",
            "a data set with two dates of one breast: bmcd, or simulated with --dates",
            "leave out --with-prior",
        )
    refuse_without_images(replace(data_set, views=tuple(one for pair in pairs for one in pair)))
    return pairs


def currents_of(data_set: DataSet, pairs: Sequence[ViewPair]) -> DataSet:
    """Return the set of the later views alone: what is evaluated, with and without priors."""
    return replace(data_set, views=tuple(current for current, _ in pairs))


def predictions_of(
    currents: DataSet, found: Sequence[FoundPair], judge: Judge, settings: Settings
) -> tuple[Predictions, Predictions]:
    """Say who found what: the views alone, and with the prior."""
    alone = our_predictions(currents, [one.alone for one in found], judge, settings)
    scored = our_predictions(currents, [one.with_prior for one in found], judge, settings)
    failed = sum(bool(one.not_compared) for one in found)
    said = f"{scored.detector}; scores with the prior, {failed} of {len(found)} not compared"
    return alone, replace(scored, detector=said)


def find_in_pair(pair: ViewPair, judge: Judge, settings: Settings) -> FoundPair:
    """Read a view and its prior with everything listed, and compare them.

    That both show the same projection of the same breast of one woman is the word of the data
    set: a side or view that a file does not state is taken to be the other's. A pair that cannot
    be compared keeps the scores that the view has alone, and says why.

    Parameters
    ----------
    pair : tuple of TrueView
        Current and prior.
    judge : Judge
    settings : Settings
        As `reading_views.listing` makes them.
    """
    name = pair[0].name
    try:
        now = _read(pair[0], judge, settings)
    except InputRefused as refusal:
        nothing = found_view(name, [], refused=refusal.code)
        return FoundPair(
            alone=nothing,
            with_prior=nothing,
            not_compared=refusal.code,
            alone_features=np.zeros((0, len(ALONE_NAMES))),
            prior_features=np.zeros((0, len(PRIOR_NAMES))),
        )
    alone, features = found_in(now, name), alone_features(now)
    try:
        comparison = compared(now, _read(pair[1], judge, settings), settings)
    except InputRefused as refusal:
        return FoundPair(
            alone=_grouped(alone, now, settings),
            with_prior=_grouped(alone, now, settings),
            not_compared=refusal.code,
            alone_features=features,
            prior_features=np.full((len(features), len(PRIOR_NAMES)), np.nan),
        )
    why = comparison.not_comparable
    scored = replace(alone, scores=with_scores(alone.scores, comparison))
    return FoundPair(
        alone=_grouped(alone, now, settings),
        with_prior=_grouped(scored, now, settings),
        not_compared="" if why is None else why.value,
        alone_features=features,
        prior_features=prior_features(comparison, len(features)),
    )


def _grouped(found: FoundView, reading: Reading, settings: Settings) -> FoundView:
    """Let groups emerge by the scores; none where the spacing is unknown."""
    spacing = reading.mammogram.file_spacing
    if spacing is None:
        return found
    spacing_mm = (spacing.row_mm, spacing.column_mm)
    rule = settings.grouping.rules[0]
    return with_emerging_groups(found, spacing_mm, rule, reading.provenance.threshold)


def compared(current: Reading, prior: Reading, settings: Settings) -> Comparison:
    """Compare two readings of which everything is listed, down to the usual weak score alone."""
    weak = min(settings.comparison.weak_score, current.provenance.threshold)
    now, before = _of_one_breast(_down_to(current, weak), _down_to(prior, weak))
    return compare_readings(now, before, settings, same_patient=True)


def _of_one_breast(current: Reading, prior: Reading) -> tuple[Reading, Reading]:
    """Let each have the other's side and view where its own file states none."""
    both = (current.mammogram, prior.mammogram)
    sides = [one.laterality for one in both if one.laterality is not Laterality.UNKNOWN]
    views = [one.view for one in both if one.view is not View.UNKNOWN]
    # A side has to be named; of one breast it does not matter which.
    side, view = (*sides, Laterality.LEFT)[0], (*views, View.UNKNOWN)[0]
    now, before = (
        replace(
            one,
            laterality=side if one.laterality is Laterality.UNKNOWN else one.laterality,
            view=view if one.view is View.UNKNOWN else one.view,
        )
        for one in both
    )
    return replace(current, mammogram=now), replace(prior, mammogram=before)


def with_scores(scores: Numbers, comparison: Comparison) -> Numbers:
    """Put the scores of a comparison before those of marks too weak for it."""
    changed: Numbers = np.array(scores, np.float64)
    changed[: len(comparison.scores_with_prior)] = comparison.scores_with_prior
    return changed


def _down_to(reading: Reading, least: float) -> Reading:
    """Leave out what scores less; calcifications come by falling score."""
    kept = tuple(one for one in reading.calcifications if one.score >= least)
    return replace(reading, calcifications=kept)


def _read(view: TrueView, judge: Judge, settings: Settings) -> Reading:
    """Open and read one view."""
    if view.mammogram is None:
        raise ValueError(f"{view.name}: no image")
    return read(view.mammogram(), judge, settings)
