"""Who gives answers and letters: whom to call, and which texts a clinic has made its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from calcsight.terms.knowledge_base import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    """Somebody to call.

    Parameters
    ----------
    name : str
    phone : str
    hours : mapping from Language to str
        When somebody answers, in the words of each language; empty = not stated.
    """

    name: str
    phone: str
    hours: Mapping[Language, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """A clinic's own profile; without one, nothing is filled in and letters are samples.

    Parameters
    ----------
    name : str
        "" = none: a sample.
    contact, crisis_line : ContactLine or None
        None = none was configured; the words then send to the clinic that made the mammogram,
        to one's own doctor, or to the emergency number of the country.
    emergency_number : str
        "" = not configured.
    density : mapping from Language to str
        The sentence on breast density that the clinic's law or rules ask for, word for word;
        empty = none is printed.
    adopted_by, adopted_on : str, date or None
        Who of the clinic answers for the texts of its letters, since when; "" and None = nobody:
        every letter is a sample.
    """

    name: str = ""
    contact: ContactLine | None = None
    crisis_line: ContactLine | None = None
    emergency_number: str = ""
    density: Mapping[Language, str] = field(default_factory=dict)
    adopted_by: str = ""
    adopted_on: date | None = None

    @property
    def has_adopted(self) -> bool:
        """Whether somebody answers for the letters."""
        return bool(self.name and self.adopted_by and self.adopted_on and self.contact)
