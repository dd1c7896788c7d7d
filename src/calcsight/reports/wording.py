"""The sentences every output says alike."""

from calcsight.terms.reading import Reading
from calcsight.terms.settings import Settings

NOT_LOOKED_FOR = "masses, asymmetries and distortion were not looked for"


def statement(reading: Reading, settings: Settings) -> str:
    """Say in one sentence what was found, and what was not looked for.

    An empty reading says that calcifications were looked for; it never says more.
    """
    if not reading.calcifications:
        return f"No calcification found {_where(settings)}; {NOT_LOOKED_FOR}."
    counted = counted_calcifications(reading)
    listed_beside = len(reading.calcifications) - counted
    parts = [f"{number_of(counted, 'calcification')} found {_where(settings)}"]
    if listed_beside:
        parts[0] = f"{number_of(counted, 'calcification')} found at this operating point"
        parts.append(f"{number_of(listed_beside, 'candidate')} below it listed")
    sentence = "; ".join([*parts, _groups(reading), NOT_LOOKED_FOR])
    return f"{sentence[0].upper()}{sentence[1:]}."


def counted_calcifications(reading: Reading) -> int:
    """Count the calcifications at or above the operating point."""
    return sum(one.score >= reading.provenance.threshold for one in reading.calcifications)


def number_of(count: int, noun: str) -> str:
    """Write a count with its noun: "no group", "1 group", "2 groups"."""
    if count == 0:
        return f"no {noun}"
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _where(settings: Settings) -> str:
    """Name the threshold that decided what is listed."""
    if settings.min_score is None:
        return "at this operating point"
    return f"with a score of at least {settings.min_score:g}"


def _groups(reading: Reading) -> str:
    """Count the groups, or say why none was looked for."""
    if not reading.groupings:
        return "groups were not looked for, since the pixel spacing is unknown"
    return f"{number_of(len(reading.groups), 'group')} ({reading.groupings[0].rule.name})"
