"""Two patients are told apart without anybody's number being kept."""

import re
from typing import Any

import pydicom
import pytest
from tests.dicom.conftest import Make

from calcsight.dicom.loading import load_dicom
from calcsight.terms.stated import Stated


def key(make: Make, **said: Any) -> str | None:
    def edit(dataset: pydicom.Dataset) -> None:
        for keyword, value in said.items():
            setattr(dataset, keyword, value)

    return load_dicom(make(edit=edit), Stated()).patient_key


def test_the_same_number_gives_the_same_key_and_another_another(make: Make) -> None:
    one = key(make, PatientID="A-17")
    assert one == key(make, PatientID=" a-17 ")
    assert one != key(make, PatientID="A-18")
    assert one != key(make, PatientID="A-17", IssuerOfPatientID="ELSEWHERE")


def test_no_number_no_key(make: Make) -> None:
    assert key(make, PatientID="") is None
    assert key(make, PatientID="", IssuerOfPatientID="HERE") is None


def test_the_key_shows_neither_number_nor_itself(make: Make) -> None:
    mammogram = load_dicom(make(edit=lambda d: setattr(d, "PatientID", "SENTINEL")), Stated())
    assert mammogram.patient_key is not None
    assert re.fullmatch("[0-9a-f]{64}", mammogram.patient_key)
    shown = repr(mammogram.without_pixels())
    assert "SENTINEL" not in shown
    assert mammogram.patient_key not in shown


@pytest.mark.parametrize("number", ["\udcff", "ÄÖ 日本"])
def test_letters_of_any_kind_are_taken(make: Make, number: str) -> None:
    def edit(dataset: pydicom.Dataset) -> None:
        dataset.SpecificCharacterSet = "ISO_IR 192"
        dataset.PatientID = number.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    assert load_dicom(make(edit=edit), Stated()).patient_key is not None
