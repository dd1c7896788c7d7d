"""The rule of every kind in numbers: sizes, contrasts, counts, and how its groups may lie."""

from dataclasses import dataclass

from calcsight.simulation.spec import GroupPlan
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import UsageError

# A plan with this name for its outlines is drawn by the rules of its kinds (`shapes`).
BY_RULE = "by-rule"
# The same rules by a hand that nothing is tuned or trained on (`carved_shapes`).
CARVED = "carved"

_EVERY = tuple(Distribution)
_SCATTERED = (Distribution.GROUPED, Distribution.REGIONAL, Distribution.DIFFUSE)
_IN_DUCTS = (
    Distribution.LINEAR,
    Distribution.SEGMENTAL,
    Distribution.REGIONAL,
    Distribution.DIFFUSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """What a group of one kind usually looks like.

    Parameters
    ----------
    kind : Kind
    diameter_mm, contrast_sd : tuple of float
        Lowest and highest; contrast in local noise SD.
    count : tuple of int
        Fewest and most particles of a group (or of a thin spread, when diffuse).
    distributions : tuple of Distribution
        Those it can be planted in; the usual one first.
    tightness : float
        As in `GroupPlan`, when the particles lie grouped.
    """

    kind: Kind
    diameter_mm: tuple[float, float]
    contrast_sd: tuple[float, float]
    count: tuple[int, int]
    distributions: tuple[Distribution, ...]
    tightness: float = 1.0


def kind_rules() -> dict[Kind, KindRule]:
    """Return the rule of every kind.

    Sizes follow the BI-RADS lexicon (5th edition) where it gives millimetres: punctate under
    0.5 mm, round under 1 mm, coarse heterogeneous 0.5-1 mm, fine pleomorphic under 0.5 mm,
    rods at least 0.5 mm thick, popcorn over 2 mm, skin groups under 5 mm. Contrasts, counts
    and the other limits are choices of this simulation.
    """
    rules = (
        _rule(Kind.ROUND, (0.5, 1.0), (6, 30), (5, 15)),
        _rule(Kind.PUNCTATE, (0.15, 0.5), (5, 25), (5, 25)),
        _rule(Kind.AMORPHOUS, (0.1, 0.4), (2, 6), (15, 40), tightness=0.6),
        _rule(Kind.COARSE_HETEROGENEOUS, (0.5, 1.0), (8, 30), (5, 15)),
        _rule(Kind.FINE_PLEOMORPHIC, (0.12, 0.5), (3, 25), (8, 25), tightness=0.8),
        _rule(Kind.FINE_LINEAR, (0.5, 2.5), (5, 25), (6, 16), (Distribution.LINEAR, *_EVERY)),
        _rule(
            Kind.FINE_LINEAR_BRANCHING, (1.2, 4.0), (6, 25), (5, 12),
            (Distribution.SEGMENTAL, *_EVERY),
        ),
        _rule(Kind.LARGE_ROD, (2.5, 9.0), (12, 30), (4, 10), (Distribution.SEGMENTAL, *_IN_DUCTS)),
        _rule(Kind.RIM, (2.0, 9.0), (8, 20), (1, 4), _SCATTERED),
        _rule(Kind.POPCORN, (2.5, 10.0), (15, 30), (1, 2), _SCATTERED),
        _rule(Kind.VASCULAR, (0.6, 3.0), (7, 20), (24, 48), (Distribution.LINEAR,)),
        _rule(Kind.DYSTROPHIC, (1.2, 6.0), (12, 30), (1, 6), _SCATTERED),
        _rule(Kind.SKIN, (0.5, 1.3), (8, 20), (5, 12), _SCATTERED),
        _rule(Kind.MILK_OF_CALCIUM, (0.4, 1.2), (4, 12), (6, 18), _SCATTERED),
        _rule(
            Kind.SUTURE, (1.0, 4.0), (10, 28), (5, 10), (Distribution.LINEAR, Distribution.GROUPED)
        ),
    )  # fmt: skip
    return {rule.kind: rule for rule in rules}


def usual_plan(
    kind: Kind, distribution: Distribution | None = None, count: int | None = None
) -> GroupPlan:
    """Return the plan of a group as the rule of its kind has it.

    Parameters
    ----------
    kind : Kind
    distribution : Distribution or None
        None = the usual one of this kind.
    count : int or None
        None = halfway between fewest and most.

    Raises
    ------
    UsageError
        When this kind does not lie so, or fewer than one particle is asked for.
    """
    if count is not None and count < 1:
        raise UsageError(f"a group of {count} particles", "at least 1")
    rule = kind_rules()[kind]
    chosen = distribution or rule.distributions[0]
    if chosen not in rule.distributions:
        known = ", ".join(sorted(rule.distributions))
        raise UsageError(f"{kind} in the distribution {chosen}", f"one of: {known}")
    return GroupPlan(
        kind=kind,
        distribution=chosen,
        count=count or (rule.count[0] + rule.count[1]) // 2,
        diameter_mm=rule.diameter_mm,
        contrast_sd=rule.contrast_sd,
        tightness=rule.tightness if chosen is Distribution.GROUPED else 1.0,
    )


def _rule(
    kind: Kind,
    diameter_mm: tuple[float, float],
    contrast_sd: tuple[float, float],
    count: tuple[int, int],
    distributions: tuple[Distribution, ...] = _EVERY,
    tightness: float = 1.0,
) -> KindRule:
    """Shorten a rule to a line."""
    return KindRule(
        kind=kind,
        diameter_mm=diameter_mm,
        contrast_sd=contrast_sd,
        count=count,
        distributions=tuple(dict.fromkeys(distributions)),
        tightness=tightness,
    )
