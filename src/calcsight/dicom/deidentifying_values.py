"""Whether the value of a kept attribute is of its own form, so that no name can hide in it.

Source of the forms: DICOM PS3.5 section 6.2 (value representations).
"""

import math
import re
from collections.abc import Iterator, MutableSequence
from datetime import datetime
from typing import Any

from pydicom import Dataset
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement

from calcsight.dicom.deidentifying_key import Pseudonym

_CODE_STRING = re.compile(r"[A-Za-z0-9 _./+-]{0,16}")
_DAY = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})")
_MOMENT = re.compile(r"(\d{8})(\d{0,6}(?:\.\d{1,6})?)(?:[+-]\d{4})?")
_TIME = re.compile(r"\d{2}:?\d{0,2}:?\d{0,2}(\.\d{1,6})?")
_AGE = re.compile(r"(\d{3})([DWMY])")
_NUMBERS = frozenset("DS IS FD FL US SS UL SL".split())
_WORDS = frozenset("LO SH UC".split())
_BYTES = frozenset({"OW"})
_WORD = re.compile(r"[^\W_]+")
_MOST_LETTERS = 64
_LEAST_LETTERS = 3
# Words of this length are looked for inside others, in numbers and in the bytes of pixels, where
# shorter ones occur by chance.
LONG = 6
# The age above which people are so few that it tells who they are (45 CFR 164.514(b)(2)(i)(C)).
_OLDEST = 90
_IN_A_YEAR = {"D": 365.25, "W": 365.25 / 7, "M": 12.0, "Y": 1.0}

_NAMING = (
    "PatientID OtherPatientIDs AccessionNumber PatientTelephoneNumbers PatientAddress "
    "MedicalRecordLocator AdmissionID PatientBirthName"
).split()
# The day of birth, and those that would tell by how many days all others were moved.
_TELLING_DAYS = (
    "PatientBirthDate StudyDate SeriesDate AcquisitionDate ContentDate AcquisitionDateTime"
).split()


def is_own_form(element: DataElement) -> bool:
    """Tell whether an element has the VR of the dictionary and a value of that VR."""
    known = dictionary_VR(element.tag)
    vr = element.VR
    if vr != known and not (" or " in known and vr in (*known.split(" or "), known)):
        return False
    if vr in _NUMBERS:
        return all(_is_number(one) for one in values_of(element))
    if vr == "CS":
        return all(_CODE_STRING.fullmatch(str(one)) for one in values_of(element))
    if vr in _WORDS:
        texts = [str(one) for one in values_of(element)]
        return all(len(text) <= _MOST_LETTERS and text.isprintable() for text in texts)
    return vr in _BYTES or " or " in vr or vr == "UI"


def values_of(element: DataElement) -> list[Any]:
    """Return the values of an element, without empty ones."""
    value = element.value
    # A person's name is an iterable, too: of its letters.
    many = isinstance(value, MutableSequence)
    return [one for one in (value if many else [value]) if one is not None and one != ""]


def names_in(dataset: Dataset) -> frozenset[str]:
    """Return what may stand nowhere, in upper case: words of names, numbers, days of the patient.

    Names and numbers in one piece, too: a hyphen may be left out elsewhere.
    """
    found: set[str] = set()
    for element in _elements(dataset):
        for one in values_of(element):
            text = str(one)
            if element.VR == "PN" or element.keyword in _NAMING:
                found |= words_of(text) | words_of(joined(text))
            elif (day := _DAY.match(text.strip())) and element.keyword in _TELLING_DAYS:
                found |= _as_written(*day.groups())
    return frozenset(found)


def _as_written(year: str, month: str, day: str) -> set[str]:
    """Return a day in the orders of digits in use, without what stands between them."""
    return {f"{year}{month}{day}", f"{day}{month}{year}", f"{month}{day}{year}"}


def is_naming(text: str, names: frozenset[str]) -> bool:
    """Tell whether a text holds a word of a name, or a long one of them inside other letters."""
    if words_of(text) & names:
        return True
    letters = joined(text)
    return any(name in letters for name in names if len(name) >= LONG)


def joined(text: str) -> str:
    """Return the letters and digits of a text in one piece, in upper case."""
    return "".join(_WORD.findall(text.upper()))


def words_of(text: str) -> set[str]:
    """Return the words of a text that are long enough to tell somebody by, in upper case."""
    return {word for word in _WORD.findall(text.upper()) if len(word) >= _LEAST_LETTERS}


def moved_day(text: str, who: Pseudonym) -> str | None:
    """Return a DA value moved back; None when it is none, or cannot be moved."""
    found = _DAY.fullmatch(text.strip(" \0"))
    if found is None:
        return None
    try:
        moved = who.moved(datetime.strptime("".join(found.groups()), "%Y%m%d").date())
    except ValueError:
        return None
    return None if moved is None else f"{moved:%Y%m%d}".rjust(8, "0")


def moved_moment(text: str, who: Pseudonym) -> str | None:
    """Return a DT value moved back, without its offset, which tells a place; None as above."""
    found = _MOMENT.fullmatch(text.strip(" \0"))
    day = moved_day(found[1], who) if found else None
    return f"{day}{found[2]}" if found and day else None


def kept_time(text: str) -> str | None:
    """Return a TM value as it is; None when it is none."""
    return text if _TIME.fullmatch(text.strip(" \0")) else None


def kept_age(dataset: Dataset) -> str | None:
    """Return the age of the patient, 90 for all that is above; None when it cannot be known."""
    found = _AGE.fullmatch(_text(dataset, "PatientAge"))
    if found is not None:
        old = int(found[1]) / _IN_A_YEAR[found[2]] >= _OLDEST
        return f"{_OLDEST:03d}Y" if old else found[0]
    born, seen = _DAY.fullmatch(_text(dataset, "PatientBirthDate")), _first_day(dataset)
    if born is None or seen is None:
        return None
    (year, month, day), (then, *rest) = (tuple(map(int, one.groups())) for one in (born, seen))
    years = then - year - (tuple(rest) < (month, day))
    return f"{min(years, _OLDEST):03d}Y" if years >= 0 else None


def _first_day(dataset: Dataset) -> re.Match[str] | None:
    days = (_DAY.fullmatch(_text(dataset, one)) for one in ("StudyDate", "AcquisitionDate"))
    return next((day for day in days if day is not None), None)


def _text(dataset: Dataset, keyword: str) -> str:
    return str(dataset.get(keyword) or "").strip(" \0")


def _elements(dataset: Dataset) -> Iterator[DataElement]:
    """Yield every element at every depth that can be read."""
    for tag in dataset.keys():  # noqa: SIM118 - a data set yields its elements, not its tags
        try:
            element = dataset[tag]
        except Exception:  # noqa: BLE001, S112 - what pydicom raises is an open list; it is not kept
            continue
        yield element
        if element.VR == "SQ":
            for item in element.value:
                yield from _elements(item)


def _is_number(value: Any) -> bool:
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError, OverflowError):
        return False
