"""One finding through time: what was seen, said, done and found out, as records."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from calcsight.terms.biopsy import Biopsy
from calcsight.terms.errors import FollowUpError
from calcsight.terms.finding_records import Appearance, Assessment, Ending
from calcsight.terms.mammogram import Laterality
from calcsight.terms.signed import each_once, refuse_blank, refuse_no_uid, refuse_too_many


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding of one breast through time: records alone, whatever order they came in.

    What they come to (state, outcome, what is due) follows from them and from a day; it is never
    stored beside them, so that it cannot say otherwise.

    Parameters
    ----------
    id : str
        Short, the same over all exams.
    tracking_uid : str
        A DICOM UID, the same over all exams.
    laterality : Laterality
    appearances : tuple of Appearance
        Over views and exams; sorted by day.
    assessments : tuple of Assessment
        Sorted by time.
    biopsies : tuple of Biopsy
        Sorted by day.
    endings : tuple of Ending
        Sorted by time.

    Raises
    ------
    FollowUpError
        Without an id or a UID; when a record is of the other side or of another finding; when two
        records of one mammogram or biopsy say different things; with more than 20 biopsies.
    """

    id: str
    tracking_uid: str
    laterality: Laterality
    appearances: tuple[Appearance, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    biopsies: tuple[Biopsy, ...] = ()
    endings: tuple[Ending, ...] = ()

    def __post_init__(self) -> None:
        refuse_blank(self.id, "a finding without an id")
        refuse_no_uid(self.tracking_uid, f"the tracking UID of the finding {self.id}:")
        object.__setattr__(self, "appearances", each_once(self.appearances, _by_day))
        object.__setattr__(self, "assessments", each_once(self.assessments, _by_time))
        object.__setattr__(self, "biopsies", each_once(self.biopsies, _by_biopsy))
        object.__setattr__(self, "endings", each_once(self.endings, _by_ending))
        self._refuse_another_side()
        refuse_too_many(self.biopsies, "biopsies of one finding")
        _refuse_twice([one.id for one in self.biopsies], "biopsies", self.id)
        _refuse_twice([_place_of(one) for one in self.appearances], "appearances", self.id)

    def _refuse_another_side(self) -> None:
        """Refuse what is of the other breast, or of another finding."""
        sides = {one.laterality for one in self.appearances}
        sides |= {one.laterality for one in self.biopsies}
        other = sides - {self.laterality, Laterality.UNKNOWN}
        if other and self.laterality is not Laterality.UNKNOWN:
            raise FollowUpError(
                f"the finding {self.id} of side {self.laterality} with a record of side "
                f"{min(other)}",
                "records of its own side",
            )
        if len(other) > 1:
            raise FollowUpError(f"the finding {self.id} with records of both sides", "one side")
        strange = [one for one in self.biopsies if one.finding_id != self.id]
        if strange:
            raise FollowUpError(
                f"the biopsy {strange[0].id} of the finding {strange[0].finding_id} in {self.id}",
                "biopsies of its own",
            )


def _refuse_twice(names: list[str], what: str, finding_id: str) -> None:
    """Refuse two different records under one name."""
    twice = sorted(one for one, times in Counter(names).items() if times > 1)
    if twice:
        raise FollowUpError(
            f"the finding {finding_id} with two {what} of {twice[0]}",
            "one record of each",
            "put the later record in the place of the earlier one",
        )


def _place_of(one: Appearance) -> str:
    """Name a group of a mammogram; a finding may have several where it split."""
    return one.mammogram_uid if one.group is None else f"{one.mammogram_uid} group {one.group}"


def _by_day(one: Appearance) -> tuple[date, str, str, str]:
    """Order appearances by day."""
    return (one.acquired_on, one.exam, _place_of(one), repr(one))


def _by_time(one: Assessment) -> tuple[datetime, str, str]:
    """Order assessments by time."""
    return (one.at, one.reader_id, repr(one))


def _by_biopsy(one: Biopsy) -> tuple[date, str, str]:
    """Order biopsies by day."""
    return (one.performed_on, one.id, repr(one))


def _by_ending(one: Ending) -> tuple[datetime, str, str]:
    """Order endings by time."""
    return (one.at, one.end.value, repr(one))
