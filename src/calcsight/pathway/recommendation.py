"""What usually follows a suggestion: what readers do, never an order to anyone."""

from calcsight.pathway.facts import GroupFacts
from calcsight.terms.guidance import Guidance, Step, Suggestion

MAGNIFICATION_VIEWS = "magnification_views"
COMPARE_PRIORS = "compare_priors"

STATE_SPACING = Step(
    code="state_spacing",
    words="Readers of such a result usually state the pixel spacing and have the image read again.",
    reason="Without it nothing is measured in millimetres, grouped or named by shape.",
    months=(),
    claims=(),
)


def steps(suggestion: Suggestion, facts: GroupFacts, guidance: Guidance) -> tuple[Step, ...]:
    """Return the steps of the policy for a group, without those that were done already.

    Where everything was done already, all of them are returned: a person decides what is left.
    """
    if not facts.spacing_known:
        return (STATE_SPACING, *steps_of(suggestion, guidance))
    done = set()
    if facts.magnified or facts.magnified_elsewhere:
        done.add(MAGNIFICATION_VIEWS)
    if facts.change is not None:
        done.add(COMPARE_PRIORS)
    usual = steps_of(suggestion, guidance)
    return tuple(step for step in usual if step.code not in done) or usual


def steps_of(suggestion: Suggestion, guidance: Guidance) -> tuple[Step, ...]:
    """Return the steps of the policy for the level of a suggestion."""
    return guidance.policy.steps[suggestion.level]
