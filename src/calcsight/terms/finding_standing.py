"""Where a finding stands on a day: its moves, its outcome, and what is due."""

from dataclasses import dataclass
from datetime import date

from calcsight.terms.biopsy import MalignantSubtype, Pathology, PathologyKind
from calcsight.terms.finding_records import End
from calcsight.terms.finding_state import Advisory, Event, FindingState, ReviewReason
from calcsight.terms.follow_up import DueStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """Two results of one finding of which the later is more serious; both are kept."""

    earlier: Pathology
    later: Pathology


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the tissue of a finding came to; only pathology gives one.

    Parameters
    ----------
    kind : PathologyKind
        The most serious of all reports; PENDING = no report yet, NON_DIAGNOSTIC = none that
        says anything.
    subtype : MalignantSubtype or None
        The most serious of the malignant ones.
    stage : int or None
        0 = DCIS, and nothing invasive in any report; else as people stated it last; None = not
        stated.
    deciding : Pathology or None
        The first report that said so; None while pending.
    upgrades : tuple of Upgrade
        Each step up, by day; empty = none.
    pending : tuple of str
        Ids of the biopsies that a report is awaited of.
    review : tuple of ReviewReason
        Why it cannot go to follow-up without a person's review; empty = no reason.
    leads_to : Event
        How it moves the finding.
    """

    kind: PathologyKind
    subtype: MalignantSubtype | None
    stage: int | None
    deciding: Pathology | None
    upgrades: tuple[Upgrade, ...]
    pending: tuple[str, ...]
    review: tuple[ReviewReason, ...]
    leads_to: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move of a finding, with the day on which it was made."""

    on: date
    event: Event
    before: FindingState
    after: FindingState


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingStanding:
    """Where a finding stands on a given day, from its records alone.

    Parameters
    ----------
    on : date
    state : FindingState
    moves : tuple of Move
        How it came there, by day.
    outcome : Outcome or None
        None = no tissue was taken.
    steps : tuple of DueStep
        When it is, or was, due to be seen again; empty = nothing was planned.
    next_step : DueStep or None
        The first that is neither kept nor missed, while it is waited for; None = none is.
    end : End or None
        Why it is followed no longer; None = it is, or it was closed.
    advisories : tuple of Advisory
    """

    on: date
    state: FindingState
    moves: tuple[Move, ...]
    outcome: Outcome | None
    steps: tuple[DueStep, ...]
    next_step: DueStep | None
    end: End | None
    advisories: tuple[Advisory, ...]
