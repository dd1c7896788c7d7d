"""The columns that say how a group was weighed: figure, population, suggestion, what follows."""

from calcsight.reports.columns import SEPARATOR, Column, GroupEntry, Kind
from calcsight.terms.suspicion import Cell, Suspicion

_G = Column[GroupEntry]


def _suspicion(entry: GroupEntry) -> Suspicion | None:
    """Return the suspicion of a group."""
    return entry.group.weighing.suspicion if entry.group.weighing else None


def _share(entry: GroupEntry, name: str) -> float | None:
    """Return the probability, or an end of its interval."""
    suspicion = _suspicion(entry)
    value: float | None = getattr(suspicion, name) if suspicion else None
    return value


def _cell(entry: GroupEntry) -> Cell | None:
    """Return the published figure that the probability comes from."""
    suspicion = _suspicion(entry)
    if suspicion is None or suspicion.probability is None or not suspicion.evidence:
        return None
    cells = [one.cell for one in suspicion.evidence]
    same = [cell for cell in cells if cell.probability == suspicion.probability]
    return next(iter(same or cells))


def _population(entry: GroupEntry) -> str | None:
    """Name the population."""
    suspicion = _suspicion(entry)
    return suspicion.population if suspicion else None


def _missing(entry: GroupEntry) -> str | None:
    """Say why there is no probability."""
    suspicion = _suspicion(entry)
    return suspicion.missing.value if suspicion and suspicion.missing else None


def _scheme(entry: GroupEntry) -> str | None:
    """Name the scheme with its version."""
    weighing = entry.group.weighing
    if weighing is None:
        return None
    return f"{weighing.suggestion.scheme} {weighing.suggestion.scheme_version}"


def _category(entry: GroupEntry) -> str | None:
    """Return the code of the category; the scheme may have none."""
    weighing = entry.group.weighing
    category = weighing.suggestion.category if weighing else None
    return category.code or None if category else None


def _next_steps(entry: GroupEntry) -> str | None:
    """Return the codes of what usually follows."""
    weighing = entry.group.weighing
    return SEPARATOR.join(step.code for step in weighing.steps) if weighing else None


GROUP_WEIGHING_COLUMNS: tuple[_G, ...] = (
    _G(
        name="suspicion",
        kind=Kind.NUMBER,
        unit="",
        meaning="Share of malignant groups, 0 to 1, among those of `population` that look like "
        "this one, of `suspicion_denominator`; never without both. Empty: see suspicion_missing.",
        value=lambda e: _share(e, "probability"),
    ),
    _G(
        name="suspicion_low",
        kind=Kind.NUMBER,
        unit="",
        meaning="Lower end of its interval, over every shape that is possible.",
        value=lambda e: _share(e, "low"),
    ),
    _G(
        name="suspicion_high",
        kind=Kind.NUMBER,
        unit="",
        meaning="Upper end of that interval.",
        value=lambda e: _share(e, "high"),
    ),
    _G(
        name="population",
        kind=Kind.TEXT,
        unit="",
        meaning="Id of the one published population that was asked; empty = not weighed.",
        value=_population,
    ),
    _G(
        name="suspicion_denominator",
        kind=Kind.TEXT,
        unit="",
        meaning="Of what the share is: which groups of that population were counted.",
        value=lambda e: cell.denominator if (cell := _cell(e)) else None,
    ),
    _G(
        name="suspicion_n",
        kind=Kind.WHOLE,
        unit="",
        meaning="How many of them; empty when the source does not say.",
        value=lambda e: cell.n if (cell := _cell(e)) else None,
    ),
    _G(
        name="suspicion_claim",
        kind=Kind.TEXT,
        unit="",
        meaning="Id of the registered claim that the share comes from.",
        value=lambda e: cell.claim if (cell := _cell(e)) else None,
    ),
    _G(
        name="suspicion_missing",
        kind=Kind.TEXT,
        unit="",
        meaning="Why there is no probability: typically_benign, cannot_be_classified or "
        "not_in_population.",
        value=_missing,
    ),
    _G(
        name="scheme",
        kind=Kind.TEXT,
        unit="",
        meaning="Id and version of the scheme of categories; empty = not weighed.",
        value=_scheme,
    ),
    _G(
        name="level",
        kind=Kind.TEXT,
        unit="",
        meaning="What the rules suggest, whatever a scheme calls it. Only a person assigns it.",
        value=lambda e: e.group.weighing.suggestion.level.value if e.group.weighing else None,
    ),
    _G(
        name="category",
        kind=Kind.TEXT,
        unit="",
        meaning="The scheme's code for that level; empty when it has none.",
        value=_category,
    ),
    _G(
        name="next_steps",
        kind=Kind.TEXT,
        unit="",
        meaning="Codes of what usually follows, separated by semicolons.",
        value=_next_steps,
    ),
)
