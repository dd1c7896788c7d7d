"""A mammogram without its patient: what is not on the list goes, pixels stay bit for bit.

Sources: DICOM PS3.15 annex E (profiles, options, table E.1-1), PS3.16 CID 7050 (methods),
PS3.3 C.12.1 (Patient Identity Removed and its method stand in the Patient module, C.7.1.1).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydicom import Dataset, Sequence
from pydicom.datadict import dictionary_VR, keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.uid import UID

from calcsight.dicom.beside_pixels import without_words
from calcsight.dicom.deidentifying_kept import (
    DATE_TAGS,
    DUMMIES,
    EMPTIED,
    KEPT_TAGS,
    MAY_BE_EMPTY,
    OPTIONS,
    PUBLIC_SCHEMES,
    SEQUENCE_TAGS,
    TIME_TAGS,
    UID_TAGS,
)
from calcsight.dicom.deidentifying_key import DeidentifyingKey, Pseudonym
from calcsight.dicom.deidentifying_values import (
    LONG,
    is_naming,
    is_own_form,
    kept_age,
    kept_time,
    moved_day,
    moved_moment,
    names_in,
    values_of,
)
from calcsight.dicom.files import header_and_pixels
from calcsight.dicom.header import ASKED, is_synthesised_name, is_uid
from calcsight.dicom.hidden_bits import refuse_hidden_bits
from calcsight.dicom.part10 import file_bytes
from calcsight.terms.errors import IdentifierLeftError, NotAnImageError
from calcsight.terms.version import SOFTWARE

# In place of a description that tells a computed view by a maker's name.
SYNTHESISED = "synthesised 2D view"
_NEEDED = ("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")
_OF_A_CODE = ("CodeValue", "LongCodeValue", "CodingSchemeDesignator", "CodeMeaning")
_DEEPEST = 12
_MOST_ITEMS = 4096
_METHOD = (SOFTWARE, "attributes of a list kept, all others removed", "dates moved per patient")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deidentified:
    """One file without its patient.

    Parameters
    ----------
    data : bytes
        The whole file, pixel data as they were.
    pseudonym, study_uid, sop_uid : str
        All new: they name nobody.
    numbered : bool
        The file names a patient's number; if not, its study stands for the patient.
    named : tuple of str
        Keywords of attributes that are usually kept and were removed: they held a word of a
        name or number.
    """

    data: bytes = field(repr=False)
    pseudonym: str
    study_uid: str
    sop_uid: str
    numbered: bool
    named: tuple[str, ...]


def deidentified(path: Path, key: DeidentifyingKey) -> Deidentified:
    """Take the patient out of one DICOM image.

    Parameters
    ----------
    path : Path
        An image that `calcsight.dicom.loading.load_dicom` reads: what cannot be read is not
        passed on.
    key : DeidentifyingKey

    Returns
    -------
    Deidentified

    Raises
    ------
    UnreadableFileError, NotAnImageError, ImageTooLargeError, TruncatedError, UndecodableError
        When the file cannot be taken apart, or lacks the UIDs that tell what it is.
    IdentifierLeftError
        When a name or number of the header stands in the bytes of the pixel data, too, or
        something is drawn in bits that no pixel uses.
    """
    whole = header_and_pixels(path)
    header = whole.header
    missing = [one for one in _NEEDED if not is_uid(str(header.get(one, "")))]
    if missing:
        raise NotAnImageError(
            f"a DICOM header without a valid {' and '.join(missing)}",
            "the UIDs of class, instance, series and study",
            "export the file again",
        )
    names = names_in(header)
    refuse_hidden_bits(whole)
    pixels = without_words(whole)
    _refuse_names_in(pixels, names)
    number, issuer = (_stripped(header, one) for one in ("PatientID", "IssuerOfPatientID"))
    study = str(header.StudyInstanceUID)
    who = key.patient(number, issuer) if number else key.patient_of_study(study)
    removing = _Removing(key, who, names)
    kept = removing.kept(header)
    _add_pseudonym(kept, header, who)
    return Deidentified(
        data=file_bytes(kept, whole.transfer_syntax) + pixels,
        pseudonym=who.name,
        study_uid=str(kept.StudyInstanceUID),
        sop_uid=str(kept.SOPInstanceUID),
        numbered=bool(number),
        named=tuple(sorted(removing.named)),
    )


class _Removing:
    """Goes through a header once; remembers what it removed because of a name."""

    def __init__(self, key: DeidentifyingKey, who: Pseudonym, names: frozenset[str]) -> None:
        self.named: set[str] = set()
        self._key, self._who, self._names = key, who, names
        self._long = frozenset(name for name in names if len(name) >= LONG)
        self._rules: tuple[tuple[frozenset[int], Callable[[DataElement], Any]], ...] = (
            (DATE_TAGS, self._moved),
            (TIME_TAGS, lambda element: kept_time(str(element.value))),
            (UID_TAGS, self._mapped),
            (KEPT_TAGS, self._unchanged),
        )

    def kept(self, dataset: Dataset, depth: int = _DEEPEST) -> Dataset:
        """Return what may stay of a data set, nested ones included."""
        made = Dataset()
        for tag in sorted(dataset.keys()):
            try:
                element = dataset[tag]
                value = self._kept_value(element, depth)
            except Exception:  # noqa: BLE001, S112 - what pydicom cannot read goes, whatever it raises
                continue
            if value is not None:
                made.add(DataElement(tag, element.VR, value, already_converted=True))
        if "CodeMeaning" in dataset and "CodeMeaning" not in made:
            # A code without a meaning is none; what it means follows from its value.
            made.CodeMeaning = "removed"
        return made

    def _kept_value(self, element: DataElement, depth: int) -> Any:
        """Return the new value of one element; None = it goes."""
        if element.tag in SEQUENCE_TAGS:
            return self._items(element, depth - 1) if element.VR == "SQ" and depth else None
        if element.tag not in KEPT_TAGS and dictionary_VR(element.tag) != element.VR:
            return None
        for tags, rule in self._rules:
            if element.tag in tags:
                return rule(element)
        return None

    def _items(self, element: DataElement, depth: int) -> Sequence | None:
        """Return the items with something left in them; None when there is none."""
        items = [self.kept(one, depth) for one in element.value[:_MOST_ITEMS]]
        left = [one for one in items if len(one) and _is_public_code(one)]
        return Sequence(left) if left or element.keyword in MAY_BE_EMPTY else None

    def _moved(self, element: DataElement) -> str | None:
        moved = moved_moment if element.VR == "DT" else moved_day
        return moved(str(element.value), self._who)

    def _mapped(self, element: DataElement) -> Any:
        uids = [self.new_uid(str(one)) for one in values_of(element)]
        return uids[0] if len(uids) == 1 else uids or None

    def new_uid(self, uid: str) -> str:
        """Return the UID that stands for another; those of the standard stay."""
        return uid if UID(uid).name != uid else self._key.uid(uid)

    def _unchanged(self, element: DataElement) -> Any:
        """Return the value as it is, unless it is of another form or names somebody."""
        if not is_own_form(element):
            return None
        if element.VR == "UI":
            return self._mapped(element)
        if self._is_naming(element):
            self.named.add(keyword_for_tag(element.tag))
            return None
        return "" if element.is_empty else element.value

    def _is_naming(self, element: DataElement) -> bool:
        if element.VR in ("IS", "DS"):
            return any(str(one) in self._long for one in values_of(element))
        if element.VR == "OW":
            return _spells(element.value or b"", self._long)
        return element.VR in ("CS", "LO", "SH", "UC") and any(
            is_naming(str(one), self._names) for one in values_of(element)
        )


def _is_public_code(item: Dataset) -> bool:
    """Tell whether an item is no code, or a whole one of a scheme that is the same everywhere."""
    if not any(one in item for one in _OF_A_CODE):
        return True
    if "CodeValue" not in item and "LongCodeValue" not in item:
        return False
    return str(item.get("CodingSchemeDesignator", "")) in PUBLIC_SCHEMES


def _add_pseudonym(kept: Dataset, original: Dataset, who: Pseudonym) -> None:
    """Write who stands for the patient, and how the file was de-identified."""
    for keyword in EMPTIED:
        if keyword not in kept:
            setattr(kept, keyword, "")
    for keyword, dummy in DUMMIES.items():
        if keyword in original:
            setattr(kept, keyword, dummy)
    # With a delimiter: a name without one is a form that the standard has retired.
    kept.PatientName, kept.PatientID = f"{who.name}^", who.name
    if any(is_synthesised_name(_stripped(original, one).upper()) for one in ASKED):
        kept.SeriesDescription = SYNTHESISED
    sex = _stripped(original, "PatientSex")
    kept.PatientSex = sex if sex in ("F", "M", "O") else ""
    age = kept_age(original)
    if age is not None:
        kept.PatientAge = age
    kept.PatientIdentityRemoved = "YES"
    kept.DeidentificationMethod = list(_METHOD)
    kept.DeidentificationMethodCodeSequence = Sequence([_method(*one) for one in OPTIONS.items()])
    kept.LongitudinalTemporalInformationModified = "MODIFIED"


def _method(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item


def _stripped(header: Dataset, keyword: str) -> str:
    try:
        return str(header.get(keyword) or "").strip(" \0")
    except Exception:  # noqa: BLE001 - what pydicom raises on damaged values is an open list
        return ""


def _refuse_names_in(pixels: bytes, names: frozenset[str]) -> None:
    """Refuse pixel data whose bytes spell a name."""
    if _spells(pixels, frozenset(name for name in names if len(name) >= LONG)):
        raise IdentifierLeftError(
            "a name or number of the header in the bytes of the pixel data",
            "pixels, and nothing beside them",
            "look at the first and last rows, and export the picture again",
        )


def _spells(data: bytes, names: frozenset[str]) -> bool:
    whole = data.upper()
    return any(name.encode(errors="replace") in whole for name in names)
