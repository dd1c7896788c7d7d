"""Single values out of a report's data set: what is damaged is left out, and noted.

A report may carry a patient's name anywhere in its text. Texts taken from it are those of the
equipment and of codes alone; they are cut, cleaned, and withheld when an identifier of the
header stands in them.
"""

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from pydicom import Dataset
from pydicom.multival import MultiValue
from pydicom.sr.coding import Code
from pydicom.tag import BaseTag, Tag

from calcsight.dicom.header import is_uid
from calcsight.dicom.reports_in.report_codes import current, is_known
from calcsight.terms.cad_report import ReportDoubt

_LONGEST = 64
_SHORTEST_PART = 5
_IDENTIFIERS = (
    "PatientName PatientID OtherPatientIDs OtherPatientNames PatientBirthName PatientBirthDate "
    "PatientMotherBirthName AccessionNumber ReferringPhysicianName NameOfPhysiciansReadingStudy "
    "OperatorsName PatientTelephoneNumbers"
).split()


@dataclass(slots=True)
class Values:
    """Takes values, and remembers what could not be taken.

    Parameters
    ----------
    identifiers : frozenset of str
        Case-folded parts of names, numbers and dates of the header; see `identifiers_of`.
    doubts : set of ReportDoubt
        Grows while values are taken.
    """

    identifiers: frozenset[str] = field(repr=False)
    doubts: set[ReportDoubt] = field(default_factory=set)

    def raw(self, dataset: Dataset, keyword: str) -> Any:
        """Return a value as pydicom converts it; None when absent or damaged."""
        tag = _tag(keyword)
        if tag not in dataset:
            return None
        try:
            return dataset[tag].value
        except Exception:  # noqa: BLE001 - what pydicom raises on damaged values is an open list
            self.doubts.add(ReportDoubt.VALUES_LEFT_OUT)
            return None

    def items(self, dataset: Dataset, keyword: str) -> tuple[Dataset, ...]:
        """Return the items of a sequence; empty when absent."""
        value = self.raw(dataset, keyword)
        if value is None:
            return ()
        try:
            return tuple(one for one in value if isinstance(one, Dataset))
        except Exception:  # noqa: BLE001 - as above
            self.doubts.add(ReportDoubt.VALUES_LEFT_OUT)
            return ()

    def word(self, dataset: Dataset, keyword: str) -> str:
        """Return a short technical word (a value type, a code, a UID), cleaned; "" when absent."""
        value = self.raw(dataset, keyword)
        if isinstance(value, MultiValue | list):
            value = value[0] if value else None
        return "" if value is None else _plain(str(value))

    def words(self, dataset: Dataset, keyword: str) -> str:
        """Return a text of equipment or of a code; "" when absent, or withheld."""
        text = self.word(dataset, keyword)
        if not text or not self._identify(text):
            return text
        self.doubts.add(ReportDoubt.WORDS_WITHHELD)
        return ""

    def uid(self, dataset: Dataset, keyword: str) -> str | None:
        """Return a UID; None when absent or none."""
        text = self.word(dataset, keyword)
        if not text:
            return None
        if is_uid(text):
            return text
        self.doubts.add(ReportDoubt.VALUES_LEFT_OUT)
        return None

    def numbers(self, dataset: Dataset, keyword: str) -> tuple[float, ...]:
        """Return finite numbers; empty when absent, or when one of them is none."""
        value = self.raw(dataset, keyword)
        if value is None or value == "":
            return ()
        parts = [value] if isinstance(value, str | bytes) or not _many(value) else value
        try:
            found = tuple(float(part) for part in parts)
        except (TypeError, ValueError, OverflowError):
            found = (math.nan,)
        if all(map(math.isfinite, found)):
            return found
        self.doubts.add(ReportDoubt.VALUES_LEFT_OUT)
        return ()

    def day(self, dataset: Dataset, keyword: str) -> date | None:
        """Return a date; None when absent or none."""
        text = self.word(dataset, keyword)
        if not text:
            return None
        try:
            return datetime.strptime(text.replace(".", "")[:8], "%Y%m%d").date()
        except ValueError:
            self.doubts.add(ReportDoubt.VALUES_LEFT_OUT)
            return None

    def code(self, dataset: Dataset, keyword: str) -> Code | None:
        """Return the first item of a code sequence, as it is written today; None when absent.

        What the standard knows is kept whatever the patient's number is; of a private code the
        value, too, is withheld when it names the patient.
        """
        items = self.items(dataset, keyword)
        names = ("CodeValue", "LongCodeValue", "URNCodeValue") if items else ()
        value = next((found for name in names if (found := self.word(items[0], name))), "")
        if not value:
            return None
        code = current(value, self.word(items[0], "CodingSchemeDesignator"), "")
        if is_known(code):
            return code
        meaning = self.words(items[0], "CodeMeaning")
        if self._identify(f"{code.value} {code.scheme_designator}"):
            self.doubts.add(ReportDoubt.WORDS_WITHHELD)
            return Code("", "", meaning or "withheld")
        return Code(code.value, code.scheme_designator, meaning)

    def _identify(self, text: str) -> bool:
        """Tell whether a name or number of the patient stands in a text."""
        folded = text.casefold()
        parts = set(_parts(folded))
        return any(
            one in parts or (len(one) >= _SHORTEST_PART and one in folded)
            for one in self.identifiers
        )


def identifiers_of(dataset: Dataset) -> frozenset[str]:
    """Return the case-folded parts of names, numbers and dates that no text may repeat."""
    reader = Values(identifiers=frozenset())
    found: set[str] = set()
    for keyword in _IDENTIFIERS:
        value = reader.raw(dataset, keyword)
        if value is None:
            continue
        for one in value if isinstance(value, MultiValue | list) else [value]:
            found |= {part for part in _parts(str(one).casefold()) if len(part) > 1}
    return frozenset(found)


@cache
def _tag(keyword: str) -> BaseTag:
    """Return the tag of an attribute."""
    return Tag(keyword)


def _parts(text: str) -> list[str]:
    """Break a text where letters and digits end."""
    return [part for part in re.split(r"[\W_]+", text) if part]


def _plain(text: str) -> str:
    """Strip control characters and what turns the direction of a text; at most 64 letters."""
    shown = "".join(one if one.isprintable() else " " for one in unicodedata.normalize("NFC", text))
    return " ".join(shown.split())[:_LONGEST]


def _many(value: Any) -> bool:
    """Tell whether a value is several."""
    return isinstance(value, Iterable)
