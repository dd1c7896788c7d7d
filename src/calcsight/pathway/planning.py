"""Which exams were planned for a finding, from what was said of it and what happened."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from calcsight.pathway.happenings import Happening
from calcsight.pathway.schedule import KeptBy, PlannedStep, Visit, planned_by_rule
from calcsight.terms.calendar_months import months_later
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Assessment, Recommendation
from calcsight.terms.finding_standing import Move
from calcsight.terms.finding_state import FindingState
from calcsight.terms.follow_up import FollowUpSettings

_STATES_WITHOUT_PLAN = frozenset(
    {
        FindingState.PATHOLOGY_PENDING,
        FindingState.REVIEW,
        FindingState.CONSULTATION,
        FindingState.TREATMENT,
        FindingState.ENDED,
    }
)
# A day that a reader named is followed up for these; another place does the rest.
_KEPT_BY = {
    Recommendation.ROUTINE: KeptBy.EXAM,
    Recommendation.SHORT_INTERVAL: KeptBy.EXAM,
    Recommendation.MORE_VIEWS: KeptBy.EXAM,
    Recommendation.BIOPSY: KeptBy.TISSUE,
}


def planned_steps(
    happened: Sequence[Happening], moves: Sequence[Move], settings: FollowUpSettings
) -> tuple[PlannedStep, ...]:
    """Return every step that was planned, those that were withdrawn later included.

    A short interval starts a series of steps, counted from the exam that was assessed, or from
    the last biopsy where that is later; further short intervals go on with that series, and start
    another one only when its last step has come. A day that the reader named takes the place of
    the steps that are still to come. A benign and concordant result starts a series, counted from
    the biopsy. More views leave a series as it is; whatever else a reader says withdraws it, and so
    does tissue or a result that brings the finding to another state. Views that were
    wanted by a day are waited for until a reader says anything but more views.

    Parameters
    ----------
    happened : sequence of Happening
    moves : sequence of Move
        The move that each of them made.
    settings : FollowUpSettings
    """
    plan = _Plan(settings)
    for one, made in zip(happened, moves, strict=True):
        if one.assessment is not None:
            plan.hear(one.assessment, _last_tissue(one))
        if made.before is not made.after and not _STATES_WITHOUT_PLAN.isdisjoint(
            {made.before, made.after}
        ):
            plan.withdraw(one.on)
        if made.after is FindingState.FOLLOW_UP and one.assessment is None and not plan.running:
            plan.start(_last_tissue(one) or one.on)
    return tuple(plan.steps)


def visits_of(finding: Finding, on: date) -> tuple[Visit, ...]:
    """Return the days on which a finding was seen, or tissue of it was taken, up to a day."""
    seen = {(one.acquired_on, one.exam) for one in finding.appearances}
    seen |= {
        (one.exam_on, one.exam_uid)
        for one in finding.assessments
        if one.exam_on is not None and one.at.date() <= on
    }
    taken = {(one.performed_on, one.id) for one in finding.biopsies}
    return tuple(
        Visit(on=day, name=name, kind=kind)
        for kind, visits in ((KeptBy.EXAM, seen), (KeptBy.TISSUE, taken))
        for day, name in sorted(visits)
        if day <= on
    )


class _Plan:
    """The steps planned so far, while the records are gone through in order."""

    def __init__(self, settings: FollowUpSettings) -> None:
        self.settings = settings
        self.steps: list[PlannedStep] = []
        self.views: list[PlannedStep] = []
        self.started_on: date | None = None

    @property
    def running(self) -> bool:
        """A series was started and not withdrawn."""
        return self.started_on is not None

    def start(self, day: date) -> None:
        """Start a series by the rule."""
        self.started_on = day
        self._add(planned_by_rule(day, self.settings))

    def withdraw(self, day: date) -> None:
        """Withdraw every step that is not withdrawn yet."""
        self.started_on = None
        self._withdraw(self.steps, day)

    def _withdraw(self, steps: Iterable[PlannedStep], day: date) -> None:
        """Withdraw those of these steps that are not withdrawn yet."""
        gone = list(steps)
        self.steps = [
            replace(one, withdrawn_on=day) if one in gone and one.withdrawn_on is None else one
            for one in self.steps
        ]

    def hear(self, said: Assessment, last_tissue: date | None) -> None:
        """Plan as a reader says."""
        day = said.assessed_day
        short = said.recommendation is Recommendation.SHORT_INTERVAL
        views = said.recommendation is Recommendation.MORE_VIEWS
        if not views or said.due_on is not None:
            self._withdraw(self.views, day)
        if not views and (not short or said.due_on is not None):
            self.withdraw(day)
        kept_by = _KEPT_BY.get(said.recommendation)
        if said.due_on is not None and kept_by is not None:
            named = PlannedStep(
                counted_from=day,
                months=None,
                due_on=said.due_on,
                kept_by=kept_by,
                named_on=said.at.date(),
            )
            self._add((named,))
            if views:
                self.views.append(named)
            if short:
                self.started_on = day
        elif short and self._is_over(day):
            self.start(max(day, last_tissue or day))

    def _is_over(self, day: date) -> bool:
        """Tell whether no series runs, or the last step of the one that does has come."""
        if self.started_on is None:
            return True
        before = self.settings.opens_before_months
        ahead = any(
            one.withdrawn_on is None and months_later(one.due_on, -before) > day
            for one in self.steps
        )
        return not ahead and day > self.started_on

    def _add(self, steps: Iterable[PlannedStep]) -> None:
        """Add steps, each once."""
        self.steps += [one for one in steps if one not in self.steps]


def _last_tissue(one: Happening) -> date | None:
    """Return the day of the last biopsy known at a happening."""
    return max((biopsy.performed_on for biopsy in one.biopsies), default=None)
