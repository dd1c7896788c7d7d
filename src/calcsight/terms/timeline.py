"""Every finding of one woman through time, under a pseudonym."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from calcsight.terms.errors import TimelineError
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Appearance
from calcsight.terms.guidance import Change
from calcsight.terms.signed import each_once, refuse_blank

# Letters, digits and a few signs: the name of a person is hardly ever written so.
_PSEUDONYM = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
_NUMBER_ALONE = re.compile(r"[\d._-]+")


def refuse_no_pseudonym(name: str) -> None:
    """Refuse what may be a person's name, patient number or birth date.

    Raises
    ------
    TimelineError
        When it holds spaces, carets or commas, begins or ends with a sign, is longer than 64
        letters, or is a number alone; it is not repeated.
    """
    if _PSEUDONYM.fullmatch(name) and not _NUMBER_ALONE.fullmatch(name):
        return
    raise TimelineError(
        "something that may be a name, a patient number or a date in the place of a pseudonym",
        "letters, digits, dots, dashes and underlines, at most 64, and not digits alone",
        "choose a pseudonym that says nothing of the woman, such as W-0042",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenChange:
    """What a comparison said of one finding, in one view against one prior.

    Parameters
    ----------
    finding_id : str
    mammogram_uid, prior_uid : str
        The current mammogram and the prior.
    group : int
        Number of the group in that comparison.
    acquired_on, prior_on : date or None
        Days of both; None = unknown.
    change : Change or None
        None = could not be told.
    count, prior_count : int or None
        Calcifications; None = not known.
    count_band : tuple of float or None
        (low, high) of the difference of the band of repetition; None = not measured.
    extent_mm, prior_extent_mm : float or None
    extent_band_mm : tuple of float or None

    Raises
    ------
    TimelineError
        Without the names of both mammograms, or with a band that ends before it begins.
    """

    finding_id: str
    mammogram_uid: str
    prior_uid: str
    group: int
    acquired_on: date | None
    prior_on: date | None
    change: Change | None
    count: int | None = None
    prior_count: int | None = None
    count_band: tuple[float, float] | None = None
    extent_mm: float | None = None
    prior_extent_mm: float | None = None
    extent_band_mm: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for name in ("finding_id", "mammogram_uid", "prior_uid"):
            refuse_blank(getattr(self, name), f"a change without its {name}", TimelineError)
        for band in (self.count_band, self.extent_band_mm):
            if band is not None and not band[0] <= band[1]:
                raise TimelineError(f"a band from {band[0]} to {band[1]}", "low, then high")

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What it is about: one comparison says one thing of one group."""
        return (self.finding_id, self.mammogram_uid, self.prior_uid, self.group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What a reading or a comparison says of one group, before it is known whose finding it is.

    Parameters
    ----------
    tracking_uid : str
        "" = it has none.
    appearances : tuple of Appearance
        At one or several dates.
    changes : tuple of SeenChange
        Their `finding_id` is that of no finding yet.
    """

    tracking_uid: str
    appearances: tuple[Appearance, ...]
    changes: tuple[SeenChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherName:
    """An id or a tracking UID under which documents speak of a finding beside its own.

    Parameters
    ----------
    name : str
    finding_id : str
    """

    name: str
    finding_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Every finding of one woman: records alone; states and what is due follow from them.

    Parameters
    ----------
    woman : str
        A pseudonym, never a name or a patient number.
    findings : tuple of Finding
        Kept in the order in which they came; each id and tracking UID once.
    changes : tuple of SeenChange
        Sorted by day; each key once.
    names : tuple of OtherName
        Sorted.

    Raises
    ------
    TimelineError
        When the pseudonym may be a person's name, two findings share an id or a UID, a record
        belongs to no finding, or a name is given twice.
    """

    woman: str
    findings: tuple[Finding, ...] = ()
    changes: tuple[SeenChange, ...] = ()
    names: tuple[OtherName, ...] = ()

    def __post_init__(self) -> None:
        refuse_no_pseudonym(self.woman)
        object.__setattr__(self, "changes", each_once(self.changes, _by_day))
        object.__setattr__(self, "names", each_once(self.names, lambda one: one.name))
        ids = [one.id for one in self.findings]
        own = [*ids, *(one.tracking_uid for one in self.findings)]
        _refuse_twice([*own, *(one.name for one in self.names)], "findings or names")
        _refuse_twice(["; ".join(map(str, one.key)) for one in self.changes], "changes")
        biopsies = [biopsy.id for one in self.findings for biopsy in one.biopsies]
        _refuse_twice(biopsies, "biopsies")
        meant = [one.finding_id for one in self.changes]
        strange = sorted({*meant, *(one.finding_id for one in self.names)} - set(ids))
        if strange:
            raise TimelineError(
                f"a record of the finding {strange[0][:60]!r}, which is not here",
                "records of its own findings",
            )

    def finding(self, name: str) -> Finding | None:
        """Return the finding of this id or tracking UID, its own or another; None = none here."""
        known = {one.name: one.finding_id for one in self.names}
        wanted = known.get(name, name)
        return next((one for one in self.findings if wanted in (one.id, one.tracking_uid)), None)


def _refuse_twice(names: list[str], what: str) -> None:
    """Refuse one name of two things."""
    twice = sorted(one for one, times in Counter(names).items() if times > 1)
    if twice:
        raise TimelineError(f"two {what} called {twice[0][:200]!r}", "each once")


def _by_day(one: SeenChange) -> tuple[date, tuple[str, str, str, int], str]:
    """Order changes by the day of the current mammogram, unknown days first."""
    return (one.acquired_on or date.min, one.key, repr(one))
